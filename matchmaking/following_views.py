"""Following by one click: the panels that other pages fetch, the list of what one follows, and when one is reminded."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import MemberRequest, PersonRequest
from matchmaking import closing_soon, following, following_list
from matchmaking.following import Subject
from matchmaking.models import Attention
from procurements.models import Notice
from procurements.requests import notice_or_404
from taxonomy import labels
from ui import forms as manners
from ui.pages import render_page
from ui.paging import page_of

FIELDS = 5  # of one notice, that its panel offers


@require_safe
def follow_list(request: MemberRequest) -> HttpResponse:
    """One list of everything that the person follows, with the next date; `?show=muted` has what it hears no more of."""
    at, language = timezone.now(), get_language() or "sv"
    is_muted = request.GET.get("show") == "muted"
    only = request.GET.get("kind", "")
    only = only if only in following_list.KINDS else ""
    sort = "name" if request.GET.get("sort") == "name" else ""
    found = (
        following_list.muted(request.user, at=at)
        if is_muted
        else following_list.rows(request.user, at=at, only=only, sort=sort)
    )
    page = page_of(found, request.GET)
    context = {
        "page_obj": page,
        "rows": following_list.with_details(list(page.object_list), at=at, language=language),
        "kinds": following_list.KINDS.items(),
        "only": only,
        "sort": sort,
        "is_muted": is_muted,
        "stopped": _stopped(request, language),
        "days": closing_soon.days_of(request.user),
        "now": at,
    }
    return render_page(request, "matchmaking/follow_list.html", context)


def _stopped(request: MemberRequest, language: str) -> dict[str, str] | None:
    """What was let go of by the click before this page, with the way back."""
    kind, _slash, slug = request.GET.get("stopped", "").partition("/")
    if kind in ("procurement", "muted"):
        notice = Notice.objects.published().at_address(slug).select_related("current_version").first()
        if notice and notice.current_version:
            action = reverse("matchmaking:attention_set", args=[notice.slug])
            back = "follow" if kind == "procurement" else "mute"
            return {"name": notice.current_version.title, "action": action, "do": back}
    elif subject := following.subject_of(kind, slug, language):
        action = reverse("matchmaking:subject_set", args=[subject.kind, subject.slug])
        return {"name": subject.name, "action": action, "do": "follow"}
    return None


@login_not_required
@require_safe
def follow_panel(request: PersonRequest, slug: str) -> HttpResponse:
    """Beside a published notice, for everybody: to follow it, its buyer, and its fields."""
    level = Attention.objects.filter(user=request.user.pk, procurement=OuterRef("procurement")).values("level")
    notice = notice_or_404(Notice.objects.published().annotate(level=Subquery(level[:1])), slug)
    assert notice.current_version is not None
    subjects = _with_state(request, _subjects_beside(notice)) if request.user.is_authenticated else []
    context = {
        "notice": notice,
        "title": notice.current_version.title,
        "level": notice.level,  # type: ignore[attr-defined]  # annotated above
        "is_own": any(each.organisation_id == notice.procurement.organisation_id for each in request.memberships),
        "subjects": subjects,
        "follows_more": any(is_followed for _subject, is_followed in subjects),
    }
    return render_page(request, "matchmaking/follow_panel.html", context, partial="panel")


def _subjects_beside(notice: Notice) -> list[Subject]:
    assert notice.current_version is not None
    codes = notice.current_version.cpv[:FIELDS]
    names = labels.cpv_labels(codes, get_language() or "sv")
    known = [following.of_field(code, names[code]) for code in codes if names[code] != code]
    return [following.of_buyer(notice.procurement.organisation), *known]


def _with_state(request: HttpRequest, subjects: list[Subject]) -> list[tuple[Subject, bool]]:
    assert request.user.is_authenticated
    followed = following.followed(request.user, subjects)
    return [(subject, subject.key in followed) for subject in subjects]


@require_POST
def attention_set(request: MemberRequest, slug: str) -> HttpResponse:
    """To follow a procurement, or to hear no more of it, and the way back from either."""
    notice = notice_or_404(Notice.objects.published(), slug)
    verb, said = {
        "follow": (following.follow, _("You follow it now. Only you can see that.")),
        "unfollow": (following.unfollow, _("You no longer follow it.")),
        "mute": (following.mute, _("You hear no more of it.")),
        "unmute": (following.hear_again, _("You follow it now, and hear of it again.")),
    }.get(request.POST.get("do", ""), (None, ""))
    if verb is None:
        raise Http404
    verb(notice.procurement, by=request.user, at=timezone.now())
    let_go = {"unfollow": "procurement", "unmute": "muted"}.get(request.POST["do"], "")
    return _answer(
        request,
        said,
        panel=reverse("matchmaking:follow_panel", args=[notice.slug]),
        page=notice.get_absolute_url(),
        stopped=f"{let_go}/{notice.slug}" if let_go else "",
    )


@login_not_required
@require_safe
def subject_panel(request: PersonRequest, kind: str, slug: str) -> HttpResponse:
    """On the page of a buyer or network, and for a field: to follow it."""
    subject = _subject_or_404(kind, slug)
    is_followed = request.user.is_authenticated and subject.key in following.followed(request.user, [subject])
    context = {"subject": subject, "is_followed": is_followed}
    return render_page(request, "matchmaking/subject_panel.html", context, partial="panel")


@require_POST
def subject_set(request: MemberRequest, kind: str, slug: str) -> HttpResponse:
    subject = _subject_or_404(kind, slug)
    do = request.POST.get("do", "")
    if do not in ("follow", "unfollow"):
        raise Http404
    said = ""
    try:
        if do == "follow":
            following.follow_subject(subject, by=request.user, at=timezone.now())
            said = _("You follow %(name)s now. Only you can see that.") % {"name": subject.name}
        else:
            following.unfollow_subject(subject, by=request.user, at=timezone.now())
            said = _("You no longer follow %(name)s.") % {"name": subject.name}
    except following.TooMany as why:
        messages.error(request, str(why))
    beside = _notice_beside(request)
    panel = (
        reverse("matchmaking:follow_panel", args=[beside.slug])
        if beside
        else reverse("matchmaking:subject_panel", args=[subject.kind, subject.slug])
    )
    stopped = f"{subject.kind}/{subject.slug}" if do == "unfollow" else ""
    page = beside.get_absolute_url() if beside else subject.url
    return _answer(request, said, panel=panel, page=page, stopped=stopped)


def _subject_or_404(kind: str, slug: str) -> Subject:
    subject = following.subject_of(kind, slug, get_language() or "sv")
    if subject is None:
        raise Http404
    return subject


def _notice_beside(request: MemberRequest) -> Notice | None:
    """The notice in whose panel the form stood."""
    beside = request.POST.get("beside", "")
    return Notice.objects.published().at_address(beside).select_related("current_version").first() if beside else None


def _answer(request: MemberRequest, said: str, *, panel: str, page: str, stopped: str) -> HttpResponse:
    """The panel anew for htmx, whose words say how it stands; else the page, or the list, that the form stood on.

    Without anything `said` it was refused, and the page has the message.
    """
    if request.headers.get("HX-Request") == "true":
        return redirect(panel) if said else HttpResponse(headers={"HX-Redirect": page})
    if request.POST.get("from") == "list":
        if stopped:
            return redirect(f"{reverse('matchmaking:follow_list')}?{urlencode(_list_state(request, stopped))}")
        page = reverse("matchmaking:follow_list") + ("?show=muted" if request.POST["do"] == "mute" else "")
    if said:
        messages.success(request, said)
    return redirect(page)


def _list_state(request: MemberRequest, stopped: str) -> dict[str, str]:
    shown = {name: request.POST.get(name, "") for name in ("kind", "sort", "page")}
    state = {"show": "muted"} if stopped.startswith("muted/") else {}
    return {**state, **{name: value for name, value in shown.items() if value}, "stopped": stopped}


class ReminderForm(manners.Form):
    days = forms.IntegerField(
        label=gettext_lazy("Days before the deadline"),
        min_value=closing_soon.NEVER,
        max_value=closing_soon.MOST,
        help_text=gettext_lazy("From 1 to 60. With 0 you are never reminded."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reminder_edit(request: MemberRequest) -> HttpResponse:
    """How many days before a deadline the person wants to be reminded."""
    form = ReminderForm(request.POST or None, initial={"days": closing_soon.days_of(request.user)})
    if request.method == "POST" and form.is_valid():
        closing_soon.choose(form.cleaned_data["days"], by=request.user, at=timezone.now())
        messages.success(request, _("Saved. It holds for every deadline to come that you have not been reminded of."))
        return redirect("matchmaking:follow_list")
    context = {"form": form}
    return render_page(request, "matchmaking/reminder_edit.html", context, status=422 if form.errors else 200)
