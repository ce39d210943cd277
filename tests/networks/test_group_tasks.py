"""Tasks in a buyer group: who gives them, who calls them done, and what stands when the owner has left (C11)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.grants import Role
from accounts.models import Membership
from accounts.rules import Refused
from arena.dates import dates_of
from networks import dividing_work, grouping
from networks.dividing_work import Work
from networks.models import GroupTask
from procurements import todo
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db
LATER = make.NOW + timedelta(minutes=5)
SOON = make.NOW.date() + timedelta(days=20)


@pytest.fixture
def lead():
    return make.buyer(name="Arendal kommune")


@pytest.fixture
def leda(lead):
    return make.member(lead, role=Role.ADMIN, name="Leda", language="en")


@pytest.fixture
def group(lead, leda):
    return make.group(lead=lead, by=leda, name="Fallsensorer i Agder")


@pytest.fixture
def place(group):
    return make.participant(group, make.buyer(name="Risør kommune"))


@pytest.fixture
def risa(place):
    return make.member(place.organisation, name="Risa", language="en")


def give(group, organisation, by, title="Ring brukerrådet", **more):
    return dividing_work.create(group, Work(title, organisation, **more), by=by, at=make.NOW)


def page(group, name="group_task_list", *args):
    return reverse(f"networks:{name}", args=[group.slug, *args])


def test_the_lead_gives_work_to_anybody_and_a_second_click_finds_the_first(group, place, leda):
    first = give(group, place.organisation, leda)
    assert give(group, place.organisation, leda) == first
    assert (first.organisation, first.phase, first.done_at) == (place.organisation, "need", None)
    assert AuditEvent.objects.get(action="group.task_created").details["organisation"] == place.organisation_id


def test_a_participant_divides_its_own_work_alone(group, place, lead, risa, leda):
    own = give(group, place.organisation, risa)
    with pytest.raises(Refused, match="your own organisation"):
        give(group, lead, risa)
    theirs = give(group, lead, leda, title="Skriv till byrån")
    with pytest.raises(Refused):
        dividing_work.remove(theirs, by=risa, at=LATER)
    work = Work("Ring i dag", place.organisation, person=risa)
    assert dividing_work.edit(own, work, seen=own.edited_at, by=risa, at=LATER).person == risa


def test_an_observer_is_given_work_and_finishes_it_and_gives_none(group, leda):
    observer = make.participant(group, make.buyer(), state="observer").organisation
    someone = make.member(observer)
    task = give(group, observer, leda)
    with pytest.raises(Refused):
        give(group, observer, someone, title="Eget")
    assert dividing_work.done(task, by=someone, at=LATER).done_by == someone


@pytest.mark.parametrize("state", ["invited", "left"])
def test_work_is_given_to_those_who_take_part(group, leda, state):
    outside = make.participant(group, make.buyer(), state=state).organisation
    with pytest.raises(Refused, match="takes part"):
        give(group, outside, leda)


def test_a_reader_gives_nothing_and_finishes_what_is_its_own(group, place, leda):
    reader = make.member(place.organisation, role=Role.READER)
    with pytest.raises(Refused):
        give(group, place.organisation, reader)
    task = give(group, place.organisation, leda)
    with pytest.raises(Refused):
        dividing_work.done(task, by=reader, at=LATER)
    own = give(group, place.organisation, leda, title="Räkna dörrar", person=reader)
    assert dividing_work.done(own, by=reader, at=LATER).done_at == LATER


def test_the_person_acts_for_the_organisation(group, place, leda, risa):
    assert give(group, place.organisation, leda, person=risa).person == risa
    with pytest.raises(Refused, match="does not act"):
        give(group, place.organisation, leda, title="Annat", person=leda)


def test_done_and_open_again_twice_is_harmless(group, place, risa, leda):
    task = give(group, place.organisation, leda)
    for _click in range(2):
        dividing_work.done(task, by=risa, at=LATER)
    task.refresh_from_db()
    assert (task.done_at, task.done_by) == (LATER, risa)
    for _click in range(2):
        dividing_work.reopen(task, by=risa, at=LATER)
    task.refresh_from_db()
    assert (task.done_at, task.done_by) == (None, None)
    assert AuditEvent.objects.filter(action__startswith="group.task_").count() == 3


def test_the_log_says_for_whom_each_acted(group, place, lead, leda, risa):
    task = give(group, place.organisation, leda)
    work = Work("Ring i dag", place.organisation)
    dividing_work.edit(task, work, seen=task.edited_at, by=risa, at=LATER)
    reader = make.member(place.organisation, role=Role.READER)
    dividing_work.edit(task, replace(work, person=reader), seen=LATER, by=leda, at=LATER)
    dividing_work.done(task, by=reader, at=LATER)
    dividing_work.reopen(task, by=leda, at=LATER)
    dividing_work.remove(task, by=risa, at=LATER)
    acts = AuditEvent.objects.filter(action__startswith="group.task_").order_by("pk")
    assert list(acts.values_list("action", "actor", "acting_for_id")) == [
        ("group.task_created", leda.pk, lead.pk),
        ("group.task_edited", risa.pk, place.organisation_id),
        ("group.task_edited", leda.pk, lead.pk),
        ("group.task_done", reader.pk, place.organisation_id),
        ("group.task_reopened", leda.pk, lead.pk),
        ("group.task_removed", risa.pk, place.organisation_id),
    ]


def test_a_removed_task_is_gone_once_and_cannot_be_done(group, place, leda):
    task = give(group, place.organisation, leda)
    for _click in range(2):
        dividing_work.remove(task, by=leda, at=LATER)
    assert not GroupTask.objects.exists()
    with pytest.raises(Refused, match="not there"):
        dividing_work.done(task, by=leda, at=LATER)


def test_an_edit_of_what_a_colleague_changed_meanwhile_is_refused(group, place, leda):
    task = give(group, place.organisation, leda)
    seen = task.edited_at
    dividing_work.edit(task, Work("Ring i dag", place.organisation), seen=seen, by=leda, at=LATER)
    with pytest.raises(Refused, match="colleague"):
        dividing_work.edit(task, Work("Ring i morgen", place.organisation), seen=seen, by=leda, at=LATER)


def test_one_writes_a_section_and_another_cannot_take_it(group, place, lead, leda):
    first = give(group, place.organisation, leda, title="Skriv behovet", section="need")
    with pytest.raises(Refused, match="Risør kommune writes this part already"):
        give(group, lead, leda, title="Skriv behovet", section="need")
    dividing_work.done(first, by=leda, at=LATER)
    second = give(group, lead, leda, title="Skriv behovet", section="need")
    with pytest.raises(Refused, match="already"):
        dividing_work.reopen(first, by=leda, at=LATER)
    assert dividing_work.writers(group.pk, "need")["need"] == second


def test_when_the_owner_has_left_the_task_is_nobodys_until_it_is_given_away(group, place, lead, leda, risa, signed_in):
    task = give(group, place.organisation, leda, due_on=SOON, section="need")
    own = signed_in(leda)
    assert "Nobody: give it to somebody" not in own.get(page(group)).content.decode()
    admin = make.member(place.organisation, role=Role.ADMIN)
    assert len(todo.for_person(admin, at=make.NOW)) == 1
    grouping.answer(place, state="left", by=admin, at=LATER)
    assert "Nobody: give it to somebody" in own.get(page(group)).content.decode()
    assert dividing_work.writers(group.pk, "need") == {}
    assert [todo.for_person(admin, at=LATER), dates_of(admin, at=LATER)] == [[], []]
    assert signed_in(risa).get(page(group)).status_code == 404
    with pytest.raises(Refused):
        dividing_work.done(task, by=risa, at=LATER)
    given = dividing_work.edit(task, Work(task.title, lead), seen=task.edited_at, by=leda, at=LATER)
    assert given.organisation == lead


def test_the_list_shows_mine_first_what_is_late_and_folds_what_is_done(group, place, leda, risa, signed_in, lead):
    first = give(group, lead, leda, title="Först i tid", due_on=make.NOW.date() - timedelta(days=3))
    mine = give(group, place.organisation, leda, title="Min egen", due_on=SOON)
    finished = give(group, lead, leda, title="Färdig sak", phase="dialogue")
    dividing_work.done(finished, by=leda, at=LATER)
    board = dividing_work.board(group, risa, today=make.NOW.date())
    assert [[entry.task for entry in entries] for _label, entries in board.phases] == [[mine, first]]
    assert (board.late, board.mine, [entry.task for entry in board.done]) == (1, 1, [finished])
    read = signed_in(risa).get(page(group)).content.decode()
    assert "2 tasks are open." in read
    assert "1 is yours." in read
    assert "1 is late." in read
    assert "<details><summary>1 task is done" in read


def test_a_task_is_added_changed_done_and_removed_in_the_browser(group, place, leda, signed_in):
    own = signed_in(leda)
    assert "Nothing to do" in own.get(page(group)).content.decode()
    typed = {"title": "Ring", "phase": "need", "organisation": place.organisation_id, "due_on": "2031-05-01"}
    sent = own.post(page(group), typed)
    task = GroupTask.objects.get()
    assert sent.url == f"{page(group)}#task-{task.pk}"
    form = own.get(page(group, "group_task_edit", task.pk))
    seen = form.context["seen"]
    own.post(page(group, "group_task_edit", task.pk), {**typed, "title": "Ring i dag", "seen": seen})
    assert GroupTask.objects.get().title == "Ring i dag"
    own.post(page(group, "group_task_done", task.pk))
    assert GroupTask.objects.get().done_by == leda
    own.post(page(group, "group_task_reopen", task.pk))
    own.post(page(group, "group_task_remove", task.pk))
    assert not GroupTask.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "​"}, "title"),
        ({"organisation": 0}, "organisation"),
        ({"due_on": "2001-01-01"}, "due_on"),
        ({"due_on": "i morgen"}, "due_on"),
        ({"phase": "reuse"}, "phase"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(group, lead, leda, signed_in, wrong, field):
    typed = {"title": "Ring", "text": "Om trappor", "phase": "need", "organisation": lead.pk, "due_on": "2031-05-01"}
    answer = signed_in(leda).post(page(group), {**typed, **wrong})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "Om trappor" in answer.content.decode()


def test_names_of_others_colleagues_are_not_offered(group, place, leda, risa, signed_in):
    read = signed_in(leda).get(page(group)).content.decode()
    assert ("Leda" in read, "Risa" in read) == (True, False)


@pytest.mark.parametrize("who", ["stranger", "supplier", "invited", "left"])
def test_nobody_else_sees_the_list(group, leda, signed_in, who):
    person = {
        "stranger": lambda: make.member(make.buyer(), role=Role.ADMIN),
        "supplier": lambda: make.member(make.supplier(), role=Role.ADMIN),
        "invited": lambda: make.member(make.participant(group, make.buyer(), state="invited").organisation),
        "left": lambda: make.member(make.participant(group, make.buyer(), state="left").organisation),
    }[who]()
    task = give(group, group.lead, leda)
    own = signed_in(person)
    assert own.get(page(group)).status_code == 404
    assert own.get(page(group, "group_task_edit", task.pk)).status_code == 404
    assert own.post(page(group, "group_task_done", task.pk)).status_code == 404


def test_it_stands_in_the_owners_to_do_and_calendar_and_in_nobody_elses(group, place, leda, risa):
    give(group, place.organisation, leda, title="Ring brukarna", person=risa, due_on=SOON)
    [thing] = todo.for_person(risa, at=make.NOW)
    [entry] = dates_of(risa, at=make.NOW)
    assert (thing.title, entry.title, entry.day) == ("Ring brukarna", "Ring brukarna", SOON)
    assert [todo.for_person(leda, at=make.NOW), dates_of(leda, at=make.NOW)] == [[], []]
    Membership.objects.filter(user=risa).update(ended_at=make.NOW)
    assert [todo.for_person(risa, at=make.NOW), dates_of(risa, at=make.NOW)] == [[], []]
    admin = make.member(place.organisation, role=Role.ADMIN)
    assert len(dates_of(admin, at=make.NOW)) == 1


def test_a_hundred_tasks_cost_as_many_queries_as_one(group, leda, signed_in):
    own = signed_in(leda)
    places = [make.participant(group, make.buyer()) for _each in range(5)]

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert own.get(page(group)).status_code == 200
        return len(caught)

    give(group, places[0].organisation, leda)
    queries()
    one = queries()
    for number in range(30):
        give(group, places[number % 5].organisation, leda, title=f"Uppgift {number}", due_on=SOON)
    assert queries() == one
