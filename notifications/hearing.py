"""What a mail provider says of mails by its webhook: anymail reads it, and hands it over by its `tracking` signal."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import URLPattern, path
from django.utils import timezone

from notifications import bouncing
from notifications.models import Bounce, Mail

log = logging.getLogger(__name__)

KINDS = {
    "bounced": Bounce.Kind.PERMANENT,
    "rejected": Bounce.Kind.PERMANENT,
    "failed": Bounce.Kind.PERMANENT,
    "deferred": Bounce.Kind.TEMPORARY,
    "complained": Bounce.Kind.COMPLAINT,
}


def urls() -> list[URLPattern]:
    """`/mail-events/`: the provider's own view of anymail, behind the secret; without a provider and a secret there is none."""
    if not (settings.MAIL_PROVIDER and settings.MAIL_WEBHOOK_SECRET):
        return []
    views = import_module(f"anymail.webhooks.{settings.MAIL_PROVIDER}")
    view = getattr(views, f"{settings.MAIL_PROVIDER.title()}TrackingWebhookView")
    return [path("mail-events/", view.as_view(), name="mail_events")]


def listen() -> None:
    from anymail.signals import tracking

    tracking.connect(hear, dispatch_uid="notifications.hearing")


def hear(sender: Any, event: Any, esp_name: str, **others: Any) -> None:
    """Takes in one event; the same one again changes nothing. What it raises makes the provider tell it again."""
    kind = KINDS.get(event.event_type)
    if kind is None:
        return
    name = event.event_id or f"{event.message_id}:{event.event_type}:{event.timestamp}"
    is_of_the_address = event.event_type == "bounced" and event.reject_reason in ("bounced", "invalid")
    said = event.mta_response or event.description or ""
    with transaction.atomic():
        mail = _mail_of(event)
        address, at = event.recipient or "", timezone.now()
        if mail is None or not bouncing.believe(mail, f"{esp_name}:{name}", address, kind, said, is_of_the_address, at):
            log.warning("%s speaks of a mail that we do not know", esp_name)


def _mail_of(event: Any) -> Mail | None:
    """By our own number, which went with the mail, or by what the provider called it when it took it."""
    mails = Mail.objects.select_for_update(of=("self",)).select_related("recipient")
    try:
        number = UUID(str((event.metadata or {}).get("mail", "")))
    except ValueError:
        return mails.filter(provider_id=event.message_id).first() if event.message_id else None
    return mails.filter(pk=number).first()
