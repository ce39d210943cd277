"""What somebody typed and the working text could not take: half a date, or a colleague was first (A2, A3).

It is that person's alone, a row for each step, and gone as soon as the step is saved.
"""

from collections.abc import Iterable
from datetime import datetime

from django.http import QueryDict

from accounts.models import User
from procurements.models import Notice, Unsaved

MOST = 500_000  # characters a step; what is longer is no text that a form of ours takes


def keep(
    notice: Notice, *, step: str, typed: Iterable[tuple[str, list[str]]], revision: int, by: User, at: datetime
) -> bool:
    """Keeps a form's own data, and says whether there was room for it. Keeping the same again writes nothing."""
    fields = {name: [text.replace("\0", "") for text in texts] for name, texts in typed}  # PostgreSQL stores no NUL
    if sum(len(text) for texts in fields.values() for text in texts) > MOST:
        return False
    row = of(notice, step=step, by=by)
    if row is None or row.fields != fields:
        values = {"fields": fields, "revision": revision, "at": at}
        Unsaved.objects.update_or_create(notice=notice, user=by, step=step, defaults=values)
    return True


def drop(notice: Notice, *, step: str, by: User) -> None:
    Unsaved.objects.filter(notice=notice, user=by, step=step).delete()


def of(notice: Notice, *, step: str, by: User) -> Unsaved | None:
    return Unsaved.objects.filter(notice=notice, user=by, step=step).first()


def as_posted(row: Unsaved) -> QueryDict:
    """The form's data as it came."""
    data = QueryDict(mutable=True)
    for name, texts in row.fields.items():
        data.setlist(name, texts)
    return data
