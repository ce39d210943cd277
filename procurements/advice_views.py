from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import MemberRequest
from procurements import advising, law, procedure_choosing, writing
from procurements.legal_forms import AdviceForm
from procurements.models import Kind, Notice, ProcedureAdvice
from procurements.requests import notice_or_404
from ui.pages import render_page


@require_http_methods(["GET", "POST"])
def procedure_advice(request: MemberRequest, slug: str) -> HttpResponse:
    """Seven questions, and which procedures they speak for; the team chooses one, or none."""
    notice = notice_or_404(Notice.objects.editable_by(request.user), slug)
    if "way" in request.POST:
        return _choose(request, notice)
    advice = ProcedureAdvice.objects.filter(procurement=notice.procurement).first()
    form = AdviceForm(request.POST or None, advice=advice)
    if request.method == "POST" and form.is_valid():
        procedure_choosing.answer(notice.procurement, answers=form.cleaned_data, by=request.user, at=timezone.now())
        return redirect("procurements:procedure_advice", slug=notice.slug)
    country = notice.procurement.organisation.country
    answers = {question.name: getattr(advice, question.name) for question in advising.QUESTIONS} if advice else {}
    suggestions = advising.advise(answers, country=country) if any(answers.values()) else []
    context = {
        "notice": notice,
        "form": form,
        "suggested": [one for one in suggestions if one.is_suggested],
        "others": [one for one in suggestions if not one.is_suggested],
        "chosen": advice.chosen if advice else "",
        "is_need": notice.kind == Kind.NEED,
        "profile": law.profile_of(country),
    }
    return render_page(request, "procurements/procedure_advice.html", context, status=422 if form.errors else 200)


def _choose(request: MemberRequest, notice: Notice) -> HttpResponse:
    seen = request.POST.get("revision", "")
    revision = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
    try:
        procedure_choosing.choose(
            notice, way=request.POST["way"], revision=revision, by=request.user, at=timezone.now()
        )
    except procedure_choosing.Unknown as why:
        raise Http404 from why
    except writing.Stale:
        messages.error(request, _("A colleague changed the text meanwhile. Look at it, and choose again."))
    except writing.Locked:
        messages.error(request, _("The text waits for its moment of publication. Take that back first."))
    else:
        messages.success(request, _("The procedure is chosen. You can change it as long as nothing is published."))
    return redirect("procurements:procedure_advice", slug=notice.slug)
