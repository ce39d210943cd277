"""What criteria would have found, before they are saved; and what is open already. Bounded, whatever is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from matchmaking import subscribing, words
from matchmaking.models import Subscription
from matchmaking.reading import NUTS_COUNTRY, READ_AS, facts_of
from matchmaking.scoring import COMPOUND_FROM, COMPOUNDING, CPV_NEAR_FROM, Criteria, Facts, Score, hits, score
from procurements.models import KINDS_THAT_ASK, Notice, NoticeSearch
from procurements.searching import READERS
from taxonomy import labels
from taxonomy.codes import cpv_ancestors

PREVIEW_DAYS = 30
TOO_MANY_A_DAY = 10
COUNTED = TOO_MANY_A_DAY * PREVIEW_DAYS  # hits; one more is "more than", whatever the number
LOOKED_AT = 600  # notices that a preview reads, the newest first
LOOKED_AT_OPEN = 300  # the same of what is open: the ten best of them are shown
LISTED = 5000  # those whose places are looked at for that
CHUNK = 100
LONG_TEXTS = ("problem", "affected", "desired_effect", "description")


@dataclass(frozen=True)
class Found:
    notice: Notice
    facts: Facts
    score: Score


@dataclass(frozen=True)
class Preview:
    """What criteria would have given in so many days, the newest first. `is_capped`: there was more than was counted."""

    found: tuple[Found, ...]
    is_capped: bool
    days: float  # that were looked through: less than a month where there was more than can be judged
    criteria: Criteria

    @property
    def count(self) -> int:
        return len(self.found)

    @property
    def newest(self) -> tuple[Found, ...]:
        return self.found[:3]

    @property
    def is_too_broad(self) -> bool:
        return self.count > TOO_MANY_A_DAY * self.days

    @property
    def widest(self) -> tuple[str, str, int] | None:
        """The subject that lets most through: ("cpv", "45000000", 80), where the last is its part of all in per cent."""
        asked: list[tuple[str, str, int]] = []
        for code in self.criteria.cpv:
            prefix = cpv_ancestors(code)[-1]
            named = (any(prefix in cpv_ancestors(each) for each in found.facts.cpv) for found in self.found)
            asked.append(("cpv", code, sum(named)))
        for word in self.criteria.words:
            asked.append(("word", word, sum(hits(word, self.criteria, found.facts) for found in self.found)))
        if not self.criteria.says_what:
            for goal in self.criteria.goals:
                asked.append(("goal", str(goal), sum(goal in found.facts.goals for found in self.found)))
        if not asked or not self.found:
            return None
        kind, value, number = max(asked, key=lambda each: each[2])
        return (kind, value, round(100 * number / self.count)) if number else None


def preview(subscription: Subscription, *, at: datetime) -> Preview:
    """How many of the last 30 days' notices the criteria would have given; the subscription need not be saved."""
    since = at - timedelta(days=PREVIEW_DAYS)
    criteria = subscribing.prepare(subscription)
    rows = NoticeSearch.objects.filter(published_at__gt=since, published_at__lte=at)
    found, left, oldest = _find(subscription, criteria, rows, most=COUNTED, looked_at=LOOKED_AT)
    looked_since = oldest if left and oldest else since
    days = max((at - looked_since) / timedelta(days=1), 1.0)
    return Preview(tuple(found[:COUNTED]) if left else tuple(found), left, days, criteria)


def already_open(subscription: Subscription, *, at: datetime, limit: int = 10) -> list[Found]:
    """What can be answered today, best first: shown on the page, mailed to nobody."""
    criteria = subscribing.prepare(subscription)
    asks = Q(kind__in=KINDS_THAT_ASK, closed_at=None) & (Q(deadline_at=None) | Q(deadline_at__gt=at))
    rows = NoticeSearch.objects.filter(asks)
    found, _left, _oldest = _find(subscription, criteria, rows, most=LOOKED_AT_OPEN, looked_at=LOOKED_AT_OPEN)
    return sorted(found, key=lambda each: (-each.score.points, -each.notice.pk))[:limit]


def _find(
    subscription: Subscription, criteria: Criteria, rows: QuerySet[NoticeSearch], *, most: int, looked_at: int
) -> tuple[list[Found], bool, datetime | None]:
    """What is worth an alert, the newest first; whether something was left unread; and when the oldest one read came."""
    if not subscribing.narrows(lambda name: getattr(subscription, name)):
        return [], False, None
    rows = _roughly(criteria, rows).order_by("-published_at", "-notice_id")
    if subscription.organisation_id:
        rows = rows.exclude(keys__contains=[f"B:{subscription.organisation_id}"])  # nobody hears of its own
    scanned = list(
        rows.values_list("notice_id", "published_at", "version__regions", "notice__procurement__organisation__country")[
            :LISTED
        ]
    )
    listed = [
        (pk, published_at)
        for pk, published_at, regions, country in scanned
        if _is_there(criteria, list(regions), country)
    ]
    oldest = None
    if len(listed) > looked_at:
        oldest = listed[looked_at - 1][1]
    elif len(scanned) == LISTED:
        oldest = scanned[-1][1]
    found: list[Found] = []
    for start in range(0, min(len(listed), looked_at), CHUNK):
        chunk = listed[start : start + CHUNK][: looked_at - start]
        found += _judged(criteria, [pk for pk, _published_at in chunk])
        if len(found) > most:
            return found, True, chunk[-1][1]
    return found, oldest is not None, oldest


def _is_there(criteria: Criteria, regions: list[str], country: str) -> bool:
    """Whether the place fits: known without reading the text."""
    if not criteria.regions:
        return True
    facts = Facts("", "", "", NUTS_COUNTRY.get(country, country), regions=frozenset(regions))
    return score(Criteria(regions=criteria.regions, kinds=("",)), facts).points > 0


def _judged(criteria: Criteria, ids: list[int]) -> Iterator[Found]:
    is_read = bool(criteria.words or criteria.excluded_words)
    unread = [*LONG_TEXTS, *(() if is_read else (f"current_version__{name}" for name in LONG_TEXTS))]
    notices = Notice.objects.select_related("current_version", "procurement__organisation").defer(*unread).in_bulk(ids)
    versions = []
    for notice in notices.values():
        if version := notice.current_version:
            version.notice = notice
            versions.append(version)
            for name in () if is_read else LONG_TEXTS:  # who asks for no word need not wait until texts are stemmed
                setattr(version, name, "")
    facts = facts_of(versions)
    for version in sorted(versions, key=lambda each: ids.index(each.notice_id)):
        said = facts[version.pk]
        if (points := score(criteria, said)).is_alert:
            yield Found(version.notice, said, points)


# --- A superset of what `score` alerts, in one question to the search rows' index -------------------------------------


class _Holds(Func):
    """document @@ query: the lexemes as they stand, so that no parser takes them apart."""

    arg_joiner = " @@ "
    template = "(%(expressions)s)"
    output_field = BooleanField()


def _roughly(criteria: Criteria, rows: QuerySet[NoticeSearch]) -> QuerySet[NoticeSearch]:
    rows = rows.filter(kind__in=criteria.kinds or KINDS_THAT_ASK)
    if criteria.networks:
        rows = rows.filter(notice__procurement__buyer_group__network__in=criteria.networks)
    asked = [each for each in (_subjects(criteria), *_narrowing(criteria)) if each is not None]
    if "" in asked:
        return rows.none()  # words that no dictionary keeps
    if not asked:
        return rows
    query = " & ".join(f"({each})" for each in asked)
    return rows.filter(_Holds(F("document"), Cast(Value(query), SearchQueryField())))


def _subjects(criteria: Criteria) -> str | None:
    """None: any subject. Empty: a subject that nothing can have."""
    fields: set[str] = set()
    for code in criteria.cpv:
        line = cpv_ancestors(code)
        near = [] if criteria.needs_all else [each for each in line if len(each) >= CPV_NEAR_FROM]
        fields |= {_quoted(f"P:{prefix}") for prefix in (*near, line[-1])}
    # A text in German is matched word by word, and stands in this index by its German stems.
    phrases = {
        " & ".join(_term(stem, dictionary) for stem in stems)
        for found in words.stems(criteria.words, words.SEARCHED).values()
        for dictionary, stems in found.items()
    }
    goals = {_quoted(f"G:{goal}") for goal in criteria.goals}
    if criteria.needs_all:
        asked = [(criteria.cpv, fields), (criteria.words, phrases), (criteria.goals, goals)]
        parts = [_any(terms) for wanted, terms in asked if wanted]
        return None if not parts else "" if "" in parts else " & ".join(f"({part})" for part in parts)
    if criteria.says_what:
        return _any(fields | phrases)
    return _any(goals) if criteria.goals else None


def _narrowing(criteria: Criteria) -> Iterator[str]:
    if criteria.regions:  # the whole country: a notice for a larger region is for each part of it
        yield _any({_quoted(f"N:{code[:2]}") for code in criteria.regions} | {"!'N:':*"})
    if criteria.languages:
        read = {written for written, as_ in READ_AS.items() if as_ in criteria.languages} | set(criteria.languages)
        yield _any({_quoted(f"L:{language}") for language in read})
    if criteria.levels:
        yield _any({_quoted(f"I:{level}") for level in criteria.levels})
    if criteria.buyers:
        yield _any({_quoted(f"B:{buyer}") for buyer in criteria.buyers})


def _any(terms: set[str]) -> str:
    return " | ".join(f"({term})" for term in sorted(terms))


def _term(lexeme: str, dictionary: str) -> str:
    quoted = _quoted(lexeme)
    return f"{quoted}:*" if dictionary in COMPOUNDING and len(lexeme) >= COMPOUND_FROM else quoted


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


# --- In words ---------------------------------------------------------------------------------------------------------


def advice(preview: Preview, language: str) -> list[str]:
    """How to get less, where the preview is too broad: what lets most through, and what has not been narrowed."""
    if not preview.is_too_broad:
        return []
    criteria = preview.criteria
    said = [_of_the_widest(*preview.widest, language)] if preview.widest else []
    if not criteria.says_what:
        said.append(_("You ask for no field and no word. Choose a field, or write words of your own."))
    if criteria.cpv and criteria.words and not criteria.needs_all:
        said.append(_("A field or a word is enough now. Under “Narrow it further” you can ask for both."))
    if not criteria.regions:
        said.append(_("You ask for every region. Choose those that you work in."))
    return said


def _of_the_widest(kind: str, value: str, share: int, language: str) -> str:
    if kind == "cpv":
        name = f"{value} {labels.cpv_labels([value], language)[value]}"
        return _("The field %(name)s alone gives %(share)d %% of it. Choose narrower fields below it.") % {
            "name": name,
            "share": share,
        }
    if kind == "word":
        return _(
            "The word “%(word)s” alone gives %(share)d %% of it. Choose a rarer word, or add another word on its line."
        ) % {"word": value, "share": share}
    name = labels.goal_labels([int(value)], language)[int(value)]
    return _("The goal %(name)s alone gives %(share)d %% of it.") % {"name": name, "share": share}


def unsearched(criteria: Criteria) -> list[str]:
    """Words that are so common in a language that they are not looked for in its texts."""
    said = {
        "swedish": _("“%(word)s” is too common to be looked for in texts in Swedish."),
        "norwegian": _("“%(word)s” is too common to be looked for in texts in Norwegian."),
        "english": _("“%(word)s” is too common to be looked for in texts in English."),
    }
    return [
        said[dictionary] % {"word": word}
        for word in (*criteria.words, *criteria.excluded_words)
        for dictionary in READERS
        if not criteria.stems.get(word, {}).get(dictionary)
    ]
