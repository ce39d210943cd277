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
from notifications.models import Notification, Preference, Rhythm, Suppression
from records import auditing

SALT = "notifications.unsubscribe"
LASTS = timedelta(days=730)
UNSUBSCRIBED, REFUSED = "unsubscribed", "refused"


@dataclass(frozen=True)
class Wish:
    """What an unsubscribe link asks for: no more mail of these kinds, or (none named) no more mail at all."""

    user: User
    kinds: tuple[str, ...]


def link(user: User, codes: Iterable[str], language: str) -> str:
    """The absolute address that stops mail of the kinds `codes`; of all kinds when there are none."""
    token = signing.dumps([user.pk, *sorted(codes)], salt=SALT, compress=True)
    with translation.override(language):
        return settings.URL + reverse("notifications:unsubscribe", args=[token])


def read(token: str) -> Wish | None:
    """What the link asks for; None when the token is not ours, was changed, is too old, or the person is gone."""
    try:
        pk, *codes = signing.loads(token, salt=SALT, max_age=LASTS)
        return Wish(User.objects.get(pk=pk), tuple(codes))
    except (signing.BadSignature, ValueError, TypeError, User.DoesNotExist):
        return None


@transaction.atomic
def unsubscribe(wish: Wish, *, at: datetime) -> None:
    """Does what the link asks for. Holds for what is written already but not yet sent, too."""
    if wish.kinds:
        for code in wish.kinds:
            prefer(wish.user, code, Rhythm.OFF, at=at)
        return
    suppress(wish.user.email, UNSUBSCRIBED, at=at)
    auditing.record("mail.stopped", wish.user, by=wish.user, at=at)


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
