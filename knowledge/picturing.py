"""Pictures of articles: looked into, made anew, and shown to whom the article is shown."""

from __future__ import annotations

import warnings
from datetime import datetime
from io import BytesIO
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from PIL import Image, ImageOps

from accounts.models import User
from files import inspecting, limits, receiving
from files.refusals import Refused
from knowledge import rendering
from knowledge.models import Article, ArticlePicture, ArticleText, ArticleVersion
from knowledge.rules import require_editor
from records import auditing

WIDEST, HIGHEST = 2400, 4800  # pixels; what is larger is made smaller
MOST_PIXELS = 40_000_000  # decoded at most: 160 MB for a moment; a telephone's picture has 12 to 24 million
QUALITY = 85  # of JPEG
_pictures: dict[int, frozenset[str]] = {}  # of each version that this process has read


def add(article: Article, upload: UploadedFile[Any], *, by: User, at: datetime) -> ArticlePicture:
    """The picture, made anew without anything but its pixels. Raises `files.receiving.Refused` with a sentence.

    Called outside of a transaction, as `files.receiving.receive` is. The same picture again is the same row.
    """
    require_editor(by)
    remade, width, height = remake(upload)
    file = receiving.receive(remade, by=by, organisation=None, at=at)
    with transaction.atomic():
        article = Article.objects.select_for_update().get(pk=article.pk)
        if there := article.pictures.filter(file=file).first():
            return there
        picture = article.pictures.create(file=file, width=width, height=height, added_by=by, added_at=at)
        auditing.record("article.picture_added", article, by=by, at=at, details={"file": str(file.pk)})
    return picture


def remake(upload: UploadedFile[Any]) -> tuple[UploadedFile[Any], int, int]:
    """A PNG or JPEG of the picture's pixels, upright and at most WIDEST wide, with its width and height."""
    inspecting.inspect(upload, extensions=limits.PICTURES)
    upload.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of a bomb, among others: Pillow would go on
            with Image.open(upload, formats=["PNG", "JPEG", "WEBP"]) as found:
                if found.width * found.height > MOST_PIXELS:
                    raise Refused("bomb")
                found.draft("RGB", (WIDEST, HIGHEST))  # JPEG is decoded no larger than needed
                picture = ImageOps.exif_transpose(found)
                is_see_through = picture.has_transparency_data
                picture = picture.convert("RGBA" if is_see_through else "RGB")
                as_jpeg = found.format == "JPEG" or (found.format == "WEBP" and not is_see_through)
    except Refused:
        raise
    except Image.DecompressionBombError:
        raise Refused("bomb") from None
    except (OSError, SyntaxError, ValueError, EOFError, Warning, MemoryError):
        raise Refused("broken") from None
    picture.thumbnail((WIDEST, HIGHEST))
    picture.info = {}  # colour profile, comments, place and camera stay behind
    made = BytesIO()
    if as_jpeg:
        picture.save(made, "JPEG", quality=QUALITY, progressive=True)
    else:
        picture.save(made, "PNG")
    name = f"{PurePath(upload.name or '').stem}.{'jpg' if as_jpeg else 'png'}"
    return SimpleUploadedFile(name, made.getvalue()), picture.width, picture.height


def address_of(picture: ArticlePicture) -> str:
    """The address in an article's HTML, the same in every language."""
    return reverse("picture_detail", args=[picture.file_id])


def is_public(picture: ArticlePicture) -> bool:
    """Whether a public article shows the picture just now: its own as a rule, which is asked first."""
    public = ArticleText.objects.filter(article__in=Article.objects.public()).exclude(current_version=None)
    own = Q(article=picture.article_id)
    return any(_is_shown_in(public.filter(these), str(picture.file_id)) for these in (own, ~own))


def _is_shown_in(texts: QuerySet[ArticleText], file: str) -> bool:
    """A version's words never change, so each is read once by a process; which versions are public is asked each time."""
    current = list(texts.values_list("current_version", flat=True))
    unread = [pk for pk in current if pk not in _pictures]
    for pk, body in ArticleVersion.objects.filter(pk__in=unread).values_list("pk", "body").iterator(chunk_size=50):
        _pictures[pk] = frozenset(rendering.pictures_in(body))
    return any(file in _pictures.get(pk, ()) for pk in current)
