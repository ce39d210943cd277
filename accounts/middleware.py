"""Who the person is here: whom they act for, in which zone, how long they were away, what is still missing."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, cast

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, FilteredRelation, OuterRef, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import terms, unsent
from accounts.models import DutyAssignment, TermsAcceptance, User
from accounts.requests import PersonRequest, Standing
from records import keeping
from ui.moments import zone_of

IDLE = timedelta(minutes=30)
IDLE_ON_DUTY = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)  # how often the session is written: the idle age is true to this

# Always open: the account's own pages, and what a person needs in order to read them.
OPEN_PREFIXES = unsent.ALLAUTH_PAGES
OPEN_NAMES = (
    *("healthz", "readyz", "robots", "sitemap", "set_language", "accessibility", "privacy"),
    *("accounts:second_factor_needed", "accounts:totp_qr", "accounts:terms"),
)


class PersonMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: PersonRequest) -> HttpResponse:
        if request.user.is_authenticated and (spoken := _too_old(request)):
            request.ended_for = request.user.pk
            logout(request)
            messages.info(request, spoken)
        was_here = request.user.is_authenticated
        standing = _standing(request.user) if was_here else Standing()
        request.memberships, request.duties = standing.memberships, standing.duties
        request.acting_for = standing.acting_for(request.session.get("acting_for")) if standing.memberships else None
        request.standing = standing
        with timezone.override(zone_of(request.user.zone) if request.user.is_authenticated else None):
            response = self.get_response(request)
        if request.user.is_authenticated:  # after the view, so that the answer to a login starts its clock
            _remember_age(request)
            unsent.remember(request, response)
            if not was_here:
                _tell_of_what_waits(request, response)
        elif was_here:  # logged out: what the browser kept of the person's pages goes, too (ASVS 14.3.1)
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
            unsent.forget(response)
        return response

    def process_view(
        self, request: PersonRequest, view: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        name = match.view_name if match else ""
        if not request.user.is_authenticated or name in OPEN_NAMES or name.startswith(OPEN_PREFIXES):
            return None
        standing = request.standing
        if settings.MFA_REQUIRED and standing.needs_second_factor and not standing.has_second_factor:
            unsent.keep(request)
            return redirect("accounts:second_factor_needed")
        if request.method not in ("GET", "HEAD", "OPTIONS") and not standing.has_accepted_terms:
            unsent.keep(request)
            messages.info(request, _("Please read and accept the terms of use. Then you can go on."))
            return redirect("accounts:terms")
        return None


def _standing(user: Any) -> Standing:
    """One query, whatever the person is: it starts at the person, who may have neither membership nor duty."""
    rows = list(
        User.objects.filter(pk=user.pk)
        .annotate(
            present=FilteredRelation("memberships", condition=Q(memberships__ended_at=None)),
            duty_list=ArraySubquery(DutyAssignment.objects.filter(user=OuterRef("pk")).values("duty")),
            has_second_factor=Exists(
                Authenticator.objects.filter(
                    user=OuterRef("pk"), type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
                )
            ),
            has_accepted_terms=Exists(TermsAcceptance.objects.filter(user=OuterRef("pk"), version=terms.VERSION)),
        )
        .select_related("present__organisation")  # type: ignore[misc]  # the plugin does not know annotated relations
        .order_by("present__started_at", "present__pk")
    )
    if not rows:  # erased between two requests
        return Standing()
    present = [getattr(row, "present", None) for row in rows]  # not set on the row of a person without memberships
    first = cast(Any, rows[0])
    return Standing(
        memberships=[each for each in present if each and each.organisation.merged_into_id is None],
        duties=frozenset(first.duty_list),
        has_second_factor=first.has_second_factor,
        has_accepted_terms=first.has_accepted_terms,
    )


def _too_old(request: PersonRequest) -> str:
    """The sentence that says why the session ends now (ASVS 7.3.1, 7.3.2); empty while it is young enough.

    The duty is read from the session, where the last request left it: no query before the session is known to hold.
    """
    now = timezone.now().timestamp()
    began, seen = request.session.get("began_at", now), request.session.get("seen_at", now)
    idle = IDLE_ON_DUTY if request.session.get("on_duty") else IDLE
    if now - began > ABSOLUTE.total_seconds():
        return _("You were logged out because twelve hours have passed since you logged in. Please log in again.")
    if now - seen > idle.total_seconds():
        return _("You were logged out because you had been away for a while. Please log in again.")
    return ""


def _tell_of_what_waits(request: PersonRequest, response: HttpResponse) -> None:
    """Said at the login, but to those who are on their way to it already."""
    waiting = keeping.waiting_for(request.user).first()
    if waiting and response.headers.get("Location") != reverse("accounts:kept_post", args=[waiting.pk]):
        messages.info(request, _("You wrote something that was not sent. You find it on your start page."))


def _remember_age(request: PersonRequest) -> None:
    now = timezone.now().timestamp()
    if "began_at" not in request.session:
        request.session["began_at"] = now
    if now - request.session.get("seen_at", 0) >= SEEN_EVERY.total_seconds():
        request.session["seen_at"] = now
    on_duty = bool(request.duties)
    if request.session.get("on_duty", False) != on_duty:
        request.session["on_duty"] = on_duty
