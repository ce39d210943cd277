"""A case begins from what a procurement has told everybody (D4), and from nothing else (quality part 4.2)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import F

from accounts.models import Duty, Organisation
from accounts.rules import Refused
from knowledge import casing
from knowledge.models import Article, CaseFacts, Genre
from procurements import closing, concluding, interest, publishing, writing
from procurements.models import Procurement
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db
ASSETS = [
    {"name": "Radarn", "origin": "background", "level": "use", "motive": ""},
    {"name": "Mätdata", "origin": "result", "level": "share", "motive": "Fler ska kunna räkna."},
]


@pytest.fixture
def curator():
    return make.user(duty=Duty.CURATOR)


def competition(at, *, winners=None, assets=ASSETS, buyer=None, **wording):
    """A competition that was awarded forty days after it was published."""
    buyer = buyer or make.buyer(name="Fjällviks kommun")
    owner = make.member(buyer)
    draft = make.notice(
        buyer=buyer, by=owner, kind="competition", published=False, at=at, value="9000000.00", currency="SEK", **wording
    )
    writing.save(draft, wording={}, having={"assets": assets}, revision=draft.revision, by=owner, at=at)
    draft.refresh_from_db()
    publishing.publish(draft, by=owner, at=at)
    draft.refresh_from_db()
    later = at + timedelta(days=40)
    concluding.record_outcome(
        draft,
        result="awarded",
        text="Vi valde det som varnar före.",
        decided_on=later.date(),
        tenders=4,
        winners=winners or [concluding.Chosen("Varnaren AB", value=Decimal(2_100_000), currency="SEK")],
        by=owner,
        at=later,
    )
    draft.refresh_from_db()
    return draft


def begin(notice, curator, at, language="sv"):
    return casing.begin(notice.procurement, language=language, by=curator, at=at + timedelta(days=41))


def test_a_case_begins_with_what_the_procurement_has_told(curator, at, lists):
    article = begin(competition(at), curator, at)
    case, text = article.case, article.texts.get()
    assert (article.genre, article.phases, article.procedures) == (Genre.CASE, ["competition", "contract"], ["open"])
    assert article.published_at is None
    assert (case.buyer_name, case.country, case.procedure) == ("Fjällviks kommun", "SWE", "open")
    assert (case.rights, case.suppliers, case.value, case.currency) == ("share", "Varnaren AB", 2_100_000, "SEK")
    assert (case.began_on, case.contract_on, case.goals) == (date(2026, 11, 22), None, [3])
    assert (case.measure, case.before, case.after, case.others_may_use) == ("", None, None, None)
    assert text.title == "Tidig upptäckt av fall i hemmet"
    for words in ("Larmet kommer först", "Hälften så många fall", "Radarn", "Fler ska kunna räkna", "varnar före"):
        assert words in text.body
    assert text.body.count("<h2>") == 6
    assert "<h3>Förfarande</h3>" in text.body
    assert "lang=" not in text.body


def test_a_quote_in_another_language_says_which(curator, at, lists):
    body = begin(competition(at), curator, at, language="nb").texts.get().body
    assert '<blockquote lang="sv">' in body
    assert "/nb/procurements/" in body


def test_what_a_procurement_says_is_text_and_never_markup(curator, at, lists):
    notice = competition(at, problem='<script>alert(1)</script> & <b onclick="x">fet</b>')
    body = begin(notice, curator, at).texts.get().body
    assert "<script" not in body
    assert "&lt;b onclick" in body


def test_one_procurement_has_one_case(curator, at, lists):
    notice = competition(at)
    assert begin(notice, curator, at) == begin(notice, curator, at)
    assert Article.objects.count() == CaseFacts.objects.count() == 1
    assert AuditEvent.objects.filter(action="case.begun").count() == 1
    assert not casing.candidates(at=at).exists()


def test_what_has_not_ended_is_no_case(curator, at, lists):
    need = make.notice()
    closed = make.notice(kind="competition")
    closing.close(closed, by=closed.edited_by, at=at, reason="Anbuden är inne.")
    went_on = make.notice()
    closing.close(went_on, by=went_on.edited_by, at=at, reason="Vi vet nog.")
    concluding.record_outcome(
        went_on, result="went-on", text="Vi går vidare.", decided_on=at.date(), by=went_on.edited_by, at=at
    )
    assert not casing.candidates(at=at).exists()
    for notice in (need, closed, went_on, make.notice(published=False)):
        with pytest.raises(casing.NothingToTell):
            casing.begin(notice.procurement, language="sv", by=curator, at=at)
    assert not Article.objects.exists()


def test_candidates_are_found_by_words_and_by_buyer(curator, at, lists):
    fall, light = competition(at), make.awarded(make.notice(kind="competition", title="Ljus som tjänst"))
    assert [one.pk for one in casing.candidates(at=at)] == [light.procurement_id, fall.procurement_id]
    assert casing.candidates(words="ljus", at=at).get() == light.procurement
    assert casing.candidates(buyer="fjällvik", at=at).get() == fall.procurement
    assert not casing.candidates(words="ljus", buyer="fjällvik", at=at).exists()


def test_the_list_of_candidates_costs_the_same_however_long(at, lists, django_assert_num_queries):
    for _each in range(3):
        make.awarded(make.notice(kind="competition"))
    with django_assert_num_queries(2):
        for one in casing.candidates(at=at):
            assert [notice.current_version.title for notice in one.notices.all()]
            assert one.organisation.name


def test_nothing_that_is_not_public_reaches_a_case(curator, at, lists):
    """A canary in the draft of the next version, in a draft beside it, in interest, in an answer and in the team's words."""
    notice = competition(at)
    owner, supplier = notice.edited_by, make.supplier(name="Kanariefågeln AB")
    writing.save(
        notice,
        wording={"title": "Kanarietitel", "problem": "Kanarieproblem", "value": Decimal(77_777_777)},
        having={"assets": [{**ASSETS[0], "name": "Kanarietillgång", "level": "own", "motive": "Kanariemotiv"}]},
        revision=notice.revision,
        by=owner,
        at=at,
    )
    writing.go_on(notice, kind="award", by=owner, at=at)
    shown = interest.register(
        notice.procurement,
        organisation=supplier,
        level="interested",
        message="Kanariemeddelande",
        by=make.member(supplier),
        at=at,
    )
    concluding.answer(shown, text="Kanariesvar", by=owner, at=at)
    article = begin(notice, curator, at)
    text, case = article.texts.get(), article.case
    kept = f"{text.title} {text.summary} {text.body} {vars(case)}"
    assert "anari" not in kept
    assert "77777777" not in kept
    assert "upphandling@example.org" not in kept
    assert case.rights == "share"


def test_a_person_who_trades_in_the_own_name_is_not_named(curator, at, lists):
    trader = make.supplier(name="Kim Kanarie", kind=Organisation.Kind.SOLE_TRADER)
    by_number = make.supplier(name="Lo Kanarie", registration_number="8001011234")
    winners = [
        concluding.Chosen("Varnaren AB"),
        concluding.Chosen("Kim Kanarie", organisation=trader),
        concluding.Chosen("Lo Kanarie", organisation=by_number),
    ]
    article = begin(competition(at, winners=winners), curator, at)
    assert "anari" not in article.case.suppliers
    assert article.case.suppliers.startswith("Varnaren AB")
    assert (article.case.value, article.case.currency) == (None, "")


def test_contracts_in_two_currencies_are_not_added(curator, at, lists):
    winners = [
        concluding.Chosen("Varnaren AB", value=Decimal(10), currency="SEK"),
        concluding.Chosen("Varsleren AS", value=Decimal(10), currency="NOK"),
    ]
    assert begin(competition(at, winners=winners), curator, at).case.value is None


def test_only_an_editor_makes_a_case(at, lists):
    notice = competition(at)
    with pytest.raises(Refused):
        begin(notice, notice.edited_by, at)


def test_facts_are_changed_and_a_stale_change_is_refused(curator, at, lists):
    article = begin(competition(at), curator, at)
    seen, later = article.case.edited_at, at + timedelta(days=42)
    said = {"measure": "fall per år", "before": Decimal("7.0"), "after": Decimal("5.6"), "measured_on": at.date()}
    case = casing.change(article, said, seen=seen, by=curator, at=later)
    effect = casing.effect_of(case)
    assert effect
    assert (effect.percent, effect.size, effect.is_drawn) == (-20, 20, True)
    assert casing.change(article, said, seen=None, by=curator, at=later).edited_at == later  # the same says nothing
    with pytest.raises(casing.Stale):
        casing.change(article, {"measure": "annat"}, seen=seen, by=curator, at=later)
    assert AuditEvent.objects.filter(action="case.changed").count() == 1


def test_cases_are_filtered_by_their_facts(curator, at, lists):
    article = begin(competition(at), curator, at)
    make.article()
    every = Article.objects.all()
    assert casing.filtered(every, {}).count() == 2
    for fits in ({"rights": "share"}, {"procedure": "open"}, {"country": "SWE"}, {"goal": 3}):
        assert casing.filtered(every, fits).get() == article
    for misses in ({"rights": "own"}, {"goal": 17}, {"theme": "ljus"}, {"has_effect": True}):
        assert not casing.filtered(every, misses).exists()


def test_an_award_read_from_another_database_is_a_candidate(at, lists):
    notice = make.notice(kind="award", deadline_at=None)
    Procurement.objects.filter(pk=notice.procurement_id).update(
        source="ted", source_id="x", organisation=F("organisation")
    )
    assert casing.candidates(at=at).get() == notice.procurement
