"""What programs read beside the pages: schema.org in the pages themselves, DCAT-AP for data portals (product.md F6)."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from lxml import html as parser

from interchange.models import Dump
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]
NOW = make.NOW


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


def described(address):
    answer = Client().get(address)
    [block] = parser.fromstring(answer.content).findall(".//script[@type='application/ld+json']")
    return json.loads(block.text), answer


def test_a_notice_is_a_demand_of_its_buyer():
    notice = make.notice(buyer=make.buyer(name="Fjällviks kommun"), title="Fall i hemmet")
    facts, _answer = described(f"/en/procurements/{notice.slug}/")
    assert facts["@context"] == "https://schema.org"
    assert facts["url"] == f"http://localhost:8000/en/procurements/{notice.slug}/"
    assert facts["author"][0]["name"] == "Fjällviks kommun"
    assert facts["author"][0]["@type"] == "GovernmentOrganization"
    assert facts["inLanguage"] == "sv"
    demand = facts["mainEntity"]
    assert (demand["@type"], demand["name"]) == ("Demand", "Fall i hemmet")
    assert demand["validThrough"] == "2026-12-22T13:00+01:00"
    assert demand["areaServed"][0]["identifier"] == "SE224"


def test_no_title_ends_the_element_that_it_stands_in():
    title = "</script><script>alert(1)</script><!-- & \u2028"
    notice = make.notice(title=title)
    facts, answer = described(f"/en/procurements/{notice.slug}/")
    assert facts["name"] == title
    assert b"<script>alert" not in answer.content


def test_the_content_policy_is_as_strict_as_before():
    """A block of data is not executed and needs no leave (HTML, 4.12.1: prepared scripts with another type end before the check)."""
    _facts, answer = described(f"/en/procurements/{make.notice().slug}/")
    directives = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert directives["script-src"] == "'self'"


def test_a_preview_and_an_old_version_describe_nothing():
    editor = make.member(make.buyer())
    draft = make.notice(buyer=editor.memberships.get().organisation, by=editor, published=False)
    client = Client()
    client.force_login(editor)
    assert b"ld+json" not in client.get(f"/en/procurements/{draft.slug}/preview/").content
    notice = make.notice()
    assert b"ld+json" not in Client().get(f"/en/procurements/{notice.slug}/versions/1/").content


def test_an_organisation_says_who_it_is_and_a_sole_trader_not_its_number():
    buyer = make.buyer(name="Fjällviks kommun", registration_number="2120001355", website="https://kommun.example/")
    facts, _answer = described(buyer.get_absolute_url())
    assert (facts["name"], facts["identifier"]) == ("Fjällviks kommun", "212000-1355")
    assert facts["sameAs"] == "https://kommun.example/"
    trader = make.supplier(kind="sole-trader", registration_number="8001011239")
    facts, _answer = described(trader.get_absolute_url())
    assert "identifier" not in facts


def test_the_catalogue_has_what_dcat_ap_demands():
    """DCAT-AP 3: mandatory and recommended properties of a catalogue, a data set and its distributions."""
    Dump.objects.create(
        day=NOW.date(), form="ocds", file="dumps/x", releases=3, size=120, sha256="a" * 64, made_at=datetime(2026, 11, 22, tzinfo=UTC)
    )  # fmt: skip
    answer = Client().get("/open-data/catalog.jsonld")
    assert answer["Content-Type"] == "application/ld+json"
    catalogue = json.loads(answer.content)
    for name in ("dct:title", "dct:description", "dct:publisher", "dcat:dataset", "dct:license", "foaf:homepage"):
        assert catalogue[name], name
    assert {one["@language"] for one in catalogue["dct:title"]} == {"sv", "nb", "en"}
    [dataset] = catalogue["dcat:dataset"]
    for name in (
        "dct:title",
        "dct:description",
        "dcat:contactPoint",
        "dct:publisher",
        "dcat:theme",
        "dcat:distribution",
    ):
        assert dataset[name], name
    assert dataset["dcat:contactPoint"]["vcard:hasEmail"]["@id"].startswith("mailto:")
    prefixes = catalogue["@context"]
    for distribution in dataset["dcat:distribution"]:
        assert distribution["dct:license"]["@id"] == "https://creativecommons.org/publicdomain/zero/1.0/"
        assert distribution["dcat:accessURL"]["@id"].startswith("http://localhost:8000/")
    assert "sha256" in json.dumps(catalogue)
    assert names_in(catalogue) <= {*prefixes, ""}
    assert Client().get("/open-data/catalog.jsonld", headers={"if-none-match": answer["ETag"]}).status_code == 304


def names_in(facts):
    """The prefixes that stand before its names and types."""
    if isinstance(facts, list):
        return set().union(*map(names_in, facts))
    if not isinstance(facts, dict):
        return set()
    found = {name.partition(":")[0] for name in facts if not name.startswith("@")}
    found |= {facts["@type"].partition(":")[0]} if "@type" in facts else set()
    return found.union(*(names_in(value) for name, value in facts.items() if name != "@context"))


def test_the_page_on_open_data_leads_to_it():
    assert 'href="/open-data/catalog.jsonld"' in Client().get("/en/open-data/").content.decode()
