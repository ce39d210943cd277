"""The list against a plain filter in Python: some hundreds of notices, any combination of filters, the same ones found and counted."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organisation
from procurements import finding, searching, upkeeping
from procurements.browsing import Browse
from procurements.finding import FACETS
from procurements.models import PHASE_OF_KIND, KeyCount, Notice, NoticeSearch, NoticeVersion, Procurement
from procurements.money import euro
from taxonomy.codes import cpv_ancestors, nuts_ancestors
from tests import make
from tests.conftest import HELD, let_go

pytestmark = pytest.mark.django_db
AT, MANY, ZONE = make.NOW, 240, ZoneInfo("Europe/Stockholm")
KINDS = ["need", "consultation", "prior", "competition", "award", "cancellation"]
WORDS = ["alfq", "betq", "gamq", "delq", "epsq"]
CPV = ["33196000", "33190000", "33600000", "34121000", "72000000", "03115000"]
REGIONS = ["SE224", "SE22", "SE110", "NO081", "NO0", "SE"]


def moment(chance: Random, least: int, most: int) -> datetime:
    return AT + timedelta(minutes=chance.randrange(least * 1440, most * 1440))


@pytest.fixture(scope="module")
def written(django_db_setup, django_db_blocker):
    """The notices as plain facts, and as rows; written once, in a transaction that the tests stand inside of."""
    with django_db_blocker.unblock():
        HELD.append(transaction.atomic())
        HELD[-1].__enter__()
        try:
            yield write()
        finally:
            let_go()


@pytest.fixture
def made(written, db):
    return written


def write() -> list[SimpleNamespace]:
    chance = Random(7)
    buyers = [make.organisation(country=country) for country in ("SE", "NO", "SE")]
    plain: list[SimpleNamespace] = []
    for number in range(MANY):
        buyer = chance.choice(buyers)
        procurement = plain[-1].procurement if plain and chance.random() < 0.2 else Procurement.objects.create(
            ocid=f"o-{number}", organisation=buyer
        )  # fmt: skip
        published = moment(chance, -400, 0)
        value = chance.choice([None, Decimal(chance.randrange(0, 5_000_000))])
        said = {
            "title": " ".join(chance.choices(WORDS, k=2)), "description": chance.choice(WORDS), "language": chance.choice(["sv", "nb", "en"]),
            "cpv": chance.sample(CPV, chance.randrange(3)), "regions": chance.sample(REGIONS, chance.randrange(3)),
            "goals": sorted(chance.sample(range(1, 6), chance.randrange(3))), "procedure": chance.choice(["", "open", "innovation"]),
            "environment": chance.choice([[], ["circ-econ"]]), "value": value, "currency": "SEK" if value is not None else "",
            "deadline_at": chance.choice([None, moment(chance, -100, 60)]),
        }  # fmt: skip
        closed = {"closed_at": AT - timedelta(days=1), "closed_as": "early", "closed_reason": "Klart."}
        notice = Notice.objects.create(
            procurement=procurement, kind=chance.choice(KINDS), **said, **(closed if chance.random() < 0.2 else {})
        )
        version = NoticeVersion.objects.create(notice=notice, number=1, published_at=published, **said)
        notice.current_version = version
        notice.save(update_fields=["current_version"])
        plain.append(
            SimpleNamespace(
                pk=notice.pk,
                procurement=procurement,
                kind=notice.kind,
                closed=notice.closed_at,
                published=published,
                **said,
            )
        )
    searching.index_many(list(searching.with_all(NoticeVersion.objects.all())))
    NoticeSearch.objects.filter(deadline_at__lt=AT - timedelta(days=20)).update(is_open=False)
    for one in plain:
        siblings = [other for other in plain if other.procurement == one.procurement]
        one.is_head = one is max(siblings, key=lambda other: (other.published, other.pk))
        one.euro = euro(one.value, one.currency)
        one.keys = facts(one)
    return plain


def facts(one) -> dict[str, set[str]]:
    level = "A" if one.procedure == "innovation" else ""
    return {
        "kind": {one.kind}, "phase": {str(PHASE_OF_KIND[one.kind].value)}, "goal": {str(goal) for goal in one.goals},
        "cpv": {above for code in one.cpv for above in cpv_ancestors(code)}, "procedure": {one.procedure} - {""},
        "region": {above for code in one.regions for above in nuts_ancestors(code)}, "language": {one.language},
        "country": {one.procurement.organisation.country}, "circular": {"circular"} if one.environment else set(),
        "innovation": {level} - {""},
    }  # fmt: skip


def day(words: str | None, more: int = 0) -> datetime | None:
    return datetime.combine(date.fromisoformat(words) + timedelta(days=more), time(), tzinfo=ZONE) if words else None


def fits(one, asked: dict[str, Any], *, leaving_out: str = "") -> bool:
    is_open = (
        one.kind in ("need", "consultation", "prior", "competition")
        and one.is_head
        and one.closed is None
        and (one.deadline_at is None or one.deadline_at > AT)
    )
    state = asked.get("state", "open")
    if not {
        "open": is_open,
        "influence": is_open and one.kind != "competition",
        "closed": one.is_head and not is_open,
        "all": True,
    }[state]:
        return False
    if any(
        asked.get(name) and name != leaving_out and not set(asked[name]) & found for name, found in one.keys.items()
    ):
        return False
    if asked.get("buyer") and one.procurement.organisation_id != asked["buyer"]:
        return False
    words = set(one.title.split()) | {one.description}
    q = asked.get("q", [])
    if q and (
        not all(word in words for word in q if word[0] != "-") or any(word[1:] in words for word in q if word[0] == "-")
    ):
        return False
    for value, least, most in (
        (one.euro, asked.get("value_from"), asked.get("value_to")),
        (one.published, day(asked.get("since")), None),
        (one.deadline_at, day(asked.get("deadline_from")), None),
    ):
        if (least is not None or most is not None) and (
            value is None or (least is not None and value < least) or (most is not None and value > most)
        ):
            return False
    for value, before in (
        (one.published, day(asked.get("until"), 1)),
        (one.deadline_at, day(asked.get("deadline_to"), 1)),
    ):
        if before and (value is None or value >= before):
            return False
    return True


def some(*values):
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


days = st.dates(date(2025, 9, 1), date(2027, 2, 1)).map(str)
questions = st.fixed_dictionaries(
    {},
    optional={
        "state": st.sampled_from(["open", "influence", "closed", "all", "all"]), "kind": some(*KINDS),
        "phase": some("need", "dialogue", "contract", "reuse"),
        "cpv": some("33", "3319", "33196", "34", "031", "72"), "region": some("SE", "SE2", "SE224", "NO", "NO081"), "goal": some("1", "2", "3"),
        "procedure": some("open", "innovation"), "country": some("SE", "NO"), "language": some("sv", "en"), "circular": some("circular"),
        "innovation": some("A", "B"), "q": some(*WORDS, *(f"-{word}" for word in WORDS)), "since": days, "until": days, "deadline_from": days,
        "deadline_to": days, "value_from": st.integers(0, 300_000), "value_to": st.integers(0, 500_000),
        "sort": st.sampled_from(["deadline", "newest", "relevance"]),
    },
)  # fmt: skip


def address(asked: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in asked.items():
        if name == "q":
            data[name] = " ".join(value)
        elif isinstance(value, list):
            data.setlist(name, value)
        else:
            data[name] = str(value)
    return data


def walk(browse: Browse, *, size: int) -> tuple[list[int], list[list[int]]]:
    """All ids by cursors, forwards; the pages of the way back, too."""
    pages, result = [], browse.results(AT, size=size)
    while True:
        pages.append([notice.pk for notice in result.notices])
        if not result.next:
            break
        result = browse.results(AT, after=result.next, size=size)
    back = [pages[-1]]
    while result.previous:
        result = browse.results(AT, after=result.previous, size=size)
        back.append([notice.pk for notice in result.notices])
    assert back[::-1] == pages
    return [pk for page in pages for pk in page], pages


@pytest.mark.parametrize(
    "examples", [pytest.param(12, id="some"), pytest.param(400, id="many", marks=pytest.mark.slow)]
)
def test_the_list_finds_and_counts_what_a_plain_filter_does(made, examples):
    @settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(asked=questions, size=st.sampled_from([7, 25, 100]))
    def compare(asked, size):
        if asked.get("q") and all(word[0] == "-" for word in asked["q"]):
            asked = {**asked, "q": [*asked["q"], "alfq"]}
        browse = Browse.from_address(address(asked))
        expected = {one.pk for one in made if fits(one, asked)}
        assert {*browse.rows(AT).values_list("pk", flat=True)} == expected
        assert {*browse.notices(AT).values_list("pk", flat=True)} == expected
        result = browse.results(AT, size=size)
        assert (result.total, result.is_exact) == (len(expected), True)
        for name in ("kind", "phase", "region", "goal", "procedure", "country", "language", "circular", "innovation"):
            counted = Counter(value for one in made if fits(one, asked, leaving_out=name) for value in one.keys[name])
            assert result.counts[name] == counted, name
        found, _pages = walk(browse, size=max(size, len(expected) // 2))
        assert len(found) == len(set(found))
        assert set(found) == expected
        assert Browse.from_address(QueryDict(browse.as_query())).as_query() == browse.as_query()

    compare()


@pytest.mark.parametrize("examples", [pytest.param(8, id="some"), pytest.param(300, id="many", marks=pytest.mark.slow)])
def test_of_very_many_hits_the_same_ones_are_shown_in_the_same_order(made, monkeypatch, examples):
    """Where a sample is counted and pages are read by the indexes of their order: as if forty thousand were five."""

    @settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(asked=questions)
    def compare(asked):
        browse = Browse.from_address(address(asked))
        monkeypatch.setattr(finding, "COUNTED", 40_000)
        expected, _pages = walk(browse, size=100)
        monkeypatch.setattr(finding, "COUNTED", 5)
        assert walk(browse, size=100) == (expected, _pages)

    compare()


@pytest.mark.parametrize("state", ["open", "influence", "closed", "all"])
def test_a_list_without_filters_is_answered_from_what_was_counted(made, monkeypatch, state):
    expected = {sort: Browse(state=state, sort=sort).results(AT) for sort in ("deadline", "newest")}
    # counted by the database's clock, which is not the test's: take the numbers from what was found
    KeyCount.objects.bulk_create(
        KeyCount(scope=state, key=f"{FACETS[name]}:{value}", notices=number)
        for name, counted in expected["newest"].counts.items() if name in FACETS for value, number in counted.items()
    )  # fmt: skip
    KeyCount.objects.create(scope=state, key="total", notices=expected["newest"].total)
    monkeypatch.setattr(finding, "FROM_MEMORY", 0)
    for sort, each in expected.items():
        result = Browse(state=state, sort=sort).results(AT)
        assert [notice.pk for notice in result.notices] == [notice.pk for notice in each.notices]
        assert (result.total, result.counts, result.is_exact) == (each.total, each.counts, False)
        assert len(walk(Browse(state=state, sort=sort), size=max(5, each.total // 2))[0]) == each.total


def test_what_was_counted_is_what_is_there(made):
    NoticeSearch.objects.filter(deadline_at__isnull=False).update(deadline_at=AT + timedelta(days=5_000))
    upkeeping.count_keys()
    for state in ("open", "influence", "closed", "all"):
        counts = Browse(state=state).counts(AT)
        assert {name: counts[name] for name in FACETS} == {
            name: {one.key[2:]: one.notices for one in KeyCount.objects.filter(scope=state, key__startswith=f"{letter}:")}
            for name, letter in FACETS.items()
        }  # fmt: skip


@pytest.mark.parametrize(
    "asked", [{}, {"sort": "newest"}, {"q": "alfq"}, {"q": "alfq", "sort": "deadline"}, {"state": "all"}]
)
def test_rows_that_come_and_go_make_no_other_stand_twice_or_be_passed_over(made, asked):
    browse = Browse(**asked)
    everything, _pages = walk(browse, size=500)
    first = browse.results(AT, size=5)
    gone = [notice.pk for notice in first.notices[:3]]
    NoticeSearch.objects.filter(pk__in=gone).update(closed_at=AT, is_open=False, document="")
    second = browse.results(AT, after=first.next, size=9)
    come = NoticeSearch.objects.get(pk=everything[-1])
    NoticeSearch.objects.filter(pk=come.pk).update(published_at=AT, deadline_at=AT + timedelta(minutes=1))
    seen = [notice.pk for notice in (*first.notices, *second.notices)]
    while second.next:
        second = browse.results(AT, after=second.next, size=60)
        seen += [notice.pk for notice in second.notices]
    assert len(seen) == len(set(seen))
    assert set(everything) - set(seen) <= {come.pk}


@pytest.mark.parametrize("after", ["x", "é", "W10", "bnVsbA", "W251bGxd" * 40, "A" * 5000, "eyJhIjoxfQ"])
def test_what_is_no_cursor_is_the_first_page(made, after):
    assert [n.pk for n in Browse().results(AT, after=after).notices] == [n.pk for n in Browse().results(AT).notices]


def test_a_cursor_belongs_to_its_question(made):
    following = Browse(state="all").results(AT, size=5).next
    assert [n.pk for n in Browse().results(AT, after=following).notices] == [n.pk for n in Browse().results(AT).notices]


def test_a_page_takes_as_many_queries_as_any_other(made, django_assert_num_queries):
    browse = Browse(q="alfq", chosen={"region": ["SE"], "kind": ["need", "prior"]})
    with django_assert_num_queries(7):  # glossary, the question, notices, savepoint and time limit
        browse.results(AT)
    with django_assert_num_queries(7):
        Browse().results(AT)


def test_what_is_counted_without_its_own_choice_may_be_near_and_says_so(made, monkeypatch):
    browse = Browse(state="all", chosen={"kind": ["need"], "country": ["SE"]}, until=AT.date())
    exact = browse.results(AT)
    assert not exact.near
    monkeypatch.setattr(finding, "COUNTED_BESIDE", 1)
    near = browse.results(AT)
    assert (near.total, near.is_exact, near.near) == (exact.total, True, {"kind", "country"})
    assert near.counts["kind"]["need"] == exact.counts["kind"]["need"], "the page's own hits were counted one by one"
    assert near.counts["region"] == exact.counts["region"]


def test_a_list_without_counts_has_the_same_page_and_total(made):
    browse = Browse(q="alfq", state="all", chosen={"country": ["SE"]})
    with_counts, without = browse.results(AT), browse.results(AT, counts=False)
    assert without.counts == {}
    assert (without.total, without.next) == (with_counts.total, with_counts.next)
    assert without.notices == with_counts.notices


@pytest.mark.parametrize("sort", ["deadline", "newest"])
def test_a_page_is_in_the_order_that_was_asked_for(made, sort):
    found, _pages = walk(Browse(sort=sort), size=10)
    facts_of = {one.pk: one for one in made}
    far = datetime.max.replace(tzinfo=AT.tzinfo)
    order = {
        "deadline": lambda one: (one.deadline_at or far, -one.pk),
        "newest": lambda one: (-one.published.timestamp(), -one.pk),
    }[sort]
    assert found == [one.pk for one in sorted((facts_of[pk] for pk in found), key=order)]
    assert [notice.pk for notice in Browse(sort=sort).notices(AT)] == found


def test_the_buyer_is_a_filter_like_the_others(made):
    buyer = Organisation.objects.earliest("pk")
    assert {*Browse(buyer=buyer.pk, state="all").rows(AT).values_list("pk", flat=True)} == {
        one.pk for one in made if one.procurement.organisation_id == buyer.pk
    }
