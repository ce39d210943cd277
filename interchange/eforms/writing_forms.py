"""Which of eForms' forms a notice that was written here leaves in, and what that form has no place for."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Organisation
from procurements.models import Kind, NoticeVersion
from procurements.money import euro

DIRECTIVE, OTHER_LAW = "32014L0024", "other"  # BT-01: the directive of 2014 on public procurement; none of the EU's
PLANNING, CALL, RESULT = "PriorInformationNotice", "ContractNotice", "ContractAwardNotice"
# Euro, excluding VAT (2014/24/EU, article 4, as the Commission set them for 2026 and 2027).
WORKS, CENTRAL, OTHERS = 5_404_000, 140_000, 216_000
OUTSIDE_THE_DIRECTIVE = ("oth-single", "oth-mult")  # BT-105: pre-commercial procurement, and procedures of national law

AIMS = frozenset({"strategic", "innovation", "environment"})  # BT-06, BT-776, BT-774: on lots that are called for
HOW = frozenset({"procedure", "features", "terms"})  # BT-105, BT-88, BT-70
TIMES = frozenset({"deadline_at", "questions_until"})  # BT-131, BT-1311, BT-13
WHERE_TO = frozenset({"submission_url"})  # BT-18


@dataclass(frozen=True)
class Form:
    """`lacks` names what the form forbids (`forbidden` in the SDK's fields), by our columns; that goes into its note."""

    subtype: str  # OPP-070
    root: str
    form_type: str  # BT-03
    notice_type: str  # BT-02
    legal_basis: str  # BT-01
    lacks: frozenset[str] = frozenset()

    @property
    def has_parts(self) -> bool:
        """Prior information has parts and no lots."""
        return self.notice_type == "pin-only"

    @property
    def names_procedure(self) -> bool:
        """BT-04 is forbidden before there is a procedure."""
        return self.root != PLANNING


FORMS = {
    form.subtype: form
    for form in (
        Form("4", PLANNING, "planning", "pin-only", DIRECTIVE, AIMS | HOW | TIMES | WHERE_TO),
        Form("16", CALL, "competition", "cn-standard", DIRECTIVE),
        Form("29", RESULT, "result", "can-standard", DIRECTIVE, TIMES | WHERE_TO | {"terms", "documents_url"}),
        Form("E1", PLANNING, "consultation", "pmc", OTHER_LAW, AIMS | HOW),
        Form("E2", PLANNING, "planning", "pin-only", OTHER_LAW, AIMS | HOW | TIMES | WHERE_TO),
        Form("E3", CALL, "competition", "cn-standard", OTHER_LAW),
        Form("E4", RESULT, "result", "can-standard", OTHER_LAW, TIMES | WHERE_TO | {"terms", "documents_url"}),
    )
}
# (at or above the directive's threshold, below it or not stated)
FORMS_OF_KIND = {
    Kind.NEED: ("E1", "E1"),
    Kind.CONSULTATION: ("E1", "E1"),
    Kind.PRIOR: ("4", "E2"),
    Kind.COMPETITION: ("16", "E3"),
    Kind.CANCELLATION: ("16", "E3"),
    Kind.AWARD: ("29", "E4"),
}


def form_of(version: NoticeVersion, *, kind: str = "") -> Form | None:
    """The form, by what the public reads and nothing else; None for what eForms has no form for: an effect report.

    A need and a market consultation ask the market before anything is bought: E1, the only form with a time for answers.
    Prior information, a competition and an award leave in the directive's form when their stated value reaches its threshold
    and their procedure is one of the directive's; else in the voluntary form (E2, E3, E4), which claims least. A cancellation
    leaves in the form of what it cancels. What the team answered to the procedure helper decides nothing: it is not public.
    """
    forms = FORMS_OF_KIND.get(Kind(kind or version.notice.kind))
    return FORMS[forms[0 if is_large(version) else 1]] if forms else None


def is_large(version: NoticeVersion) -> bool:
    """The stated value reaches the directive's threshold, at a rough rate of exchange."""
    value = euro(version.value, version.currency)
    if value is None or version.procedure in OUTSIDE_THE_DIRECTIVE:
        return False
    if version.nature == "works":
        return value >= WORKS
    is_central = version.notice.procurement.organisation.kind == Organisation.Kind.AGENCY
    return value >= (CENTRAL if is_central else OTHERS)


def root_of(form_type: str, notice_type: str, kind: str) -> str:
    """The document of an imported notice: its type says it; up to SDK 1.8 a change had a type of its own."""
    if notice_type.startswith("pin") or notice_type == "pmc" or form_type in ("planning", "consultation"):
        return PLANNING
    if form_type in ("result", "dir-awa-pre", "cont-modif", "completion"):
        return RESULT
    if form_type == "competition":
        return CALL
    kinds = {Kind.PRIOR: PLANNING, Kind.CONSULTATION: PLANNING, Kind.AWARD: RESULT, Kind.MODIFICATION: RESULT}
    return kinds.get(Kind(kind), CALL)
