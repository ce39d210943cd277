"""The team's pages: what waits, a draft, a colleague's help, a release."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from procurements import answering
from procurements.models import Answer, News, Question, TeamMember, TeamRole
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    """The pages read the real clock."""
    return timezone.now() - timedelta(hours=2)


@pytest.fixture
def notice(at):
    return make.notice(at=at, title="Färre fall")


@pytest.fixture
def client(notice, signed_in):
    return signed_in(notice.edited_by)


@pytest.fixture
def question(notice, at):
    return make.question(notice=notice, organisation=make.supplier(name="Sensorbolaget AB"), at=at)


def address(page, notice, *more):
    return reverse(f"procurements:{page}", args=[notice.slug, *more])


def place(notice, role, at):
    user = make.member(notice.procurement.organisation)
    TeamMember.objects.create(
        procurement=notice.procurement,
        user=user,
        organisation=notice.procurement.organisation,
        role=role,
        added_at=at,
    )
    return user


def draft(question, at, answer="Ja.", text="Gäller det trappor?"):
    revision = question.draft_revision
    return answering.draft(
        question, question_text=text, answer=answer, revision=revision, by=question.notice.edited_by, at=at
    )


def test_the_list_counts_what_waits_and_shows_who_waited_longest_first(notice, client, at):
    for n in (2, 1):
        make.question(notice=notice, text=f"Fråga nummer {n}", at=at + timedelta(minutes=n))
    make.answered(make.question(notice=notice, text="Den besvarade", at=at), at=at)
    response = client.get(address("question_list", notice))
    page = response.content.decode()
    assert response.context["counts"] == {
        "waiting": 2, "unread": 2, "ready": 0, "answered": 1, "declined": 0, "mine": 0, "all": 3,
    }  # fmt: skip
    assert page.index("Fråga nummer 1") < page.index("Fråga nummer 2")
    assert "Den besvarade" not in page
    assert "Den besvarade" in client.get(address("question_list", notice) + "?state=answered").content.decode()


def test_looking_at_a_question_writes_nothing_and_opening_it_tells_the_asker(notice, client, question):
    detail = address("question_detail", notice, question.pk)
    assert "Sensorbolaget AB" in client.get(detail).content.decode()
    assert Question.objects.get().read_at is None
    assert client.post(address("question_open", notice, question.pk))["Location"] == detail
    assert Question.objects.get().read_at


def test_a_draft_is_saved_and_released_from_its_page(notice, client, question):
    detail = address("question_detail", notice, question.pk)
    words = {"revision": 1, "question_text": "Gäller det trappor?", "answer": "Ja."}
    assert client.post(detail, words).status_code == 302
    page = client.get(detail).content.decode()
    tick = re.search(r'name="question" value="([^"]+)"', page)[1]
    assert tick == f"{question.pk}:2"
    client.post(address("question_release", notice), {"question": tick})
    assert Answer.objects.get().text == "Ja."


def test_the_second_of_two_writers_sees_both_texts_and_can_keep_their_own(notice, client, question, at):
    detail = address("question_detail", notice, question.pk)
    draft(question, at, answer="Kollegans svar.")
    words = {"revision": 1, "question_text": "Gäller det trappor?", "answer": "Mitt svar."}
    response = client.post(detail, words)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Kollegans svar." in page
    assert "Mitt svar." in page
    [revision] = re.findall(r'name="revision" value="(\d+)"', page)
    assert client.post(detail, {**words, "revision": revision}).status_code == 302
    assert Question.objects.get().draft_answer == "Mitt svar."


def test_ticked_answers_are_released_together_and_what_changed_meanwhile_is_not(notice, client, at):
    drafts = [draft(make.question(notice=notice, text=f"{n}", at=at), at) for n in range(3)]
    page = client.get(address("question_list", notice) + "?state=ready").content.decode()
    ticks = re.findall(r'name="question" form="release" value="([^"]+)"', page)
    assert len(ticks) == 3
    draft(Question.objects.get(pk=drafts[0].pk), at, answer="Ändrat.")
    client.post(address("question_release", notice), {"question": ticks})
    assert not News.objects.exists()
    chosen = [tick for tick in ticks if not tick.startswith(str(drafts[0].pk))]
    client.post(address("question_release", notice), {"question": chosen})
    assert News.objects.get().answers.count() == 2


@pytest.mark.parametrize("tick", ["nonsense", "", "a:b:c", "\u0661:\u0662"])
def test_a_tick_that_was_tampered_with_releases_nothing(tick, notice, client, question, at):
    draft(question, at)
    for value in (tick, f"{question.pk}:{tick}"):
        assert client.post(address("question_release", notice), {"question": value}).status_code == 302
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("role", "drafts", "releases"),
    [(TeamRole.EDITOR, 302, 302), (TeamRole.ANSWERER, 302, 404), (TeamRole.READER, 404, 404)],
)
def test_an_answerer_drafts_and_an_editor_releases(role, drafts, releases, notice, question, signed_in, at):
    client = signed_in(place(notice, role, at))
    assert client.get(address("question_list", notice)).status_code == 200
    words = {"revision": 1, "question_text": "Hur?", "answer": "Så."}
    assert client.post(address("question_detail", notice, question.pk), words).status_code == drafts
    tomorrow = {"to": notice.edited_by.pk, "due_on": (timezone.localdate() + timedelta(days=1)).isoformat()}
    assert client.post(address("question_assign", notice, question.pk), tomorrow).status_code == drafts
    tick = {"question": f"{question.pk}:{Question.objects.get().draft_revision}"}
    assert client.post(address("question_decline", notice, question.pk), {"reason": "Nej."}).status_code == releases
    assert client.post(address("question_release", notice), tick).status_code == releases


def test_a_colleague_is_asked_by_a_day_that_is_to_come(notice, client, question, at):
    expert = place(notice, TeamRole.ANSWERER, at)
    assign = address("question_assign", notice, question.pk)
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    assert client.post(assign, {"to": expert.pk, "due_on": yesterday}).status_code == 422
    assert client.post(assign, {"to": make.user().pk, "due_on": "2099-01-01"}).status_code == 422
    assert client.post(assign, {"to": expert.pk, "due_on": "2099-01-01"}).status_code == 302
    assert Question.objects.get().assigned_to == expert


def test_an_answer_is_corrected_with_a_reason_and_not_over_a_colleagues_correction(notice, client, question, at):
    make.answered(question, at=at)
    address_ = address("question_correct", notice, question.pk)
    words = {"version": 1, "question_text": "Gäller det trappor?", "answer": "Nej."}
    assert client.post(address_, words).status_code == 422
    assert client.post(address_, {**words, "reason": "Fel."}).status_code == 302
    response = client.post(address_, {**words, "answer": "Kanske.", "reason": "Fel."})
    assert response.status_code == 409
    assert "Kanske." in response.content.decode()
    assert Answer.objects.count() == 2


def test_the_list_costs_the_same_however_many_wait(client, notice, at):
    counts = []
    client.get(address("question_list", notice))  # the first page of a session costs more
    for number in (2, 8):
        for _each in range(number):
            draft(make.question(notice=notice, text=f"{_each} av {number}", at=at), at)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address("question_list", notice)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
