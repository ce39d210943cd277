"""Which database answers: the replica shows visitors what is public, the primary does everything else (docs/decisions/0015).

In force only with DATABASE_REPLICA_URL. A request may read from the replica when all of this holds:
it is GET or HEAD; the page is in BROWSING; it brings no session, so that nobody's rights are asked for; its sender wrote
nothing lately; and the replica answers and is not far behind. None of that costs a query but the last, once in a while.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connections
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase

log = logging.getLogger(__name__)

# What everybody may read, and nothing that a secret in the address opens: a link to a draft, a calendar's key or a mail's
# unsubscribing must end at once. Files are not here, either: one that the scanner has found bad is held at once.
BROWSING = frozenset(
    {
        "home",
        "sitemap",
        "organisation_detail",
        "procurements:notice_list",
        "procurements:network_notices",
        "procurements:notice_detail",
        "procurements:notice_version",
        "procurements:notice_record",
        "taxonomy:cpv_suggestions",
        "networks:network_list",
        "networks:network_detail",
        "networks:plan_list",
        "networks:plan_detail",
        "knowledge:article_list",
        "knowledge:article_detail",
        "knowledge:event_list",
        "knowledge:phase_guidance",
        "knowledge:guidance_beside",
        "taxonomy:glossary",
        "suppliers:supplier_detail",
        "interchange:notice_ocds",
        "ocds:release_list",
        "ocds:procurement_releases",
        "ocds:procurement_record",
        "interchange:notice_eforms",
        "interchange:result_eforms",
        "matchmaking:follow_panel",
        "matchmaking:subject_panel",
    }
)
# Who somebody is and what they may: always asked of the primary, should a page above ever ask.
RIGHTS = frozenset({"sessions", "usersessions", "account", "mfa", "auth", "records", "notifications"})
RIGHTS_MODELS = frozenset(
    {
        "accounts.user",
        "accounts.membership",
        "accounts.dutyassignment",
        "procurements.teammember",
        "procurements.previewlink",
        "knowledge.banner",  # on every page, within half a minute
    }
)
SAFE = ("GET", "HEAD")
CHECK_EVERY, AWAY_FOR = 5.0, 30.0  # seconds between two looks at the replica, and after one that failed

LAG = """
SELECT pg_is_in_recovery()
    AND coalesce(clock_timestamp() - pg_last_xact_replay_timestamp() <= make_interval(secs => %s), false)
"""

_by_replica: ContextVar[bool] = ContextVar("answered by the replica", default=False)


class Router:
    """Django's router. Writes, locks and what is read in a transaction are the primary's."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        if not _by_replica.get() or connections["default"].in_atomic_block:
            return "default"
        is_kept = model._meta.app_label in RIGHTS or model._meta.label_lower in RIGHTS_MODELS
        return "default" if is_kept else "replica"

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return "default"

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True  # they are the same rows

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"


class Replica:
    """Whether the replica may be asked, as far as this process knows; it looks again every few seconds."""

    def __init__(self) -> None:
        self.is_near, self.until = False, 0.0

    def may_answer(self) -> bool:
        if time.monotonic() >= self.until:
            self.until = time.monotonic() + CHECK_EVERY  # other threads go by the last look meanwhile
            self._found(self._look())
        return self.is_near

    def is_away(self) -> None:
        self._found(None)

    def _look(self) -> bool | None:
        """Whether it is a replica and near enough; None: it does not answer."""
        try:
            with connections["replica"].cursor() as cursor:
                cursor.execute(LAG, [settings.REPLICA_LAG])
                return bool(cursor.fetchone()[0])
        except (DatabaseError, InterfaceError):
            return None

    def _found(self, near: bool | None) -> None:
        if self.is_near and not near:
            log.warning("the replica is %s; the primary answers visitors", "away" if near is None else "behind")
        self.is_near = bool(near)
        self.until = time.monotonic() + (AWAY_FOR if near is None else CHECK_EVERY)


replica = Replica()


class ReplicaMiddleware:
    """Decides for each request, once. Stands last, so that session, person and limits are asked of the primary."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _by_replica.set(False)
        try:
            response = self.get_response(request)
        finally:
            _by_replica.reset(token)
        if request.method not in SAFE:
            self._remember_writing(response)
        return response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        _by_replica.set(is_browsing(request) and replica.may_answer())

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """A replica that stops in the middle of a page: the page is made once more, by the primary. It only read."""
        if not _by_replica.get() or not isinstance(exception, OperationalError | InterfaceError):
            return None
        replica.is_away()
        _by_replica.set(False)
        match = request.resolver_match
        assert match  # a view has raised
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return response

    def _remember_writing(self, response: HttpResponse) -> None:
        """For visitors; it opens nothing, so it is not signed: whoever forges it is answered by the primary."""
        response.set_cookie(
            writing_cookie(),
            "1",
            max_age=settings.REPLICA_STICKY,
            secure=bool(settings.SESSION_COOKIE_SECURE),
            httponly=True,
            samesite="Lax",
        )


def is_browsing(request: HttpRequest) -> bool:
    """Whether the request reads what is public, of somebody of whom nothing is known and who wrote nothing lately."""
    return (
        request.method in SAFE
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and writing_cookie() not in request.COOKIES
        and request.resolver_match is not None
        and request.resolver_match.view_name in BROWSING
    )


def writing_cookie() -> str:
    return "__Host-written" if settings.SESSION_COOKIE_SECURE else "written"
