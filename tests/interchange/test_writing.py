"""A notice written here leaves as eForms, and our own reader finds in it what the notice says."""

import csv
import re
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from accounts.models import Organisation
from interchange.eforms import writing
from interchange.eforms.document import NAMESPACES
from interchange.eforms.reader import read
from interchange.eforms.writing_forms import FORMS, form_of
from interchange.eforms.writing_xml import possible
from interchange.wording import kind_of, wording_of
from procurements.models import VersionBuyer
from procurements.wording import FIELDS
from tests import make
from tests.interchange.truth import CASES

pytestmark = pytest.mark.django_db
FIELD_LIST = CASES / "fields.csv"
REFERENCE = CASES.parent / "reference"
LARGE = {"value": Decimal("9000000"), "currency": "EUR"}
# (kind, what makes it large) of each form that is written.
WRITTEN = {
    "E1": ("consultation", {}),
    "E2": ("prior", {}),
    "E3": ("competition", {}),
    "E4": ("award", {}),
    "4": ("prior", LARGE),
    "16": ("competition", LARGE),
    "29": ("award", LARGE),
}
# What eForms has no element for: it stands in words in the note (BT-300), or has no place at all.
IN_WORDS = {"summary", "problem", "affected", "cost_today", "desired_effect", "tried", "participation", "goals"}
IN_WORDS |= {"goal_targets", "price_cap", "exit_rule"}
NO_PLACE = {
    "contact_name",  # BT-502 is for whom one asks; who wrote a person's name there did not ask that person
    "zone",  # eForms has offsets: the zone is read from the buyer's country
}


def version_of(kind="competition", **said):
    """A published version; `said` goes into the object alone, so that any words can be tried without publishing them."""
    buyer = Organisation.objects.filter(registration_number="2120000142").first() or make.buyer(
        name="Fjällviks kommun", kind="municipality", registration_number="2120000142"
    )
    version = make.notice(kind=kind, buyer=buyer, nature="services").current_version
    for name, value in said.items():
        setattr(version, name, value)
    return version


def full(subtype):
    """A version that says all that it can, in the kind and size that leave in that form."""
    kind, size = WRITTEN[subtype]
    said = {
        "strategic": ["inn-pur"],
        "innovation": ["mar-nov"],
        "environment": ["circ-econ"],
        "participation": "Alla.",
        "exit_rule": "Efter steg 1.",
        "documents_url": "https://fjallvik.example/underlag",
        "submission_url": "https://fjallvik.example/anbud",
        "procedure": "open",
        "price_cap": Decimal("100.00"),
        "currency": "SEK",
        **size,
    }
    version = version_of(kind, **said)
    version.questions_until = version.deadline_at - timedelta(days=5)
    return version


def facts_of(version):
    return read(writing.write(version))


@pytest.mark.parametrize("subtype", WRITTEN)
def test_a_notice_leaves_in_the_form_of_its_kind_and_size(subtype):
    facts = facts_of(full(subtype))
    form = FORMS[subtype]
    assert (facts.subtype, facts.root, facts.form_type, facts.notice_type, facts.legal_basis) == (
        subtype,
        form.root,
        form.form_type,
        form.notice_type,
        form.legal_basis,
    )
    assert facts.sdk == "eforms-sdk-1.13"
    assert kind_of(facts) == WRITTEN[subtype][0]


@pytest.mark.parametrize(
    ("kind", "said", "subtype"),
    [
        ("need", LARGE, "E1"),
        ("competition", {"value": Decimal("215999"), "currency": "EUR"}, "E3"),
        ("competition", {"value": Decimal("216000"), "currency": "EUR"}, "16"),
        ("competition", {"value": Decimal("216000"), "currency": "EUR", "nature": "works"}, "E3"),
        ("competition", {"value": Decimal("216000"), "currency": "XAU"}, "E3"),
        ("competition", {**LARGE, "procedure": "oth-mult"}, "E3"),
    ],
)
def test_the_directives_form_is_for_what_reaches_its_threshold(kind, said, subtype):
    assert form_of(version_of(kind, **said)).subtype == subtype


def test_eforms_has_no_form_for_an_effect_report():
    version = version_of("effect")
    assert not writing.has_form(version.notice)
    with pytest.raises(writing.NoForm):
        writing.write(version)


@pytest.mark.skipif(not FIELD_LIST.exists(), reason="The list of fields beside the project is not here.")
@pytest.mark.parametrize("subtype", WRITTEN)
def test_what_the_form_makes_mandatory_is_there_and_what_it_forbids_is_not(subtype):
    root = etree.fromstring(writing.write(full(subtype)))

    def at(path):
        """XPath 1.0 knows no lists of values."""
        first = re.sub(r"([\w:]+/text\(\))=\(('[^']*'),('[^']*')\)", r"\1=\2 or \1=\3", path)
        return root.xpath(first, namespaces=NAMESPACES)

    nobody_asks = {"BT-513-Organization-Company", "BT-539-Lot", "BT-127-notice"}
    with FIELD_LIST.open(encoding="utf-8") as file:
        for field in csv.DictReader(file):
            found = at(field["xpath"])
            if subtype in field["mandatory_in"].split() and field["field"] not in nobody_asks:
                assert found, f"{field['field']} ({field['name']}) is missing in {subtype}"
            if subtype in field["forbidden_in"].split():
                assert not found, f"{field['field']} ({field['name']}) is forbidden in {subtype}"


def says(facts, version):
    """The columns that come back, beside those that went out."""
    read_back = wording_of(facts)
    lacked = form_of(version).lacks | IN_WORDS | NO_PLACE | {"description"}
    names = [name for name in FIELDS if name not in lacked and name in read_back]
    return {name: read_back[name] for name in names}, {name: getattr(version, name) for name in names}


def plain(text):
    return possible(text).strip()


paragraphs = st.text(max_size=60).map(plain)
needed = st.text(min_size=1, max_size=60).map(plain).filter(bool)
codes = st.lists(st.sampled_from(["inn-pur", "env-imp", "soc-obj"]), max_size=3, unique=True)
WORDS = {
    "title": needed.map(lambda text: " ".join(text.split())),
    "summary": needed,
    "description": needed,
    **dict.fromkeys(("problem", "affected", "cost_today", "desired_effect", "tried", "participation"), paragraphs),
    "exit_rule": paragraphs,
    "strategic": codes,
    "innovation": st.lists(st.sampled_from(["mar-nov", "rd-act"]), max_size=2, unique=True),
    "environment": st.lists(st.sampled_from(["circ-econ"]), max_size=1),
    "cpv": st.lists(st.sampled_from(["33196000", "48000000", "73000000"]), min_size=1, max_size=3, unique=True),
    "regions": st.lists(st.sampled_from(["SE224", "NO091", "SE2"]), max_size=3, unique=True) | st.just(["SE", "NO"]),
    "procedure": st.sampled_from(["open", "restricted", "innovation", "oth-mult"]),
    "language": st.sampled_from(["sv", "nb", "nn", "en"]),
    "value": st.decimals(1, 10**12, places=2),
    "currency": st.sampled_from(["SEK", "NOK", "EUR"]),
    "deadline_at": st.datetimes(make.NOW.replace(tzinfo=None) + timedelta(days=1), make.NOW.replace(year=2031, tzinfo=None)).map(
        lambda moment: moment.replace(microsecond=0, tzinfo=ZoneInfo("Europe/Oslo"))
    ),
    "documents_url": st.sampled_from(["", "https://fjallvik.example/underlag?a=1&b=2"]),
    "contact_email": st.sampled_from(["", "upphandling@fjallvik.example"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["need", "consultation", "prior", "competition", "award"])
def test_what_went_out_comes_back(kind):
    version = version_of(kind)

    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(said=st.fixed_dictionaries(WORDS))
    def check(said):
        for name, value in said.items():
            setattr(version, name, value)
        facts = facts_of(version)
        came, went = says(facts, version)
        assert came == went | {"nature": came["nature"]}
        told = wording_of(facts)["description"]
        assert facts.description.best() == version.description
        for name in (
            "summary",
            "problem",
            "affected",
            "cost_today",
            "desired_effect",
            "tried",
            "participation",
            "exit_rule",
        ):
            assert getattr(version, name) in told + facts.procedure_features.best(), name

    check()


def test_what_the_form_has_no_element_for_stands_in_words_in_its_note():
    note = facts_of(full("E1")).note.best()
    assert "inn-pur" in note or "Främjande av innovation" in note
    assert "Efter steg 1." in note
    note = facts_of(full("E2")).note.best()
    assert "https://fjallvik.example/anbud" in note
    assert "2026" in note  # its deadline: prior information asks for nothing by a day


def test_codes_and_moments_are_written_as_eforms_wants_them():
    xml = writing.write(full("16")).decode()
    assert "<cbc:EndDate>2026-12-22+01:00</cbc:EndDate>" in xml
    assert "<cbc:EndTime>13:00:00+01:00</cbc:EndTime>" in xml
    assert '<cbc:EstimatedOverallContractAmount currencyID="EUR">9000000</cbc:EstimatedOverallContractAmount>' in xml
    assert '<cbc:IdentificationCode listName="country">SWE</cbc:IdentificationCode>' in xml
    assert "<cbc:NoticeLanguageCode>SWE</cbc:NoticeLanguageCode>" in xml


def test_names_last_over_versions_and_are_of_the_kind_that_eforms_wants():
    version = version_of()
    first = facts_of(version)
    assert (first.identifier[14], first.procedure_id[14]) == ("4", "4")
    version.number, version.reason = 2, "Tydligare krav."
    second = facts_of(version)
    assert (second.identifier, second.procedure_id, second.version) == (first.identifier, first.procedure_id, "02")
    assert second.change.reference == f"{first.identifier}-01"
    assert (second.change.reasons, second.change.description.best()) == (("update-add",), "Tydligare krav.")
    xml = writing.write(version).decode()
    assert '<efbc:ChangeDescription languageID="SWE">Tydligare krav.</efbc:ChangeDescription>' in xml
    assert "<efbc:ChangedSectionIdentifier>LOT-0001</efbc:ChangedSectionIdentifier>" in xml


@pytest.mark.parametrize("address", ["anna.berg@fjallvik.example", "berg@fjallvik.example"])
def test_a_persons_address_and_name_stay_here(address):
    xml = writing.write(version_of(contact_email=address, contact_name="Anna Berg"))
    assert b"Berg" not in xml
    assert address.encode() not in xml


def test_several_buyers_say_who_leads_and_who_observes_is_not_among_them():
    version = version_of()
    lead = version.notice.procurement.organisation
    others = [
        (make.buyer(name="Sørvik kommune", country="NO"), "option"),
        (lead, "committed"),
        (make.buyer(name="Ser på"), "observer"),
    ]
    for position, (organisation, state) in enumerate(others, start=1):
        VersionBuyer.objects.create(
            version=version, organisation=organisation, position=position, is_lead=organisation == lead, state=state
        )
    facts = facts_of(version)
    assert [(buyer.organisation.name.best(), buyer.is_lead) for buyer in facts.buyers] == [
        ("Sørvik kommune", False),
        ("Fjällviks kommun", True),
    ]
    assert [buyer.organisation.email for buyer in facts.buyers] == ["", "upphandling@example.org"]


@pytest.mark.skipif(not REFERENCE.exists(), reason="The code lists beside the project are not here.")
@pytest.mark.parametrize("subtype", WRITTEN)
def test_every_code_stands_in_the_list_that_it_names(subtype):
    version = full(subtype)
    version.number, version.reason = 2, "Tydligare."
    checked = 0
    for element in etree.fromstring(writing.write(version)).iter("{*}*"):
        file = REFERENCE / f"{element.get('listName', 'no')}.csv"
        if element.text and file.exists():
            with file.open(encoding="utf-8") as lines:
                assert element.text in {row["code"] for row in csv.DictReader(lines)}, (file.stem, element.text)
            checked += 1
    assert checked > 5
