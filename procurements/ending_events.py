"""What people hear about how a procurement ends, and what they are reminded of."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.kinds import Change, Kind, Line
from notifications.models import Notification, Rhythm
from procurements.models import Feedback, Notice, Outcome, Question
from procurements.places import fetched, place_of
from procurements.question_events import is_assigned


def on_the_team(notification: Notification) -> bool:
    """The place on the team; that the person still acts for the organisation is checked by notifications."""
    notice: Notice = notification.subject
    return place_of(notification, notice.procurement) is not None


def _public_title(notice: Notice) -> str:
    assert notice.current_version is not None
    return notice.current_version.title


def feedback_line(notification: Notification, language: str) -> Line:
    feedback: Feedback = notification.subject
    published = [notice for notice in feedback.procurement.notices.all() if notice.current_version]
    newest = max(published, key=lambda notice: notice.pk)
    return Line(
        title=_("The buyer has answered you about “%(title)s”") % {"title": _public_title(newest)},
        url=reverse("procurements:interest_own"),
        text=_("What the buyer writes is for your organisation alone. You read it after logging in."),
    )


def outcome_due_line(notification: Notification, language: str) -> Line:
    notice: Notice = notification.subject
    return Line(
        title=_("Say how it ended: “%(title)s”") % {"title": _public_title(notice)},
        url=reverse("procurements:outcome_edit", args=[notice.slug]),
        text=_("More than a month has passed since it closed. Suppliers who gave their time would like to know."),
    )


def low_interest_line(notification: Notification, language: str) -> Line:
    notice: Notice = notification.subject
    return Line(
        title=_("Little interest so far: “%(title)s”") % {"title": _public_title(notice)},
        url=reverse("procurements:interest_list", args=[notice.slug]),
        text=_(
            "It closes within a week. You can still move the deadline, ask more widely, or ask suppliers what keeps them."
        ),
    )


def question_due_line(notification: Notification, language: str) -> Line:
    question: Question = notification.subject
    return Line(
        title=_("A question waits for your answer: “%(title)s”") % {"title": _public_title(question.notice)},
        url=reverse("procurements:question_list", args=[question.notice.slug]),
    )


def without_outcome(notifications: Sequence[Notification]) -> set[int]:
    """A reminder is for what is still undone when the mail is made."""
    told = Outcome.objects.filter(notice__in=[each.subject for each in notifications]).values_list(
        "notice_id", flat=True
    )
    return {each.pk for each in notifications if each.subject.pk not in set(told)}


def not_closed(notifications: Sequence[Notification]) -> set[int]:
    return {each.pk for each in notifications if each.subject.closed_at is None}


KINDS = (
    Kind(
        code="feedback",
        label=gettext_lazy("Answers from buyers"),
        description=gettext_lazy("When a buyer has answered what you wrote with your interest."),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.ANSWERED,
        may_see=lambda notification: True,  # what one hears for an organisation ends with the membership
        line=feedback_line,
        is_confidential=True,
        subject_prefetch=("procurement__notices__current_version",),
    ),
    Kind(
        code="outcome-due",
        label=gettext_lazy("Outcomes that are due"),
        description=gettext_lazy("When one of your procurements closed a month ago and nobody has said how it ended."),
        default_rhythm=Rhythm.WEEKLY,
        change=Change.WAITING,
        may_see=on_the_team,
        line=outcome_due_line,
        still_wanted=without_outcome,
        subject_with=("current_version",),
        subject_prefetch=fetched("procurement__"),
    ),
    Kind(
        code="low-interest",
        label=gettext_lazy("Little interest"),
        description=gettext_lazy(
            "When one of your notices closes within a week and few suppliers have shown interest."
        ),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.WAITING,
        may_see=on_the_team,
        line=low_interest_line,
        still_wanted=not_closed,
        is_confidential=True,
        subject_with=("current_version",),
        subject_prefetch=fetched("procurement__"),
    ),
    Kind(
        code="question-due",
        label=gettext_lazy("Questions that you were to answer"),
        description=gettext_lazy("When the day has come by which you were asked to answer a supplier's question."),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.WAITING,
        may_see=is_assigned,
        line=question_due_line,
        is_confidential=True,
        subject_with=("notice__current_version",),
        subject_prefetch=fetched("notice__procurement__"),
    ),
)
