"""Asking the lead of a buyer group for a place, and the lead's answer."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.grants import Role
from accounts.rules import Refused
from networks import grouping
from notifications import kinds
from notifications.models import Notification
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"networks:{name}", args=args)


@pytest.fixture
def leda():
    return make.member(make.buyer(name="Arendal kommune"), role=Role.ADMIN, name="Leda")


@pytest.fixture
def group(leda, at):
    group = make.group(lead=leda.memberships.get().organisation, by=leda, name="Fallsensorer i Agder")
    grouping.published(group, at=at)
    group.refresh_from_db()
    return group


@pytest.fixture
def asker():
    return make.buyer(name="Grimstad kommune")


@pytest.fixture
def anna(asker):
    return make.member(asker, role=Role.ADMIN, name="Anna")


def asked(group, asker, anna, at, wish="option", message="Vi är 12 000 personer."):
    return grouping.ask(group, organisation=asker, wished_state=wish, message=message, by=anna, at=at)


def steps(participant):
    return list(participant.changes.values_list("from_state", "to_state"))


def line(notification):
    [notification] = kinds.with_subjects([notification])
    return kinds.get(notification.event.kind).line(notification, "en")


def test_the_leads_administrators_are_told_and_a_second_click_finds_the_first(group, asker, anna, leda, at):
    place = asked(group, asker, anna, at)
    assert asked(group, asker, anna, at + timedelta(minutes=1), wish="committed") == place
    place.refresh_from_db()
    assert (place.state, place.wished_state, place.message) == ("asked", "option", "Vi är 12 000 personer.")
    assert AuditEvent.objects.filter(action="group.asked").count() == 1
    told = Notification.objects.get(event__kind="group-request")
    assert told.recipient == leda
    assert line(told).title == "Grimstad kommune asks to take part in the buyer group Fallsensorer i Agder."


@pytest.mark.parametrize("wish", ["committed", "option", "observer"])
def test_a_yes_gives_what_was_asked_for_signed_by_who_asked(group, asker, anna, leda, at, wish):
    place = asked(group, asker, anna, at, wish=wish)
    place = grouping.decide(place, accepted=True, by=leda, at=at + timedelta(days=1))
    assert (place.state, place.wished_state, place.signed_by) == (wish, "", anna)
    assert steps(place) == [("", "asked"), ("asked", wish)]
    decided = AuditEvent.objects.get(action="group.decided")
    assert (decided.actor, decided.details) == (leda, {"wished": wish, "accepted": True})
    assert line(Notification.objects.get(recipient=anna)).url == group.get_absolute_url()


def test_a_no_tells_why_and_one_may_ask_again(group, asker, anna, leda, at):
    place = asked(group, asker, anna, at)
    place = grouping.decide(place, accepted=False, reason="Vi är redan tolv.", by=leda, at=at + timedelta(hours=1))
    assert place.state == "left"
    told = line(Notification.objects.get(recipient=anna))
    assert (told.url, told.text) == (url("group_ask", group.slug), "Vi är redan tolv.")
    again = asked(group, asker, anna, at + timedelta(days=1))
    assert (again.pk, again.state) == (place.pk, "asked")
    assert (
        line(Notification.objects.get(recipient=anna)).text == ""
    )  # our own words of today are not the lead's of then


def test_the_same_decision_twice_is_one_and_the_other_one_is_refused(group, asker, anna, leda, at):
    place = asked(group, asker, anna, at)
    grouping.decide(place, accepted=True, by=leda, at=at)
    assert grouping.decide(place, accepted=True, by=leda, at=at).state == "option"
    with pytest.raises(Refused, match="answered already"):
        grouping.decide(place, accepted=False, by=leda, at=at)
    assert len(steps(place)) == 2


def test_who_asked_may_take_it_back_and_answers_nothing_else(group, asker, anna, leda, at):
    place = asked(group, asker, anna, at)
    with pytest.raises(Refused, match="not answered your request"):
        grouping.answer(place, state="committed", by=anna, at=at)
    assert grouping.answer(place, state="left", by=anna, at=at).state == "left"
    with pytest.raises(Refused, match="taken back"):
        grouping.decide(place, accepted=True, by=leda, at=at)


def test_only_the_lead_decides(group, asker, anna, at):
    place = asked(group, asker, anna, at)
    with pytest.raises(Refused, match="lead"):
        grouping.decide(place, accepted=True, by=anna, at=at)


def test_one_who_is_invited_is_told_to_answer_and_one_who_takes_part_that_it_does(group, asker, anna, at):
    make.participant(group, asker, state="invited")
    with pytest.raises(Refused, match="Answer the invitation"):
        asked(group, asker, anna, at)
    make.participant(group, other := make.buyer(), state="observer")
    with pytest.raises(Refused, match="takes part already"):
        asked(group, other, make.member(other, role=Role.ADMIN), at)


def test_only_an_administrator_of_a_verified_buyer_asks(group, asker, at):
    with pytest.raises(Refused):
        asked(group, asker, make.member(asker), at)
    company = make.supplier()
    with pytest.raises(Refused, match="verified buyers"):
        asked(group, company, make.member(company, role=Role.ADMIN), at)


def test_a_group_that_the_organisation_cannot_know_of_takes_no_request(asker, anna, at):
    with pytest.raises(Refused, match="not open"):
        asked(make.group(), asker, anna, at)


def test_a_wish_that_is_no_place_is_refused(group, asker, anna, at):
    with pytest.raises(Refused, match="Choose"):
        asked(group, asker, anna, at, wish="left")


# --- The pages -----------------------------------------------------------------------------------------------------------


def test_one_asks_and_the_lead_answers_in_the_browser(client, group, asker, anna, leda):
    client.force_login(anna)
    page = client.get(url("group_ask", group.slug)).content.decode()
    assert "You ask on behalf of Grimstad kommune" in page or "Grimstad kommune" in page
    sent = client.post(url("group_ask", group.slug), {"wished_state": "committed", "message": "CNRY-vi"})
    assert sent.url == group.get_absolute_url()
    assert client.get(url("group_ask", group.slug)).url == group.get_absolute_url()
    place = group.participants.get(organisation=asker)
    client.force_login(leda)
    assert url("group_decide", group.slug, place.pk) in client.get(group.get_absolute_url()).content.decode()
    assert "CNRY-vi" in client.get(url("group_decide", group.slug, place.pk)).content.decode()
    client.post(url("group_decide", group.slug, place.pk), {"answer": "yes", "reason": "Välkomna."})
    place.refresh_from_db()
    assert place.state == "committed"
    assert client.get(url("group_decide", group.slug, place.pk)).status_code == 404


def test_an_answer_of_the_lead_that_is_no_answer_changes_nothing(client, group, asker, leda):
    place = make.participant(group, asker, state="asked")
    client.force_login(leda)
    for sent in ({"reason": "Tja."}, {"answer": "maybe"}, {"answer": "yes", "reason": "x" * 601}):
        assert client.post(url("group_decide", group.slug, place.pk), sent).context["form"].errors
    place.refresh_from_db()
    assert place.state == "asked"


def test_a_group_is_known_by_its_publication_or_its_network_and_else_not_found(client, asker, anna, leda, at):
    lead = leda.memberships.get().organisation
    network = make.network(leader=lead, by=leda)
    hidden = make.group(lead=lead, by=leda, network=network, purpose="CNRY-syfte")
    client.force_login(anna)
    assert client.get(url("group_ask", hidden.slug)).status_code == 404
    make.joined(network, asker)
    page = client.get(url("group_ask", hidden.slug)).content.decode()
    assert "CNRY-syfte" not in page
    assert 'id="who-buys"' not in page  # the public does not see who buys yet
    assert url("group_ask", hidden.slug) in client.get(url("network_inside", network.slug)).content.decode()
    client.force_login(make.member(asker))
    assert client.get(url("group_ask", hidden.slug)).status_code == 404


def test_who_has_asked_sees_what_the_public_sees_and_its_own_box(client, group, asker, anna, leda, at):
    group.purpose = "CNRY-syfte"
    group.save()
    grouping.invite(group, organisation=make.buyer(name="Inviterad"), by=leda, at=at)
    make.letter(
        make.participant(group, make.buyer()),
        volumes={group.items.create(name="Sensor", unit="st", position=0): 5},
        budget=777,
    )
    asked(group, asker, anna, at)
    client.force_login(anna)
    page = client.get(group.get_absolute_url()).content.decode()
    assert "Arendal kommune" in page
    assert 'value="left"' in page
    for secret in ("CNRY-syfte", "Inviterad", "777", 'id="happened"'):
        assert secret not in page
    for name in ("letter_list", "cost_key", "group_items"):
        assert client.get(url(name, group.slug)).status_code == 404


def test_the_notice_shows_the_way_to_asking_to_those_alone_who_may(group, asker, anna, client):
    notice = make.notice(buyer=group.lead, published=False)
    notice.procurement.buyer_group = group
    notice.procurement.save()
    from procurements import publishing

    publishing.publish(notice, by=notice.edited_by, at=make.NOW)
    way = url("group_ask", group.slug)
    assert way not in client.get(notice.get_absolute_url()).content.decode()
    client.force_login(anna)
    assert way in client.get(notice.get_absolute_url()).content.decode()
    client.force_login(make.member(make.supplier(), role=Role.ADMIN))
    assert way not in client.get(notice.get_absolute_url()).content.decode()
