"""The arena's own kind: a mail to the person was refused. Told in the inbox alone, for mail is what does not work."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.kinds import Kind, Line, register
from notifications.models import Notification, Rhythm


def line(notification: Notification, language: str) -> Line:
    return Line(
        title=_("We could not reach you by e-mail"),
        url=reverse("notifications:preferences"),
        text=_("The mail server of your address refused a mail from us. What the mail said stands here in your inbox."),
    )


MAIL_FAILED = Kind(
    code="mail-failed",
    label=gettext_lazy("E-mail that did not reach you"),
    description=gettext_lazy("Comes when the mail server of your address refuses a mail from us."),
    default_rhythm=Rhythm.OFF,
    may_see=lambda notification: True,
    line=line,
    shown_to_support=True,
)


def register_kinds() -> None:
    register(MAIL_FAILED)
