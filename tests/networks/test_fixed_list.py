"""The list of who buys and who may join, fixed when the competition is published; options, the mandate, what the group says."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.grants import Role
from accounts.rules import Refused
from networks import grouping
from networks.models import BuyerGroup, Participant
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"networks:{name}", args=args)


@pytest.fixture
def leda():
    return make.member(make.buyer(name="Arendal kommune"), role=Role.ADMIN)


@pytest.fixture
def group(leda):
    return make.group(lead=leda.memberships.get().organisation, by=leda)


def boss(place):
    return make.member(place.organisation, role=Role.ADMIN)


def edited(group, leda, at, **said):
    before = {"name": group.name, "purpose": group.purpose, "option_until": group.option_until}
    return grouping.edit(group, **{**before, **said}, by=leda, at=at)


def test_a_list_with_options_is_fixed_only_with_a_last_day_to_use_them(group, leda, at):
    make.participant(group, make.buyer(), state="option")
    with pytest.raises(Refused, match="until which day"):
        grouping.fix_list(group, at=at)
    edited(group, leda, at, option_until=at.date())
    with pytest.raises(Refused, match="has passed"):
        grouping.fix_list(group, at=at + timedelta(days=2))
    assert grouping.fix_list(group, at=at).list_fixed_at == at
    assert grouping.fix_list(group, at=at + timedelta(hours=1)).list_fixed_at == at
    assert AuditEvent.objects.filter(action="group.list_fixed").count() == 1


def test_nobody_is_added_to_a_fixed_list_and_everybody_hears_what_to_do_instead(group, leda, at):
    invited, observer = (make.participant(group, make.buyer(), state=state) for state in ("invited", "observer"))
    asking = make.participant(group, make.buyer(), state="asked")
    grouping.fix_list(group, at=at)
    for place in (invited, observer):
        for state in Participant.STANDING:
            with pytest.raises(Refused, match=r"fixed on 22 November 2026.*procure the same itself"):
                grouping.answer(place, state=state, by=boss(place), at=at)
    with pytest.raises(Refused, match="Say no to the request"):
        grouping.decide(asking, accepted=True, by=leda, at=at)
    assert grouping.decide(asking, accepted=False, by=leda, at=at).state == "left"
    with pytest.raises(Refused, match="can observe"):
        grouping.ask(group, organisation=asking.organisation, wished_state="option", by=boss(asking), at=at)
    assert grouping.answer(invited, state="observer", by=boss(invited), at=at).state == "observer"
    watching = grouping.ask(group, organisation=asking.organisation, wished_state="observer", by=boss(asking), at=at)
    assert grouping.decide(watching, accepted=True, by=leda, at=at).state == "observer"


def test_nobody_changes_place_on_a_fixed_list_but_may_leave_it(group, leda, at):
    committed = make.participant(group, make.buyer())
    option = make.participant(group, make.buyer(), state="option")
    edited(group, leda, at, option_until=at.date())
    grouping.fix_list(group, at=at)
    with pytest.raises(Refused, match="call-off"):
        grouping.answer(option, state="committed", by=boss(option), at=at)
    with pytest.raises(Refused, match="cannot become an option"):
        grouping.answer(committed, state="option", by=boss(committed), at=at)
    assert grouping.answer(option, state="observer", by=boss(option), at=at).state == "observer"
    assert grouping.answer(committed, state="left", by=boss(committed), at=at).state == "left"


def test_an_option_is_used_once(group, leda, at):
    place = make.participant(group, make.buyer(), state="option")
    edited(group, leda, at, option_until=at.date())
    grouping.fix_list(group, at=at)
    place = grouping.use_option(place, by=boss(place), at=at)
    assert (place.state, place.called_off_at) == ("committed", at)
    assert grouping.use_option(place, by=boss(place), at=at + timedelta(days=1)).called_off_at == at
    assert AuditEvent.objects.filter(action="group.option_used").count() == 1
    for state in ("committed", "observer"):
        with pytest.raises(Refused, match="holds an option"):
            grouping.use_option(make.participant(make.group(), make.buyer(), state=state), by=leda, at=at)
    left = grouping.answer(place, state="observer", by=boss(place), at=at)
    assert left.called_off_at is None


def test_a_competition_that_ended_without_a_contract_frees_the_list(group, at):
    place = make.participant(group, make.buyer(), state="observer")
    grouping.fix_list(group, at=at)
    grouping.free_list(group, at=at)
    grouping.free_list(group, at=at)
    assert AuditEvent.objects.filter(action="group.list_freed").count() == 1
    assert grouping.answer(place, state="committed", by=boss(place), at=at).state == "committed"


def test_the_mandate_is_given_and_taken_back_by_the_participant_and_ends_with_its_place(group, leda, at):
    place = make.participant(group, make.buyer())
    admin = boss(place)
    with pytest.raises(Refused):
        grouping.set_mandate(place, gives=True, by=leda, at=at)
    for _twice in range(2):
        assert grouping.set_mandate(place, gives=True, by=admin, at=at).gives_mandate
    assert AuditEvent.objects.filter(action="group.mandate").count() == 1
    assert grouping.answer(place, state="option", by=admin, at=at).gives_mandate
    assert not grouping.answer(place, state="observer", by=admin, at=at).gives_mandate
    with pytest.raises(Refused, match="buy or may buy"):
        grouping.set_mandate(place, gives=True, by=admin, at=at)
    with pytest.raises(Refused, match="beside the lead"):
        grouping.set_mandate(group.participants.get(organisation=group.lead), gives=True, by=leda, at=at)


def test_the_lead_changes_what_the_group_says_and_the_log_names_the_fields(group, leda, at):
    slug = group.slug
    group = edited(group, leda, at, name="Nytt namn", option_until=at.date() + timedelta(days=90))
    edited(group, leda, at)
    assert (group.name, group.slug) == ("Nytt namn", slug)
    assert AuditEvent.objects.get(action="group.edited").details == {"fields": ["name", "option_until"]}
    with pytest.raises(Refused, match="passed"):
        edited(group, leda, at, option_until=at.date() - timedelta(days=1))
    with pytest.raises(Refused, match="lead"):
        edited(group, make.member(make.buyer(), role=Role.ADMIN), at, name="Kapad")


def test_the_last_day_for_options_stands_once_the_list_is_fixed(client, group, leda, at):
    edited(group, leda, at, option_until=at.date())
    group = grouping.fix_list(group, at=at)
    with pytest.raises(Refused, match="22 November 2026"):
        edited(group, leda, at, option_until=None)
    client.force_login(leda)
    sent = {"name": "Nytt namn", "purpose": "Ett behov.", "option_until": "2099-01-01"}
    assert client.post(url("group_edit", group.slug), sent).url == group.get_absolute_url()
    group.refresh_from_db()
    assert (group.name, group.option_until) == ("Nytt namn", at.date())


# --- The pages -----------------------------------------------------------------------------------------------------------


def test_the_page_says_that_the_list_is_fixed_and_offers_no_button_that_is_refused(client, group, leda, at):
    invited = make.participant(group, make.buyer(), state="invited")
    committed = make.participant(group, make.buyer())
    grouping.fix_list(group, at=at)
    for place, offered in ((invited, {"observer", "left"}), (committed, {"observer", "left"})):
        client.force_login(boss(place))
        page = client.get(f"/en/networks/buyer-groups/{group.slug}/").content.decode()
        assert "The list of buyers is fixed" in page
        assert {state for state in ("committed", "option", "observer", "left") if f'value="{state}"' in page} == offered


def test_the_mandate_is_switched_in_the_participants_own_box(client, group):
    place = make.participant(group, make.buyer())
    client.force_login(boss(place))
    assert 'name="gives"' in client.get(group.get_absolute_url()).content.decode()
    client.post(url("group_mandate", group.slug, place.pk), {"gives": "yes"})
    place.refresh_from_db()
    assert place.gives_mandate
    client.post(url("group_mandate", group.slug, place.pk), {"gives": "no"})
    place.refresh_from_db()
    assert not place.gives_mandate


def test_only_an_administrator_of_the_lead_edits(client, group, leda):
    place = make.participant(group, make.buyer())
    for person in (boss(place), make.member(group.lead)):
        client.force_login(person)
        assert client.get(url("group_edit", group.slug)).status_code == 404
    client.force_login(leda)
    form = client.post(url("group_edit", group.slug), {"name": "", "purpose": "", "option_until": "igår"}).context[
        "form"
    ]
    assert set(form.errors) == {"name", "purpose", "option_until"}
    assert BuyerGroup.objects.get().name == group.name


def test_who_leaves_says_why_and_the_others_read_it(client, group, leda):
    place = make.participant(group, make.buyer())
    client.force_login(boss(place))
    client.post(url("group_answer", group.slug, place.pk), {"state": "left", "message": "Vi har inga pengar i år."})
    place.refresh_from_db()
    assert (place.state, place.message) == ("left", "Vi har inga pengar i år.")
    client.force_login(leda)
    assert "Vi har inga pengar i år." in client.get(group.get_absolute_url()).content.decode()
