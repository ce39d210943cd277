"""What people hear about questions before the public does: the asker a receipt, the team that somebody asked.

None of these lines says who asked, or what: a mail lies about, and anyone reads a lock screen. What the followers hear
of answers is matchmaking's, which knows who follows.
"""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.kinds import Change, Kind, Line
from notifications.models import Notification, Rhythm
from procurements import asking
from procurements.grants import TeamCan, roles_that
from procurements.models import Notice, Question, TeamMember
from procurements.places import fetched, place_of
from ui import moments


def _title(notice: Notice) -> str:
    assert notice.current_version is not None  # nobody asks about a draft
    return notice.current_version.title


def _place(notification: Notification) -> TeamMember | None:
    question: Question = notification.subject
    return place_of(notification, question.notice.procurement)


def _waits(question: Question) -> bool:
    return question.number is None and question.declined_at is None


def is_the_teams(notification: Notification) -> bool:
    """A place on the team, and something left to do; that the person still acts for the buyer is checked elsewhere."""
    return _place(notification) is not None and _waits(notification.subject)


def is_assigned(notification: Notification) -> bool:
    question: Question = notification.subject
    place = _place(notification)
    answers = place is not None and place.role in roles_that(TeamCan.ANSWER)
    return answers and _waits(question) and question.assigned_to_id == notification.recipient_id


def is_the_askers(notification: Notification) -> bool:
    """What was asked for an organisation ends with the membership: notifications.kinds sees to that."""
    question: Question = notification.subject
    return question.asked_by_id == notification.recipient_id


def question_line(notification: Notification, language: str) -> Line:
    notice: Notice = notification.subject.notice
    return Line(
        title=_("A question about “%(title)s”") % {"title": _title(notice)},
        url=reverse("procurements:question_list", args=[notice.slug]),
        text=_("The question stands on the procurement's own page, for your team alone."),
    )


def assigned_line(notification: Notification, language: str) -> Line:
    question: Question = notification.subject
    due_on = question.answer_due_on or date.fromisoformat(notification.event.facts["due_on"])
    words = {"title": _title(question.notice), "day": moments.say_day(due_on, language)}
    return Line(
        title=_("Draft an answer by %(day)s: “%(title)s”") % words,
        url=reverse("procurements:question_detail", args=[question.notice.slug, question.pk]),
        text=_("A colleague asks you to draft the answer to a question. It becomes public when the team releases it."),
    )


def own_line(notification: Notification, language: str) -> Line:
    question: Question = notification.subject
    notice = question.notice
    words = {"title": _title(notice), "receipt": asking.number_of_receipt(question)}
    url = f"{reverse('procurements:question_mine')}#question-{question.pk}"
    if notification.event.facts.get("what") == "declined":
        return Line(
            title=_("Your question will not be answered: “%(title)s”") % words,
            url=url,
            text=_("Read why on the page with your questions. Only you and your colleagues see it."),
        )
    words["moment"] = moments.say(question.received_at, notice.current_version.zone, language)  # type: ignore[union-attr]
    return Line(
        title=_("Your question is received: “%(title)s”") % words,
        url=url,
        text=_("It was received %(moment)s. The receipt number is %(receipt)s.") % words,
    )


KINDS = (
    Kind(
        code="question",
        label=gettext_lazy("A supplier asks a question"),
        description=gettext_lazy("When somebody asks about a procurement whose team you are on."),
        default_rhythm=Rhythm.DAILY,
        change=Change.WAITING,
        may_see=is_the_teams,
        line=question_line,
        is_confidential=True,
        subject_with=("notice__current_version",),
        subject_prefetch=fetched("notice__procurement__"),
    ),
    Kind(
        code="question-assigned",
        label=gettext_lazy("Questions to draft an answer to"),
        description=gettext_lazy("When a colleague asks you to draft the answer to a supplier's question."),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.WAITING,
        may_see=is_assigned,
        line=assigned_line,
        is_confidential=True,
        subject_with=("notice__current_version",),
        subject_prefetch=fetched("notice__procurement__"),
    ),
    Kind(
        code="own-question",
        label=gettext_lazy("Your own questions"),
        description=gettext_lazy("When a question of yours is received, and when the buyer will not answer it."),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.ANSWERED,
        may_see=is_the_askers,
        line=own_line,
        is_confidential=True,
        subject_with=("notice__current_version",),
    ),
)
