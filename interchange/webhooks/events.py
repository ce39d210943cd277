"""What people hear of their webhooks: that one stopped by itself."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interchange.models import Webhook
from interchange.webhooks import owning
from networks.news import administrators
from notifications.kinds import Change, Kind, Line
from notifications.models import Notification, Rhythm
from notifications.telling import Recipient, tell


def tell_of_pause(webhook: Webhook, *, at: datetime) -> None:
    """To its owner, and to those who administer the organisation whose it is. The webhook is paused in this transaction."""
    people = administrators(webhook.organisation) if webhook.organisation else []
    people.append(Recipient(webhook.owner, webhook.organisation))
    tell(PAUSED.code, f"webhook:{webhook.pk}:paused:{at.isoformat()}", webhook, people, at=at)


def _may_see(notification: Notification) -> bool:
    webhook: Webhook = notification.subject
    return bool(webhook.paused_because) and owning.seen_by(notification.recipient).filter(pk=webhook.pk).exists()


def _line(notification: Notification, language: str) -> Line:
    webhook: Webhook = notification.subject
    texts = {
        "gone": _("Its receiver said that it wants no more messages. Start it again when it should."),
        "failures": _(
            "Its receiver has taken nothing for three days. What happens meanwhile is told when you start it again."
        ),
    }
    return Line(
        title=_("The webhook “%(name)s” is paused") % {"name": webhook.name},
        url=reverse("interchange:webhook_detail", args=[webhook.pk]),
        text=texts.get(webhook.paused_because, ""),
    )


PAUSED = Kind(
    code="webhook-paused",
    label=gettext_lazy("A webhook was paused"),
    description=gettext_lazy(
        "When a webhook of yours or of your organisation stops, because its receiver takes nothing."
    ),
    default_rhythm=Rhythm.AT_ONCE,
    change=Change.WAITING,
    may_see=_may_see,
    line=_line,
    at_least_once=True,
    subject_with=("organisation",),
)
