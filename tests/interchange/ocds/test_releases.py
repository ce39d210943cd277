"""What was published of a notice, as releases: what everyone can read, each the same for good, valid by the standard."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from interchange.ocds.packages import compiled
from interchange.ocds.releases import current_releases_of, releases_of, whole
from procurements import closing, concluding, publishing, writing
from procurements.models import Lot, Notice, NoticeLink, VersionText
from tests import make
from tests.interchange.ocds import standard

pytestmark = pytest.mark.django_db


@pytest.fixture
def competition():
    return make.notice(
        kind="competition",
        value=1_200_000,
        currency="SEK",
        nature="services",
        regions=["SE224", "NO091"],
        questions_until=make.NOW + timedelta(days=10),
        submission_url="https://anbud.example/fall",
        documents_url="https://anbud.example/fall/underlag",
    )


def told(notice):
    """All its releases, which the standard calls valid."""
    found = releases_of(whole(Notice.objects.all()).get(pk=notice.pk))
    if standard.FOLDER.exists():
        assert standard.problems({"releases": found}) == []
    return found


def amend(notice, *, days=1, reason="Tydligare.", **wording):
    notice.refresh_from_db()
    writer = notice.edited_by
    writing.save(notice, wording=wording, revision=notice.revision, by=writer, at=make.NOW)
    notice.refresh_from_db()
    publishing.publish(notice, by=writer, at=make.NOW + timedelta(days=days), reason=reason)


def test_a_competition_says_what_is_bought_by_whom_until_when(competition):
    [found] = told(competition)
    assert (found["ocid"], found["tag"], found["language"]) == (competition.procurement.ocid, ["tender"], "sv")
    assert found["id"] == f"{competition.code}-01"
    assert found["buyer"]["name"] == competition.procurement.organisation.name
    documents = found["tender"].pop("documents")
    assert found["tender"] == {
        "id": competition.procurement.ocid,
        "title": competition.title,
        "description": competition.description,
        "status": "active",
        "procurementMethod": "open",
        "procurementMethodDetails": "open",
        "mainProcurementCategory": "services",
        "items": [
            {
                "id": "1",
                "classification": {"scheme": "CPV", "id": "33196000"},
                "deliveryAddresses": [{"region": "SE224"}, {"region": "NO091"}],
            }
        ],
        "value": {"amount": 1200000, "currency": "SEK"},
        "submissionMethod": ["electronicSubmission"],
        "submissionMethodDetails": "https://anbud.example/fall",
        "tenderPeriod": {"endDate": "2026-12-22T12:00:00+00:00"},
        "enquiryPeriod": {"endDate": "2026-12-02T12:00:00+00:00"},
    }
    assert [one["documentType"] for one in documents] == ["tenderNotice", "biddingDocuments"]
    assert documents[0]["url"].endswith(f"/sv/procurements/competition-{competition.code}/")
    assert documents[1]["url"] == "https://anbud.example/fall/underlag"


def test_a_need_tells_why_something_is_to_be_bought():
    [found] = told(make.notice(value=300_000, currency="NOK"))
    assert (found["tag"], found["tender"]["status"]) == (["planning"], "planned")
    assert found["planning"] == {
        "rationale": "Larmet kommer först när olyckan har skett.",
        "budget": {
            "amount": {"amount": 300000, "currency": "NOK"},
            "description": "Omkring 2 miljoner kronor om året.",
        },
    }
    assert "tenderPeriod" not in found["tender"]  # its deadline is not one for tenders


def test_a_change_is_a_release_of_its_own_that_names_what_it_amends(competition):
    [first] = told(competition)
    amend(competition, title="Ett nytt namn")
    before, after = told(competition)
    assert before == first
    assert (after["id"], after["tag"]) == (f"{competition.code}-02", ["tenderUpdate"])
    [amendment] = after["tender"]["amendments"]
    assert (amendment["rationale"], amendment["amendsReleaseID"]) == ("Tydligare.", first["id"])
    assert amendment["releaseID"] == after["id"]


@pytest.mark.parametrize(
    ("kind", "way", "status", "tag"),
    [
        ("competition", "cancelled", "cancelled", "tenderCancellation"),
        ("competition", "withdrawn", "withdrawn", "tenderCancellation"),
        ("competition", "early", None, "tenderUpdate"),
        ("need", "withdrawn", "withdrawn", "planningUpdate"),
        ("need", "early", None, "planningUpdate"),
    ],
)
def test_a_closing_is_told_beside_the_text(kind, way, status, tag):
    notice = make.notice(kind=kind)
    code = "no-rece" if way == "cancelled" else ""
    closing.close(notice, way=way, reason="Behovet är löst.", code=code, by=notice.edited_by, at=make.NOW)
    first, last = told(notice)
    assert first["tender"]["status"] in ("active", "planned")  # what was said is not said otherwise later
    assert (last["tag"], last["tender"].get("status")) == ([tag], status)
    [amendment] = last["tender"]["amendments"]
    assert (amendment["rationale"], amendment["amendsReleaseID"]) == ("Behovet är löst.", first["id"])
    early = way == "early" and kind == "competition"
    assert ("tenderPeriod" in last["tender"]) == early


def test_an_award_names_the_supplier_and_how_many_tenders_there_were(competition):
    supplier = make.supplier(name="Varnaren AB", registration_number="5560360793")
    chosen = [
        concluding.Chosen(supplier.name, supplier, Decimal(900_000), "SEK", is_small=True),
        concluding.Chosen("Okänd firma"),
    ]
    end(competition, "awarded", tenders=4, winners=chosen)
    *_closed, last = told(competition)
    assert (last["tag"], last["tender"]["status"]) == (["award"], "complete")
    first, second = last["awards"]
    assert first["suppliers"] == [{"id": "SE-BLV-5560360793", "name": "Varnaren AB"}]
    assert (first["value"], first["status"]) == ({"amount": 900000, "currency": "SEK"}, "active")
    assert second["suppliers"][0]["name"] == "Okänd firma"
    assert last["bids"]["statistics"] == [{"id": f"tenders-{competition.code}", "measure": "bids", "value": 4}]
    parties = {party["name"]: party for party in last["parties"]}
    assert parties["Varnaren AB"]["roles"] == ["tenderer", "supplier"]
    assert parties["Varnaren AB"]["details"]["scale"] == "sme"


def test_who_is_no_longer_named_in_a_correction_has_a_cancelled_award(competition):
    end(competition, "awarded", tenders=2, winners=[concluding.Chosen("Fel AB")])
    end(competition, "awarded", tenders=2, winners=[concluding.Chosen("Rätt AB")], reason="Fel namn.", days=2)
    last = told(competition)[-1]
    assert last["tag"] == ["awardUpdate"]
    awards = compiled(told(competition))["awards"]
    named = {award["suppliers"][0]["name"]: award["status"] for award in awards}
    assert named == {"Fel AB": "cancelled", "Rätt AB": "active"}


@pytest.mark.parametrize(
    ("result", "code", "status", "tag"),
    [
        ("unsuitable", "no-signed", "unsuccessful", "tenderUpdate"),
        ("cancelled", "no-rece", "cancelled", "tenderCancellation"),
    ],
)
def test_an_end_without_a_contract_says_why(competition, result, code, status, tag):
    end(competition, result, code=code)
    last = told(competition)[-1]
    assert (last["tag"], last["tender"]["status"]) == ([tag], status)
    assert last["tender"]["amendments"][0]["rationaleClassifications"][0]["id"] == code
    assert "awards" not in last


def test_what_stands_now_is_the_current_version_and_what_was_told_beside_it(competition):
    amend(competition, title="Ett nytt namn")
    end(competition, "awarded", tenders=1, winners=[concluding.Chosen("Varnaren AB")], days=3)
    found = current_releases_of(whole(Notice.objects.all()).get(pk=competition.pk))
    ids = [f"{competition.code}-{end}" for end in ("02", "closed", "outcome-01")]
    assert [release["id"] for release in found] == ids


def test_a_lot_says_what_is_new_green_and_fair_in_it(competition):
    version = competition.current_version
    fair = {"strategic": ["inn-pur", "env-imp"], "innovation": ["prod-innov"], "environment": ["water-mar"]}
    Lot.objects.create(
        version=version, identifier="LOT-0001", title="Sensorer", cpv=["33196000", "33190000"], regions=["SE224"],
        social=["acc-all"], gpp=["eu"], strategic_text="Något nytt.", value=Decimal("1000.50"), currency="SEK",
        framework="fa-w-rc", framework_maximum=2000, dps="dps-list", is_eu_funded=True, fits_small_firms=True,
        documents_url="https://anbud.example/lot", **fair,
    )  # fmt: skip
    Lot.objects.create(version=version, identifier="LOT-0002", strategic=["none"], framework="none", dps="none")
    VersionText.objects.create(version=version, language="nb", title="Tidlig oppdaging", description="Vi vil kjøpe.")
    [found] = told(competition)
    first, second = found["tender"]["lots"]
    goals = [one.get("goal") for one in first["sustainability"]]
    assert goals == [
        "economic.innovativePurchase",
        "environmental",
        "economic.productInnovationPromotion",
        "environmental.waterResourcesProtection",
        "social.accessibility",
        "environmental",
    ]
    assert first["sustainability"][-1]["strategies"] == ["euGPPCriteria"]
    assert first["sustainability"][0]["description"] == "Något nytt."
    assert first["value"] == {"amount": 1000.5, "currency": "SEK"}
    assert first["techniques"] == {
        "hasFrameworkAgreement": True,
        "frameworkAgreement": {
            "method": "withReopeningCompetition",
            "value": {"amount": 2000, "currency": "SEK"},
        },
        "hasDynamicPurchasingSystem": True,
        "dynamicPurchasingSystem": {"type": "closed"},
    }
    assert first["suitability"] == {"sme": True}
    assert (second["hasSustainability"], "sustainability" in second) == (False, False)
    assert second["techniques"] == {"hasFrameworkAgreement": False, "hasDynamicPurchasingSystem": False}
    assert [item["relatedLot"] for item in found["tender"]["items"]] == ["LOT-0001"]
    assert found["parties"][-1] == {"id": "EU", "name": "European Union", "roles": ["funder"]}
    assert (found["tender"]["title_nb"], found["tender"]["description_nb"]) == ("Tidlig oppdaging", "Vi vil kjøpe.")


def test_a_lot_says_when_how_long_and_how_it_is_bought(competition):
    version = competition.current_version
    same = {"version": version, "award_criteria": ["price", "quality"]}
    Lot.objects.create(
        identifier="LOT-0001", starts_on=date(2027, 3, 1), duration=2, duration_unit="YEAR", has_auction=False, **same
    )
    Lot.objects.create(identifier="LOT-0002", duration=3, duration_unit="UNKNOWN", **same)
    [found] = told(competition)
    first, second = found["tender"]["lots"]
    assert first["contractPeriod"] == {"startDate": "2027-03-01T00:00:00Z", "durationInDays": 730}
    assert first["techniques"] == {"hasElectronicAuction": False}
    assert not {"contractPeriod", "techniques"} & set(second)
    assert found["tender"]["awardCriteria"] == "ratedCriteria"
    Lot.objects.create(version=version, identifier="LOT-0003", award_criteria=["price"])
    assert "awardCriteria" not in told(competition)[0]["tender"]


def test_a_notice_without_lots_says_it_of_the_whole():
    [found] = told(make.notice(kind="competition", strategic=["inn-pur"], innovation=["rd-act"]))
    assert found["tender"]["hasSustainability"] is True
    goals = [one["goal"] for one in found["tender"]["sustainability"]]
    assert goals == ["economic.innovativePurchase", "economic.researchDevelopmentActivities"]


def test_planning_of_another_procurement_is_named(competition):
    earlier = make.notice()
    NoticeLink.objects.create(notice=competition, earlier=earlier, reference="tidigare")
    NoticeLink.objects.create(notice=competition, reference="566194-2026")
    NoticeLink.objects.create(notice=competition, earlier=make.notice(published=False), reference="utkast")
    [found] = told(competition)
    assert [(one["scheme"], one["identifier"]) for one in found["relatedProcesses"]] == [
        ("ocid", earlier.procurement.ocid),
        ("eu-oj", "566194-2026"),
    ]
    assert {one["relationship"][0] for one in found["relatedProcesses"]} == {"planning"}


def test_fetching_many_takes_as_many_queries_as_fetching_one(competition, django_assert_num_queries):
    make.notice()
    many = [make.notice(kind="competition") for _ in range(3)]
    for one in [competition, *many]:
        end(one, "awarded", tenders=1, winners=[concluding.Chosen("Varnaren AB", make.supplier())])
    notices = list(whole(Notice.objects.all()))
    with django_assert_num_queries(0):
        assert sum(len(releases_of(notice)) for notice in notices) == 4 * 3 + 1


def end(notice, result, *, days=1, **said):
    at = make.NOW + timedelta(days=days)
    if notice.is_open(at):
        closing.close(notice, by=notice.edited_by, at=make.NOW + timedelta(hours=1), reason="Anbuden är inne.")
    concluding.record_outcome(
        notice, result=result, text="Så gick det.", decided_on=make.NOW.date(), by=notice.edited_by, at=at, **said
    )
