"""Who does what until when in a buyer group: the list with its form, one task, and the buttons."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import MemberRequest
from accounts.rules import Refused
from networks import dividing_work
from networks.models import BuyerGroup, GroupTask
from networks.rooms import groups_open_to
from networks.views import attempt
from networks.work_forms import WorkForm
from ui.pages import render_page


def group_task_list(request: MemberRequest, slug: str) -> HttpResponse:
    group = _group(request, slug)
    at = timezone.now()
    today = timezone.localdate(at)
    receivers = list(dividing_work.whom_may_give(group, request.user))
    if request.method == "POST" and not receivers:
        raise Http404
    initial = {"organisation": request.acting_for if request.acting_for in receivers else None}
    form = WorkForm(request.POST or None, group=group, user=request.user, today=today, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            task = dividing_work.create(group, form.work(), by=request.user, at=at)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The task is there, and whoever does it is told."))
            return _to(task)
    context = {
        "group": group,
        "board": dividing_work.board(group, request.user, today=today),
        "form": form if receivers else None,
    }
    return render_page(request, "networks/group_task_list.html", context, status=422 if form.errors else 200)


def group_task_edit(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    group, at = _group(request, slug), timezone.now()
    editable = dividing_work.may_edit(group, request.user).select_related("organisation", "person", "group")
    task = get_object_or_404(editable, pk=pk)
    form = WorkForm(request.POST or None, group=group, user=request.user, today=timezone.localdate(at), task=task)
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data["seen"] or task.created_at
            dividing_work.edit(task, form.work(), seen=seen, by=request.user, at=at)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The task is saved."))
            return _to(task)
    context = {"group": group, "task": task, "form": form, "seen": task.edited_at.isoformat()}
    return render_page(request, "networks/group_task_edit.html", context, status=422 if form.errors else 200)


@require_POST
def group_task_done(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    task = get_object_or_404(dividing_work.may_finish(_group(request, slug), request.user), pk=pk)
    return _after(request, task, lambda: dividing_work.done(task, by=request.user, at=timezone.now()), _("It is done."))


@require_POST
def group_task_reopen(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    task = get_object_or_404(dividing_work.may_finish(_group(request, slug), request.user), pk=pk)
    said = _("The task is open again.")
    return _after(request, task, lambda: dividing_work.reopen(task, by=request.user, at=timezone.now()), said)


@require_POST
def group_task_remove(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    task = get_object_or_404(dividing_work.may_edit(_group(request, slug), request.user), pk=pk)
    said = _("The task is removed.")
    return _after(request, task, lambda: dividing_work.remove(task, by=request.user, at=timezone.now()), said)


def _group(request: MemberRequest, slug: str) -> BuyerGroup:
    return get_object_or_404(groups_open_to(request.user).select_related("lead"), slug=slug)


def _after(request: MemberRequest, task: GroupTask, verb: Callable[[], object], said: str) -> HttpResponse:
    attempt(request, verb, said)
    return redirect("networks:group_task_list", task.group.slug)


def _to(task: GroupTask) -> HttpResponse:
    return redirect(f"{reverse('networks:group_task_list', args=[task.group.slug])}#task-{task.pk}")
