from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.grants import Can
from accounts.models import Organisation
from accounts.requests import MemberRequest
from networks.models import BuyerGroup
from procurements import publishing, wording, writing
from procurements.chain_views import detail
from procurements.forms import AmendForm, BeginForm, CloseForm, NoticeForm
from procurements.models import Kind, Notice, NoticeVersion, Procurement
from procurements.requests import notice_or_404
from ui.pages import render_page
from ui.paging import page_of

NEXT_KINDS = (Kind.CONSULTATION, Kind.COMPETITION)


@require_safe
def procurement_list(request: MemberRequest) -> HttpResponse:
    """What the person's organisations have in hand: drafts first, then what is public."""
    procurements = Procurement.objects.of(request.user)
    notices = (
        Notice.objects.filter(procurement__in=procurements, source_id=None)
        .select_related("current_version", "procurement__organisation", "edited_by")
        .order_by("current_version__published_at", "-edited_at")
    )
    context = {
        "page_obj": page_of(notices, request.GET),
        "now": timezone.now(),
        "may_begin": Organisation.objects.of(request.user, Can.WRITE).verified_buyers().exists(),
    }
    return render_page(request, "procurements/procurement_list.html", context)


def notice_create(request: MemberRequest) -> HttpResponse:
    """Begins a need for the organisation that the person acts for, alone or for a group that it leads."""
    organisation = request.acting_for
    writers = Organisation.objects.of(request.user, Can.WRITE).verified_buyers()
    if organisation is None or not writers.filter(pk=organisation.pk).exists():
        return render_page(request, "procurements/notice_create_not_yet.html", {"buyers": writers})
    groups = BuyerGroup.objects.filter(lead=organisation)
    group = groups.filter(slug=request.POST.get("group") or request.GET.get("group") or "").first()
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        notice = writing.begin(
            organisation=organisation,
            kind=Kind.NEED,
            by=request.user,
            at=timezone.now(),
            wording={"title": form.cleaned_data["title"], "language": request.user.language, "zone": request.user.zone},
            buyer_group=group,
        )
        return redirect("procurements:notice_edit", slug=notice.slug)
    context = {"form": form, "organisation": organisation, "groups": groups, "group": group}
    return render_page(request, "procurements/notice_create.html", context)


def notice_edit(request: MemberRequest, slug: str) -> HttpResponse:
    notice = notice_or_404(Notice.objects.editable_by(request.user), slug)
    at = timezone.now()
    form = NoticeForm(request.POST or None, instance=notice, at=at)
    theirs = None
    status = 200
    if request.method == "POST":
        if form.is_valid():
            stored = Notice.objects.get(pk=notice.pk)  # the form has written what was typed onto `notice`
            try:
                saved = writing.save(
                    stored, wording=form.wording(), revision=form.cleaned_data["revision"], by=request.user, at=at
                )
            except writing.Stale as stale:
                theirs, status = stale.notice, 409
            else:
                messages.success(request, _("Saved."))
                for warning in form.warnings:
                    messages.warning(request, warning)
                return redirect(_next_page(request, saved))
        else:
            status = 422
    context = {"form": form, "notice": notice, "theirs": conflict(form, theirs), "their_notice": theirs}
    return render_page(request, "procurements/notice_edit.html", context, status=status)


def conflict(form: NoticeForm, theirs: Notice | None) -> list[dict[str, Any]]:
    """Both texts, field by field, when a colleague saved in the meantime (A3)."""
    if theirs is None:
        return []
    return [
        {"label": form[name].label, "theirs": getattr(theirs, name), "yours": value}
        for name, value in form.wording().items()
        if getattr(theirs, name) != value
    ]


def _next_page(request: HttpRequest, notice: Notice) -> str:
    step = {"preview": "procurements:notice_preview", "publish": "procurements:notice_publish"}.get(
        request.POST.get("then", "")
    )
    return reverse(step or "procurements:notice_edit", args=[notice.slug])


@require_safe
def notice_preview(request: MemberRequest, slug: str) -> HttpResponse:
    """As a supplier will read it; nothing is public yet."""
    notice = notice_or_404(Notice.objects.readable_by(request.user), slug)
    draft = NoticeVersion(notice=notice, number=0, published_at=timezone.now(), **wording.contents(notice))
    context = {**detail(notice, draft, request), "is_preview": True}
    return render_page(request, "procurements/notice_detail.html", context)


def notice_publish(request: MemberRequest, slug: str) -> HttpResponse:
    """Says what is missing, what publishing does, and asks for the reason when it is an amendment."""
    notice = notice_or_404(Notice.objects.editable_by(request.user), slug)
    at = timezone.now()
    may_publish = Notice.objects.publishable_by(request.user).filter(pk=notice.pk).exists()
    current = notice.current_version
    form = AmendForm(request.POST or None) if current else None
    if request.method == "POST":
        if not may_publish:
            raise Http404
        if current and not wording.changes(current, notice):
            return redirect(notice)  # the second of two clicks: what it asks for is done
        if form is None or form.is_valid():
            try:
                version = publishing.publish(
                    notice, by=request.user, at=at, revision=_revision(request), **(form.cleaned_data if form else {})
                )
            except writing.Stale as stale:
                said = _("%(name)s changed the text while you read it. Nothing was published: please read it again.")
                messages.error(request, said % {"name": stale.notice.edited_by or _("A colleague")})
                return redirect("procurements:notice_publish", slug=stale.notice.slug)
            except publishing.NotMinor as why:
                assert form is not None
                form.add_error("is_minor", why.problems["is_minor"])
            except publishing.NotPublishable:
                pass  # the page below says what is missing
            else:
                quiet = version.is_minor or version.notice.closed_at
                told = _("Published. Suppliers whom it concerns are being told now.")
                messages.success(request, _("Published.") if quiet else told)
                return redirect(version.notice)
    context = {
        "notice": notice,
        "form": form,
        "problems": [
            (Notice._meta.get_field(name).verbose_name, name, sentence)  # type: ignore[union-attr]
            for name, sentence in wording.problems(notice, notice.kind, at=at, current=current).items()
        ],
        "changes": wording.changes(current, notice) if current else [],
        "may_publish": may_publish,
    }
    return render_page(
        request, "procurements/notice_publish.html", context, status=422 if request.method == "POST" else 200
    )


def _revision(request: HttpRequest) -> int | None:
    """The revision that the page showed; none when the page said nothing."""
    seen = request.POST.get("revision", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None


@require_POST
def notice_go_on(request: MemberRequest, slug: str) -> HttpResponse:
    """The next link of the chain: a market consultation or a competition, begun from what was written before."""
    notice = notice_or_404(Notice.objects.editable_by(request.user).published(), slug)
    kind = request.POST.get("kind")
    if kind not in NEXT_KINDS:
        raise Http404
    draft = writing.go_on(notice, kind=kind, by=request.user, at=timezone.now())
    return redirect("procurements:notice_edit", slug=draft.slug)


def notice_close(request: MemberRequest, slug: str) -> HttpResponse:
    notice = notice_or_404(Notice.objects.publishable_by(request.user).published(), slug)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        publishing.close(notice, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(request, _("Closed. The page stays public, with your reason."))
        return redirect(notice)
    return render_page(request, "procurements/notice_close.html", {"notice": notice, "form": form})
