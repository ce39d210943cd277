from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.grants import Can
from accounts.models import Organisation
from accounts.requests import MemberRequest
from networks.models import BuyerGroup
from procurements import comparing, reusing, reviewing, steps, teaming, unsaved, writing
from procurements.forms import BeginForm, NoticeForm
from procurements.models import Kind, Notice, Procurement
from procurements.requests import notice_or_404
from procurements.steps import Step
from records import idempotency
from ui.limiting import limited
from ui.pages import render_page
from ui.paging import page_of


@require_safe
def procurement_list(request: MemberRequest) -> HttpResponse:
    """What the person's organisations have in hand: drafts first, then what is public."""
    procurements = Procurement.objects.of(request.user)
    notices = (
        Notice.objects.filter(procurement__in=procurements, source_id=None)
        .select_related("current_version", "procurement__organisation", "edited_by")
        .order_by("current_version__published_at", "-edited_at")
    )
    page = page_of(notices, request.GET)
    context = {
        "page_obj": page,
        "editable": set(
            Notice.objects.editable_by(request.user)
            .filter(pk__in=[one.pk for one in page])
            .values_list("pk", flat=True)
        ),
        "states": reviewing.states_of(page.object_list),
        "orphans": teaming.orphans_of(request.user),
        "now": timezone.now(),
        "may_begin": Organisation.objects.of(request.user, Can.WRITE).verified_buyers().exists(),
    }
    return render_page(request, "procurements/procurement_list.html", context)


@limited("begin")
def notice_create(request: MemberRequest) -> HttpResponse:
    """Begins a need for the organisation that the person acts for, alone or for a group that it leads."""
    organisation = _writer(request)
    if organisation is None:
        return _not_yet(request)
    groups = BuyerGroup.objects.filter(lead=organisation)
    group = groups.filter(slug=request.POST.get("group") or request.GET.get("group") or "").first()
    form = BeginForm(request.POST or None, initial={"key": uuid4(), "title": request.GET.get("title", "")[:500]})
    if request.method == "POST" and form.is_valid():
        at, person = timezone.now(), request.user

        def begin() -> str:
            wording = {"title": form.cleaned_data["title"], "language": person.language, "zone": person.zone}
            notice = writing.begin(
                organisation=organisation, kind=Kind.NEED, by=person, at=at, wording=wording, buyer_group=group
            )
            return steps.address_of(notice, steps.steps_of(notice.kind)[0])

        return redirect(idempotency.once(form.cleaned_data["key"] or uuid4(), person, "notice.begin", at, begin))
    context = {"form": form, "organisation": organisation, "groups": groups, "group": group}
    return render_page(request, "procurements/notice_create.html", context)


@limited("begin")
def notice_copy(request: MemberRequest, slug: str) -> HttpResponse:
    """Begins a need from what somebody published, here or elsewhere (A36)."""
    source = notice_or_404(Notice.objects.published(), slug)
    organisation = _writer(request)
    if organisation is None:
        return _not_yet(request)
    form = reusing.CopyForm(request.POST if request.method == "POST" else None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        at, person = timezone.now(), request.user

        def copy() -> str:
            notice = reusing.copy(source, organisation=organisation, by=person, at=at)
            return steps.address_of(notice, steps.steps_of(notice.kind)[0])

        address = idempotency.once(form.cleaned_data["key"] or uuid4(), person, f"notice.copy.{source.pk}", at, copy)
        messages.success(
            request, _("Here is your own draft. Read it through: what is true of the other buyer may not be of you.")
        )
        return redirect(address)
    return render_page(
        request, "procurements/notice_copy.html", {"notice": source, "form": form, "organisation": organisation}
    )


def _writer(request: MemberRequest) -> Organisation | None:
    """The organisation that the person acts for, if it is a verified buyer and the person may write for it."""
    organisation = request.acting_for
    writers = Organisation.objects.of(request.user, Can.WRITE).verified_buyers()
    return organisation if organisation and writers.filter(pk=organisation.pk).exists() else None


def _not_yet(request: MemberRequest) -> HttpResponse:
    buyers = Organisation.objects.of(request.user, Can.WRITE).verified_buyers()
    return render_page(request, "procurements/notice_create_not_yet.html", {"buyers": buyers})


def notice_edit(request: MemberRequest, slug: str, step: str = "") -> HttpResponse:
    """One step of the text. Without a step: the one that asks for `field`, or the first that lacks something."""
    notice = notice_or_404(Notice.objects.editable_by(request.user), slug)
    if not step:
        return redirect(_where_to_go_on(request, notice))
    asked = _step_or_404(notice, step)
    if asked.page:
        return redirect(asked.page, slug=notice.slug)
    if request.method != "POST":
        return _step_page(request, notice, asked)
    if request.POST.get("then") == "drop":
        unsaved.drop(notice, step=step, by=request.user)
        messages.success(request, _("What you had typed is gone. The text stands as it was saved."))
        return redirect("procurements:notice_edit", slug=notice.slug, step=step)
    return _step_saved(request, notice, asked)


def _where_to_go_on(request: HttpRequest, notice: Notice) -> str:
    if field := request.GET.get("field"):
        return steps.address_of_field(notice, field)
    return steps.address_of(notice, steps.next_unfinished(notice, at=timezone.now()))


def _step_or_404(notice: Notice, name: str) -> Step:
    step = steps.step_named(notice.kind, name)
    if step is None:
        raise Http404
    return step


def _form(data: QueryDict | None, notice: Notice, step: Step) -> NoticeForm:
    """The form writes what was typed onto its instance, so it gets one of its own and `notice` stays as it is stored."""
    keep = [name for name in step.fields if data is not None and data.get(f"keep-{name}") == "theirs"]
    return NoticeForm(data, instance=comparing.twin(notice), at=timezone.now(), step=step, keep=keep)


def _step_saved(request: MemberRequest, notice: Notice, step: Step) -> HttpResponse:
    at, form = timezone.now(), _form(request.POST, notice, step)
    if not form.is_valid():
        _keep(request, notice, step, form)
        return _step_page(request, notice, step, form, status=422)
    try:
        saved = writing.save(notice, wording=form.wording(), by=request.user, at=at, **_page_of(form))
    except writing.Stale as stale:
        _keep(request, notice, step, form)
        return _step_page(request, stale.notice, step, form, status=409)
    except writing.Locked:
        _keep(request, notice, step, form)
        messages.error(request, _("The text waits to be published and is locked. What you typed is kept for you."))
        return redirect("procurements:notice_edit", slug=notice.slug, step=step.name)
    unsaved.drop(notice, step=step.name, by=request.user)
    messages.success(request, _("Saved."))
    for warning in form.warnings:
        messages.warning(request, warning)
    return redirect(_next_page(request, saved, step))


def _page_of(form: NoticeForm) -> dict[str, Any]:
    """What the writer's page showed of the text, as `writing.save` asks for it."""
    revision = form.cleaned_data.get("revision")
    return {
        "revision": -1 if revision is None else revision,
        "seen": comparing.read_seen(form.cleaned_data.get("seen", "")),
    }


def _keep(request: MemberRequest, notice: Notice, step: Step, form: NoticeForm) -> bool:
    return unsaved.keep(
        notice,
        step=step.name,
        typed=[(name, request.POST.getlist(name)) for name in form.names_of(request.POST)],
        revision=notice.revision,
        by=request.user,
        at=timezone.now(),
    )


def _next_page(request: HttpRequest, notice: Notice, step: Step) -> str:
    """Where the button that was pressed leads."""
    all_steps = steps.steps_of(notice.kind)
    then = request.POST.get("then", "")
    if then == "next":
        return steps.address_of(notice, all_steps[all_steps.index(step) + 1])
    return steps.address_of(notice, all_steps[-1] if then == "publish" else step)


def _step_page(
    request: MemberRequest, notice: Notice, step: Step, form: NoticeForm | None = None, *, status: int = 200
) -> HttpResponse:
    """The step with what stands there now; with what was typed, when it could not be saved, in this request or an earlier."""
    at = timezone.now()
    schedule = notice.schedules.waiting().first()
    row = None if form else unsaved.of(notice, step=step.name, by=request.user)
    if row:
        form = _form(unsaved.as_posted(row), notice, step)
    compared = comparing.conflicts(form, notice) if form and (row or status == 409) else []
    if row and form and not form.errors and not compared:
        row, form = None, None  # saved meanwhile, in another window
    context = {
        **steps.beside(notice, here=step.name, at=at),
        "notice": notice,
        "step": step,
        "form": form or _form(None, notice, step),
        "row": row,
        "conflicts": compared,
        **_shown_to(form if status == 422 else None, notice, step),
        "schedule": schedule,
        "locked": comparing.shown(notice, step) if schedule else [],
        "now": at,
    }
    return render_page(request, "procurements/notice_edit.html", context, status=status)


def _shown_to(form: NoticeForm | None, notice: Notice, step: Step) -> dict[str, Any]:
    """What the page is going to say that it showed: the text as it stands, or, when it only gives back what was typed into
    an older page, what that one showed: its writer has not seen anything newer.
    """
    if form is not None:
        return {"revision": form["revision"].value(), "seen": form["seen"].value()}
    return {
        "revision": notice.revision,
        "seen": comparing.write_seen(writing.seen_in(notice, step.fields_of_wording)),
    }


@require_POST
@limited("autosave")
def notice_autosave(request: MemberRequest, slug: str, step: str) -> HttpResponse:
    """Saves while one types: what is right goes into the text, the rest is kept for the writer. Answers with a line.

    A page that shows two texts to choose between saves nothing by itself; what is typed there is kept.
    """
    notice = notice_or_404(Notice.objects.editable_by(request.user), slug)
    asked = _step_or_404(notice, step)
    if asked.page:
        raise Http404
    at, form = timezone.now(), _form(request.POST, notice, asked)
    context: dict[str, Any] = {"notice": notice, "step": asked, "form": form, "at": at}
    if request.POST.get("choosing"):
        context["kept"] = _keep(request, notice, asked, form)
        return _saved_line(request, context)
    is_right = form.is_valid()
    try:
        saved = writing.save(notice, wording=form.wording(), by=request.user, at=at, by_itself=True, **_page_of(form))
    except writing.Stale as stale:
        context |= {"their_notice": stale.notice, "kept": _keep(request, notice, asked, form)}
        return _saved_line(request, context, status=409)
    except writing.Locked:
        context |= {"is_locked": True, "kept": _keep(request, notice, asked, form)}
        return _saved_line(request, context, status=409)
    if is_right:
        unsaved.drop(notice, step=step, by=request.user)
    else:
        context["kept"] = _keep(request, saved, asked, form)
    context |= {"saved": saved, "wrong": [form[name].label for name in form.asked if name in form.errors]}
    seen = writing.seen_in(saved, asked.fields_of_wording)
    return _saved_line(request, {**context, "revision": saved.revision, "seen": comparing.write_seen(seen)})


def _saved_line(request: MemberRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A line for the page; for a page that is being left, nothing; for a form that was sent by hand, the page."""
    if request.headers.get("HX-Request") != "true":
        if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
            return HttpResponse(status=204 if status == 200 else status)
        return redirect("procurements:notice_edit", slug=context["notice"].slug, step=context["step"].name)
    said = " ".join(render_to_string("procurements/_saved.html", context, request=request).split())
    response = render_page(request, "procurements/_autosaved.html", {**context, "said": said}, status=status)
    if said == request.POST.get("said"):
        response.headers["HX-Reswap"] = "none"  # a screen reader hears each sentence once, not every few seconds
    return response
