"""Buyers and networks by a part of their names: what is found while one types, and the names of what was chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from networks.models import Network
from procurements.models import Notice, VersionBuyer
from taxonomy.forms import Text, Typed

MAX_WORDS = 100  # characters in the box
MAX_TICKED = 200  # ticks that are read at all; a field refuses far fewer
SUGGESTED = 8
FEW = 12  # networks: so few are all offered, before anybody has written a word


def buying() -> QuerySet[Organisation]:
    """Those who buy: verified here, or named as a buyer by something published."""
    leads = Notice.objects.published().filter(procurement__organisation=OuterRef("pk"))
    joins = VersionBuyer.objects.filter(organisation=OuterRef("pk"))
    known = Organisation.objects.filter(merged_into=None)
    return known.filter(Q(buyer_verified_at__isnull=False) | Exists(leads) | Exists(joins))


def buyers(words: str) -> dict[int, str]:
    """{id: name} of those who buy, by a part of their names."""
    return _named(buying(), words) if words else {}


def networks(words: str) -> dict[int, str]:
    active = Network.objects.active()
    if words or active.count() <= FEW:
        return _named(active, words, most=SUGGESTED if words else FEW)
    return {}


def _named(rows: QuerySet[Any], words: str, most: int = SUGGESTED) -> dict[int, str]:
    for word in words.split()[:SUGGESTED]:
        rows = rows.filter(name__icontains=word)
    return dict(rows.order_by(Lower("name"), "pk").values_list("pk", "name")[:most])


def buyer_names(ids: Iterable[int]) -> dict[int, str]:
    return dict(no_persons().filter(pk__in=list(ids)).order_by(Lower("name")).values_list("pk", "name"))


def no_persons() -> QuerySet[Organisation]:
    """Whose name may be asked for by number: else the names of all persons who are registered could be read off one by one."""
    return Organisation.objects.exclude(kind__in=[Organisation.Kind.SOLE_TRADER, Organisation.Kind.INVENTOR])


def network_names(ids: Iterable[int]) -> dict[int, str]:
    return dict(Network.objects.filter(pk__in=list(ids)).order_by(Lower("name")).values_list("pk", "name"))


@dataclass(frozen=True)
class Things:
    """What is chosen among. `find` suggests for words, `names` knows what was chosen once, though it is gone since."""

    code: str  # in the address of the suggestions
    find: Callable[[str], dict[int, str]]
    names: Callable[[Iterable[int]], dict[int, str]]
    box: Text


BUYERS = Things("buyers", buyers, buyer_names, _("Add a buyer by a part of its name"))
NETWORKS = Things("networks", networks, network_names, _("Add a network by a part of its name"))
THINGS = {things.code: things for things in (BUYERS, NETWORKS)}


def choices(things: Things, typed: Typed) -> dict[str, Any]:
    """What the choices show: what is ticked with its name, and suggestions for the words, not ticked."""
    ticked = numbers(typed.codes)
    suggested = things.find(typed.words[:MAX_WORDS])
    return {
        "chosen": things.names(ticked) if ticked else {},
        "suggestions": {id: name for id, name in suggested.items() if id not in ticked},
        "words": typed.words,
    }


def numbers(codes: Sequence[Any]) -> list[int]:
    """The ids among what a browser sent."""
    written = [str(code) for code in codes[:MAX_TICKED]]
    return list(dict.fromkeys(int(code) for code in written if code.isascii() and code.isdigit() and len(code) < 18))
