"""The page of keys: see, make, revoke."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import MemberRequest
from accounts.rules import Refused
from interchange.api import keying
from interchange.api.key_forms import KeyForm
from interchange.models import ApiKey, Scope
from ui.limiting import limited
from ui.pages import render_page
from ui.paging import page_of

SHOWN_ONCE = "api_key_secret"  # in the session, from the POST that makes the key to the page that shows it


@require_http_methods(["GET", "HEAD", "POST"])
@limited("begin")
def api_key_list(request: MemberRequest) -> HttpResponse:
    at = timezone.now()
    form = KeyForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid() and _made(request, form):
        return redirect("interchange:api_key_list")
    keys = keying.seen_by(request.user).select_related("owner", "organisation", "revoked_by")
    page = page_of(keys, request.GET)
    context = {
        "form": form,
        "secret": request.session.pop(SHOWN_ONCE, "") if request.method == "GET" else "",
        "page_obj": page,
        "rows": [(key, _standing(key, at), [Scope(scope).label for scope in key.scopes]) for key in page],
        "now": at,
    }
    return render_page(request, "interchange/api_key_list.html", context, status=422 if form.errors else 200)


def _made(request: MemberRequest, form: KeyForm) -> bool:
    said, at = form.cleaned_data, timezone.now()
    try:
        _key, secret = keying.make(
            request.user,
            name=said["name"],
            scopes=said["scopes"],
            organisation=said["organisation"],
            expires_at=keying.ends(said["days"], at=at),
            at=at,
        )
    except Refused as why:
        form.add_error(None, str(why))
        return False
    request.session[SHOWN_ONCE] = secret
    messages.success(request, _("The key is made. Copy it now: it is shown only this once."))
    return True


def _standing(key: ApiKey, at: datetime) -> str:
    if key.revoked_at:
        return "revoked"
    return "ended" if key.expires_at and key.expires_at <= at else "works"


@require_POST
def api_key_revoke(request: MemberRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(keying.seen_by(request.user), pk=pk)
    keying.revoke(key, by=request.user, at=timezone.now())
    messages.success(request, _("The key is revoked. Programs that use it get nothing more."))
    return redirect("interchange:api_key_list")
