"""A webhook's life: made, changed, paused, started again, given a new secret, tried, deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from interchange.models import Delivery, Webhook
from interchange.webhooks import gathering, signing
from notifications import doorbell
from records.auditing import record

MOST = 10  # of one owner


class TooMany(Exception):
    """A person keeps as many as there can be."""

    def __str__(self) -> str:
        return str(
            _("You have %(most)d webhooks, which is as many as there can be. Delete one first.") % {"most": MOST}
        )


@transaction.atomic
def make(
    *,
    owner: User,
    organisation: Organisation | None,
    name: str,
    url: str,
    question: str,
    happenings: list[str],
    at: datetime,
) -> Webhook:
    """A webhook that hears of what comes from now on. Raises TooMany. The address was checked (`addressing.target`)."""
    User.objects.select_for_update().get(pk=owner.pk)  # two at once: one after the other
    if Webhook.objects.filter(owner=owner).count() >= MOST:
        raise TooMany
    position = gathering.newest_position()
    webhook = Webhook.objects.create(
        owner=owner,
        organisation=organisation,
        name=name,
        url=url,
        question=question,
        happenings=happenings,
        read_to=position[0],
        read_notice=position[1],
        created_at=at,
    )
    _record("webhook.made", webhook, by=owner, at=at, details={"happenings": happenings, "question": question})
    return webhook


@transaction.atomic
def change(webhook: Webhook, *, by: User, at: datetime, **wanted: Any) -> Webhook:
    """`wanted`: name, url, question, happenings. What is on its way already goes to the new address."""
    webhook = _locked(webhook)
    changed = [name for name, value in wanted.items() if getattr(webhook, name) != value]
    for name in changed:
        setattr(webhook, name, wanted[name])
    if changed:
        webhook.save(update_fields=changed)
        _record("webhook.changed", webhook, by=by, at=at, details={"changed": sorted(changed)})
    return webhook


@transaction.atomic
def pause(webhook: Webhook, *, by: User, at: datetime) -> None:
    """Nothing is read or sent for it until it is started again. Harmless when repeated."""
    webhook = _locked(webhook)
    if webhook.paused_at is None:
        webhook.paused_at, webhook.paused_because = at, ""
        webhook.save(update_fields=["paused_at", "paused_because"])
        _record("webhook.paused", webhook, by=by, at=at)


@transaction.atomic
def resume(webhook: Webhook, *, by: User, at: datetime) -> None:
    """Goes on where it stopped: what happened meanwhile is told now, as it stands now. Harmless when repeated."""
    webhook = _locked(webhook)
    if webhook.paused_at is None:
        return
    webhook.paused_at, webhook.paused_because, webhook.failing_since = None, "", None
    webhook.save(update_fields=["paused_at", "paused_because", "failing_since"])
    webhook.deliveries.filter(state=Delivery.State.PENDING).update(due_at=at, attempts=0)
    _record("webhook.resumed", webhook, by=by, at=at)
    doorbell.ring("tell")


@transaction.atomic
def rotate(webhook: Webhook, *, by: User, at: datetime) -> None:
    """A new secret; the one before signs beside it for a day (`signing.OLD_SIGNS_FOR`)."""
    webhook = _locked(webhook)
    webhook.generation += 1
    webhook.save(update_fields=["generation"])
    _record(signing.CHANGED, webhook, by=by, at=at, details={"generation": webhook.generation})


@transaction.atomic
def reveal(webhook: Webhook, *, by: User, at: datetime) -> None:
    """Writes down that the person had the secret shown."""
    _record("webhook.secret-shown", webhook, by=by, at=at, details={"generation": webhook.generation})


@transaction.atomic
def try_out(webhook: Webhook, *, by: User, at: datetime) -> Delivery:
    """A test message, sent like every other one."""
    delivery = Delivery.objects.create(webhook=webhook, key=f"test:{uuid4()}", due_at=at, created_at=at)
    _record("webhook.tested", webhook, by=by, at=at)
    doorbell.ring("tell")
    return delivery


@transaction.atomic
def remove(webhook: Webhook, *, by: User, at: datetime) -> None:
    """With its deliveries; what is on its way is not sent any more."""
    webhook = _locked(webhook)
    _record("webhook.deleted", webhook, by=by, at=at, details={"name": webhook.name})
    webhook.delete()


def _locked(webhook: Webhook) -> Webhook:
    Webhook.objects.select_for_update().get(pk=webhook.pk)
    return Webhook.objects.select_related("organisation", "owner").get(pk=webhook.pk)


def _record(what: str, webhook: Webhook, *, by: User, at: datetime, details: dict[str, Any] | None = None) -> None:
    """Never the address: it may hold a secret of the receiver's."""
    record(what, webhook, by=by, at=at, acting_for=webhook.organisation, details=details)
