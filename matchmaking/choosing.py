"""Choosing buyers and networks by their names: ticks for what is chosen, a box to search in. It works without JavaScript;
htmx only shows the suggestions while one types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from networks.models import Network
from procurements.models import Notice, VersionBuyer
from taxonomy.forms import RefusingField, Text, Typed, TypedWidget

MAX_WORDS = 100  # characters in the box
MAX_TICKED = 200  # ticks that are read at all; a field refuses far fewer
SUGGESTED = 8
FEW = 12  # networks: so few are all offered, before anybody has written a word


def buyers(words: str) -> dict[int, str]:
    """{id: name} of those who buy: verified here, or named as a buyer by something published."""
    leads = Notice.objects.published().filter(procurement__organisation=OuterRef("pk"))
    joins = VersionBuyer.objects.filter(organisation=OuterRef("pk"))
    buying = Organisation.objects.filter(Q(buyer_verified_at__isnull=False) | Exists(leads) | Exists(joins))
    return _named(buying.filter(merged_into=None), words) if words else {}


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
    return dict(Organisation.objects.filter(pk__in=list(ids)).order_by(Lower("name")).values_list("pk", "name"))


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


class NameWidget(TypedWidget):
    template_name = "matchmaking/name_widget.html"
    things: Things = BUYERS

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        typed = value if isinstance(value, Typed) else Typed([str(each) for each in value or []])
        context["widget"] |= {
            "box": self.things.box,
            "max_words": MAX_WORDS,
            "suggestions_url": reverse("matchmaking:name_suggestions", args=[self.things.code]),
            **choices(self.things, typed),
        }
        return context


class NameField(RefusingField):
    """Things chosen by name. Cleans to a list of ids, each once; a name that is written out in full needs no tick."""

    widget = NameWidget
    default_error_messages = {
        "unknown": _("One of these does not exist any more. Untick it, or choose another."),
        "choose": _("Tick what you mean by “%(words)s” among the suggestions below, or empty the box."),
        "nothing": _("We found nothing called “%(words)s”. Write a part of its name, or empty the box."),
        "long": _("Use at most 100 characters here. A part of the name is enough."),
        "many": _("Choose at most %(most)s."),
    }

    def __init__(self, things: Things, *, most: int, **kwargs: Any) -> None:
        self.things, self.most = things, most
        super().__init__(**kwargs)
        if isinstance(self.widget, NameWidget):
            self.widget.things = things

    def clean(self, value: Any) -> list[int]:
        typed = value if isinstance(value, Typed) else Typed(list(value or []))
        if len(typed.words) > MAX_WORDS:
            raise self._refusal("long")
        ids = numbers(typed.codes)
        if len(ids) != len(typed.codes) or len(ids) > self.most:
            raise self._refusal("many" if len(typed.codes) > self.most else "unknown", most=self.most)
        if set(ids) - set(self.things.names(ids)):
            raise self._refusal("unknown")
        if typed.words:
            found = self.things.find(typed.words)
            same = [id for id, name in found.items() if name.lower() == typed.words.lower()]
            ids += [id for id in same if id not in ids] if len(same) == 1 else []
            if not found:
                raise self._refusal("nothing", words=typed.words)
            if not set(found) & set(ids):
                raise self._refusal("choose", words=typed.words)
        return ids

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data.words) or {str(each) for each in initial or []} != set(data.codes)
