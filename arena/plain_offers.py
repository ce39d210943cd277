"""What somebody does, in a sentence of their own, as a question to the list of needs."""

from __future__ import annotations

import re
from functools import cache

from matchmaking.plain_words import PLAIN
from taxonomy.splitting import SMALL_WORDS

MOST_WORDS = 12
SHORTEST = 3  # letters
SAID_OFTEN = """
offer offers make makes sell sells build builds company firm small local
erbjuder gör säljer bygger tillverkar företag litet lokalt arbetar jobbar
tilbyr lager selger bygger produserer bedrift firma liten lokal arbeider jobber
"""


def asked(offer: str) -> str:
    """All the words that mean something, OR any of them: who says more is shown what holds most of it first.

    "Vi gör sensorer för äldre" asks for "sensorer äldre OR sensorer OR äldre". Where nothing is left, all that was said.
    """
    words = [word for word in re.findall(r"[^\W_]+", offer) if len(word) >= SHORTEST and word.lower() not in _plain()]
    words = list(dict.fromkeys(words))[:MOST_WORDS]
    if not words:
        return offer
    return " OR ".join([" ".join(words), *words]) if len(words) > 1 else words[0]


@cache
def _plain() -> frozenset[str]:
    """Words that stand in what anybody offers."""
    return frozenset([*SMALL_WORDS, *SAID_OFTEN.split(), *(word for words in PLAIN.values() for word in words.split())])
