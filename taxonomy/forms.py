"""Form fields for codes. They work without JavaScript and by keyboard; htmx only shows the suggestions while one types.

A form may set `keep` on a CpvField or RegionField to the codes that its object already has, so that an imported code
that is not on our lists does not stop the rest from being edited.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from taxonomy import labels
from taxonomy.codes import nuts_ancestors
from taxonomy.finding import Suggestion, find_cpv
from taxonomy.models import Code, CpvCode, Goal, Region
from taxonomy.ordering import SwedishOrder

MAX_WORDS = 100
TYPED_CPV = re.compile(r"\b([0-9]{8})(?:-[0-9])?\b")
Text = str | Promise
Used = Callable[[str], Mapping[str, int]]
"""From words to codes that something public with these words has, and how many have each (procurements/used_codes.py)."""
NOT_STATED = _("Not stated")


def language() -> str:
    """The reader's language: sv, nb or en."""
    return (get_language() or "sv")[:2]


def chosen_in(data: Any, name: str) -> list[str]:
    """The values of the ticked boxes, each once, in their order."""
    values = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
    return list(
        dict.fromkeys(str(value).replace("\0", "") for value in ([values] if isinstance(values, str) else values))
    )


@dataclass(frozen=True)
class Typed:
    """What came from the browser: ticked codes, and what was written in the box beside them."""

    codes: list[str]
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.codes or self.words)


class TypedWidget(forms.Widget):
    """Boxes to tick under the field's name, and a box to write in, `<name>-words`. Its value is Typed."""

    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed:
        return Typed(chosen_in(data, name), str(data.get(f"{name}-words", "")).replace("\0", "").strip())

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False  # no ticked box is an answer too

    def id_for_label(self, id_: str) -> str:
        return ""


class RefusingField(forms.Field):
    """A field that refuses with one of its `error_messages`, whose key is the code of the error."""

    def _refusal(self, why: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[why], code=why, params=params)


# --- CPV --------------------------------------------------------------------------------------------------------------


def cpv_choices(typed: Typed, used: Used | None = None) -> dict[str, Any]:
    """What the choices show: ticked codes with their labels, and suggestions for the words, not ticked."""
    known = set(CpvCode.objects.filter(pk__in=TYPED_CPV.findall(typed.words)).values_list("pk", flat=True))
    words = TYPED_CPV.sub(lambda found: "" if found[1] in known else found[0], typed.words).strip(" ,;")
    codes = list(dict.fromkeys([*typed.codes, *sorted(known)]))
    return {
        "chosen": labels.cpv_labels(codes, language()),
        "suggestions": [each for each in suggest(words, used) if each.code not in codes],
        "words": words,
    }


def suggest(words: str, used: Used | None = None) -> list[Suggestion]:
    """Suggestions for each piece between commas."""
    pieces = [piece for piece in re.split(r"[,;\n]", words[:MAX_WORDS]) if piece.strip()]
    limit = max(3, 8 // max(1, len(pieces)))
    found = [
        each
        for piece in pieces
        for each in find_cpv(piece, language(), limit=limit, used=used(piece) if used else None)
    ]
    return list({each.code: each for each in reversed(found)}.values())[::-1]


class CpvWidget(TypedWidget):
    template_name = "taxonomy/cpv_widget.html"
    suggestions = "taxonomy:cpv_suggestions"
    used: Used | None = None

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        typed = value if isinstance(value, Typed) else Typed(list(value or []))
        context["widget"] |= {
            "max_words": MAX_WORDS,
            "suggestions_url": reverse(self.suggestions),
            **cpv_choices(typed, self.used),
        }
        return context


class CpvField(RefusingField):
    """CPV codes, found by words or written as digits. Cleans to a list of codes, each once.

    `used` adds the codes that something else has for the same words; `suggestions` names the URL that shows the same
    while one types.
    """

    widget = CpvWidget
    default_error_messages = {
        "required": _("Add at least one code, so that the right suppliers find this."),
        "unknown": _("There is no CPV code %(code)s. Check the digits, or describe it in words instead."),
        "choose": _("Choose what “%(words)s” means among the suggestions below, or empty the box."),
        "nothing": _("We found no code for “%(words)s”. Try another word, or a more general one."),
        "long": _("Use at most 100 characters here. A word or two is enough."),
        "many": _("Choose at most %(most)s codes. The most exact ones say the most."),
    }

    def __init__(
        self,
        *,
        max_codes: int = 30,
        keep: Collection[str] = (),
        used: Used | None = None,
        suggestions: str = "",
        **kwargs: Any,
    ) -> None:
        self.max_codes, self.keep, self.used = max_codes, keep, used
        super().__init__(**kwargs)
        if isinstance(self.widget, CpvWidget):
            self.widget.used = used
            self.widget.suggestions = suggestions or self.widget.suggestions

    def clean(self, value: Any) -> list[str]:
        typed = value if isinstance(value, Typed) else Typed(list(value or []))
        if len(typed.words) > MAX_WORDS:
            raise self._refusal("long")
        codes = list(dict.fromkeys([*typed.codes, *TYPED_CPV.findall(typed.words)]))
        if len(codes) > self.max_codes:
            raise self._refusal("many", most=self.max_codes)
        known = {*CpvCode.objects.filter(pk__in=codes).values_list("pk", flat=True), *self.keep}
        if unknown := [code for code in codes if code not in known]:
            raise self._refusal("unknown", code=unknown[0][:50])
        words = TYPED_CPV.sub("", typed.words).strip(" ,;")
        if words:
            suggested = {each.code for each in suggest(words, self.used)}
            if not suggested:
                raise self._refusal("nothing", words=words)
            if not suggested.intersection(codes):
                raise self._refusal("choose", words=words)
        if self.required and not codes:
            raise self._refusal("required")
        return codes

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data.words) or set(initial or []) != set(data.codes)


# --- Regions ----------------------------------------------------------------------------------------------------------


@dataclass
class Branch:
    code: str
    label: str
    ticked: bool
    branches: list["Branch"]

    @property
    def holds_ticked(self) -> bool:
        return any(each.ticked or each.holds_ticked for each in self.branches)


def region_tree(countries: Sequence[str], ticked: Collection[str]) -> list[Branch]:
    """The regions of today (the edition of 2024) under their countries, without those "outside the regions" (Z)."""
    regions = (
        Region.objects.filter(country__in=countries, in_2024=True, retired="").exclude(pk__regex="^..Z").order_by("pk")
    )
    made: dict[str, Branch] = {}
    for region in regions:
        branch = made[region.pk] = Branch(region.pk, region.label(language()), region.pk in ticked, [])
        for above in reversed(nuts_ancestors(region.pk)[:-1]):
            if above in made:
                made[above].branches.append(branch)
                break
    return [made[country] for country in countries if country in made]


class RegionWidget(TypedWidget):
    template_name = "taxonomy/region_widget.html"
    countries: Sequence[str] = ("SE", "NO")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        typed = value if isinstance(value, Typed) else Typed(list(value or []))
        tree = region_tree(self.countries, typed.codes)
        inside = {branch.code for branch in _all(tree)}
        context["widget"] |= {
            "tree": tree,
            "others": labels.region_labels([code for code in typed.codes if code not in inside], language()),
            "words": typed.words,
        }
        return context


def _all(tree: Iterable[Branch]) -> Iterable[Branch]:
    for branch in tree:
        yield branch
        yield from _all(branch.branches)


class RegionField(RefusingField):
    """NUTS regions and countries: boxes for the regions of Sweden and Norway, codes or names for the rest of Europe."""

    widget = RegionWidget
    default_error_messages = {
        "required": _("Choose at least one region or country."),
        "unknown": _("There is no region called %(code)s. Write its name or its NUTS code, such as DK01 or FI."),
        "long": _("Use at most 100 characters here."),
    }

    def __init__(self, *, countries: Sequence[str] = ("SE", "NO"), keep: Collection[str] = (), **kwargs: Any) -> None:
        self.keep = keep
        super().__init__(**kwargs)
        if isinstance(self.widget, RegionWidget):
            self.widget.countries = countries

    def clean(self, value: Any) -> list[str]:
        typed = value if isinstance(value, Typed) else Typed(list(value or []))
        if len(typed.words) > MAX_WORDS:
            raise self._refusal("long")
        codes = [
            *typed.codes,
            *(self._code(piece.strip()) for piece in re.split(r"[,;]", typed.words) if piece.strip()),
        ]
        known = {*Region.objects.filter(pk__in=codes).values_list("pk", flat=True), *self.keep}
        if unknown := [code for code in codes if code not in known]:
            raise self._refusal("unknown", code=unknown[0][:50])
        if self.required and not codes:
            raise self._refusal("required")
        return list(dict.fromkeys(codes))

    def _code(self, name: str) -> str:
        """The code for a code or a name; the widest region where several share it (Åland is FI2, FI20 and FI200)."""
        same = Region.objects.filter(pk=name.upper())
        for column in ("name", "label_sv", "label_nb", "label_en"):
            same |= Region.objects.filter(**{f"{column}__iexact": name})
        found = same.order_by("level", "pk").first()
        return found.pk if found else name

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data.words) or set(initial or []) != set(data.codes)


# --- Goals and code lists ---------------------------------------------------------------------------------------------


def goal_choices() -> list[tuple[int, str]]:
    return [(goal.number, f"{goal.number}. {goal.label(language())}") for goal in Goal.objects.all()]


class GoalField(forms.TypedMultipleChoiceField):
    """Goals of Agenda 2030, at most three unless told otherwise: who ticks all has said nothing. Cleans to numbers."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, max_goals: int = 3, **kwargs: Any) -> None:
        self.max_goals = max_goals
        super().__init__(choices=goal_choices, coerce=int, empty_value=[], **kwargs)

    def clean(self, value: Any) -> list[int]:
        goals: list[int] = sorted(set(super().clean(value)))
        if len(goals) > self.max_goals:
            raise ValidationError(
                ngettext(
                    "Choose at most %(most)s goal: the one that this matters most to.",
                    "Choose at most %(most)s goals: those that this matters most to.",
                    self.max_goals,
                ),
                code="many",
                params={"most": self.max_goals},
            )
        return goals


@dataclass(frozen=True)
class Aim:
    """A row as it came from the browser: a goal, and what is to be measured for it."""

    goal: str = ""
    target: str = ""

    def __bool__(self) -> bool:
        return bool(self.goal or self.target)


class GoalTargetWidget(forms.Widget):
    """A row for each goal: a list of the goals, and a line for its target. Names: goals-0, goals-0-target, goals-1 ..."""

    template_name = "taxonomy/goal_target_widget.html"
    use_fieldset = True
    rows = 3
    longest = 300

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Aim]:
        def typed(key: str) -> str:
            return str(data.get(key) or "").replace("\0", "").strip()

        return [Aim(typed(f"{name}-{row}"), typed(f"{name}-{row}-target")) for row in range(self.rows)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(f"{name}-{row}" in data for row in range(self.rows))

    def id_for_label(self, id_: str) -> str:
        return ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        aims = [each if isinstance(each, Aim) else Aim(str(each[0]), each[1]) for each in value or []]
        aims += [Aim()] * (self.rows - len(aims))
        context["widget"] |= {
            "aims": aims,
            "choices": [(str(number), label) for number, label in goal_choices()],
            "longest": self.longest,
        }
        return context


class GoalTargetField(RefusingField):
    """Goals of Agenda 2030, each with a measurable target (E12). Cleans to (goals, targets): two lists of one length.

    The initial value is pairs: `aims_of(goals, targets)`. A goal without a target is no error here: a draft may be half
    done, and publishing warns.
    """

    widget = GoalTargetWidget
    default_error_messages = {
        "required": _("Choose at least one goal."),
        "unknown": _("There is no such goal. Choose one of the seventeen."),
        "twice": _("Goal %(goal)s stands twice. Put both targets in one row, or choose another goal."),
        "no_goal": _("“%(target)s” has no goal. Choose the goal that it belongs to, or empty the line."),
        "long": _("Use at most %(longest)s characters for a target. One number and one day are enough."),
    }

    def __init__(self, *, max_goals: int = 3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.rows = max_goals

    def clean(self, value: Any) -> tuple[list[int], list[str]]:
        aims = [each for each in value or [] if each]
        known = {str(number) for number in Goal.objects.values_list("number", flat=True)} if aims else set()
        chosen: dict[int, str] = {}
        for aim in aims:
            if not aim.goal:
                raise self._refusal("no_goal", target=aim.target[:60])
            if aim.goal not in known:
                raise self._refusal("unknown")
            if int(aim.goal) in chosen:
                raise self._refusal("twice", goal=aim.goal)
            if len(aim.target) > GoalTargetWidget.longest:
                raise self._refusal("long", longest=GoalTargetWidget.longest)
            chosen[int(aim.goal)] = aim.target
        if self.required and not chosen:
            raise self._refusal("required")
        return list(chosen), list(chosen.values())

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = [each if isinstance(each, Aim) else Aim(str(each[0]), each[1]) for each in initial or []]
        return [each for each in before if each] != [each for each in data or [] if each]


def aims_of(goals: Sequence[int], targets: Sequence[str]) -> list[tuple[int, str]]:
    """The pairs that a GoalTargetField begins with: a goal from before targets were asked for has none."""
    return [(goal, targets[place] if place < len(targets) else "") for place, goal in enumerate(goals)]


class CodeSelect(forms.Select):
    """A select that shows the present value also when it is retired or unknown, so that saving does not lose it."""

    label_of: Callable[[str], str] = str

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        groups = super().optgroups(name, value, attrs)
        if (
            value
            and value[0]
            and not any(option["selected"] for _name, options, _index in groups for option in options)
        ):
            extra = self.create_option(name, value[0], self.label_of(value[0]), True, len(groups), attrs=attrs)
            groups.append((None, [extra], len(groups)))
        return groups


class CodeField(forms.ChoiceField):
    """One code of a list, with labels in the reader's language and in its order. Cleans to the code, or "" when empty.

    `codes` narrows the list and gives its order.
    """

    widget = CodeSelect

    def __init__(
        self, list_name: str, *, codes: Sequence[str] = (), empty_label: Text = NOT_STATED, **kwargs: Any
    ) -> None:
        self.list_name, self.codes, self.empty_label = list_name, codes, empty_label
        super().__init__(choices=self._choices, **kwargs)
        if isinstance(self.widget, CodeSelect):
            self.widget.label_of = self._label

    def _choices(self) -> list[tuple[str, Text]]:
        in_use = Code.objects.of(self.list_name).in_use().order_by(SwedishOrder(f"label_{language()}"))
        found = {code.code: code.label(language()) for code in in_use}
        order = [code for code in self.codes if code in found] or list(found)
        return [("", self.empty_label), *((code, found[code]) for code in order)]

    def _label(self, code: str) -> str:
        return labels.code_labels(self.list_name, [code], language())[code]

    def valid_value(self, value: Any) -> bool:
        return Code.objects.of(self.list_name).filter(code=value).exists()
