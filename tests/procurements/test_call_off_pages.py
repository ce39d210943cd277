"""The pages of options: the holder's form, the list of those who buy together, the lead's answer (C7)."""

from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from accounts.grants import Role
from networks import grouping
from notifications.models import Notification
from procurements import calling_off
from procurements.models import CallOff
from tests import make
from tests.answers import mail_about
from tests.procurements.joint import HOUR, joint

pytestmark = pytest.mark.django_db
LATER = make.NOW + 5 * HOUR


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def shared():
    return joint()


@pytest.fixture
def notice(shared):
    return shared.awarded()


def url(page, notice, *more):
    return reverse(f"procurements:{page}", args=[notice.slug, *more])


def asked_by(shared, notice, name="Oslo", volume=40):
    return calling_off.ask(
        notice.procurement,
        organisation=shared.buyers[name],
        volumes={shared.item.pk: Decimal(volume)},
        message="Vi behöver den i juni.",
        by=shared.people[name],
        at=LATER,
    )


def test_the_form_is_filled_in_from_the_published_list_and_one_click_sends_it(shared, notice, signed_in):
    oslo = signed_in(shared.people["Oslo"])
    page = oslo.get(url("call_off", notice)).content.decode()
    assert 'value="70"' in page
    assert "At most 70 personer, as published." in page
    name = f"volume-{shared.item.pk}"
    answer = oslo.post(url("call_off", notice), {name: "70", "message": ""})
    assert answer["Location"] == url("call_off_list", notice)
    assert oslo.post(url("call_off", notice), {name: "3"})["Location"] == url("call_off_list", notice)
    assert [one.volume for one in CallOff.objects.get().volumes.all()] == [70]
    assert "has not answered yet" in oslo.get(url("call_off", notice)).content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("71", "at most 70 personer"),
        ("0", "more than nothing"),
        ("-1", "more than nothing"),
        ("", "at least one thing"),
        ("många", "a number in figures"),
        ("1.005", "Two decimals"),
    ],
)
def test_a_volume_that_cannot_be_is_told_beside_its_field(shared, notice, signed_in, typed, sentence):
    answer = signed_in(shared.people["Oslo"]).post(url("call_off", notice), {f"volume-{shared.item.pk}": typed})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not CallOff.objects.exists()


def test_a_late_body_reads_why_not_and_is_led_to_the_packet(shared, notice, signed_in):
    late = make.member(make.buyer(name="Lillesand"), role=Role.ADMIN)
    client = signed_in(late)
    for page in (client.get(url("call_off", notice)), client.get(notice.get_absolute_url())):
        text = page.content.decode()
        assert "Lillesand does not stand on it" in text
        assert url("packet_download", notice) in text
    refused = client.post(url("call_off", notice), {f"volume-{shared.item.pk}": "1"})
    assert refused.status_code == 422
    assert "does not stand on it" in refused.content.decode()
    assert not CallOff.objects.exists()
    for page in ("call_off_list",):
        assert client.get(url(page, notice)).status_code == 404


def test_the_public_page_says_who_may_use_the_contract(client, shared, notice, signed_in):
    page = client.get(notice.get_absolute_url()).content.decode()
    assert "Who may use this contract" in page
    assert "Options can be used until and including" in page
    assert "does not stand on it" not in page
    assert url("call_off", notice) not in page
    holder = signed_in(shared.people["Oslo"]).get(notice.get_absolute_url()).content.decode()
    assert url("call_off", notice) in holder
    writer = signed_in(make.member(shared.buyers["Oslo"])).get(notice.get_absolute_url()).content.decode()
    assert "An administrator of your organisation can use the option." in writer
    assert url("call_off", notice) not in writer


def test_the_lead_reads_the_call_off_and_says_yes_and_everybody_can_read_who_joined(client, shared, notice, signed_in):
    asked = asked_by(shared, notice)
    lead = signed_in(shared.leda)
    page = lead.get(url("call_off_decide", notice, asked.pk)).content.decode()
    for words in ("Oslo", "40 personer", "Vi behöver den i juni.", "What the published list lets it buy"):
        assert words in page
    answer = lead.post(url("call_off_decide", notice, asked.pk), {"verdict": "approve"})
    assert answer["Location"] == url("call_off_list", notice)
    public = client.get(notice.get_absolute_url()).content.decode()
    assert "Oslo used its option on" in public
    assert "Oslo left on" not in public
    assert "Vi behöver den i juni." not in public


def test_a_no_needs_a_reason_that_only_the_lead_and_the_one_that_asked_read(client, shared, notice, signed_in):
    asked = asked_by(shared, notice)
    lead = signed_in(shared.leda)
    answer = lead.post(url("call_off_decide", notice, asked.pk), {"verdict": "refuse", "reason": " "})
    assert answer.status_code == 422
    assert "Say why not" in answer.content.decode()
    lead.post(url("call_off_decide", notice, asked.pk), {"verdict": "refuse", "reason": "Hinner CNRYreason inte."})
    seen = {
        name: "CNRYreason" in signed_in(shared.people[name]).get(url("call_off_list", notice)).content.decode()
        for name in ("Arendal", "Oslo", "Grimstad", "Risør")
    }
    assert seen == {"Arendal": True, "Oslo": True, "Grimstad": False, "Risør": False}
    assert "CNRYreason" not in client.get(notice.get_absolute_url()).content.decode()


def test_those_who_buy_together_see_who_joined_who_may_and_what_is_left(shared, notice, signed_in):
    grimstad = signed_in(shared.people["Grimstad"])
    assert "Nobody has used an option yet" in grimstad.get(url("call_off_list", notice)).content.decode()
    asked = asked_by(shared, notice)
    assert "0 call-offs" in grimstad.get(url("call_off_list", notice)).content.decode()  # it waits: not theirs to see
    calling_off.approve(asked, by=shared.leda, at=LATER)
    page = grimstad.get(url("call_off_list", notice)).content.decode()
    for words in ("1 call-off", "Oslo", "Approved", "Risør", "Personer med sensor"):
        assert words in page
    assert '<td class="number">40</td><td class="number">39</td>' in page


def test_a_stranger_finds_neither_the_list_nor_the_answer(shared, notice, signed_in):
    asked = asked_by(shared, notice)
    stranger = signed_in(make.member(make.supplier(), role=Role.ADMIN))
    for page in ("call_off", "call_off_list"):
        assert stranger.get(url(page, notice)).status_code == 404
    assert stranger.get(url("call_off_decide", notice, asked.pk)).status_code == 404
    observer = signed_in(shared.people["Tvedestrand"])
    assert observer.get(url("call_off_list", notice)).status_code == 404
    for person in ("Oslo", "Grimstad"):
        assert signed_in(shared.people[person]).get(url("call_off_decide", notice, asked.pk)).status_code == 404


def test_the_one_that_asked_takes_it_back_by_a_button(shared, notice, signed_in):
    asked = asked_by(shared, notice)
    oslo = signed_in(shared.people["Oslo"])
    assert "Take the call-off back" in oslo.get(url("call_off_list", notice)).content.decode()
    oslo.post(url("call_off_withdraw", notice, asked.pk))
    asked.refresh_from_db()
    assert asked.withdrawn_at == LATER
    grimstad = signed_in(shared.people["Grimstad"])
    assert grimstad.post(url("call_off_withdraw", notice, asked.pk)).status_code == 404


def test_a_need_that_nobody_joins_has_no_such_pages(signed_in, shared):
    alone = make.awarded(make.notice(kind="competition"))
    client = signed_in(shared.people["Oslo"])
    for page in ("call_off", "call_off_list"):
        assert client.get(url(page, alone)).status_code == 404
    assert "alone. Others need a procurement of their own" in client.get(alone.get_absolute_url()).content.decode()


def test_the_mails_lead_to_the_page_where_one_answers(shared, notice):
    asked = asked_by(shared, notice)
    line = Notification.objects.select_related("event", "recipient").filter(event__kind="call-off-asked")[0]
    assert url("call_off_decide", notice, asked.pk) in mail_about(line).body.replace("/sv/", "/en/")
    calling_off.refuse(asked, reason="Nej.", by=shared.leda, at=LATER)
    line = Notification.objects.select_related("event", "recipient").filter(event__kind="call-off-decided")[0]
    assert "Nej." not in mail_about(line).body


def test_who_gave_its_option_up_is_not_among_those_who_may(shared, notice, signed_in):
    grouping.answer(shared.place("Risør"), state="left", by=shared.people["Risør"], at=LATER)
    page = signed_in(shared.leda).get(url("call_off_list", notice)).content.decode()
    assert "<li>Oslo" in page
    assert "<li>Risør" not in page
