"""Why did X (not) hear of Y: what the mail log says to support (D13), and what it may not say (quality 4.2)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Duty
from matchmaking import announcing, dismissing, engine, following, subscribing
from matchmaking.explaining import explain
from matchmaking.models import Lesson, Match, Subscription
from notifications import composing, unsubscribing
from notifications.models import Bounce, Mail
from procurements import interest, publishing
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.NOW


@pytest.fixture
def supplier():
    return make.supplier(name="Sensorbolaget AB")


@pytest.fixture
def person(supplier):
    return make.member(supplier, email="anna@example.org")


@pytest.fixture
def notice():
    return make.notice(title="Larm som varnar före fallet")


def match(notice):
    engine.match(notice.current_version_id, at=NOW)
    return notice


def said(person, notice, at=NOW):
    [finding] = explain(person, notice.get_absolute_url(), at)
    return " ".join(finding.said), finding


def test_it_says_what_found_the_notice_how_well_and_by_what_sort_of_criteria(person, supplier, notice):
    make.subscription(organisation=supplier, by=person)
    text, finding = said(person, match(notice))
    points = Match.objects.get().score
    assert f"The offer of Sensorbolaget AB found it, with {points} points, by: field" in text
    assert finding.told is not None
    assert finding.title == "Larm som varnar före fallet"


def test_the_title_finds_it_too_and_a_draft_is_never_found(person, notice):
    make.notice(title="Larm i hemlighet", published=False)
    assert [each.title for each in explain(person, "larm", NOW)] == ["Larm som varnar före fallet"]


def test_of_a_persons_own_searches_neither_name_nor_criteria_nor_number_is_told(person, notice):
    make.subscription(person=person, name="CNRYsearch", cpv=["33196000"])
    make.subscription(person=person, name="CNRYother", words=["varnar"])
    text, _finding = said(person, match(notice))
    assert "Something that the person asked for itself found the notice." in text
    assert "CNRY" not in text
    assert "33196" not in text
    assert "varnar" not in text


def test_what_a_person_follows_reads_like_any_search_of_its_own(person, notice):
    make.subscription(person=person)
    searched, _finding = said(person, match(notice))
    Subscription.objects.filter(person=person).update(follows="P:33196")
    followed, _finding = said(person, notice)
    assert searched == followed


@pytest.mark.parametrize("is_interested", [True, False])
def test_whoever_is_interested_reads_like_whoever_is_not(person, supplier, notice, is_interested):
    """The line of an amendment, which interest alone brings, is not looked at."""
    match(notice)
    if is_interested:
        said_by = {"level": "meeting", "message": "Hej", "by": person, "at": NOW}
        interest.register(notice.procurement, organisation=supplier, **said_by)
        following.follow(notice.procurement, by=person, at=NOW)
    notice.title = "Larm som varnar långt före fallet"
    notice.save()
    publishing.publish(notice, by=notice.edited_by, at=NOW, reason="Tydligare.")
    notice.refresh_from_db()
    match(notice)
    announcing.drain(NOW)
    text, finding = said(person, notice)
    assert finding.told is None
    assert text == (
        f"{finding.said[0]} Nothing that the person asked for itself fits the notice."
        " Sensorbolaget AB has not said what it offers, so nothing can be found for it."
        " No line says so in the inbox: nothing found it, or what found it was made or changed later, or the person had heard of it already."
    )


def test_who_does_not_receive_the_offer_is_said(person, supplier, notice):
    make.subscription(organisation=supplier, by=make.member(supplier))
    assert "but the person does not receive it" in said(person, match(notice))[0]


def test_a_paused_offer_is_said(person, supplier, notice):
    offer = make.subscription(organisation=supplier, by=person)
    subscribing.pause(offer, by=person, at=NOW)
    assert "is paused" in said(person, match(notice))[0]


def test_an_offer_that_does_not_fit_is_said_with_what_is_lacking(person, supplier, notice):
    make.subscription(organisation=supplier, by=person, cpv=["72000000"])
    assert "does not fit: 0 points, and" in said(person, match(notice))[0]


def test_what_was_put_away_muted_or_learnt_is_a_choice_and_no_more(person, supplier, notice):
    make.subscription(organisation=supplier, by=person)
    match(notice)
    away = "A choice of the person or of a colleague keeps the notice away."
    assert away not in said(person, notice)[0]
    dismissing.dismiss(Match.objects.get(), reason="other", by=person, at=NOW)
    assert away in said(person, notice)[0]
    Match.objects.update(dismissed_at=None)
    following.mute(notice.procurement, by=person, at=NOW)
    assert away in said(person, notice)[0]


def test_a_lesson_that_keeps_it_away_is_said_of_an_offer(person, supplier, notice):
    offer = make.subscription(organisation=supplier, by=person)
    Lesson.objects.create(subscription=offer, about="field", value="33196", points=100, at=NOW)
    Match.objects.all().delete()
    assert "fits, but a choice of its people keeps notices like this away" in said(person, notice)[0]


def test_the_buyers_own_people_are_told_of_nothing_that_is_theirs(notice):
    own = make.member(notice.procurement.organisation)
    assert "own organisation" in said(own, match(notice))[0]


def test_a_notice_that_waits_says_so_and_a_closed_account_hears_nothing(person, supplier, notice):
    make.subscription(organisation=supplier, by=person)
    text, _finding = said(person, notice)
    assert "waits to be matched" in text
    assert "The offer of Sensorbolaget AB fits, with" in text
    assert "No line says so" not in text
    person.is_active = False
    assert "The account is closed" in said(person, notice)[0]


def test_support_reads_it_in_the_mail_log_with_what_became_of_the_mail(signed_in, person, supplier, notice):
    make.subscription(organisation=supplier, by=person)
    match(notice)
    composing.compose_due(NOW + timedelta(days=8))
    mail = Mail.objects.get(recipient=person)
    Mail.objects.update(state="returned", settled_at=NOW)
    said_of = {"mail": mail, "address": person.email, "kind": "permanent", "detail": "550 nobody here", "at": NOW}
    Bounce.objects.create(key="1", **said_of)
    unsubscribing.prefer(person, "match", "off", at=NOW)
    client = signed_in(make.user(duty=Duty.SUPPORT))
    query = {"address": person.email, "words": notice.get_absolute_url()}
    html = client.get(reverse("notifications:mail_log"), query).content.decode()
    for words in (
        "Larm som varnar",
        "found it, with",
        "Put into a mail",
        "Came back",
        "550 nobody here",
        "wants no mail",
    ):
        assert words in html, words


def test_a_page_of_explanations_says_when_nothing_has_that_name(signed_in, person):
    client = signed_in(make.user(duty=Duty.SUPPORT))
    query = {"address": person.email, "words": "ingenting heter så"}
    assert "told nothing that fits" in client.get(reverse("notifications:mail_log"), query).content.decode()


def test_the_clock_is_the_readers(person, notice, signed_in):
    client = signed_in(make.user(duty=Duty.SUPPORT))
    query = {"address": person.email, "words": "Larm som varnar"}
    engine.match(notice.current_version_id, at=timezone.now())
    assert "The notice was matched" in client.get(reverse("notifications:mail_log"), query).content.decode()
