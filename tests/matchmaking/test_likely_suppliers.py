"""Suppliers that may have an answer: found by what they show everybody alone, for the team of the notice alone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from matchmaking import answering, dismissing, subscribing
from matchmaking.models import Attention, Lesson, Match, Subscription
from procurements import interest
from suppliers.models import SupplierProfile
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make.member(make.buyer(name="Lunda kommun"))


@pytest.fixture
def need(team):
    return make.notice(buyer=team.memberships.get().organisation, by=team, published=False, title="Färre fall")


def supplier(name="Fallvakt AB", *, public=True, trl=None, of=None, **criteria):
    """A supplier with a profile and an offer; returns who keeps it."""
    organisation = of or make.supplier(name=name)
    keeper = make.member(organisation)
    SupplierProfile.objects.create(organisation=organisation, offer="Vi hör fall.", is_public=public, trl=trl)
    make.subscription(organisation=organisation, by=keeper, **(criteria or {"cpv": ["33196000"]}))
    return keeper


def names(notice, **asked):
    return [row.profile.organisation.name for row in answering.likely_suppliers(notice, **asked).rows]


def page(notice):
    return f"/en/matches/suppliers/{notice.slug}/"


def main(response):
    """What the page says, without the bar above it, which counts the inbox."""
    return response.text.partition("<main")[2].partition("</main>")[0]


def test_they_are_found_by_field_and_by_words_and_not_by_a_goal_or_a_region_alone(need):
    supplier("Ett fält", cpv=["33196000"])
    supplier("Ett ord", words=["olycka"])
    supplier("Ett mål", goals=[3])
    supplier("En region", regions=["SE224"])
    supplier("Något annat", cpv=["45233223"])
    assert names(need) == ["Ett fält", "Ett ord"]


def test_the_one_with_most_in_common_stands_first(need):
    supplier("A bara fältet")
    supplier("Ö fält och ord", cpv=["33196000"], words=["fall"], goals=[3], regions=["SE224"])
    assert names(need) == ["Ö fält och ord", "A bara fältet"]


def test_only_a_profile_that_everybody_can_read_takes_part(need):
    supplier("Sluten", public=False)
    shut = Organisation.objects.get(name="Sluten")
    assert names(need) == []
    SupplierProfile.objects.filter(organisation=shut).update(is_public=True)
    assert names(need) == ["Sluten"]
    make.subscription(person=make.member(make.supplier(name="Sparad sökning")), cpv=["33196000"])
    assert names(need) == ["Sluten"], "a person's own search is nobody else's"


def test_what_a_supplier_leaves_out_and_where_it_works_is_kept(need):
    supplier("Långt bort", cpv=["33196000"], regions=["NO"])
    supplier("Inte fall", cpv=["33196000"], excluded_words=["fall"])
    supplier("Båda", cpv=["33196000"], words=["robot"], needs_all=True)
    assert names(need) == []


def test_what_a_supplier_wants_to_be_told_of_does_not_show(need):
    """Kinds, languages, values, buyers and levels narrow its alerts; a buyer cannot feel its way to them here."""
    asked = {"kinds": ["competition"], "languages": ["en"], "value_to": 1, "currency": "EUR", "levels": ["A"]}
    supplier("Smal", cpv=["33196000"], buyers=[make.buyer().pk], **asked)
    assert names(need) == ["Smal"]


def test_the_buyers_of_the_notice_are_no_suppliers_of_it(need):
    supplier(of=need.procurement.organisation)
    assert names(need) == []
    group = make.group()
    other = make.participant(group, make.buyer(name="Med i gruppen")).organisation
    supplier(of=other)
    assert "Med i gruppen" not in names(make.notice(group=group, published=False))


def test_a_merged_record_is_not_shown(need):
    keeper = supplier("Gammal post")
    into = make.supplier()
    Organisation.objects.filter(pk=keeper.memberships.get().organisation_id).update(merged_into=into)
    assert names(need) == []


def test_ready_for_market_is_marked_and_can_be_asked_for(signed_in, team, need):
    supplier("Färdig AB", trl=8)
    supplier("På väg AB", trl=7)
    shown = signed_in(team).get(page(need)).text
    assert shown.count('<span class="tag">Ready for market</span>') == 1
    assert "2 suppliers may have an answer" in shown
    only = signed_in(team).get(page(need) + "?ready=yes").text
    assert "Färdig AB" in only
    assert "På väg AB" not in only


def test_the_page_says_why_and_to_treat_all_alike(lists, signed_in, team, need):
    supplier(cpv=["33196100", "33196000"], words=["fall"], regions=["SE224"])
    shown = signed_in(team).get(page(need)).text
    for said in ("Because:", "CPV 33196", "the word fall", "the region Skåne län", "every other must be able to learn"):
        assert said in shown


def test_a_wider_field_is_said_to_be_the_buyers_own(lists, signed_in, team):
    wide = make.notice(buyer=team.memberships.get().organisation, by=team, published=False, cpv=["33190000"])
    supplier(cpv=["33196000"], words=["fall"])
    assert "a part of CPV 3319 Miscellaneous medical devices and products, your wider field" in (
        signed_in(team).get(page(wide)).text
    )


def test_nobody_yet_says_what_to_do(signed_in, team, need):
    shown = signed_in(team).get(page(need)).text
    assert "Nobody yet" in shown
    assert "words that suppliers themselves use" in shown


def test_the_panel_names_the_first_three_and_leads_to_the_page(signed_in, team, need):
    for number in range(4):
        supplier(f"Företag nummer {number}")
    client = signed_in(team)
    assert f'data-hx-get="{page(need)}"' in client.get(need.get_absolute_url(), follow=True).text
    panel = client.get(page(need), headers={"HX-Request": "true"}).text
    assert "<html" not in panel
    assert "4 suppliers may have an answer" in panel
    assert "Företag nummer 2" in panel
    assert "Företag nummer 3" not in panel


def test_others_than_the_team_cannot_know_that_there_is_a_page(signed_in, need):
    published = make.notice()
    for notice in (need, published):
        for person in (make.member(make.buyer()), supplier(f"Nyfiken {notice.pk}"), make.user()):
            assert signed_in(person).get(page(notice)).status_code == 404


def test_interest_follows_what_was_put_away_and_lessons_change_nothing(signed_in, team):
    notice = make.notice(buyer=team.memberships.get().organisation, by=team)
    keepers = [supplier(f"Lika {number}") for number in range(3)]
    client = signed_in(team)
    before = main(client.get(page(notice)))
    keen, cool = keepers[0], keepers[2]
    interest.register(
        notice.procurement,
        organisation=keen.memberships.get().organisation,
        level="interested",
        message="",
        by=keen,
        at=make.NOW,
    )
    Attention.objects.create(user=keen, procurement=notice.procurement, level="follows", at=make.NOW)
    offer = Subscription.objects.get(organisation=cool.memberships.get().organisation)
    Lesson.objects.create(subscription=offer, about="field", value="33196", points=100, by=cool, at=make.NOW)
    match = Match.objects.create(
        version=notice.current_version, subscription=offer, score=50, hits=[], created_at=make.NOW
    )
    dismissing.dismiss(match, reason="field", by=cool, at=make.NOW + timedelta(minutes=1))
    assert main(client.get(page(notice))) == before
    assert "Lika 2" in before


def test_a_long_list_is_cut_at_the_best_in_as_many_queries(monkeypatch, signed_in, team, need):
    for number in range(3):
        supplier(f"Ett {number}")
    with CaptureQueriesContext(connection) as few:
        answering.likely_suppliers(need)
    monkeypatch.setattr(answering, "MOST", 5)
    for number in range(6):
        supplier(f"Två {number}", cpv=["33196000"], words=["fall"])
    with CaptureQueriesContext(connection) as many:
        found = answering.likely_suppliers(need)
    assert len(many) == len(few)
    assert found.is_capped
    assert {row.profile.organisation.name[:3] for row in found.rows} == {"Två"}
    assert "There are more." in signed_in(team).get(page(need)).text


def test_who_pauses_is_found_again_when_it_resumes(need):
    keeper = supplier()
    offer = Subscription.objects.get(organisation=keeper.memberships.get().organisation)
    subscribing.pause(offer, by=keeper, at=make.NOW)
    assert names(need) == []
    subscribing.resume(offer, by=keeper, at=make.NOW)
    assert names(need) == ["Fallvakt AB"]
