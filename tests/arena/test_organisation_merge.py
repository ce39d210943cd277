"""The administrators' pages that merge two records of one organisation."""

import pytest
from django.urls import reverse

from accounts.models import Duty
from procurements import interest
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(signed_in):
    return signed_in(make.user(duty=Duty.ADMIN, language="en"))


@pytest.fixture
def two():
    return make.buyer(name="Gamla kommunen", registration_number="2120000142"), make.buyer(name="Nya kommunen")


def confirm(old, new):
    return reverse("organisation_merge_confirm", args=[old.slug, new.slug])


def test_both_are_found_by_name_or_number_and_chosen(client, two):
    page = client.get(reverse("organisation_merge"), {"q": "212000-0142", "r": "nya kom"}).content.decode()
    assert page.count('type="radio"') == 2
    chosen = {"organisation": two[0].slug, "into": two[1].slug, "go": "1"}
    assert client.get(reverse("organisation_merge"), chosen).url == confirm(*two)


def test_a_merged_record_and_a_sole_traders_number_are_not_shown(client, two):
    make.organisation(name="Gamla borta", merged_into=two[1])
    make.organisation(name="Gamla firman", kind="sole-trader", registration_number="8001011239")
    page = client.get(reverse("organisation_merge"), {"q": "gamla", "r": "finns inte"}).content.decode()
    assert "Gamla firman" in page
    assert "Gamla borta" not in page
    assert "1239" not in page
    found = client.get(reverse("organisation_merge"), {"q": "8001011239"}).content.decode()
    assert "Gamla firman" not in found
    assert "Nobody has this name or number" in page


def test_the_page_says_what_will_happen_and_then_it_does(client, two):
    old, new = two
    anna = make.member(old, name="Anna Berg")
    make.participant(make.group(name="Larm tillsammans"), old)
    make.joined(make.network(name="Trygga hem"), old)
    make.notice(buyer=old, by=anna)
    page = client.get(confirm(*two)).content.decode()
    for said in ("Anna Berg", "Larm tillsammans", "Trygga hem", "cannot be undone", "Gamla kommunen", "Nya kommunen"):
        assert said in page
    assert client.post(confirm(*two)).url == new.get_absolute_url()
    assert client.get(old.get_absolute_url()).status_code == 301
    event = AuditEvent.objects.get(action="organisation.merged")
    assert (event.subject_id, event.details) == (str(old.pk), {"into": new.pk})


def test_the_page_is_the_same_whatever_interest_there_is(client):
    old, new = make.supplier(name="Gamla AB"), make.supplier(name="Nya AB")
    member = make.member(old)
    before = client.get(confirm(old, new)).content
    for _each in range(3):
        interest.register(
            make.notice().procurement, organisation=old, level="interested", message="", by=member, at=make.NOW
        )
        make.question(organisation=old, by=member)
    after = client.get(confirm(old, new)).content
    assert without_tokens(before) == without_tokens(after)


def without_tokens(page):
    return [line for line in page.decode().splitlines() if "csrfmiddlewaretoken" not in line]


def test_what_stands_in_the_way_is_said_and_there_is_no_button(client, two):
    make.participant(make.group(lead=two[0], name="Larm"), two[1])
    page = client.get(confirm(*two)).content.decode()
    assert "Hand over the lead first" in page
    assert "Merge Gamla" not in page
    answer = client.post(confirm(*two), follow=True)
    assert "Hand over the lead first" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="organisation.merged").exists()


def test_one_organisation_is_not_two(client, two):
    answer = client.get(confirm(two[0], two[0]), follow=True)
    assert "Choose two different organisations" in answer.content.decode()
