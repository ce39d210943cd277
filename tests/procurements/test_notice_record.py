"""One document of all questions and changes, in the order of time, in the words of the public page (A23)."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from procurements import answering, closing
from procurements.models import Outcome
from procurements.record import entries_of
from tests import make
from tests.matchmaking.test_matching import amend
from ui import moments

pytestmark = pytest.mark.django_db
WORDS = ("Gäller det trappor?", "Ja, även trappor.", "Nej, bara hemma.", "Vi läste fel.", "Behovet är löst.")


@pytest.fixture
def at():
    return timezone.now() - timedelta(days=2)


@pytest.fixture
def notice(at, lists):
    notice = make.notice(at=at, title="Färre fall")
    question = make.question(notice=notice, text="En hemlig fråga", at=at + timedelta(hours=1))
    make.answered(question, text=WORDS[0], answer=WORDS[1], at=at + timedelta(hours=2))
    amend(notice, at=at + timedelta(hours=3), deadline_at=at + timedelta(days=40))
    answering.correct(
        question, question_text=WORDS[0], text=WORDS[2], reason=WORDS[3], version=1, by=notice.edited_by,
        at=at + timedelta(hours=4),
    )  # fmt: skip
    make.question(notice=notice, text="En obesvarad fråga", at=at + timedelta(hours=5))
    closing.close(notice, by=notice.edited_by, at=at + timedelta(hours=6), reason=WORDS[4])
    Outcome.objects.create(
        notice=notice, number=1, result="stopped", text="Vi gick inte vidare.", decided_on=at.date(),
        recorded_at=at + timedelta(hours=7),
    )  # fmt: skip
    notice.refresh_from_db()
    return notice


def words(html):
    main = re.search(r"<main.*?</main>", html, re.DOTALL)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_everything_stands_in_the_order_of_time(notice):
    kinds = [entry.kind for entry in entries_of(notice)]
    assert kinds == ["published", "answer", "amended", "answer", "closed", "outcome"]


def test_the_words_are_those_of_the_public_page_and_nothing_that_waits_is_told(notice):
    address = reverse("procurements:notice_record", args=[notice.slug])
    document, page = (words(Client().get(one).content.decode()) for one in (address, notice.get_absolute_url()))
    for said in (*WORDS, "Vi gick inte vidare."):
        assert said in document, said
        assert said in page, said
    moved = moments.say(notice.current_version.deadline_at, notice.current_version.zone, "en")
    assert moved in document
    assert moved in page
    for secret in ("hemlig", "obesvarad"):
        assert secret not in document + page


def test_it_is_one_accessible_page_made_for_print(notice):
    html = Client().get(reverse("procurements:notice_record", args=[notice.slug])).content.decode()
    assert html.count("<h1") == 1
    assert "Färre fall" in re.search(r"<title>(.*?)</title>", html, re.DOTALL)[1]
    assert (
        reverse("procurements:notice_record", args=[notice.slug])
        in Client().get(notice.get_absolute_url()).content.decode()
    )


def test_a_draft_has_no_record(signed_in):
    draft = make.notice(published=False)
    address = reverse("procurements:notice_record", args=[draft.slug])
    assert Client().get(address).status_code == 404
    assert signed_in(draft.edited_by).get(address).status_code == 404
