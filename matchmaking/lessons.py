"""What "not relevant" teaches a subscription, and how that is taken back (B6).

A lesson is no memory of its own: it is worth what the notices that were put away since it was learnt add up to, so that
bringing one of them back takes exactly its part away. What was taken back by hand is learnt anew from nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import F

from accounts.models import User
from matchmaking import anchoring
from matchmaking.models import Lesson, Match, MatchQuerySet, Subscription
from matchmaking.reading import NUTS_COUNTRY
from procurements import money
from records.auditing import record
from taxonomy.codes import CPV, cpv_prefix

About, Irrelevance = Lesson.About, Match.Irrelevance
MOST = 200  # of a subscription: more than that, and the criteria are wrong rather than the notices
BLOCKS = 100
# A narrow field that was named exactly survives the first time, a broad or near one does not.
FIELD_POINTS = 15
SIZE_POINTS = 30  # who asks for nothing in particular hears no more of that size; what fits well is still heard of
CLASS = 4  # digits: what a field is called when somebody says that it is not theirs

TEACHES = {
    Irrelevance.FIELD: About.FIELD,
    Irrelevance.PLACE: About.PLACE,
    Irrelevance.BUYER: About.BUYER,
    Irrelevance.LARGE: About.LARGER,
    Irrelevance.SMALL: About.SMALLER,
}
REASON_FOR = {about: reason for reason, about in TEACHES.items()}
BOUNDS = {About.LARGER: min, About.SMALLER: max}  # one of each a subscription: the bound moves
NEEDED = (  # of a match, to know what it teaches
    *("hits", "dismissed_reason", "version__notice__procurement__organisation__country"),
    *("version__cpv", "version__regions", "version__value", "version__currency"),
    *("subscription__organisation__country", "subscription__follows"),
)


class Fact(NamedTuple):
    """What a lesson is about: `about` and `value` as matchmaking.models.Lesson has them."""

    about: str
    value: str


def taught_by(match: Match) -> Fact | None:
    """What a match that was put away says of others like it; None where it says nothing.

    It comes with `version__notice__procurement__organisation` and `subscription__organisation`. What somebody follows by a
    click teaches nothing: a follow that leaves things out would be a promise broken in silence.
    """
    about = TEACHES.get(match.dismissed_reason)  # type: ignore[call-overload]
    if about is None or match.subscription.follows:
        return None
    value = {About.FIELD: _field, About.PLACE: _place, About.BUYER: _buyer}.get(about, _value)(match)
    return Fact(about, value) if value else None


def _hit(match: Match, *kinds: str) -> str:
    split = (hit.partition(":") for hit in match.hits)
    return next((value for kind, _colon, value in split if kind in kinds), "")


def _field(match: Match) -> str:
    """The class of the field that hit; of what was found by a word, the class of its first field."""
    if hit := _hit(match, "cpv", "near"):
        return hit[:CLASS]
    first = next(iter(match.version.cpv), "")
    return cpv_prefix(first)[:CLASS] if CPV.fullmatch(first) else ""


def _place(match: Match) -> str:
    """The place that hit, or the first that the notice names. A whole country only when it is not one's own: a notice for
    all of Sweden that is not for Skåne says nothing of what else is in Sweden."""
    regions = [code.rstrip("Z") for code in match.version.regions]
    country = match.version.notice.procurement.organisation.country
    place = _hit(match, "region", "country") or next(iter(regions), NUTS_COUNTRY.get(country, country))
    own = match.subscription.organisation
    is_foreign = own is not None and NUTS_COUNTRY.get(own.country, own.country) != place
    return place if len(place) > 2 or is_foreign else ""


def _buyer(match: Match) -> str:
    return _hit(match, "buyer") or str(match.version.notice.procurement.organisation_id)


def _value(match: Match) -> str:
    euro = money.euro(match.version.value, match.version.currency)
    return "" if euro is None else str(euro)


def learn(match: Match, *, by: User, at: datetime) -> None:
    """Called when the match has been put away, in the same transaction, with its subscription locked."""
    fact = taught_by(match)
    if fact is None:
        return
    lesson = known(match.subscription_id, fact)
    if lesson is None:
        if match.subscription.lessons.count() >= MOST:
            return
        lesson = Lesson(subscription=match.subscription, about=fact.about, value=fact.value, by=by, at=at)
    _weigh(lesson, by=by, at=at)


def unlearn(match: Match, *, by: User, at: datetime) -> None:
    """Called with a match as it was before it was brought back, in the same transaction, with its subscription locked."""
    fact = taught_by(match)
    if fact and (lesson := known(match.subscription_id, fact)):
        _weigh(lesson, by=by, at=at)


@transaction.atomic
def forget(lesson: Lesson, *, by: User, at: datetime) -> None:
    """Takes it back by hand; what was put away stays so. A second click is harmless."""
    lock([lesson.subscription_id])
    for stored in Lesson.objects.filter(pk=lesson.pk).select_related("subscription__organisation"):
        _keep(stored, points=0, value=stored.value, by=by, at=at)


def known(subscription_id: int, fact: Fact) -> Lesson | None:
    found = Lesson.objects.filter(subscription=subscription_id, about=fact.about)
    if fact.about not in BOUNDS:
        found = found.filter(value=fact.value)
    return found.select_related("subscription__organisation").first()


def _weigh(lesson: Lesson, *, by: User, at: datetime) -> None:
    """Gives the lesson what its notices add up to."""
    facts = [fact for fact in map(taught_by, _put_away_for(lesson)) if fact and fact.about == lesson.about]
    if bound := BOUNDS.get(About(lesson.about)):
        value = str(bound(int(fact.value) for fact in facts)) if facts else lesson.value
        _keep(lesson, points=SIZE_POINTS if facts else 0, value=value, by=by, at=at)
        return
    times = sum(fact.value == lesson.value for fact in facts)
    points = min(BLOCKS, times * (FIELD_POINTS if lesson.about == About.FIELD else BLOCKS))
    _keep(lesson, points=points, value=lesson.value, by=by, at=at)


def _put_away_for(lesson: Lesson) -> Iterable[Match]:
    """The matches that the lesson was learnt from: of each notice, the version that somebody had before them."""
    rows = Match.objects.filter(
        subscription=lesson.subscription_id,
        dismissed_reason=REASON_FOR[About(lesson.about)],
        dismissed_at__gte=lesson.at,
        created_at__lte=F("dismissed_at"),
    )
    rows = rows.select_related("version__notice__procurement__organisation", "subscription__organisation")
    return rows.only(*NEEDED).order_by("version__notice_id", "-version__number").distinct("version__notice_id")


def _keep(lesson: Lesson, *, points: int, value: str, by: User, at: datetime) -> None:
    """Writes what the lesson is worth now; what is worth nothing goes. The index knows which subscriptions have any."""
    if lesson.pk and (lesson.points, lesson.value) == (points, value):
        return
    subscription = lesson.subscription
    had_any = subscription.lessons.exists()
    details = {"about": lesson.about, "value": value, "from": lesson.points or 0, "to": points}
    lesson.points, lesson.value = points, value
    if points:
        lesson.save()
    elif lesson.pk:
        Lesson.objects.filter(pk=lesson.pk).delete()
    else:
        return
    if had_any != subscription.lessons.exists():
        anchoring.anchor(subscription)
    action = "lesson.learnt" if points else "lesson.forgotten"
    record(action, subscription, by=by, at=at, acting_for=subscription.organisation, details=details)


def of_the_notice(match: Match, by: User) -> MatchQuerySet:
    """The matches of its notice, in every version, with the subscriptions that the person may answer for."""
    return Match.objects.filter(
        version__notice=match.version.notice_id, subscription__in=Subscription.objects.kept_by(by)
    )


def lock(subscriptions: Sequence[int]) -> None:
    """Two colleagues at once: the second waits, and then adds to what the first one taught."""
    list(
        Subscription.objects.select_for_update(no_key=True)
        .filter(pk__in=subscriptions)
        .order_by("pk")
        .values_list("pk")
    )
