"""A person's webhooks, and those of the organisations that it administers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.grants import Can
from accounts.models import Organisation
from accounts.requests import MemberRequest
from interchange.models import Delivery, Happening, Webhook
from interchange.webhooks import keeping, owning, sending, signing
from interchange.webhooks.forms import WebhookForm, question_of
from procurements.browsing import Browse
from ui.limiting import limited
from ui.pages import render_page
from ui.paging import page_of

SHOWN = "webhook_secret"  # in the session, from the POST that asks for a secret to the page that shows it
STATES = Delivery.State


@require_safe
def webhook_list(request: MemberRequest) -> HttpResponse:
    waiting = Count("deliveries", filter=Q(deliveries__state__in=[STATES.PENDING, STATES.SENDING]))
    last = Delivery.objects.filter(webhook=OuterRef("pk"), state=STATES.SENT).order_by("-settled_at")
    own = owning.seen_by(request.user).annotate(waiting=waiting, last_at=Subquery(last.values("settled_at")[:1]))
    context = {"page_obj": page_of(own.order_by("name", "pk"), request.GET)}
    return render_page(request, "interchange/webhook_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("webhook")
def webhook_create(request: MemberRequest) -> HttpResponse:
    """Begins with the question that the person came from: the address is that of the list with its filters."""
    initial = {"question": question_of(request.GET), "happenings": Happening.values}
    form = WebhookForm(request.POST or None, initial=initial, organisations=_administered(request))
    if request.method == "POST" and form.is_valid():
        wanted = {"organisation": None, **form.cleaned_data}
        try:
            webhook = keeping.make(owner=request.user, at=timezone.now(), **wanted)
        except keeping.TooMany as why:
            form.add_error(None, str(why))
        else:
            request.session[SHOWN] = str(webhook.pk)
            messages.success(request, _("Saved. Give its secret to your receiver, and send a test message."))
            return redirect("interchange:webhook_detail", webhook.pk)
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("webhook")
def webhook_edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    webhook = _own(request, pk)
    initial = {name: getattr(webhook, name) for name in ("name", "url", "question", "happenings")}
    form = WebhookForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        keeping.change(webhook, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved. It counts from the next message on."))
        return redirect("interchange:webhook_detail", webhook.pk)
    return _form_page(request, form, webhook)


def _form_page(request: MemberRequest, form: WebhookForm, webhook: Webhook | None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "webhook": webhook}
    return render_page(request, "interchange/webhook_edit.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
def webhook_detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What it tells, its secret once it was asked for, and the log of its deliveries."""
    webhook = _own(request, pk)
    at = timezone.now()
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in STATES.values else ""
    deliveries = webhook.deliveries.select_related("notice__current_version")
    page = page_of(deliveries.filter(state=chosen) if chosen else deliveries, request.GET)
    counted = dict(webhook.deliveries.order_by().values_list("state").annotate(number=Count("pk")))
    context = {
        "webhook": webhook,
        "secret": signing.secret(webhook) if request.session.pop(SHOWN, "") == str(webhook.pk) else "",
        "old_signs_until": signing.old_signs_until(webhook, at),
        "answering": Browse.from_address(QueryDict(webhook.question)).rows(at).count(),
        "happenings": [label for code, label in Happening.choices if code in webhook.happenings],
        "page_obj": page,
        "rows": [{"delivery": each, "error": sending.in_words(each.error)} for each in page],
        "states": [(code, label, counted.get(code, 0)) for code, label in STATES.choices],
        "chosen": chosen,
        "total": sum(counted.values()),
        "ended": (STATES.SENT, STATES.FAILED, STATES.DROPPED),
    }
    return render_page(request, "interchange/webhook_detail.html", context)


@require_POST
def webhook_pause(request: MemberRequest, pk: UUID) -> HttpResponse:
    keeping.pause(_own(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("Paused. Nothing is sent until you start it again."))
    return redirect("interchange:webhook_detail", pk)


@require_POST
@limited("webhook")
def webhook_resume(request: MemberRequest, pk: UUID) -> HttpResponse:
    keeping.resume(_own(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("Started again. What happened meanwhile is told now."))
    return redirect("interchange:webhook_detail", pk)


@require_POST
@limited("webhook")
def webhook_test(request: MemberRequest, pk: UUID) -> HttpResponse:
    webhook = _own(request, pk)
    if webhook.paused_at:
        messages.error(request, _("It is paused, so nothing is sent. Start it again first."))
    else:
        keeping.try_out(webhook, by=request.user, at=timezone.now())
        messages.success(request, _("A test message is on its way. In a moment the log below says what became of it."))
    return redirect("interchange:webhook_detail", pk)


@require_POST
@limited("webhook")
def webhook_reveal(request: MemberRequest, pk: UUID) -> HttpResponse:
    webhook = _own(request, pk)
    keeping.reveal(webhook, by=request.user, at=timezone.now())
    request.session[SHOWN] = str(webhook.pk)
    return redirect("interchange:webhook_detail", pk)


@require_POST
@limited("webhook")
def webhook_rotate(request: MemberRequest, pk: UUID) -> HttpResponse:
    webhook = _own(request, pk)
    keeping.rotate(webhook, by=request.user, at=timezone.now())
    request.session[SHOWN] = str(webhook.pk)
    messages.success(
        request, _("It has a new secret. For 24 hours the old one signs as well: change it at your receiver.")
    )
    return redirect("interchange:webhook_detail", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def webhook_delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    webhook = _own(request, pk)
    if request.method != "POST":
        return render_page(request, "interchange/webhook_delete.html", {"webhook": webhook})
    keeping.remove(webhook, by=request.user, at=timezone.now())
    messages.success(request, _("Deleted. Its receiver hears nothing more."))
    return redirect("interchange:webhook_list")


@require_POST
@limited("webhook")
def delivery_again(request: MemberRequest, pk: UUID, delivery: UUID) -> HttpResponse:
    found = get_object_or_404(_own(request, pk).deliveries, pk=delivery)
    if sending.send_again(found, at=timezone.now()):
        messages.success(request, _("It is sent again under the same id."))
    else:
        messages.error(request, _("It is on its way already."))
    return redirect("interchange:webhook_detail", pk)


def _own(request: MemberRequest, pk: UUID) -> Webhook:
    return get_object_or_404(owning.seen_by(request.user), pk=pk)


def _administered(request: MemberRequest) -> Any:
    return Organisation.objects.of(request.user, Can.ADMINISTER)
