from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from accounts.rules import Refused
from procurements import reviewing, wording
from procurements.chain_views import detail
from procurements.drafting_forms import AskForm, CommentForm, DecideForm
from procurements.models import Comment, Notice
from procurements.publishing_views import drafted, parts_label
from procurements.requests import notice_or_404
from ui.pages import render_page
from ui.paging import page_of


@require_safe
def review_list(request: MemberRequest) -> HttpResponse:
    """Everything that waits for the person's eyes, oldest first, with its age (D9)."""
    waiting = page_of(reviewing.waiting_for(request.user), request.GET)
    return render_page(request, "procurements/review_list.html", {"page_obj": waiting, "now": timezone.now()})


@require_safe
def review_detail(request: MemberRequest, slug: str) -> HttpResponse:
    notice = notice_or_404(reviewing.readable_by(request.user), slug)  # type: ignore[arg-type]
    return _page(request, notice)


def _page(
    request: MemberRequest,
    notice: Notice,
    *,
    ask: AskForm | None = None,
    decide: DecideForm | None = None,
    remark: CommentForm | None = None,
) -> HttpResponse:
    """The text as a supplier will read it, what was said about it, and what the person may do; a form that went wrong stays."""
    user, current = request.user, notice.current_version
    reviews = list(notice.reviews.select_related("reviewer", "asked_by"))
    newest = next((one for one in reviews if one.taken_back_at is None), None)
    waiting = newest if newest and newest.decided_at is None else None
    last = next((one for one in reviews if one.decided_at), None)
    can_edit = Notice.objects.editable_by(user).filter(pk=notice.pk).exists()
    is_mine = waiting is not None and waiting.reviewer_id == user.pk
    since = last.decided_at if last and not current else None
    context = {
        **detail(notice, drafted(notice), request),
        "is_preview": True,
        "can_edit": can_edit,
        "is_team": (is_team := Notice.objects.readable_by(user).filter(pk=notice.pk).exists()),
        "is_without_files": not is_team,  # documents of a draft are opened by the team alone
        "state": reviewing.state_of(notice, newest),
        "waiting": waiting,
        "is_mine": is_mine,
        "reviews": reviews,
        "last": last,
        "changes": wording.changes(current, notice) if current else [],
        "changed_since": [parts_label(name) for name in reviewing.fields_changed_since(notice, since)] if since else [],
        "comments": [(one, parts_label(one.field)) for one in notice.comments.select_related("by", "link", "done_by")],
        "ask": ask or AskForm(reviewers=reviewing.possible_reviewers(notice, asker=user)),
        "decide": decide or DecideForm(initial={"revision": notice.revision}),
        "remark": remark or CommentForm(notice=notice),
    }
    status = 422 if ask or decide or remark else 200
    return render_page(request, "procurements/review_detail.html", context, status=status)


@require_POST
def review_ask(request: MemberRequest, slug: str) -> HttpResponse:
    notice = notice_or_404(Notice.objects.editable_by(request.user), slug)
    form = AskForm(request.POST, reviewers=reviewing.possible_reviewers(notice, asker=request.user))
    if not form.is_valid():
        return _page(request, notice, ask=form)
    try:
        review = reviewing.ask(notice, **form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("%(name)s is asked to read it, and hears of it now.") % {"name": review.reviewer})
    return redirect("procurements:review_detail", slug=notice.slug)


@require_POST
def review_take_back(request: MemberRequest, slug: str) -> HttpResponse:
    notice = notice_or_404(Notice.objects.editable_by(request.user), slug)
    try:
        for review in notice.reviews.waiting():
            reviewing.take_back(review, by=request.user, at=timezone.now())
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("The request is taken back."))
    return redirect("procurements:review_detail", slug=notice.slug)


@require_POST
def review_decide(request: MemberRequest, slug: str) -> HttpResponse:
    """The second of two clicks finds the decision made: whoever was asked from outside the team reads nothing more by then."""
    asked = reviewing.asked_of(request.user).values("notice")
    notice = notice_or_404(Notice.objects.filter(pk__in=asked), slug)
    review = reviewing.newest_review(notice)
    if review is None or review.reviewer_id != request.user.pk:
        raise Http404
    form = DecideForm(request.POST)
    if not form.is_valid():
        if review.decided_at:
            raise Http404
        return _page(request, notice, decide=form)
    try:
        reviewing.decide(review, **form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as why:
        messages.error(request, str(why))
        still = reviewing.readable_by(request.user).filter(pk=notice.pk).exists()
        return redirect("procurements:review_detail", notice.slug) if still else redirect("procurements:review_list")
    messages.success(request, _("Thank you. %(name)s hears of your decision now.") % {"name": review.asked_by})
    return redirect("procurements:review_list")


@require_POST
def comment_add(request: MemberRequest, slug: str) -> HttpResponse:
    notice = notice_or_404(reviewing.readable_by(request.user), slug)  # type: ignore[arg-type]
    form = CommentForm(request.POST, notice=notice)
    if not form.is_valid():
        return _page(request, notice, remark=form)
    reviewing.comment(notice, **form.cleaned_data, by=request.user, at=timezone.now())
    messages.success(request, _("Your comment stands beside the text now."))
    return redirect("procurements:review_detail", slug=notice.slug)


@require_POST
def comment_done(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    notice = notice_or_404(Notice.objects.editable_by(request.user), slug)
    reviewing.finish(get_object_or_404(Comment, notice=notice, pk=pk), by=request.user, at=timezone.now())
    messages.success(request, _("The comment is marked as dealt with."))
    return redirect("procurements:review_detail", slug=notice.slug)
