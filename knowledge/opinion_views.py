"""Readers say whether an article helped; editors read what they say."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from knowledge import opining
from knowledge.editor_views import for_editors
from knowledge.models import Article, Opinion
from knowledge.opining import State
from knowledge.opinion_forms import CommentForm, OpinionFilters
from ui.limiting import limited
from ui.pages import render_page
from ui.paging import page_of


@login_not_required
@require_POST
@limited("opine")
def opinion_say(request: HttpRequest, slug: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.public(), slug=slug)
    answer, bait = request.POST.get("helped", ""), request.POST.get("website", "")
    try:
        if answer not in ("yes", "no") or bait:
            raise opining.NotTaken
        token = request.POST.get("read", "")
        said = opining.say(article, token=token, helped=answer == "yes", at=timezone.now())
    except opining.NotTaken:
        messages.error(request, _("Your answer was not kept. Please click once more at the foot of the article."))
        return redirect(article)
    if not said:
        messages.success(request, _("Thank you for your answer"))
        return redirect(article)
    return redirect("knowledge:opinion_comment", said)


@login_not_required
@limited("opine")
def opinion_comment(request: HttpRequest, token: str) -> HttpResponse:
    """Thank you, and room for a word to the editors. Whoever has the address is the one who answered."""
    opinion = opining.opinion_of(token)
    if opinion is None:
        raise Http404
    form = CommentForm(request.POST or None)
    if request.method == "POST" and not opinion.comment and form.is_valid():
        if not form.cleaned_data["website"]:
            opining.comment(opinion, form.cleaned_data["comment"])
        messages.success(
            request, _("Thank you. The editors of guidance read your words; they do not know who you are.")
        )
        return redirect(opinion.article)
    response = render_page(request, "knowledge/opinion_comment.html", {"opinion": opinion, "form": form})
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@for_editors
def opinion_list(request: MemberRequest) -> HttpResponse:
    chosen = OpinionFilters(request.GET).chosen()
    page = page_of(opining.found(chosen["state"], article=chosen["article"], helped=chosen["helped"]), request.GET)
    context = {
        "chosen": chosen,
        "page_obj": page,
        "states": State,
        "answers": [("", _("Both")), ("yes", _("It helped")), ("no", _("It did not help"))],
        "counts": opining.counts(),
        "shares": opining.shares(),
    }
    return render_page(request, "knowledge/opinion_list.html", context)


@for_editors
@require_POST
def opinion_settle(request: MemberRequest, pk: int) -> HttpResponse:
    opinion = get_object_or_404(Opinion, pk=pk)
    is_done = request.POST.get("done") == "yes"
    opining.settle(opinion, is_done=is_done, by=request.user, at=timezone.now())
    messages.success(request, _("The comment is dealt with.") if is_done else _("The comment waits to be read again."))
    return redirect("knowledge:opinion_list")
