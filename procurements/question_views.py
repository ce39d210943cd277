"""Questions, as those outside meet them: asking, one's own, and the record that everyone can read."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from procurements import asking, clock
from procurements.models import Notice, Question
from procurements.question_forms import QuestionForm
from procurements.record import entries_of
from procurements.requests import notice_or_404, visible_notice_or_404
from records import idempotency
from ui.limiting import limited
from ui.pages import render_page
from ui.paging import page_of


@limited("ask")
def question_ask(request: MemberRequest, slug: str) -> HttpResponse:
    """Takes a question, for the organisation that the person acts for or for the person alone."""
    notice = notice_or_404(Notice.objects.published().filter(source_id=None), slug)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = clock.received_at()

        def do() -> str:
            asked = asking.ask(
                notice, organisation=request.acting_for, text=form.cleaned_data["text"], by=request.user, at=at
            )
            return f"{reverse('procurements:question_mine')}#question-{asked.pk}"

        try:
            path = idempotency.once(form.cleaned_data["key"], request.user, f"question.ask:{notice.pk}", at, do)
        except asking.Refused as refused:
            form.add_error(None, refusal(refused.why))
        else:
            messages.success(request, _("Your question is received. Its receipt stands here, and so will its answer."))
            return redirect(path)
    version = notice.current_version
    assert version is not None  # published
    version.notice = notice
    now = timezone.now()
    context = {
        "notice": notice,
        "version": version,
        "form": form,
        "organisation": request.acting_for,
        "is_open": asking.is_open(notice, version, now),
        "is_own": asking.is_one_of_the_buyers(notice, version, organisation=request.acting_for, by=request.user),
        "last_time": asking.last_time(version),
        "now": now,
    }
    return render_page(request, "procurements/question_ask.html", context, status=422 if form.errors else 200)


def refusal(why: str) -> str:
    return {
        "closed": _(
            "The time for questions was over when this was received, and nothing was sent. Your words still stand below, so that you can keep them."
        ),
        "own": _("This is your own organisation's procurement. Questions come from those outside."),
        "not-allowed": _(
            "You may not ask for this organisation. Ask its administrator for the role of editor. Your words still stand below."
        ),
    }[why]


@require_safe
def question_mine(request: MemberRequest) -> HttpResponse:
    """What the person and colleagues have asked, newest first, with where each stands."""
    own = Question.objects.own(request.user).select_related("notice__current_version", "organisation")
    page = page_of(own.order_by("-received_at", "pk"), request.GET)
    context = {"page_obj": page, "listed": asking.with_standing(page.object_list)}
    return render_page(request, "procurements/question_mine.html", context)


@login_not_required
@require_safe
def notice_record(request: HttpRequest, slug: str) -> HttpResponse:
    """All questions with their answers and all changes, in the order of time, on one page to read or print (A23)."""
    notice = visible_notice_or_404(request, slug)
    if notice.current_version is None:
        raise Http404
    context = {
        "notice": notice,
        "version": notice.current_version,
        "entries": entries_of(notice),
        "now": timezone.now(),
    }
    return render_page(request, "procurements/notice_record.html", context)
