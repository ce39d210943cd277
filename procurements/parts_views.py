"""The pages on which a team says who may do what with what is made (A15), and plans the stages (A33)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import MemberRequest
from procurements import part_rules, parts, steps, writing
from procurements.comparing import read_seen
from procurements.models import Notice
from procurements.parts_forms import AssetsForm, PartForm, StagesForm
from procurements.requests import notice_or_404
from procurements.rights import LEVELS
from ui.pages import render_page

STEPS = {"asset_edit": "rights", "stage_edit": "stages"}  # the pages as steps of writing (`steps.py`)


@require_http_methods(["GET", "HEAD", "POST"])
def asset_edit(request: MemberRequest, slug: str) -> HttpResponse:
    return _part_edit(request, slug, AssetsForm, "asset_edit")


@require_http_methods(["GET", "HEAD", "POST"])
def stage_edit(request: MemberRequest, slug: str) -> HttpResponse:
    return _part_edit(request, slug, StagesForm, "stage_edit")


def _part_edit(request: MemberRequest, slug: str, form_class: type[PartForm], page: str) -> HttpResponse:
    notice = notice_or_404(Notice.objects.editable_by(request.user), slug)
    form = form_class(notice, request.POST if request.method == "POST" else None)
    if do := request.POST.get("do"):
        return _page(request, notice, form.after(do), page)
    if request.method != "POST":
        return _page(request, notice, form, page)
    if not form.is_valid():
        return _page(request, notice, form, page, status=422)
    try:
        saved = _save(notice, form, request)
    except writing.Stale as stale:
        form.shows(stale.notice)
        return _page(request, notice, form, page, theirs=stale.notice, status=409)
    except writing.Locked:
        return _page(request, notice, form, page, is_locked=True, status=409)
    messages.success(request, _("Saved."))
    for warning in form.warnings():
        messages.warning(request, warning)
    return redirect(_next_page(request, saved, page))


def _save(notice: Notice, form: PartForm, request: MemberRequest) -> Notice:
    return writing.save(
        notice,
        wording=form.wording(),
        having={form.part: form.row_columns},
        revision=form.revision,
        seen=read_seen(form.seen),
        by=request.user,
        at=timezone.now(),
    )


def _next_page(request: MemberRequest, notice: Notice, page: str) -> str:
    """Where the writer wants to go on: the next step, the check before publishing, or here."""
    then, order = request.POST.get("then"), steps.steps_of(notice.kind)
    step = steps.step_named(notice.kind, STEPS[page])
    if then == "next" and step:
        return steps.address_of(notice, order[order.index(step) + 1])
    return reverse(f"procurements:{'notice_publish' if then == 'publish' else page}", args=[notice.slug])


def _page(
    request: MemberRequest,
    notice: Notice,
    form: PartForm,
    page: str,
    *,
    theirs: Notice | None = None,
    is_locked: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "notice": notice,
        "form": form,
        "problems": list(form.problems()) if status == 422 else [],
        "their_notice": theirs,
        "theirs": parts.lines_of(theirs, form.part) if theirs else [],
        "yours": parts.lines_of_rows(form.part, form.row_columns, notice.currency) if theirs else [],
        "is_locked": is_locked,
        "is_needed": part_rules.needs_assets(notice) if form.part == "assets" else part_rules.needs_stages(notice),
        "total": part_rules.total_of(parts.rows_of(notice, "stages")),
        "levels": LEVELS,
        **steps.beside(notice, here=STEPS[page], at=timezone.now()),
    }
    return render_page(request, f"procurements/{page}.html", context, partial="rows", status=status)
