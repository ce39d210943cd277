from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from accounts.rules import Refused
from procurements import approving, closing, law, publishing, reviewing, scheduling, steps, wording, writing
from procurements.chain_views import detail
from procurements.drafting_forms import CloseForm, PublishForm
from procurements.models import Closing, Kind, Notice, NoticeVersion
from procurements.requests import notice_or_404
from ui import moments
from ui.pages import render_page

NEXT_KINDS = (Kind.CONSULTATION, Kind.COMPETITION)


@require_safe
def notice_preview(request: MemberRequest, slug: str) -> HttpResponse:
    """As a supplier will read it; nothing is public yet."""
    notice = notice_or_404(Notice.objects.readable_by(request.user), slug)
    context = {**detail(notice, drafted(notice), request), "is_preview": True}
    return render_page(request, "procurements/notice_detail.html", context)


def drafted(notice: Notice) -> NoticeVersion:
    """The working text as the version that it would become; not saved."""
    return NoticeVersion(notice=notice, number=0, published_at=timezone.now(), **wording.contents(notice))


def notice_publish(request: MemberRequest, slug: str) -> HttpResponse:
    """Says what is missing and what publishing does, now or at a chosen moment; asks for the reason of an amendment."""
    notice = notice_or_404(Notice.objects.editable_by(request.user), slug)
    at = timezone.now()
    form = PublishForm(request.POST if request.method == "POST" else None, notice=notice, at=at)
    missing: dict[str, str] = {}
    if request.method == "POST":
        if not Notice.objects.publishable_by(request.user).filter(pk=notice.pk).exists():
            raise Http404
        if notice.current_version and not wording.changes(notice.current_version, notice):
            return redirect(notice)  # the second of two clicks: what it asks for is done
        if form.is_valid():
            try:
                return _published_or_scheduled(request, notice, form)
            except writing.Stale as stale:
                said = _("%(name)s changed the text while you read it. Nothing was published: please read it again.")
                messages.error(request, said % {"name": stale.notice.edited_by or _("A colleague")})
                return redirect("procurements:notice_publish", slug=stale.notice.slug)
            except (writing.Locked, Refused) as why:
                messages.error(request, str(why) or _("It waits for its chosen moment already."))
                return redirect("procurements:notice_publish", slug=notice.slug)
            except publishing.NotPublishable as why:
                missing = why.problems
                for name in set(missing) & set(form.fields):
                    form.add_error(name, missing[name])
    context = {"form": form, **_standing(request, notice, form, missing)}
    return render_page(
        request, "procurements/notice_publish.html", context, status=422 if request.method == "POST" else 200
    )


def _published_or_scheduled(request: MemberRequest, notice: Notice, form: PublishForm) -> HttpResponse:
    revision, by, at = form.cleaned_data["revision"], request.user, timezone.now()
    if moment := form.moment:
        seen = revision if revision is not None else notice.revision
        scheduling.schedule(notice, publish_at=moment, revision=seen, by=by, at=at, **form.said())
        said = _("It will be published %(when)s. The text cannot be changed until then.")
        messages.success(request, said % {"when": moments.say(moment, notice.zone, get_language() or "sv")})
        return redirect("procurements:notice_publish", slug=notice.slug)
    version = publishing.publish(notice, by=by, at=at, revision=revision, **form.said())
    quiet = version.is_minor or version.notice.closed_at
    told = _("Published. Suppliers whom it concerns are being told now.")
    messages.success(request, _("Published.") if quiet else told)
    return redirect(version.notice)


def _standing(request: MemberRequest, notice: Notice, form: PublishForm, missing: dict[str, str]) -> dict[str, object]:
    """What the page of publishing shows beside its form."""
    at, current, organisation = timezone.now(), notice.current_version, notice.procurement.organisation
    problems = {**wording.problems(notice, notice.kind, at=at, current=current), **missing}
    newest = reviewing.newest_review(notice)
    advice = law.Facts.of(notice, getattr(notice.procurement, "procedure_advice", None))
    rule = (
        law.shortest_time(organisation.country, notice.procedure, is_urgent=advice.is_urgent, is_below=advice.is_below)
        if notice.kind == Kind.COMPETITION
        else None
    )
    last = notice.schedules.order_by("-set_at").first()
    return {
        "notice": notice,
        "problems": [
            (parts_label(name), steps.address_of_field(notice, name), sentence)
            for name, sentence in problems.items()
            if name not in form.fields and name not in ("approval", "approvals")
        ],
        "changes": wording.changes(current, notice) if current else [],
        "may_publish": Notice.objects.publishable_by(request.user).filter(pk=notice.pk).exists(),
        "state": reviewing.state_of(notice, newest),
        "needs_approval": organisation.publishes_with_two and not reviewing.is_approved(notice),
        "not_agreed": approving.missing(notice),
        "review": newest,
        "rule": rule,
        "earliest": law.earliest_deadline(organisation.country, at, rule.days, notice.zone) if rule else None,
        "law_name": law.profile_of(organisation.country).law,
        "waiting": last if last and not (last.done_at or last.failed_at or last.taken_back_at) else None,
        "failed": last if last and last.failed_at else None,
    }


def parts_label(name: str) -> str:
    """What people call a column or a part of a text."""
    return wording.Change(name, None, None).label if name in reviewing.REMARKABLE else ""


@require_POST
def schedule_take_back(request: MemberRequest, slug: str) -> HttpResponse:
    notice = notice_or_404(Notice.objects.editable_by(request.user), slug)
    for waiting in notice.schedules.waiting():
        scheduling.take_back(waiting, by=request.user, at=timezone.now())
        messages.success(request, _("It will not be published by itself any more. You can change the text again."))
    return redirect("procurements:notice_publish", slug=notice.slug)


@require_POST
def notice_go_on(request: MemberRequest, slug: str) -> HttpResponse:
    """The next link of the chain: a market consultation or a competition, begun from what was written before."""
    notice = notice_or_404(Notice.objects.editable_by(request.user).published(), slug)
    kind = request.POST.get("kind")
    if kind not in NEXT_KINDS:
        raise Http404
    try:
        draft = writing.go_on(notice, kind=kind, by=request.user, at=timezone.now())
    except writing.StillRunning as why:
        messages.error(request, str(why))
        return redirect(notice)
    return redirect("procurements:notice_edit", slug=draft.slug)


def notice_close(request: MemberRequest, slug: str) -> HttpResponse:
    """Three ways to end, each with what it means."""
    notice = notice_or_404(Notice.objects.publishable_by(request.user).published(), slug)
    at = timezone.now()
    form = CloseForm(request.POST if request.method == "POST" else None, notice=notice, at=at)
    if request.method == "POST" and notice.closed_at:
        return redirect(notice)  # the second of two clicks, or of two people
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        try:
            closing.close(
                notice,
                by=request.user,
                at=at,
                reason=clean["reason"],
                way=Closing(clean["way"]),
                code=clean.get("code", ""),
            )
        except Refused as why:
            messages.error(request, str(why))
        else:
            messages.success(request, _("Done. The page stays public, with your reason, and its followers are told."))
        return redirect(notice)
    context = {"notice": notice, "form": form}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "procurements/notice_close.html", context, status=status)
