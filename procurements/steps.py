"""The steps in which a text is written: what each asks for, and what it still lacks (A2).

A step asks for columns of the wording, or is a page of its own for what a notice has many of; both are named in `fields`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from networks import dividing_work
from networks.models import GroupTask
from procurements import parts
from procurements.models import Kind, Notice
from procurements.wording import problems


@dataclass(frozen=True)
class Step:
    name: str  # the last part of its address
    label: str | Promise
    fields: tuple[str, ...] = ()
    lead: str | Promise = ""  # what it is for
    page: str = ""  # the URL name of a page of its own; empty: `notice_edit` asks for its fields

    @property
    def fields_of_wording(self) -> tuple[str, ...]:
        """Those that are columns; the others are parts."""
        return tuple(name for name in self.fields if name not in parts.PARTS)


_THE_NEED = ("problem", "affected", "cost_today", "desired_effect", "tried")
_HEARD = ("cpv", "regions", "goals", "goal_targets", "strategic", "innovation", "environment")
_HEARD_LEAD = _("Nothing here is required of a need, but the more you say, the more of the right suppliers hear of it.")
_DOCUMENTS = Step("documents", _("Documents"), ("documents",), page="procurements:document_list")
_CHECK = Step("check", _("Check and publish"), page="procurements:notice_publish")

_OF_A_NEED = (
    Step(
        "need",
        _("The need"),
        ("language", "title", *_THE_NEED),
        _("Five questions. Write as you would tell a colleague; leave open how it is to be solved."),
    ),
    Step("hearing", _("So that the right suppliers hear of it"), ("summary", *_HEARD), _HEARD_LEAD),
    Step(
        "time",
        _("Time and contact"),
        ("zone", "deadline_at", "participation", "contact_name", "contact_email"),
        _("Everything here can wait. A need without a time stays open until you close it."),
    ),
    _DOCUMENTS,
    _CHECK,
)
_OF_A_NOTICE = (
    Step("about", _("What it is about"), ("language", "title", "summary", "description")),
    Step(
        "need",
        _("The need behind it"),
        _THE_NEED,
        _("It came along from the need. Suppliers understand a call better when they can read why."),
    ),
    Step("procedure", _("Procedure and value"), ("procedure", "nature", "value", "currency")),
    Step("rights", _("Intellectual assets"), ("assets",), page="procurements:asset_edit"),
    Step("stages", _("Stages"), ("stages", "price_cap", "exit_rule"), page="procurements:stage_edit"),
    Step(
        "codes",
        _("So that the right suppliers hear of it"),
        _HEARD,
        _("Suppliers are matched by these. You choose them by words; the codes follow."),
    ),
    Step("times", _("Times"), ("zone", "questions_until", "deadline_at")),
    Step(
        "participation",
        _("Who can take part"),
        ("participation", "submission_url", "documents_url", "contact_name", "contact_email"),
        _("Small and new suppliers decide here whether it is worth their time."),
    ),
    _DOCUMENTS,
    _CHECK,
)


def steps_of(kind: str) -> tuple[Step, ...]:
    return _OF_A_NEED if kind == Kind.NEED else _OF_A_NOTICE


def step_named(kind: str, name: str) -> Step | None:
    return next((step for step in steps_of(kind) if step.name == name), None)


def step_with(kind: str, field: str) -> Step | None:
    """The step that asks for the column or part."""
    return next((step for step in steps_of(kind) if field in step.fields), None)


def address_of(notice: Notice, step: Step) -> str:
    return (
        reverse(step.page, args=[notice.slug])
        if step.page
        else reverse("procurements:notice_edit", args=[notice.slug, step.name])
    )


def address_of_field(notice: Notice, field: str) -> str:
    """Where a person fills in the column or part; what a list of what is missing leads to."""
    step = step_with(notice.kind, field)
    if step is None:
        return reverse("procurements:notice_edit", args=[notice.slug])
    return address_of(notice, step) + ("" if step.page else f"#id_{field}")


@dataclass(frozen=True)
class Place:
    """One step as the list of steps shows it."""

    step: Step
    url: str
    missing: int  # answers without which it cannot be published
    is_filled: bool  # something stands there
    is_here: bool
    task: GroupTask | None = None  # of those who buy together: who writes it (C8)


def places(notice: Notice, *, here: str, at: datetime) -> list[Place]:
    """Every step of the notice with where it stands. One query for each part that has a step, however many rows it has.

    One more where several buy together: who writes which part.
    """
    group = notice.procurement.buyer_group_id
    tasks = dividing_work.writers(group, notice.phase) if group else {}
    lacking = problems(notice, notice.kind, at=at, current=notice.current_version)
    return [
        Place(
            step,
            address_of(notice, step),
            missing=sum(name in lacking for name in step.fields),
            is_filled=any(_stands(notice, name) for name in step.fields),
            is_here=step.name == here,
            task=tasks.get(step.name),
        )
        for step in steps_of(notice.kind)
    ]


def _stands(notice: Notice, field: str) -> bool:
    if field in parts.PARTS:
        return bool(getattr(notice, field).exists())
    return field not in ("language", "zone") and bool(getattr(notice, field))


def next_unfinished(notice: Notice, *, at: datetime) -> Step:
    """Where somebody who comes back goes on: the first step that lacks something, else the first of all."""
    found = places(notice, here="", at=at)
    return next((place.step for place in found if place.missing), found[0].step)


def beside(notice: Notice, *, here: str, at: datetime) -> dict[str, object]:
    """What `procurements/_steps.html` and `_step_links.html` need: the list, and the steps before and after this one."""
    found = places(notice, here=here, at=at)
    index = next((number for number, place in enumerate(found) if place.is_here), 0)
    return {
        "places": found,
        "place": found[index],
        "previous": found[index - 1] if index else None,
        "next": found[index + 1] if index + 1 < len(found) else None,
    }
