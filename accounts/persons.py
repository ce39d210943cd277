"""The arena's administrators look after people: find them, give duties, lock them out. Nobody else sees it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import duties, locking
from accounts.forms import DutyForm
from accounts.models import Duty, User
from accounts.requests import MemberRequest
from accounts.rules import Refused
from records.auditing import record
from ui.pages import render_page
from ui.paging import page_of

View = Callable[..., HttpResponse]


def for_admins(view: View) -> View:
    """Answers 404 to everyone without the duty of an administrator."""

    @wraps(view)
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if Duty.ADMIN not in request.duties:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@for_admins
def person_list(request: MemberRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:200]
    people = User.objects.prefetch_related("duties").order_by("name", "email", "pk")
    if words:
        people = people.filter(Q(name__icontains=words) | Q(email__icontains=words))
    page = page_of(people, request.GET, per_page=50)
    return render_page(request, "accounts/person_list.html", {"page_obj": page, "words": words})


@require_GET
@for_admins
def person_detail(request: MemberRequest, pk: int) -> HttpResponse:
    """Looking at a person's record is written down, too."""
    person = get_object_or_404(User, pk=pk)
    with transaction.atomic():
        record("person.viewed", person, by=request.user, at=timezone.now())
    context = {
        "person": person,
        "memberships": person.memberships.select_related("organisation").order_by("ended_at", "started_at"),
        "person_duties": person.duties.select_related("given_by"),
        "form": DutyForm(),
    }
    return render_page(request, "accounts/person_detail.html", context)


@require_POST
@for_admins
def person_lock(request: MemberRequest, pk: int) -> HttpResponse:
    return _do(request, pk, locking.lock, _("The person is locked out."))


@require_POST
@for_admins
def person_unlock(request: MemberRequest, pk: int) -> HttpResponse:
    return _do(request, pk, locking.unlock, _("The person can log in again."))


@require_POST
@for_admins
def duty_give(request: MemberRequest, pk: int) -> HttpResponse:
    return _do(request, pk, duties.give, _("The duty is given."), _duty(request))


@require_POST
@for_admins
def duty_take(request: MemberRequest, pk: int) -> HttpResponse:
    return _do(request, pk, duties.take, _("The duty is taken back."), _duty(request))


def _duty(request: MemberRequest) -> Duty:
    form = DutyForm(request.POST)
    if not form.is_valid():
        raise Http404
    return Duty(form.cleaned_data["duty"])


def _do(request: MemberRequest, pk: int, verb: Callable[..., object], said: str, *args: Any) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    try:
        verb(person, *args, by=request.user, at=timezone.now())
        messages.success(request, said)
    except Refused as why:
        messages.error(request, str(why))
    return redirect("accounts:person_detail", pk)
