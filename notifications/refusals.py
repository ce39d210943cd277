"""The arena's own kind: a mail to the person did not arrive. Told in the inbox alone, for mail is what does not work."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from notifications import telling
from notifications.kinds import Change, Kind, Line, register
from notifications.models import Notification, Rhythm


def tell(person: User, *, at: datetime) -> None:
    """One note a day, however many mails came back. Inside a transaction."""
    telling.tell("mail-failed", f"mail-failed:{person.pk}:{at:%Y-%m-%d}", person, [telling.Recipient(person)], at=at)


def line(notification: Notification, language: str) -> Line:
    return Line(
        title=_("We could not reach you by e-mail"),
        url=reverse("notifications:preferences"),
        text=_("A mail from us did not arrive at your address. What the mail said stands here in your inbox."),
    )


MAIL_FAILED = Kind(
    code="mail-failed",
    label=gettext_lazy("E-mail that did not reach you"),
    description=gettext_lazy("Comes when the mail server of your address refuses a mail from us."),
    default_rhythm=Rhythm.OFF,
    may_see=lambda notification: True,
    line=line,
    change=Change.WAITING,
    shown_to_support=True,
)


def register_kinds() -> None:
    register(MAIL_FAILED)
