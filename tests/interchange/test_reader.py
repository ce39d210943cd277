from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from interchange.eforms.facts import Money
from interchange.eforms.reader import NotProcurement, read
from interchange.eforms.values import role_mailbox, web_address
from tests.interchange import notices
from tests.interchange.truth import CASES, column_values, rows

TRUTH = list(rows())


@pytest.mark.skipif(not TRUTH, reason="The notices beside the project are not here: set ARENA_CASES_DIR.")
@pytest.mark.parametrize(("folder", "row"), TRUTH, ids=[row["filename"] for _, row in TRUTH])
def test_every_column_of_the_truth_tables_agrees(folder, row):
    xml = (CASES / folder / row["filename"]).read_bytes()
    if row["root"] == "BusinessRegistrationInformationNotice":
        with pytest.raises(NotProcurement):
            read(xml)
        return
    found = column_values(read(xml))
    assert {name for name, _, _ in found} | {"filename"} == set(row)
    wrong = {name: (told(row[name]), value) for name, value, told in found if told(row[name]) != value}
    assert wrong == {}


def lots_of(**fields):
    return read(notices.notice(**fields)).lots


def test_a_deadline_has_the_offset_of_its_time():
    (lot,) = lots_of(lots=notices.lot(process=notices.deadline("2026-12-20+02:00", "12:00:00+01:00")))
    assert lot.deadlines.tenders == datetime(2026, 12, 20, 12, tzinfo=timezone(timedelta(hours=1)))


def test_a_deadline_without_a_time_is_the_end_of_that_day_in_its_offset():
    (lot,) = lots_of(lots=notices.lot(process=notices.deadline("2026-12-20+02:00", "")))
    assert lot.deadlines.tenders == datetime(2026, 12, 20, 21, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("date", ["2026-02-30+01:00", "tomorrow", "9999-12-31-14:00", "0001-01-01+14:00", "20261220"])
def test_a_date_that_does_not_exist_is_no_deadline(date):
    (lot,) = lots_of(lots=notices.lot(process=notices.deadline(date, "")))
    assert lot.deadlines.closing == ()


@pytest.mark.parametrize("time", ["25:00:00+01:00", "noon", "12:00:00+99:00"])
def test_a_time_that_does_not_exist_leaves_the_date_standing(time):
    (lot,) = lots_of(lots=notices.lot(process=notices.deadline("2026-12-20+01:00", time)))
    assert lot.deadlines.tenders is not None


def test_every_lot_keeps_its_own_deadlines_of_every_kind():
    first, second = lots_of(
        lots=notices.lot("LOT-0001", process=notices.deadline("2026-12-20Z", "10:00:00Z"))
        + notices.lot("LOT-0002", process=notices.deadline(tag="ParticipationRequestReceptionPeriod"))
    )
    assert first.deadlines.tenders == datetime(2026, 12, 20, 10, tzinfo=UTC)
    assert second.deadlines.requests
    assert not second.deadlines.tenders


def test_parts_are_read_and_groups_of_lots_are_not():
    found = lots_of(lots=notices.lot("PAR-0001", scheme="Part") + notices.lot("GLO-0001", scheme="LotsGroup"))
    assert [(lot.identifier, lot.is_part) for lot in found] == [("PAR-0001", True)]


def value_of(*lots, procedure=""):
    return read(notices.notice(value=procedure, lots="".join(lots))).value


def test_the_procedures_value_counts_before_the_lots():
    assert value_of(notices.lot(value=notices.amount("10")), procedure=notices.amount("25.5")) == Money(
        Decimal("25.5"), "SEK"
    )


def test_lots_are_summed_when_all_have_a_value_in_one_currency():
    lots = notices.lot("LOT-0001", value=notices.amount("10")), notices.lot("LOT-0002", value=notices.amount("5.50"))
    assert value_of(*lots) == Money(Decimal("15.50"), "SEK")


def test_no_value_is_stated_when_a_lot_has_none_or_another_currency():
    first = notices.lot("LOT-0001", value=notices.amount("10"))
    assert value_of(first, notices.lot("LOT-0002")) is None
    assert value_of(first, notices.lot("LOT-0002", value=notices.amount("10", "EUR"))) is None


@pytest.mark.parametrize("words", ["-1", "NaN", "1e400", "", "1,5", "9" * 40])
def test_an_amount_that_is_none_is_not_stated(words):
    assert value_of(notices.lot(), procedure=notices.amount(words)) is None


TITLES = (("FRA", "Chute"), ("ENG", "Fall"), ("SWE", "Fall i hemmet"), ("NOR", "Fall hjemme"))


@pytest.mark.parametrize(
    ("titles", "language", "told"),
    [
        (TITLES, "FRA", "Fall i hemmet"),
        (TITLES[:2], "FRA", "Fall"),
        ((*TITLES[:1], ("DEU", "Sturz")), "DEU", "Sturz"),
        ((("POL", "Upadek"),), "DEU", "Upadek"),
    ],
)
def test_a_text_is_told_in_our_languages_then_in_the_notices_then_in_the_first(titles, language, told):
    facts = read(notices.notice(titles=titles, language=language))
    assert facts.title.best(*facts.reading_order()) == told


def test_a_buyer_named_by_its_touch_point_is_the_organisation_behind_it():
    organisations = notices.party("ORG-0001", "Fjällviks kommun", touch_point="TPO-0001")
    facts = read(notices.notice(organisations=organisations, buyers=["TPO-0001"]))
    assert [buyer.organisation.identifier for buyer in facts.buyers] == ["ORG-0001"]


def test_who_leads_is_unknown_when_no_buyer_is_marked():
    two = notices.party("ORG-0001", "Fjällvik") + notices.party("ORG-0002", "Älvmyra")
    facts = read(notices.notice(organisations=two, buyers=["ORG-0002", "ORG-0001"]))
    assert [(buyer.organisation.identifier, buyer.is_lead) for buyer in facts.buyers] == [
        ("ORG-0002", None),
        ("ORG-0001", None),
    ]


def test_the_marked_buyer_leads_and_the_others_do_not():
    two = notices.party("ORG-0001", "Fjällvik", lead=False) + notices.party("ORG-0002", "Älvmyra", lead=True)
    facts = read(notices.notice(organisations=two, buyers=["ORG-0001", "ORG-0002"]))
    assert [buyer.is_lead for buyer in facts.buyers] == [False, True]


def test_the_winner_is_whoever_has_the_contract_and_not_the_other_tenderers():
    pool = notices.BUYER + notices.party("ORG-0002", "Havlys AS") + notices.party("ORG-0003", "Taperen AS")
    results = read(notices.notice(organisations=pool, extensions=notices.winner())).results
    assert [(body.name.best(), results.tenders[0].value) for body in results.winners] == [
        ("Havlys AS", Money(Decimal(1000), "SEK"))
    ]


def test_persons_leave_nothing_behind_but_a_roles_mailbox():
    pool = notices.party("ORG-0001", "Fjällviks kommun", email="anna.berg@fjallvik.example")
    pool += notices.party("ORG-0002", "Berit Berg", number="640823-3234", is_person=True, email="post@berg.example")
    told = repr(read(notices.notice(organisations=pool, extensions=notices.winner())))
    for secret in ("Anna", "Berit", "640823", "174 06 05", "anna.berg"):
        assert secret not in told


@pytest.mark.parametrize(
    "address",
    [
        "upphandling@x.se",
        "post@x.no",
        "registrator.ks@x.se",
        "Postmottak@x.no",
        "procurement-office@x.org",
        "info@x.se",
    ],
)
def test_a_roles_mailbox_is_kept(address):
    assert role_mailbox(address) == address.lower()


@pytest.mark.parametrize(
    "address", ["anna.berg@x.se", "aberg@x.se", "anna@x.se", "informatik.anna@x.se", "post", "post@x", ""]
)
def test_a_mailbox_that_may_be_a_persons_is_dropped(address):
    assert role_mailbox(address) == ""


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "https://x y", 'https://x"><script>', "n/a"]
)
def test_an_address_that_no_browser_should_follow_is_dropped(address):
    assert web_address(address) == ""


def test_unknown_codes_and_future_sdks_are_read():
    kinds = notices.kind("strategic-procurement", "inn-pur") + notices.kind("innovative-acquisition", "brand-new")
    facts = read(notices.notice(sdk="eforms-sdk-2.7", subtype="99", lots=notices.lot(kinds=kinds)))
    assert (facts.of_lots("innovation"), facts.subtype) == (("brand-new",), "99")
