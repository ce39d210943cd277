"""What the description says of the answers is what they hold, down to the innermost."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from rest_framework import serializers

from interchange.api import shapes
from procurements.models import (
    ContractWinner,
    Lot,
    LotResult,
    Notice,
    NoticeLink,
    NoticeVersion,
    SettledContract,
    VersionBuyer,
    VersionText,
    VersionVolume,
    Winner,
)
from tests import make
from tests.interchange.api.asking import ask, held

pytestmark = pytest.mark.django_db
TIMES = ("tenders_until", "requests_until", "expressions_until", "answers_until", "questions_until")


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(make.NOW + timedelta(minutes=1), tick=False):
        yield


@pytest.fixture
def full():
    """A competition with something everywhere: what is written here, and what an imported one says beside it."""
    notice = make.notice(kind="competition", strategic=["inn-pur"], value=5, currency="SEK")
    make.answered(make.question(notice=notice))
    make.awarded(notice)
    version = imported(
        notice, reference="Dnr 7", change_reasons=["cor-buy"], framework_maximum=4, framework_currency="SEK",
        result_value=3, result_maximum=4, result_currency="SEK",
    )  # fmt: skip
    VersionText.objects.create(version=version, language="nb", title="Fall")
    version.stages.create(position=0, name="Prov", max_cost=1)
    version.assets.create(position=0, name="Kod", origin="result", level="own", motive="Den ska delas.")
    file = make.stored_file()
    version.documents.create(position=0, lineage=file.pk, title="Bilaga", file=file)
    row = VersionBuyer.objects.create(
        version=version, organisation=notice.procurement.organisation, position=1, is_lead=True, awards_for_others=True,
        legal_type="la", activity="gen-pub", profile_url="https://kommun.example/inkop",
    )  # fmt: skip
    VersionVolume.objects.create(buyer=row, item="Larm", unit="stycken", volume=7, position=0)
    lot(version)
    NoticeLink.objects.create(notice=notice, earlier=make.notice(), reference="tidigare")
    LotResult.objects.create(version=version, identifier="RES-0001", code="selec-w")
    settled = SettledContract.objects.create(version=version, identifier="CON-0001", value=3, currency="SEK")
    trader = make.supplier(kind="sole_trader", registration_number="8001011239")
    ContractWinner.objects.create(contract=settled, organisation=trader)
    Winner.objects.create(version=version, organisation=trader)
    return notice


def imported(notice, **said):
    """A further version, as one that was read from elsewhere."""
    same = NoticeVersion.objects.filter(pk=notice.current_version_id).values().get()
    same |= {"id": None, "number": 2, "source_version": "02", "publication_number": "566194-2026", **said}
    version = NoticeVersion.objects.create(**same)
    Notice.objects.filter(pk=notice.pk).update(current_version=version, source_id="a-notice")
    return version


def lot(version, **said):
    at = dict.fromkeys(TIMES, make.NOW + timedelta(days=9))
    said = {
        **at,
        "starts_on": "2027-03-01",
        "duration": 2,
        "duration_unit": "YEAR",
        "award_criteria": ["price"],
        **said,
    }
    return Lot.objects.create(version=version, identifier="LOT-0001", value=Decimal("1.50"), currency="SEK", **said)


def nested(shape):
    """The shape, and those that stand in it."""
    found = {type(shape)}
    for field in shape.fields.values():
        field = getattr(field, "child", field)
        found |= nested(field) if isinstance(field, serializers.Serializer) else set()
    return found


def test_the_whole_of_a_notice_is_as_its_shape_says_down_to_the_innermost(full, lists):
    seen = set()
    held(shapes.NoticeWhole(), ask(f"notices/{full.code}").json(), seen)
    assert nested(shapes.NoticeWhole()) - seen == set()  # or the test did not look at it


@pytest.mark.parametrize(
    ("address", "shape"),
    [("notices?state=all", shapes.Notices), ("changes", shapes.Changes), ("notices/{}/versions", shapes.Versions)],
)
def test_so_are_the_lists(address, shape, full, lists):
    seen = set()
    held(shape(), ask(address.format(full.code)).json(), seen)
    assert nested(shape()) - seen == set()


def test_what_an_imported_notice_says_beside_its_words_is_there(full, lists):
    said = ask(f"notices/{full.code}", {"lang": "en"}).json()
    [buyer], [one], [contract] = said["buyers"], said["lots"], said["contracts"]
    assert (said["reference"], said["result_maximum"]) == ("Dnr 7", {"amount": 4, "currency": "SEK"})
    assert said["change_reasons"][0]["label"] != said["change_reasons"][0]["code"] == "cor-buy"
    assert buyer["legal_type"]["label"] != buyer["legal_type"]["code"] == "la"
    assert (buyer["awards_for_others"], buyer["acquires_to_resell"]) == (True, False)
    assert {one[name] for name in TIMES} == {"2026-12-01T13:00:00+01:00"}
    assert (one["duration"], one["duration_unit"], one["award_criteria"]) == (2, "YEAR", ["price"])
    assert one["has_auction"] is None
    assert contract["winners"][0]["number"] is None  # a sole trader's is its own


def test_a_buyer_here_is_not_said_to_be_what_only_an_imported_notice_says():
    [buyer] = ask(f"notices/{make.notice().code}").json()["buyers"]
    assert buyer["awards_for_others"] is None


def test_the_number_of_queries_does_not_grow_with_lots_and_buyers(full, lists, django_assert_max_num_queries):
    ask(f"notices/{full.code}")
    with django_assert_max_num_queries(60) as few:
        ask(f"notices/{full.code}")
    version = Notice.objects.get(pk=full.pk).current_version
    for place in range(2, 5):
        VersionBuyer.objects.create(version=version, organisation=make.buyer(), position=place, legal_type="la")
        Lot.objects.create(version=version, identifier=f"LOT-000{place}", award_criteria=["quality"])
    with django_assert_max_num_queries(len(few)):
        ask(f"notices/{full.code}")
