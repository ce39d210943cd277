"""Is it alive, and is it well? `/healthz` for whoever restarts processes, `/readyz` for whoever watches."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Duty, is_on_duty
from arena import watching
from files import health as uploads


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. It asks nothing of the services: a restart would not help them."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """`ready`; `degraded`: pages work, but something waits, a beating task has stopped, the audit log's anchor is late, or the
    cache is away; or 503 `down`: no database."""
    at = timezone.now()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        oldest = watching.oldest_undone(at)
        stopped = [state.task for state in watching.states(at) if state.is_stopped]
        is_anchor_late = watching.is_anchor_late(at)
    except DatabaseError:
        return JsonResponse({"status": "down", "database": False}, status=503)
    cache.set("readyz", at.isoformat(), 60)
    has_redis = cache.get("readyz") == at.isoformat()
    degraded = not has_redis or oldest > watching.LATE or bool(stopped) or is_anchor_late
    may_know = is_on_duty(request.user, Duty.ADMIN, Duty.SUPPORT)
    return JsonResponse(
        {
            "status": "degraded" if degraded else "ready",
            "database": True,
            "redis": has_redis,
            # How long what waits has waited can tell that something happened (quality 4.3): for the arena's own people.
            **(
                {
                    "oldest_undone_seconds": int(oldest.total_seconds()),
                    "files_held": uploads.count_held(),
                    "stopped": stopped,
                    "anchor_late": is_anchor_late,
                }
                if may_know
                else {}
            ),
        }
    )
