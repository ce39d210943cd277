"""Saying no to mail: by a signed link without logging in (RFC 8058), or on the preferences page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from notifications import kinds, rhythms
from notifications.models import Bounce, Notification, Preference, Suppression
from records import auditing

SALT = "notifications.unsubscribe"
LESS = "notifications.less"  # the salt of links to a page of choices, which stop nothing by themselves
LASTS = timedelta(days=730)
UNSUBSCRIBED, REFUSED, BOUNCED, COMPLAINED = "unsubscribed", "refused", "bounced", "complained"


@dataclass(frozen=True)
class Wish:
    """What a link is about: mail from these sources (names of `notifications.less`), or (none named) all mail."""

    user: User
    names: tuple[str, ...]


def link(user: User, names: Iterable[str], language: str) -> str:
    """The absolute address that stops mail from the sources `names`; all mail when there are none (RFC 8058)."""
    return _address("notifications:unsubscribe", user, names, language, SALT)


def less_link(user: User, names: Iterable[str], language: str) -> str:
    """The absolute address of a page that offers these ways to hear less."""
    return _address("notifications:less", user, names, language, LESS)


def _address(page: str, user: User, names: Iterable[str], language: str, salt: str) -> str:
    token = signing.dumps([user.pk, *names], salt=salt, compress=True)
    with translation.override(language):
        return settings.URL + reverse(page, args=[token])


def read(token: str, *, salt: str = SALT) -> Wish | None:
    """What the link is about; None when the token is not ours, was changed, is too old, or the person is gone."""
    try:
        pk, *names = signing.loads(token, salt=salt, max_age=LASTS)
        # Links of an older release name kinds alone: "match".
        return Wish(User.objects.get(pk=pk), tuple(name if ":" in name else f"kind:{name}" for name in names))
    except (signing.BadSignature, ValueError, TypeError, User.DoesNotExist):
        return None


@transaction.atomic
def stop_all(user: User, *, at: datetime) -> None:
    """No more mail of news, by the person's own word. Holds for what is written already but not yet sent, too."""
    suppress(user.email, UNSUBSCRIBED, at=at)
    Suppression.objects.filter(address=user.email.lower()).update(reason=UNSUBSCRIBED)  # its word counts most
    auditing.record("mail.stopped", user, by=user, at=at)


@transaction.atomic
def prefer(user: User, code: str, rhythm: str, *, at: datetime) -> None:
    """Sets when mail of the kind comes, also for what waits to be mailed already."""
    Preference.objects.update_or_create(user=user, kind=code, defaults={"rhythm": rhythm})
    waiting = Notification.objects.filter(recipient=user, event__kind=code, mail_due_at__isnull=False, read_at=None)
    waiting.update(mail_due_at=rhythms.mail_due_at(rhythm, user.zone, at))


def rhythm_of(user: User, kind: kinds.Kind) -> str:
    chosen = Preference.objects.filter(user=user, kind=kind.code).values_list("rhythm", flat=True).first()
    return chosen or kind.default_rhythm


def suppress(address: str, reason: str, *, at: datetime) -> None:
    """No mail but account mail (which somebody asks for that second) goes to the address from now on."""
    Suppression.objects.get_or_create(address=address.lower(), defaults={"reason": reason, "at": at})


@transaction.atomic
def allow_again(user: User, *, at: datetime) -> None:
    """The person wants mail again, or says that the address works again."""
    if Suppression.objects.filter(address=user.email.lower()).delete()[0]:
        auditing.record("mail.allowed-again", user, by=user, at=at)


def suppression_of(address: str) -> Suppression | None:
    return Suppression.objects.filter(address=address.lower()).first()


def said_of(address: str) -> str:
    """Why mail to the address is stopped, in the words of the mail server that said so last; empty without any."""
    bounces = Bounce.objects.filter(address__iexact=address).exclude(detail="").order_by("-at")
    return bounces.values_list("detail", flat=True).first() or ""
