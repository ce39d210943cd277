"""The places of a procurement that guidance can be bound to: what the wizard asks for, and pages of the chain (A37, D2).

A place has a lasting name: that of a column or part (`problem`), or of a page (`procurements:notice_close`). The fields come
from `procurements.steps`, so that a new question is a place at once; pages are listed here, and a test holds them to the
addresses. Whoever writes guidance is downstream: an article whose place is gone is listed there as broken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurements.models import Kind, Notice, Phase
from procurements.steps import Step, steps_of
from procurements.wording import label_of

Words = str | Promise

TEAM, SUPPLIER = ("procurer", "owner", "leader"), ("supplier",)  # audiences, as guidance calls them
# Asked for the arena's own sake; and the targets of the goals, which have no field of their own.
NOT_GUIDED = ("language", "zone", "goal_targets")


@dataclass(frozen=True)
class Place:
    name: str
    group: Words  # the heading under which a list shows it
    said: Words = ""
    phase: str = ""  # where it is the page that has one, and not the notice
    audiences: tuple[str, ...] = TEAM

    @property
    def is_page(self) -> bool:
        return ":" in self.name

    @property
    def label(self) -> Words:
        """In the reader's language; a column's own name begins with a capital letter here."""
        words = str(self.said or label_of(self.name))
        return words[:1].upper() + words[1:]


_DRAFT, _OPEN, _END, _TOGETHER = (
    _("While the draft is made"),
    _("While it is open"),
    _("When it ends"),
    _("When several buy together"),
)
_OFFER = _("What a supplier does")

_PAGES = (
    Place("procurements:notice_create", _DRAFT, _("Begin a notice"), Phase.NEED),
    Place("procurements:procedure_advice", _DRAFT, _("Help to choose a procedure"), Phase.COMPETITION),
    Place("procurements:notice_publish", _DRAFT, _("Check and publish")),
    Place("procurements:question_list", _OPEN, _("Questions and answers")),
    Place("procurements:interest_list", _OPEN, _("Interest")),
    Place("procurements:supplier_message_send", _OPEN, _("Message to suppliers")),
    Place("procurements:secrecy_edit", _OPEN, _("Secrecy")),
    Place("procurements:notice_close", _END, _("End it before its time")),
    Place("procurements:feedback_give", _END, _("Answer those who showed interest")),
    Place("procurements:outcome_edit", _END, _("Outcome"), Phase.CONTRACT),
    Place("procurements:approval_list", _TOGETHER, _("Approvals")),
    Place("procurements:requirement_list", _TOGETHER, _("Joint list of requirements")),
    Place("procurements:section_share", _TOGETHER, _("Who writes what")),
    Place("procurements:call_off_list", _TOGETHER, _("Call-offs"), Phase.CONTRACT),
    Place("networks:network_inside", _TOGETHER, _("Inside a network"), Phase.NEED),
    Place("networks:plan_create", _TOGETHER, _("Tell what you plan to buy"), Phase.NEED),
    Place("networks:group_detail", _TOGETHER, _("A buyer group"), Phase.DIALOGUE),
    Place("networks:group_create", _TOGETHER, _("Form a buyer group"), Phase.NEED),
    Place("networks:group_items", _TOGETHER, _("What the group buys"), Phase.DIALOGUE),
    Place("networks:letter_list", _TOGETHER, _("Letters of intent"), Phase.DIALOGUE),
    Place("networks:cost_key", _TOGETHER, _("How costs are shared"), Phase.DIALOGUE),
    Place("procurements:interest_register", _OFFER, _("Show interest"), audiences=SUPPLIER),
    Place("procurements:question_ask", _OFFER, _("Ask a question"), audiences=SUPPLIER),
    Place("procurements:call_off", _OFFER, _("Ask to call off from the contract"), Phase.CONTRACT, TEAM),
)


@cache
def places() -> dict[str, Place]:
    """Every place by its name: the wizard's fields in the order in which it asks, then the pages."""
    found: dict[str, Place] = {}
    for kind in (Kind.NEED, Kind.COMPETITION):
        for step in steps_of(kind):
            for field in step.fields:
                if field not in NOT_GUIDED:
                    found.setdefault(field, Place(field, step.label))
    return found | {page.name: page for page in _PAGES}


def known(names: Iterable[str]) -> list[Place]:
    """Those of the names that are places, each once, in the order of the wizard and the chain."""
    asked = set(names)
    return [place for name, place in places().items() if name in asked]


def at_page(view_name: str, step: Step | None = None) -> list[Place]:
    """The places that a page shows: the fields that its step asks for, and the page itself."""
    fields = step.fields if step else next((s.fields for s in steps_of(Kind.COMPETITION) if s.page == view_name), ())
    return known([*fields, view_name])


def question(found: Iterable[Place], notice: Notice | None = None) -> list[tuple[str, str]]:
    """What to ask for guidance on the places: pairs for an address, as `knowledge:guidance_beside` reads them."""
    found = list(found)
    phase = notice.phase if notice else next((place.phase for place in found if place.phase), "")
    asked = [("place", place.name) for place in found]
    asked += [("phase", phase)] if phase else []
    asked += [("procedure", notice.procedure)] if notice and notice.procedure else []
    audiences = next((place.audiences for place in found), TEAM)
    return asked + [("audience", audience) for audience in audiences]
