"""The page to ask on, and what the asker and everyone reads afterwards."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.grants import Role
from procurements import answering
from procurements.models import Question
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
def anna():
    return make.member(make.supplier(name="Sensorbolaget AB"), name="Anna Berg")


def address(page, notice, *more):
    return reverse(f"procurements:{page}", args=[notice.slug, *more])


def read(client, notice):
    return client.get(notice.get_absolute_url()).content.decode()


def test_a_question_is_sent_and_its_receipt_stands_on_the_askers_page(notice, anna, signed_in):
    client = signed_in(anna)
    assert address("question_ask", notice) in read(client, notice)
    page = client.get(address("question_ask", notice)).content.decode()
    key = re.search(r'name="key" value="([0-9a-f-]{36})"', page)[1]
    assert "At most 4,000 characters." in page
    response = client.post(address("question_ask", notice), {"key": key, "text": "Räknas trappor?"}, follow=True)
    question = Question.objects.get()
    assert response.redirect_chain[0][0] == f"{reverse('procurements:question_mine')}#question-{question.pk}"
    assert question.receipt[:16] in response.content.decode()
    assert question.receipt[:16] in read(client, notice)


def test_a_repeat_asks_nothing_more(notice, anna, signed_in):
    client, form = signed_in(anna), {"key": str(uuid.uuid4()), "text": "Räknas trappor?"}
    first, again = (client.post(address("question_ask", notice), form) for _each in range(2))
    assert first["Location"] == again["Location"]
    assert Question.objects.count() == 1


@pytest.mark.parametrize("text", ["", "x" * 4001])
def test_an_empty_or_too_long_question_is_kept_on_the_page_with_a_sentence(text, notice, anna, signed_in):
    response = signed_in(anna).post(address("question_ask", notice), {"key": str(uuid.uuid4()), "text": text})
    assert response.status_code == 422
    assert text in response.content.decode()
    assert not Question.objects.exists()


def test_a_visitor_is_asked_to_log_in_and_the_public_page_says_nothing_of_what_waits(notice, anna, at):
    nothing = read(Client(), notice)
    make.question(notice=notice, by=anna, organisation=anna.memberships.get().organisation, at=at)
    assert read(Client(), notice) == nothing
    assert Client().get(address("question_ask", notice)).status_code == 302


def test_a_colleague_sees_it_and_a_competitor_does_not(notice, anna, signed_in, at):
    supplier = anna.memberships.get().organisation
    make.question(notice=notice, by=anna, organisation=supplier, text="En hemlig fråga", at=at)
    colleague, competitor = make.member(supplier, role=Role.READER), make.member(make.supplier())
    for url in (notice.get_absolute_url(), reverse("procurements:question_mine")):
        assert "En hemlig fråga" in signed_in(colleague).get(url).content.decode()
        assert "En hemlig fråga" not in signed_in(competitor).get(url).content.decode()


def test_everyone_reads_the_released_words_and_the_asker_finds_the_way(notice, anna, signed_in, at):
    supplier = anna.memberships.get().organisation
    question = make.question(notice=notice, by=anna, organisation=supplier, text="En hemlig fråga", at=at)
    make.answered(question, text="En öppen fråga?", answer="Ja, det gör de.", at=at)
    page = read(Client(), notice)
    assert 'id="question-1"' in page
    assert "En öppen fråga?" in page
    assert "Ja, det gör de." in page
    for secret in ("hemlig", "Anna Berg", "Sensorbolaget", str(question.pk)):
        assert secret not in page
    assert (
        f"{notice.get_absolute_url()}#question-1"
        in signed_in(anna).get(reverse("procurements:question_mine")).content.decode()
    )


def test_a_corrected_answer_shows_what_stood_there_before(notice, at):
    question = make.question(notice=notice, at=at)
    make.answered(question, answer="Ja, det gör de.", at=at)
    answering.correct(
        question, question_text="X?", text="Nej, bara hemma.", reason="Vi läste fel.", version=1,
        by=notice.edited_by, at=at + timedelta(minutes=5),
    )  # fmt: skip
    page = read(Client(), notice)
    assert page.index("Nej, bara hemma.") < page.index("Ja, det gör de.")
    assert "Vi läste fel." in page


def test_only_the_asker_reads_why_a_question_was_declined(notice, anna, signed_in, at):
    supplier = anna.memberships.get().organisation
    question = make.question(notice=notice, by=anna, organisation=supplier, at=at)
    answering.decline(question, reason="Det rör säkerheten.", by=notice.edited_by, at=at)
    assert "Det rör säkerheten." in read(signed_in(anna), notice)
    for other in (Client(), signed_in(make.member(make.supplier()))):
        assert "Det rör säkerheten." not in read(other, notice)


def test_the_public_page_costs_the_same_however_many_answers_it_has(at):
    counts = []
    for number in (1, 6):
        notice = make.notice(at=at)
        for n in range(number):
            question = make.question(notice=notice, text=f"{n}", at=at)
            make.answered(question, at=at)
            answering.correct(
                question, question_text="X?", text=f"Nej {n}.", reason="Fel.", version=1, by=notice.edited_by, at=at
            )
        for page in ("notice_detail", "notice_record"):
            with CaptureQueriesContext(connection) as queries:
                assert Client().get(address(page, notice)).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
