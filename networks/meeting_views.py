"""Meetings of a network or a buyer group: the list, one meeting, calling and changing it, its minutes."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation
from accounts.requests import MemberRequest
from accounts.rules import Refused
from networks import convening, filing, rooms
from networks.meeting_forms import AddForm, MeetingForm, MinutesForm
from networks.models import Meeting
from networks.rooms import Act, Room
from networks.views import attempt
from ui.pages import render_page
from ui.paging import page_of


def network_room(request: MemberRequest, slug: str) -> Room:
    """The members' area; Http404 for everybody else."""
    return Room(network=get_object_or_404(rooms.networks_open_to(request.user), slug=slug))


def group_room(request: MemberRequest, slug: str) -> Room:
    """The group's room; Http404 for everybody else, also for those who are only invited or have asked."""
    return Room(group=get_object_or_404(rooms.groups_open_to(request.user).select_related("network"), slug=slug))


def acting_in(room: Room, request: MemberRequest, act: Act) -> Organisation | None:
    """For whom the person does it here: the organisation that they act for, else another of theirs, or none."""
    organisations = room.of_user(request.user, act)
    return request.acting_for if request.acting_for in organisations else next(iter(organisations), None)


@require_safe
def meeting_list(request: MemberRequest, slug: str) -> HttpResponse:
    return _list(request, network_room(request, slug))


@require_safe
def group_meeting_list(request: MemberRequest, slug: str) -> HttpResponse:
    return _list(request, group_room(request, slug))


def _list(request: MemberRequest, room: Room) -> HttpResponse:
    now = timezone.now()
    coming, held = room.meetings().filter(ends_at__gt=now), room.meetings().filter(ends_at__lte=now)
    is_past = request.GET.get("when") == "past"
    rows = held.order_by("-starts_at", "-pk") if is_past else coming.order_by("starts_at", "pk")
    context = {
        "room": room,
        "page_obj": page_of(rows.annotate(file_count=Count("files")), request.GET),
        "is_past": is_past,
        "may_call": acting_in(room, request, Act.CONVENE),
        "now": now,
    }
    return render_page(request, "networks/meeting_list.html", context)


def meeting_create(request: MemberRequest, slug: str) -> HttpResponse:
    return _call(request, network_room(request, slug))


def group_meeting_create(request: MemberRequest, slug: str) -> HttpResponse:
    return _call(request, group_room(request, slug))


def _call(request: MemberRequest, room: Room) -> HttpResponse:
    organisation = _convener(room, request)
    form = MeetingForm(request.POST or None, own_zone=request.user.zone)
    return _write(
        request,
        room,
        form,
        lambda: convening.call(room, form.said(), organisation=organisation, by=request.user, at=timezone.now()),
        _("The meeting is called, and everybody here is told."),
    )


def meeting_edit(request: MemberRequest, pk: int) -> HttpResponse:
    meeting = _meeting_or_404(request, pk)
    room = rooms.room_of(meeting)
    organisation = _convener(room, request)
    standing = {name: getattr(meeting, name) for name in ("title", "zone", "starts_at", "ends_at", "place", "link")}
    standing |= {"agenda": meeting.agenda, "revision": meeting.revision}
    form = MeetingForm(request.POST or None, initial=standing, own_zone=request.user.zone, meeting=meeting)
    return _write(
        request,
        room,
        form,
        lambda: convening.change(
            meeting,
            form.said(),
            revision=form.cleaned_data["revision"] or 0,
            organisation=organisation,
            by=request.user,
            at=timezone.now(),
        ),
        _("The meeting is changed. If its time or place is another one, everybody here is told."),
        meeting,
    )


def _write(
    request: MemberRequest,
    room: Room,
    form: MeetingForm,
    save: Callable[[], Meeting],
    done: str,
    meeting: Meeting | None = None,
) -> HttpResponse:
    """Warns once of other meetings at the same time, before anybody is told; the same form sent again goes through."""
    clashes, theirs, status = [], None, 200
    if request.method == "POST" and form.is_valid():
        said = form.said()
        if meeting is None or (said.starts_at, said.ends_at) != (meeting.starts_at, meeting.ends_at):
            clashes = convening.clashes(
                room, starts_at=said.starts_at, ends_at=said.ends_at, to=request.user, but=meeting
            )
        if {str(one.pk) for one in clashes} <= form.known():
            try:
                saved = save()
            except Refused as why:
                form.add_error(None, str(why))
            except convening.Stale as stale:
                theirs, status = stale.meeting, 409
                form.data = {
                    **dict(form.data.items()),
                    "revision": str(theirs.revision),
                }  # sent again, one's own stands
            else:
                messages.success(request, done)
                return redirect("networks:meeting_detail", saved.pk)
        else:
            form.data = {**dict(form.data.items()), "knows": ",".join(str(one.pk) for one in clashes)}
    if form.errors:
        status = 422
    context = {
        "room": room,
        "form": form,
        "meeting": meeting,
        "theirs": theirs,
        "clashes": [(one, rooms.room_of(one).name) for one in clashes],
        "now": timezone.now(),
    }
    return render_page(request, "networks/meeting_edit.html", context, status=status)


@require_safe
def meeting_detail(request: MemberRequest, pk: int) -> HttpResponse:
    meeting, now = _meeting_or_404(request, pk), timezone.now()
    room = rooms.room_of(meeting)
    writing, convening_for = filing.changers(room, request.user)
    context = {
        "meeting": meeting,
        "room": room,
        "files": room.files().filter(meeting=meeting),
        "may_convene": bool(convening_for) and meeting.cancelled_at is None,
        "may_add": bool(writing),
        "is_over": meeting.ends_at <= now,
        "form": AddForm(),
        "now": now,
    }
    return render_page(request, "networks/meeting_detail.html", context)


def meeting_minutes(request: MemberRequest, pk: int) -> HttpResponse:
    meeting = _meeting_or_404(request, pk)
    room = rooms.room_of(meeting)
    organisation = _convener(room, request)
    # Minutes begin as the agenda: what was said is written under what was to be said.
    standing = {"minutes": meeting.minutes or meeting.agenda, "revision": meeting.revision}
    form, theirs, status = MinutesForm(request.POST or None, initial=standing), None, 200
    if request.method == "POST" and form.is_valid():
        try:
            convening.write_minutes(
                meeting, **form.cleaned_data, organisation=organisation, by=request.user, at=timezone.now()
            )
        except Refused as why:
            form.add_error(None, str(why))
        except convening.Stale as stale:
            theirs, status = stale.meeting, 409
            form.data = {**dict(form.data.items()), "revision": str(theirs.revision)}
        else:
            messages.success(request, _("The minutes are saved. Everybody here can read them."))
            return redirect("networks:meeting_detail", meeting.pk)
    context = {"meeting": meeting, "room": room, "form": form, "theirs": theirs, "now": timezone.now()}
    return render_page(request, "networks/meeting_minutes.html", context, status=422 if form.errors else status)


@require_POST
def meeting_cancel(request: MemberRequest, pk: int) -> HttpResponse:
    meeting = _meeting_or_404(request, pk)
    organisation = _convener(rooms.room_of(meeting), request)
    attempt(
        request,
        lambda: convening.cancel(meeting, organisation=organisation, by=request.user, at=timezone.now()),
        _("The meeting is cancelled, and everybody here is told."),
    )
    return redirect("networks:meeting_detail", pk)


def _meeting_or_404(request: MemberRequest, pk: int) -> Meeting:
    seen = Meeting.objects.filter(rooms.seen_by(request.user))
    return get_object_or_404(seen.select_related("network", "group", "created_by", "minutes_by"), pk=pk)


def _convener(room: Room, request: MemberRequest) -> Organisation:
    organisation = acting_in(room, request, Act.CONVENE)
    if organisation is None:
        raise Http404
    return organisation
