"""Who bought after whom (C15; E8's source): the first buyer, those who began from its published need, those who called off.

Published facts alone: a draft that was begun from somebody's need is nobody's business, and takes no place here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Min

from accounts.grants import Can
from accounts.models import Organisation
from procurements import calling_off, concluding
from procurements.calling_off import Options
from procurements.models import CallOff, Notice, NoticeVersion, Procurement

GENERATIONS, MOST = 20, 300  # a tree deeper or larger than that is cut, the youngest first

# The procurement that the first text in the row of copies belongs to.
ROOT = """
WITH RECURSIVE above(id, depth) AS (
    SELECT %(procurement)s::bigint, 0
    UNION
    SELECT origin.procurement_id, above.depth + 1
    FROM above
    JOIN procurements_notice copy ON copy.procurement_id = above.id AND copy.current_version_id IS NOT NULL
    JOIN procurements_notice origin ON origin.id = copy.origin_id
    WHERE above.depth < %(generations)s AND origin.procurement_id <> above.id
)
SELECT id FROM above ORDER BY depth DESC, id LIMIT 1
"""

# Each published copy with the procurement that it was begun from.
BELOW = """
WITH RECURSIVE below(parent, id, notice, depth) AS (
    SELECT NULL::bigint, %(root)s::bigint, NULL::bigint, 0
    UNION
    SELECT below.id, copy.procurement_id, copy.id, below.depth + 1
    FROM below
    JOIN procurements_notice origin ON origin.procurement_id = below.id
    JOIN procurements_notice copy ON copy.origin_id = origin.id AND copy.current_version_id IS NOT NULL
    WHERE below.depth < %(generations)s AND copy.procurement_id <> below.id
)
SELECT parent, id, notice FROM below WHERE notice IS NOT NULL ORDER BY depth, notice LIMIT %(most)s
"""


@dataclass
class Node:
    """One buyer in the tree. `notice` is what it published; None for one that joined by a call-off."""

    organisation: Organisation
    at: datetime
    notice: Notice | None = None
    is_here: bool = False  # the page that is read
    followers: list[Node] = field(default_factory=list)

    def __iter__(self) -> Iterator[Node]:
        """The followers and theirs, all generations."""
        for follower in self.followers:
            yield follower
            yield from follower


def tree_of(procurement: Procurement) -> Node:
    """From the first buyer down. By six queries, however many followed."""
    with connection.cursor() as cursor:
        cursor.execute(ROOT, {"procurement": procurement.pk, "generations": GENERATIONS})
        [(root,)] = cursor.fetchall()
        cursor.execute(BELOW, {"root": root, "generations": GENERATIONS, "most": MOST})
        rows = cursor.fetchall()
    beginning = Procurement.objects.select_related("organisation").get(pk=root)
    notices = Notice.objects.select_related("current_version", "procurement__organisation").in_bulk(
        [notice for _parent, _pk, notice in rows]
    )
    versions = NoticeVersion.objects.filter(notice__procurement__in={root, *(pk for _parent, pk, _notice in rows)})
    published = dict(versions.values_list("notice__procurement").annotate(Min("published_at")).order_by())
    nodes = {root: Node(beginning.organisation, published[root], is_here=root == procurement.pk)}
    for parent, pk, notice_pk in rows:
        if pk in nodes:  # a second notice that was begun from the same buyer's, or from another's
            continue
        notice = notices[notice_pk]
        nodes[pk] = Node(notice.procurement.organisation, published[pk], notice, is_here=pk == procurement.pk)
        nodes[parent].followers.append(nodes[pk])
    used = CallOff.objects.filter(procurement__in=nodes, approved_at__isnull=False).select_related("organisation")
    for one in used.order_by("approved_at", "pk"):
        assert one.approved_at is not None
        nodes[one.procurement_id].followers.append(Node(one.organisation, one.approved_at))
    for node in nodes.values():
        node.followers.sort(key=lambda follower: follower.at)
    return nodes[root]


def followers_of(tree: Node) -> int:
    """How many other organisations bought after the first: each once, and nobody after itself (E8)."""
    return len({node.organisation.pk for node in tree} - {tree.organisation.pk})


def beside(
    notice: Notice, version: NoticeVersion, published: list[Notice], user: Any, *, at: datetime
) -> dict[str, Any]:
    """What `procurements/_spreading.html` shows: of a procurement that came to a contract, or is concluded; else nothing."""
    procurement = notice.procurement
    has_contract = bool(published) and version.pk is not None and concluding.has_contract(procurement)
    if not has_contract and not procurement.concluded_at:
        return {}
    tree = tree_of(procurement)
    options = calling_off.options_of(procurement)
    own, may_bind = _acting_buyer(options, user) if options else (None, False)
    return {
        "spreads": True,
        "has_contract": has_contract,
        "tree": tree if tree.followers else None,
        "followers": followers_of(tree),
        "options": options,
        "acting_buyer": own,
        "may_bind": may_bind,
        "why_not": calling_off.why_not(options, own, at=at) if options and own else "",
        "options_end": options.is_in_time(at) if options else False,
    }


def _acting_buyer(options: Options, user: Any) -> tuple[Organisation | None, bool]:
    """The verified buyer that the reader acts for, one that was named before another, and whether the reader may bind it.

    What it may do with the contract is said to its own people alone.
    """
    if not user.is_authenticated:
        return None, False
    own = list(Organisation.objects.of(user, Can.WRITE).verified_buyers().order_by("name", "pk"))
    own.sort(key=lambda one: options.of(one) is None)
    may_bind = bool(own) and Organisation.objects.of(user, Can.ADMINISTER).filter(pk=own[0].pk).exists()
    return own[0] if own else None, may_bind
