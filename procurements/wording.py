"""What a wording must say before it can be published, and how two wordings differ."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from procurements import buyer_list, part_rules, parts
from procurements.models import Kind, Notice, NoticeVersion, Wording

BUYERS = "buyers"  # what is no column and no part: who buys, and how much
FIELDS: tuple[str, ...] = tuple(field.name for field in Wording._meta.local_fields)

# A need asks for five answers and no code (A1); the others for what their eForms subtypes make mandatory.
REQUIRED: dict[str, tuple[str, ...]] = {
    Kind.NEED: ("title", "problem", "affected", "cost_today", "desired_effect", "tried"),
    Kind.CONSULTATION: ("title", "summary", "description", "deadline_at", "contact_email"),
    Kind.PRIOR: ("title", "summary", "description", "cpv", "contact_email"),
    Kind.COMPETITION: (
        "title", "summary", "description", "procedure", "cpv", "regions", "deadline_at", "contact_email",
    ),
    Kind.AWARD: ("title", "summary"),
    Kind.CANCELLATION: ("title", "summary"),
    Kind.EFFECT: ("title", "summary"),
}  # fmt: skip


# What an amendment of spelling can touch; everything else (times, codes, value, addresses) is told to those who follow.
SPELLED = (
    "title", "summary", "problem", "affected", "cost_today", "desired_effect", "tried", "description", "contact_name",
)  # fmt: skip


def contents(wording: Wording) -> dict[str, Any]:
    """The columns of a wording by name, as a notice and its versions share them."""
    return {name: getattr(wording, name) for name in FIELDS}


def problems(wording: Wording, kind: str, *, at: datetime, current: Wording | None = None) -> dict[str, str]:
    """What stands in the way of publishing, as a sentence per field; empty when nothing does.

    A time that has passed is in the way when it is new: with the times of `current`, what is public now, the rest of a
    notice can still be put right after its deadline.
    """
    missing = {
        name: _("Fill this in before you publish.")
        for name in REQUIRED.get(kind, ("title",))
        if not getattr(wording, name)
    }
    if _is_late(wording.deadline_at, current.deadline_at if current else None, at):
        missing["deadline_at"] = _("The deadline has passed. Choose a moment that is still to come.")
    if _is_late(wording.questions_until, current.questions_until if current else None, at):
        missing["questions_until"] = _("The last time for questions has passed. Choose a moment that is still to come.")
    if wording.questions_until and wording.deadline_at and wording.questions_until > wording.deadline_at:
        missing["questions_until"] = _("The last time for questions is after the deadline.")
    if wording.value is not None and not wording.currency:
        missing["currency"] = _("Say in which currency the value is, or leave the value empty.")
    if isinstance(wording, Notice):
        missing |= part_rules.parts_problems(wording) | buyer_list.problems(wording, at=at)
    return missing


def _is_late(moment: datetime | None, public: datetime | None, at: datetime) -> bool:
    return moment is not None and moment <= at and moment != public


@dataclass(frozen=True)
class Change:
    """One field or part that differs between two texts, with what stood there and what stands there now.

    Of a part (documents, assets, stages) and of the buyers, `before` and `after` are lists of lines.
    """

    field: str
    before: Any
    after: Any

    @property
    def label(self) -> str:
        return label_of(self.field)


def label_of(field: str) -> str:
    """What a column or a part is called, in the reader's language."""
    if field == BUYERS:
        return _("who buys")
    if field in parts.PARTS:
        return str(parts.PARTS[field].label)
    return str(Wording._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def changes(before: Notice | NoticeVersion, after: Notice | NoticeVersion) -> list[Change]:
    """Field by field, in the order in which a page shows them; then part by part; then who buys, where a group does."""
    columns = [
        Change(name, getattr(before, name), getattr(after, name))
        for name in FIELDS
        if getattr(before, name) != getattr(after, name)
    ]
    of_parts = [
        Change(name, parts.lines_of(before, name), parts.lines_of(after, name))
        for name in parts.PARTS
        if parts.rows_of(before, name) != parts.rows_of(after, name)
    ]
    was, now = buyer_list.changed_between(before, after)
    lines = [[buyer_list.line_of(buyer) for buyer in buyers] for buyers in (was, now)]
    return columns + of_parts + ([Change(BUYERS, *lines)] if was or now else [])
