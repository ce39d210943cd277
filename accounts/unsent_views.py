"""What a person wrote and the arena could not take: read it, send it again, or throw it away."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from records import keeping
from records.models import KeptPost
from ui.pages import render_page

IN_SHORT = 400  # characters of a text that the page shows before it folds the rest
OF_THE_FORM = re.compile(
    r"next|then|revision|key|step|seen|said|choosing|keep-.*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)  # nobody typed it


@dataclass(frozen=True)
class Typed:
    """One field as the page shows it."""

    label: str
    texts: list[str]

    @property
    def is_long(self) -> bool:
        return any(len(text) > IN_SHORT for text in self.texts)


@require_safe
def kept_post(request: MemberRequest, pk: UUID) -> HttpResponse:
    post = _own(request, pk)
    context = {
        "post": post,
        "typed": typed(post),
        "files": post.files.all(),
        "action": keeping.address(post) if _is_there(post.path) else "",
        "others": [(other, first_words(other)) for other in keeping.waiting_for(request.user).exclude(pk=post.pk)],
        "in_short": IN_SHORT,
    }
    return render_page(request, "accounts/kept_post.html", context)


@require_POST
def kept_discard(request: MemberRequest, pk: UUID) -> HttpResponse:
    keeping.discard(_own(request, pk))
    messages.success(request, _("It is thrown away."))
    return redirect("start")


def typed(post: KeptPost) -> list[Typed]:
    """What somebody filled in, in the form's order. A field's name is said in words: as our forms do, where they have it."""
    shown = []
    for name, values in post.fields:
        texts = [value for value in values if value.strip() and not OF_THE_FORM.fullmatch(value)]
        if texts and not OF_THE_FORM.fullmatch(name):
            words = re.sub(r"[_\W]+", " ", name).strip()
            shown.append(Typed(_(words) if words else name, texts))
    return shown


def first_words(post: KeptPost) -> str:
    """What a person recognises it by."""
    return next((field.texts[0] for field in typed(post)), "") or _("Nothing was typed")


def _own(request: MemberRequest, pk: UUID) -> KeptPost:
    post = keeping.find(request.user, pk)
    if post is None:
        raise Http404
    return post


def _is_there(path: str) -> bool:
    """Whether the arena still has a page at the address, which begins with the language that it was written in."""
    bare = path.partition("?")[0]
    try:
        with override(get_language_from_path(bare)):
            resolve(bare)
    except Resolver404:
        return False
    return True
