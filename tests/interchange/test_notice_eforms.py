"""The public addresses of a notice as eForms: what everyone can read, the same until something is published."""

from datetime import timedelta

import pytest
from django.urls import reverse

from interchange.eforms import writing
from interchange.eforms.reader import read
from interchange.importing import import_notice
from interchange.wording import kind_of
from procurements import closing, concluding, interest, publishing
from procurements import writing as drafting
from procurements.models import Kind, Notice, NoticeVersion
from tests import make
from tests.interchange import notices

pytestmark = pytest.mark.django_db


@pytest.fixture
def competition():
    return make.notice(kind="competition", value=1_200_000, currency="SEK", nature="services")


def address(notice, name="notice"):
    return reverse(f"interchange:{name}_eforms", args=[notice.slug])


def facts_at(client, notice, name="notice"):
    return read(client.get(address(notice, name)).content)


def follow(earlier, kind, **wording):
    """A later notice of the same procurement."""
    made = make.notice(kind=kind, buyer=earlier.procurement.organisation, at=make.NOW + timedelta(days=1), **wording)
    Notice.objects.filter(pk=made.pk).update(procurement=earlier.procurement)
    return Notice.objects.select_related("procurement", "current_version").get(pk=made.pk)


def test_everyone_reads_the_notice_and_finds_it_from_its_page(client, competition):
    response = client.get(address(competition))
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    assert read(response.content).title.best() == competition.title
    assert address(competition) in client.get(competition.get_absolute_url()).content.decode()


def test_it_is_the_same_until_something_is_published(client, competition):
    first = client.get(address(competition))
    supplier = make.supplier()
    said = {"level": "interested", "message": "Hej", "by": make.member(supplier), "at": make.NOW + timedelta(hours=1)}
    interest.register(competition.procurement, organisation=supplier, **said)
    writer = competition.edited_by
    drafting.save(competition, wording={"title": "Nytt"}, revision=competition.revision, by=writer, at=make.NOW)
    again = client.get(address(competition), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    publishing.publish(competition, by=writer, at=make.NOW + timedelta(days=1), reason="Tydligare.")
    competition.refresh_from_db()
    facts = facts_at(client, competition)
    assert (facts.title.best(), facts.version, facts.change.description.best()) == ("Nytt", "02", "Tydligare.")


def test_a_draft_and_what_has_no_form_are_not_there(client):
    assert client.get(address(make.notice(published=False))).status_code == 404
    effect = make.notice(kind="effect")
    assert client.get(address(effect)).status_code == 404
    assert address(effect) not in client.get(effect.get_absolute_url()).content.decode()


@pytest.mark.parametrize("way", ["cancelled", "withdrawn"])
def test_a_cancelled_notice_says_so_as_a_change_of_itself(client, competition, way):
    before = facts_at(client, competition)
    code = "no-rece" if way == "cancelled" else ""
    closing.close(competition, way=way, reason="Behovet är löst.", code=code, by=competition.edited_by, at=make.NOW)
    facts = facts_at(client, competition)
    assert (facts.identifier, facts.version) == (before.identifier, "02")
    assert facts.change.reference == f"{before.identifier}-01"
    assert (facts.change.reasons, facts.change.description.best()) == (("cancel",), "Behovet är löst.")


def test_what_is_closed_early_is_not_cancelled(client, competition):
    closing.close(competition, reason="Anbuden är inne.", by=competition.edited_by, at=make.NOW)
    assert facts_at(client, competition).change is None


def test_a_call_names_what_it_follows_from_and_an_award_the_call(client):
    need = make.notice(kind="need")
    call = follow(need, "competition")
    facts = facts_at(client, call)
    assert facts.previous == facts.lots[0].previous == (f"{facts_at(client, need).identifier}-01",)
    award = follow(call, "award")
    NoticeVersion.objects.filter(pk=award.current_version_id)
    found = facts_at(client, award)
    assert f"{facts.identifier}-01" not in found.lots[0].previous


def test_a_cancellation_notice_cancels_the_call(client, competition):
    notice = follow(competition, "cancellation", description="Behovet är löst.")
    facts = facts_at(client, notice)
    assert (facts.change.reference, facts.change.reasons) == (
        f"{facts_at(client, competition).identifier}-01",
        ("cancel",),
    )
    assert (kind_of(facts), facts.subtype, facts.procedure) == (Kind.CANCELLATION, "E3", "open")


def test_how_a_competition_ended_is_an_award_notice(client, competition):
    assert client.get(address(competition, "result")).status_code == 404
    writer = competition.edited_by
    closing.close(competition, reason="Anbuden är inne.", by=writer, at=make.NOW)
    firm = make.supplier(name="Varnaren AB", registration_number="5560360793")
    trader = make.supplier(name="Fall Berg", kind="sole-trader", registration_number="8001011239")
    winners = [
        concluding.Chosen(name="Varnaren AB", organisation=firm, value=1000, currency="SEK", is_small=True),
        concluding.Chosen(name="Fall Berg", organisation=trader, value=500, currency="SEK"),
    ]
    said = {"text": "Larmet varnar före.", "decided_on": make.NOW.date(), "by": writer, "at": make.NOW}
    concluding.record_outcome(competition, result="awarded", tenders=3, winners=winners, **said)
    response = client.get(address(competition, "result"))
    facts = read(response.content)
    assert (facts.root, facts.subtype, kind_of(facts)) == ("ContractAwardNotice", "E4", Kind.AWARD)
    assert facts.previous == (f"{facts_at(client, competition).identifier}-01",)
    assert facts.procedure_id == facts_at(client, competition).procedure_id
    assert [(body.name.best(), body.numbers, body.size) for body in facts.results.winners] == [
        ("Varnaren AB", ("5560360793",), "sme"),
        ("Fall Berg", (), ""),
    ]
    assert str(facts.results.value) == "1500.00 SEK"
    [lot] = facts.results.lots
    assert (lot.code, lot.tenders, lot.lot) == ("selec-w", 3, "LOT-0001")
    assert "8001011239" not in response.content.decode()
    assert address(competition, "result") in client.get(competition.get_absolute_url()).content.decode()


def test_a_corrected_outcome_is_a_change_of_the_award_notice(client, competition):
    make.awarded(competition)
    first = facts_at(client, competition, "result")
    said = {
        "text": "Rättat.",
        "decided_on": make.NOW.date(),
        "by": competition.edited_by,
        "at": make.NOW + timedelta(days=1),
    }
    concluding.record_outcome(competition, result="unsuitable", code="all-rej", reason="Fel avslut.", tenders=2, **said)
    facts = facts_at(client, competition, "result")
    assert (facts.identifier, facts.version) == (first.identifier, "02")
    assert facts.change.reference == f"{first.identifier}-01"
    [lot] = facts.results.lots
    assert (lot.code, lot.reason, lot.tenders) == ("clos-nw", "all-rej", 2)


def test_an_imported_notice_is_rendered_anew_without_what_was_not_kept(client):
    organisations = notices.party("ORG-0007", "Fjällviks kommun", number="2120000142", email="upphandling@f.example")
    xml = notices.notice(organisations=organisations, buyers=("ORG-0007",), procedure_id="a-b-c")
    version = import_notice(read(xml), source="test", at=make.NOW).version
    facts = facts_at(client, version.notice)
    assert (facts.identifier, facts.version, facts.procedure_id) == (version.notice.source_id, "01", "a-b-c")
    assert facts.buyers[0].organisation.email == "upphandling@f.example"
    assert b"Anna Berg" not in writing.write(version)


def test_the_number_of_queries_does_not_grow_with_the_procurement(client, competition, django_assert_max_num_queries):
    for _place in range(3):
        follow(competition, "consultation")
    with django_assert_max_num_queries(25):
        client.get(address(competition))
