"""Beside the field: a pattern to write by, and how others wrote theirs (A37).

The patterns are our own words (`procurements/phrases/patterns.json`), with gaps in brackets. The examples are real, public
texts of others: never a draft, never one of the organisation that writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.db.models import F

from accounts.models import Organisation
from procurements import meaning
from procurements.hints import PHRASES
from procurements.models import Notice
from taxonomy.codes import cpv_prefix

MOST = 3  # examples a field
READ = 20  # notices that are read for a page, near ones and others each
SHOWN = 700  # characters of an example


@dataclass(frozen=True)
class Example:
    """What another buyer wrote in the field, with the address of the notice."""

    title: str
    url: str
    buyer: str
    language: str
    text: str


@cache
def patterns() -> dict[str, dict[str, list[str]]]:
    """{"problem": {"sv": ["I dag [det som händer] ...", ...], "nb": [...], "en": [...]}}."""
    read: dict[str, dict[str, list[str]]] = json.loads((PHRASES / "patterns.json").read_text(encoding="utf-8"))
    return read


def pattern_for(field: str, language: str) -> list[str]:
    """Sentences to fill in, in the language of the text; none for a field that needs none."""
    known = patterns().get(field, {})
    return known.get(language) or known.get("en", [])


def examples_for(
    field: str, *, language: str, cpv: Sequence[str] = (), not_of: Organisation | None = None
) -> list[Example]:
    """Up to three published texts of the field in the language: those of the same CPV group first, the newest first.

    Two queries at most, whatever is published. Raises KeyError for a field that has no pattern.
    """
    return examples_of([field], language=language, cpv=cpv, not_of=not_of)[field]


def examples_of(
    fields: Iterable[str], *, language: str, cpv: Sequence[str] = (), not_of: Organisation | None = None
) -> dict[str, list[Example]]:
    """The same for all fields of a page, still with two queries at most: they are chosen among the forty nearest notices."""
    wanted = [field for field in fields if patterns()[field]]
    if not wanted:
        return {}
    written = (
        Notice.objects.published()
        .filter(source_id=None, current_version__language=language)
        .select_related("current_version", "procurement__organisation")
        .order_by("-search__published_at", "-search__notice_id")
    )
    if len(wanted) == 1:
        written = written.exclude(**{f"current_version__{wanted[0]}": ""})
    if not_of:
        written = written.exclude(procurement__organisation=not_of)
    groups = [f"P:{cpv_prefix(code)[:3]}" for code in cpv if code]
    of_groups = meaning.stands_in(F("search__document"), "%s::tsquery", [meaning.any_of(groups)])
    near = list(written.filter(of_groups)[:READ]) if groups else []
    found = {field: [notice for notice in near if _text(notice, field)][:MOST] for field in wanted}
    if any(len(notices) < MOST for notices in found.values()):
        rest = list(written.exclude(pk__in=[notice.pk for notice in near])[:READ])
        for field, notices in found.items():
            notices += [notice for notice in rest if _text(notice, field)][: MOST - len(notices)]
    return {field: [_example(notice, field) for notice in notices] for field, notices in found.items()}


def _text(notice: Notice, field: str) -> str:
    return str(getattr(notice.current_version, field))


def _example(notice: Notice, field: str) -> Example:
    version = notice.current_version
    assert version is not None
    text = _text(notice, field)
    return Example(
        title=version.title,
        url=notice.get_absolute_url(),
        buyer=notice.procurement.organisation.name,
        language=version.language,
        text=text if len(text) <= SHOWN else text[:SHOWN].rsplit(" ", 1)[0] + " …",
    )
