"""What a message says: few facts that are public at the moment of sending, and where to read the rest.

Made anew at each attempt (closed by default): what is not public any more is not told, whatever the row says.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from interchange.models import Delivery, Happening
from procurements.models import Notice

TEST = "test"


def body_of(delivery: Delivery) -> bytes | None:
    """The message as JSON (UTF-8); None where its notice is not public any more."""
    said = {"id": str(delivery.pk), "webhook": str(delivery.webhook_id), "at": delivery.created_at.isoformat()}
    if delivery.notice_id is None:
        return _written(
            {**said, "type": TEST, "text": "Your webhook works. This is what was asked for, and nothing happened."}
        )
    notices = Notice.objects.published().select_related("current_version", "procurement__organisation")
    notice = notices.filter(pk=delivery.notice_id).first()
    if notice is None:
        return None
    with translation.override(delivery.webhook.owner.language):
        return _written({**said, "type": f"notice.{Happening(delivery.happening)}", "notice": facts_of(notice)})


def facts_of(notice: Notice) -> dict[str, Any]:
    """Moments are ISO 8601 in UTC, codes as in the open data; links lead to the page in the language that is active."""
    version = notice.current_version
    assert version is not None  # published
    procurement = notice.procurement
    return {
        "code": notice.code,
        "kind": notice.kind,
        "title": version.title,
        "language": version.language,
        "buyer": procurement.organisation.name,  # who answers for it: a group's own name is known inside of it alone
        "ocid": procurement.ocid,
        "version": version.number,
        "published_at": version.published_at.isoformat(),
        "deadline_at": version.deadline_at.isoformat() if version.deadline_at else None,
        "closed_at": notice.closed_at.isoformat() if notice.closed_at else None,
        "closed_as": notice.closed_as or None,
        "page": settings.URL + notice.get_absolute_url(),
        "api": settings.URL + reverse("api:notice_detail", args=[notice.code]),
        "ocds": settings.URL + reverse("interchange:notice_ocds", args=[notice.slug]),
    }


def _written(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
