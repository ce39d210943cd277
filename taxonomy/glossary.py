"""The glossary as a widener of searches: who writes "felles anskaffelse" also finds "gemensam upphandling"."""

from taxonomy.models import Term


def same_meaning(words: str) -> list[str]:
    """Every term and synonym that the glossary holds to mean the same as `words`: all three languages, lower case."""
    phrase = normal(words)
    if not phrase:
        return []
    found = Term.objects.filter(phrases__contains=[phrase]).values_list("phrases", flat=True)
    return sorted({each for phrases in found for each in phrases} - {phrase})


def normal(words: str) -> str:
    """In lower case, with single blanks, and no longer than a term may be."""
    return " ".join(words.replace("\0", "").lower().split())[:100]
