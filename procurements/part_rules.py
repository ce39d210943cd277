"""What a notice's assets, stages and documents must say before it is published."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files.models import StoredFile
from procurements import parts
from procurements.models import Kind, Notice, ProcedureAdvice, Rights

ASSETS_ARE_NEEDED = (
    "comp-dial",
    "innovation",
)  # for a partnership, article 31(6) of 2014/24/EU; for both, PRV's guidance
STAGES_ARE_NEEDED = ("innovation",)
PRE_COMMERCIAL = "pcp"  # no code of BT-105 says it: the team's choice in the procedure helper does


def needs_assets(notice: Notice) -> bool:
    """Whether the notice is a call in a procedure that has to say who may do what with what is made (A15)."""
    return notice.kind == Kind.COMPETITION and (notice.procedure in ASSETS_ARE_NEEDED or _is_pre_commercial(notice))


def needs_stages(notice: Notice) -> bool:
    """Whether the notice is a call in a procedure that is bought in stages (A33)."""
    return notice.kind == Kind.COMPETITION and (notice.procedure in STAGES_ARE_NEEDED or _is_pre_commercial(notice))


def _is_pre_commercial(notice: Notice) -> bool:
    return ProcedureAdvice.objects.filter(procurement=notice.procurement_id, chosen=PRE_COMMERCIAL).exists()


def parts_problems(notice: Notice) -> dict[str, str]:
    """What stands in the way of publishing the notice's parts: a sentence per field or part; empty when nothing does."""
    found = {**_wrong_assets(notice), **_wrong_stages(notice), **_wrong_documents(notice)}
    return {name: str(sentence) for name, sentence in found.items()}


def _wrong_assets(notice: Notice) -> dict[str, str]:
    rows = parts.rows_of(notice, "assets")
    if not rows and needs_assets(notice):
        return {"assets": _("Say what you need to do with each intellectual asset. This procedure demands it.")}
    unmotivated = [row["name"] for row in rows if row["level"] == Rights.OWN and not row["motive"].strip()]
    if unmotivated:
        return {"assets": _("Say why you need to take over “%(name)s”.") % {"name": unmotivated[0]}}
    return {}


def _wrong_stages(notice: Notice) -> dict[str, str]:
    rows = parts.rows_of(notice, "stages")
    found: dict[str, str] = {}
    if needs_stages(notice):
        if not rows:
            found["stages"] = _(
                "Plan at least one stage: when it ends, what it costs and what decides whether it goes on."
            )
        elif unfinished := [row["name"] for row in rows if not _is_whole(row)]:
            said = _("The stage “%(name)s” needs an end, a highest cost and what decides whether it goes on.")
            found["stages"] = said % {"name": unfinished[0]}
        if notice.price_cap is None:
            found["price_cap"] = _("Say what all stages may cost together.")
        if not notice.exit_rule.strip():
            found["exit_rule"] = _("Say how it can end before its last stage.")
    backward = [
        row["name"] for row in rows if row["starts_on"] and row["ends_on"] and row["ends_on"] < row["starts_on"]
    ]
    if backward:
        found["stages"] = _("The stage “%(name)s” ends before it begins.") % {"name": backward[0]}
    if notice.price_cap is not None and total_of(rows) > notice.price_cap:
        found["price_cap"] = _("The stages may cost more together than the most that they may cost in all.")
    if not notice.currency and (notice.price_cap is not None or total_of(rows)):
        found["currency"] = _("Say in which currency the costs of the stages are.")
    return found


def _is_whole(row: dict[str, Any]) -> bool:
    return bool(row["ends_on"] and row["max_cost"] is not None and row["decision"].strip())


def total_of(rows: parts.Rows) -> Decimal:
    """What the stages may cost together, as far as they say it."""
    return sum((row["max_cost"] for row in rows if row["max_cost"] is not None), Decimal())


def overlaps(rows: parts.Rows) -> list[str]:
    """The stages that begin before the one above them ends, by name."""
    return [
        later["name"]
        for earlier, later in pairwise(rows)
        if earlier["ends_on"] and later["starts_on"] and later["starts_on"] < earlier["ends_on"]
    ]


NOT_READY: dict[str, Promise] = {
    StoredFile.State.REFUSED: gettext_lazy("“%(name)s” was refused by the virus scan. Replace it or take it away."),
    StoredFile.State.HELD: gettext_lazy(
        "“%(name)s” waits for the virus scan. Publish when it is done, or take the document away."
    ),
}


def _wrong_documents(notice: Notice) -> dict[str, Any]:
    for document in notice.documents.exclude(file__state=StoredFile.State.READY).select_related("file"):
        said = NOT_READY.get(document.file.state, NOT_READY[StoredFile.State.HELD])
        return {"documents": str(said) % {"name": document.title}}
    return {}
