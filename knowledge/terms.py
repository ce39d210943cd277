"""The glossary in articles: the first time that a term stands in a text, it explains itself (D7).

After the text has been sanitised, never before: the buttons are ours. Nothing is put into links, headings, code, or a part
that is in another language.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html.parser import HTMLParser

from django.utils.safestring import SafeString, mark_safe

from taxonomy import glossary
from taxonomy.explaining import explained_word
from taxonomy.models import Term

KEPT = 128  # texts that a process remembers with their terms in; a version never changes
EVERYDAY = 8  # letters: a shorter word ("need", "anbud") is no hard one, unless it is an abbreviation
LEFT_ALONE = frozenset({"a", "button", "h1", "h2", "h3", "h4", "h5", "h6", "code", "pre", "th", "caption"})
EMPTY = frozenset({"br", "hr", "img", "wbr", "col"})
ENDINGS = {
    "sv": "e|n|t|a|s|en|et|ar|er|or|na|ns|ts|ens|ets|ars|ers|ors|nas|arna|erna|orna|arnas|ernas|ornas",
    "nb": "e|n|t|a|r|s|en|et|er|ne|ns|ens|ets|ers|ene|enes|nes",
    "en": "s|es|['’]s|s['’]",
}


@lru_cache(maxsize=KEPT)
def explained(html: str, language: str) -> SafeString:
    """Sanitised HTML in one language with the first occurrence of each term as `explained_word` makes it.

    With the endings of the language ("innovationspartnerskapet"), and of two terms that begin at the same word the longer.
    """
    pattern, meant = _pattern(language)
    writer = _Writer(pattern, meant, language)
    writer.feed(html)
    writer.close()
    return mark_safe("".join(writer.made))  # noqa: S308  what came in was sanitised, and what is added is escaped


class _Writer(HTMLParser):
    """Writes what it reads as it stood, but for the terms."""

    def __init__(self, pattern: re.Pattern[str], meant: list[Term], language: str) -> None:
        super().__init__(convert_charrefs=False)
        self.made: list[str] = []
        self.pattern, self.meant, self.language = pattern, meant, language
        self.left_alone: list[bool] = []  # for each element that is open, whether its text is
        self.done: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.made.append(self.get_starttag_text() or "")
        if tag not in EMPTY:
            foreign = dict(attrs).get("lang", self.language) != self.language
            self.left_alone.append(foreign or tag in LEFT_ALONE)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.made.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self.made.append(f"</{tag}>")
        if self.left_alone:
            self.left_alone.pop()

    def handle_entityref(self, name: str) -> None:
        self.made.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.made.append(f"&#{name};")

    def handle_data(self, data: str) -> None:
        self.made.append(data if any(self.left_alone) else self.pattern.sub(self._explain, data))

    def _explain(self, match: re.Match[str]) -> str:
        term = self.meant[(match.lastindex or 1) - 1]
        if term.en in self.done:
            return match.group()
        self.done.add(term.en)
        words = mark_safe(match.group())  # noqa: S308  a piece of what was sanitised, letters and blanks alone
        return explained_word(term, words, self.language, name=f"term-{glossary.anchor(term)}")


@cache
def _pattern(language: str) -> tuple[re.Pattern[str], list[Term]]:
    """What finds the terms: a group for each phrase, the longest first, and the term that each group means."""
    phrases = {
        phrase: term
        for term in glossary.terms().values()
        for phrase in (*term.synonyms(language), term.label(language))
        if _is_hard(phrase, is_name=phrase == term.label(language))
    }
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    groups = "|".join(f"({_with_endings(phrase, language)})" for phrase in longest_first)
    return re.compile(rf"(?<![\w-])(?:{groups or '(?!)'})(?![\w-])"), [phrases[phrase] for phrase in longest_first]


def _is_hard(phrase: str, *, is_name: bool) -> bool:
    """A synonym is hard when it is of several words or an abbreviation; a name also when it is long."""
    return " " in phrase or phrase.isupper() or (is_name and len(phrase) >= EVERYDAY)


def _with_endings(phrase: str, language: str) -> str:
    """Each word may have an ending, before which an m may be doubled ("gemensamma"); an abbreviation keeps its capitals."""
    if phrase.isupper():
        return re.escape(phrase)
    words = [
        f"{re.escape(word)}(?:{'m?' if word.endswith('m') else ''}(?:{ENDINGS[language]}))?" for word in phrase.split()
    ]
    between = r"\s"
    return f"(?i:{between.join(words)})"
