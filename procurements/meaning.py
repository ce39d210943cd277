"""What a person typed into the search, as PostgreSQL asks it: words, "quoted phrases", OR, and -minus words.

It is asked in Swedish, Norwegian and English at once (and in the languages that were chosen). Terms of the glossary are asked for
with all that means the same; minus words exclude in any language. Whatever is typed, the question stays small: what is too long
is cut, and the reader is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Func
from django.db.models.expressions import Expression, RawSQL
from django.utils.translation import gettext as _

from procurements.models import Kind
from procurements.searching import DICTIONARIES, READERS
from taxonomy import compounds, glossary

MOST_LETTERS = 400
MOST_WORDS = 40
MINUS = re.compile(r'(?<!\S)-("[^"]*"|\S+)')
PIECE = re.compile(r'(?<!\S)(-?)"([^"]*)"?|(\S+)')
LETTER = re.compile(r"[^\W_]")
EVERYTHING = " | ".join(f"'K:{kind}'" for kind in Kind.values)


@dataclass(frozen=True)
class Term:
    """Words that stand together, and what else is meant by them. `is_phrase`: side by side, in this order."""

    words: str
    is_phrase: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """`wanted`: groups with OR between them, of terms that must all be there."""

    wanted: tuple[tuple[Term, ...], ...] = ()
    unwanted: tuple[Term, ...] = ()
    is_cut: bool = False
    dictionaries: tuple[str, ...] = READERS

    @property
    def is_empty(self) -> bool:
        return not self.wanted and not self.unwanted

    @property
    def also(self) -> dict[str, list[str]]:
        """{"felles anskaffelse": ["gemensam upphandling", ...]}: what was searched for as well."""
        return {term.words: list(term.also) for group in self.wanted for term in group if term.also}

    @property
    def words(self) -> list[str]:
        """Each word that is wanted, once, as it was typed."""
        return list(dict.fromkeys(word for group in self.wanted for term in group for word in term.words.split()))

    def sql(self, *, positive: bool = False, once: bool = False) -> tuple[str, list[str]]:
        """An expression of type tsquery with its parameters; `positive`: without what is unwanted, to rank by.

        `once`: what several dictionaries make the same of stands once, which halves the reading of the index, and hides from
        the planner what is asked.
        """
        parameters: list[str] = []
        parts = []
        if self.wanted:
            by_language = []
            for dictionary in self.dictionaries:
                groups = [" && ".join(_term(term, dictionary, parameters) for term in group) for group in self.wanted]
                by_language.append("(" + " || ".join(f"({group})" for group in groups) + ")")
            parts.append(ONCE.format(", ".join(by_language)) if once else f"({' || '.join(by_language)})")
        elif not positive:
            parts.append("%s::tsquery")
            parameters.append(EVERYTHING)
        for term in () if positive else self.unwanted:
            parts += [f"!!{_words(term, dictionary, parameters)}" for dictionary in self.dictionaries]
        return " && ".join(parts) or "''::tsquery", parameters


ONCE = """(SELECT coalesce(string_agg(DISTINCT '(' || said::text || ')', ' | '), '')::tsquery
    FROM unnest(ARRAY[{}]) said WHERE numnode(said) > 0)"""


def _term(term: Term, dictionary: str, parameters: list[str]) -> str:
    found = [_words(term, dictionary, parameters)]
    if dictionary == "swedish" and (bare := compounds.without_article(term.words.lower())):
        found.append(_words(Term(bare), dictionary, parameters))
    found += [_words(Term(also, is_phrase=True), dictionary, parameters) for also in term.also]
    return "(" + " || ".join(found) + ")"


def _words(term: Term, dictionary: str, parameters: list[str]) -> str:
    parameters += [dictionary, term.words]
    return f"{'phraseto' if term.is_phrase else 'plainto'}_tsquery(%s::regconfig, %s)"


def read(text: str, *, languages: Iterable[str] = (), widens: bool = True) -> Question:
    """What the text asks for; one query, for the glossary, if it `widens`. Never raises; nonsense asks for nothing."""
    text = " ".join(text.replace("\0", " ").split())
    is_cut = len(text) > MOST_LETTERS
    if is_cut:
        text = text[: MOST_LETTERS + 1].rpartition(" ")[0] or text[:MOST_LETTERS]
    groups: list[list[Term]] = [[]]
    unwanted: list[Term] = []
    left = MOST_WORDS
    for minus, quoted, word in PIECE.findall(text):
        if word.lower() == "or":
            groups.append([])
            continue
        said = quoted or word.strip('"')
        is_minus = bool(minus) or (word.startswith("-") and len(word) > 1)
        if not LETTER.search(said):
            continue
        if left <= 0:
            is_cut = True
            break
        term = Term(said.lstrip("-") if is_minus else said, is_phrase=bool(quoted))
        left -= len(term.words.split())
        (unwanted if is_minus else groups[-1]).append(term)
    extra = dict.fromkeys(DICTIONARIES[each] for each in languages if each in DICTIONARIES)
    wanted = [group for group in groups if group]
    return Question(
        _widened(wanted) if widens else tuple(map(tuple, wanted)),
        tuple(unwanted),
        is_cut,
        tuple(dict.fromkeys([*READERS, *extra])),
    )


def _widened(groups: Sequence[list[Term]]) -> tuple[tuple[Term, ...], ...]:
    """The longest runs of words that the glossary knows become one term, with what means the same."""
    known = glossary.meanings({run for group in groups for run, _length in _runs(group)}) if groups else {}
    found = []
    for group in groups:
        terms, place = [], 0
        while place < len(group):
            runs = [
                (run, length) for run, length in _runs(group[place:], from_here=True) if known.get(glossary.normal(run))
            ]
            run, length = max(runs, key=lambda each: each[1], default=("", 1))
            if run:
                terms.append(Term(run, group[place].is_phrase, tuple(known[glossary.normal(run)])))
            else:
                terms.append(group[place])
            place += length
        found.append(tuple(terms))
    return tuple(found)


MOST_IN_A_TERM = 4  # words


def _runs(group: Sequence[Term], *, from_here: bool = False) -> list[tuple[str, int]]:
    """Neighbouring words as the glossary may have them, with how many terms they take; a quoted phrase alone."""
    found = []
    for start, first in enumerate(group[:1] if from_here else group):
        if first.is_phrase:
            found.append((first.words, 1))
            continue
        for length in range(1, MOST_IN_A_TERM + 1):
            some = group[start : start + length]
            if len(some) < length or any(term.is_phrase for term in some):
                break
            found.append((" ".join(term.words for term in some), length))
    return found


@dataclass(frozen=True)
class Meant:
    """What was made of the question, for the page to say.

    `also`: {words of the question: other words that were searched for as well}. `instead`: the whole text with its misspelt
    words as notices have them, or "". `sentences`: what was left out and why there is nothing, in the reader's language.
    """

    also: dict[str, list[str]] = field(default_factory=dict)
    instead: str = ""
    sentences: list[str] = field(default_factory=list)


def cut_sentence() -> str:
    return _("Your search is very long. We looked for its first words.")


def small_words_sentence() -> str:
    return _(
        "Your search has only small words that stand in nearly every text. Add a word that says what you look for."
    )


def no_words_sentence() -> str:
    return _("There is no word in your search. Write one that says what you look for.")


def late_sentence() -> str:
    return _("This search took too long, so we stopped it. Try fewer words, or choose a region or a subject.")


class _Asked(Func):
    """`document @@ tsquery`."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()


def stands_in(document: Any, sql: str, parameters: Sequence[str]) -> Expression:
    return _Asked(document, RawSQL(sql, tuple(parameters)))  # noqa: S611  made of our own words; what was typed is a parameter


def literal(key: str) -> str:
    """A key as a tsquery spells it, whatever it holds."""
    return "'" + key.replace("\\", "\\\\").replace("'", "''") + "'"


def any_of(keys: Iterable[str]) -> str:
    return "(" + " | ".join(literal(key) for key in keys) + ")"
