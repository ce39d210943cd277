"""What was learnt from "not relevant", in words: what it does, since when, by whom, and what it would have put away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from matchmaking import scoring
from matchmaking.lessons import BLOCKS, BOUNDS, MOST, NEEDED, of_the_notice, taught_by
from matchmaking.models import Lesson, Match, Subscription
from matchmaking.reading import NUTS_COUNTRY
from matchmaking.reasons import Reason, with_labels
from matchmaking.scoring import ALERT_AT, Facts
from procurements import money

BEFORE = timedelta(days=30)  # whose suggestions a lesson is held against
LOOKED_AT = 2000  # suggestions that are read for that, however many lessons are listed
ABOUT = {Lesson.About.FIELD: "cpv", Lesson.About.PLACE: "region", Lesson.About.BUYER: "buyer"}


@dataclass(frozen=True)
class Shown:
    """A lesson for a page. `put_away` of the `suggested` notices of the 30 days before it was learnt would not have come;
    both are None where there were too many to look through.
    """

    pk: int
    effect: str  # a whole sentence, in the active language
    at: datetime
    by: str  # empty when the account is gone
    put_away: int | None
    suggested: int | None


def lessons_of(subscription: Subscription) -> list[Shown]:
    """All that it has learnt, newest first, in a constant number of queries; nothing for one that is not saved yet."""
    if not subscription.pk:
        return []
    return shown(list(subscription.lessons.select_related("by").order_by("-at", "-pk")))


def after(match: Match, *, by: User) -> list[Shown]:
    """What the notice of a match that was put away has taught the person's subscriptions; each effect once."""
    rows = of_the_notice(match, by).dismissed().order_by("version__number")
    rows = rows.select_related("version__notice__procurement__organisation", "subscription__organisation")
    latest = {row.subscription_id: row for row in rows.only(*NEEDED)}
    facts = {pk: fact for pk, row in latest.items() if (fact := taught_by(row))}
    about = Lesson.objects.filter(subscription__in=facts, about__in={fact.about for fact in facts.values()})
    learnt = [
        lesson
        for lesson in about.select_related("by").order_by("pk")
        if (fact := facts[lesson.subscription_id]).about == lesson.about
        and (lesson.about in BOUNDS or lesson.value == fact.value)
    ]
    once = {each.effect: each for each in reversed(shown(learnt))}
    return list(once.values())


def nothing_learnt(match: Match) -> str:
    """Why a notice that was put away changes nothing else."""
    if match.subscription.follows:
        return _("You follow this by a choice of your own, so nothing else is left out of it.")
    fact = taught_by(match)
    if fact and match.subscription.lessons.count() >= MOST:
        return _("As much is learnt as can be, so nothing more was added. Take something back that you no longer need.")
    if match.dismissed_reason in (Match.Irrelevance.LARGE, Match.Irrelevance.SMALL) and not fact:
        return _("The notice does not state its value, so nothing else is rated differently.")
    if match.dismissed_reason == Match.Irrelevance.PLACE and not fact:
        return _(
            "The notice is for a whole country, so no region is left out. Choose the regions that are yours instead."
        )
    return _("Nothing else is rated differently.")


def shown(lessons: Sequence[Lesson]) -> list[Shown]:
    """Each with its effect in words. The lessons come with `by`, or it is asked for."""
    language = get_language() or "sv"
    explained = with_labels(
        [[{"kind": ABOUT.get(each.about, "value"), "value": each.value}] for each in lessons],  # type: ignore[call-overload]
        [language],
    )
    counts = _would_have_put_away(lessons)
    return [
        Shown(
            lesson.pk,
            effect(lesson, reason, language),
            lesson.at,
            lesson.by.name if lesson.by else "",
            *counts[lesson.pk],
        )
        for lesson, [reason] in zip(lessons, explained, strict=True)
    ]


def effect(lesson: Lesson, reason: Reason, language: str) -> str:
    label = reason["label"].get(language, "")
    words = {"code": lesson.value, "label": label, "name": label or lesson.value}
    about = lesson.about
    if about == Lesson.About.FIELD:
        if lesson.points >= BLOCKS:
            return _("Notices in CPV %(code)s %(label)s are no longer suggested.") % words
        return _("Notices in CPV %(code)s %(label)s are rated lower: they come only when more fits.") % words
    if about == Lesson.About.PLACE:
        return _("Notices for %(name)s are no longer suggested.") % words
    if about == Lesson.About.BUYER and not label:
        return _("Notices from a buyer that is no longer here are not suggested.")
    if about == Lesson.About.BUYER:
        return _("Notices from %(name)s are no longer suggested.") % words
    words["value"] = number_format(int(lesson.value), force_grouping=True)
    if about == Lesson.About.LARGER:
        return _("Notices worth about %(value)s euro or more are rated lower: they come only when more fits.") % words
    return _("Notices worth about %(value)s euro or less are rated lower: they come only when more fits.") % words


def _would_have_put_away(lessons: Iterable[Lesson]) -> dict[int, tuple[int | None, int | None]]:
    """{lesson's id: (how many would not have come, of how many)}: its subscription's suggestions of the time before it.

    Those after it are scored with it already. One query, of the newest LOOKED_AT.
    """
    lessons = list(lessons)
    if not lessons:
        return {}
    first, last = min(each.at for each in lessons) - BEFORE, max(each.at for each in lessons)
    rows = list(
        Match.objects.filter(
            subscription__in={each.subscription_id for each in lessons}, created_at__gt=first, created_at__lte=last
        )
        .order_by("-created_at", "-pk")
        .values_list(
            *("subscription", "version__notice", "created_at", "score"),
            *("version__cpv", "version__regions", "version__value", "version__currency"),
            *("version__notice__procurement__organisation", "version__notice__procurement__organisation__country"),
            "version__notice__search__keys",
        )[:LOOKED_AT]
    )
    seen_from = rows[-1][2] if len(rows) == LOOKED_AT else first
    past = [(subscription, notice, at, score, _facts(*said)) for subscription, notice, at, score, *said in rows]
    found: dict[int, tuple[int | None, int | None]] = {}
    for lesson in lessons:
        if lesson.at - BEFORE < seen_from:
            found[lesson.pk] = (None, None)
            continue
        own = [
            (notice, score, facts)
            for subscription, notice, at, score, facts in past
            if subscription == lesson.subscription_id and lesson.at - BEFORE < at <= lesson.at
        ]
        rule = scoring.Lesson(lesson.about, lesson.value, lesson.points)
        gone = {notice for notice, score, facts in own if score - rule.points < ALERT_AT and scoring.holds(rule, facts)}
        found[lesson.pk] = (len(gone), len({notice for notice, _score, _facts in own}))
    return found


def _facts(
    cpv: list[str],
    regions: list[str],
    value: Decimal | None,
    currency: str,
    buyer: int,
    country: str,
    keys: list[str] | None,
) -> Facts:
    """As much of a notice as a lesson can be about."""
    return Facts(
        kind="",
        language="",
        dictionary="",
        country=NUTS_COUNTRY.get(country, country),
        cpv=frozenset(cpv),
        regions=frozenset(regions),
        value=money.euro(value, currency),
        buyers=frozenset(int(key[2:]) for key in keys or () if key.startswith("B:")) | {buyer},
    )
