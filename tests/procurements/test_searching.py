"""Words: in three languages, inside compounds, by other words for the same, misspelt; and whatever else may be typed."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import OperationalError, connection
from django.http import QueryDict

from procurements import finding, meaning, searching, spelling, upkeeping
from procurements.browsing import Browse
from procurements.models import NoticeSearch, VersionText
from tests import make

pytestmark = pytest.mark.django_db
PLAIN = dict.fromkeys(
    ("summary", "problem", "affected", "desired_effect", "tried", "cost_today", "description"), "Kort."
)


def notice(title: str, **wording):
    return make.notice(title=title, **{**PLAIN, **wording})


def found(at, q: str = "", **asked) -> list[str]:
    results = Browse(q=q, **asked).results(at)
    assert results.total == len(results.notices) == Browse(q=q, **asked).rows(at).count()
    return sorted(one.current_version.title for one in results.notices if one.current_version)


@pytest.mark.parametrize(
    ("language", "title", "asked"),
    [
        ("sv", "Nya trygghetslarmet", ["trygghetslarm", "larm", "larmet", "larmet", "Trygghetslarmen", "TRYGGHET"]),
        ("nb", "Nye trygghetsalarmer", ["trygghetsalarm", "alarm", "alarmer"]),
        ("nb", "Drift av omsorgsboliger", ["bolig", "boligene", "omsorgsbolig"]),
        ("sv", "Elbussar i trafiken", ["buss", "bussar", "elbuss", "trafik"]),
        ("en", "Safety alarms for the elderly", ["alarm", "alarms", '"safety alarm"']),
    ],
)
def test_a_word_is_found_in_its_other_forms_and_within_compounds(at, language, title, asked):
    notice(title, language=language)
    notice("Snø", language="nb")
    assert {q: found(at, q) for q in asked} == {q: [title] for q in asked}


def test_a_further_language_is_searched_by_its_own_dictionary(at):
    made = notice("Fallsensorer", language="sv")
    VersionText.objects.create(
        version=made.current_version, language="en", title="Falling sensors", description="Watches"
    )
    searching.index(made.current_version)
    assert found(at, "watching") == found(at, "sensor falls") == ["Fallsensorer"]
    assert found(at, chosen={"language": ["en"]}) == ["Fallsensorer"]
    assert found(at, chosen={"language": ["nb"]}) == []


def test_letters_with_marks_are_letters_of_their_own(at):
    notice("Skötsel av båtar")
    assert found(at, "båtar") == ["Skötsel av båtar"]
    assert found(at, "batar") == []


def test_a_term_finds_what_means_the_same_and_the_reader_is_told(at, lists):
    notice("Gemensam upphandling av bussar")
    notice("Felles anskaffelse av busser", language="nb")
    results = Browse(q="felles anskaffelse buss").results(at)
    assert results.total == 2
    assert "gemensam upphandling" in results.meant.also["felles anskaffelse"]
    assert Browse(q="buss -felles").results(at).total == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("forskola", "förskola"), ("sokning", "sökning"), ("falsensor", "fallsensor"), ("Trygehtslarm", "trygghetslarm")],
)
def test_a_misspelt_word_is_answered_with_one_that_stands_in_notices(at, typed, meant):
    for title in ("Ny förskola", "Bättre sökning", "En fallsensor", "Smart trygghetslarm"):
        notice(title)
    upkeeping.count_words()
    results = Browse(q=typed).results(at)
    assert (results.total, results.meant.instead) == (0, meant)
    assert Browse(q=meant).results(at).meant.instead == ""
    assert Browse(q=typed, state="closed").results(at).meant.instead == "", "the other word finds nothing either"


def test_swapped_letters_are_one_mistake():
    assert [
        spelling.distance(*pair) for pair in [("larm", "larm"), ("lamr", "larm"), ("larm", ""), ("larm", "alarme")]
    ] == [0, 1, 4, 2]


NONSENSE = [
    "a" * 10_000, "larm " * 2_000, " OR ".join(f"ord{number}" for number in range(200)), '"', '"larm', "larm\0et", "-", "--", "OR", "- OR -",
    "!&|():*<->",
    "'\";--", "\\", "\\'", "(((" * 50, '-""', "²", "%", "%s", "{}", "' | 'P:33", "ord-med-bindestreck", "-" * 400, "é" * 500, "😀", "\ufeff", "http://x.y/z?a=b",
]  # fmt: skip


@pytest.mark.parametrize("q", NONSENSE, ids=range(len(NONSENSE)))
def test_whatever_is_typed_gets_an_answer_or_a_sentence(at, q):
    notice("Larm")
    data = QueryDict(mutable=True)
    data["q"] = q
    data.setlist("region", ["SE", "x'y", "\\"])
    results = Browse.from_address(data).results(at)
    assert results.notices or results.total == 0
    data["state"] = "all"
    Browse.from_address(data).notices(at).count()


@pytest.mark.parametrize("q", ["och att", "the of and", "- OR", "!!!", '""'])
def test_a_question_without_a_word_that_says_anything_is_told_so(at, q):
    notice("Och att det är så")
    results = Browse(q=q).results(at)
    assert results.notices == []
    assert len(results.meant.sentences) == 1


@pytest.mark.parametrize("year", [1901, 1950, 2990])
def test_however_old_a_notice_is_it_is_ranked(at, year):
    moment = datetime(year, 1, 1, tzinfo=UTC)
    make.notice(title="Larm", at=moment, deadline_at=datetime(2999, 1, 1, tzinfo=UTC))
    assert Browse(q="larm", state="all").results(at).total == 1


def test_what_is_too_long_is_cut_and_the_reader_is_told(at):
    notice("Larm")
    results = Browse(q="larm " * 200).results(at)
    assert results.total == 1
    assert results.meant.sentences == [meaning.cut_sentence()]


def test_what_takes_too_long_is_stopped_with_a_sentence(at, monkeypatch):
    notice("Larm")
    monkeypatch.setattr(finding, "MOST_MILLISECONDS", 50)
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        before = cursor.fetchone()
    monkeypatch.setattr(finding._Asking, "_rows", _sleep)
    results = Browse(q="larm").results(at)
    assert results.meant.sentences == [meaning.late_sentence()]
    assert results.is_late
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == before


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_the_limit_ends_with_the_statement(monkeypatch):
    monkeypatch.setattr(finding, "MOST_MILLISECONDS", 50)
    with pytest.raises(OperationalError, match="statement timeout"):
        finding.bounded_rows("default", "SELECT pg_sleep(%s)", [5])
    assert finding.bounded_rows("default", "SELECT %s::int", [1]) == [(1,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.1), current_setting('statement_timeout')")
        assert cursor.fetchone()[1] == "0"


def _sleep(asking):
    return finding.bounded_rows(asking.using, "SELECT pg_sleep(%s)", [5])


def test_what_is_over_leaves_the_index_of_what_is_open_and_nothing_has_changed(at):
    made = notice("Larm", deadline_at=at + timedelta(days=5))
    before = NoticeSearch.objects.get(notice=made)
    assert upkeeping.close_over(at + timedelta(days=5, hours=1)) == 0
    assert found(at + timedelta(days=5, hours=1)) == []
    assert found(at + timedelta(days=5, hours=1), state="closed") == ["Larm"]
    assert upkeeping.close_over(at + timedelta(days=7)) == 1
    row = NoticeSearch.objects.get(notice=made)
    assert (row.is_open, row.changed) == (False, before.changed)
    assert found(at + timedelta(days=7), state="closed") == ["Larm"]


def test_indexing_again_changes_nothing_and_brings_back_what_is_missing(at):
    first, second = notice("Larm"), notice("Buss")
    before = {row.pk: (row.document, row.keys) for row in NoticeSearch.objects.all()}
    NoticeSearch.objects.filter(notice=second).delete()
    assert found(at) == ["Larm"]
    from django.core.management import call_command

    call_command("index_notices", verbosity=0)
    call_command("index_notices", "--all", verbosity=0)
    assert {row.pk: (row.document, row.keys) for row in NoticeSearch.objects.all()} == before
    assert found(at) == ["Buss", "Larm"]
    assert first.pk in before


def test_many_are_indexed_by_as_many_statements_as_one(at, django_assert_num_queries):
    from procurements.models import NoticeVersion

    for number in range(4):
        notice(f"Larm {number}")
    versions = list(searching.with_all(NoticeVersion.objects.all()))
    with django_assert_num_queries(2):
        searching.index_many(versions)


@pytest.mark.parametrize("step", [1, 2, 8, 10, 16, 97])
def test_every_part_of_all_notices_is_even_whatever_its_keys_have_in_common(step):
    keys = range(5_000_003, 5_000_003 + 40_000 * step, step)
    found = Counter(part for key in keys for part in searching.shares(key))
    for share in searching.SHARES[:6]:
        assert found[f"Y:{share}"] == pytest.approx(40_000 / share, rel=0.1)


def test_older_rows_were_given_the_same_parts(at):
    written = [notice("Larm").pk for _ in range(30)]
    rows = NoticeSearch.objects.filter(pk__in=written)
    before = dict(rows.values_list("pk", "document"))
    with connection.cursor() as cursor:
        parts = [f"Y:{share}" for share in searching.SHARES]
        cursor.execute("UPDATE procurements_noticesearch SET document = ts_delete(document, %s::text[])", [parts])
        assert dict(rows.values_list("pk", "document")) != before
        cursor.execute(import_module("procurements.migrations.0011_search_samples").PARTS)
    assert dict(rows.values_list("pk", "document")) == before


@pytest.mark.parametrize(("after", "is_open"), [(timedelta(hours=1), True), (timedelta(days=10), False)])
def test_an_import_does_not_write_as_open_what_was_over_long_ago(at, after, is_open):
    one = notice("Larm", deadline_at=at + timedelta(days=3))
    searching.index(one.current_version, at=at + timedelta(days=3) + after)
    assert NoticeSearch.objects.get(pk=one.pk).is_open is is_open
