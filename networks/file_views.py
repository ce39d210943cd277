"""The files of a network or a buyer group: the list, adding, renaming, taking away, fetching."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Organisation
from accounts.requests import MemberRequest
from accounts.rules import Refused
from files import limits, receiving, serving
from networks import filing, rooms
from networks.meeting_forms import AddForm, TitleForm
from networks.meeting_views import acting_in, group_room, network_room
from networks.models import Meeting, SharedFile
from networks.rooms import Act, Room
from networks.views import attempt, chosen
from ui.limiting import limited
from ui.pages import render_page
from ui.paging import page_of


@require_http_methods(["GET", "HEAD", "POST"])
@limited("upload", per_file=True)
def file_list(request: MemberRequest, slug: str) -> HttpResponse:
    return _list(request, network_room(request, slug))


@require_http_methods(["GET", "HEAD", "POST"])
@limited("upload", per_file=True)
def group_file_list(request: MemberRequest, slug: str) -> HttpResponse:
    return _list(request, group_room(request, slug))


def _list(request: MemberRequest, room: Room) -> HttpResponse:
    if request.method != "POST":
        return _page(request, room)
    organisation = acting_in(room, request, Act.WRITE)
    if organisation is None:
        raise Http404
    meeting = None
    if request.POST.get("meeting"):
        meeting = get_object_or_404(room.meetings(), pk=chosen(request, "meeting"))
    refusals = _add(request, room, organisation, meeting)
    if refusals:
        return _page(request, room, refusals=refusals, meeting=meeting)
    return redirect("networks:meeting_detail", meeting.pk) if meeting else redirect(room.files_url)


def _add(request: MemberRequest, room: Room, organisation: Organisation, meeting: Meeting | None) -> list[str]:
    """Each by itself, so that one that is refused takes no other with it. Returns why some, or all, were refused."""
    uploads = request.FILES.getlist("uploads")
    if not uploads:
        return [_("Choose a file.")]
    if len(uploads) > limits.FILES_AT_ONCE:
        return [_("Choose at most %(most)s files at a time.") % {"most": limits.FILES_AT_ONCE}]
    if room.files().count() + len(uploads) > filing.MOST:
        return [filing.too_many()]
    files, refusals = [], []
    for upload in uploads:
        try:
            files.append(receiving.receive(upload, by=request.user, organisation=organisation, at=timezone.now()))
        except receiving.Refused as why:
            refusals.append(_("“%(name)s”: %(why)s") % {"name": upload.name, "why": why})
    if files:
        try:
            filing.add(room, files, organisation=organisation, by=request.user, at=timezone.now(), meeting=meeting)
        except Refused as no:
            return [*refusals, str(no)]
        added = ngettext("%(n)s file is added.", "%(n)s files are added.", len(files)) % {"n": len(files)}
        messages.success(request, added)
    return refusals


def _page(
    request: MemberRequest, room: Room, *, refusals: list[str] | None = None, meeting: Meeting | None = None
) -> HttpResponse:
    page_obj = page_of(room.files(), request.GET)
    writing, convening_for = filing.changers(room, request.user)
    context = {
        "room": room,
        "page_obj": page_obj,
        "changeable": {one.pk for one in page_obj if convening_for or one.organisation_id in writing},
        "may_add": bool(writing),
        "form": AddForm(),
        "refusals": refusals or [],
        "meeting": meeting,
    }
    return render_page(request, "networks/file_list.html", context, status=422 if refusals else 200)


@require_safe
def file_download(request: MemberRequest, pk: int) -> HttpResponseBase:
    return serving.respond(request, _file_or_404(request, pk).file, at=timezone.now())


def file_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Another title, or taken away: two forms of one page."""
    shared = _changeable_or_404(request, pk)
    room = rooms.room_of(shared)
    form = TitleForm(request.POST or None, initial={"title": shared.title})
    if request.method == "POST" and form.is_valid():
        title = form.cleaned_data["title"]
        attempt(
            request,
            lambda: filing.rename(shared, title=title, by=request.user, at=timezone.now()),
            _("The file has its new title."),
        )
        return redirect(room.files_url)
    context = {"room": room, "shared": shared, "form": form}
    return render_page(request, "networks/file_edit.html", context, status=422 if form.errors else 200)


@require_POST
def file_remove(request: MemberRequest, pk: int) -> HttpResponse:
    shared = _changeable_or_404(request, pk)
    attempt(
        request,
        lambda: filing.remove(shared, by=request.user, at=timezone.now()),
        _("The file is taken away."),
    )
    return redirect(rooms.room_of(shared).files_url)


def _file_or_404(request: MemberRequest, pk: int) -> SharedFile:
    seen = SharedFile.objects.filter(rooms.seen_by(request.user))
    return get_object_or_404(seen.select_related("file", "network", "group", "organisation"), pk=pk)


def _changeable_or_404(request: MemberRequest, pk: int) -> SharedFile:
    shared = _file_or_404(request, pk)
    writing, convening_for = filing.changers(rooms.room_of(shared), request.user)
    if not convening_for and shared.organisation_id not in writing:
        raise Http404
    return shared
