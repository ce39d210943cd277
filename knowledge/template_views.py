"""The files of a template: the editors' page for them, their public addresses, and whoever wants to hear of the next one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import MemberRequest
from accounts.rules import Refused
from files import counting, receiving, serving
from files.forms import UploadField
from knowledge import templating
from knowledge.editor_views import for_editors
from knowledge.models import Article, Genre, TemplateFile
from ui.forms import Form
from ui.limiting import limited
from ui.pages import render_page


class FileForm(Form):
    language = forms.ChoiceField(label=gettext_lazy("Language of the file"), choices=settings.LANGUAGES)
    file = UploadField(label=gettext_lazy("The file"))
    news = forms.CharField(
        label=gettext_lazy("What is new"),
        help_text=gettext_lazy(
            "From the second version on: one or two sentences that are sent to those who follow the template."
        ),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@limited("upload", per_file=True)
@for_editors
def template_file_list(request: MemberRequest, slug: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.for_list(), slug=slug, genre=Genre.TEMPLATE)
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        row = get_object_or_404(article.template_files, pk=_number(request.POST.get("file")))
        templating.withdraw(row, by=request.user, at=timezone.now())
        messages.success(request, _("The version is withdrawn. Nobody can fetch it any more."))
        return redirect("knowledge:template_file_list", slug)
    language = get_language()
    form = FileForm(request.POST or None, request.FILES or None, initial={"language": language})
    if request.method == "POST" and form.is_valid() and _added(request, article, form):
        messages.success(request, _("The file is added. Those who follow the template hear of it when it is public."))
        return redirect("knowledge:template_file_list", slug)
    rows = list(article.template_files.select_related("file", "added_by"))
    fetched = counting.downloads_of(row.file_id for row in rows)
    context = {
        "article": article,
        "form": form,
        "rows": [(row, fetched[row.file_id]) for row in rows],
        "tongues": dict(settings.LANGUAGES),
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "knowledge/template_file_list.html", context, status=status)


def _added(request: MemberRequest, article: Article, form: FileForm) -> bool:
    """False where the file or its news was refused: the form says why."""
    said = form.cleaned_data
    first = not article.template_files.filter(language=said["language"]).exists()
    if not first and not said["news"].strip():  # asked before the bytes are kept
        form.add_error("news", str(templating.NoNews()))
        return False
    try:
        file = receiving.receive(said["file"][0], by=request.user, organisation=None, at=timezone.now())
    except receiving.Refused as why:
        form.add_error("file", str(why))
        return False
    try:
        templating.add(
            article, language=said["language"], file=file, news=said["news"], by=request.user, at=timezone.now()
        )
    except Refused as why:
        form.add_error("news" if isinstance(why, templating.NoNews) else None, str(why))
        return False
    return True


@login_not_required
@require_safe
def template_download(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """A former address of the template's leads to the present one."""
    row = get_object_or_404(TemplateFile.objects.select_related("article", "file"), pk=pk)
    if not templating.may_fetch(row, request.user):
        raise Http404
    if row.article.slug != slug:
        get_object_or_404(row.article.old_slugs, slug=slug)
        return redirect("knowledge:template_download", row.article.slug, pk)
    is_public = row.article.is_current and row.withdrawn_at is None
    return serving.respond(request, row.file, at=timezone.now(), is_public=is_public)


@require_POST
def template_follow(request: MemberRequest, slug: str) -> HttpResponse:
    """`do` is follow or unfollow; `language` is which file. On the article's page, where the answer is seen."""
    article = get_object_or_404(Article.objects.public(), slug=slug, genre=Genre.TEMPLATE)
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise Http404
    if request.POST.get("do") == "unfollow":
        templating.unfollow(article, language, by=request.user)
        messages.success(request, _("You hear no more of new versions of this template."))
    else:
        templating.follow(article, language, by=request.user, at=timezone.now())
        messages.success(request, _("You hear when there is a new version of this template."))
    return redirect(f"{article.get_absolute_url()}#files")


def _number(written: Any) -> int:
    try:
        return int(written)
    except (TypeError, ValueError):
        raise Http404 from None
