"""Labels for a page in one query per list, however many codes it shows. An unknown code is its own label."""

from collections.abc import Iterable
from typing import Any

from taxonomy.models import Code, CpvCode, Goal, Region


def cpv_labels(codes: Iterable[str], language: str) -> dict[str, str]:
    """{"33196000": "Medicinska hjälpmedel"}; one query, none when there are no codes."""
    return _labels(codes, CpvCode.objects, "pk", language)


def region_labels(codes: Iterable[str], language: str) -> dict[str, str]:
    """{"SE224": "Skåne län", "SE": "Sverige"}."""
    return _labels(codes, Region.objects, "pk", language)


def code_labels(list_name: str, codes: Iterable[str], language: str) -> dict[str, str]:
    """{"open": "Öppet"} for the codes of one list, named as in eForms."""
    return _labels(codes, Code.objects.of(list_name), "code", language)


def goal_labels(numbers: Iterable[int], language: str) -> dict[int, str]:
    """{3: "God hälsa och välbefinnande"}."""
    wanted = list(dict.fromkeys(numbers))
    found = {goal.number: goal.label(language) for goal in Goal.objects.filter(number__in=wanted)} if wanted else {}
    return {number: found.get(number, str(number)) for number in wanted}


def _labels(codes: Iterable[str], source: Any, key: str, language: str) -> dict[str, str]:
    wanted = list(dict.fromkeys(code for code in codes if code))
    found = source.filter(**{f"{key}__in": wanted}) if wanted else ()
    labels = {getattr(each, key): each.label(language) for each in found}
    return {code: labels.get(code) or code for code in wanted}
