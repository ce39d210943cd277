"""Reviews that come and that are late (D3), and what the mails of an article's life say to whom."""

from datetime import timedelta

import pytest
from django.utils import translation

from accounts.models import Duty, DutyAssignment, User
from knowledge import asking, publishing, reminding, tasks, writing
from knowledge.models import Article
from notifications import kinds
from notifications.models import Event, Notification
from records.models import Pulse
from tests import make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def owner():
    return make.user(duty=Duty.CURATOR, name="Olle Ägare")


def told():
    lines = Notification.objects.filter(event__kind="article-review").order_by("pk").select_related("event")
    return [(line.recipient, line.event.facts["what"]) for line in lines]


def heard(person):
    """What the person's lines say now, where they still may see them and want to."""
    listed = kinds.with_subjects(Notification.objects.filter(recipient=person).select_related("event", "recipient"))
    seen = [each for each in listed if kinds.may_see(each)]
    wanted = kinds.still_wanted(seen)
    return [kinds.line(each, "en") for each in seen if each.pk in wanted]


def test_the_owner_hears_thirty_days_before_and_once_when_it_is_late(owner, at):
    make.article(owner=owner, review_by=at.date() + 30 * DAY)
    for days in (-1, 0, 1, 30, 31, 32):
        reminding.remind(at + days * DAY)
    assert told() == [(owner, "soon"), (owner, "late")]


def test_a_new_day_of_review_is_a_new_reminder_and_silences_the_old_one(owner, at):
    article = make.article(owner=owner, review_by=at.date() + 10 * DAY)
    reminding.remind(at)
    assert [line.title for line in heard(owner)] == [f"To be reviewed by 2 December 2026: “{article.working_title}”"]
    publishing.review(article, next_by=at.date() + 20 * DAY, by=owner, at=at)
    assert heard(owner) == []
    reminding.remind(at)
    assert told() == [(owner, "soon"), (owner, "soon")]


@pytest.mark.parametrize("why", ["nobody owns it", "the owner left the desk", "the owner is locked out"])
def test_without_an_owner_all_editors_hear(owner, at, why):
    curator = make.user(duty=Duty.CURATOR)
    make.user(duty=Duty.ADMIN)
    article = make.article(owner=owner, review_by=at.date())
    if why == "nobody owns it":
        Article.objects.update(owner=None)
    elif why == "the owner left the desk":
        DutyAssignment.objects.filter(user=owner).delete()
    else:
        User.objects.filter(pk=owner.pk).update(is_active=False)
    reminding.remind(at)
    assert curator in [person for person, _what in told()]
    assert (owner in [person for person, _what in told()]) == (why == "nobody owns it")
    assert len(told()) == (2 if why == "nobody owns it" else 1)
    assert article.is_current


def test_drafts_and_archived_articles_are_reviewed_by_nobody(owner, at):
    make.article(owner=owner, published=False, review_by=at.date())
    publishing.archive(make.article(owner=owner, review_by=at.date()), by=owner, at=at)
    reminding.remind(at)
    assert told() == []


def test_who_may_not_edit_any_more_sees_none_of_it(owner, at):
    asker = make.user(duty=Duty.CURATOR, name="Alva Ask")
    draft = make.article(published=False, title="Hemlig rubrik", four_eyes=True)
    publication = asking.ask(draft, revisions={"sv": 1}, by=asker, at=at, publish_at=at + DAY)
    [line] = heard(owner)
    assert line.title == "Alva Ask asks you to read an article before it is public"
    assert "Monday 23 November 2026" in line.text
    asking.approve(publication, by=owner, at=at)
    assert heard(owner) == []  # it waits for nobody's eyes now
    assert [line.title for line in heard(asker)] == ["Olle Ägare approves your article"]
    DutyAssignment.objects.all().delete()
    assert heard(asker) == []


@pytest.mark.parametrize("language", ["sv", "nb", "en"])
def test_each_ending_is_told_in_words_that_name_no_draft(owner, at, language):
    asker = make.user(duty=Duty.CURATOR, name="Alva Ask")
    endings = {
        "returned": lambda one: asking.send_back(one, remark="Hemligt skäl", by=owner, at=at),
        "withdrawn": lambda one: asking.withdraw(one, by=owner, at=at),
        "overtaken": lambda one: writing.save(
            one.article, "sv", title="Hemlig", summary="s", body="b", revision=1, by=owner, at=at
        ),
        "failed": lambda one: asking._give_up(one.pk, at=at),
        "published": lambda one: asking.approve(one, by=owner, at=at),
    }
    for what, end in endings.items():
        draft = make.article(published=False, title=f"Hemlig rubrik {what}", slug=f"hemlig-{what}", four_eyes=True)
        end(asking.ask(draft, revisions={"sv": 1}, by=asker, at=at))
    with translation.override(language):
        said = {line.title for line in heard(asker)}
    assert len(said) == len(endings)
    assert [title for title in said if "Hemlig" in title] == ["Your article is public: “Hemlig rubrik published”"]
    assert Event.objects.filter(kind="article-publication").count() == len(endings)


def test_the_tasks_ring_and_leave_a_pulse(owner, at):
    tasks.publish_due()
    tasks.remind_due()
    assert {"knowledge.publish_due", "knowledge.remind_due"} <= set(Pulse.objects.values_list("task", flat=True))
