"""The search row of a notice: what is written when it is published, so that one index answers text and filters together.

What reads it is `procurements/browsing.py`; what the words of a question mean, `procurements/meaning.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet

from procurements.buyer_list import organisations_of
from procurements.innovation import level_of
from procurements.models import KINDS_THAT_ASK, Notice, NoticeSearch, NoticeVersion
from procurements.money import euro
from taxonomy import compounds
from taxonomy.codes import cpv_ancestors, nuts_ancestors

DICTIONARIES = {
    "sv": "swedish",
    "nb": "norwegian",
    "nn": "norwegian",
    "no": "norwegian",
    "en": "english",
    "da": "danish",
}
DICTIONARIES |= {"fi": "finnish", "de": "german", "fr": "french"}
READERS = ("swedish", "norwegian", "english")

BODY = ("problem", "affected", "desired_effect", "tried", "description")
SHARES = tuple(
    2**power for power in range(2, 13)
)  # "Y:4" stands in an even fourth of all notices, "Y:8" in half of these

# Upper-case lexemes with a colon: no text parser of PostgreSQL emits one, so codes and words share one index. A notice that is
# indexed without a clock is open until somebody closes it or `upkeeping.close_over` looks at the clock.
INDEX = """
WITH written AS MATERIALIZED (
    SELECT notice, version, kind, published_at, deadline_at, closed_at, is_open, value_euro, keys, controls, pieces
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS row (notice bigint, version bigint, kind text, published_at timestamptz,
        deadline_at timestamptz, closed_at timestamptz, is_open boolean, value_euro bigint, keys varchar[], controls text[], pieces jsonb)
)
INSERT INTO procurements_noticesearch
    (notice_id, version_id, kind, published_at, deadline_at, closed_at, is_head, is_open, value_euro, keys, document)
SELECT notice, version, kind, published_at, deadline_at, closed_at, true, is_open, value_euro, keys,
    (SELECT procurements_together(setweight(to_tsvector(dictionary::regconfig, said), weight))
     FROM jsonb_to_recordset(pieces) AS piece (dictionary text, weight "char", said text))
    || array_to_tsvector(keys::text[] || controls)
FROM written ORDER BY notice
ON CONFLICT (notice_id) DO UPDATE SET
    version_id = excluded.version_id, kind = excluded.kind, published_at = excluded.published_at,
    deadline_at = excluded.deadline_at, closed_at = excluded.closed_at, is_open = excluded.is_open,
    value_euro = excluded.value_euro, keys = excluded.keys, document = excluded.document
"""

# The notice that was first published last stands for its procurement in lists of what is open: an amendment of the
# need, when the competition is out, brings nothing new.
HEAD = """
UPDATE procurements_noticesearch search SET is_head = (search.notice_id = newest.notice_id)
FROM (
    SELECT DISTINCT ON (n.procurement_id) n.procurement_id, s.notice_id
    FROM procurements_noticesearch s JOIN procurements_notice n ON n.id = s.notice_id
        CROSS JOIN LATERAL (SELECT min(v.published_at) AS began FROM procurements_noticeversion v WHERE v.notice_id = n.id) first
    WHERE n.procurement_id = ANY (%(procurements)s)
    ORDER BY n.procurement_id, began DESC, s.notice_id DESC
) newest, procurements_notice n
WHERE n.id = search.notice_id AND n.procurement_id = newest.procurement_id
    AND search.is_head IS DISTINCT FROM (search.notice_id = newest.notice_id)
"""

TEXT_LIMIT = 200_000  # characters of a notice, in all its languages, that are searched; a tsvector holds 1 MB
GRACE = timedelta(days=1)  # after the deadline; until then a clock that goes wrong does no harm
BATCH = 500
WITH_ALL = ("notice__procurement__organisation", "notice__procurement__buyer_group")
WITH_MANY = ("texts", "buyers__organisation", "buyers__volumes")


def index(version: NoticeVersion, *, at: datetime | None = None) -> None:
    """Writes the search row of the version's notice, in the caller's transaction. Repeating it changes nothing.

    `at`: of an import, which brings what was over long ago: such a row is not written as open, to be taken out of the index of
    what is open soon after. Without it the notice counts as open until `upkeeping.close_over` looks at the clock.
    """
    index_many([version], at=at)


def index_many(versions: Sequence[NoticeVersion], *, at: datetime | None = None) -> None:
    """The same of many, each notice once, by two statements: for an import, or `manage.py index_notices`.

    Fetch them through `with_all`, or each of them asks for its buyers and languages by itself.
    """
    if not versions:
        return
    with connection.cursor() as cursor:
        rows = json.dumps([_row(version, at) for version in versions], default=datetime.isoformat)
        cursor.execute(INDEX, {"rows": rows})
        cursor.execute(HEAD, {"procurements": sorted({version.notice.procurement_id for version in versions})})


def with_all(versions: QuerySet[NoticeVersion]) -> QuerySet[NoticeVersion]:
    return versions.select_related(*WITH_ALL).prefetch_related(*WITH_MANY)


def index_again(notices: QuerySet[Notice], *, at: datetime | None = None) -> Iterator[tuple[int, int]]:
    """Makes the rows of published notices again, in transactions of `BATCH`; yields how many and the last notice's key.

    They are locked as a publication locks them, so no row can fall behind its notice.
    """
    after = 0
    while True:
        with transaction.atomic():
            batch = notices.filter(pk__gt=after).order_by("pk").select_for_update(of=("self",))
            found = list(batch.values_list("pk", flat=True)[:BATCH])
            if not found:
                return
            current = NoticeVersion.objects.filter(notice__in=found, notice__current_version=F("pk"))
            index_many(list(with_all(current)), at=at)
        after = found[-1]
        yield len(found), after


def close(notice: Notice) -> None:
    NoticeSearch.objects.filter(notice=notice).update(closed_at=notice.closed_at, is_open=False)


def _row(version: NoticeVersion, at: datetime | None) -> dict[str, Any]:
    notice = version.notice
    is_over = notice.closed_at is not None or bool(at and version.deadline_at and version.deadline_at < at - GRACE)
    buyers, procurement = organisations_of(version), notice.procurement
    if procurement.buyer_group_id and procurement.organisation not in buyers:
        buyers.append(procurement.organisation)  # leads since the version was published, which names those of its day
    value = euro(version.value, version.currency)
    return {
        "notice": notice.pk,
        "version": version.pk,
        "kind": notice.kind,
        "published_at": version.published_at,
        "deadline_at": version.deadline_at,
        "closed_at": notice.closed_at,
        "is_open": notice.kind in KINDS_THAT_ASK and not is_over,
        "value_euro": value,
        "keys": sorted(keys(version, [each.pk for each in buyers], {each.country for each in buyers})),
        "controls": controls(notice.pk, version.published_at, version.deadline_at, value),
        "pieces": list(_pieces(version, " ".join(each.name for each in buyers))),
    }


def _pieces(version: NoticeVersion, buyers: str) -> Iterator[dict[str, str]]:
    """The texts with the dictionary of each and its weight: what is in the title counts most. Each language by its own."""
    left = TEXT_LIMIT
    said = [(version.language, version.title, version.summary, "\n".join(getattr(version, name) for name in BODY))]
    said += [(text.language, text.title, text.summary, text.description) for text in version.texts.all()]
    for language, *texts in said:
        dictionary = DICTIONARIES.get(language, "simple")
        texts.append(compounds.in_language((text[:left] for text in texts), language))
        for weight, text in zip("ABDD", texts, strict=True):
            if text and left > 0:
                yield {"dictionary": dictionary, "weight": weight, "said": text[:left]}
                left -= len(text)
    yield {"dictionary": "simple", "weight": "C", "said": buyers[:TEXT_LIMIT]}


def keys(version: NoticeVersion, buyers: Sequence[int], countries: Iterable[str]) -> set[str]:
    """Every code of the version with all that lies above it, as the lexemes that filters ask for."""
    found = {f"K:{version.notice.kind}", f"L:{version.language}"}
    found |= {f"L:{text.language}" for text in version.texts.all()}
    found |= {f"P:{above}" for code in version.cpv for above in cpv_ancestors(code)}
    found |= {f"N:{above}" for code in version.regions for above in nuts_ancestors(code)}
    found |= {f"G:{goal}" for goal in version.goals}
    found |= {f"B:{buyer}" for buyer in buyers}
    found |= {f"C:{country}" for country in countries if country}
    group = version.notice.procurement.buyer_group
    if group and group.network_id:
        found.add(f"W:{group.network_id}")
    if version.procedure:
        found.add(f"D:{version.procedure}")
    if level := level_of(version):
        found.add(f"I:{level}")
    if len(buyers) > 1:
        found.add("J:joint")
    if "circ-econ" in version.environment:
        found.add("E:circular")
    return found


def controls(notice: int, published_at: datetime, deadline_at: datetime | None, value: int | None) -> list[str]:
    """Lexemes that make no hit but make it cheap: the even parts that the notice counts in, its months, the size of its value.

    A range of time or value asks for these first and looks at the column afterwards.
    """
    found = [*shares(notice), *months("M", published_at)]
    if deadline_at:
        found += months("T", deadline_at)
    if value is not None:
        found.append(f"V:{size(value)}")
    return found


def shares(notice: int) -> list[str]:
    """The even parts of all notices that it is in, by a hash: keys that follow each other are often alike."""
    place = (notice % 2**32 * 1640531527 % 2**32) >> 20
    return [f"Y:{share}" for share in SHARES if place < 4096 // share]


def months(letter: str, moment: datetime) -> list[str]:
    """Its decade, year and month, in UTC: ["M:202", "M:2026", "M:202611"]."""
    utc = moment.astimezone(UTC)
    return [f"{letter}:{utc.year // 10:03}", f"{letter}:{utc.year:04}", f"{letter}:{utc.year:04}{utc.month:02}"]


def size(value: int) -> int:
    """Twice as much is one more; what is negative counts as nothing."""
    return max(0, value).bit_length()
