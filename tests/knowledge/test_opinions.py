"""Was this helpful? Asked at the foot of every article, answered without a name, read by editors alone (D6)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Duty
from knowledge import opining, publishing
from knowledge.models import Opinion
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


@pytest.fixture
def curator():
    return make.user(duty=Duty.CURATOR)


@pytest.fixture
def article():
    return make.article(title="Skriv ett behov", slug="skriv-ett-behov")


def token_of(article, *, age=timedelta(minutes=1)):
    """What stood in a page that was opened so long ago."""
    with time_machine.travel(datetime.now(UTC) - age, tick=False):
        return opining.page_token(article.versions.get())


def answer(client, article, helped="yes", **further):
    sent = {"helped": helped, "read": token_of(article), "website": "", **further}
    return client.post(f"/sv/guidance/{article.slug}/opinion/", sent)


def opinion(article, *, helped=True, comment="", at=make.NOW):
    return Opinion.objects.create(article=article, language="sv", number=1, helped=helped, comment=comment, said_at=at)


def test_every_article_asks_by_a_form_that_needs_no_script(client, article):
    page = client.get(article.get_absolute_url().replace("/en/", "/sv/")).content.decode()
    form = page.partition('<form class="opinion"')[2].partition("</form>")[0]
    assert 'method="post"' in form
    assert form.count("<button") == 2
    assert "csrfmiddlewaretoken" in form


def test_an_answer_is_kept_without_a_name_and_leads_to_a_thank_you_with_room_for_words(client, article):
    response = answer(client, article, "no")
    said = Opinion.objects.get()
    assert (said.helped, said.language, said.number, said.comment) == (False, "sv", 1, "")
    assert b"textarea" in client.get(response["Location"]).content
    client.post(response["Location"], {"comment": " Det saknas ett exempel. ", "website": ""})
    said.refresh_from_db()
    assert said.comment == "Det saknas ett exempel."
    client.post(response["Location"], {"comment": "Något annat", "website": ""})
    said.refresh_from_db()
    assert said.comment == "Det saknas ett exempel."  # what editors may have read stays as it is


def test_a_second_click_is_no_second_opinion(client, article):
    read = token_of(article)
    first = answer(client, article, read=read)
    second = answer(client, article, read=read)
    assert opining.opinion_of(second["Location"].split("/")[-2]) == opining.opinion_of(first["Location"].split("/")[-2])
    assert Opinion.objects.count() == 1
    answer(client, article)
    assert Opinion.objects.count() == 2


def test_a_second_click_while_the_first_is_being_written_is_thanked(client, article):
    read = token_of(article)
    cache.add(f"opinion:{opining._page.unsign_object(read)['u']}", 0)
    response = answer(client, article, read=read)
    assert response["Location"] == "/sv/guidance/skriv-ett-behov/"
    assert "Tack för ditt svar" in client.get(response["Location"]).content.decode()
    assert not Opinion.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [{"website": "http://example.org"}, {"helped": "maybe"}, {"read": "forged"}, {"read": ""}],
    ids=["bait taken", "no answer", "forged", "without a page"],
)
def test_what_no_reader_sends_is_not_kept(client, article, sent):
    response = answer(client, article, **sent)
    assert response["Location"] == "/sv/guidance/skriv-ett-behov/"
    assert not Opinion.objects.exists()


def test_an_answer_within_two_seconds_and_one_from_another_article_are_not_kept(client, article):
    answer(client, article, read=token_of(article, age=timedelta(0)))
    answer(client, article, read=token_of(make.article()))
    assert not Opinion.objects.exists()


def test_an_article_that_is_not_public_takes_no_answers(client, article, curator, at):
    thanks = answer(client, article)["Location"]
    publishing.archive(article, by=curator, at=at)
    assert answer(client, article).status_code == 404
    assert client.get(thanks).status_code == 404
    assert client.get("/sv/guidance/opinions/forged/").status_code == 404


def test_words_are_taken_for_an_hour(client, article):
    thanks = answer(client, article)["Location"]
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2), tick=False):
        assert client.get(thanks).status_code == 404


def test_who_answers_too_often_waits(client, article, settings):
    settings.LIMITED = True
    settings.LIMITS = {**settings.LIMITS, "opine": {"user": (1, 600), "ip": (1, 600)}}
    assert answer(client, article).status_code == 302
    assert answer(client, article).status_code == 429


def test_a_forged_form_of_another_site_is_refused(article):
    strict = Client(enforce_csrf_checks=True)
    assert answer(strict, article).status_code == 403
    assert not Opinion.objects.exists()


def test_editors_read_comments_and_mark_them_as_dealt_with(client, article, curator, at):
    opinion(article, helped=False, comment="Det saknas ett exempel.")
    opinion(article, comment="Bra!", at=at - timedelta(days=1))
    client.force_login(curator)
    page = client.get("/sv/guidance/editing/opinions/").content.decode()
    assert page.index("Det saknas ett exempel.") < page.index("Bra!")
    first = Opinion.objects.get(helped=False)
    client.post(f"/sv/guidance/editing/opinions/{first.pk}/done/", {"done": "yes"})
    page = client.get("/sv/guidance/editing/opinions/").content.decode()
    assert "Det saknas ett exempel." not in page
    assert "Det saknas ett exempel." in client.get("/sv/guidance/editing/opinions/?state=done").content.decode()
    assert "Bra!" not in client.get("/sv/guidance/editing/opinions/?helped=no&state=every").content.decode()
    assert "Bra!" not in client.get("/sv/guidance/editing/opinions/?article=annan").content.decode()
    first.refresh_from_db()
    assert (first.dealt_with_by, bool(first.dealt_with_at)) == (curator, True)
    opining.settle(first, is_done=True, by=curator, at=at)
    client.post(f"/sv/guidance/editing/opinions/{first.pk}/done/", {"done": "no"})
    first.refresh_from_db()
    assert first.dealt_with_at is None


def test_others_do_not_know_that_the_list_exists(client, article):
    client.force_login(make.user())
    assert client.get("/sv/guidance/editing/opinions/").status_code == 404
    assert client.post(f"/sv/guidance/editing/opinions/{opinion(article).pk}/done/").status_code == 404


def test_a_share_is_shown_from_five_answers_on(client, article, curator):
    client.force_login(curator)
    for _number in range(3):
        opinion(article)
    opinion(article, helped=False)
    address = "/en/guidance/editing/opinions/?state=every"
    assert "75 %" not in client.get(address).content.decode()
    opinion(article, helped=False)
    assert "60 % of 5 readers" in client.get(address).content.decode()


def test_the_list_is_paged_and_asks_as_often_for_many_as_for_few(client, article, curator):
    client.force_login(curator)
    for number in range(3):
        opinion(article, comment=f"Ord {number}")

    def queries():
        with CaptureQueriesContext(connection) as caught:
            client.get("/sv/guidance/editing/opinions/")
        return len(caught)

    queries()
    few = queries()
    for number in range(3, 27):
        opinion(make.article() if number < 5 else article, comment=f"Ord {number}")
    assert queries() == few
    assert "page=2" in client.get("/sv/guidance/editing/opinions/").content.decode()


def test_opinions_are_forgotten_after_two_years(article, at):
    old = opinion(article, at=at - opining.KEPT - timedelta(days=1))
    young = opinion(article, at=at - timedelta(days=700))
    opining.forget(at)
    assert list(Opinion.objects.all()) == [young]
    assert old.pk != young.pk
