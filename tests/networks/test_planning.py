from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from accounts.grants import Role
from accounts.rules import Refused
from networks import planning
from networks.models import Plan
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lund():
    return make.buyer(name="Lunds kommun")


@pytest.fixture
def anna(lund):
    return make.member(lund)


def said(**more):
    return planning.Said(**{"title": "Fallsensorer i 400 hem", "starts_on": date(2027, 4, 1), **more})


def test_a_writer_of_a_verified_buyer_tells_what_it_plans(lund, anna, at):
    plan = planning.write(said(goals=[3], regions=["SE224"]), organisation=lund, by=anna, at=at)
    assert (plan.organisation, plan.created_by, plan.quarter) == (lund, anna, (2027, 2))
    assert AuditEvent.objects.get(action="plan.written").subject_id == str(plan.pk)


def test_a_second_click_finds_the_plan(lund, anna, at):
    first = planning.write(said(), organisation=lund, by=anna, at=at)
    assert planning.write(said(text="Mer"), organisation=lund, by=anna, at=at) == first
    assert Plan.objects.count() == 1


@pytest.mark.parametrize("who", ["reader", "supplier", "stranger"])
def test_nobody_else_plans_for_the_buyer(who, lund, at):
    person = {
        "reader": lambda: make.member(lund, role=Role.READER),
        "supplier": lambda: make.member(make.supplier(), role=Role.ADMIN),
        "stranger": make.user,
    }[who]()
    with pytest.raises(Refused):
        planning.write(said(), organisation=lund, by=person, at=at)
    plan = make.plan(organisation=lund)
    with pytest.raises(Refused):
        planning.change(plan, said(), by=person, at=at)
    with pytest.raises(Refused):
        planning.withdraw(plan, by=person, at=at)


def test_an_organisation_that_is_not_verified_has_no_plans(at):
    company = make.supplier()
    with pytest.raises(Refused, match="verified buyer"):
        planning.write(said(), organisation=company, by=make.member(company), at=at)


@pytest.mark.parametrize("day", [date(2026, 7, 1), date(2032, 1, 1), date(2027, 5, 1)])
def test_a_quarter_lies_between_the_present_one_and_five_years_ahead(day, lund, anna, at):
    with pytest.raises(Refused, match="quarter"):
        planning.write(said(starts_on=day), organisation=lund, by=anna, at=at)


def test_the_quarters_to_choose_from_end_with_the_fifth_year():
    days = planning.quarters_to_plan(date(2026, 11, 22))
    assert (days[0], days[-1], len(days)) == (date(2026, 10, 1), date(2031, 10, 1), 21)


def test_a_plan_for_members_names_a_network_that_the_buyer_is_a_member_of(lund, anna, at):
    members = Plan.Audience.MEMBERS
    with pytest.raises(Refused, match="Choose the network"):
        planning.write(said(audience=members), organisation=lund, by=anna, at=at)
    network = make.network()
    with pytest.raises(Refused, match="not a member"):
        planning.write(said(audience=members, network=network), organisation=lund, by=anna, at=at)
    make.joined(network, lund)
    plan = planning.write(said(audience=members, network=network), organisation=lund, by=anna, at=at)
    assert plan.network == network


def test_the_database_refuses_members_without_a_network_and_days_within_a_quarter():
    plan = make.plan()
    for change in ({"audience": "members"}, {"starts_on": date(2027, 5, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Plan.objects.filter(pk=plan.pk).update(**change)


def test_a_change_is_written_down_and_the_same_words_change_nothing(lund, anna, at):
    plan = planning.write(said(), organisation=lund, by=anna, at=at)
    later = at + timedelta(days=1)
    planning.change(plan, said(), by=anna, at=later)
    plan.refresh_from_db()
    assert plan.changed_at == at
    planning.change(plan, said(audience=Plan.Audience.EVERYONE), by=anna, at=later)
    plan.refresh_from_db()
    assert (plan.changed_at, plan.audience) == (later, "everyone")
    assert AuditEvent.objects.get(action="plan.changed").details == {"audience": ["buyers", "everyone"]}


def test_a_quarter_that_has_passed_may_stay_when_the_rest_changes(lund, anna, at):
    plan = planning.write(said(), organisation=lund, by=anna, at=at)
    next_year = at + timedelta(days=400)
    assert planning.change(plan, said(text="Försenat"), by=anna, at=next_year).text == "Försenat"
    with pytest.raises(Refused, match="quarter"):
        planning.change(plan, said(starts_on=date(2027, 7, 1)), by=anna, at=next_year)


def test_a_withdrawn_plan_is_found_by_nobody_and_changed_no_more(lund, anna, at):
    plan = make.plan(organisation=lund)
    planning.withdraw(plan, by=anna, at=at)
    planning.withdraw(plan, by=anna, at=at)
    assert not planning.seen_by(anna).exists()
    assert not planning.seen_by(AnonymousUser()).exists()
    assert AuditEvent.objects.filter(action="plan.withdrawn").count() == 1
    with pytest.raises(Refused, match="withdrawn"):
        planning.change(plan, said(), by=anna, at=at)


def test_who_sees_a_plan_follows_its_audience(lund, at):
    network = make.network()
    make.joined(network, lund)
    friend = make.buyer()
    make.joined(network, friend)
    for audience in Plan.Audience.values:
        make.plan(organisation=lund, title=audience, audience=audience, network=network)
    readers = {
        "own": make.member(lund, role=Role.READER),
        "member": make.member(friend, role=Role.READER),
        "buyer": make.member(make.buyer()),
        "supplier": make.member(make.supplier()),
        "nobody": AnonymousUser(),
    }
    seen = {name: {plan.title for plan in planning.seen_by(person)} for name, person in readers.items()}
    assert seen == {
        "own": {"members", "buyers", "everyone"},
        "member": {"members", "buyers", "everyone"},
        "buyer": {"buyers", "everyone"},
        "supplier": {"everyone"},
        "nobody": {"everyone"},
    }
