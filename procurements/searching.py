"""The search row of a notice, and the questions that it answers."""

import re
from collections.abc import Iterable, Sequence

from django.contrib.postgres.search import SearchQuery
from django.db import connection

from procurements.buyer_list import organisations_of
from procurements.innovation import level_of
from procurements.models import Notice, NoticeSearch, NoticeVersion
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

# Upper-case lexemes with a colon: no text parser of PostgreSQL emits one, so codes and words share one index.
INDEX = """
INSERT INTO procurements_noticesearch
    (notice_id, version_id, kind, published_at, deadline_at, closed_at, is_head, keys, document)
VALUES (%(notice)s, %(version)s, %(kind)s, %(published_at)s, %(deadline_at)s, %(closed_at)s, true, %(keys)s,
    setweight(to_tsvector(%(dictionary)s::regconfig, %(title)s), 'A')
    || setweight(to_tsvector(%(dictionary)s::regconfig, %(summary)s), 'B')
    || to_tsvector(%(dictionary)s::regconfig, %(body)s)
    || setweight(to_tsvector('simple', %(buyers)s), 'C')
    || array_to_tsvector(%(keys)s::text[]))
ON CONFLICT (notice_id) DO UPDATE SET
    version_id = excluded.version_id, kind = excluded.kind, published_at = excluded.published_at,
    deadline_at = excluded.deadline_at, closed_at = excluded.closed_at, keys = excluded.keys, document = excluded.document
"""

# The notice that was first published last stands for its procurement in lists of what is open: an amendment of the
# need, when the competition is out, brings nothing new.
HEAD = """
UPDATE procurements_noticesearch search SET is_head = (search.notice_id = newest.notice_id)
FROM (
    SELECT s.notice_id FROM procurements_noticesearch s JOIN procurements_notice n ON n.id = s.notice_id
    WHERE n.procurement_id = %(procurement)s
    ORDER BY (SELECT min(v.published_at) FROM procurements_noticeversion v WHERE v.notice_id = n.id) DESC, s.notice_id DESC
    LIMIT 1
) newest, procurements_notice n
WHERE n.id = search.notice_id AND n.procurement_id = %(procurement)s
    AND search.is_head IS DISTINCT FROM (search.notice_id = newest.notice_id)
"""

TEXT_LIMIT = 200_000  # characters of a text that are searched; a tsvector holds 1 MB


def index(version: NoticeVersion) -> None:
    """Writes the search row of the version's notice, in the caller's transaction. Repeating it changes nothing."""
    notice = version.notice
    buyers, procurement = organisations_of(version), notice.procurement
    if procurement.buyer_group_id and procurement.organisation not in buyers:
        buyers.append(procurement.organisation)  # leads since the version was published, which names those of its day
    with connection.cursor() as cursor:
        cursor.execute(
            INDEX,
            {
                "notice": notice.pk,
                "version": version.pk,
                "kind": notice.kind,
                "published_at": version.published_at,
                "deadline_at": version.deadline_at,
                "closed_at": notice.closed_at,
                "keys": sorted(
                    keys(version, [organisation.pk for organisation in buyers], {o.country for o in buyers})
                ),
                "dictionary": DICTIONARIES.get(version.language, "simple"),
                "title": version.title,
                "summary": version.summary,
                "body": "\n".join(getattr(version, name) for name in BODY)[:TEXT_LIMIT],
                "buyers": " ".join(organisation.name for organisation in buyers),
            },
        )
        cursor.execute(HEAD, {"procurement": notice.procurement_id})


def close(notice: Notice) -> None:
    NoticeSearch.objects.filter(notice=notice).update(closed_at=notice.closed_at)


def keys(version: NoticeVersion, buyers: Sequence[int], countries: Iterable[str]) -> set[str]:
    """Every code of the version with all that lies above it, as the lexemes that filters ask for."""
    found = {f"K:{version.notice.kind}", f"L:{version.language}"}
    found |= {f"P:{above}" for code in version.cpv for above in cpv_ancestors(code)}
    found |= {f"N:{above}" for code in version.regions for above in nuts_ancestors(code)}
    found |= {f"G:{goal}" for goal in version.goals}
    found |= {f"B:{buyer}" for buyer in buyers}
    found |= {f"C:{country}" for country in countries if country}
    if version.procedure:
        found.add(f"D:{version.procedure}")
    if level := level_of(version):
        found.add(f"I:{level}")
    if len(buyers) > 1:
        found.add("J:joint")
    if "circ-econ" in version.environment:
        found.add("E:circular")
    return found


MINUS = re.compile(r'(?<!\S)-("[^"]*"|\S+)')


def query(text: str) -> SearchQuery:
    """What a person typed, in all three languages at once: quoted phrases, OR, and minus words, which exclude in any language."""
    wanted = MINUS.sub(" ", text)
    found = SearchQuery(wanted, config=READERS[0], search_type="websearch")
    for dictionary in READERS[1:]:
        found = found | SearchQuery(wanted, config=dictionary, search_type="websearch")  # type: ignore[assignment]
    for word in MINUS.findall(text):
        for dictionary in READERS:
            found = found & ~SearchQuery(word, config=dictionary, search_type="websearch")  # type: ignore[assignment]
    return found
