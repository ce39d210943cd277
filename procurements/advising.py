"""Which procedure suits? Seven questions, and suggestions with their reasons (A16). Pure, and it never blocks.

Each answer speaks for some procedures and against others; the table below is the whole judgement. The procedures and
their conditions are those of Directive 2014/24/EU (articles 14 and 26 to 32, and 78), the paragraphs those of the
country's legal profile. The weights are our own: they rank, they prove nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurements import law


@dataclass(frozen=True)
class Question:
    """One question in plain words. `name` is the column that keeps the answer."""

    name: str
    text: Promise
    hint: Promise
    choices: tuple[tuple[str, Promise], ...]


QUESTIONS = (
    Question(
        "solution",
        _("Is there a solution already?"),
        _("Look at the market first, or ask it in a market consultation: the answer decides most."),
        (
            ("market", _("Yes, it can be bought today")),
            ("adapted", _("Nearly: something exists that must be adapted to us")),
            ("developed", _("No, it must be developed")),
            ("researched", _("No, and nobody knows yet whether it can be done: research is needed")),
            ("unknown", _("We do not know yet")),
        ),
    ),
    Question(
        "describable",
        _("Can you describe what the solution must achieve?"),
        _("Function and effect in words that can be checked, so that a supplier can name a price."),
        (
            ("function", _("Yes, as functions and effects")),
            ("partly", _("Partly: something must be worked out together with suppliers")),
            ("no", _("No, we know the problem but not what would solve it")),
        ),
    ),
    Question(
        "talks",
        _("Do you need to talk with tenderers during the competition?"),
        _("About their solutions or their terms. Questions and answers for all are possible in every procedure."),
        (
            ("no", _("No, written tenders are enough")),
            ("yes", _("Yes")),
            ("unsure", _("We are not sure")),
        ),
    ),
    Question(
        "afterwards",
        _("When something has been developed, how do you want to buy it?"),
        _("In the same contract, or in a new competition that is open to all."),
        (
            ("same", _("From those who developed it, in the same contract")),
            ("separate", _("In a new competition afterwards")),
            ("none", _("Nothing needs to be developed")),
            ("unsure", _("We are not sure")),
        ),
    ),
    Question(
        "idea",
        _("Do you only want an idea, a plan or a design?"),
        _("Such as a sketch chosen by a jury, before you decide how it is to be made."),
        (("yes", _("Yes")), ("no", _("No, we want the thing itself"))),
    ),
    Question(
        "worth",
        _("Is the value above the EU threshold?"),
        _("Below it the rules are fewer, and you may shape the procedure more freely."),
        (("above", _("Yes")), ("below", _("No")), ("unknown", _("We do not know yet"))),
    ),
    Question(
        "hurry",
        _("How soon must it be in place?"),
        _("Talks and development take their time: count on months for the first, and years for the second."),
        (
            ("ample", _("There is time for development")),
            ("normal", _("Within a year or so")),
            ("urgent", _("As soon as the law allows")),
        ),
    ),
)


@dataclass(frozen=True)
class Way:
    """A way to buy. `procedure` is its code in a notice (BT-105): our list is finer than that of eForms."""

    code: str
    label: Promise
    procedure: str
    what: Promise


WAYS = {
    way.code: way
    for way in (
        Way(
            "open",
            _("Open procedure with functional requirements"),
            "open",
            _(
                "Everybody may tender at once. You ask for function and effect, and leave the solution to the tenderers."
            ),
        ),
        Way(
            "ppi",
            _("Procurement of innovative solutions, in an open procedure"),
            "open",
            _(
                "You are among the first to buy what is new on the market, often together with others, and say so early."
            ),
        ),
        Way(
            "restricted",
            _("Restricted procedure"),
            "restricted",
            _("Everybody may ask to take part; those who are chosen tender. Nothing is negotiated."),
        ),
        Way(
            "neg-w-call",
            _("Competitive procedure with negotiation"),
            "neg-w-call",
            _("Those who are chosen tender, and you negotiate to improve their tenders before the last ones."),
        ),
        Way(
            "comp-dial",
            _("Competitive dialogue"),
            "comp-dial",
            _("You work out with each participant what could meet your need, and ask for tenders when you know."),
        ),
        Way(
            "innovation",
            _("Innovation partnership"),
            "innovation",
            _("Development and purchase in one contract, in phases with goals, prices and a way out after each."),
        ),
        Way(
            "pcp",
            _("Pre-commercial procurement"),
            "oth-mult",
            _("You buy research and development from several suppliers in phases. The solution is bought afterwards."),
        ),
        Way(
            "design-contest",
            _("Design contest"),
            "open",
            _("A jury chooses among anonymous ideas, plans or designs. A contract with the winner can follow."),
        ),
    )
}

# (question, answer, way, points, sentence). Above zero it speaks for the way, below zero against it.
TABLE: tuple[tuple[str, str, str, int, Promise], ...] = (
    ("solution", "market", "open", 4, _("What you need can be bought today.")),
    ("solution", "market", "restricted", 2, _("What you need can be bought today.")),
    ("solution", "market", "innovation", -6, _("It may only be used when no solution on the market meets the need.")),
    ("solution", "market", "pcp", -6, _("There is nothing left to research.")),
    ("solution", "market", "comp-dial", -2, _("Talks cost much for what can be bought as it is.")),
    ("solution", "market", "ppi", -1, _("The solution is not new.")),
    ("solution", "adapted", "neg-w-call", 4, _("A solution that must be adapted is a reason to negotiate.")),
    ("solution", "adapted", "ppi", 4, _("You would be among the first to use something nearly ready.")),
    ("solution", "adapted", "comp-dial", 2, _("What must be adapted can be worked out in the dialogue.")),
    ("solution", "adapted", "open", 1, _("Functional requirements leave room for an adapted solution.")),
    ("solution", "adapted", "innovation", -2, _("What exists nearly ready seldom needs a partnership.")),
    ("solution", "adapted", "pcp", -4, _("Adapting is not research and development.")),
    ("solution", "developed", "innovation", 5, _("The solution must be developed before it can be bought.")),
    ("solution", "developed", "pcp", 3, _("Development can be bought apart from the solution.")),
    ("solution", "developed", "comp-dial", 2, _("A dialogue can find out what is to be developed.")),
    ("solution", "developed", "neg-w-call", 1, _("Design or innovative solutions are a reason to negotiate.")),
    ("solution", "developed", "open", -3, _("Nobody can name a price for what does not exist yet.")),
    ("solution", "developed", "restricted", -3, _("Nobody can name a price for what does not exist yet.")),
    ("solution", "developed", "ppi", -2, _("It presumes that the solution is at least nearly on the market.")),
    ("solution", "researched", "pcp", 6, _("It buys research without promising to buy a solution that may not come.")),
    ("solution", "researched", "innovation", 2, _("Research can be its first phase, with a way out after it.")),
    ("solution", "researched", "open", -5, _("Nobody can tender for what nobody knows how to do.")),
    ("solution", "researched", "restricted", -5, _("Nobody can tender for what nobody knows how to do.")),
    ("solution", "researched", "ppi", -4, _("There is nothing yet to be among the first to buy.")),
    ("solution", "researched", "neg-w-call", -2, _("Negotiation improves tenders; it does not replace research.")),
    ("solution", "unknown", "comp-dial", 1, _("It does not presume that you know the solution.")),
    ("describable", "function", "open", 3, _("You can describe function and effect, so tenders can be compared.")),
    ("describable", "function", "ppi", 2, _("You can describe function and effect, so new solutions can answer.")),
    ("describable", "function", "restricted", 2, _("You can describe function and effect, so tenders can be compared.")),
    ("describable", "function", "innovation", 1, _("Goals for each phase can be set.")),
    ("describable", "function", "comp-dial", -2, _("When you can describe what you need, a dialogue is dear.")),
    ("describable", "partly", "neg-w-call", 3, _("What is unclear can be settled in negotiation.")),
    ("describable", "partly", "comp-dial", 3, _("What is unclear can be worked out in the dialogue.")),
    ("describable", "partly", "open", -2, _("Requirements cannot be changed in essence after they are published.")),
    ("describable", "partly", "restricted", -2, _("Requirements cannot be changed in essence after they are published.")),
    ("describable", "no", "comp-dial", 5, _("You know the problem but not what would solve it: that is what a dialogue is for.")),
    ("describable", "no", "design-contest", 1, _("Ideas can show what is possible before you ask for it.")),
    ("describable", "no", "open", -5, _("Tenders cannot be compared with a need that is not described.")),
    ("describable", "no", "ppi", -4, _("Tenders cannot be compared with a need that is not described.")),
    ("describable", "no", "restricted", -5, _("Tenders cannot be compared with a need that is not described.")),
    ("describable", "no", "neg-w-call", -2, _("It presumes minimum requirements that are not negotiated.")),
    ("talks", "yes", "neg-w-call", 3, _("You can negotiate with those who tender.")),
    ("talks", "yes", "comp-dial", 3, _("You can talk with each participant until you know what meets the need.")),
    ("talks", "yes", "innovation", 2, _("Tenders are negotiated, and you meet in every phase.")),
    ("talks", "yes", "open", -4, _("Nothing may be negotiated.")),
    ("talks", "yes", "ppi", -3, _("Nothing may be negotiated in an open procedure; talk in a market consultation before it.")),
    ("talks", "yes", "restricted", -4, _("Nothing may be negotiated.")),
    ("talks", "no", "open", 2, _("Written tenders are enough for you.")),
    ("talks", "no", "ppi", 1, _("Written tenders are enough for you.")),
    ("talks", "no", "restricted", 1, _("Written tenders are enough for you.")),
    ("talks", "no", "comp-dial", -3, _("It is made of talks.")),
    ("talks", "no", "neg-w-call", -1, _("It is made for talks, though you may award on the first tenders if you say so.")),
    ("afterwards", "same", "innovation", 4, _("Development and purchase stand in one contract.")),
    ("afterwards", "same", "pcp", -4, _("What is developed must be bought in a new competition.")),
    ("afterwards", "separate", "pcp", 4, _("Development is paid for first; all may compete for the purchase afterwards.")),
    ("afterwards", "separate", "innovation", -3, _("Its point is that purchase follows without a new competition.")),
    ("afterwards", "none", "open", 1, _("Nothing needs to be developed.")),
    ("afterwards", "none", "restricted", 1, _("Nothing needs to be developed.")),
    ("afterwards", "none", "ppi", 1, _("Nothing needs to be developed.")),
    ("afterwards", "none", "innovation", -4, _("Nothing needs to be developed.")),
    ("afterwards", "none", "pcp", -4, _("Nothing needs to be developed.")),
    ("idea", "yes", "design-contest", 9, _("You want an idea, a plan or a design, chosen by a jury.")),
    ("idea", "yes", "open", -2, _("A whole delivery is more than you want now.")),
    ("idea", "yes", "innovation", -2, _("A whole delivery is more than you want now.")),
    ("idea", "no", "design-contest", -6, _("It gives an idea or a design, not the thing itself.")),
    ("worth", "below", "open", 1, _("Below the threshold a simple procedure is often enough.")),
    ("worth", "below", "neg-w-call", 1, _("Below the threshold you may negotiate without the directive's conditions.")),
    ("worth", "below", "innovation", -1, _("It costs much to carry out for a small value.")),
    ("worth", "below", "comp-dial", -1, _("It costs much to carry out for a small value.")),
    ("hurry", "urgent", "open", 2, _("It has the shortest way to a contract.")),
    ("hurry", "urgent", "ppi", 1, _("It has a short way to a contract.")),
    ("hurry", "urgent", "innovation", -2, _("Development takes years.")),
    ("hurry", "urgent", "pcp", -2, _("Development takes years, and the purchase comes after it.")),
    ("hurry", "urgent", "comp-dial", -2, _("A dialogue takes months.")),
    ("hurry", "normal", "pcp", -1, _("Development takes years, and the purchase comes after it.")),
    ("hurry", "ample", "innovation", 1, _("There is time for development.")),
    ("hurry", "ample", "pcp", 1, _("There is time for development.")),
)  # fmt: skip


def procedure_of(way: str) -> str:
    """The code (BT-105) of a way to buy, as a notice holds it; empty for none."""
    return WAYS[way].procedure if way in WAYS else ""


@dataclass(frozen=True)
class Suggestion:
    """A way to buy, how much speaks for it (points), why, and what speaks against it.

    `paragraph`: where it is regulated; `is_checked`: whether that was compared with the law in force.
    """

    way: Way
    score: int
    reasons: tuple[Promise, ...]
    against: tuple[Promise, ...]
    paragraph: str
    is_checked: bool

    @property
    def is_suggested(self) -> bool:
        return self.score > 0


def advise(answers: Mapping[str, str], *, country: str) -> list[Suggestion]:
    """Every way to buy, the most fitting first. Unknown and missing answers weigh nothing; without any, nothing is suggested."""
    profile = law.profile_of(country)
    found = [row for row in TABLE if answers.get(row[0]) == row[1]]
    suggestions = []
    for way in WAYS.values():
        own = sorted((row for row in found if row[2] == way.code), key=lambda row: -abs(row[3]))
        suggestions.append(
            Suggestion(
                way,
                sum(row[3] for row in own),
                tuple(row[4] for row in own if row[3] > 0),
                tuple(row[4] for row in own if row[3] < 0),
                profile.procedures[way.code].paragraph,
                profile.procedures[way.code].checked,
            )
        )
    return sorted(suggestions, key=lambda suggestion: -suggestion.score)
