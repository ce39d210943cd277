"""Guidance as everybody reads it. What editors do has `editor_views`."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from knowledge.forms import ArticleSearchForm
from knowledge.models import Article, ArticleSlug, ArticleVersion
from knowledge.rendering import clean
from knowledge.rules import may_edit
from procurements.models import Phase
from ui.limiting import limited
from ui.pages import render_page

PER_PAGE = 20
BESIDE = 3  # articles that a page names beside its own subject


@login_not_required
@require_safe
@limited("search", reads=True)
def article_list(request: HttpRequest) -> HttpResponse:
    form = ArticleSearchForm(request.GET)
    articles = Article.objects.public().for_list().order_by("-published_at", "slug")
    if form.is_valid():
        articles = articles.about(form.cleaned_data["q"])
        if phase := form.cleaned_data["phase"]:
            articles = articles.at_phase(phase)
    page = Paginator(articles, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page, "rows": in_words(page), "may_edit": may_edit(request.user)}
    return render_page(request, "knowledge/article_list.html", context, partial="results")


@login_not_required
@require_safe
def article_detail(request: HttpRequest, slug: str) -> HttpResponse:
    article = Article.objects.public().for_list().filter(slug=slug).first()
    if article is None:
        former = get_object_or_404(ArticleSlug.objects.select_related("article"), slug=slug, article__archived_at=None)
        return redirect(former.article, permanent=True)
    version = article.version_for(get_language() or "en")
    if version is None:
        raise Http404
    beside = Article.objects.public().for_list().filter(phases__overlap=article.phases).exclude(pk=article.pk)
    context = {
        "article": article,
        "version": version,
        "html": clean(version.body),
        "is_translated": version.language == get_language(),
        "is_stale": article.is_stale(timezone.localdate()),
        "phases": Phase,
        "beside": in_words(beside[:BESIDE]),
        "may_edit": may_edit(request.user),
    }
    return render_page(request, "knowledge/article_detail.html", context)


@login_not_required
@require_safe
def phase_guidance(request: HttpRequest) -> HttpResponse:
    """The articles of one phase: a piece for other apps' pages to fetch (`?phase=need`), and a page of its own."""
    phase = request.GET.get("phase", "")
    if phase not in Phase.values:
        raise Http404
    articles = Article.objects.public().for_list().at_phase(phase)
    context = {"phase": Phase(phase), "phases": Phase, "rows": in_words(articles)}
    return render_page(request, "knowledge/phase_guidance.html", context, partial="guidance")


def in_words(articles: Iterable[Article]) -> list[tuple[Article, ArticleVersion]]:
    """Each article with its public words for the reader; one that has none is left out."""
    language = get_language() or "en"
    pairs = [(article, article.version_for(language)) for article in articles]
    return [(article, version) for article, version in pairs if version]
