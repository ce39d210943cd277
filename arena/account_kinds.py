"""What people hear about accounts and organisations. Registered by the roof: accounts lies below notifications."""

from typing import cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Duty, VerificationRequest, is_on_duty
from notifications import kinds
from notifications.kinds import Change, Kind, Line
from notifications.models import Notification, Rhythm


def register() -> None:
    kinds.register(
        Kind(
            code="verification-asked",
            label=gettext_lazy("An organisation asks to be verified"),
            description=gettext_lazy("Comes to the administrators of the arena when somebody waits for a decision."),
            default_rhythm=Rhythm.DAILY,
            change=Change.WAITING,
            may_see=lambda notification: is_on_duty(notification.recipient, Duty.ADMIN),
            line=_asked,
            subject_with=("organisation",),
        )
    )
    kinds.register(
        Kind(
            code="verification-decided",
            label=gettext_lazy("Your organisation was verified, or not"),
            description=gettext_lazy("Comes when we have looked at what you asked for."),
            default_rhythm=Rhythm.AT_ONCE,
            change=Change.ANSWERED,
            may_see=lambda notification: _request(notification).requested_by_id == notification.recipient_id,
            line=_decided,
            is_pressing=True,
            at_least_once=True,
            subject_with=("organisation",),
        )
    )


def _request(notification: Notification) -> VerificationRequest:
    return cast(VerificationRequest, notification.subject)


def _asked(notification: Notification, language: str) -> Line:
    name = _request(notification).organisation.name
    return Line(_("%(name)s asks to be verified") % {"name": name}, reverse("review_queue"))


def _decided(notification: Notification, language: str) -> Line:
    asked = _request(notification)
    name = asked.organisation.name
    if asked.is_granted:
        text = (
            _("You can publish needs and procurements now.")
            if asked.wants_to_buy
            else _("You look after its page now.")
        )
        return Line(
            _("%(name)s is verified") % {"name": name},
            reverse("accounts:member_list", args=[asked.organisation.slug]),
            text,
        )
    title = _("%(name)s could not be verified yet") % {"name": name}
    return Line(title, reverse("verification_request", args=[asked.organisation.slug]), asked.reason)
