"""The secret of a webhook, and the signatures made with it, as standardwebhooks.com has them (version 1, symmetric).

The secret is derived from the arena's own key and kept nowhere: whoever reads the database cannot sign. The price is that a
new SECRET_KEY gives every webhook a new secret (docs/webhooks.md).
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from interchange.models import Webhook
from records.models import AuditEvent

SALT = "interchange.webhooks"
BEGINNING = "whsec_"
CHANGED = "webhook.secret-changed"  # in the audit log
OLD_SIGNS_FOR = timedelta(hours=24)  # after a change, beside the new one: time to change it at the receiver


def secret(webhook: Webhook) -> str:
    """What the owner gives to the receiver."""
    return BEGINNING + b64encode(_key(webhook, webhook.generation)).decode()


def headers(webhook: Webhook, message: str, body: bytes, *, at: datetime) -> dict[str, str]:
    """The three headers of the standard. `message` is its id, the same at every attempt; `at` the moment of this one."""
    moment = str(int(at.timestamp()))
    signed = f"{message}.{moment}.".encode() + body
    generations = [webhook.generation]
    if old_signs_until(webhook, at):
        generations.append(webhook.generation - 1)
    marks = [b64encode(hmac.digest(_key(webhook, each), signed, hashlib.sha256)).decode() for each in generations]
    return {
        "webhook-id": message,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"v1,{mark}" for mark in marks),
    }


def old_signs_until(webhook: Webhook, at: datetime) -> datetime | None:
    """Until when the secret before this one signs as well; None: it does not any more. When it was changed, the audit log says."""
    if webhook.generation == 1:
        return None
    changes = AuditEvent.objects.filter(
        action=CHANGED, subject_type=webhook._meta.label_lower, subject_id=str(webhook.pk), at__gt=at - OLD_SIGNS_FOR
    )
    changed = changes.order_by("-at").values_list("at", flat=True).first()
    return changed + OLD_SIGNS_FOR if changed else None


def _key(webhook: Webhook, generation: int) -> bytes:
    return salted_hmac(SALT, f"{webhook.pk}:{generation}", algorithm="sha256").digest()
