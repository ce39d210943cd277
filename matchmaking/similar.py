"""Others who have the same need (C6): published notices of other buyers, one a procurement, with the reasons.

Candidates come from the search rows by the rarest words of the text, the words of other languages that mean the same, and
the codes with what lies above them; `likeness` judges them. Drafts have no search row, and nothing is counted from them:
what others write and have not published cannot change an answer here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log

from django.db import connection
from django.db.models import Q

from matchmaking import words
from matchmaking.likeness import (
    FIELD,
    MEANING,
    Asked,
    Likeness,
    Meaning,
    Said,
    key_of,
    likeness,
)
from matchmaking.meanings import meanings
from matchmaking.models import WordFrequency
from matchmaking.plain_words import PLAIN
from matchmaking.reading import NUTS_COUNTRY, TEXTS
from networks.models import Participant
from procurements.models import Kind, Notice, NoticeSearch, NoticeVersion, Wording
from taxonomy.codes import cpv_ancestors

MOST = 5  # are shown
CANDIDATES = 60  # are judged
READ = 20_000  # characters of the text, and
WORDS_READ = 600  # different words of it, and
CODES_READ = 20  # codes: nobody describes a need with more
TERMS_ASKED = 40  # of the index at most, the rarest first, and no more of them than
HITS_ASKED = 12_000  # rows of the index together: what bounds the time, however many notices there are
WORD = 10.0  # points of a rare word, when candidates are looked for
UNSEEN = 400  # notices that are thought to be there without the word, so that a few say little about it
KINDS = (Kind.NEED, Kind.CONSULTATION, Kind.PRIOR, Kind.COMPETITION)

TOKEN = re.compile(r"[^\W\d_]{2,40}")

STEM = """
SELECT token, tsvector_to_array(to_tsvector(%(dictionary)s::regconfig, token)) FROM unnest(%(tokens)s::text[]) token
UNION ALL
SELECT '', tsvector_to_array(to_tsvector(%(dictionary)s::regconfig, %(plain)s))
"""

# Each term walks its own list of the index, and the points are added up; no text is read until the best are known.
FIND = """
SELECT hit.notice_id
FROM unnest(%(queries)s::text[], %(weights)s::float8[]) AS term (query, weight)
CROSS JOIN LATERAL (
    SELECT s.notice_id FROM procurements_noticesearch s
    WHERE s.document @@ term.query::tsquery AND s.kind = ANY(%(kinds)s) AND NOT s.keys && %(not_of)s::varchar[]
) hit
GROUP BY hit.notice_id
ORDER BY round(sum(term.weight)::numeric, 4) DESC, hit.notice_id DESC
LIMIT %(limit)s
"""

# Without the buyers' names (weight C) and without the codes (no weight).
READ_ROWS = """
SELECT notice_id, tsvector_to_array(ts_filter(document, '{a,b,d}')), tsvector_to_array(ts_filter(document, '{a}'))
FROM procurements_noticesearch WHERE notice_id = ANY(%s)
"""


@dataclass(frozen=True)
class Similar:
    """`notice` is the newest published of its procurement; the likeness is of the one that is most alike."""

    notice: Notice
    likeness: Likeness


@dataclass(frozen=True)
class Found:
    rows: list[Similar]  # at most MOST, the most alike first
    buyers: int  # that have such a need, also beyond the rows


def similar_for_team(notice: Notice, *, at: datetime) -> Found:
    """Asked about the working text. Never of its own buyer, nor of anybody who takes part in its buyer group."""
    own = {notice.procurement.organisation_id}
    if notice.procurement.buyer_group_id:
        present = Participant.objects.present().filter(group=notice.procurement.buyer_group_id)
        own |= set(present.values_list("organisation", flat=True))
    return _similar(notice, notice, not_of=own, at=at)


def similar_in_public(notice: Notice, *, without: Iterable[int], at: datetime) -> Found:
    """Asked about what everybody can read: what the team writes over it, or whom it invited, is nobody else's to learn.

    Never of the buyers that the notice names, nor of those in `without`, who ask.
    """
    version, row = notice.current_version, NoticeSearch.objects.only("keys").get(pk=notice.pk)
    assert version is not None, "a draft is its team's"
    named = {int(key[2:]) for key in row.keys if key.startswith("B:")}
    return _similar(version, notice, not_of={*named, *without}, at=at)


def _similar(text: Wording, notice: Notice, *, not_of: Iterable[int], at: datetime) -> Found:
    """None rather than rubbish. As many queries, however long the text and however many are alike."""
    asked, counted = read(text, notice)
    found = _candidates(asked, counted, not_of=not_of)
    judged = [(likeness(asked, said), version) for version, said in _read_candidates(found, at)]
    best: dict[int, tuple[Likeness, NoticeVersion]] = {}
    for like, version in judged:
        held = best.get(version.notice.procurement_id)
        if like.is_shown and (held is None or (like.points, version.notice_id) > (held[0].points, held[1].notice_id)):
            best[version.notice.procurement_id] = (like, version)
    ranked = sorted(best.items(), key=lambda one: (-one[1][0].points, -one[0]))
    heads = _heads([procurement for procurement, _found in ranked[:MOST]])
    rows = [Similar(heads[procurement], like) for procurement, (like, _version) in ranked[:MOST]]
    return Found(rows, len({version.notice.procurement.organisation_id for _like, version in best.values()}))


# --- The need that is asked about -------------------------------------------------------------------------------------


def read(text: Wording, notice: Notice) -> tuple[Asked, Counted]:
    """What it says, and how rare each word of it is. Three queries, however long the text."""
    dictionary = words.dictionary_of(text.language)
    title, body = _clean(text.title), "\n".join(_clean(getattr(text, name)) for name in TEXTS)[:READ]
    stems, plain = _stems(_tokens(f"{title}\n{body}"), dictionary)
    own = {lexeme: token for token, lexemes in reversed(stems.items()) for lexeme in lexemes if lexeme not in plain}
    lexemes = frozenset(own)
    buyer = notice.procurement.organisation
    said = Said(
        dictionary=dictionary,
        language=text.language,
        words=lexemes,
        title=lexemes.intersection(*[{one for token in _tokens(title) for one in stems.get(token, ())}]),
        cpv=tuple(dict.fromkeys(text.cpv))[:CODES_READ],
        goals=frozenset(text.goals),
        regions=frozenset(text.regions) or frozenset({buyer.region} - {""}),
        country=NUTS_COUNTRY.get(buyer.country, buyer.country),
        inhabitants=buyer.inhabitants,
    )
    meant = _meant(dictionary, lexemes)
    counted = Counted.of(said, meant)
    return Asked(
        said,
        shown={key_of(lexeme): token for lexeme, token in sorted(own.items())},
        rarity={key: counted.rarity_of_word(key) for key in sorted(counted.sisters)},
        meanings={meaning: counted.rarity_of(meaning) for meaning in meant},
    ), counted


def _meant(dictionary: str, lexemes: frozenset[str]) -> list[Meaning]:
    return [meaning for meaning in meanings() if meaning.said_in(dictionary, lexemes)]


def _clean(text: str) -> str:
    return text.replace("\0", " ").lower()


def _tokens(text: str) -> list[str]:
    return list(dict.fromkeys(TOKEN.findall(text)))[:WORDS_READ]


def _stems(tokens: list[str], dictionary: str) -> tuple[dict[str, list[str]], frozenset[str]]:
    """{word: lexemes}, and the lexemes of the words that say nothing."""
    with connection.cursor() as cursor:
        cursor.execute(STEM, {"dictionary": dictionary, "tokens": tokens, "plain": PLAIN.get(dictionary, "")})
        found = dict(cursor.fetchall())
    plain = frozenset(found.pop(""))
    return {token: found[token] for token in tokens}, plain


@dataclass(frozen=True)
class Counted:
    """In how many published notices the words of a need stand, and those of other languages that mean the same."""

    notices: dict[str, int]  # by lexeme; a code is one, too
    sisters: dict[str, frozenset[str]]  # {key: lexemes}
    codes: dict[str, float]  # {lexeme: points}
    all: int

    @classmethod
    def of(cls, said: Said, meant: Sequence[Meaning]) -> Counted:
        sisters: dict[str, set[str]] = {}
        for lexeme in said.words:
            sisters.setdefault(key_of(lexeme), set()).add(lexeme)
        codes = _codes({meaning.cpv[0] for meaning in meant if meaning.cpv}, 0.5) | _codes(said.cpv, 1.0)
        things = {lexeme for meaning in meant for one in meaning.phrases for lexeme in one.lexemes}
        known = WordFrequency.objects.filter(Q(key__in=list(sisters)) | Q(pk__in=["", *codes, *things]))
        notices: dict[str, int] = {}
        for lexeme, key, number in known.values_list("lexeme", "key", "notices"):
            notices[lexeme] = number
            if key in sisters:
                sisters[key].add(lexeme)
        return cls(
            notices=notices,
            sisters={key: frozenset(some) for key, some in sisters.items()},
            codes=codes,
            all=notices.get("", 0),
        )

    def number_of(self, lexemes: Iterable[str]) -> int:
        return sum(self.notices.get(lexeme, 0) for lexeme in lexemes)

    def number_with(self, meaning: Meaning) -> int:
        """At most: of a phrase, its rarest word is counted."""
        phrases = {one.lexemes for one in meaning.phrases}
        return sum(min(self.notices.get(lexeme, 0) for lexeme in phrase) for phrase in phrases)

    def rarity_of_word(self, key: str) -> float:
        return rarity(self.number_of(self.sisters[key]), self.all)

    def rarity_of(self, meaning: Meaning) -> float:
        return rarity(self.number_with(meaning), self.all)


def rarity(number: int, of: int) -> float:
    """1 for a word that hardly any notice has, 0 for one that half of them have."""
    of += UNSEEN
    return max(0.0, min(1.0, log(of / (2 * max(1, number))) / log(of / 2)))


def _codes(codes: Iterable[str], share: float) -> dict[str, float]:
    """Every code and what lies above it, as lexemes of the search, with the points that it is worth to share them."""
    above = {above for code in codes for above in cpv_ancestors(code)}
    return {f"P:{each}": share * FIELD[min(len(each), 6)] for each in sorted(above) if min(len(each), 6) in FIELD}


# --- Those that may be alike ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Term:
    """A question to the index, what it is worth, and how many notices it finds, as far as they were counted."""

    query: str
    weight: float
    notices: int


def _candidates(asked: Asked, counted: Counted, *, not_of: Iterable[int]) -> list[int]:
    """Ids of the notices with the most points for what they share with the need."""
    terms = _affordable(_terms(asked, counted))
    if not terms:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            FIND,
            {
                "queries": [term.query for term in terms],
                "weights": [term.weight for term in terms],
                "kinds": list(KINDS),
                "not_of": [f"B:{buyer}" for buyer in sorted(not_of)],
                "limit": CANDIDATES,
            },
        )
        return [row[0] for row in cursor.fetchall()]


def _affordable(terms: list[Term]) -> list[Term]:
    """The terms that find least, as many as may be asked. What was never counted hardly stands anywhere."""
    chosen: list[Term] = []
    left = HITS_ASKED
    for term in sorted(terms, key=lambda term: (term.notices, -term.weight, term.query)):
        if len(chosen) == TERMS_ASKED or term.notices > left:
            break
        chosen.append(term)
        left -= term.notices
    return chosen


def _terms(asked: Asked, counted: Counted) -> list[Term]:
    """Words with their sisters in other languages, what the need means, and its codes with what lies above them."""
    return [
        *(
            Term(_any([[one] for one in sorted(some)]), WORD * asked.rarity[key], counted.number_of(some))
            for key, some in counted.sisters.items()
            if asked.rarity[key]
        ),
        *(
            Term(
                _any(sorted({tuple(sorted(one.lexemes)) for one in meaning.phrases})),
                MEANING * rare,
                counted.number_with(meaning),
            )
            for meaning, rare in asked.meanings.items()
            if rare
        ),
        *(Term(_any([[code]]), weight, counted.number_of([code])) for code, weight in counted.codes.items()),
    ]


def _any(phrases: Sequence[Sequence[str]]) -> str:
    return " | ".join("(" + " & ".join(_quoted(lexeme) for lexeme in phrase) + ")" for phrase in phrases)


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def _read_candidates(ids: list[int], at: datetime) -> list[tuple[NoticeVersion, Said]]:
    """What each says in public. Two queries."""
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(READ_ROWS, [ids])
        texts = {id: (frozenset(body), frozenset(title)) for id, body, title in cursor.fetchall()}
    rows = NoticeSearch.objects.filter(pk__in=ids).select_related("version__notice__procurement__organisation")
    return [(row.version, _said(row, *texts[row.pk], at)) for row in rows.defer("document", "keys")]


def _said(row: NoticeSearch, body: frozenset[str], title: frozenset[str], at: datetime) -> Said:
    version, buyer = row.version, row.version.notice.procurement.organisation
    return Said(
        dictionary=words.dictionary_of(version.language),
        language=version.language,
        words=body,
        title=title,
        cpv=tuple(version.cpv),
        goals=frozenset(version.goals),
        regions=frozenset(version.regions) or frozenset({buyer.region} - {""}),
        country=NUTS_COUNTRY.get(buyer.country, buyer.country),
        inhabitants=buyer.inhabitants,
        is_open=row.closed_at is None and (row.deadline_at is None or row.deadline_at > at),
    )


def _heads(procurements: list[int]) -> dict[int, Notice]:
    """The newest published notice of each."""
    heads = Notice.objects.filter(procurement__in=procurements, search__is_head=True).select_related(
        "current_version", "procurement__organisation", "procurement__buyer_group"
    )
    return {notice.procurement_id: notice for notice in heads}
