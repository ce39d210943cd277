"""Workers and queues, for those who look after the arena: what is at work, what has stopped, what waits for a decision (D14)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Duty
from accounts.requests import MemberRequest
from arena import watching
from matchmaking import deciding
from matchmaking.models import MatchFailure, NewsFailure
from records.pulsing import State
from ui.logs import scrubbed
from ui.pages import render_page

SEES = {Duty.ADMIN.value, Duty.SUPPORT.value}
SHOWN = 50  # failures of one sort; the others come when these are decided


@require_safe
def job_list(request: MemberRequest) -> HttpResponse:
    _require_duty(request)
    at = timezone.now()
    queues, states = watching.queues(at), watching.states(at)
    matching = MatchFailure.objects.select_related("version__notice").order_by("next_at")
    telling = NewsFailure.objects.select_related("news__notice__current_version").order_by("next_at")
    context = {
        "at": at,
        "tasks": [_row(state) for state in sorted(states, key=lambda state: not state.is_stopped)],
        "stopped": sum(state.is_stopped for state in states),
        "queues": [(queue, queue.is_late(at)) for queue in queues],
        "late": sum(queue.is_late(at) for queue in queues),
        "is_anchor_late": watching.is_anchor_late(at),
        "failures": [
            *(_failed("match", one, one.version.title, one.version.notice) for one in matching[:SHOWN]),
            *(_failed("news", one, one.news.get_kind_display(), one.news.notice) for one in telling[:SHOWN]),
        ],
        "failure_count": matching.count() + telling.count(),
    }
    return render_page(request, "arena/job_list.html", context)


def _row(state: State) -> dict[str, Any]:
    return {"state": state, "pulse": state.pulse, "words": watching.TASKS.get(state.task, ""), "every": _every(state)}


def _every(state: State) -> str:
    seconds = round(state.every.total_seconds())
    if seconds % 3600 == 0:
        return ngettext("every hour", "every %(n)d hours", seconds // 3600) % {"n": seconds // 3600}
    if seconds % 60 == 0:
        return ngettext("every minute", "every %(n)d minutes", seconds // 60) % {"n": seconds // 60}
    return ngettext("every second", "every %(n)d seconds", seconds) % {"n": seconds}


def _failed(sort: str, failure: MatchFailure | NewsFailure, title: str, notice: Any) -> dict[str, Any]:
    return {"sort": sort, "failure": failure, "title": title, "notice": notice, "error": scrubbed(failure.error)}


@require_POST
def failure_retry(request: MemberRequest, sort: str, pk: int) -> HttpResponse:
    failure = _failure(request, sort, pk)
    deciding.try_now(failure, by=request.user, at=timezone.now())
    messages.success(request, _("It is tried again as soon as a worker is free."))
    return redirect("job_list")


@require_POST
def failure_give_up(request: MemberRequest, sort: str, pk: int) -> HttpResponse:
    failure = _failure(request, sort, pk)
    deciding.give_up(failure, by=request.user, at=timezone.now())
    messages.success(request, _("It is not tried again, and nobody is told."))
    return redirect("job_list")


def _failure(request: MemberRequest, sort: str, pk: int) -> MatchFailure | NewsFailure:
    _require_duty(request)
    if sort == "match":
        return get_object_or_404(MatchFailure, pk=pk)
    if sort == "news":
        return get_object_or_404(NewsFailure, pk=pk)
    raise Http404


def _require_duty(request: MemberRequest) -> None:
    """For others there is no such page."""
    if not SEES & request.duties:
        raise Http404
