from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_safe

from taxonomy import glossary as words_of
from taxonomy.forms import MAX_WORDS, Typed, Used, chosen_in, cpv_choices
from taxonomy.models import Term
from ui.limiting import limited
from ui.pages import render_page

LONGEST = 100  # characters of a question to the glossary
FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,49}")


@login_not_required
@require_GET
@limited("suggest", reads=True)
def cpv_suggestions(request: HttpRequest) -> HttpResponse:
    """The choices of a CpvField while one types: what is ticked stays, suggestions for the words follow."""
    return suggested(request)


def suggested(request: HttpRequest, used: Used | None = None) -> HttpResponse:
    """The same for whoever knows of codes in use as well."""
    field = request.GET.get("field", "cpv")
    if not FIELD.fullmatch(field):
        return HttpResponse(status=400)
    words = request.GET.get("q", "") or request.GET.get(f"{field}-words", "")
    typed = Typed(chosen_in(request.GET, field)[:100], words.replace("\0", "")[:MAX_WORDS])
    return render(request, "taxonomy/cpv_suggestions.html", {"widget": {"name": field, **cpv_choices(typed, used)}})


@login_not_required
@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """Every term in three languages, by the alphabet of the reader's; `?q=` narrows it. No query: it is small and known."""
    language = (get_language() or "sv")[:2]
    q = " ".join(request.GET.get("q", "").split())[:LONGEST]
    by_letter: dict[str, list[Entry]] = {}
    for term in words_of.about(q, language):
        by_letter.setdefault(term.label(language)[0].upper(), []).append(Entry.of(term, language))
    context = {"q": q, "by_letter": by_letter, "count": sum(map(len, by_letter.values()))}
    return render_page(request, "taxonomy/glossary.html", context, partial="results")


@dataclass(frozen=True)
class Entry:
    """A term as the page of the glossary shows it."""

    anchor: str
    label: str
    definition: str
    synonyms: list[str]
    elsewhere: list[tuple[str, str, str, list[str], str]]  # language, its name, term, synonyms, definition

    @classmethod
    def of(cls, term: Term, language: str) -> Entry:
        others = [(code, str(name)) for code, name in settings.LANGUAGES if code != language]
        return cls(
            words_of.anchor(term),
            term.label(language),
            term.definition(language),
            term.synonyms(language),
            [(code, name, term.label(code), term.synonyms(code), term.definition(code)) for code, name in others],
        )
