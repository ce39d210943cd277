"""The life of an article, for those who edit guidance: written, previewed, published, reviewed, archived."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from accounts.rules import Refused
from knowledge import comparing, publishing, writing
from knowledge.forms import BeginForm, BindingForm, PublishForm, ReviewForm, TextForm
from knowledge.loading import REVIEWED_EVERY
from knowledge.models import Article, ArticleVersion
from knowledge.rendering import render
from knowledge.rules import may_edit
from procurements.models import Phase
from ui.pages import render_page

LANGUAGES = dict(settings.LANGUAGES)


def for_editors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The page does not exist for others; nor does a language that the arena does not speak."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_edit(request.user) or kwargs.get("language", "sv") not in LANGUAGES:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@for_editors
def article_review_list(request: MemberRequest) -> HttpResponse:
    today = timezone.localdate()
    articles = list(Article.objects.for_list().order_by("review_by", "slug"))
    context = {
        "today": today,
        "due": Article.objects.due_for_review(today).for_list().order_by("review_by", "slug"),
        "drafts": [article for article in articles if article.published_at is None],
        "others": [article for article in articles if article.published_at is not None],
        "unbound": [article for article in articles if article.is_current and not article.phases],
        "next_by": today + REVIEWED_EVERY,
    }
    return render_page(request, "knowledge/article_review_list.html", context)


@for_editors
def article_create(request: MemberRequest) -> HttpResponse:
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        article = writing.begin(**form.cleaned_data, by=request.user, at=timezone.now())
        return redirect("knowledge:article_edit", article.slug, form.cleaned_data["language"])
    return render_page(request, "knowledge/article_create.html", {"form": form})


@for_editors
def article_edit(request: MemberRequest, slug: str, language: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.for_list(), slug=slug)
    text = next((text for text in article.texts.all() if text.language == language), None)
    form = TextForm(request.POST or None, instance=text, initial={"revision": text.revision if text else 0})
    context: dict[str, Any] = {"article": article, "form": form, "language": language, "tongues": LANGUAGES}
    if request.method == "POST" and form.is_valid():
        try:
            writing.save(article, language, **form.cleaned_data, by=request.user, at=timezone.now())
        except writing.Stale as stale:
            # The form keeps what was typed and takes the new revision: saving again is now a choice, not an accident.
            typed = request.POST.copy()
            typed["revision"] = str(stale.now.revision)
            difference = comparing.lines_between(stale.now.body, form.cleaned_data["body"])
            context |= {"form": TextForm(typed), "now": stale.now, "why": str(stale), "difference": difference}
            return render_page(request, "knowledge/article_edit.html", context, status=409)
        messages.success(request, _("The text is saved. The public sees it when you publish."))
        page = "article_preview" if "preview" in request.POST else "article_edit"
        return redirect(f"knowledge:{page}", slug, language)
    return render_page(request, "knowledge/article_edit.html", context)


@for_editors
def article_bind(request: MemberRequest, slug: str) -> HttpResponse:
    article = get_object_or_404(Article, slug=slug)
    form = BindingForm(request.POST or None, instance=article)
    context = {"article": article, "address": slug, "form": form, "tongues": LANGUAGES}
    if request.method == "POST" and form.is_valid():
        try:
            article = writing.bind(article, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as why:
            form.add_error("slug", str(why))
        else:
            messages.success(request, _("The article's address, phases and owner are saved."))
            return redirect("knowledge:article_publish", article.slug)
    return render_page(request, "knowledge/article_bind.html", context)


@require_safe
@for_editors
def article_preview(request: MemberRequest, slug: str, language: str) -> HttpResponse:
    article = get_object_or_404(Article, slug=slug)
    text = get_object_or_404(article.texts, language=language)
    context = {"article": article, "text": text, "html": render(text.body), "phases": Phase}
    response = render_page(request, "knowledge/article_preview.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@for_editors
def article_publish(request: MemberRequest, slug: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.for_list(), slug=slug)
    ready = [text.language for text in article.texts.all() if text.is_whole and text.differs_from_current()]
    form = PublishForm(request.POST or None, initial={"languages": ready})
    context = {"article": article, "form": form, "ready": ready, "tongues": LANGUAGES}
    if request.method == "POST" and form.is_valid():
        languages = form.cleaned_data["languages"]
        try:
            publishing.publish(article, languages=languages, by=request.user, at=timezone.now())
        except Refused as why:
            form.add_error("languages", str(why))
        else:
            messages.success(request, _("The article is public."))
            return redirect(article)
    return render_page(request, "knowledge/article_publish.html", context)


@for_editors
@require_POST
def article_archive(request: MemberRequest, slug: str) -> HttpResponse:
    article = get_object_or_404(Article, slug=slug)
    publishing.archive(article, by=request.user, at=timezone.now())
    messages.success(request, _("The article is archived. Publish it again to bring it back."))
    return redirect("knowledge:article_publish", slug)


@for_editors
@require_POST
def article_review(request: MemberRequest, slug: str) -> HttpResponse:
    article = get_object_or_404(Article, slug=slug)
    form = ReviewForm(request.POST)
    if form.is_valid():
        publishing.review(article, next_by=form.cleaned_data["next_by"], by=request.user, at=timezone.now())
        messages.success(request, _("Thank you. The article is marked as reviewed today."))
    else:
        messages.error(request, _("Give the day of the next review, as in 2027-11-30."))
    return redirect("knowledge:article_review_list")


@require_safe
@for_editors
def article_history(request: MemberRequest, slug: str, language: str) -> HttpResponse:
    article = get_object_or_404(Article, slug=slug)
    versions = list(article.versions.filter(language=language).select_related("published_by", "restored_from"))
    earlier = [*(older for _newer, older in pairwise(versions)), None][: len(versions)]
    rows = [
        (version, comparing.lines_between(_whole(older), _whole(version)))
        for version, older in zip(versions, earlier, strict=True)
    ]
    context = {"article": article, "rows": rows, "language": language, "tongues": LANGUAGES}
    return render_page(request, "knowledge/article_history.html", context)


@for_editors
@require_POST
def article_restore(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    version = get_object_or_404(ArticleVersion, pk=pk, article__slug=slug)
    made = publishing.restore(version, by=request.user, at=timezone.now())
    messages.success(request, _("The old text is public again, as version %(number)s.") % {"number": made.number})
    return redirect("knowledge:article_history", slug, version.language)


def _whole(version: ArticleVersion | None) -> str:
    return f"{version.title}\n{version.summary}\n{version.body}" if version else ""
