"""The panel that says who else has the need: who may open it, what it says, and what one click does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.grants import Role
from matchmaking import counting
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make.member(make.buyer(name="Lunda kommun"))


@pytest.fixture
def draft(team):
    return make.notice(buyer=team.memberships.get().organisation, by=team, published=False, title="Utkast om fall")


def other(name="Ås kommune", **fields):
    """A published need of another buyer, with an administrator who can be reached."""
    buyer = make.buyer(name=name, country="NO", region="NO082", inhabitants=21_000)
    make.member(buyer, role=Role.ADMIN)
    return make.notice(buyer=buyer, at=timezone.now() - timedelta(hours=1), **fields)


def page(notice, language="en"):
    counting.refresh()
    return f"/{language}/matches/similar/{notice.slug}/"


def test_each_row_says_who_where_in_which_phase_and_why(lists, signed_in, team, draft):
    found = other(title="Fallsensorer i hemmet")
    shown = signed_in(team).get(page(draft)).text
    for said in ("1 buyer has a need like this", "Fallsensorer i hemmet", "Ås kommune", "Norway", "Need", "Because:"):
        assert said in shown
    assert "the same field: " in shown
    assert "(33196000)" in shown
    assert "the same word" in shown
    assert found.get_absolute_url().partition("/procurements/")[2] in shown


def test_another_language_is_said_in_its_own_words(lists, signed_in, team):
    other(
        language="en", title="A fall detector for sheltered housing", problem="Residents are found late.", summary="…",
        affected="…", cost_today="…", desired_effect="…", tried="…", description="…",
    )  # fmt: skip
    mine = make.notice(buyer=team.memberships.get().organisation, by=team, published=False, title="Fallarm")
    assert "another language, the same thing: fall detector" in signed_in(team).get(page(mine)).text


def test_nobody_yet_says_what_makes_one_easier_to_find(lists, signed_in, team, draft):
    shown = signed_in(team).get(page(draft)).text
    assert "Nobody yet." in shown
    assert "A clear title" in shown
    assert "Only published needs are compared" in shown


def test_one_click_turns_to_the_buyer_with_the_wish_chosen(lists, signed_in, team, draft):
    other()
    client = signed_in(team)
    links = [line.partition('"')[0].replace("&amp;", "&") for line in client.get(page(draft)).text.split('href="')]
    ways = [link for link in links if "invitation=" in link]
    assert [link.rpartition("wish=")[2] for link in ways] == ["join", "observe", "contact"]
    for link, chosen in zip(ways, ("join", "observe", "contact"), strict=True):
        form = client.get(link)
        assert form.status_code == 200
        assert form.context["form"]["wish"].value() == chosen


def test_where_a_group_stands_on_the_need_one_asks_it_for_a_place(lists, signed_in):
    admin = make.member(make.buyer(), role=Role.ADMIN)
    lead = make.member(make.buyer(name="Lillevik kommune"), role=Role.ADMIN)
    group = make.group(lead=lead.memberships.get().organisation, by=lead)
    from procurements import publishing, writing

    wording = {**make_wording(), "title": "Fallsensorer tillsammans"}
    joint = writing.begin(
        organisation=group.lead, kind="need", by=lead, at=make.NOW, wording=wording, buyer_group=group
    )
    publishing.publish(joint, by=lead, at=make.NOW)
    mine = make.notice(buyer=admin.memberships.get().organisation, by=admin, published=False)
    shown = signed_in(admin).get(page(mine)).text
    assert reverse("networks:group_ask", args=[group.slug]).partition("/networks/")[2] in shown
    assert "Join their group" in shown
    assert "Buy together" not in shown


def make_wording():
    """What make.notice says, for a notice of a group."""
    source = make.notice(published=False)
    names = ("summary", "problem", "affected", "cost_today", "desired_effect", "tried", "description", "cpv", "regions")
    return {name: getattr(source, name) for name in (*names, "goals", "contact_email", "deadline_at")}


def test_a_buyer_without_an_account_is_not_turned_to(lists, signed_in, team, draft):
    buyer = make.buyer(name="Inläst kommun")
    writer = make.member(buyer)
    make.notice(buyer=buyer, by=writer)
    shown = signed_in(team).get(page(draft)).text
    assert "Nobody there has an account yet" in shown
    assert "invitation=" not in shown


def test_a_reader_of_the_team_sees_who_and_is_told_who_may_ask(lists, signed_in, draft):
    other()
    reader = make.member(draft.procurement.organisation, role=Role.READER)
    make_place(draft, reader)
    shown = signed_in(reader).get(page(draft)).text
    assert "Ås kommune" in shown
    assert "Somebody who writes for your organisation" in shown
    assert "invitation=" not in shown


def make_place(notice, person):
    from procurements import teaming
    from procurements.models import TeamRole

    owner = notice.procurement.team.get().user
    teaming.place(notice.procurement, user=person, role=TeamRole.READER, by=owner, at=make.NOW)


def test_a_draft_has_no_such_page_for_anybody_but_its_team(lists, signed_in, client, draft):
    colleague = make.member(draft.procurement.organisation)
    for person in (colleague, make.member(make.buyer()), make.member(make.supplier()), make.user()):
        assert signed_in(person).get(page(draft)).status_code == 404
    assert client.get(page(draft)).status_code == 302


def test_every_verified_buyer_may_ask_about_a_published_need_and_no_supplier(lists, signed_in):
    published = other(title="Fallsensorer i hemmet")
    other(name="Vik kommune", title="Sensorer for fall i hemmet")
    buyer = make.member(make.buyer())
    shown = signed_in(buyer).get(page(published)).text
    assert "Vik kommune" in shown
    for person in (make.member(make.supplier()), make.member(make.buyer(buyer_verified_at=None)), make.user()):
        assert signed_in(person).get(page(published)).status_code == 404


def test_another_buyer_learns_nothing_of_the_text_that_the_team_works_on(lists, signed_in):
    published = other(title="Fallsensorer i hemmet")
    published.title, published.problem = "Hemlig rubrik", "Asfalt på gator."
    published.save()
    shown = signed_in(make.member(make.buyer())).get(page(published)).text
    assert "Fallsensorer i hemmet" in shown
    assert "Hemlig" not in shown


def test_the_panel_is_a_piece_for_htmx_and_a_page_without(lists, signed_in, team, draft):
    other()
    client = signed_in(team)
    piece = client.get(page(draft), headers={"HX-Request": "true"})
    assert "<html" not in piece.text
    assert "Ås kommune" in piece.text
    assert "HX-Request" in piece.headers["Vary"]
    assert "<html" in client.get(page(draft)).text


def test_the_pages_of_the_team_and_of_other_buyers_lead_to_it_and_a_suppliers_does_not(lists, signed_in, team, draft):
    address = page(draft)
    edit = reverse("procurements:notice_edit", args=[draft.slug, "need"])
    assert address in signed_in(team).get(edit).text
    published = other()
    detail = published.get_absolute_url()
    assert page(published) in signed_in(team).get(detail).text
    assert page(published) not in signed_in(make.member(make.supplier())).get(detail).text


def test_five_rows_take_as_many_queries_as_one(lists, signed_in, team, draft):
    client = signed_in(team)

    def queries():
        address = page(draft)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    other(name="Kommune 0")
    one = queries()
    for number in range(1, 6):
        other(name=f"Kommune {number}")
    assert queries() == one
