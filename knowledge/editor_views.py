"""The life of an article, for those who edit guidance: begun and bound. Its words have `text_views`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.requests import MemberRequest
from accounts.rules import Refused
from knowledge import writing
from knowledge.forms import BeginForm, BindingForm
from knowledge.loading import REVIEWED_EVERY
from knowledge.models import Article, Genre
from knowledge.rules import may_edit
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


@for_editors
def article_create(request: MemberRequest) -> HttpResponse:
    """First what it is to be, then its title."""
    genre = request.POST.get("genre") or request.GET.get("genre")
    if genre not in Genre.values:
        return render_page(request, "knowledge/article_create.html", {"genres": Genre})
    asked = {"genre": genre, "language": get_language(), "review_by": timezone.localdate() + REVIEWED_EVERY}
    form = BeginForm(request.POST or None, initial=asked)
    if request.method == "POST" and form.is_valid():
        article = writing.begin(**form.cleaned_data, by=request.user, at=timezone.now())
        return redirect("knowledge:article_edit", article.slug, form.cleaned_data["language"])
    context = {"form": form, "genre": Genre(genre)}
    return render_page(request, "knowledge/article_create.html", context, status=422 if form.errors else 200)


@for_editors
def article_bind(request: MemberRequest, slug: str) -> HttpResponse:
    article = get_object_or_404(Article, slug=slug)
    form = BindingForm(request.POST or None, instance=article)
    context = {"article": article, "address": slug, "form": form, "tongues": LANGUAGES}
    if "find" in request.POST:  # the list of places is narrowed, and nothing is saved
        return render_page(request, "knowledge/article_bind.html", context)
    if request.method == "POST" and form.is_valid():
        try:
            article = writing.bind(article, **form.cleaned_data, by=request.user, at=timezone.now())
        except writing.Rebound as why:
            # The form keeps what was chosen and takes the new print: saving again is now a choice, not an accident.
            now = Article.objects.get(pk=article.pk)
            chosen = request.POST.copy()
            chosen["seen"] = writing.print_of(now)
            context |= {"form": BindingForm(chosen, instance=now), "why": str(why), "now": form.differs_from(now)}
            return render_page(request, "knowledge/article_bind.html", context, status=409)
        except Refused as why:
            form.add_error("slug", str(why))
        else:
            messages.success(request, _("It is saved."))
            return redirect("knowledge:article_bind", article.slug)
    return render_page(request, "knowledge/article_bind.html", context, status=422 if form.errors else 200)
