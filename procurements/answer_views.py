"""Questions, as the team meets them: reading, drafting, releasing. For everyone else these pages do not exist."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from procurements import answering, asking
from procurements.models import Notice, Question
from procurements.question_forms import AssignForm, CorrectForm, DeclineForm, DraftForm
from procurements.requests import notice_or_404
from ui.pages import render_page
from ui.paging import page_of

STATES = {
    "waiting": Q(number=None, declined_at=None),
    "unread": Q(number=None, declined_at=None, read_at=None),
    "ready": Q(number=None, declined_at=None) & ~Q(draft_answer="") & ~Q(draft_question=""),
    "answered": Q(number__isnull=False),
    "declined": Q(declined_at__isnull=False),
    "all": Q(),
}


def team_notice(request: MemberRequest, slug: str) -> Notice:
    """For those with a place on the team; for everyone else, the organisation's administrators too, it does not exist."""
    return notice_or_404(Notice.objects.seen_inside_by(request.user).published().filter(source_id=None), slug)


def rights(request: MemberRequest, notice: Notice) -> dict[str, bool]:
    inside = Notice.objects.seen_inside_by(request.user).filter(pk=notice.pk)
    return {
        "may_draft": inside.answerable_by(request.user).exists(),
        "may_release": inside.publishable_by(request.user).exists(),
    }


def question_or_404(request: MemberRequest, notice: Notice, pk: uuid.UUID) -> Question:
    seen = Question.objects.seen_by_buyer(request.user).filter(notice=notice)
    related = ("organisation", "asked_by", "assigned_to", "assigned_by", "drafted_by", "declined_by")
    question = get_object_or_404(seen.select_related(*related), pk=pk)
    question.notice = notice
    return question


@require_safe
def question_list(request: MemberRequest, slug: str) -> HttpResponse:
    """What was asked, oldest first: who waits longest stands first."""
    notice = team_notice(request, slug)
    seen = Question.objects.seen_by_buyer(request.user).filter(notice=notice)
    counts = seen.aggregate(
        **{name: Count("pk", filter=condition) for name, condition in STATES.items() if condition},
        mine=Count("pk", filter=STATES["waiting"] & Q(assigned_to=request.user)),
        all=Count("pk"),
    )
    states = {**STATES, "mine": STATES["waiting"] & Q(assigned_to=request.user)}
    state = request.GET.get("state", "")
    state = state if state in states else "waiting"
    questions = seen.filter(states[state]).select_related("organisation", "asked_by", "assigned_to")
    page = page_of(questions.order_by("received_at", "pk"), request.GET)
    context = {
        "notice": notice,
        "page_obj": page,
        "listed": asking.with_standing(page.object_list),
        "state": state,
        "counts": counts,
        "now": timezone.now(),
        **rights(request, notice),
    }
    return render_page(request, "procurements/question_list.html", context)


def question_detail(request: MemberRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """One question; a POST saves the draft of its answer."""
    notice = team_notice(request, slug)
    question = question_or_404(request, notice, pk)
    if request.method != "POST":
        return detail_page(request, question)
    if not rights(request, notice)["may_draft"]:
        raise Http404
    form = DraftForm(request.POST)
    if not form.is_valid():
        return detail_page(request, question, status=422, draft_form=form)
    try:
        answering.draft(question, **form.cleaned_data, by=request.user, at=timezone.now())
    except answering.Stale as stale:
        theirs = question_or_404(request, notice, stale.question.pk)
        return detail_page(request, theirs, status=409, draft_form=form, theirs=theirs)
    except answering.AlreadyAnswered:
        messages.error(request, _("It was answered meanwhile. Your words were not saved: correct the answer instead."))
        return detail_page(request, question_or_404(request, notice, pk), status=409, draft_form=form)
    messages.success(request, _("The draft is saved. Nobody outside the team can read it until it is released."))
    return redirect(request.path)


def detail_page(request: MemberRequest, question: Question, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of one question, with the form that was just sent, or fresh ones."""
    now = timezone.now()
    notice = question.notice
    start = {
        "revision": question.draft_revision,
        "question_text": question.draft_question or question.text,
        "answer": question.draft_answer,
    }
    assigned = {"to": question.assigned_to_id, "due_on": question.answer_due_on}
    context = {
        "notice": notice,
        "question": question,
        "standing": asking.status_of(question),
        "receipt": asking.number_of_receipt(question),
        "published": [one for one in answering.published(notice) if one.number == question.number],
        "is_ready": answering.is_ready(question),
        "draft_form": DraftForm(initial=start),
        "assign_form": AssignForm(initial=assigned, **choices(question, now)),
        "decline_form": DeclineForm(),
        "now": now,
        **rights(request, notice),
        **forms,
    }
    return render_page(request, "procurements/question_detail.html", context, status=status)


def choices(question: Question, now: datetime) -> dict[str, Any]:
    return {"colleagues": answering.can_draft(question.notice), "today": timezone.localdate(now)}


@require_POST
def question_open(request: MemberRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Opens a new question, and lets its asker know that it was read."""
    question = question_or_404(request, team_notice(request, slug), pk)
    answering.begin(question, by=request.user, at=timezone.now())
    return redirect("procurements:question_detail", slug=question.notice.slug, pk=question.pk)


@require_POST
def question_assign(request: MemberRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    notice = team_notice(request, slug)
    question = question_or_404(request, notice, pk)
    if not rights(request, notice)["may_draft"]:
        raise Http404
    now = timezone.now()
    form = AssignForm(request.POST, **choices(question, now))
    if not form.is_valid():
        return detail_page(request, question, status=422, assign_form=form)
    try:
        answering.assign(question, **form.cleaned_data, by=request.user, at=now)
    except answering.AlreadyAnswered:
        messages.error(request, _("It needs no draft any more: it is answered, or will not be."))
    else:
        messages.success(request, _("Your colleague hears of it, with a link and the day."))
    return redirect("procurements:question_detail", slug=notice.slug, pk=question.pk)


@require_POST
def question_decline(request: MemberRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    notice = team_notice(request, slug)
    question = question_or_404(request, notice, pk)
    if not rights(request, notice)["may_release"]:
        raise Http404
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return detail_page(request, question, status=422, decline_form=form)
    try:
        answering.decline(question, **form.cleaned_data, by=request.user, at=timezone.now())
    except answering.AlreadyAnswered:
        messages.error(request, _("It was answered meanwhile."))
    else:
        messages.success(request, _("The one who asked can read your reason. Nobody else can."))
    return redirect("procurements:question_list", slug=notice.slug)


@require_POST
def question_release(request: MemberRequest, slug: str) -> HttpResponse:
    """Makes the ticked drafts public. A tick is a question with the revision that the person saw: "<id>:<revision>"."""
    notice = team_notice(request, slug)
    if not rights(request, notice)["may_release"]:
        raise Http404
    ticked = dict(tick.partition(":")[::2] for tick in request.POST.getlist("question"))
    seen = Question.objects.seen_by_buyer(request.user).filter(notice=notice)
    questions = [one for one in seen if str(one.pk) in ticked]
    for question in questions:
        seen_revision = ticked[str(question.pk)]
        question.draft_revision = int(seen_revision) if seen_revision.isdecimal() and len(seen_revision) < 9 else 0
    try:
        news = answering.release(questions, by=request.user, at=timezone.now())
    except answering.Stale:
        messages.error(request, _("A colleague changed one of these drafts after you read it. Read it again first."))
    except answering.NotReady:
        messages.error(request, _("One of these has no answer yet, so nothing was released."))
    else:
        if news:
            messages.success(request, _("The answers are public, and those who follow the notice hear of them."))
        elif not questions:
            messages.error(request, _("Tick the answers that you want to release."))
    return redirect("procurements:question_list", slug=notice.slug)


def question_correct(request: MemberRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Corrects a public answer, with a reason; what stood there stays readable."""
    notice = team_notice(request, slug)
    question = question_or_404(request, notice, pk)
    if question.number is None or not rights(request, notice)["may_release"]:
        raise Http404
    current = question.answers.order_by("-version")[0]
    start = {"version": current.version, "question_text": current.question_text, "answer": current.text}
    form = CorrectForm(request.POST or None, initial=start)
    theirs = None
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        try:
            answering.correct(
                question,
                question_text=clean["question_text"],
                text=clean["answer"],
                reason=clean["reason"],
                version=clean["version"],
                by=request.user,
                at=timezone.now(),
            )
        except answering.Stale:
            theirs = question.answers.order_by("-version")[0]
        else:
            messages.success(request, _("The corrected answer is public, with your reason."))
            return redirect(f"{notice.get_absolute_url()}#question-{question.number}")
    status = 409 if theirs else 422 if form.errors else 200
    context = {"notice": notice, "question": question, "form": form, "current": current, "theirs": theirs}
    return render_page(request, "procurements/question_correct.html", context, status=status)
