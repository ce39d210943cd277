"""Reading the audit log: administrators only, nothing can be changed, and every look at it is itself written down."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.models import Organisation
from accounts.persons import for_admins
from accounts.requests import MemberRequest
from records.auditing import record
from records.models import AuditEvent
from ui.pages import render_page
from ui.paging import page_of

PAGE = 50
# Who showed interest, and how many, no administrator of the arena sees either (quality 4.2). The events are kept and
# sealed like all others; whoever must read them does so with the keys of the server.
SECRET = ("procurements.interest",)


class AuditFilter(forms.Form):
    action = forms.CharField(
        label=_("What was done"), required=False, max_length=60, help_text=_("As in notice.published")
    )
    subject = forms.CharField(
        label=_("With what"),
        required=False,
        max_length=130,
        help_text=_("As in procurements.notice or procurements.notice:17"),
    )
    actor = forms.CharField(
        label=_("By whom"), required=False, max_length=254, help_text=_("A part of the name or e-mail address")
    )
    since = forms.DateField(
        label=_("From and with"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Up to and with"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def found(self) -> QuerySet[AuditEvent]:
        events = AuditEvent.objects.exclude(subject_type__in=SECRET).select_related("actor", "seal").order_by("-id")
        given: dict[str, Any] = (
            {key: value for key, value in self.cleaned_data.items() if value} if self.is_valid() else {}
        )
        if action := given.get("action"):
            events = events.filter(action__startswith=action.strip())
        if subject := given.get("subject"):
            kind, _colon, number = subject.strip().lower().partition(":")
            events = events.filter(subject_type__startswith=kind, **({"subject_id": number} if number else {}))
        if actor := given.get("actor"):
            events = events.filter(Q(actor__email__icontains=actor.strip()) | Q(actor__name__icontains=actor.strip()))
        if since := given.get("since"):
            events = events.filter(at__gte=_in_zone(since, time.min))
        if until := given.get("until"):
            events = events.filter(at__lte=_in_zone(until, time.max))
        return events


@require_GET
@for_admins
def audit_log(request: MemberRequest) -> HttpResponse:
    form = AuditFilter(request.GET)
    page = page_of(form.found(), request.GET, per_page=PAGE)
    names = Organisation.objects.in_bulk([event.acting_for_id for event in page if event.acting_for_id])
    rows = [{"event": event, "acting_for": names.get(event.acting_for_id or 0)} for event in page]
    with transaction.atomic():  # what was searched for, not what was found: the words may name a person
        asked = sorted(key for key in form.fields if request.GET.get(key))
        record("audit-log.viewed", request.user, by=request.user, at=timezone.now(), details={"filters": asked})
    return render_page(request, "arena/audit_log.html", {"form": form, "page_obj": page, "rows": rows})


def _in_zone(day: date, moment: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, moment))
