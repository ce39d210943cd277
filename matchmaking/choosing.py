"""Choosing buyers and networks by their names: ticks for what is chosen, a box to search in. It works without JavaScript;
htmx only shows the suggestions while one types."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurements.choosing import BUYERS, MAX_WORDS, Things, choices, numbers
from taxonomy.forms import RefusingField, Typed, TypedWidget


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
