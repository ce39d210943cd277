"""Who bought after whom, and the packet for those who want to procure the same: published facts alone (C15)."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.grants import Role
from procurements import calling_off, packing, publishing, reusing, spreading, writing
from procurements.models import Notice
from tests import make
from tests.procurements.joint import HOUR, UNTIL, joint

pytestmark = pytest.mark.django_db
LATER = make.NOW + 5 * HOUR


def copied(source, name, *, published=True, days=1):
    buyer = make.buyer(name=name)
    by, at = make.member(buyer, role=Role.ADMIN), make.NOW + timedelta(days=days)
    draft = reusing.copy(source, organisation=buyer, by=by, at=at)
    Notice.objects.filter(pk=draft.pk).update(
        cost_today="Mycket.", tried="Larm.", contact_email="a@example.org", deadline_at=at + timedelta(days=30)
    )
    draft.refresh_from_db()
    if published:
        publishing.publish(draft, by=by, at=at)
        draft.refresh_from_db()
    return draft


def names(node):
    return [(one.organisation.name, names(one)) for one in node.followers]


def opened(response):
    data = b"".join(response.streaming_content)
    return zipfile.ZipFile(io.BytesIO(data)), data


def packet(client, notice):
    return opened(client.get(reverse("procurements:packet_download", args=[notice.slug])))


def test_the_tree_goes_from_the_first_buyer_through_all_generations():
    need = make.notice(buyer=make.buyer(name="Arendal"))
    second = copied(need, "Oslo")
    copied(second, "Bergen", days=2)
    copied(need, "Voss", days=3)
    copied(need, "Hemlig", published=False)
    for notice in (need, second):
        tree = spreading.tree_of(notice.procurement)
        assert (tree.organisation.name, names(tree)) == ("Arendal", [("Oslo", [("Bergen", [])]), ("Voss", [])])
        assert spreading.followers_of(tree) == 3
    assert [one.is_here for one in (tree, tree.followers[0])] == [False, True]
    assert tree.followers[0].at == make.NOW + timedelta(days=1)


def test_those_who_called_off_are_followers_too_and_oneself_is_none():
    shared = joint()
    notice = shared.awarded()
    asked = calling_off.ask(
        notice.procurement, organisation=shared.buyers["Oslo"], volumes={shared.item.pk: Decimal(40)}, message="",
        by=shared.people["Oslo"], at=LATER,
    )  # fmt: skip
    assert spreading.tree_of(notice.procurement).followers == []  # it waits
    calling_off.approve(asked, by=shared.leda, at=LATER)
    tree = spreading.tree_of(notice.procurement)
    assert [(one.organisation.name, one.at, one.notice) for one in tree.followers] == [("Oslo", LATER, None)]
    own = make.notice(buyer=make.buyer(name="Voss"))
    again = reusing.copy(own, organisation=own.procurement.organisation, by=own.edited_by, at=make.NOW)
    publishing.publish(again, by=own.edited_by, at=make.NOW) if again.contact_email else None
    assert spreading.followers_of(spreading.tree_of(own.procurement)) == 0
    assert reusing.times_reused(own) == 0


def test_a_forest_costs_as_many_queries_as_a_tree(django_assert_num_queries):
    need = make.notice(buyer=make.buyer(name="Arendal"))
    copied(need, "Oslo")
    procurement = need.procurement
    with django_assert_num_queries(6):
        spreading.tree_of(procurement)
    for number in range(3):
        copied(copied(need, f"Kommun {number}"), f"Granne {number}")
    with django_assert_num_queries(6):
        spreading.tree_of(procurement)


def test_the_page_of_an_award_says_how_to_procure_the_same_and_who_followed(client):
    notice = make.notice(kind="competition", buyer=make.buyer(name="Arendal"))
    address = reverse("procurements:packet_download", args=[notice.slug])
    assert "How to procure the same" not in client.get(notice.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 404
    make.awarded(notice, at=LATER)
    copied(notice, "Oslo")
    page = client.get(notice.get_absolute_url()).content.decode()
    for words in ("How to procure the same", address, "1 buyer has followed Arendal.", "Oslo"):
        assert words in page


def test_the_packet_holds_what_was_published_and_says_how_to_go_on(client):
    shared = joint()
    need = make.notice(group=shared.group, by=shared.leda, title="Vi vill märka fall", zone="Europe/Oslo")
    draft = writing.go_on(need, kind="competition", by=shared.leda, at=make.NOW)
    Notice.objects.filter(pk=draft.pk).update(
        procedure="innovation", title="Partnerskap om fall", summary="Ett.", description="Två.", cpv=["33196000"],
        regions=["NO091"], contact_email="a@example.org", deadline_at=make.NOW + timedelta(days=40),
        currency="SEK", price_cap=100, exit_rule="Efter prototypen.",
    )  # fmt: skip
    draft.refresh_from_db()
    draft.assets.create(position=0, name="Resultatet", origin="result", level="use")
    draft.stages.create(
        position=0, name="Prototyp", decision="Märker den fall?", suppliers=3, ends_on=UNTIL, max_cost=100
    )
    file = make.stored_file(name="../../Krav & mål.pdf", content=b"%PDF-1.7 kraven")
    draft.documents.create(
        position=0, lineage=file.pk, title="Kraven", file=file, added_by=shared.leda, added_at=make.NOW
    )
    publishing.publish(make.approved(draft), by=shared.leda, at=make.NOW + HOUR)
    draft.refresh_from_db()
    make.awarded(draft, by=shared.leda, at=LATER)
    archive, _data = packet(client, draft)
    assert archive.namelist() == [
        "README.html", "01-need.html", "02-competition.html", "look.css", "structure.json", "volumes.csv", "documents/01-Krav-mal.pdf",
    ]  # fmt: skip
    readme = archive.read("README.html").decode()
    for words in (
        '<html lang="en">',
        "Larmet som varnar före.",
        "Varnaren AB",
        "Oslo",
        "Option to join",
        "articles 33",
    ):
        assert words in readme
    competition = archive.read("02-competition.html").decode()
    for words in ("Partnerskap om fall", "Innovation partnership", "Prototyp", "Resultatet", "Märker den fall?"):
        assert words in competition
    assert archive.read("documents/01-Krav-mal.pdf") == b"%PDF-1.7 kraven"
    bones = json.loads(archive.read("structure.json"))
    assert bones["schema"] == packing.SCHEMA
    assert [one["kind"] for one in bones["notices"]] == ["need", "competition"]
    assert bones["notices"][1]["stages"] == [{"name": "Prototyp", "suppliers": 3, "decision": "Märker den fall?"}]
    volumes = [{"item": "Personer med sensor", "unit": "personer", "volume": "70.00"}]
    assert bones["notices"][1]["buyers"][2] == {
        "name": "Oslo", "country": shared.buyers["Oslo"].country, "lead": False, "state": "option", "volumes": volumes,
    }  # fmt: skip


def test_the_table_of_volumes_is_no_formula(client):
    shared = joint()
    shared.buyers["Oslo"].name = '=HYPERLINK("http://example.org")'
    shared.buyers["Oslo"].save()
    archive, _data = packet(client, shared.awarded())
    rows = list(csv.reader(io.StringIO(archive.read("volumes.csv").decode("utf-8-sig"))))
    assert rows[0] == ["Organisation", "Takes part as", "What is bought", "Counted in", "Volume"]
    assert rows[2] == [
        '\'=HYPERLINK("http://example.org")',
        "Option to join",
        "Personer med sensor",
        "personer",
        "70.00",
    ]


def test_nothing_that_is_not_public_is_in_the_packet(client):
    """Drafts, working text, budgets, who was interested, the team's advice: none of it, in no file."""
    shared = joint()
    notice = shared.awarded()
    Notice.objects.filter(pk=notice.pk).update(
        **{name: f"CNRY{name}" for name in ("title", "summary", "problem", "description", "tried", "cost_today")}
    )
    writing.begin(
        organisation=shared.buyers["Arendal"], kind="need", by=shared.leda, at=LATER, buyer_group=shared.group,
        wording={"title": "CNRYdraft"},
    )  # fmt: skip
    working = make.stored_file(name="CNRYfile.pdf", content=b"%PDF-1.7 CNRYbytes")
    notice.documents.create(position=0, lineage=working.pk, title="CNRYdocument", file=working, added_at=LATER)
    notice.assets.create(position=0, name="CNRYasset", origin="result", level="own", motive="CNRYmotive")
    notice.stages.create(position=0, name="CNRYstage")
    calling_off.ask(
        notice.procurement, organisation=shared.buyers["Oslo"], volumes={shared.item.pk: Decimal(40)},
        message="CNRYmessage", by=shared.people["Oslo"], at=LATER,
    )  # fmt: skip
    archive, data = packet(client, notice)
    everything = b"".join(archive.read(name) for name in archive.namelist()) + "".join(archive.namelist()).encode()
    assert b"CNRY" not in everything + data
    for budget in (b"765432", b"765,432", b"765 432", b"765 432"):
        assert budget not in everything
    assert b"Admin " not in everything


def test_the_same_packet_is_the_same_bytes_for_everyone(client, signed_in):
    shared = joint()
    notice = shared.awarded()
    assert packet(client, notice)[1] == packet(signed_in(shared.leda), notice)[1]


def test_it_is_in_the_language_of_the_page(client):
    notice = make.awarded(make.notice(kind="competition"))
    with translation.override("sv"):
        address = reverse("procurements:packet_download", args=[notice.slug])
    archive, _data = opened(client.get(address))
    assert '<html lang="sv">' in archive.read("README.html").decode()


def test_what_does_not_fit_is_named_with_its_address(client, monkeypatch):
    notice = make.notice(kind="competition")
    file = make.stored_file(name="Stor.pdf", content=b"%PDF-1.7 stor")
    notice.current_version.documents.create(position=0, lineage=file.pk, title="Den stora", file=file)
    make.awarded(notice)
    monkeypatch.setattr(packing, "MOST_BYTES", 3)
    archive, _data = packet(client, notice)
    assert not [name for name in archive.namelist() if name.startswith("documents/")]
    readme = archive.read("README.html").decode()
    assert "Den stora" in readme
    assert f"http://testserver{reverse('procurements:document_download', args=[notice.slug, file.pk])}" in readme


@pytest.mark.parametrize(
    ("words", "plain"), [("../../etc/passwd", "etc-passwd"), ("Åtta öl.pdf", "Atta-ol.pdf"), ("..", ""), ("日本", "")]
)
def test_names_are_safe_on_every_file_system(words, plain):
    assert packing.safe(words) == plain
