"""A POST that meets a closed door is kept for the person who sent it, and sent again afterwards (A2, complaint 7).

Whose it is: of the person who is logged in; of the person whose session ends with this very request; or, when the session is
gone altogether, of the person whom a signed cookie names. That cookie opens nothing: what is kept is read after a login.
"""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import PersonRequest
from records import keeping
from records.models import KeptPost
from ui import errors, limiting

ALLAUTH_PAGES = ("account_", "mfa_", "usersessions_")  # passwords and codes: never kept
NEVER = ("accounts:kept_discard",)
REMEMBERED = 24 * 3600  # seconds; a session lasts twelve hours at most
SALT = "accounts.unsent"


class LoginMiddleware(LoginRequiredMiddleware):
    """Sends those who are not logged in to the login page, and what they wrote into safety."""

    def handle_no_permission(  # type: ignore[override]  # a script is answered with more than a redirect
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        kept = keep(request)
        if kept is None:
            return super().handle_no_permission(request, view_func)
        if kept.is_by_script:  # no page changes under the hands of somebody who is typing
            said = _("You are logged out. Nothing is lost: save the page, log in, and go on.")
            return HttpResponse(said, status=401, content_type="text/plain; charset=utf-8")
        messages.info(request, _("What you wrote is kept. Log in, and you can send it again."))
        login = resolve_url(self.get_login_url(view_func))
        return redirect_to_login(reverse("accounts:kept_post", args=[kept.pk]), login)


class ResendMiddleware:
    """The last one, so that its `process_view` is reached only by what goes on to the page.

    A form that is sent again names what was kept of it: the files come back into the request, and when the page answers with
    a redirect, as ours do when they have done something, the form counts as sent.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kept: KeptPost | None = getattr(request, "kept_post", None)
        if kept is not None and 300 <= response.status_code < 400:
            keeping.restore(kept, at=timezone.now())
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.method != "POST" or keeping.NAMED not in request.GET or not request.user.is_authenticated:
            return None
        kept = keeping.named_by(request.user, request.get_full_path())
        if kept is None:
            return None
        if limiting.is_over(request, "resend"):
            return limiting.refuse(request, "resend")
        request.kept_post = kept  # type: ignore[attr-defined]
        brought = keeping.files_of(kept, but=request.FILES)  # what is chosen anew takes the place of what was kept
        for name, files in brought.items():
            request.FILES.setlist(name, files)
        if brought:
            messages.info(request, _("The files that you had chosen went with it."))
        return None


def keep(request: HttpRequest) -> KeptPost | None:
    """Keeps the POST if it was for a page of ours that needs a login, and we know whose it is."""
    match = request.resolver_match
    if request.method != "POST" or match is None or not getattr(match.func, "login_required", True):
        return None
    if match.view_name.startswith(ALLAUTH_PAGES) or match.view_name in NEVER:
        return None
    person = _sender(request)
    if person is None or limiting.is_over(request, "keep", person=person):
        return None
    return keeping.keep(
        person,
        path=request.get_full_path(),
        fields=list(request.POST.lists()),
        files=dict(request.FILES.lists()),
        at=timezone.now(),
        page=_page_of(request),
        is_by_script="HX-Request" in request.headers or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate",
    )


def _page_of(request: HttpRequest) -> str:
    try:
        return urlsplit(request.headers.get("Referer", "")).path[:2000]
    except ValueError:
        return ""


def _sender(request: HttpRequest) -> User | None:
    if request.user.is_authenticated:
        return request.user
    number = getattr(request, "ended_for", None) or request.get_signed_cookie(
        _cookie(), None, salt=SALT, max_age=REMEMBERED
    )
    return User.objects.filter(pk=number, is_active=True).first() if number else None


def remember(request: PersonRequest, response: HttpResponseBase) -> None:
    """The browser knows for a day who was logged in, signed; set with the answer to the login."""
    number = str(request.user.pk)
    if request.get_signed_cookie(_cookie(), None, salt=SALT, max_age=REMEMBERED) != number:
        response.set_signed_cookie(  # type: ignore[attr-defined]
            _cookie(),
            number,
            salt=SALT,
            max_age=REMEMBERED,
            secure=bool(settings.SESSION_COOKIE_SECURE),
            httponly=True,
            samesite="Lax",
        )


def forget(response: HttpResponseBase) -> None:
    response.delete_cookie(_cookie(), samesite="Lax")


def _cookie() -> str:
    return "__Host-person" if settings.SESSION_COOKIE_SECURE else "person"


def too_many(request: HttpRequest) -> HttpResponse:
    """The answer to what comes too often (`ui.limiting`). A page that sent it by htmx still has it; else it is kept."""
    kept = None if request.headers.get("HX-Request") == "true" else keep(request)
    return errors.too_many(request, kept=reverse("accounts:kept_post", args=[kept.pk]) if kept else "")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Somebody logged in again in another tab, and the form here has an old token: what was typed is kept.

    Not when the browser says that the form stands on somebody else's page: strangers put nothing among a person's things.
    """
    is_foreign = reason.startswith(("Origin checking", "Referer checking"))
    kept = None if is_foreign else keep(request)
    return errors.csrf_failure(request, reason, kept=reverse("accounts:kept_post", args=[kept.pk]) if kept else "")
