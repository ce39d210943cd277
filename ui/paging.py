from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

PER_PAGE = 25


def page_of(rows: QuerySet[Any] | Sequence[Any], asked: QueryDict, *, per_page: int = PER_PAGE) -> Page[Any]:
    """The page that `?page=` asks for; a number that makes no sense gives the nearest page that there is."""
    try:
        number = int(asked.get("page") or 1)
    except ValueError:  # no number, or more digits than Python will read
        number = 1
    return Paginator(rows, per_page).get_page(max(1, number))
