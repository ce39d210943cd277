"""Pictures of an article: added by its editors, shown to whoever may read it."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from files import receiving, serving
from knowledge import picturing, rendering
from knowledge.editor_views import for_editors
from knowledge.models import Article, ArticlePicture
from knowledge.rules import may_edit
from knowledge.text_forms import PictureForm
from ui.limiting import limited
from ui.pages import render_page

LANGUAGES = dict(settings.LANGUAGES)


@limited("upload", per_file=True)
@for_editors
def article_pictures(request: MemberRequest, slug: str) -> HttpResponse:
    """The page of an article's pictures; a script (`Accept: application/json`) gets the new picture, or what is wrong."""
    article = get_object_or_404(Article.objects.for_list(), slug=slug)
    is_script = request.headers.get("Accept") == "application/json"
    form = PictureForm(request.POST, request.FILES) if request.method == "POST" else PictureForm()
    if request.method == "POST" and form.is_valid():
        try:
            picture = picturing.add(article, form.cleaned_data["picture"], by=request.user, at=timezone.now())
        except receiving.Refused as why:
            form.add_error("picture", str(why))
        else:
            if is_script:
                address = picturing.address_of(picture)
                return JsonResponse({"src": address, "width": picture.width, "height": picture.height}, status=201)
            messages.success(request, _("The picture is added. Copy its HTML into the text."))
            return redirect("knowledge:article_pictures", slug)
    if is_script and request.method == "POST":
        return JsonResponse({"error": " ".join(map(str, form.errors["picture"]))}, status=422)
    pictures = [(picture, picturing.address_of(picture)) for picture in article.pictures.select_related("file")]
    context = {"article": article, "form": form, "pictures": pictures, "tongues": LANGUAGES}
    return render_page(request, "knowledge/article_pictures.html", context, status=422 if form.errors else 200)


@login_not_required
@require_safe
def picture_detail(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    picture = ArticlePicture.objects.select_related("file").filter(file=pk).first()
    is_public = picture is not None and picturing.is_public(picture)
    if picture is None or not (is_public or may_edit(request.user)):
        raise Http404
    return serving.respond(request, picture.file, at=timezone.now(), is_public=is_public, is_picture=True)


@for_editors
@require_POST
def paste_mend(request: MemberRequest) -> JsonResponse:
    """What a word processor left on the clipboard, as an article has it, for the editor to put in."""
    made = rendering.sanitised(request.POST.get("html", "")[: rendering.LONGEST * 10])
    return JsonResponse({"html": made.html, "notes": made.notes})
