"""Is it alive, and is it well? `/healthz` for whoever restarts processes, `/readyz` for whoever watches."""

from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Duty, is_on_duty
from files import health as uploads
from matchmaking.models import MatchRun
from notifications import health as mail
from procurements.models import NoticeVersion

LATE = timedelta(minutes=5)  # an undone row older than this means that no worker is at work (quality 3.3, point 8)


def oldest_unmatched(at: datetime) -> timedelta | None:
    """How long the oldest publication has waited for the matcher."""
    current = NoticeVersion.objects.filter(notice__current_version=F("pk"))
    waiting = current.exclude(pk__in=MatchRun.objects.values("version"))
    published = waiting.order_by("published_at").values_list("published_at", flat=True).first()
    return at - published if published else None


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
    """`ready`, `degraded` (pages work, something waits or the cache is away) or 503 `down` (no database)."""
    at = timezone.now()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        waiting = [age for age in (mail.oldest_undone(at), oldest_unmatched(at), uploads.oldest_held(at)) if age]
    except DatabaseError:
        return JsonResponse({"status": "down", "database": False}, status=503)
    cache.set("readyz", at.isoformat(), 60)
    has_redis = cache.get("readyz") == at.isoformat()
    oldest = max(waiting, default=timedelta())
    degraded = not has_redis or oldest > LATE
    may_know = is_on_duty(request.user, Duty.ADMIN, Duty.SUPPORT)
    return JsonResponse(
        {
            "status": "degraded" if degraded else "ready",
            "database": True,
            "redis": has_redis,
            # How long what waits has waited can tell that something happened (quality 4.3): for the arena's own people.
            **(
                {"oldest_undone_seconds": int(oldest.total_seconds()), "files_held": uploads.count_held()}
                if may_know
                else {}
            ),
        }
    )
