"""The requirements of a joint procurement: the matrix, writing it, filling in one's own column, taking it away as a table."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from accounts.rules import Refused
from networks.csv_files import csv_of
from networks.rooms import groups_open_to
from procurements import requiring
from procurements.models import Notice, Procurement, RequirementStand
from procurements.requests import notice_or_404
from procurements.requirement_forms import RequirementsForm, StandsForm
from ui.limiting import limited
from ui.pages import render_page


@require_safe
def group_requirement_list(request: MemberRequest, slug: str) -> HttpResponse:
    """The procurements of a buyer group, each with its matrix; where there is one alone, that."""
    group = get_object_or_404(groups_open_to(request.user).select_related("lead"), slug=slug)
    notices = requiring.seen_by(request.user).filter(procurement__buyer_group=group).select_related("current_version")
    newest = {notice.procurement_id: notice for notice in notices.order_by("pk")}
    if len(newest) == 1:
        return redirect("procurements:requirement_list", slug=requiring.slug_for_all(*newest.values()))
    listed = [(notice, requiring.slug_for_all(notice)) for notice in newest.values()]
    return render_page(request, "procurements/group_requirement_list.html", {"group": group, "listed": listed})


@require_safe
def requirement_list(request: MemberRequest, slug: str) -> HttpResponse:
    notice = _notice(request, slug)
    found = requiring.matrix(notice.procurement)
    only = "differs" if request.GET.get("show") == "differs" else ""
    context = {
        **_beside(notice),
        "matrix": found,
        "only": only,
        "rows": found.differing if only else found.rows,
        "own": requiring.answerable_by(request.user, notice.procurement),
        "may_edit": Notice.objects.editable_by(request.user).filter(pk=notice.pk).exists(),
    }
    return render_page(request, "procurements/requirement_list.html", context)


def requirement_edit(request: MemberRequest, slug: str) -> HttpResponse:
    """What is asked, for those of the lead's team who write."""
    editable = Notice.objects.editable_by(request.user)
    notice = notice_or_404(editable.filter(procurement__buyer_group__isnull=False), slug)
    requirements = list(notice.procurement.requirements.all())
    form = RequirementsForm(request.POST or None, requirements=requirements)
    asks = False
    if request.method == "POST" and form.is_valid():
        said, seen, confirmed = form.said(), form.cleaned_data["seen"], form.cleaned_data["confirmed"]
        try:
            requiring.set_requirements(
                notice.procurement, said, seen=seen, confirmed=confirmed, by=request.user, at=timezone.now()
            )
        except Refused as why:
            form.add_error(None, str(why))
            asks = isinstance(why, requiring.AnswersWouldGo)
        else:
            messages.success(request, _("The requirements are saved. Those who buy together can answer them now."))
            return redirect("procurements:requirement_list", slug=notice.slug)
    context = {**_beside(notice), "form": form, "asks": asks, "seen": requiring.fingerprint(requirements)}
    return render_page(request, "procurements/requirement_edit.html", context, status=422 if form.errors else 200)


def requirement_answer(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """One organisation's own column, for those who write for it. `pk` is its place in the group."""
    notice = _notice(request, slug)
    own = requiring.answerable_by(request.user, notice.procurement)
    organisation = next((place.organisation for place in own if place.pk == pk), None)
    if organisation is None:
        raise Http404
    requirements = list(notice.procurement.requirements.all())
    answers = RequirementStand.objects.filter(requirement__in=requirements, organisation=organisation)
    stands = {each.requirement_id: each for each in answers}
    form = StandsForm(request.POST or None, requirements=requirements, stands=stands)
    if request.method == "POST" and form.is_valid():
        try:
            changed = requiring.take_stand(
                notice.procurement, organisation, form.stands(), by=request.user, at=timezone.now()
            )
        except Refused as why:
            form.add_error(None, str(why))
        else:
            said = ngettext("%(count)s answer is saved.", "%(count)s answers are saved.", changed)
            messages.success(request, said % {"count": changed})
            return redirect("procurements:requirement_list", slug=slug)
    context = {**_beside(notice), "form": form, "organisation": organisation}
    return render_page(request, "procurements/requirement_answer.html", context, status=422 if form.errors else 200)


@require_safe
@limited("export", reads=True)
def requirement_download(request: MemberRequest, slug: str) -> HttpResponse:
    notice = _notice(request, slug)
    found = requiring.matrix(notice.procurement)
    head = [_("Requirement"), _("How differences are met"), _("The answers"), _("Must"), _("Should"), _("Not needed")]
    head += [_("Not answered"), _("What could be done"), *(place.organisation.name for place in found.columns)]
    rows: list[list[str | int]] = [list(head)]
    for row in found.rows:
        counts = [row.must, row.should, row.not_needed, row.unanswered]
        said = [row.requirement.text, row.requirement.get_handling_display(), str(row.agreement.label)]
        rows.append([*said, *counts, str(row.suggestion), *(_in_words(cell.stand) for cell in row.cells)])
    response = HttpResponse(csv_of(rows, get_language() or "en"), content_type="text/csv; charset=utf-8")
    code = notice.code
    response["Content-Disposition"] = f'attachment; filename="{_("requirements")}-{code}.csv"'
    return response


def _in_words(stand: RequirementStand | None) -> str:
    if stand is None:
        return ""
    return f"{stand.get_stand_display()}: {stand.note}" if stand.note else str(stand.get_stand_display())


def _notice(request: MemberRequest, slug: str) -> Notice:
    return notice_or_404(requiring.seen_by(request.user), slug)


def _beside(notice: Notice) -> dict[str, object]:
    """What every page of the matrix shows: a draft's title is not for all who read the requirements."""
    procurement: Procurement = notice.procurement
    title = notice.current_version.title if notice.current_version else ""
    return {
        "notice": notice,
        "group": procurement.buyer_group,
        "title": title,
        "address": requiring.slug_for_all(notice),
    }
