"""What becomes of a notice in the database. Files and commands are tested in test_import_eforms.py."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import Organisation
from interchange.demo import demo_notices
from interchange.eforms.reader import read
from interchange.importing import NotImportable, import_notice
from interchange.models import Outcome, UnknownCode
from matchmaking.models import MatchRun
from procurements.models import Kind, Notice, NoticeSearch, NoticeVersion
from records.models import AuditEvent
from taxonomy.models import Code
from tests import make
from tests.interchange import notices
from tests.interchange.states import everything

pytestmark = pytest.mark.django_db
ID = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
PROCEDURE = "33333333-3333-4333-8333-333333333333"


def imported(at=make.NOW, **fields):
    return import_notice(read(notices.notice(**fields)), source="test", at=at)


def current(**which) -> NoticeVersion:
    return NoticeVersion.objects.get(pk=Notice.objects.values_list("current_version", flat=True).get(**which))


def test_a_notice_becomes_a_procurement_with_a_published_version():
    result = imported(identifier=ID, procedure_id=PROCEDURE)
    version = result.version
    notice = version.notice
    assert result.outcome == Outcome.NEW
    assert (notice.source_id, notice.kind, notice.current_version) == (ID, Kind.COMPETITION, version)
    assert (notice.procurement.source_id, notice.procurement.source) == (PROCEDURE, "test")
    assert notice.procurement.ocid.endswith(PROCEDURE)
    assert (version.number, version.source_version, version.sdk) == (1, "01", "eforms-sdk-1.13")
    assert version.title == notice.title == "Tidig upptäckt av fall"
    assert (version.language, version.zone) == ("sv", "Europe/Stockholm")
    assert version.deadline_at == datetime(2026, 12, 20, 11, tzinfo=UTC)
    assert version.contact_email == "upphandling@fjallvik.example"
    assert version.value is None
    assert version.currency == ""
    assert AuditEvent.objects.filter(action="notice.imported", subject_id=str(notice.pk)).count() == 1


def test_lists_find_it():
    version = imported().version
    row = NoticeSearch.objects.get(notice=version.notice)
    assert row.version == version
    assert "K:competition" in row.keys
    assert "P:33196" in row.keys


def test_the_same_notice_twice_writes_nothing():
    xml = notices.notice(identifier=ID, procedure_id=PROCEDURE, extensions=notices.change(f"{OTHER}-01", "cor-buy"))
    import_notice(read(xml), source="test", at=make.NOW)
    before = everything()
    again = import_notice(read(xml), source="test", at=make.NOW + timedelta(days=1))
    assert again.outcome == Outcome.UNCHANGED
    assert everything() == before


def test_a_newer_version_becomes_current_and_the_older_stays():
    first = imported(identifier=ID).version
    second = imported(identifier=ID, version="02", titles=(("SWE", "Rättad"),))
    notice = Notice.objects.get(source_id=ID)
    assert second.outcome == Outcome.CHANGED
    assert notice.current_version == second.version
    assert notice.title == "Rättad"
    assert list(notice.versions.values_list("number", "title")) == [(1, first.title), (2, "Rättad")]


def test_an_older_version_that_arrives_later_does_not_become_current():
    newer = imported(identifier=ID, version="03", titles=(("SWE", "Tredje"),)).version
    older = imported(identifier=ID, version="01").version
    notice = Notice.objects.get(source_id=ID)
    assert notice.current_version == newer
    assert notice.title == "Tredje"
    assert (older.number, newer.number) == (1, 3)
    assert MatchRun.objects.filter(version=older, matches=0).exists()
    assert NoticeSearch.objects.get(notice=notice).version == newer


def test_notices_of_one_procedure_stand_in_one_procurement():
    call = imported(procedure_id=PROCEDURE).version.notice
    award = imported(
        procedure_id=PROCEDURE, root="ContractAwardNotice", form="result", type_="can-standard"
    ).version.notice
    assert award.kind == Kind.AWARD
    assert award.procurement == call.procurement


def previous(reference):
    return f"<cac:NoticeDocumentReference><cbc:ID>{reference}</cbc:ID></cac:NoticeDocumentReference>"


@pytest.mark.parametrize("pin_first", [True, False])
def test_a_call_that_follows_from_a_prior_notice_is_linked_to_it_whichever_comes_first(pin_first):
    pin = {"identifier": ID, "root": "PriorInformationNotice", "form": "planning", "subtype": "4"}
    call = {"identifier": OTHER, "procedure_id": PROCEDURE, "process": previous(f"{ID}-01")}
    for fields in (pin, call) if pin_first else (call, pin):
        imported(**fields)
    earlier, later = Notice.objects.get(source_id=ID), Notice.objects.get(source_id=OTHER)
    assert later.links.get().earlier == earlier
    assert earlier.procurement == later.procurement
    assert later.procurement.source_id == PROCEDURE


@pytest.mark.parametrize("changed_first", [True, False])
def test_a_change_with_an_identifier_of_its_own_takes_the_place_of_what_it_changes(changed_first):
    old = {"identifier": ID, "procedure_id": PROCEDURE}
    new = {"identifier": OTHER, "procedure_id": PROCEDURE, "extensions": notices.change(f"{ID}-01", "cor-buy")}
    for fields in (old, new) if changed_first else (new, old):
        imported(**fields)
    earlier, later = Notice.objects.get(source_id=ID), Notice.objects.get(source_id=OTHER)
    assert later.links.get().earlier == earlier
    assert earlier.closed_at
    assert earlier.closed_reason
    assert not later.closed_at
    assert current(source_id=OTHER).change_reasons == ["cor-buy"]
    assert NoticeSearch.objects.get(notice=earlier).closed_at == earlier.closed_at


def test_a_change_with_the_same_identifier_is_the_next_version():
    imported(identifier=ID)
    result = imported(identifier=ID, version="02", extensions=notices.change(f"{ID}-01", "update-add"))
    assert result.outcome == Outcome.CHANGED
    assert result.version.notice.closed_at is None


@pytest.mark.parametrize("identifier", [ID, OTHER])
def test_a_cancellation_closes_the_notice(identifier):
    imported(identifier=ID)
    imported(identifier=identifier, version="02", extensions=notices.change(f"{ID}-01", "cancel"))
    notice = Notice.objects.get(source_id=ID)
    assert notice.closed_at
    assert notice.closed_reason
    assert AuditEvent.objects.filter(action="notice.closed", subject_id=str(notice.pk)).count() == 1
    if identifier == OTHER:
        assert Notice.objects.get(source_id=OTHER).kind == Kind.CANCELLATION


def test_a_prior_notice_that_speaks_of_market_dialogue_is_a_consultation():
    pin = {"root": "PriorInformationNotice", "form": "planning", "type_": "pin-only", "subtype": "4"}
    assert imported(**pin).version.notice.kind == Kind.PRIOR
    assert imported(**pin, titles=(("SWE", "Inbjudan till marknadsdialog"),)).version.notice.kind == Kind.CONSULTATION


def test_an_old_change_notice_is_of_the_kind_that_its_root_says():
    assert imported(form="change", type_="corr").version.notice.kind == Kind.COMPETITION


def test_lots_keep_their_deadlines_and_the_notice_is_open_until_the_last():
    lots = "".join(
        notices.lot(f"LOT-000{n}", process=notices.deadline(f"2026-{month}-20Z", "12:00:00Z"))
        for n, month in ((1, "12"), (2, "10"), (3, "11"))
    )
    version = imported(lots=lots).version
    assert version.deadline_at == version.notice.search.deadline_at == datetime(2026, 12, 20, 12, tzinfo=UTC)
    assert [lot.deadline_at.month for lot in version.lots.all()] == [12, 10, 11]


def test_lots_of_the_same_name_are_stored_once():
    assert imported(lots=notices.lot() + notices.lot()).version.lots.count() == 1


def test_winners_are_stored_with_what_they_won():
    pool = notices.BUYER + notices.party("ORG-0002", "Havlys AS") + notices.party("ORG-0003", "Taperen AS")
    version = imported(
        organisations=pool, root="ContractAwardNotice", form="result", extensions=notices.winner()
    ).version
    winner = version.winners.get()
    assert (winner.organisation.name, winner.value, winner.currency) == ("Havlys AS", Decimal("1000.00"), "SEK")
    assert not winner.organisation.is_buyer


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, True),
        ({"lots": notices.lot(process=notices.deadline("2026-11-21Z"))}, False),
        ({"issued": "2026-10-01+01:00"}, False),
        ({"extensions": notices.change(f"{ID}-01", "cancel"), "identifier": ID}, False),
    ],
    ids=["open", "past its deadline", "older than 30 days", "cancelled"],
)
def test_only_what_is_open_and_new_waits_to_be_matched(fields, told):
    version = imported(**fields).version
    assert MatchRun.objects.filter(version=version).exists() is not told


def test_what_asks_without_a_deadline_is_over_after_a_year():
    notice = imported(issued="2023-01-10+01:00", lots=notices.lot(process="")).version.notice
    assert notice.closed_at == datetime(2024, 1, 10, 8, tzinfo=UTC)
    assert notice.closed_reason


def test_unknown_codes_are_kept_and_counted():
    Code.objects.create(list="innovative-acquisition", code="rd-act")
    kinds = notices.kind("innovative-acquisition", "brand-new") + notices.kind("innovative-acquisition", "rd-act")
    for _ in range(2):
        version = imported(lots=notices.lot(kinds=kinds, cpv="3319600-6")).version
    assert version.innovation == ["brand-new", "rd-act"]
    assert "3319600-6" in version.cpv
    found = set(UnknownCode.objects.values_list("list", "code", "times"))
    assert found == {("innovative-acquisition", "brand-new", 2), ("cpv", "3319600-6", 2)}


@pytest.mark.parametrize(
    "fields", [{"buyers": []}, {"buyers": ["ORG-9999"]}, {"identifier": "x" * 81}, {"identifier": "UNKNOWN"}]
)
def test_a_notice_without_identifier_or_buyer_leaves_nothing(fields):
    with pytest.raises(NotImportable):
        imported(**fields)
    assert not NoticeVersion.objects.exists()
    assert not Notice.objects.exists()


def test_long_texts_and_great_amounts_fit():
    lots = notices.lot("L" * 300, value=notices.amount("9" * 15), cpv="1" * 90)
    version = imported(
        titles=(("SWE", "å" * 9000),), version="1" * 90, lots=lots, value=notices.amount("9" * 15)
    ).version
    assert len(version.title) == 500
    assert version.value is not None


def test_the_demo_notices_are_open_today_and_carry_what_they_show():
    today = make.NOW.date()
    for name, xml in demo_notices(today):
        assert import_notice(read(xml), source="demo", at=make.NOW).outcome == Outcome.NEW, name
    kinds = sorted(Notice.objects.values_list("kind", flat=True))
    assert kinds == ["award", "competition", "competition", "competition", "consultation", "prior"]
    assert Notice.objects.open(make.NOW).count() == 5
    assert MatchRun.objects.count() == 0
    joint = current(title__startswith="Gemensam")
    assert [(buyer.organisation.name, buyer.is_lead) for buyer in joint.buyers.all()] == [
        ("Fjällviks kommun", False),
        ("Älvmyra kommun", True),
        ("Stensunda kommun", False),
    ]
    assert joint.notice.procurement.organisation.name == "Älvmyra kommun"
    furniture = current(title__startswith="Möbler")
    assert furniture.environment == ["circ-econ"]
    assert furniture.value == Decimal("6800000.00")
    before = everything()
    for _, xml in demo_notices(today + timedelta(days=9)):
        assert import_notice(read(xml), source="demo", at=make.NOW).outcome == Outcome.UNCHANGED
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_notice_at_once_make_one_notice_and_one_buyer():
    facts = read(notices.notice(identifier=ID))
    begin = Barrier(2)

    def one(_):
        try:
            begin.wait(timeout=10)
            return import_notice(facts, source="test", at=make.NOW).outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(one, range(2)))
    assert outcomes == [Outcome.NEW, Outcome.UNCHANGED]
    assert (NoticeVersion.objects.count(), Organisation.objects.count()) == (1, 1)
