"""Writing down what was done. Called by every verb, inside the transaction of the change that it records."""

from datetime import datetime
from typing import Any

from django.db import models, transaction

from records.models import AuditEvent


def record(
    action: str,
    subject: models.Model,
    *,
    by: Any,
    at: datetime,
    acting_for: models.Model | None = None,
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """Writes one audit event, as in `record("notice.published", notice, by=user, at=now, acting_for=organisation)`.

    `by` is a user, or None for the arena itself. `details` says what changed, from and to, as plain JSON; never a secret,
    a person's data or a text that secrecy may cover. Raises TransactionManagementError outside a transaction:
    a record apart from its change could be left alone by a crash.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An audit event is written in the transaction of its change.")
    return AuditEvent.objects.create(
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        actor=by,
        at=at,
        acting_for_id=acting_for.pk if acting_for else None,
        details=details or {},
    )
