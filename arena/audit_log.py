"""Reading the audit log: administrators only, nothing can be changed, and every look at it is itself written down."""

import django_filters
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
# Who showed interest or asked, and how many, no administrator of the arena sees either (quality 4.2). The events are kept
# and sealed like all others; whoever must read them does so with the keys of the server.
SECRET = Q(
    subject_type__in=[
        *("procurements.interest", "procurements.question", "procurements.feedback"),
        "matchmaking.attention",  # who follows what
    ]
) | Q(
    action="interest.read"  # written when there was something to read
)


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AuditFilter(django_filters.FilterSet):  # type: ignore[misc]
    action = django_filters.CharFilter(
        lookup_expr="startswith", label=_("What was done"), help_text=_("As in notice.published"), max_length=60
    )
    subject = django_filters.CharFilter(
        method="with_subject",
        label=_("With what"),
        help_text=_("As in procurements.notice or procurements.notice:17"),
        max_length=130,
    )
    actor = django_filters.CharFilter(
        method="by_actor", label=_("By whom"), help_text=_("A part of the name or e-mail address"), max_length=254
    )
    since = django_filters.DateFilter(
        field_name="at", lookup_expr="date__gte", label=_("From and with"), widget=day_input()
    )
    until = django_filters.DateFilter(
        field_name="at", lookup_expr="date__lte", label=_("Up to and with"), widget=day_input()
    )

    def with_subject(self, events: QuerySet[AuditEvent], name: str, value: str) -> QuerySet[AuditEvent]:
        kind, _colon, number = value.lower().partition(":")
        return events.filter(subject_type__startswith=kind, **({"subject_id": number} if number else {}))

    def by_actor(self, events: QuerySet[AuditEvent], name: str, value: str) -> QuerySet[AuditEvent]:
        return events.filter(Q(actor__email__icontains=value) | Q(actor__name__icontains=value))


@require_GET
@for_admins
def audit_log(request: MemberRequest) -> HttpResponse:
    events = AuditEvent.objects.exclude(SECRET).select_related("actor", "seal").order_by("-id")
    found = AuditFilter(request.GET, events)
    page = page_of(found.qs, request.GET, per_page=PAGE)
    names = Organisation.objects.in_bulk([event.acting_for_id for event in page if event.acting_for_id])
    rows = [{"event": event, "acting_for": names.get(event.acting_for_id or 0)} for event in page]
    with transaction.atomic():  # what was searched for, not what was found: the words may name a person
        asked = sorted(key for key in found.form.fields if request.GET.get(key))
        record("audit-log.viewed", request.user, by=request.user, at=timezone.now(), details={"filters": asked})
    return render_page(request, "arena/audit_log.html", {"form": found.form, "page_obj": page, "rows": rows})
