"""What belongs together stands together, in whatever order the notices come."""

from itertools import permutations

import pytest

from interchange import linking
from interchange.eforms.reader import read
from interchange.importing import import_notice
from interchange.models import ChangeOf
from procurements.models import Closing, Interest, Kind, Notice, NoticeSearch, Procurement
from records.models import AuditEvent
from tests import make
from tests.interchange import notices
from tests.interchange.test_importing import previous

pytestmark = pytest.mark.django_db
PIN, CALL, AWARD, CHANGE = (f"{n}{n}{n}{n}{n}{n}{n}{n}-1111-4111-8111-111111111111" for n in range(1, 5))
PROCEDURE = "99999999-9999-4999-8999-999999999999"
OTHER_PROCEDURE = "88888888-8888-4888-8888-888888888888"
CHAIN = {
    PIN: {"root": "PriorInformationNotice", "form": "planning", "subtype": "4"},
    CALL: {"procedure_id": PROCEDURE, "process": previous(f"{PIN}-01")},
    AWARD: {"root": "ContractAwardNotice", "form": "result", "process": previous(f"{CALL}-01")},
    CHANGE: {"extensions": notices.change(f"{CALL}-01", "cor-buy")},
}


def imported(identifier, **fields):
    xml = notices.notice(identifier=identifier, **fields)
    return import_notice(read(xml), source="test", at=make.NOW).version.notice


ORDERS = ["1234", "4321", "2143", "3412", "1423", "4132"]  # each notice in each place; all 24 in the second tier


def orders():
    for order in permutations(CHAIN):
        name = "".join(one[0] for one in order)
        yield pytest.param(order, id=name, marks=() if name in ORDERS else pytest.mark.slow)


@pytest.mark.parametrize("order", list(orders()))
def test_prior_notice_call_award_and_change_are_one_procurement_whichever_comes_first(order):
    for identifier in order:
        imported(identifier, **CHAIN[identifier])
    procurement = Procurement.objects.get()
    assert procurement.source_id == PROCEDURE
    assert procurement.notices.count() == 4
    earlier = dict(Notice.objects.exclude(links=None).values_list("source_id", "links__earlier__source_id"))
    assert earlier == {CALL: PIN, AWARD: CALL, CHANGE: CALL}
    closed = dict(Notice.objects.exclude(closed_at=None).values_list("source_id", "closed_as"))
    assert closed == {CALL: Closing.WITHDRAWN}


@pytest.mark.parametrize("call_first", [True, False])
def test_two_awards_that_came_apart_are_brought_together_by_their_call(call_first):
    awards = {f"{n}2222222-1111-4111-8111-111111111111": dict(CHAIN[AWARD]) for n in (5, 6)}
    steps = [(CALL, CHAIN[CALL]), *awards.items()]
    for identifier, fields in steps if call_first else steps[::-1]:
        imported(identifier, **fields)
    assert Procurement.objects.count() == 1


def test_two_calls_from_one_prior_notice_stay_two_procurements():
    imported(PIN, **CHAIN[PIN])
    first = imported(CALL, **CHAIN[CALL])
    second = imported(CHANGE, procedure_id=OTHER_PROCEDURE, process=previous(f"{PIN}-01"))
    assert first.procurement != second.procurement
    assert Notice.objects.get(source_id=PIN).procurement == first.procurement


def test_a_procurement_in_which_somebody_is_interested_is_not_dissolved():
    award = imported(AWARD, **CHAIN[AWARD])
    Interest.objects.create(
        procurement=award.procurement, organisation=make.supplier(), received_at=make.NOW, receipt="x" * 64
    )
    other = imported(CHANGE, procedure_id=PROCEDURE)
    call = imported(CALL, **CHAIN[CALL])
    assert call.procurement == other.procurement
    award.refresh_from_db()
    assert award.procurement != call.procurement
    assert award.links.get().earlier == call


@pytest.mark.parametrize("cancel_first", [True, False])
def test_a_cancellation_counts_before_a_later_change(cancel_first):
    steps = [
        (CHANGE, {"extensions": notices.change(f"{CALL}-01", "cancel"), "issued": "2026-11-20+01:00"}),
        (AWARD, {"extensions": notices.change(f"{CALL}-01", "cor-buy"), "issued": "2026-11-21+01:00"}),
    ]
    imported(CALL, procedure_id=PROCEDURE)
    for identifier, fields in steps if cancel_first else steps[::-1]:
        imported(identifier, **fields)
    call = Notice.objects.get(source_id=CALL)
    assert call.closed_as == Closing.CANCELLED
    assert Notice.objects.get(source_id=CHANGE).kind == Kind.CANCELLATION
    assert NoticeSearch.objects.get(notice=call).closed_at == call.closed_at


@pytest.mark.parametrize("versions", [("01", "02"), ("02", "01")])
def test_a_notice_that_cancels_itself_keeps_its_kind_whichever_version_comes_first(versions):
    extensions = {"01": "", "02": notices.change(f"{CALL}-01", "cancel")}
    for version in versions:
        imported(CALL, version=version, extensions=extensions[version])
    notice = Notice.objects.get()
    assert (notice.kind, notice.closed_as) == (Kind.COMPETITION, Closing.CANCELLED)


def test_what_seemed_over_is_open_again_when_a_version_states_a_deadline():
    old = imported(CALL, issued="2023-01-10+01:00", lots=notices.lot(process=""))
    assert old.closed_as == Closing.EARLY
    imported(CALL, version="02")
    old.refresh_from_db()
    assert (old.closed_at, old.closed_as, old.closed_reason) == (None, "", "")
    assert AuditEvent.objects.filter(action="notice.reopened", subject_id=str(old.pk)).count() == 1


@pytest.mark.parametrize("first", [0, 1])
def test_the_lead_of_the_earliest_notice_answers_whichever_comes_first(first):
    other = notices.party("ORG-0001", "Älvmyra kommun")
    steps = [
        (CALL, {"procedure_id": PROCEDURE, "issued": "2026-11-01+01:00"}),
        (AWARD, {"procedure_id": PROCEDURE, "issued": "2026-11-20+01:00", "organisations": other}),
    ]
    for identifier, fields in (steps[first], steps[1 - first]):
        imported(identifier, **fields)
    assert Procurement.objects.get().organisation.name == "Fjällviks kommun"


@pytest.mark.parametrize("written", ["566194-2026", "00566194-2026", "2026/S 157-566194", " 2026/S 157-0566194 "])
def test_a_publication_number_is_one_however_it_is_written(written):
    assert linking.publication_number(written) == "00566194-2026"


@pytest.mark.parametrize("call_first", [True, False])
@pytest.mark.parametrize("reference", ["566194-2026", "00566194-2026", "2026/S 157-566194"])
def test_a_reference_by_publication_number_finds_its_notice(reference, call_first):
    number = '<efac:Publication><efbc:NoticePublicationID schemeName="ojs-notice-id">00566194-2026</efbc:NoticePublicationID></efac:Publication>'
    steps = [(CALL, {"extensions": number}), (AWARD, {"process": previous(reference)})]
    for identifier, fields in steps if call_first else steps[::-1]:
        imported(identifier, **fields)
    assert Notice.objects.get(source_id=AWARD).links.get().earlier.source_id == CALL
    assert not ChangeOf.objects.exists()
