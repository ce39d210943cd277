"""Labels for a page in one query per list, however many codes it shows. An unknown code is its own label."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from taxonomy.models import Code, CpvCode, Goal, Region

Key = tuple[str, str, Any]  # list, language, code
_kept: ContextVar[dict[Key, str] | None] = ContextVar("labels that are kept for a while", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """Inside it, a label that was looked up is not looked up again: for a round of mails that name the same codes."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def cpv_labels(codes: Iterable[str], language: str) -> dict[str, str]:
    """{"33196000": "Medicinska hjälpmedel"}; one query, none when there are no codes."""
    return _labels("cpv", codes, CpvCode.objects, "pk", language)


def region_labels(codes: Iterable[str], language: str) -> dict[str, str]:
    """{"SE224": "Skåne län", "SE": "Sverige"}."""
    return _labels("region", codes, Region.objects, "pk", language)


def code_labels(list_name: str, codes: Iterable[str], language: str) -> dict[str, str]:
    """{"open": "Öppet"} for the codes of one list, named as in eForms."""
    return _labels(list_name, codes, Code.objects.of(list_name), "code", language)


def goal_labels(numbers: Iterable[int], language: str) -> dict[int, str]:
    """{3: "God hälsa och välbefinnande"}."""
    return {n: str(label) for n, label in _labels("goal", numbers, Goal.objects, "number", language).items()}


def _labels(name: str, codes: Iterable[Any], source: Any, key: str, language: str) -> dict[Any, Any]:
    wanted = list(dict.fromkeys(code for code in codes if code))
    kept = _kept.get()
    labels = {code: kept[name, language, code] for code in wanted if (name, language, code) in kept} if kept else {}
    if missing := [code for code in wanted if code not in labels]:
        found = {getattr(each, key): each.label(language) for each in source.filter(**{f"{key}__in": missing})}
        labels |= found
        if kept is not None:
            kept.update({(name, language, code): label for code, label in found.items()})
    return {code: labels.get(code) or code for code in wanted}
