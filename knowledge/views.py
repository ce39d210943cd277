"""Guidance as everybody reads it. What editors do has `editor_views`; what stands beside other pages `binding_views`."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from knowledge import binding, casing, templating
from knowledge.banner_views import shown_to
from knowledge.browsing import in_lists, in_words
from knowledge.filters import ArticleFilters
from knowledge.gone_views import elsewhere
from knowledge.models import Article, Genre
from knowledge.occasion_views import event_of
from knowledge.rendering import shown
from knowledge.rules import may_edit
from knowledge.terms import explained
from procurements.models import Phase
from taxonomy import labels
from ui.caching import etag_of, is_visitor, release, unless_known
from ui.limiting import limited
from ui.pages import render_page
from ui.paging import page_of

PER_PAGE = 20
LASTING = (Genre.GUIDE, Genre.NEWS)  # whose pages change with what is known before they are made: 304 costs little
OWN = "private, no-cache"  # each visitor's page has a form of the visitor's own


@login_not_required
@require_safe
@limited("search", reads=True)
def article_list(request: HttpRequest) -> HttpResponse:
    language = get_language() or "en"
    filters = ArticleFilters(request.GET, language=language)
    page = page_of(in_lists(filters.found()), request.GET, per_page=PER_PAGE)
    counts = filters.count_genres()
    context = {
        "filters": filters,
        "page_obj": page,
        "rows": in_words(page, language),
        "genres": [("", counts[""]), *((genre, counts[genre]) for genre in Genre)],
        "may_edit": may_edit(request.user),
    }
    return render_page(request, "knowledge/article_list.html", context, partial="results")


@login_not_required
@require_safe
def article_detail(request: HttpRequest, slug: str) -> HttpResponse:
    article = in_lists(Article.objects.public().filter(slug=slug)).first()  # the body is read where the page is made
    if article is None:
        return elsewhere(request, slug)
    language = get_language() or "en"
    version = article.version_for(language)
    if version is None:
        raise Http404
    beside = binding.related(article, language=language)

    def made() -> HttpResponse:
        procedures = labels.code_labels(binding.PROCEDURES, article.procedures, language)
        context = {
            "article": article,
            "version": version,
            "html": explained(shown(version.body), version.language),
            "is_translated": version.language == language,
            "is_stale": article.is_stale(timezone.localdate()),
            "today": timezone.localdate(),
            "address": settings.URL + article.get_absolute_url(),
            "phases": Phase,
            "procedures": procedures,
            "beside": beside,
            "event": event_of(article, request),
            "may_edit": may_edit(request.user),
            **casing.of_article(article, language),
            **templating.of_article(article, request.user, language),
        }
        return render_page(request, "knowledge/article_detail.html", context)

    if article.genre not in LASTING or not is_visitor(request):
        return made()
    secret = request.COOKIES.get(settings.CSRF_COOKIE_NAME)  # the page has a form, which goes with this cookie alone
    if not secret:
        response = made()
        response["Cache-Control"] = OWN
        return response
    facts = [getattr(article, field.attname) for field in article._meta.concrete_fields]
    around = [(one.article.slug, one.version.pk) for one in beside]
    frame = [release(), timezone.localdate(), settings.MAINTENANCE, shown_to(request)]
    known = etag_of(language, version.pk, facts, around, frame, secret)
    return unless_known(request, known, made, keep=OWN)


@login_not_required
@require_safe
def phase_guidance(request: HttpRequest) -> HttpResponse:
    """The guidance of one phase: a piece for other apps' pages to fetch (`?phase=need`), and a page of its own."""
    phase = request.GET.get("phase", "")
    if phase not in Phase.values:
        raise Http404
    language = get_language() or "en"
    articles = in_lists(Article.objects.public().at_phase(phase).exclude(genre__in=[Genre.NEWS, Genre.EVENT]))
    page = page_of(articles.order_by("slug"), request.GET, per_page=PER_PAGE)
    context = {
        "phase": Phase(phase),
        "phases": Phase,
        "page_obj": page,
        "rows": in_words(page, language),
        "best": binding.beside(phase=phase, language=language),
    }
    return render_page(request, "knowledge/phase_guidance.html", context, partial="guidance")
