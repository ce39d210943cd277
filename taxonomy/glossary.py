"""The glossary as a widener of searches: who writes "felles anskaffelse" also finds "gemensam upphandling"."""

from collections.abc import Iterable

from taxonomy.models import Term


def same_meaning(words: str) -> list[str]:
    """Every term and synonym that the glossary holds to mean the same as `words`: all three languages, lower case."""
    return meanings([words]).get(normal(words), [])


def meanings(asked: Iterable[str]) -> dict[str, list[str]]:
    """The same of many, for those that the glossary holds, as `normal` spells them. One query."""
    phrases = {normal(words) for words in asked} - {""}
    if not phrases:
        return {}
    found: dict[str, set[str]] = {}
    for known in Term.objects.filter(phrases__overlap=sorted(phrases)).values_list("phrases", flat=True):
        for phrase in phrases.intersection(known):
            found.setdefault(phrase, set()).update(known)
    return {phrase: sorted(same - {phrase}) for phrase, same in found.items() if same != {phrase}}


def normal(words: str) -> str:
    """In lower case, with single blanks, and no longer than a term may be."""
    return " ".join(words.replace("\0", "").lower().split())[:100]
