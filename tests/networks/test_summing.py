from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from accounts.grants import Role
from networks import grouping, signing, summing
from networks.models import Participant
from tests import make

STANDING = some.sampled_from(["committed", "option"])
VALUES = some.decimals("0.01", 10**9, places=2)
ROWS = some.lists(some.tuples(some.sampled_from(["persons", "hours", "SEK", "NOK"]), STANDING, VALUES), max_size=200)


def total(rows, key, state):
    return sum((value for one, other, value in rows if (one, other) == (key, state)), Decimal(0))


@given(ROWS)
def test_a_sum_is_its_rows_and_nothing_that_is_not_the_same_is_added(rows):
    for key, found in summing.add(rows).items():
        assert (found.committed, found.option) == (total(rows, key, "committed"), total(rows, key, "option"))


@given(ROWS.filter(bool), some.data())
def test_whoever_leaves_lowers_its_own_sum_and_no_other(rows, data):
    place = data.draw(some.integers(0, len(rows) - 1))
    key, state, value = rows[place]
    before, after = summing.add(rows), summing.add(rows[:place] + rows[place + 1 :])
    left = after.get(key, summing.Total())
    assert getattr(left, state) == getattr(before[key], state) - value
    assert {one: found for one, found in after.items() if one != key} == {
        one: found for one, found in before.items() if one != key
    }


@pytest.mark.parametrize("state", ["invited", "observer", "left"])
def test_who_neither_buys_nor_may_buy_is_in_no_sum(state):
    with pytest.raises(ValueError, match="in no sum"):
        summing.add([("persons", state, Decimal(1))])


@pytest.fixture
def group(db, at):
    """The lead with 10 sensors for SEK, one committed with 20 for NOK, and one option holder with 5 hours."""
    lead = make.buyer(name="Agder")
    boss = make.member(lead, role=Role.ADMIN)
    made = make.group(lead=lead, by=boss)
    signing.set_items(made, [(None, "Sensor", "stycken"), (None, "Installation", "timmar")], by=boss, at=at)
    sensor, hours = made.items.all()
    make.letter(made.participants.get(), volumes={sensor: 10}, budget=Decimal(100), currency="SEK")
    make.letter(
        make.participant(made, make.buyer(name="Risør")), volumes={sensor: 20}, budget=Decimal(200), currency="NOK"
    )
    option = make.participant(made, make.buyer(name="Oslo"), state="option")
    make.letter(option, volumes={hours: "5.5"}, budget=Decimal(300), currency="SEK")
    make.letter(make.participant(made, make.buyer(name="Bergen")))  # waits
    return made


def read(sums):
    totals = [(total.committed, total.option) for total in sums.totals]
    return totals, {currency: (total.committed, total.option) for currency, total in sums.by_currency}


def test_the_sums_keep_items_states_and_currencies_apart(group):
    sums = summing.sums(group)
    assert read(sums) == ([(30, 0), (0, Decimal("5.5"))], {"NOK": (200, 0), "SEK": (100, 300)})
    assert (sums.signed, sums.standing) == (3, 4)


def test_who_leaves_lowers_the_sums_at_once(group, at):
    place = group.participants.get(organisation__name="Risør")
    grouping.answer(place, state="left", by=make.member(place.organisation, role=Role.ADMIN), at=at)
    sums = summing.sums(group)
    assert read(sums) == ([(10, 0), (0, Decimal("5.5"))], {"SEK": (100, 300)})
    assert (sums.signed, sums.standing) == (2, 3)


@pytest.mark.parametrize(("state", "expected"), [("committed", (10, 0)), ("observer", (0, 0))])
def test_the_sums_follow_the_state(group, at, state, expected):
    place = group.participants.get(organisation__name="Oslo")
    grouping.answer(place, state=state, by=make.member(place.organisation, role=Role.ADMIN), at=at)
    hours = summing.sums(group).totals[1]
    assert (hours.committed, hours.option) == ((Decimal("5.5"), 0) if state == "committed" else (0, 0))


def test_the_public_sees_signed_volumes_and_no_budget(group, at):
    shown = summing.shown(group)
    assert [(row.participant.organisation.name, row.volumes, row.letter) for row in shown.rows] == [
        ("Agder", [10, None], None),
        ("Bergen", [None, None], None),
        ("Risør", [20, None], None),
        ("Oslo", [None, Decimal("5.5")], None),
    ]
    assert shown.last_signed_at == at
    assert not hasattr(shown, "budgets")


def test_a_hundred_cost_as_many_queries_as_four(group, django_assert_num_queries):
    for number in range(96):
        place = Participant.objects.create(group=group, organisation=make.buyer(), state="invited", since=make.NOW)
        Participant.objects.filter(pk=place.pk).update(state="committed" if number % 2 else "option")
    with django_assert_num_queries(4):
        assert summing.sums(group).standing == 100
    with django_assert_num_queries(2):
        assert len(summing.shown(group).rows) == 100


def test_a_change_after_publication_is_seen(group, at):
    assert not summing.changed_since_publication(group)
    grouping.published(group, at=at + timedelta(hours=1))
    group.refresh_from_db()
    assert not summing.changed_since_publication(group)
    make.letter(group.participants.get(organisation__name="Bergen"), sign_by=at.date())
    assert not summing.changed_since_publication(group)  # nothing is signed yet
    place = group.participants.get(organisation__name="Oslo")
    grouping.answer(
        place, state="committed", by=make.member(place.organisation, role=Role.ADMIN), at=at + timedelta(hours=2)
    )
    assert summing.changed_since_publication(group)
    grouping.published(group, at=at + timedelta(hours=3))
    group.refresh_from_db()
    assert not summing.changed_since_publication(group)
    grouping.answer(
        place, state="left", by=make.member(place.organisation, role=Role.ADMIN), at=at + timedelta(hours=4)
    )
    assert summing.changed_since_publication(group)


def test_a_new_signature_after_publication_is_a_change(group, at):
    grouping.published(group, at=at + timedelta(hours=1))
    group.refresh_from_db()
    sensor = group.items.first()
    bergen = group.participants.get(organisation__name="Bergen")
    make.letter(bergen, volumes={sensor: 1}, sign_by=at.date() + timedelta(days=2), at=at + timedelta(hours=2))
    assert summing.changed_since_publication(group)
