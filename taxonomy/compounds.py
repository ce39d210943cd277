"""The parts of Swedish and Norwegian compounds, for the index of the search: whoever looks for "larm" finds "trygghetslarmet".

Known parts are the words of the everyday table and of the CPV labels that come with the arena, each without its ending. No
database: it runs once for every word of every notice, and remembers the words that it has seen.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache

from taxonomy.loading import STARTER
from taxonomy.splitting import splits, stem

COMPOUNDING = frozenset({"sv", "nb", "nn", "no", "da"})
SHORTEST_PART = 3
SHORTEST_ALONE = 5  # letters of a last half whose first half is not known
JOINED_OFTEN = 3  # words of the lists that a part stands in
WORD = re.compile(r"[^\W\d_]{5,40}")
ARTICLE = re.compile(r"(\w{3,}[^\Waeiouyåäö])ets?")
# "Upphandling" is no kind of "handling": these change what follows rather than saying of which kind it is.
SAID_BEFORE = """
an ana anti av auto be bi bort de efter en er etter fel för före foran for fore forut fram frem från ge genom gjennom
hem hit hjem im in inn inne kon med mel mellan mellom mis mot ned ner ny när om opp over på re rund runt sam sammen
samman sken som sub super till til trans tre tvär ul under upp ut ute ur utan uten vid ved vidare videre å åter över
"""
PREFIXES = frozenset(SAID_BEFORE.split())


# What ends many words without being one; common words of procurement that no label holds alone.
SAID_LAST = """
ande ende else elser het heten ion ioner ning skap tion tioner sjon ring ting test lig liga
"""
NO_WORDS = frozenset(SAID_LAST.split())
SAID_OFTEN = """
adgang alarm anlegg anläggning arbete arbeid avtal avtale barn bibliotek bil bolig bostad brand brann buss båt bygg
bygge byggnad cykel data dialog digital dörr el energi fall fartyg ferge frakt gata gate golv hall hem hiss hjem hjälp
hjelp hjelpemiddel hjälpmedel hus innovasjon innovation is kamera kjøp klima knapp kollektiv kommun kommune komponent
kost kött larm lampa lege ljus lys lås löfte maskin mat medicin medisin miljö miljø mjukvara mätare nät nett omsorg
park patient pasient personal plan plats pleie post program pump reise resa ren rengöring renhold robot rum rom sele
sensor service signal sjuk sjukhus sjukvård skog skola skole skydd snö snø sol spår stol stöd støtte system säker säng
tank teknik teknologi teknikk tjeneste tjenester tjänst tjänster trafik trafikk transport trygghet trygghets trygd
tvätt utbildning utrustning utstyr vagn vann varme vatten vei vind vård väg värme välfärd velferd verktyg
"""
COMMON = frozenset(SAID_OFTEN.split())


@cache
def known() -> tuple[frozenset[str], frozenset[str]]:
    """The stems of the words that a compound may be made of: those that stand alone; and those with what labels join to such a one."""
    words: set[str] = set()
    with (STARTER / "everyday.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["language"] in COMPOUNDING:
                words.update(row["word"].lower().split())
    with (STARTER / "cpv.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            words.update(re.findall(r"[^\W\d_]+", f"{row['sv']} {row['nb']}".lower()))
    alone = _parts({stem(word) for word in words | COMMON})
    joined: Counter[str] = Counter()
    for word in words:
        seen = set()
        for one, other in splits(word):
            if stem(other) in alone and len(one) > SHORTEST_PART:
                seen.add(stem(one))
            if stem(one) in alone and len(other) > SHORTEST_PART:
                seen.add(stem(other))
        joined.update(seen)
    return alone, alone | _parts(
        {part for part, number in joined.items() if number >= JOINED_OFTEN and len(part) > SHORTEST_PART}
    )


def _parts(stems: Iterable[str]) -> frozenset[str]:
    return frozenset(each for each in stems if len(each) >= SHORTEST_PART or each in COMMON) - PREFIXES - NO_WORDS


@lru_cache(maxsize=100_000)
def parts_of(word: str) -> tuple[str, ...]:
    """ "trygghetslarmet" is ("trygghet", "larmet"); () where the word is no compound that we know. In small letters."""
    alone, every = known()
    both: tuple[str, ...] = ()
    last, best = "", (0, 0)
    for one, other in splits(word):
        if one in PREFIXES or len(other) < SHORTEST_PART or other in NO_WORDS or stem(other) not in every:
            continue
        sure = (stem(one) in alone) + (stem(other) in alone)
        if sure and stem(one) in every:
            both, best = max((both, best), ((one, other), (sure, min(len(one), len(other)))), key=lambda each: each[1])
        elif stem(other) in alone and len(one) >= SHORTEST_PART and len(other) > max(SHORTEST_ALONE - 1, len(last)):
            last = other
    return both or ((last,) if last else ())


def without_article(word: str) -> str:
    """ "larm" of "larmet": PostgreSQL's Swedish stemmer leaves this ending, though it takes the others; "" where there is none."""
    match = ARTICLE.fullmatch(word)
    return match[1] if match else ""


def parts_in(text: str) -> list[str]:
    """The parts of all compounds in the text, and its words without an article at their end; each once, in their order."""
    found: dict[str, None] = {}
    for word in dict.fromkeys(WORD.findall(text.lower())):
        for each in (word, *parts_of(word)):
            if each != word:
                found[each] = None
            if bare := without_article(each):
                found[bare] = None
    return list(found)


def in_language(texts: Iterable[str], language: str) -> str:
    """The same of texts in a language, as a text; empty for a language that does not join its words."""
    return " ".join(parts_in("\n".join(texts))) if language in COMPOUNDING else ""
