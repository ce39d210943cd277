import html

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.grants import Role
from networks import approaching
from networks.models import Approach, BuyerGroup
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(at):
    with time_machine.travel(at, tick=False):
        yield


def url(name, *args):
    return reverse(f"networks:{name}", args=args)


@pytest.fixture
def lund():
    return make.buyer(name="Lunds kommun")


@pytest.fixture
def oslo():
    return make.buyer(name="Oslo kommune", country="NO")


@pytest.fixture
def anna(lund):
    return browser(make.member(lund))


@pytest.fixture
def ola(oslo):
    return browser(make.member(oslo, role=Role.ADMIN, name="Ola Nes"))


def browser(person):
    made = Client()
    made.force_login(person)
    return made


def text(answer):
    return html.unescape(answer.content.decode())


def test_a_buyer_writes_from_a_plan_and_says_who_it_is(anna, lund, oslo, ola):
    plan = make.plan(organisation=oslo, title="Velferdsteknologi")
    address = f"{url('approach_create')}?plan={plan.pk}"
    page = text(anna.get(address))
    assert "Velferdsteknologi" in page
    assert "Your name and your organisation are shown to them" in page
    answer = anna.post(address, {"wish": "join", "text": "Ska vi köpa tillsammans?"})
    made = Approach.objects.get()
    assert answer.url == made.get_absolute_url()
    assert (made.sender, made.receiver, made.about) == (lund, oslo, "Velferdsteknologi")
    assert made.about_path == f"networks/plans/{plan.pk}/"
    assert plan.get_absolute_url() in text(ola.get(made.get_absolute_url()))
    assert anna.get(address).url == made.get_absolute_url(), "what is open is gone on with"


def test_an_empty_message_is_refused_beside_the_field(anna, oslo, ola):
    page = anna.post(f"{url('approach_create')}?organisation={oslo.slug}", {"wish": "contact", "text": " "})
    assert page.context["form"].errors.keys() == {"text"}
    assert not Approach.objects.exists()


def test_nobody_writes_about_a_plan_that_it_may_not_know(anna, oslo, ola):
    network = make.network(leader=oslo)
    plan = make.plan(organisation=oslo, audience="members", network=network)
    assert anna.get(f"{url('approach_create')}?plan={plan.pk}").status_code == 404


@pytest.mark.parametrize("query", ["", "?plan=x", "?plan=99", "?organisation=nobody", "?invitation=forged:a:b"])
def test_without_somebody_to_write_to_there_is_no_page(query, anna):
    assert anna.get(url("approach_create") + query).status_code == 404


def test_one_does_not_write_to_oneself_and_suppliers_to_nobody(anna, lund, oslo):
    assert anna.get(f"{url('approach_create')}?organisation={lund.slug}").status_code == 404
    supplier = browser(make.member(make.supplier(), role=Role.ADMIN))
    reader = browser(make.member(make.buyer(), role=Role.READER))
    for other in (supplier, reader):
        assert other.get(f"{url('approach_create')}?organisation={oslo.slug}").status_code == 404


def test_a_signed_link_of_another_room_says_what_it_is_about(anna, oslo, ola, at):
    link = approaching.invitation_link(receiver=oslo, about="Dialog om fall", path="procurements/dialog-abc/")
    assert "Dialog om fall" in text(anna.get(link))
    assert anna.get(link.replace("invitation=", "invitation=x")).status_code == 404
    anna.post(link, {"wish": "observe", "text": "Får vi följa med?"})
    assert Approach.objects.get().about_path == "procurements/dialog-abc/"
    with time_machine.travel(at + approaching.LASTS * 2, tick=False):
        assert browser(make.member(make.buyer())).get(link).status_code == 404


def test_only_the_two_organisations_see_it(anna, ola, lund, oslo):
    made = make.approach(sender=lund, receiver=oslo, text="CNRY-ord")
    for one in (anna, ola, browser(make.member(oslo, role=Role.READER))):
        assert "CNRY-ord" in text(one.get(made.get_absolute_url()))
    for other in (browser(make.member(make.buyer(), role=Role.ADMIN)), browser(make.member(make.supplier()))):
        assert other.get(made.get_absolute_url()).status_code == 404
        assert other.get(url("approach_group", made.pk)).status_code == 404
        assert other.post(url("approach_reply", made.pk), {"text": "Hej"}).status_code == 404
        assert other.post(url("approach_close", made.pk)).status_code == 404
        assert "Fallsensorer" not in text(other.get(url("approach_list")))
    assert Client().get(made.get_absolute_url()).status_code == 302


def test_it_is_answered_and_closed_and_then_read_alone(anna, ola, lund, oslo):
    made = make.approach(sender=lund, receiver=oslo)
    page = ola.post(url("approach_reply", made.pk), {"text": ""})
    assert (page.status_code, page.context["form"].errors.keys()) == (422, {"text"})
    ola.post(url("approach_reply", made.pk), {"text": "Gärna."})
    page = text(anna.get(made.get_absolute_url()))
    assert "Gärna." in page
    assert "Ola Nes" in page
    assert anna.post(url("approach_close", made.pk)).url == url("approach_list")
    page = text(ola.get(made.get_absolute_url()))
    assert "The conversation is closed" in page
    assert url("approach_reply", made.pk) not in page


def test_a_reader_reads_and_does_not_answer(lund, oslo, ola):
    made = make.approach(sender=lund, receiver=oslo)
    reader = browser(make.member(oslo, role=Role.READER))
    assert "can answer" in text(reader.get(made.get_absolute_url()))
    assert reader.post(url("approach_reply", made.pk), {"text": "Hej"}).status_code == 404


def test_from_a_wish_to_join_a_group_is_founded_in_one_step(anna, ola, lund, oslo):
    made = make.approach(sender=lund, receiver=oslo)
    assert url("approach_group", made.pk) in text(ola.get(made.get_absolute_url()))
    assert anna.get(url("approach_group", made.pk)).status_code == 404, "an editor binds nobody"
    form = ola.get(url("approach_group", made.pk)).context["form"]
    assert form["name"].value() == "Fallsensorer"
    answer = ola.post(url("approach_group", made.pk), {"name": "Fallsensorer", "purpose": "Samma behov"})
    group = BuyerGroup.objects.get()
    assert answer.url == group.get_absolute_url()
    assert set(group.participants.values_list("organisation__name", "state")) == {
        ("Oslo kommune", "committed"),
        ("Lunds kommun", "invited"),
    }


def test_the_list_says_what_waits_and_what_to_do_when_there_is_nothing(anna, ola, lund, oslo):
    assert "No conversation yet" in text(anna.get(url("approach_list")))
    make.approach(sender=lund, receiver=oslo)
    page = ola.get(url("approach_list"))
    assert page.context["waiting"] == 1
    assert "Waits for your answer" in text(page)
    assert "Waits for the other side" in text(anna.get(url("approach_list")))


def test_the_pages_cost_the_same_however_much_was_said(ola, lund, oslo, at, django_assert_num_queries):
    made = make.approach(sender=lund, receiver=oslo)
    addresses = [url("approach_list"), made.get_absolute_url()]
    costs = []
    for address in addresses:
        ola.get(address)
        with CaptureQueriesContext(connection) as few:
            ola.get(address)
        costs.append(len(few))
    for number in range(5):
        make.approach(receiver=oslo, about_path=f"networks/plans/{number + 2}/")
        writer = make.member(lund)
        approaching.reply(made, organisation=lund, text=f"Och {number}", by=writer, at=at)
    for address, cost in zip(addresses, costs, strict=True):
        with django_assert_num_queries(cost):
            ola.get(address)


def test_what_waits_stands_on_the_start_page(ola, anna, lund, oslo):
    make.approach(sender=lund, receiver=oslo)
    assert "1 conversation with another buyer waits for your answer" in text(ola.get(reverse("start")))
    assert "conversation with another buyer" not in text(anna.get(reverse("start")))
