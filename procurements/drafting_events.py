"""What those hear who work on a text before the public reads it. No line names a draft: anyone reads a lock screen."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.kinds import Change, Kind, Line
from notifications.models import Notification, Rhythm
from procurements.models import Comment, Notice, Procurement, Review, Schedule, TeamMember
from procurements.places import fetched, place_of


def is_of_the_team(notification: Notification) -> bool:
    return place_of(notification, notification.subject.notice.procurement) is not None


def may_be_asked(notification: Notification, procurement: Procurement) -> bool:
    """Whoever heard of it as one of the organisation that answers; of another that buys, the place on the team counts."""
    return notification.organisation_id == procurement.organisation_id


def still_asked(notification: Notification) -> bool:
    """Whoever is not on the team reads the draft for as long as the review waits."""
    review: Review = notification.subject
    procurement = review.notice.procurement
    waits = review.decided_at is None and review.taken_back_at is None and may_be_asked(notification, procurement)
    asked = review.reviewer_id == notification.recipient_id
    return asked and (waits or place_of(notification, procurement) is not None)


def sees_comment(notification: Notification) -> bool:
    """The team, and whoever was asked to review: that right ends with the review."""
    comment: Comment = notification.subject
    procurement = comment.notice.procurement
    waiting = [one for one in comment.notice.reviews.all() if one.decided_at is None and one.taken_back_at is None]
    asked = any(one.reviewer_id == notification.recipient_id for one in waiting)
    return (asked and may_be_asked(notification, procurement)) or place_of(notification, procurement) is not None


def is_placed(notification: Notification) -> bool:
    member: TeamMember = notification.subject
    return place_of(notification, member.procurement) is not None


def review_asked_line(notification: Notification, language: str) -> Line:
    review: Review = notification.subject
    return Line(
        title=_("%(name)s asks you to read a text before it is published") % {"name": review.asked_by},
        url=reverse("procurements:review_detail", args=[review.notice.slug]),
        text=_("You can comment on it, approve it or ask for changes."),
    )


def review_decided_line(notification: Notification, language: str) -> Line:
    review: Review = notification.subject
    approved = review.verdict == Review.Verdict.APPROVED
    said = _("%(name)s approves your text") if approved else _("%(name)s asks for changes in your text")
    return Line(
        title=said % {"name": review.reviewer}, url=reverse("procurements:review_detail", args=[review.notice.slug])
    )


def comment_line(notification: Notification, language: str) -> Line:
    comment: Comment = notification.subject
    url = reverse("procurements:review_detail", args=[comment.notice.slug])
    if comment.by is None:  # what somebody without an account calls himself does not stand in our mails
        return Line(title=_("Somebody with a preview link comments on a draft"), url=url)
    return Line(title=_("%(name)s comments on a draft") % {"name": comment.by}, url=url)


def schedule_failed_line(notification: Notification, language: str) -> Line:
    schedule: Schedule = notification.subject
    return Line(
        title=_("What you wanted to publish at a chosen moment was not published"),
        url=reverse("procurements:notice_publish", args=[schedule.notice.slug]),
        text=_("Something stood in the way. What it was stands on the page."),
    )


def team_line(notification: Notification, language: str) -> Line:
    member: TeamMember = notification.subject
    if member.user_id != notification.recipient_id:
        title = _("%(name)s has taken a place on the team of a procurement that you work with") % {"name": member.user}
    elif member.added_by:
        title = _("%(name)s has given you a place on the team of a procurement") % {"name": member.added_by}
    else:
        title = _("You have a place on the team of a procurement")
    return Line(title=title, url=first_page(member.procurement), text=str(member.get_role_display()))


def first_page(procurement: Procurement) -> str:
    notices: list[Notice] = sorted(procurement.notices.all(), key=lambda notice: notice.pk)
    if not notices:
        return reverse("procurements:procurement_list")
    return reverse("procurements:team_edit", args=[notices[-1].slug])


# Two kinds speak of a review: what is fetched with it is the same for both.
OF_A_REVIEW = ("asked_by", "reviewer", "notice__current_version", "notice__procurement")

KINDS = (
    Kind(
        code="review-asked",
        label=gettext_lazy("You are asked to review a text"),
        description=gettext_lazy("When a colleague asks you to read a text before it is published."),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.WAITING,
        may_see=still_asked,
        line=review_asked_line,
        subject_with=OF_A_REVIEW,
        subject_prefetch=fetched("notice__procurement__"),
    ),
    Kind(
        code="review-decided",
        label=gettext_lazy("Your text is approved, or changes are asked for"),
        description=gettext_lazy("When a colleague has read a text that you are responsible for."),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.ANSWERED,
        may_see=is_of_the_team,
        line=review_decided_line,
        subject_with=OF_A_REVIEW,
        subject_prefetch=fetched("notice__procurement__"),
    ),
    Kind(
        code="draft-comment",
        label=gettext_lazy("Comments on a draft"),
        description=gettext_lazy("When a colleague, or somebody with a preview link, comments on a draft of yours."),
        default_rhythm=Rhythm.DAILY,
        change=Change.ANSWERED,
        may_see=sees_comment,
        line=comment_line,
        subject_with=("by", "notice__current_version", "notice__procurement"),
        subject_prefetch=(*fetched("notice__procurement__"), "notice__reviews"),
    ),
    Kind(
        code="publication-failed",
        label=gettext_lazy("A chosen moment passed without publication"),
        description=gettext_lazy("When a text that was to be published at a chosen moment could not be."),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.WAITING,
        may_see=is_of_the_team,
        line=schedule_failed_line,
        is_pressing=True,
        subject_with=("notice__current_version", "notice__procurement"),
        subject_prefetch=fetched("notice__procurement__"),
    ),
    Kind(
        code="team",
        label=gettext_lazy("A place on a team"),
        description=gettext_lazy(
            "When you get a place on the team of a procurement, or an administrator takes one beside you."
        ),
        default_rhythm=Rhythm.AT_ONCE,
        may_see=is_placed,
        line=team_line,
        subject_with=("user", "added_by", "procurement"),
        subject_prefetch=("procurement__notices__current_version", *fetched("procurement__")),
    ),
)
