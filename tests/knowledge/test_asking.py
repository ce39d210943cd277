"""A publication that is asked for (D1): as it stood, at its moment, after somebody else's eyes; or told why not."""

from datetime import timedelta

import pytest

from accounts.models import Duty, DutyAssignment
from accounts.rules import Refused
from knowledge import asking, publishing, writing
from knowledge.models import Publication
from notifications.models import Notification
from tests import make

pytestmark = pytest.mark.django_db
Ending = Publication.Ending
HOUR = timedelta(hours=1)


@pytest.fixture
def asker():
    return make.user(duty=Duty.CURATOR, name="Alva Ask")


@pytest.fixture
def reader():
    return make.user(duty=Duty.CURATOR, name="Rut Läs")


@pytest.fixture
def article(asker, at):
    return written(make.article(published=False), asker, at, "<p>Text.</p>")


@pytest.fixture
def by_two(article):
    article.four_eyes = True
    article.save()
    return article


def written(article, by, at, body):
    revision = article.texts.get().revision
    writing.save(article, "sv", title="Titel", summary="Kort.", body=body, revision=revision, by=by, at=at)
    return article


def asked(article, by, at, **said):
    return asking.ask(article, revisions={"sv": article.texts.get().revision}, by=by, at=at, **said)


def ending(publication):
    publication.refresh_from_db()
    return publication.ending


def public(article):
    return [version.number for version in article.versions.order_by("number")]


def told(person):
    lines = Notification.objects.filter(recipient=person).order_by("pk")
    return [(line.event.kind, line.event.facts.get("what", "")) for line in lines.select_related("event")]


def test_without_a_second_reading_it_is_public_at_once(article, asker, at):
    publication = asked(article, asker, at)
    assert (publication.ending, public(article)) == (Ending.PUBLISHED, [1])
    assert told(asker) == []  # who did it knows it


def test_it_is_public_at_its_moment_and_not_before(article, asker, at):
    publication = asked(article, asker, at, publish_at=at + HOUR)
    asking.drain(at=at + HOUR - timedelta(seconds=1))
    assert public(article) == []
    for _round in range(2):
        asking.drain(at=at + HOUR)
    assert (ending(publication), public(article)) == (Ending.PUBLISHED, [1])
    assert article.versions.get().published_by == asker
    assert told(asker) == [("article-publication", "published")]


@pytest.mark.parametrize("ahead", [timedelta(0), -HOUR, timedelta(days=400)])
def test_a_moment_behind_us_or_far_ahead_is_refused(article, asker, at, ahead):
    with pytest.raises(asking.NotInTime):
        asked(article, asker, at, publish_at=at + ahead)


def test_a_second_click_finds_the_first_and_another_wish_is_refused(article, asker, reader, at):
    first = asked(article, asker, at, publish_at=at + HOUR)
    assert asked(article, asker, at, publish_at=at + HOUR) == first
    for by, moment in ((asker, at + 2 * HOUR), (reader, at + HOUR)):
        with pytest.raises(asking.Waits):
            asked(article, by, at, publish_at=moment)


def test_what_was_read_is_published_or_nothing(article, asker, reader, at):
    with pytest.raises(asking.Changed):
        asking.ask(article, revisions={"sv": 1}, by=asker, at=at)
    first = asked(article, asker, at)
    assert asked(article, asker, at) == first  # a second click
    with pytest.raises(asking.NothingNew):
        asked(article, reader, at)


def test_who_did_not_see_that_it_was_archived_does_not_bring_it_back(article, asker, at):
    asked(article, asker, at)
    publishing.archive(article, by=asker, at=at)
    with pytest.raises(asking.Changed):
        asked(article, asker, at)
    assert asked(article, asker, at, brings_back=True).ending == Ending.PUBLISHED


def test_a_text_changed_in_the_meantime_is_not_published_and_the_asker_is_told(article, asker, reader, at):
    publication = asked(article, asker, at, publish_at=at + HOUR)
    written(article, reader, at, "<p>En annan.</p>")
    assert ending(publication) == Ending.OVERTAKEN
    asking.drain(at=at + HOUR)
    assert public(article) == []
    assert told(asker) == [("article-publication", "overtaken")]


def test_a_text_that_changed_behind_our_back_is_not_published_either(article, asker, at):
    publication = asked(article, asker, at, publish_at=at + HOUR)
    article.texts.update(revision=9)
    asking.drain(at=at + HOUR)
    assert (ending(publication), public(article)) == (Ending.OVERTAKEN, [])


def test_another_language_may_be_written_meanwhile(article, asker, reader, at):
    publication = asked(article, asker, at, publish_at=at + HOUR)
    writing.save(article, "nb", title="T", summary="s", body="<p>b</p>", revision=0, by=reader, at=at)
    assert ending(publication) == ""


def test_the_archive_takes_back_what_waits_and_tells_the_asker(article, asker, reader, at):
    for archived in (False, True):  # a return that waits, too
        publication = asked(article, asker, at, publish_at=at + HOUR, brings_back=archived)
        publishing.archive(article, by=reader, at=at)
        assert ending(publication) == Ending.WITHDRAWN
        asking.drain(at=at + HOUR)
        assert public(article) == []
    assert told(asker) == [("article-publication", "withdrawn")] * 2


def test_somebody_else_reads_it_and_then_it_is_public(by_two, asker, reader, at):
    with pytest.raises(publishing.SecondNeeded):
        publishing.publish(by_two, languages=["sv"], by=asker, at=at)
    publication = asked(by_two, asker, at)
    assert public(by_two) == []
    assert (told(reader), told(asker)) == ([("article-to-read", "")], [])
    for _click in range(2):
        asking.approve(publication, by=reader, at=at)
    assert (ending(publication), public(by_two)) == (Ending.PUBLISHED, [1])
    assert told(asker) == [("article-publication", "published")]


def test_the_whole_arena_may_want_four_eyes(article, asker, at, settings):
    settings.GUIDANCE_FOUR_EYES = True
    assert asked(article, asker, at).ending == ""


def test_a_second_reading_that_is_wanted_since_it_was_asked_for_is_not_passed_by(article, asker, at, settings):
    publication = asked(article, asker, at, publish_at=at + HOUR)
    settings.GUIDANCE_FOUR_EYES = True
    asking.drain(at=at + HOUR)
    assert (ending(publication), public(article)) == (Ending.FAILED, [])
    assert publication.remark.startswith("Någon annan läser den här texten")  # in the asker's language


def test_neither_who_asked_nor_who_wrote_last_approves(by_two, asker, reader, at):
    written(by_two, reader, at, "<p>Rut skrev.</p>")
    publication = asked(by_two, asker, at)
    stranger = make.user()
    for person in (asker, reader, stranger):
        with pytest.raises(Refused):
            asking.approve(publication, by=person, at=at)
        with pytest.raises(Refused):
            asking.send_back(publication, remark="Nej.", by=person, at=at)
    assert told(reader) == []
    assert asking.approve(publication, by=make.user(duty=Duty.ADMIN), at=at).ending == Ending.PUBLISHED


def test_it_waits_for_its_moment_after_the_second_reading(by_two, asker, reader, at):
    publication = asked(by_two, asker, at, publish_at=at + HOUR)
    asking.drain(at=at + 2 * HOUR)
    assert public(by_two) == []  # nobody has read it
    asking.approve(publication, by=reader, at=at)
    assert (public(by_two), told(asker)) == ([], [("article-publication", "approved")])
    asking.drain(at=at + HOUR)
    assert public(by_two) == [1]


def test_read_too_late_for_its_moment_it_is_public_at_once(by_two, asker, reader, at):
    publication = asked(by_two, asker, at, publish_at=at + HOUR)
    assert asking.approve(publication, by=reader, at=at + 2 * HOUR).ending == Ending.PUBLISHED


def test_sent_back_with_a_remark_and_asked_for_again(by_two, asker, reader, at):
    publication = asked(by_two, asker, at)
    with pytest.raises(asking.NoRemark):
        asking.send_back(publication, remark="  ", by=reader, at=at)
    asking.send_back(publication, remark="Källan saknas.", by=reader, at=at)
    publication.refresh_from_db()
    assert (publication.ending, publication.remark) == (Ending.RETURNED, "Källan saknas.")
    assert told(asker) == [("article-publication", "returned")]
    assert asking.approve(publication, by=reader, at=at).ending == Ending.RETURNED  # over is over
    assert asked(by_two, asker, at).pk != publication.pk


def test_taking_it_back_is_harmless_when_it_is_over(by_two, asker, reader, at):
    publication = asked(by_two, asker, at)
    for _click in range(2):
        assert asking.withdraw(publication, by=asker, at=at).ending == Ending.WITHDRAWN
    assert asking.approve(publication, by=reader, at=at).ending == Ending.WITHDRAWN
    assert public(by_two) == []


def test_an_old_text_too_is_read_by_somebody_else(by_two, asker, reader, at):
    asking.approve(asked(by_two, asker, at), by=reader, at=at)
    written(by_two, asker, at, "<p>Andra.</p>")
    asking.approve(asked(by_two, asker, at), by=reader, at=at)
    first = by_two.versions.get(number=1)
    with pytest.raises(publishing.SecondNeeded):
        publishing.restore(first, by=asker, at=at)
    asking.approve(asking.ask_for_old_words(first, by=asker, at=at), by=reader, at=at)
    third = by_two.versions.get(number=3)
    assert (third.body, third.restored_from) == (first.body, first)


def test_who_edits_no_more_publishes_nothing_and_hears_nothing_of_it_in_mail(article, asker, at):
    publication = asked(article, asker, at, publish_at=at + HOUR)
    DutyAssignment.objects.filter(user=asker).delete()
    asking.drain(at=at + HOUR)
    assert (ending(publication), public(article)) == (Ending.FAILED, [])
    assert "Alva Ask" in publication.remark


def test_one_that_cannot_be_published_stops_no_other(article, asker, at, caplog):
    """A picture that lost its words after it was asked for, and a text that is fine."""
    poisoned = asked(article, asker, at, publish_at=at + HOUR)
    article.texts.update(summary="")
    other = make.article(published=False)
    fine = asked(other, asker, at, publish_at=at + HOUR)
    asking.drain(at=at + HOUR)
    assert (ending(fine), ending(poisoned)) == (Ending.PUBLISHED, Ending.FAILED)
    assert told(asker)[0] == ("article-publication", "failed")


def test_a_picture_without_words_is_no_public_text(article, asker, at):
    picture = '<p><img src="/guidance/pictures/00000000-0000-0000-0000-000000000000/"></p>'
    article.texts.update(body=picture)
    with pytest.raises(Refused, match="picture"):
        asked(article, asker, at)
