"""The same notice from two sources is one (G4), and what only looks like it is not."""

import pytest

from interchange.eforms.reader import read
from interchange.importing import import_notice
from interchange.models import Outcome, Seen
from procurements.models import Notice, NoticeVersion, Procurement
from tests import make
from tests.interchange import notices
from tests.interchange.states import everything
from tests.interchange.test_importing import previous

pytestmark = pytest.mark.django_db
ID = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
PROCEDURE = "33333333-3333-4333-8333-333333333333"
NUMBER = "00566194-2026"

TED = {"identifier": ID, "procedure_id": PROCEDURE}
DOFFIN = {"identifier": "2022-319091", "procedure_id": "2022-319091"}


def published(number):
    return f'<efac:Publication><efbc:NoticePublicationID schemeName="ojs-notice-id">{number}</efbc:NoticePublicationID></efac:Publication>'


def imported(fields, source="ted"):
    return import_notice(read(notices.notice(**fields)), source=source, at=make.NOW)


def test_a_notice_that_two_sources_bring_is_stored_once_and_both_are_known():
    first = imported(TED, "ted")
    again = imported(TED, "doffin")
    assert again.outcome == Outcome.UNCHANGED
    assert again.version == first.version
    assert list(Seen.objects.values_list("source", "name")) == [("ted", ID), ("doffin", ID)]
    before = everything()
    imported(TED, "doffin")
    assert everything() == before


def test_both_names_of_a_notice_that_one_upload_brings_twice_are_kept_and_found_again():
    imported(DOFFIN, "upload")
    assert imported(TED, "upload").outcome == Outcome.UNCHANGED
    assert set(Seen.objects.values_list("source", "name")) == {("upload", DOFFIN["identifier"]), ("upload", ID)}
    for fields in (DOFFIN, TED):
        assert imported(fields, "upload").outcome == Outcome.UNCHANGED
    assert (Notice.objects.count(), Seen.objects.count()) == (1, 2)


def test_an_identifier_in_capitals_is_the_same_identifier():
    imported({"identifier": ID.replace("1", "a")})
    assert imported({"identifier": ID.replace("1", "A")}).outcome == Outcome.UNCHANGED


@pytest.mark.parametrize("ted_first", [True, False])
@pytest.mark.parametrize(
    "how", ["it says the same", "it has the same publication number", "it is in the same procedure"]
)
def test_an_old_copy_of_doffins_and_the_notice_of_ted_are_one(how, ted_first):
    ted, doffin = dict(TED), dict(DOFFIN)
    if how == "it has the same publication number":
        ted |= {"extensions": published("566194-2026"), "issued": "2026-11-22+01:00"}
        doffin |= {"extensions": published("2026/S 157-566194"), "titles": (("SWE", "En annan rubrik"),)}
    if how == "it is in the same procedure":
        doffin |= {"procedure_id": PROCEDURE, "titles": (("SWE", "En annan rubrik"),)}
    pair = [(ted, "ted"), (doffin, "doffin")]
    first, second = pair if ted_first else pair[::-1]
    version = imported(*first).version
    merged = imported(*second)
    assert (merged.outcome, merged.version) == (Outcome.UNCHANGED, version)
    notice = Notice.objects.get()
    assert notice.source_id == ID
    assert notice.procurement.source_id == PROCEDURE
    assert {"2022-319091", ID} <= set(Seen.objects.values_list("name", flat=True))
    before = everything()
    for fields, source in pair:
        assert imported(fields, source).outcome == Outcome.UNCHANGED
    assert everything() == before


NEAR_MISSES = {
    "another title": {"titles": (("SWE", "Tidig upptäckt av brand"),)},
    "another day": {"issued": "2026-11-22+01:00"},
    "another deadline": {"lots": notices.lot(process=notices.deadline("2026-12-21+01:00"))},
    "no deadline": {"lots": notices.lot(process="")},
    "another subject": {"lots": notices.lot(cpv="45000000"), "main": "45000000"},
    "another value": {"value": notices.amount("500")},
    "another buyer": {"organisations": notices.party("ORG-0001", "Älvmyra kommun", number="212000-0142")},
    "a buyer of that name in another country": {"organisations": notices.party("ORG-0001", "Fjällviks kommun", country="FIN")},
    "another kind": {"form": "result", "type_": "can-standard"},
    "a change": {"extensions": notices.change("2022-111111", "cor-buy")},
    "another version": {"version": "02"},
    "another procedure": {"procedure_id": OTHER},
    "another publication number": {"extensions": published("111111-2026")},
}  # fmt: skip


@pytest.mark.parametrize("miss", NEAR_MISSES)
@pytest.mark.parametrize("ted_first", [True, False])
def test_what_differs_in_one_thing_is_another_notice(miss, ted_first):
    fields = {**DOFFIN, **NEAR_MISSES[miss]}
    main = fields.pop("main", None)
    xml = notices.notice(**fields)
    if main:
        xml = xml.replace(b"33196000", main.encode())
    ted = notices.notice(**TED, extensions=published(NUMBER))
    for one in (ted, xml) if ted_first else (xml, ted):
        assert import_notice(read(one), source="test", at=make.NOW).outcome == Outcome.NEW
    assert Notice.objects.count() == 2


@pytest.mark.parametrize("identifiers", [(ID, OTHER), ("2022-319091", "2022-319092")])
def test_two_identifiers_of_one_make_are_two_notices(identifiers):
    for identifier in identifiers:
        assert imported({"identifier": identifier}).outcome == Outcome.NEW


def test_a_second_copy_with_a_number_of_its_own_is_not_taken_for_the_first():
    imported(TED)
    assert imported(DOFFIN, "doffin").outcome == Outcome.UNCHANGED
    assert imported({**DOFFIN, "identifier": "2022-319092"}, "doffin").outcome == Outcome.NEW


def test_a_copy_that_may_be_of_two_notices_is_taken_for_neither():
    imported({"identifier": ID})
    imported({"identifier": OTHER})
    assert imported({"identifier": "2022-319091"}, "doffin").outcome == Outcome.NEW


@pytest.mark.parametrize("change_first", [True, False])
def test_a_change_that_names_the_copy_closes_the_notice(change_first):
    change = {
        "identifier": "2022-400000",
        "procedure_id": "2022-319091",
        "extensions": notices.change("2022-319091", "cor-buy"),
    }
    imported(TED)
    steps = [(change, "doffin"), (DOFFIN, "doffin")]
    for fields, source in steps if change_first else steps[::-1]:
        imported(fields, source)
    old, new = Notice.objects.get(source_id=ID), Notice.objects.get(source_id="2022-400000")
    assert old.closed_at
    assert not new.closed_at
    assert new.links.get().earlier == old
    assert old.procurement == new.procurement
    assert Procurement.objects.count() == 1


def test_notice_id_and_procedure_id_are_kept_apart():
    version = imported(TED).version
    assert (version.notice.source_id, version.notice.procurement.source_id) == (ID, PROCEDURE)
    other = imported({"identifier": PROCEDURE, "procedure_id": ID}).version
    assert other.notice != version.notice
    assert other.notice.procurement != version.notice.procurement


def test_a_copy_with_more_to_tell_brings_its_links():
    pin = imported({"identifier": OTHER, "root": "PriorInformationNotice", "form": "planning", "subtype": "4"}).version
    imported(DOFFIN, "doffin")
    imported({**TED, "process": previous(f"{OTHER}-01")})
    notice = Notice.objects.get(source_id=ID)
    assert notice.links.get().earlier == pin.notice
    assert notice.procurement == Notice.objects.get(source_id=OTHER).procurement
    assert NoticeVersion.objects.count() == 2
