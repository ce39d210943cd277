"""The words of an article in one language: written in the editor, and seen as readers will see them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from knowledge import comparing, rendering, writing
from knowledge.editor_views import for_editors
from knowledge.models import Article, Publication
from knowledge.text_forms import TextForm
from procurements.models import Phase
from ui.pages import render_page

LANGUAGES = dict(settings.LANGUAGES)


@for_editors
def article_edit(request: MemberRequest, slug: str, language: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.for_list(), slug=slug)
    text = next((text for text in article.texts.all() if text.language == language), None)
    form = TextForm(request.POST or None, instance=text, initial={"revision": text.revision if text else 0})
    context: dict[str, Any] = {
        "article": article,
        "form": form,
        "language": language,
        "tongues": LANGUAGES,
        "parts": rendering.language_names(),
        "longest": rendering.LONGEST,
        "remarks": rendering.remarks(text.body) if text else [],
    }
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        try:
            writing.save(article, language, **form.cleaned_data, by=request.user, at=at)
        except writing.Stale as stale:
            # The form keeps what was typed and takes the new revision: saving again is now a choice, not an accident.
            typed = request.POST.copy()
            typed["revision"] = str(stale.now.revision)
            theirs = comparing.text_lines(stale.now.body)
            difference = comparing.lines_between(theirs, comparing.text_lines(form.cleaned_data["body"]))
            context |= {"form": TextForm(typed), "now": stale.now, "why": str(stale), "difference": difference}
            context["theirs"] = theirs
            return render_page(request, "knowledge/article_edit.html", context, status=409)
        messages.success(request, _("The text is saved. The public sees it when you publish."))
        if article.publications.filter(ending=Publication.Ending.OVERTAKEN, ended_at=at).exists():
            messages.warning(request, _("The publication that waited is over, for the text is another now. Ask again."))
        for note in form.notes:
            messages.info(request, note)
        page = "article_preview" if "preview" in request.POST else "article_edit"
        return redirect(f"knowledge:{page}", slug, language)
    return render_page(request, "knowledge/article_edit.html", context)


@require_safe
@for_editors
def article_preview(request: MemberRequest, slug: str, language: str) -> HttpResponse:
    article = get_object_or_404(Article, slug=slug)
    text = get_object_or_404(article.texts, language=language)
    context = {
        "article": article,
        "text": text,
        "html": rendering.shown(text.body),
        "obstacles": rendering.obstacles(text.body),
        "remarks": rendering.remarks(text.body),
        "phases": Phase,
    }
    response = render_page(request, "knowledge/article_preview.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
