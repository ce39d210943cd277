from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Duty, User, is_on_duty
from notifications import counting, health, reading, releasing, rhythms, tracing, unsubscribing
from notifications import less as easing
from notifications.forms import PreferencesForm, TraceForm
from notifications.models import Mail, Notification, Rhythm
from ui import moments
from ui.pages import render_page

LINES, MAILS = 25, 50


def language() -> str:
    return get_language() or "sv"


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    only_unread = request.GET.get("show") == "unread"
    page = Paginator(reading.inbox(request.user, only_unread=only_unread), LINES).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": reading.rows(page.object_list, language()),
        "only_unread": only_unread,
        "unread": counting.unread(request.user),
        **_suppression(request.user),
    }
    return render_page(request, "notifications/inbox.html", context)


def _suppression(user: User) -> dict[str, object]:
    suppression = unsubscribing.suppression_of(user.email)
    return {"suppression": suppression, "said": unsubscribing.said_of(user.email) if suppression else ""}


@require_POST
def inbox_read(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    count = reading.mark_all_read(request.user, at=timezone.now())
    messages.success(
        request,
        ngettext("%(count)d line is marked as read.", "%(count)d lines are marked as read.", count) % {"count": count},
    )
    return redirect("notifications:inbox")


@require_POST
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks the line as read and leads to what it is about: a GET would write."""
    notification = _own(request, pk)
    reading.mark_read(notification, at=timezone.now())
    [row] = reading.rows([notification], language())
    return redirect(row.line.url if row.line else "notifications:inbox")


@require_POST
def notification_put_away(request: HttpRequest, pk: int) -> HttpResponse:
    reading.put_away(_own(request, pk), at=timezone.now())
    messages.success(request, _("The line is put away."))
    return redirect("notifications:inbox")


@require_POST
def notification_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    reading.take_back(_own(request, pk))
    return redirect("notifications:inbox")


def _own(request: HttpRequest, pk: int) -> Notification:
    return get_object_or_404(
        Notification.objects.select_related("event", "recipient"), pk=pk, recipient=request.user.pk
    )


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    form = PreferencesForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        for code, rhythm in form.changed().items():
            unsubscribing.prefer(request.user, code, rhythm, at=timezone.now())
        messages.success(request, _("Your choices are saved. They also hold for what waits to be mailed."))
        return redirect("notifications:preferences")
    context = {
        "form": form,
        "rhythms": Rhythm.choices,
        "next_mails": _next_mails(request.user),
        **_suppression(request.user),
    }
    return render_page(request, "notifications/preferences.html", context, status=422 if form.errors else 200)


def _next_mails(user: User) -> dict[str, str]:
    """When the next digests leave, in words: {"daily": "Tuesday 24 November 2026, 07:00 (Swedish time)", "weekly": ...}."""
    at = timezone.now()
    moments_due = {rhythm: rhythms.mail_due_at(rhythm, user.zone, at) for rhythm in (Rhythm.DAILY, Rhythm.WEEKLY)}
    return {str(rhythm): moments.say(due, user.zone, language()) for rhythm, due in moments_due.items() if due}


@require_POST
def mail_allow(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    unsubscribing.allow_again(request.user, at=timezone.now())
    messages.success(request, _("Mail to you is on again."))
    return redirect("notifications:preferences")


@login_not_required
@csrf_exempt  # the mailbox's own button sends no cookie and no token of the form: the signed link is the authority (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    wish = unsubscribing.read(token)
    if wish is None:
        return render(request, "notifications/unsubscribe.html", {"wish": None}, status=404)
    ways = easing.ways(wish.user, wish.names)
    if request.method == "POST":
        easing.unsubscribe(wish, at=timezone.now())
    context = {"wish": wish, "ways": ways, "done": request.method == "POST"}
    return render(request, "notifications/unsubscribe.html", context)  # never a redirect: mailboxes do not follow


@login_not_required
@csrf_exempt  # as above: whoever has the mail may hear less, also where cookies are refused
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def less(request: HttpRequest, token: str) -> HttpResponse:
    """A page of choices that a link in a mail opens; a GET changes nothing."""
    wish = unsubscribing.read(token, salt=unsubscribing.LESS)
    if wish is None:
        return render(request, "notifications/unsubscribe.html", {"wish": None}, status=404)
    ways = {way.name: way for way in easing.ways(wish.user, [*wish.names, easing.ALL])}
    if request.method == "POST":
        return redirect(f"{request.path}?{urlencode(_chosen(request, ways))}")
    context = {"ways": ways.values(), "done": ways.get(request.GET.get("done", "")), "was": request.GET.get("was", "")}
    return render(request, "notifications/less.html", context)


def _chosen(request: HttpRequest, ways: dict[str, easing.Less]) -> dict[str, str]:
    """Does what the button says; what the address of the next page is to remember."""
    if way := ways.get(request.POST.get("stop", "")):
        return {"done": way.name, "was": way.stop(timezone.now())}
    if way := ways.get(request.POST.get("undo", "")):
        way.undo(timezone.now(), request.POST.get("was", ""))
        return {"done": way.name}
    return {}


@require_safe
def mail_log(request: HttpRequest) -> HttpResponse:
    _require_duty(request)
    at = timezone.now()
    form = TraceForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    address, state = asked.get("address", ""), asked.get("state", "")
    mails = (
        tracing.in_state(state)
        if state
        else Mail.objects.filter(state__in=releasing.OPEN_TO_DECISION).order_by("-created_at")
    )
    counts = health.counts()
    context = {
        "form": form,
        "answer": tracing.trace(address, asked.get("words", ""), language(), at) if address else None,
        "page_obj": Paginator(mails, MAILS).get_page(request.GET.get("page")),
        "counts": [(value, label, counts[value]) for value, label in Mail.State.choices],
        "state": state,
        "at": at,
        "waiting_since": at - oldest if (oldest := health.oldest_undone(at)) else None,
        "open_states": releasing.OPEN_TO_DECISION,
        "held": Mail.objects.filter(state=Mail.State.STALE).count(),
    }
    return render_page(request, "notifications/mail_log.html", context)


@require_POST
def mail_release(request: HttpRequest, pk: str) -> HttpResponse:
    by = _require_duty(request)
    try:
        releasing.release(get_object_or_404(Mail, pk=pk), by=by, at=timezone.now())
    except releasing.NothingToSend:
        messages.error(request, _("The words of an account mail are not kept. The person can ask for a new one."))
    else:
        messages.success(request, _("The mail is sent again as soon as a worker is free."))
    return redirect("notifications:mail_log")


@require_POST
def mail_give_up(request: HttpRequest, pk: str) -> HttpResponse:
    releasing.give_up(get_object_or_404(Mail, pk=pk), by=_require_duty(request), at=timezone.now())
    messages.success(request, _("The mail is not sent again."))
    return redirect("notifications:mail_log")


@require_POST
def mail_release_held(request: HttpRequest) -> HttpResponse:
    count = releasing.release_held(by=_require_duty(request), at=timezone.now())
    messages.success(
        request, ngettext("%(count)d mail is released.", "%(count)d mails are released.", count) % {"count": count}
    )
    return redirect("notifications:mail_log")


def _require_duty(request: HttpRequest) -> User:
    """The person, if an administrator or support; for others there is no such page."""
    if not isinstance(request.user, User) or not is_on_duty(request.user, Duty.ADMIN, Duty.SUPPORT):
        raise Http404
    return request.user
