"""What a purchase may be called (A14): BT-06, BT-776 and BT-774, suggested from signals in its text, each with its reason.

A person confirms; nothing here is stored by itself. Codes are given where a reader of the text could point at the word,
and never because they would look good in statistics. The lists are those of eForms since SDK 1.7: retired codes are read,
not suggested.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from procurements.innovation import RELATED_CPV, RESEARCH_CPV, TEXT_LIMIT

if TYPE_CHECKING:
    from procurements.models import Wording

NONE = "none"  # of BT-06: somebody asked, and the answer was no
INNOVATION, ENVIRONMENT, SOCIAL = "inn-pur", "env-imp", "soc-obj"


@dataclass(frozen=True)
class Facts:
    """What is judged, whatever it was read from. `kinds` are those of all the procurement's notices."""

    texts: tuple[str, ...] = ()
    problem: str = ""
    desired_effect: str = ""
    description: str = ""
    procedure: str = ""  # BT-105
    cpv: tuple[str, ...] = ()
    goals: tuple[int, ...] = ()
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reason:
    """Why a code is suggested: for which column and code, the whole sentence for the page, and what was found."""

    column: str  # strategic, innovation or environment
    code: str
    text: str | Promise
    found: str = ""


@dataclass(frozen=True)
class Suggestion:
    strategic: list[str]
    innovation: list[str]
    environment: list[str]
    reasons: list[Reason]

    def why(self, column: str) -> dict[str, str | Promise]:
        """The first reason for each suggested code of the column: {"circ-econ": "Suggested, because the text says “återbruk”."}."""
        return {reason.code: reason.text for reason in reversed(self.reasons) if reason.column == column}


def _words(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\w*", re.IGNORECASE)


# Words of Swedish, Norwegian and English that begin so. "Ny" and "new" alone say nothing: everything bought is new.
SIGNS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("innovation", "rd-act", _words("forskning", "fou-", "forsknings", "research and development", "r&d", "vetenskaplig")),
    (
        "innovation",
        "prod-innov",
        _words(
            "prototyp", "utveckla (?:en |ett )?n(?:y|ya|ytt)", "ny (?:teknik|teknologi|typ av|produkt)", "utvikle (?:en |et )?n(?:y|ye|ytt)",
            "nyutveckl", "nyutvikl", "develop (?:a |an )?new", "new (?:product|technolog|kind of|type of)",
        ),
    ),
    (
        "innovation",
        "proc-innov",
        _words(
            "nya? (?:sätt|arbetssätt|metod|process)", "nytt (?:sätt|arbetssätt)", "ny(?:e|tt)? (?:måte|arbeidsmåte|arbeidsform|metode|prosess)",
            "new (?:way|method|process)", "automatiser", "automate",
        ),
    ),
    (
        "innovation",
        "mar-nov",
        _words(
            "finns inte (?:i dag |idag )?på marknaden", "finnes ikke (?:i dag )?på markedet", "not (?:yet )?on the market", "innovativ",
            "innovationsupphandling", "nyskap", "nyskapande", "nytänk", "nytenk", "utvecklingsbehov", "utviklingsbehov", "vidareutveckl",
            "videreutvikl", "innovative", "funktionskrav", "funksjonskrav", "funktionsupphandling", "functional requirement",
            "performance requirement",
        ),
    ),
    (
        "environment",
        "circ-econ",
        _words(
            "återbruk", "återanvänd", "återvinn", "cirkulär", "begagna", "reparera", "renoverade möbl", "ombruk", "gjenbruk", "gjenvinn",
            "sirkulær", "re-?us(?:e|ing)", "recycl", "circular", "refurbish", "second-hand",
        ),
    ),
    (
        "environment",
        "clim-mitig",
        _words(
            "utsläpp", "växthusgas", "klimatpåverkan", "koldioxid", "fossilfri", "utslipp", "klimagass", "klimaavtrykk", "nullutslipp",
            "emission", "greenhouse gas", "carbon", "fossil-free", "energieffektiv", "energy efficien",
        ),
    ),
    (
        "environment",
        "clim-adapt",
        _words(
            "klimatanpass", "skyfall", "översvämning", "värmebölj", "klimatilpass", "overvann", "styrtregn", "flom", "hetebølge",
            "flood", "heatwave", "climate adaptation", "stormwater",
        ),
    ),
    (
        "environment",
        "biodiv-eco",
        _words("biologisk mångfald", "naturmangfold", "biologisk mangfold", "biodiversity", "pollinat", "pollinera",
            "ekosystem", "økosystem", "ecosystem"),
    ),
    (
        "environment",
        "water-mar",
        _words(
            "vattenrening", "dricksvatten", "grundvatten", "avloppsren", "vannrens", "drikkevann", "grunnvann", "avløpsrens",
            "drinking water", "groundwater", "wastewater", "water purif", "havsmiljö", "havmiljø",
        ),
    ),
    (
        "environment",
        "pollu-prev",
        _words("förorening", "mikroplast", "pfas", "giftfri", "luftkvalitet", "forurens", "pollut", "microplastic", "air quality"),
    ),
    (
        "strategic",
        SOCIAL,
        _words(
            "sociala krav", "social hänsyn", "långtidsarbetslös", "arbetsmarknadsinsats", "praktikplats", "lärling", "funktionsnedsättning",
            "universell utforming", "tillgänglighet för alla", "sosiale krav", "lærling", "funksjonsnedsettelse", "seriøsitetskrav",
            "apprentice", "social inclusion", "long-term unemployed", "people with disabilities",
        ),
    ),
)  # fmt: skip
BY_GOAL = {6: "water-mar", 7: "clim-mitig", 12: "circ-econ", 13: "clim-mitig", 14: "water-mar", 15: "biodiv-eco"}
SOCIAL_GOALS = {1, 5, 8, 10}


def suggest(facts: Facts) -> Suggestion:
    """The codes that the facts speak for, every one with a reason. Pure: no query, no clock."""
    reasons = [*_by_subject(facts), *_by_way_of_buying(facts), *_by_words(facts), *_by_goals(facts)]
    columns = {reason.column for reason in reasons}
    if "innovation" in columns:
        text = _("Suggested, because what you wrote has signs of innovation, which stand below.")
        reasons.append(Reason("strategic", INNOVATION, text))
    if "environment" in columns:
        reasons.append(
            Reason(
                "strategic",
                ENVIRONMENT,
                _("Suggested, because what you wrote is about the environment, as stands below."),
            )
        )

    def codes(column: str) -> list[str]:
        return list(dict.fromkeys(reason.code for reason in reasons if reason.column == column))

    return Suggestion(codes("strategic"), codes("innovation"), codes("environment"), reasons)


def _by_subject(facts: Facts) -> Iterable[Reason]:
    if code := next((code for code in facts.cpv if RESEARCH_CPV.match(code) or RELATED_CPV.match(code)), ""):
        yield Reason(
            "innovation", "rd-act", _("Suggested, because you chose a CPV code for research and development."), code
        )


def _by_way_of_buying(facts: Facts) -> Iterable[Reason]:
    if facts.procedure == "innovation":
        text = _("Suggested, because an innovation partnership is for what the market does not have yet.")
        yield Reason("innovation", "mar-nov", text, facts.procedure)
    if facts.procedure == "comp-dial":
        text = _("Suggested, because a competitive dialogue is for needs that no ready solution meets.")
        yield Reason("innovation", "mar-nov", text, facts.procedure)
    if "consultation" in facts.kinds:
        text = _("Suggested, because you asked the market before you decided what to buy.")
        yield Reason("strategic", INNOVATION, text, "consultation")
    if facts.problem.strip() and facts.desired_effect.strip() and not facts.description.strip():
        text = _("Suggested, because you state a problem and an effect, and leave open how it is to be solved.")
        yield Reason("strategic", INNOVATION, text)


def _by_words(facts: Facts) -> Iterable[Reason]:
    for column, code, pattern in SIGNS:
        for text in facts.texts:
            if match := pattern.search(text, 0, TEXT_LIMIT):
                found = match[0].lower()
                yield Reason(
                    column, code, format_lazy(_("Suggested, because the text says “{found}”."), found=found), found
                )
                break


def _by_goals(facts: Facts) -> Iterable[Reason]:
    for goal in facts.goals:
        text = format_lazy(_("Suggested, because you chose goal {goal} of Agenda 2030."), goal=goal)
        if goal in BY_GOAL:
            yield Reason("environment", BY_GOAL[goal], text, str(goal))
        if goal in SOCIAL_GOALS:
            yield Reason("strategic", SOCIAL, text, str(goal))


def facts_of(wording: Wording, *, kinds: Iterable[str] = ()) -> Facts:
    """The facts of a working text or a version. `kinds` of its procurement's notices: one query of the caller's."""
    texts = (
        wording.title, wording.summary, wording.problem, wording.desired_effect, wording.tried, wording.description,
    )  # fmt: skip
    return Facts(
        texts=texts,
        problem=wording.problem,
        desired_effect=wording.desired_effect,
        description=wording.description,
        procedure=wording.procedure,
        cpv=tuple(wording.cpv),
        goals=tuple(wording.goals),
        kinds=frozenset(kinds),
    )
