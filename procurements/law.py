"""What the law says about time, secrecy and waiting, per country, as data that a lawyer can change (`procurements/legal/`).

Pure: no database and no clock. It is help and not legal advice, and every rule names its paragraph.

How days are counted (Regulation 1182/71, article 3; LOU chapter 11 counts from the day on which the notice was sent, FOA
section 7-6 refers to the same rules): calendar days; the day of publication is day 0 and the day after is day 1; the time
ends when its last day is over; a last day that is a Saturday, a Sunday or a public holiday moves to the next working day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ui import moments

OURS = Path(__file__).resolve().parent / "legal"
ELSEWHERE = "EU"  # the profile of a country that has none of its own
LAST_MINUTE = time(23, 59)  # how a form writes the end of a day
CONDITIONS = ("", "electronic", "paper", "urgent", "below")
STAGES = ("requests", "tenders")
ENDS = ("outcome", "lasting", "none")
PROCEDURES = ("open", "ppi", "restricted", "neg-w-call", "comp-dial", "innovation", "pcp", "design-contest")
WORDS = ("standstill", "tenderer", "winner", "number", "names", "request", "award")


class NotAProfile(Exception):
    """A file of the legal directory cannot be used; says which and why."""


@dataclass(frozen=True)
class Text:
    """The same words in three languages."""

    sv: str
    nb: str
    en: str

    def __str__(self) -> str:
        """In the reader's language."""
        language = (get_language() or "sv")[:2]
        return {"nb": self.nb, "en": self.en}.get(language, self.sv)


@dataclass(frozen=True)
class TimeRule:
    """The shortest time for one stage of a procedure, in calendar days. `weight` is "minimum" (the law's) or "advice"."""

    procedure: str
    stage: str
    days: int
    condition: str
    weight: str
    paragraph: str
    checked: bool
    text: Text
    when: Text

    @property
    def is_minimum(self) -> bool:
        return self.weight == "minimum"


@dataclass(frozen=True)
class Ground:
    """Why interest is kept secret, and until when. `ends`: "outcome", "lasting" (also after it) or "none" (no ground)."""

    code: str
    paragraph: str
    checked: bool
    kinds: tuple[str, ...]
    is_default: bool
    ends: str
    text: Text
    until: Text


@dataclass(frozen=True)
class Standstill:
    """How long to wait between the award decision and the contract; `means` is how it was sent: "electronic" or "other"."""

    means: str
    days: int
    paragraph: str
    checked: bool
    text: Text


@dataclass(frozen=True)
class Paragraph:
    paragraph: str
    checked: bool
    text: Text | None = None


@dataclass(frozen=True)
class Holidays:
    """`fixed` as (month, day); `easter` as days from Easter Sunday; `weekday_from` as (month, day, weekday, 0 is Monday)."""

    paragraph: str
    fixed: tuple[tuple[int, int], ...]
    easter: tuple[int, ...]
    weekday_from: tuple[tuple[int, int, int], ...]

    @cache  # noqa: B019 - a profile lives as long as the process
    def of(self, year: int) -> frozenset[date]:
        sunday = easter(year)
        days = {date(year, month, day) for month, day in self.fixed}
        days |= {sunday + timedelta(days=offset) for offset in self.easter}
        for month, day, weekday in self.weekday_from:
            first = date(year, month, day)
            days.add(first + timedelta(days=(weekday - first.weekday()) % 7))
        return frozenset(days)


@dataclass(frozen=True)
class Profile:
    country: str
    law: Text
    disclaimer: Text
    counting: Paragraph
    holidays: Holidays
    secrecy: tuple[Ground, ...]
    times: tuple[TimeRule, ...]
    standstill: tuple[Standstill, ...]
    procedures: dict[str, Paragraph] = field(hash=False)
    words: dict[str, Text] = field(hash=False)

    def ground(self, code: str) -> Ground | None:
        return next((ground for ground in self.secrecy if ground.code == code), None)

    @property
    def default_ground(self) -> Ground:
        return next(ground for ground in self.secrecy if ground.is_default)

    def is_day_off(self, day: date) -> bool:
        return day.weekday() >= 5 or day in self.holidays.of(day.year)

    def last_day(self, first: date, days: int) -> date:
        """The last day of a time of so many days that begins on the day after `first`."""
        last = first + timedelta(days=days)
        while self.is_day_off(last):
            last += timedelta(days=1)
        return last


@dataclass(frozen=True)
class Facts:
    """What of a notice decides how long it must be open. `is_below`: below the EU threshold, as far as the team knows."""

    kind: str
    procedure: str
    zone: str = "Europe/Stockholm"
    is_electronic: bool = True
    is_urgent: bool = False
    is_below: bool = False

    @classmethod
    def of(cls, notice: Any, advice: Any = None) -> Facts:
        """Of a notice or one of its versions, and what its team answered to the procedure helper, if it did."""
        return cls(
            kind=notice.kind if hasattr(notice, "kind") else notice.notice.kind,
            procedure=notice.procedure,
            zone=notice.zone,
            is_urgent=bool(advice and advice.hurry == "urgent"),
            is_below=bool(advice and advice.worth == "below"),
        )


@dataclass(frozen=True)
class Warning:
    """A deadline that is earlier than the law, or good manners, ask for. `code`: too-short, urgent-only or advice."""

    code: str
    sentence: str
    rule: TimeRule
    days_given: int
    earliest: datetime  # the earliest lawful deadline, UTC


def shortest_time(
    country: str,
    procedure: str,
    *,
    stage: str = "",
    is_electronic: bool = True,
    is_urgent: bool = False,
    is_below: bool = False,
) -> TimeRule | None:
    """The rule for a stage of a procedure (BT-105, or one of our own codes); its first stage unless one is named.

    None where the law of the country, or we, know none.
    """
    rules = [rule for rule in profile_of(country).times if rule.procedure == procedure]
    stage = stage or ("tenders" if procedure == "open" else "requests")
    conditions = ["electronic" if is_electronic else "paper", ""]
    if is_below:
        conditions = ["below"]
    elif is_urgent:
        conditions = ["urgent", *conditions]
    for condition in conditions:
        for rule in rules:
            if (rule.stage, rule.condition) == (stage, condition):
                return rule
    return None


def time_problem(facts: Facts, *, publish_at: datetime, deadline_at: datetime, country: str) -> Warning | None:
    """Says when the deadline of a competition leaves less time than it should; nothing is ever stopped by it.

    `publish_at` stands for the moment at which the notice is sent. A time that is too short ordinarily but long enough
    when it is urgent is told apart ("urgent-only").
    """
    if facts.kind != "competition":
        return None
    shortest = partial(
        shortest_time, country, facts.procedure, is_electronic=facts.is_electronic, is_below=facts.is_below
    )
    rule = shortest(is_urgent=facts.is_urgent)
    if rule is None:
        return None
    earliest = earliest_deadline(country, publish_at, rule.days, facts.zone)
    if deadline_at >= earliest:
        return None
    given = whole_days(publish_at, deadline_at, facts.zone)
    urgent = shortest(is_urgent=True)
    fits_urgency = (
        urgent is not None
        and urgent.condition == "urgent"
        and deadline_at >= earliest_deadline(country, publish_at, urgent.days, facts.zone)
    )
    code = "advice" if not rule.is_minimum else "urgent-only" if fits_urgency else "too-short"
    return Warning(code, _sentence(code, rule, given, earliest, facts.zone), rule, given, earliest)


def earliest_deadline(country: str, publish_at: datetime, days: int, zone: str) -> datetime:
    """The last minute of the last day of the time, as a moment in UTC."""
    local = moments.zone_of(zone)
    last = profile_of(country).last_day(publish_at.astimezone(local).date(), days)
    return datetime.combine(last, LAST_MINUTE, local).astimezone(moments.zone_of("UTC"))


def earliest_contract(country: str, told_on: date, *, means: str = "electronic") -> tuple[Standstill, date] | None:
    """The rule, and the first day on which the contract may be made when tenderers were told on a day; None without a rule."""
    profile = profile_of(country)
    rule = next((rule for rule in profile.standstill if rule.means == means), None)
    return (rule, profile.last_day(told_on, rule.days) + timedelta(days=1)) if rule else None


def whole_days(publish_at: datetime, deadline_at: datetime, zone: str) -> int:
    """How many whole days there are from the day after publication to the deadline; never less than none."""
    local = moments.zone_of(zone)
    end = deadline_at.astimezone(local)
    days = (end.date() - publish_at.astimezone(local).date()).days
    return max(0, days if end.time().replace(second=0, microsecond=0) >= LAST_MINUTE else days - 1)


def _sentence(code: str, rule: TimeRule, given: int, earliest: datetime, zone: str) -> str:
    values = {
        "days": rule.days,
        "given": given,
        "paragraph": rule.paragraph,
        "earliest": moments.say(earliest, zone, (get_language() or "sv")[:2]),
    }
    if code == "advice":
        said = _(
            "Suppliers get %(given)s whole days. The law names no number of days but asks for reasonable time"
            " (%(paragraph)s). Is it enough for them?"
        )
    elif given >= rule.days:
        said = _(
            "The law asks for at least %(days)s days (%(paragraph)s). The last of them falls on a day off, so the time ends"
            " when the next working day is over. The earliest lawful deadline is %(earliest)s."
        )
    elif code == "urgent-only":
        said = _(
            "Suppliers get %(given)s whole days. The law asks for at least %(days)s (%(paragraph)s) unless it is urgent and"
            " you can show why. The earliest ordinary deadline is %(earliest)s."
        )
    else:
        said = _(
            "Suppliers get %(given)s whole days. The law asks for at least %(days)s (%(paragraph)s). The earliest lawful"
            " deadline is %(earliest)s."
        )
    return said % values


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the golden number and the epact."""
    golden, century = year % 19, year // 100
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon = epact - (epact // 28) * (1 - (epact // 28) * (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    offset = moon - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))


# --- reading the files ------------------------------------------------------------------------------------------------


def profile_of(country: str) -> Profile:
    """The legal profile of a country (ISO 3166-1 alpha-2); the directives' own where we have none."""
    known = profiles(settings.LEGAL_DIR)
    return known.get(country.upper()) or known[ELSEWHERE]


@cache
def profiles(directory: str) -> dict[str, Profile]:
    """Every profile by its country: ours, and over them the files of `directory`. Raises NotAProfile."""
    files = {path.name: path for path in OURS.glob("*.json")}
    if directory:
        if not Path(directory).is_dir():
            raise NotAProfile(f"ARENA_LEGAL_DIR is {directory!r}, which is not a directory.")
        files |= {path.name: path for path in Path(directory).glob("*.json")}
    found = [read(path) for _name, path in sorted(files.items())]
    return {profile.country: profile for profile in found}


def read(path: Path) -> Profile:
    """One file, judged. Raises NotAProfile with the file's name and what is wrong."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        profile = _profile(data)
        wrong = [*_nonsense(profile)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as why:
        raise NotAProfile(f"{path.name} cannot be read as a legal profile: {type(why).__name__}: {why}") from why
    if path.stem.upper() != profile.country:
        wrong.append(f"it is named {path.stem!r} but its country is {profile.country!r}")
    if wrong:
        raise NotAProfile(f"{path.name}: " + "; ".join(wrong) + ".")
    return profile


def _profile(data: dict[str, Any]) -> Profile:
    days = data["holidays"]
    return Profile(
        country=data["country"],
        law=Text(**data["law"]),
        disclaimer=Text(**data["disclaimer"]),
        counting=Paragraph(**{**data["counting"], "text": Text(**data["counting"]["text"])}),
        holidays=Holidays(
            paragraph=days["paragraph"],
            fixed=tuple(_month_day(day) for day in days["fixed"]),
            easter=tuple(int(offset) for offset in days["easter"]),
            weekday_from=tuple((*_month_day(day), int(weekday)) for day, weekday in days["weekday_from"]),
        ),
        secrecy=tuple(
            Ground(**{**row, "kinds": tuple(row["kinds"]), "text": Text(**row["text"]), "until": Text(**row["until"])})
            for row in data["secrecy"]
        ),
        times=tuple(
            TimeRule(**{**row, "text": Text(**row["text"]), "when": Text(**row["when"])}) for row in data["times"]
        ),
        standstill=tuple(Standstill(**{**row, "text": Text(**row["text"])}) for row in data["standstill"]),
        procedures={code: Paragraph(**row) for code, row in data["procedures"].items()},
        words={word: Text(**text) for word, text in data["words"].items()},
    )


def _month_day(text: str) -> tuple[int, int]:
    month, day = (int(part) for part in text.split("-"))
    date(2028, month, day)  # a day that exists, also 29 February
    return month, day


def _nonsense(profile: Profile) -> Iterable[str]:
    """What a file may say and no law can mean."""
    if sum(ground.is_default for ground in profile.secrecy) != 1:
        yield "exactly one secrecy ground holds by default"
    if len({ground.code for ground in profile.secrecy}) != len(profile.secrecy):
        yield "a secrecy ground stands twice"
    for ground in profile.secrecy:
        if ground.ends not in ENDS or not ground.kinds or len(ground.code) > 20:
            yield f"the secrecy ground {ground.code!r} has no kinds, or an end or a code that we cannot store"
    seen = set()
    for rule in profile.times:
        name = f"the time of {rule.procedure!r}, {rule.stage!r}, {rule.condition!r}"
        if rule.procedure not in PROCEDURES or rule.stage not in STAGES or rule.condition not in CONDITIONS:
            yield f"{name} names something that we do not know"
        if type(rule.days) is not int or not 1 <= rule.days <= 365 or rule.weight not in ("minimum", "advice"):
            yield f"{name} is not 1 to 365 days, as a minimum or as advice"
        if (key := (rule.procedure, rule.stage, rule.condition)) in seen:
            yield f"{name} stands twice"
        seen.add(key)
    for wait in profile.standstill:
        if wait.means not in ("electronic", "other") or type(wait.days) is not int or not 1 <= wait.days <= 60:
            yield f"the standstill for {wait.means!r} is not 1 to 60 days"
    named = [
        *(ground.paragraph for ground in profile.secrecy),
        *(rule.paragraph for rule in profile.times),
        *(wait.paragraph for wait in profile.standstill),
    ]
    if unnamed := sum(not paragraph.strip() for paragraph in named):
        yield f"{unnamed} rules name no paragraph"
    if missing := [code for code in PROCEDURES if code not in profile.procedures]:
        yield "no paragraph for " + ", ".join(missing)
    if missing := [word for word in WORDS if word not in profile.words]:
        yield "no word for " + ", ".join(missing)


def check(**kwargs: Any) -> list[CheckMessage]:
    """procurements.E001: the files of the law can be used."""
    try:
        known = profiles(settings.LEGAL_DIR)
    except NotAProfile as why:
        return [Error(str(why), hint="See procurements/legal/README.md.", id="procurements.E001")]
    if ELSEWHERE not in known:
        return [Error("There is no profile eu.json for the other countries.", id="procurements.E001")]
    return []
