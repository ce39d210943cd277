"""Is this an innovation procurement? Codes are sparse and inconsistent, so each signal counts alone, with its reason.

Levels: A declared by the buyer; B strong signs; C indicated, a person confirms; "" no sign. The rule is DFØ's and
Directive 2014/24's (standards.md part 3): BT-776 often stands without BT-06, so the test is *or*, never *and*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from procurements.models import NoticeVersion


@dataclass(frozen=True)
class Reason:
    """Why: a sentence for the reader, and the code or word that was found."""

    code: str
    text: str | Promise
    found: str = ""


@dataclass(frozen=True)
class Recognition:
    level: str  # "A", "B", "C" or ""
    reasons: list[Reason]  # of every level that was reached, strongest first


# Article 14 of Directive 2014/24/EU lists these for research and development; 73200000 (consultancy) is not among them.
RESEARCH_CPV = re.compile(r"^(73000000|731\d{5}|73300000|7342\d{4}|7343\d{4})$")
RELATED_CPV = re.compile(r"^73\d{6}$")

WORDS = re.compile(
    r"innovationsupphandling|innovationspartnerskap|förkommersiell|funktionsupphandling|marknadsdialog|utvecklingsbehov"
    r"|innovativ\w* anskaffelse|innovasjonspartnerskap|førkommersiell|leverandørdialog|markedsdialog"
    r"|pre-?commercial|innovation partnership|market consultation",
    re.IGNORECASE,
)
ABBREVIATIONS = re.compile(r"\b(PCP|PPI)\b")  # in capitals alone: in small letters they are other words
TEXT_LIMIT = 100_000  # characters of a text that are read


def recognise(
    *,
    strategic: Iterable[str] = (),
    innovation: Iterable[str] = (),
    procedure: str = "",
    direct_award_reasons: Iterable[str] = (),
    cpv_main: str = "",
    cpv_additional: Iterable[str] = (),
    notice_type: str = "",
    texts: Iterable[str] = (),
) -> Recognition:
    """Judges codes of BT-06, BT-776 (retired ones too), BT-105, BT-136, CPV and BT-02, and the notice's texts."""
    strategic, innovation = set(strategic), [code for code in innovation if code]
    declared, strong, indicated = [], [], []
    if "inn-pur" in strategic:
        declared.append(Reason("BT-06", _("The buyer says that it buys innovation."), "inn-pur"))
    if innovation:
        reason = _("The buyer says in what way the purchase is innovative.")
        declared.append(Reason("BT-776", reason, ", ".join(innovation)))
    if procedure == "innovation":
        declared.append(Reason("BT-105", _("The procedure is an innovation partnership."), procedure))
    if research := {"rd", "resd"} & set(direct_award_reasons):
        reason = _("The contract is awarded directly because it is for research and development.")
        strong.append(Reason("BT-136", reason, min(research)))
    if RESEARCH_CPV.match(cpv_main):
        strong.append(Reason("CPV", _("The main subject is research and development."), cpv_main))
    elif related := next((code for code in (cpv_main, *cpv_additional) if RELATED_CPV.match(code)), ""):
        indicated.append(Reason("CPV", _("Research or development is part of the subject."), related))
    if procedure == "comp-dial":
        reason = _("The procedure is a competitive dialogue, which leaves room for new solutions.")
        indicated.append(Reason("BT-105", reason, procedure))
    if notice_type.endswith("-desg"):
        indicated.append(Reason("BT-02", _("It is a design contest."), notice_type))
    if word := first_word(texts):
        indicated.append(Reason("words", _("The text uses words of innovation procurement."), word))
    level = "A" if declared else "B" if strong else "C" if indicated else ""
    return Recognition(level, [*declared, *strong, *indicated])


def first_word(texts: Iterable[str]) -> str:
    for text in texts:
        if match := WORDS.search(text, 0, TEXT_LIMIT) or ABBREVIATIONS.search(text, 0, TEXT_LIMIT):
            return match[0].lower() if len(match[0]) > 3 else match[0]
    return ""


def recognise_version(version: NoticeVersion) -> Recognition:
    """The same of a published version. Its first CPV code is the main one."""
    cpv: Sequence[str] = version.cpv or [""]
    return recognise(
        strategic=version.strategic,
        innovation=version.innovation,
        procedure=version.procedure,
        direct_award_reasons=version.direct_award_reasons,
        cpv_main=cpv[0],
        cpv_additional=cpv[1:],
        notice_type=version.notice_type,
        texts=[version.title, version.summary, version.problem, version.desired_effect, version.description],
    )


def level_of(version: NoticeVersion) -> str:
    return recognise_version(version).level
