"""The matrix in the browser: who reads it, who writes what, and that nothing typed is lost (C9)."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.grants import Role
from procurements import requiring, sections
from procurements.models import Requirement, RequirementStand
from procurements.requiring import Said
from tests import make

pytestmark = pytest.mark.django_db
LATER = make.NOW + timedelta(minutes=5)


@pytest.fixture
def leda():
    return make.member(make.buyer(name="Arendal kommune"), role=Role.ADMIN, name="Leda")


@pytest.fixture
def group(leda):
    return make.group(lead=leda.memberships.get().organisation, by=leda, name="Fallsensorer i Agder")


@pytest.fixture
def draft(group, leda):
    """Its title is not for observers."""
    return make.notice(group=group, by=leda, published=False, title="Hemlig rubrik")


@pytest.fixture
def place(group):
    return make.participant(group, make.buyer(name="Risør kommune"), state="option")


@pytest.fixture
def risa(place):
    return make.member(place.organisation, name="Risa")


@pytest.fixture
def requirements(draft, leda):
    rows = [Said(None, "Larm inom tio sekunder"), Said(None, "=Ingen kamera")]
    requiring.set_requirements(draft.procurement, rows, seen=requiring.fingerprint([]), by=leda, at=LATER)
    return list(draft.procurement.requirements.all())


def page(notice, name="requirement_list", *args):
    return reverse(f"procurements:{name}", args=[requiring.slug_for_all(notice), *args])


def taken(notice, who, by, *stands):
    asked = notice.procurement.requirements.all()
    said = {row.pk: (stand, "i trappor") for row, stand in zip(asked, stands, strict=False)}
    requiring.take_stand(notice.procurement, who, said, by=by, at=LATER)


def test_an_empty_matrix_says_what_to_do(draft, leda, place, risa, signed_in):
    assert "Write what the solution is to do" in signed_in(leda).get(page(draft)).content.decode()
    assert "The lead writes what the solution is to do" in signed_in(risa).get(page(draft)).content.decode()


def test_the_lead_writes_and_a_participant_answers_and_both_see_what_differs(
    draft, group, leda, place, risa, signed_in
):
    own = signed_in(leda)
    seen = own.get(page(draft, "requirement_edit")).context["seen"]
    typed = {"new": "Larm inom tio sekunder\nIngen kamera", "seen": seen}
    for _click in range(2):
        assert own.post(page(draft, "requirement_edit"), typed).status_code == 302
    first, second = Requirement.objects.all()
    lead = group.participants.get(organisation=group.lead)
    for browser, mine, stands in ((own, lead, ("must", "must")), (signed_in(risa), place, ("must", "not"))):
        said = {f"stand-{first.pk}": stands[0], f"stand-{second.pk}": stands[1], f"note-{second.pk}": "i trappor"}
        said[f"note-{first.pk}"] = ""
        assert browser.post(page(draft, "requirement_answer", mine.pk), said).status_code == 302
    read = signed_in(risa).get(page(draft)).content.decode()
    assert "2 requirements" in read
    assert "1 differs" in read
    assert "↔" in read
    assert "a lot of its own, or an option" in read
    assert "i trappor" in read
    only = signed_in(risa).get(page(draft), {"show": "differs"}).content.decode()
    assert ("Ingen kamera" in only, "Larm inom tio sekunder" in only) == (True, False)


def test_rows_are_moved_reworded_and_removed(draft, leda, requirements, signed_in):
    own, (first, second) = signed_in(leda), requirements
    typed = {
        "seen": requiring.fingerprint(requirements),
        f"text-{first.pk}": "Larm direkt",
        f"handling-{first.pk}": "lot",
        f"place-{first.pk}": 2,
        f"text-{second.pk}": second.text,
        f"handling-{second.pk}": "open",
        f"place-{second.pk}": 1,
    }
    own.post(page(draft, "requirement_edit"), typed)
    assert [(row.pk, row.text, row.handling) for row in Requirement.objects.all()] == [
        (second.pk, second.text, "open"),
        (first.pk, "Larm direkt", "lot"),
    ]
    seen = requiring.fingerprint(draft.procurement.requirements.all())
    own.post(page(draft, "requirement_edit"), {**typed, f"text-{first.pk}": "", "seen": seen})
    assert list(Requirement.objects.all()) == [second]


def test_removing_what_is_answered_is_asked_about_once_more(draft, leda, place, risa, requirements, signed_in):
    taken(draft, place.organisation, risa, "must")
    own, first = signed_in(leda), requirements[0]
    typed = {"seen": requiring.fingerprint(requirements), f"text-{first.pk}": "", f"handling-{first.pk}": "open"}
    asked = own.post(page(draft, "requirement_edit"), typed)
    assert (asked.status_code, 'name="confirmed"' in asked.content.decode()) == (422, True)
    assert own.post(page(draft, "requirement_edit"), {**typed, "confirmed": "on"}).status_code == 302
    assert list(Requirement.objects.all()) == requirements[1:]


def test_what_two_write_at_once_is_shown_to_the_second_with_what_was_typed(draft, leda, requirements, signed_in):
    own, first = signed_in(leda), requirements[0]
    typed = {"seen": requiring.fingerprint(requirements), f"handling-{first.pk}": "open"}
    assert own.post(page(draft, "requirement_edit"), {**typed, f"text-{first.pk}": "Kollegans ord"}).status_code == 302
    late = own.post(page(draft, "requirement_edit"), {**typed, f"text-{first.pk}": "Mina ord"})
    read = late.content.decode()
    assert (late.status_code, "Mina ord" in read, "Kollegans ord" in read) == (422, True, True)


def test_what_was_typed_is_kept_when_a_note_lacks_its_answer(draft, place, risa, requirements, signed_in):
    typed = {f"stand-{requirements[0].pk}": "", f"note-{requirements[0].pk}": "Bara i trappor"}
    answer = signed_in(risa).post(page(draft, "requirement_answer", place.pk), typed)
    assert (answer.status_code, "Bara i trappor" in answer.content.decode()) == (422, True)
    assert not RequirementStand.objects.exists()


def test_an_observer_reads_and_writes_nothing_and_learns_nothing_of_the_draft(draft, group, requirements, signed_in):
    observer = make.participant(group, make.buyer(), state="observer")
    own = signed_in(make.member(observer.organisation, role=Role.ADMIN))
    whole = own.get(reverse("procurements:group_requirement_list", args=[group.slug]), follow=True)
    read = whole.content.decode()
    assert "Larm inom tio sekunder" in read
    assert ("Hemlig" in read, "hemlig" in whole.redirect_chain[-1][0]) == (False, False)
    assert own.get(page(draft, "requirement_edit")).status_code == 404
    assert own.post(page(draft, "requirement_answer", observer.pk), {}).status_code == 404


@pytest.mark.parametrize("who", ["anonymous", "stranger", "supplier", "invited", "left", "option's reader"])
def test_nobody_else_sees_or_writes_it(draft, group, place, requirements, signed_in, client, who):
    people = {
        "stranger": lambda: make.member(make.buyer(), role=Role.ADMIN),
        "supplier": lambda: make.member(make.supplier(), role=Role.ADMIN),
        "invited": lambda: make.member(make.participant(group, make.buyer(), state="invited").organisation),
        "left": lambda: make.member(make.participant(group, make.buyer(), state="left").organisation),
        "option's reader": lambda: make.member(place.organisation, role=Role.READER),
    }
    own = signed_in(people[who]()) if who in people else client
    hidden = {"anonymous": 302, "option's reader": 200}.get(who, 404)
    for name in ("requirement_list", "requirement_download"):
        assert own.get(page(draft, name)).status_code == hidden
    barred = 302 if who == "anonymous" else 404
    assert own.post(page(draft, "requirement_edit"), {"new": "Krav"}).status_code == barred
    assert own.post(page(draft, "requirement_answer", place.pk), {}).status_code == barred
    assert Requirement.objects.count() == 2


def test_the_public_page_tells_nothing_of_it(draft, leda, requirements, client):
    public = make.notice(group=draft.procurement.buyer_group, by=leda)
    rows = [Said(None, "Larm inom tio sekunder")]
    requiring.set_requirements(public.procurement, rows, seen=requiring.fingerprint([]), by=leda, at=LATER)
    read = client.get(public.get_absolute_url()).content.decode()
    assert "Larm inom tio sekunder" not in read


def test_the_table_is_downloaded_and_no_cell_is_a_formula(draft, place, risa, requirements, signed_in):
    taken(draft, place.organisation, risa, "must", "not")
    answer = signed_in(risa).get(page(draft, "requirement_download"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][-2:] == ["Arendal kommune", "Risør kommune"]
    assert [row[0] for row in rows[1:]] == ["Larm inom tio sekunder", "'=Ingen kamera"]
    assert [row[-1] for row in rows[1:]] == ["Must: i trappor", "Not needed: i trappor"]


def test_the_group_chooses_among_its_procurements(draft, group, leda, requirements, signed_in):
    page_of_group = reverse("procurements:group_requirement_list", args=[group.slug])
    own = signed_in(leda)
    assert own.get(page_of_group).url == page(draft)
    public = make.notice(group=group, by=leda, title="Trygga trappor")
    read = own.get(page_of_group).content.decode()
    assert "2 procurements" in read
    assert public.slug in read
    other = make.group()
    empty = signed_in(make.member(other.lead)).get(reverse("procurements:group_requirement_list", args=[other.slug]))
    assert "No procurement yet" in empty.content.decode()


def test_the_page_costs_as_many_queries_for_many_participants_as_for_few(
    draft, group, place, risa, requirements, signed_in
):
    own = signed_in(risa)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert own.get(page(draft)).status_code == 200
        return len(caught)

    queries()
    few = queries()
    for _each in range(6):
        more = make.participant(group, make.buyer())
        taken(draft, more.organisation, make.member(more.organisation), "must", "should")
    assert queries() == few


def test_who_writes_what_stands_beside_the_part_and_in_the_list_of_tasks(draft, group, leda, place, signed_in):
    own = signed_in(leda)
    address = reverse("procurements:section_share", args=[draft.slug])
    assert own.post(address, {"need": place.organisation_id}).status_code == 302
    edit = own.get(reverse("procurements:notice_edit", args=[draft.slug, "need"])).content.decode()
    assert "Written by Risør kommune" in edit
    tasks = own.get(reverse("networks:group_task_list", args=[group.slug])).content.decode()
    assert "Write: The need" in tasks
    assert [step.name for step in sections.sections_of(draft)] == ["need", "hearing", "time", "documents"]
    own.post(address, {"need": group.lead_id})
    own.post(address, {"need": ""})
    assert not group.tasks.exists()


def test_a_text_of_one_buyer_is_not_shared(leda, signed_in):
    alone = make.notice(buyer=leda.memberships.get().organisation, by=leda, published=False)
    own = signed_in(leda)
    for name in ("section_share", "requirement_edit", "requirement_list"):
        assert own.get(reverse(f"procurements:{name}", args=[alone.slug])).status_code == 404
    edit = own.get(reverse("procurements:notice_edit", args=[alone.slug, "need"])).content.decode()
    assert ("Written by" in edit, "Requirements" in edit) == (False, False)
