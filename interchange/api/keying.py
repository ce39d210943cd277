"""Keys for programs: made, revoked, and whose they are. What a key may is what its owner may now, within its scopes (G6)."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.grants import Can
from accounts.models import Duty, Membership, Organisation, User, hash_of, is_on_duty, new_token
from accounts.rules import Refused
from interchange.models import ApiKey, Scope
from records.auditing import record

PREFIX = "arena_"  # by which a key is known when somebody has lost it in public
SHOWN = 12  # letters of it that its owner goes on seeing
MOST = 20  # standing keys of one person
IMPORTERS = (Duty.ADMIN, Duty.PROGRAMME)


class TooMany(Refused):
    sentence = _("You have very many keys. Revoke one that you do not use first.")


class NotYours(Refused):
    sentence = _("A key cannot do more than you may. Choose what you may do yourself.")


def scopes_open_to(user: User) -> list[Scope]:
    return [scope for scope in Scope if scope != Scope.IMPORT or is_on_duty(user, *IMPORTERS)]


@transaction.atomic
def make(
    user: User,
    *,
    name: str,
    scopes: Sequence[str],
    organisation: Organisation | None,
    expires_at: datetime | None,
    at: datetime,
) -> tuple[ApiKey, str]:
    """The row, and the key itself, which is shown once and kept nowhere. Raises TooMany, NotYours."""
    User.objects.select_for_update().get(pk=user.pk)  # two clicks at once: one after the other
    if standing(ApiKey.objects.filter(owner=user), at).count() >= MOST:
        raise TooMany
    if not set(scopes) <= {*scopes_open_to(user)}:
        raise NotYours
    if organisation and not Organisation.objects.of(user).filter(pk=organisation.pk).exists():
        raise NotYours
    secret = PREFIX + new_token()
    key = ApiKey.objects.create(
        owner=user,
        organisation=organisation,
        name=name,
        beginning=secret[:SHOWN],
        digest=hash_of(secret),
        scopes=[scope for scope in Scope if scope in scopes],
        created_at=at,
        expires_at=expires_at,
    )
    record("api-key.made", key, by=user, at=at, acting_for=organisation, details={"scopes": key.scopes})
    return key, secret


@transaction.atomic
def revoke(key: ApiKey, *, by: User, at: datetime) -> None:
    """From now on it opens nothing. Harmless when repeated."""
    key = ApiKey.objects.select_for_update().get(pk=key.pk)
    if key.revoked_at:
        return
    key.revoked_at, key.revoked_by = at, by
    key.save(update_fields=["revoked_at", "revoked_by"])
    record("api-key.revoked", key, by=by, at=at, acting_for=key.organisation)


def standing(keys: QuerySet[ApiKey], at: datetime) -> QuerySet[ApiKey]:
    return keys.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None)


def seen_by(user: User) -> QuerySet[ApiKey]:
    """The person's own, and those by which others act for an organisation that it administers."""
    administered = Organisation.objects.of(user, Can.ADMINISTER)
    return ApiKey.objects.filter(Q(owner=user) | Q(organisation__in=administered))


def key_of(secret: str, *, at: datetime) -> ApiKey | None:
    """The key, if it stands: not revoked, not past its time, its owner not locked out and still acting for the organisation.

    Always asked of the primary database: a key that was revoked opens nothing from that moment on.
    """
    digest = hash_of(secret)
    acting = Membership.objects.active().filter(
        user=OuterRef("owner"), organisation=OuterRef("organisation"), organisation__merged_into=None
    )
    keys = standing(ApiKey.objects.using(DEFAULT_DB_ALIAS), at).select_related("owner", "organisation")
    key = keys.filter(Q(organisation=None) | Exists(acting), digest=digest, owner__is_active=True).first()
    if key is None or not hmac.compare_digest(key.digest, digest):
        return None
    return key


def use(key: ApiKey, *, at: datetime) -> None:
    """Writes down that it was used, to the minute: one write a minute, however busy it is."""
    minute = at.replace(second=0, microsecond=0)
    if key.last_used_at is None or key.last_used_at < minute:
        unused = Q(last_used_at=None) | Q(last_used_at__lt=minute)
        ApiKey.objects.filter(unused, pk=key.pk).update(last_used_at=minute)


def ends(days: int, *, at: datetime) -> datetime | None:
    """0: it goes on until it is revoked."""
    return at + timedelta(days=days) if days else None


def everything_of(user: User) -> dict[str, Any]:
    """The person's keys, for its own export (GDPR articles 15 and 20)."""
    keys = ApiKey.objects.filter(owner=user).order_by("created_at", "pk")
    columns = ("name", "beginning", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
    return {"keys": list(keys.values(*columns, for_organisation=F("organisation__name")))}
