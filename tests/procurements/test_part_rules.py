"""What assets, stages and documents must say before a notice is published (A15, A33, A24)."""

from datetime import date
from decimal import Decimal

import pytest

from files.models import StoredFile
from procurements import part_rules, publishing, writing
from procurements.models import ProcedureAdvice, VersionAsset, VersionStage
from tests import make
from tests.procurements.uploads import with_documents

pytestmark = pytest.mark.django_db

RESULT = {"name": "Källkod", "origin": "result", "level": "share", "motive": ""}
STAGE = {
    "name": "Prototyp",
    "starts_on": date(2027, 1, 1),
    "ends_on": date(2027, 6, 30),
    "max_cost": Decimal(500_000),
    "suppliers": 3,
    "decision": "Två av tre användare klarar sig själva.",
}
PLAN = {"price_cap": Decimal(1_500_000), "exit_rule": "Vi får avbryta efter varje etapp.", "currency": "SEK"}


@pytest.fixture
def call(lists):
    """`call("innovation", assets=[...])`: a competition that is about to be published."""

    def make_call(procedure, *, kind="competition", chosen="", assets=(), stages=(), **wording):
        notice = make.notice(kind=kind, published=False, procedure=procedure)
        if chosen:
            ProcedureAdvice.objects.create(procurement=notice.procurement, chosen=chosen, answered_at=make.NOW)
        having = {"assets": list(assets), "stages": list(stages)}
        return writing.save(notice, wording=wording, having=having, revision=1, by=notice.edited_by, at=make.NOW)

    return make_call


@pytest.mark.parametrize(
    ("procedure", "chosen", "lacks"),
    [
        ("open", "", set()),
        ("comp-dial", "", {"assets"}),
        ("innovation", "", {"assets", "stages", "price_cap", "exit_rule"}),
        ("oth-mult", "pcp", {"assets", "stages", "price_cap", "exit_rule"}),
        ("oth-mult", "open", set()),
    ],
)
def test_a_procedure_that_demands_assets_or_stages_is_not_published_without(call, procedure, chosen, lacks):
    notice = call(procedure, chosen=chosen)
    assert set(part_rules.parts_problems(notice)) == lacks
    if lacks:
        with pytest.raises(publishing.NotPublishable) as why:
            publishing.publish(notice, by=notice.edited_by, at=make.NOW)
        assert lacks <= set(why.value.problems)


def test_a_consultation_about_a_partnership_asks_for_none_of_it(call):
    assert part_rules.parts_problems(call("innovation", kind="consultation")) == {}


def test_a_whole_partnership_is_published_with_its_assets_and_stages(call):
    notice = call("innovation", assets=[RESULT], stages=[STAGE], **PLAN)
    version = publishing.publish(notice, by=notice.edited_by, at=make.NOW)
    assert VersionAsset.objects.get(version=version).level == "share"
    assert VersionStage.objects.get(version=version).max_cost == 500_000


@pytest.mark.parametrize("lacking", [{"ends_on": None}, {"max_cost": None}, {"decision": " "}])
def test_a_stage_of_a_partnership_says_when_it_ends_what_it_costs_and_what_decides(call, lacking):
    notice = call("innovation", assets=[RESULT], stages=[STAGE, {**STAGE, "name": "Prov", **lacking}], **PLAN)
    assert "“Prov”" in part_rules.parts_problems(notice)["stages"]


def test_taking_over_without_a_motive_is_not_published_in_any_procedure(call):
    notice = call("open", assets=[{**RESULT, "level": "own"}])
    assert "“Källkod”" in part_rules.parts_problems(notice)["assets"]


def test_stages_that_cost_more_than_the_cap_are_not_published(call):
    notice = call("innovation", assets=[RESULT], stages=[STAGE] * 4, **PLAN)
    assert set(part_rules.parts_problems(notice)) == {"price_cap"}


def test_costs_have_a_currency(call):
    notice = call("innovation", assets=[RESULT], stages=[STAGE], **{**PLAN, "currency": ""})
    assert set(part_rules.parts_problems(notice)) == {"currency"}


@pytest.mark.parametrize(("state", "word"), [("held", "waits"), ("refused", "refused"), ("pending", "waits")])
def test_a_document_that_is_not_through_the_scan_is_not_published(call, state, word):
    notice = call("open")
    with_documents(notice, "ritning.pdf")
    refusal = "malware" if state == "refused" else ""
    StoredFile.objects.update(state=state, refusal=refusal, scanned_at=None)
    assert word in part_rules.parts_problems(notice)["documents"]
    with pytest.raises(publishing.NotPublishable):
        publishing.publish(notice, by=notice.edited_by, at=make.NOW)
    StoredFile.objects.update(state="ready", refusal="")
    publishing.publish(notice, by=notice.edited_by, at=make.NOW)


def test_the_stages_that_overlap_are_named():
    later = {**STAGE, "name": "Prov", "starts_on": date(2027, 6, 1)}
    after = {**STAGE, "name": "Drift", "starts_on": date(2027, 6, 30)}
    assert part_rules.overlaps([STAGE, later, after]) == ["Prov"]
