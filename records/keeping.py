"""What a person typed is not lost when it could not be taken: it is kept for that person, who sends it again (A2).

Never kept: passwords, codes and tokens. What is kept is bounded: the newest 20 forms a person, 100 MB of files, a week.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from records.models import KeptFile, KeptPost

MOST = 20  # forms of one person; the oldest make room
MOST_BYTES = 100_000_000  # of files of one person
SECRET = re.compile(r"csrfmiddlewaretoken|.*password\d?|.*passphrase|code|otp|token|credential", re.IGNORECASE)
NAMED = "kept"  # the query's word for the form that is sent again

Fields = Iterable[tuple[str, Sequence[Any]]]
Upload: TypeAlias = "UploadedFile[Any]"
Files = Mapping[str, Sequence[Upload]]


@transaction.atomic
def keep(
    user: Any, *, path: str, fields: Fields, files: Files, at: datetime, page: str = "", is_by_script: bool = False
) -> KeptPost:
    """Keeps a form for the person; `path` is the address that it was sent to, with its query.

    A form that was kept before (`?kept=` in its query) goes on in its row, and so does one that a script saves every few
    seconds. Text is always kept; a file that does not fit is named in `missing`.
    """
    path, named = split(path)
    post = _of(user, named, path)
    if post is None and is_by_script:
        post = KeptPost.objects.waiting().filter(user=user, path=path, is_by_script=True).first()
    post = post or KeptPost(user=user, path=path, is_by_script=is_by_script)
    # PostgreSQL stores no NUL, and no form of ours takes one.
    post.fields = [
        [name.replace("\0", ""), [str(value).replace("\0", "") for value in values]]
        for name, values in fields
        if not SECRET.fullmatch(name)
    ]
    post.page, post.missing, post.created_at, post.restored_at = page, [], at, None
    post.save()
    for old in KeptPost.objects.filter(user=user).order_by("-created_at", "-pk")[MOST:]:
        discard(old)
    for field, uploads in files.items():
        _keep_files(post, field, uploads)
    post.save(update_fields=["missing"])
    return post


def _keep_files(post: KeptPost, field: str, uploads: Sequence[Upload]) -> None:
    """Those of one field, in the place of the ones that were kept of it before."""
    _forget(post.files.filter(field=field))
    for upload in uploads:
        held = KeptFile.objects.filter(post__user=post.user_id).aggregate(all=Sum("size"))["all"] or 0
        name = (upload.name or "").replace("\0", "")[:255]
        kept = KeptFile(
            post=post,
            field=field[:200],
            name=name,
            content_type=(upload.content_type or "")[:200],
            size=upload.size or 0,
        )
        try:
            if held + kept.size > MOST_BYTES:
                raise OSError("no room")
            kept.content.save(name, upload, save=False)
            if kept.content.size != kept.size:  # larger than the arena takes: the rest was counted, not read
                kept.content.delete(save=False)
                raise OSError("not whole")
        except OSError:  # also when the person's room is full, or the disk: the words are kept all the same
            post.missing.append(name)
        else:
            kept.save()


def split(path: str) -> tuple[str, str]:
    """The address without what names a kept form, and that name, or "" where there is none."""
    parts = urlsplit(path)
    query = parse_qsl(parts.query, keep_blank_values=True)
    named = next((value for name, value in query if name == NAMED), "")
    if not named:
        return path, ""
    rest = urlencode([(name, value) for name, value in query if name != NAMED])
    return parts._replace(query=rest).geturl(), named


def address(post: KeptPost) -> str:
    """Where the form is sent again. The name stands in the query, so that a page which asks for a correction keeps it."""
    return f"{post.path}{'&' if '?' in post.path else '?'}{NAMED}={post.pk}"


def waiting_for(user: Any) -> QuerySet[KeptPost]:
    """What the person has not sent again, the newest first."""
    return KeptPost.objects.waiting().filter(user=user)


def find(user: Any, pk: UUID) -> KeptPost | None:
    return KeptPost.objects.filter(user=user, pk=pk).first()


def named_by(user: Any, path: str) -> KeptPost | None:
    """The person's own form that a POST to this address sends again; None when it names none, or one for another page."""
    bare, named = split(path)
    return _of(user, named, bare)


def _of(user: Any, named: str, path: str) -> KeptPost | None:
    try:
        return KeptPost.objects.filter(user=user, pk=UUID(named), path=path).first()
    except ValueError:
        return None


def files_of(post: KeptPost, *, but: Iterable[str] = ()) -> dict[str, list[Upload]]:
    """The kept files as a view gets them from a browser, `but` for these fields. Bytes that are gone from the disk are left out."""
    found: dict[str, list[Upload]] = {}
    for kept in post.files.exclude(field__in=list(but)):
        try:
            file = kept.content.open("rb")
        except FileNotFoundError:
            continue
        found.setdefault(kept.field, []).append(
            UploadedFile(file, name=kept.name, content_type=kept.content_type, size=kept.size)
        )
    return found


def restore(post: KeptPost, *, at: datetime) -> None:
    """It was taken, and with it what a script had saved on the same page before.

    Both stay for a day, so that words are not lost to a page that takes a form and then says no.
    """
    copies = Q(is_by_script=True, page=post.page, created_at__lte=post.created_at) & ~Q(page="")
    waiting_for(post.user_id).filter(Q(pk=post.pk) | copies).update(restored_at=at)


@transaction.atomic
def discard(post: KeptPost) -> None:
    """Throws it away with its files. Harmless when repeated."""
    _forget(post.files.all())
    KeptPost.objects.filter(pk=post.pk).delete()


def _forget(files: QuerySet[KeptFile]) -> None:
    names = [file.content.name for file in files]
    files.delete()
    transaction.on_commit(lambda: _delete(names))


def _delete(names: Iterable[str | None]) -> None:
    for name in names:
        if name:
            default_storage.delete(name)


def sweep(at: datetime) -> int:
    """Throws away what is too old, and bytes that no row knows: a crash, or an erased person, left them. Returns how many forms."""
    old = list(KeptPost.objects.outlived(at))
    for post in old:
        discard(post)
    if default_storage.exists("kept"):
        known = set(KeptFile.objects.values_list("content", flat=True))
        for name in default_storage.listdir("kept")[1]:
            path = f"kept/{name}"
            if path not in known and default_storage.get_modified_time(path) < at - timedelta(hours=1):
                default_storage.delete(path)
    return len(old)
