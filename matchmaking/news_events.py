"""What those who follow a notice hear beside changes of its text: answers, a message, an early end, an outcome."""

from __future__ import annotations

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matchmaking.events import SUBJECT, UNSAID, about, changes_still, is_public, less_of
from matchmaking.reasons import prepare, sentences
from notifications.kinds import Change, Kind, Line
from notifications.models import Notification, Rhythm
from procurements.models import Answer, News

SHOWN = 5  # questions that one line quotes
WORDS = 150  # of a message; the whole of it stands on the page
OF_A_NOTICE = tuple(f"notice__{name}" for name in SUBJECT)
UNSAID_OF_A_NOTICE = tuple(f"notice__{name}" for name in UNSAID)


def _title(news: News) -> str:
    assert news.notice.current_version is not None  # is_public
    return news.notice.current_version.title


def answers_line(notification: Notification, language: str) -> Line:
    """Says how many were answered together, and quotes the questions; the asker alone reads that one was their own."""
    news: News = notification.subject
    answers = sorted(news.answers.all(), key=lambda answer: (answer.question.number or 0, answer.version))
    own = {str(reason["value"]) for reason in notification.reasons if reason["kind"] == "question" and reason["value"]}
    words = {"title": _title(news), "count": len(answers)}
    if answers and answers[0].version > 1:
        title = _("An answer was corrected: %(title)s") % words
    elif own:
        title = ngettext(
            "Your question has been answered: %(title)s", "Your questions have been answered: %(title)s", len(own)
        )
        title %= words
    else:
        title = ngettext(
            "%(count)d question was answered: %(title)s", "%(count)d questions were answered: %(title)s", len(answers)
        )
        title %= words
    anchor = f"#question-{answers[0].question.number}" if answers else ""
    return Line(
        title=title,
        url=f"{news.notice.get_absolute_url()}{anchor}",
        text=" ".join([_quoted(answer) for answer in answers[:SHOWN]] + ["…"] * (len(answers) > SHOWN)),
        facts=about(news.notice, language),
        reasons=sentences(notification.reasons, language),
    )


def _quoted(answer: Answer) -> str:
    words = {"number": answer.question.number, "question": Truncator(answer.question_text).words(30)}
    return _("Question %(number)s: %(question)s") % words


def closing_line(notification: Notification, language: str) -> Line:
    news: News = notification.subject
    words = {"title": _title(news), "reason": news.notice.closed_reason}
    title = {
        News.Kind.CANCELLED: _("Cancelled: %(title)s"),
        News.Kind.WITHDRAWN: _("Withdrawn: %(title)s"),
    }.get(News.Kind(news.kind), _("Closed early: %(title)s"))
    return Line(
        title=title % words,
        url=f"{news.notice.get_absolute_url()}#closed",
        text=_("The buyer says why: %(reason)s") % words if words["reason"] else "",
        facts=about(news.notice, language),
        reasons=sentences(notification.reasons, language),
    )


def outcome_line(notification: Notification, language: str) -> Line:
    """The outcome that stands now, in the buyer's words."""
    news: News = notification.subject
    outcome = max(news.notice.outcomes.all(), key=lambda each: each.number, default=None)
    text = f"{outcome.get_result_display()}. {Truncator(outcome.text).words(60)}" if outcome else ""
    return Line(
        title=_("How it ended: %(title)s") % {"title": _title(news)},
        url=f"{news.notice.get_absolute_url()}#outcome",
        text=text,
        facts=about(news.notice, language),
        reasons=sentences(notification.reasons, language),
    )


def message_line(notification: Notification, language: str) -> Line:
    """The buyer's own words, to all alike."""
    news: News = notification.subject
    message = news.message
    assert message is not None  # news_of_a_message_names_it
    words = {"title": _title(news), "subject": message.subject}
    return Line(
        title=_("%(subject)s: a message about %(title)s") % words,
        url=f"{news.notice.get_absolute_url()}#message-{message.number}",
        text=Truncator(message.text).words(WORDS),
        facts=about(news.notice, language),
        reasons=sentences(notification.reasons, language),
    )


KINDS = (
    Kind(
        code="answers",
        label=gettext_lazy("Answers to questions"),
        description=gettext_lazy(
            "When the buyer answers questions about something that you heard of, follow, are interested in, or asked about."
        ),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.ANSWERED,
        less=less_of,
        prepare=prepare,
        may_see=is_public,
        line=answers_line,
        still_wanted=changes_still,
        is_confidential=True,  # to whom it comes may tell who asked
        subject_with=OF_A_NOTICE,
        subject_without=UNSAID_OF_A_NOTICE,
        subject_prefetch=("answers__question",),
    ),
    Kind(
        code="closing",
        label=gettext_lazy("Closed early, withdrawn or cancelled"),
        description=gettext_lazy(
            "When something that you heard of, follow, or are interested in, ends before its time."
        ),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.CLOSED,
        less=less_of,
        prepare=prepare,
        may_see=is_public,
        line=closing_line,
        still_wanted=changes_still,
        is_pressing=True,
        at_least_once=True,  # who does not hear goes on writing a tender
        subject_with=OF_A_NOTICE,
        subject_without=UNSAID_OF_A_NOTICE,
    ),
    Kind(
        code="supplier-message",
        label=gettext_lazy("Messages from buyers"),
        description=gettext_lazy(
            "When a buyer writes to all who follow something that you heard of, are interested in, or asked about."
        ),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.ANSWERED,
        less=less_of,
        prepare=prepare,
        may_see=is_public,
        line=message_line,
        still_wanted=changes_still,
        is_confidential=True,  # to whom it comes tells who follows
        subject_with=(*OF_A_NOTICE, "message"),
        subject_without=UNSAID_OF_A_NOTICE,
    ),
    Kind(
        code="outcome",
        label=gettext_lazy("How it ended"),
        description=gettext_lazy("When something that you heard of, follow, or are interested in, has an outcome."),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.OUTCOME,
        less=less_of,
        prepare=prepare,
        may_see=is_public,
        line=outcome_line,
        still_wanted=changes_still,
        subject_with=OF_A_NOTICE,
        subject_without=UNSAID_OF_A_NOTICE,
        subject_prefetch=("notice__outcomes",),
    ),
)
