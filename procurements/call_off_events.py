"""What people hear about options: that one is to be used, what the lead said, and that the last day comes near (C7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from networks.models import Participant
from notifications.kinds import Change, Kind, Line
from notifications.models import Notification, Rhythm
from procurements.models import CallOff, Procurement
from ui import moments


def _address(page: str, procurement: Procurement, *more: object) -> str:
    newest = max((one for one in procurement.notices.all() if one.current_version_id), key=lambda one: one.pk)
    return reverse(f"procurements:{page}", args=[newest.slug, *more])


def asked_line(notification: Notification, language: str) -> Line:
    call_off: CallOff = notification.subject
    return Line(
        title=_("%(name)s wants to use its option, and waits for your answer") % {"name": call_off.organisation.name},
        url=_address("call_off_decide", call_off.procurement, call_off.pk),
    )


def decided_line(notification: Notification, language: str) -> Line:
    call_off: CallOff = notification.subject
    if call_off.approved_at:
        title = _("Your call-off is approved, and %(name)s is committed")
    else:
        title = _("Your call-off for %(name)s was not approved: read why")
    return Line(title=title % {"name": call_off.organisation.name}, url=_address("call_off_list", call_off.procurement))


def ends_line(notification: Notification, language: str) -> Line:
    procurement: Procurement = notification.subject
    day = date.fromisoformat(notification.event.facts["until"])
    return Line(
        title=_("Your option to join can be used until %(day)s")
        % {"day": moments.say_day(day, get_language() or "en")},
        url=_address("call_off", procurement),
        text=_("After that day the contract is open to nobody new. Decide with your colleagues in time."),
    )


def still_leads(notification: Notification) -> bool:
    call_off: CallOff = notification.subject
    return call_off.procurement.organisation_id == notification.organisation_id


def still_waiting(notifications: Sequence[Notification]) -> set[int]:
    return {
        each.pk
        for each in notifications
        if not (each.subject.approved_at or each.subject.refused_at or each.subject.withdrawn_at)
    }


def still_held(notifications: Sequence[Notification]) -> set[int]:
    """Those whose organisation has neither used its option nor given it up."""
    held = set(
        Participant.objects.filter(
            state=Participant.State.OPTION,
            group__in={each.subject.buyer_group_id for each in notifications},
            organisation__in={each.organisation_id for each in notifications},
        ).values_list("group", "organisation")
    )
    return {each.pk for each in notifications if (each.subject.buyer_group_id, each.organisation_id) in held}


_WITH = ("organisation", "procurement__organisation")
_NOTICES = ("procurement__notices__current_version",)

KINDS = (
    Kind(
        code="call-off-asked",
        label=gettext_lazy("Options that are to be used"),
        description=gettext_lazy("When an option holder of a procurement that your organisation leads calls off."),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.WAITING,
        may_see=still_leads,
        line=asked_line,
        is_pressing=True,
        still_wanted=still_waiting,
        subject_with=_WITH,
        subject_prefetch=_NOTICES,
    ),
    Kind(
        code="call-off-decided",
        label=gettext_lazy("Answers to call-offs"),
        description=gettext_lazy("When the lead has answered your organisation's call-off."),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.ANSWERED,
        may_see=lambda notification: True,  # what one hears for an organisation ends with the membership
        line=decided_line,
        subject_with=_WITH,
        subject_prefetch=_NOTICES,
    ),
    Kind(
        code="option-ends",
        label=gettext_lazy("Options that soon end"),
        description=gettext_lazy(
            "A month and a week before the last day on which your organisation can use an option."
        ),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.DEADLINE,
        may_see=lambda notification: True,
        line=ends_line,
        still_wanted=still_held,
        subject_with=("organisation",),
        subject_prefetch=("notices__current_version",),
    ),
)
