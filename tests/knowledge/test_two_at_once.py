"""Two editors, two workers, an editor and an archiver, each on a connection of its own: no word is lost, nothing is done twice."""

from datetime import timedelta

import pytest

from accounts.models import Duty
from accounts.rules import Refused
from knowledge import asking, publishing, writing
from knowledge.models import Article, ArticleVersion, Publication
from notifications.models import Notification
from tests import make
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
SOON = timedelta(minutes=5)


def test_at_once_no_word_is_lost_and_nothing_is_done_twice(at):
    """One database for all: to empty it costs more than these acts."""
    one, other = (make.user(duty=Duty.CURATOR, name=name) for name in ("Ett", "Två"))
    save = {"title": "T", "summary": "s", "revision": 1, "at": at}

    # Two editors save: one is told, and both texts are somewhere.
    article = make.article()
    results = at_once(
        lambda: writing.save(article, "sv", body="Ens", by=one, **save),
        lambda: writing.save(article, "sv", body="Tvås", by=other, **save),
    )
    [stale] = [result for result in results if isinstance(result, writing.Stale)]
    assert stale.now.body == article.texts.get().body

    # An editor saves while another archives: the words are kept, the article is gone.
    results = at_once(
        lambda: writing.save(article, "sv", body="Kvar", by=one, **{**save, "revision": 2}),
        lambda: publishing.archive(article, by=other, at=at),
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert (article.texts.get().body, Article.objects.get(pk=article.pk).is_current) == ("<p>Kvar</p>", False)

    # An editor publishes what was public when the page was read, while another archives: it is never brought back unseen.
    article = make.article()
    writing.save(article, "sv", body="Ny", by=one, **save)
    at_once(
        lambda: asking.ask(article, revisions={"sv": 2}, by=one, at=at),
        lambda: publishing.archive(article, by=other, at=at),
    )
    assert not Article.objects.get(pk=article.pk).is_current

    # Two editors publish the same text: one version.
    article = make.article()
    writing.save(article, "sv", body="Ny", by=one, **save)
    results = at_once(*[lambda by=by: asking.ask(article, revisions={"sv": 2}, by=by, at=at) for by in (one, other)])
    assert [type(result) for result in results if isinstance(result, Exception)] == [asking.NothingNew]
    assert article.versions.count() == 2

    # Two workers at the same moment: one version, one line to the asker.
    article = make.article(published=False)
    asking.ask(article, revisions={"sv": 1}, by=one, at=at, publish_at=at + SOON)
    at_once(*[lambda: asking.drain(at=at + SOON)] * 3)
    assert (article.versions.count(), Publication.objects.waiting().count()) == (1, 0)
    assert Notification.objects.filter(recipient=one, event__kind="article-publication").count() == 1

    # A worker publishes while an editor saves: the words that were asked for, or none; never the others.
    article = make.article(published=False, body="Som lovat")
    promise = asking.ask(article, revisions={"sv": 1}, by=one, at=at, publish_at=at + SOON)
    at_once(
        lambda: asking.drain(at=at + SOON), lambda: writing.save(article, "sv", body="Annat", by=other, **save)
    )  # fmt: skip
    asking.drain(at=at + SOON)
    promise.refresh_from_db()
    bodies = list(ArticleVersion.objects.filter(article=article).values_list("body", flat=True))
    assert (promise.ending, bodies) in [("published", ["<p>Som lovat</p>"]), ("overtaken", [])]
    assert article.texts.get().body == "<p>Annat</p>"

    # Approved, sent back and taken back at once: one of them, and what the row says is what happened.
    article = make.article(published=False, four_eyes=True)
    waiting = asking.ask(article, revisions={"sv": 1}, by=one, at=at)
    at_once(
        lambda: asking.approve(waiting, by=other, at=at),
        lambda: asking.send_back(waiting, remark="Nej.", by=other, at=at),
        lambda: asking.withdraw(waiting, by=one, at=at),
    )
    waiting.refresh_from_db()
    assert waiting.ending in ("published", "returned", "withdrawn")
    assert article.versions.exists() == (waiting.ending == "published")

    # Two bind with what both have read: the second is told.
    article = make.article()
    bound = {"phases": [], "themes": [], "role": "curator", "owner": None, "review_by": at.date(), "at": at}
    seen = writing.print_of(article)
    results = at_once(
        lambda: writing.bind(article, slug="ens", seen=seen, by=one, **bound),
        lambda: writing.bind(article, slug="tvas", seen=seen, by=other, **bound),
    )
    assert sum(isinstance(result, Refused) for result in results) == 1

    # Two articles begin at one address: the second is told.
    begun = {"slug": "samma", "language": "sv", "title": "T", "review_by": at.date(), "at": at}
    results = at_once(*[lambda by=by: writing.begin(**begun, by=by) for by in (one, other)])
    assert sorted(isinstance(result, Refused) for result in results) == [False, True]
    assert sum(isinstance(result, Article) for result in results) == 1
