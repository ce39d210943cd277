"""What editors of guidance hear about their articles: asked to read one, how a publication went, a review that comes.

No line names a text that is not public: anyone reads a lock screen. `tell` is called in the transaction of what it tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import Duty, User
from knowledge.models import Article, Publication
from knowledge.rules import DUTIES, editors
from notifications.kinds import Change, Kind, Line
from notifications.models import Notification, Rhythm
from notifications.telling import Recipient, tell
from ui import moments

Ending = Publication.Ending


def asked(publication: Publication, *, at: datetime) -> None:
    """Somebody else's eyes are wanted: all editors hear of it but who asked and who wrote last."""
    texts = publication.article.texts.filter(language__in=publication.languages)
    out = {publication.asked_by_id, *texts.values_list("edited_by", flat=True)}
    people = [Recipient(person) for person in editors() if person.pk not in out]
    tell("article-to-read", f"publication:{publication.pk}:asked", publication, people, at=at)


def approved(publication: Publication, *, at: datetime) -> None:
    """It is published later: whoever asked hears that nothing else is in the way."""
    key = f"publication:{publication.pk}:approved"
    tell("article-publication", key, publication, [Recipient(publication.asked_by)], at=at, facts={"what": "approved"})


def ended(publication: Publication, *, by: User | None, at: datetime) -> None:
    if by == publication.asked_by:
        return  # who did it knows it
    key, facts = f"publication:{publication.pk}:ended", {"what": publication.ending}
    tell("article-publication", key, publication, [Recipient(publication.asked_by)], at=at, facts=facts)


def review_due(article: Article, *, at: datetime) -> None:
    """In 30 days, and once when it is late: the owner hears of it, or all editors where no owner edits any more."""
    what = "late" if article.is_stale(timezone.localdate(at)) else "soon"
    key = f"article:{article.pk}:review:{article.review_by.isoformat()}:{what}"
    facts = {"what": what, "review_by": article.review_by.isoformat()}
    people = [Recipient(person) for person in who_reviews(article)]
    tell("article-review", key, article, people, at=at, facts=facts)


def who_reviews(article: Article) -> list[User]:
    owner = editors().filter(pk=article.owner_id or 0)
    return list(owner or editors(Duty.CURATOR) or editors())


def _look_up_duties(notifications: Sequence[Notification]) -> None:
    """For all lines of a page or a mail at once."""
    prefetch_related_objects([each.recipient for each in notifications], "duties")


def _edits(notification: Notification) -> bool:
    return any(each.duty in DUTIES for each in notification.recipient.duties.all())


def _is_the_askers(notification: Notification) -> bool:
    return notification.subject.asked_by_id == notification.recipient_id and _edits(notification)


def _is_kept(notification: Notification) -> bool:
    """Public still; the owner's, or anybody's who edits."""
    article: Article = notification.subject
    return article.is_current and _edits(notification)


def _still_to_be_read(notifications: Sequence[Notification]) -> set[int]:
    publications = {each.subject.pk for each in notifications}
    waiting = set(Publication.objects.to_be_read().filter(pk__in=publications).values_list("pk", flat=True))
    return {each.pk for each in notifications if each.subject.pk in waiting}


def _still_due(notifications: Sequence[Notification]) -> set[int]:
    """Not reviewed since, and nobody else's article by now. Two queries, however many."""
    all_of_them = set(editors().values_list("pk", flat=True))
    otherwise = set(editors(Duty.CURATOR).values_list("pk", flat=True)) or all_of_them
    return {
        each.pk
        for each in notifications
        if each.event.facts["review_by"] == each.subject.review_by.isoformat()
        and each.recipient_id in ({each.subject.owner_id} & all_of_them or otherwise)
    }


def _to_read_line(notification: Notification, language: str) -> Line:
    publication: Publication = notification.subject
    text = _("You can read what changes, approve it, or send it back with a remark.")
    if publication.publish_at:
        said = {"moment": moments.say(publication.publish_at, notification.recipient.zone, language)}
        text = _("It is to be public %(moment)s. You can read what changes, approve it, or send it back.") % said
    return Line(
        title=_("%(name)s asks you to read an article before it is public") % {"name": publication.asked_by},
        url=reverse("knowledge:article_publish", args=[publication.article.slug]),
        text=text,
    )


def _publication_line(notification: Notification, language: str) -> Line:
    publication: Publication = notification.subject
    what = notification.event.facts["what"]
    article = publication.article
    url = reverse("knowledge:article_publish", args=[article.slug])
    said = {"title": article.slug, "name": publication.ended_by or publication.approved_by or ""}
    if what == Ending.PUBLISHED:
        public = article.version_for(language)
        said["title"] = public.title if public else article.slug
        text = (
            _("%(name)s has read and approved it.") % {"name": publication.approved_by}
            if publication.approved_by
            else ""
        )
        return Line(_("Your article is public: “%(title)s”") % said, article.get_absolute_url(), text=text)
    if what == "approved":
        when = (
            moments.say(publication.publish_at, notification.recipient.zone, language) if publication.publish_at else ""
        )
        text = _("It will be public %(moment)s.") % {"moment": when}
        return Line(_("%(name)s approves your article") % {"name": publication.approved_by}, url, text=text)
    if what == Ending.RETURNED:
        return Line(
            _("%(name)s has sent your article back with a remark") % said,
            url,
            text=_("Read the remark on the page, change the text, and ask again."),
        )
    if what == Ending.OVERTAKEN:
        return Line(
            _("Your article was not published: its text was changed in the meantime"),
            url,
            text=_("Read the text as it stands now, and ask again if you want it to be public."),
        )
    if what == Ending.WITHDRAWN:
        return Line(_("%(name)s has taken back the publication that you asked for") % said, url)
    return Line(_("Your article could not be published"), url, text=_("The page says why."))


def _review_line(notification: Notification, language: str) -> Line:
    article: Article = notification.subject
    public = article.version_for(language)
    said = {
        "title": public.title if public else article.slug,
        "day": moments.say_day(article.review_by, get_language() or language),
    }
    title = _("To be reviewed by %(day)s: “%(title)s”")
    text = _("Read it against its sources. If it still holds, mark it as reviewed on the editors' desk.")
    if notification.event.facts["what"] == "late":
        title = _("The review is late: “%(title)s”")
        text = _("Its readers are told so since %(day)s. Read it, and mark it as reviewed on the editors' desk.") % said
    return Line(title % said, reverse("knowledge:article_review_list"), text=text)


KINDS = (
    Kind(
        code="article-to-read",
        label=gettext_lazy("Guidance that waits for your eyes"),
        description=gettext_lazy("When an editor asks somebody else to read an article before it is public."),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.WAITING,
        may_see=_edits,
        line=_to_read_line,
        still_wanted=_still_to_be_read,
        subject_with=("article", "asked_by"),
        prepare=_look_up_duties,
    ),
    Kind(
        code="article-publication",
        label=gettext_lazy("How your publications of guidance went"),
        description=gettext_lazy(
            "When an article that you asked for is approved, sent back or public, or could not be."
        ),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.ANSWERED,
        may_see=_is_the_askers,
        line=_publication_line,
        subject_with=("article", "approved_by", "ended_by"),
        subject_prefetch=("article__texts__current_version",),
        prepare=_look_up_duties,
    ),
    Kind(
        code="article-review",
        label=gettext_lazy("Reviews of guidance"),
        description=gettext_lazy("30 days before an article that you own is to be reviewed, and once if it is late."),
        default_rhythm=Rhythm.DAILY,
        change=Change.DEADLINE,
        may_see=_is_kept,
        line=_review_line,
        still_wanted=_still_due,
        subject_prefetch=("texts__current_version",),
        prepare=_look_up_duties,
    ),
)
