"""What people hear about letters of intent: who hears of it, and the words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from networks.models import Letter, Participant
from networks.news import administrators
from notifications import kinds
from notifications.kinds import Change, Kind, Line
from notifications.models import Notification, Rhythm
from notifications.telling import tell
from ui import moments


def sent(letter: Letter, *, at: datetime) -> None:
    tell("letter-sent", f"letter:{letter.pk}:sent", letter, administrators(letter.participant.organisation), at=at)


def due(letter: Letter, days: int, *, at: datetime) -> None:
    key = f"letter:{letter.pk}:due:{days}"
    tell("letter-due", key, letter, administrators(letter.participant.organisation), at=at)


def answered(kind: str, letter: Letter, *, at: datetime) -> None:
    """`kind` is letter-signed or letter-declined."""
    tell(kind, f"letter:{letter.pk}:{kind}", letter, administrators(letter.participant.group.lead), at=at)


def _line(words: Callable[[], str]) -> Callable[[Notification, str], Line]:
    """A line about a letter; `words` gives a sentence with places for %(organisation)s, %(group)s and %(day)s."""

    def line(notification: Notification, language: str) -> Line:
        letter: Letter = notification.subject
        said = {
            "organisation": letter.participant.organisation.name,
            "group": letter.participant.group.name,
            "day": moments.say_day(letter.sign_by, get_language() or language),
        }
        return Line(words() % said, letter.get_absolute_url())

    return line


def _still_takes_part(notification: Notification) -> bool:
    return bool(notification.subject.participant.state != Participant.State.LEFT)


def _still_leads(notification: Notification) -> bool:
    return bool(notification.subject.participant.group.lead_id == notification.organisation_id)


def _still_waiting(notifications: Sequence[Notification]) -> set[int]:
    return {each.pk for each in notifications if each.subject.is_waiting}


def register() -> None:
    """Makes the kinds known to notifications; called when the app is ready."""
    related = ("participant__group", "participant__organisation")
    kinds.register(
        Kind(
            code="letter-sent",
            label=gettext_lazy("Letters of intent to sign"),
            description=gettext_lazy("When a buyer group sends your organisation a letter of intent to sign."),
            default_rhythm=Rhythm.AT_ONCE,
            change=Change.WAITING,
            may_see=_still_takes_part,
            line=_line(
                lambda: _("%(organisation)s is asked for a letter of intent in %(group)s, to be signed by %(day)s.")
            ),
            is_pressing=True,
            subject_with=related,
        )
    )
    kinds.register(
        Kind(
            code="letter-due",
            label=gettext_lazy("Letters of intent that are soon due"),
            description=gettext_lazy(
                "A week and a day before a letter of intent is to be signed, if it waits for you."
            ),
            default_rhythm=Rhythm.AT_ONCE,
            change=Change.DEADLINE,
            may_see=_still_takes_part,
            line=_line(
                lambda: _(
                    "The letter of intent of %(organisation)s in %(group)s is to be signed by %(day)s at the latest."
                )
            ),
            is_pressing=True,
            still_wanted=_still_waiting,
            subject_with=related,
        )
    )
    kinds.register(
        Kind(
            code="letter-signed",
            label=gettext_lazy("Letters of intent that are signed"),
            description=gettext_lazy("When a participant of a group that your organisation leads has signed."),
            default_rhythm=Rhythm.AT_ONCE,
            change=Change.TOGETHER,
            may_see=_still_leads,
            line=_line(lambda: _("%(organisation)s has signed its letter of intent in %(group)s.")),
            subject_with=related,
        )
    )
    kinds.register(
        Kind(
            code="letter-declined",
            label=gettext_lazy("Letters of intent that are declined"),
            description=gettext_lazy(
                "When a participant of a group that your organisation leads has declined to sign."
            ),
            default_rhythm=Rhythm.AT_ONCE,
            change=Change.TOGETHER,
            may_see=_still_leads,
            line=_line(lambda: _("%(organisation)s has declined to sign its letter of intent in %(group)s.")),
            subject_with=related,
        )
    )
