"""What stands where a public article stood: the way to its present address, or a line that it is no longer kept up."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language

from knowledge import binding
from knowledge.browsing import in_lists, in_words
from knowledge.models import Article
from knowledge.rules import may_edit
from ui.pages import render_page

FURTHER = 5  # archived articles in a row, each of which names the next one


def elsewhere(request: HttpRequest, slug: str) -> HttpResponse:
    """For an address where no public article is. Says nothing of drafts: 404, under former addresses too."""
    once_public = Article.objects.filter(published_at__isnull=False).select_related("instead")
    article = once_public.filter(slug=slug).first() or once_public.filter(old_slugs__slug=slug).first()
    if article is None:
        raise Http404
    if article.is_current:
        moved = redirect(article, permanent=True)
        moved["Cache-Control"] = "no-cache"  # an article may go back: two kept answers would lead to each other
        return moved
    language = get_language() or "en"
    rows = in_words(in_lists(Article.objects.filter(pk=_instead(article) or 0)), language)
    context = {
        "article": article,
        "rows": rows or binding.related(article, language=language),
        "is_named": bool(rows),
        "may_edit": may_edit(request.user),
    }
    response = render_page(request, "knowledge/article_gone.html", context, status=410)
    response["X-Robots-Tag"] = "noindex"
    return response


def _instead(article: Article) -> int | None:
    """What its editors named, or what they named instead of that one, as far as one that is public."""
    for _step in range(FURTHER):
        if article.instead is None:
            return None
        article = article.instead
        if article.is_current:
            return article.pk
    return None
