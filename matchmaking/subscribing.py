"""Saying what one wants to hear of. Saving makes alerts for what is published from then on, and mails nothing old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from matchmaking import keys, words
from matchmaking.events import MATCH
from matchmaking.models import Receiver, Subscription
from matchmaking.reading import criteria_of, facts_of
from matchmaking.scoring import COMPOUND_FROM, COMPOUNDING, CPV_NEAR_FROM, Criteria, Score, score
from notifications.models import Preference
from procurements.models import Notice, NoticeSearch
from records.auditing import record
from suppliers import offering
from taxonomy.codes import cpv_ancestors

CRITERIA = ("cpv", "regions", "goals", "words", "excluded_words", "languages", "kinds")
NARROWING = (
    "cpv",
    "regions",
    "goals",
    "words",
    "kinds",
)  # a language or a word to leave out alone would find everything

PREVIEW_DAYS = 30
TOO_MANY_A_DAY = 10
MOST_SEARCHES = 50
LOOKED_AT = 1000  # notices that a preview judges; more of them are "too many" whatever the number


class NoCriteria(Exception):
    """Nothing was asked for: everything would match."""

    def __str__(self) -> str:
        return str(
            _("Say at least one thing that you look for: a field, a word, a region, a goal or a kind of notice.")
        )


class TooMany(Exception):
    """A person keeps so many searches that it cannot know any more why it hears of something."""

    def __str__(self) -> str:
        return str(
            _("You have %(most)d saved searches, which is as many as there can be. Delete one first.")
            % {"most": MOST_SEARCHES}
        )


@transaction.atomic
def save_offer(
    subscription: Subscription, *, profile: dict[str, Any], rhythm: str, by: User, at: datetime
) -> Subscription:
    """The organisation's profile and what it wants to hear of, both or neither; `rhythm` is the person's own."""
    assert subscription.organisation
    offering.save(subscription.organisation, profile=profile, by=by, at=at)
    choose_rhythm(by, rhythm)
    return save(subscription, by=by, at=at)


@transaction.atomic
def save_search(subscription: Subscription, *, rhythm: str, by: User, at: datetime) -> Subscription:
    """A person's saved search. Raises TooMany."""
    User.objects.select_for_update().get(pk=by.pk)  # two new searches at once
    if not subscription.pk and Subscription.objects.filter(person=by).count() >= MOST_SEARCHES:
        raise TooMany
    choose_rhythm(by, rhythm)
    return save(subscription, by=by, at=at)


@transaction.atomic
def save(subscription: Subscription, *, by: User, at: datetime) -> Subscription:
    """Stores the criteria with their keys; the first to save it hears of it. The same criteria twice change nothing.

    The subscription is new or was fetched by `Subscription.objects.kept_by(by)`, with the wanted criteria set on it.
    Raises NoCriteria when they would let everything through.
    """
    if not any(getattr(subscription, name) for name in NARROWING):
        raise NoCriteria
    stored = None
    if subscription.pk:
        stored = Subscription.objects.select_for_update().get(pk=subscription.pk)
    elif subscription.organisation_id:
        Organisation.objects.select_for_update().get(pk=subscription.organisation_id)  # two first saves at once
        stored = Subscription.objects.filter(organisation=subscription.organisation_id).first()
    kept = stored or Subscription(organisation=subscription.organisation, person=subscription.person, created_at=at)
    changed = [name for name in ("name", *CRITERIA) if getattr(kept, name) != getattr(subscription, name)]
    if stored and not changed:
        return stored
    for name in changed:
        setattr(kept, name, getattr(subscription, name))
    prepare(kept)
    kept.changed_at = at
    kept.save()
    if not stored:
        Receiver.objects.create(subscription=kept, user=by)
    record("subscription.saved", kept, by=by, at=at, acting_for=kept.organisation, details={"fields": changed})
    return kept


def prepare(subscription: Subscription) -> Criteria:
    """Sets the stems and keys that follow from the criteria."""
    subscription.stems = words.stems([*subscription.words, *subscription.excluded_words])
    criteria = criteria_of(subscription)
    subscription.subject_keys, subscription.place_keys = keys.subject_keys(criteria), keys.place_keys(criteria)
    return criteria


@transaction.atomic
def pause(subscription: Subscription, *, by: User, at: datetime) -> Subscription:
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if subscription.paused_at is None:
        subscription.paused_at = at
        subscription.save(update_fields=["paused_at"])
        record("subscription.paused", subscription, by=by, at=at, acting_for=_organisation(subscription))
    return subscription


@transaction.atomic
def resume(subscription: Subscription, *, by: User, at: datetime) -> Subscription:
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if subscription.paused_at:
        subscription.paused_at = None
        subscription.save(update_fields=["paused_at"])
        record("subscription.resumed", subscription, by=by, at=at, acting_for=_organisation(subscription))
    return subscription


@transaction.atomic
def remove(subscription: Subscription, *, by: User, at: datetime) -> None:
    """Deletes it with its matches. What people were told stays in their inboxes."""
    for found in Subscription.objects.select_for_update().filter(pk=subscription.pk):
        record("subscription.removed", found, by=by, at=at, acting_for=_organisation(found))
        found.delete()


@transaction.atomic
def receive(subscription: Subscription, *, wants: bool, by: User, at: datetime) -> None:
    """A member says whether to hear of the organisation's matches, for itself alone."""
    if wants:
        _row, is_changed = Receiver.objects.get_or_create(subscription=subscription, user=by)
    else:
        is_changed = bool(Receiver.objects.filter(subscription=subscription, user=by).delete()[0])
    if is_changed:
        action = "subscription.heard" if wants else "subscription.not-heard"
        record(action, subscription, by=by, at=at, acting_for=_organisation(subscription))


def choose_rhythm(user: User, rhythm: str) -> None:
    """How often the person has mail of matches: one choice for all that it subscribes to."""
    Preference.objects.update_or_create(user=user, kind="match", defaults={"rhythm": rhythm})


def rhythm_of(user: User) -> str:
    chosen = Preference.objects.filter(user=user, kind="match").values_list("rhythm", flat=True).first()
    return chosen or MATCH.default_rhythm


def _organisation(subscription: Subscription) -> Organisation | None:
    return subscription.organisation


@dataclass(frozen=True)
class Found:
    notice: Notice
    score: Score


@dataclass(frozen=True)
class Preview:
    """What criteria would have found. `is_capped`: more were looked through than are counted."""

    count: int
    is_capped: bool

    @property
    def is_too_broad(self) -> bool:
        return self.is_capped or self.count > TOO_MANY_A_DAY * PREVIEW_DAYS


def preview(subscription: Subscription, *, at: datetime) -> Preview:
    """How many of the last 30 days' notices the criteria would have given; the subscription need not be saved."""
    rows = NoticeSearch.objects.filter(published_at__gt=at - timedelta(days=PREVIEW_DAYS), published_at__lte=at)
    found, is_capped = _find(subscription, rows)
    return Preview(len(found), is_capped)


def already_open(subscription: Subscription, *, at: datetime, limit: int = 10) -> list[Found]:
    """What can be answered today, best first: shown on the page, told to nobody."""
    open_notices = Notice.objects.open(at).values("pk")
    found, _is_capped = _find(subscription, NoticeSearch.objects.filter(notice__in=open_notices))
    return sorted(found, key=lambda each: (-each.score.points, -each.notice.pk))[:limit]


def _find(subscription: Subscription, rows: Any) -> tuple[list[Found], bool]:
    criteria = prepare(subscription)
    if not any(getattr(subscription, name) for name in NARROWING):
        return [], False
    rows = rows.filter(_roughly(criteria)).order_by("-published_at", "-notice_id")
    notices = list(
        Notice.objects.filter(pk__in=rows.values("pk")[: LOOKED_AT + 1])
        .exclude(procurement__organisation=subscription.organisation_id)
        .select_related("current_version__notice__procurement__organisation", "procurement__organisation")
    )
    versions = [notice.current_version for notice in notices if notice.current_version]
    facts = facts_of(versions)
    scored = [Found(notice, score(criteria, facts[notice.current_version_id or 0])) for notice in notices]
    return [found for found in scored if found.score.is_alert], len(notices) > LOOKED_AT


def _roughly(criteria: Criteria) -> Q:
    """A superset of what `score` alerts, in the words of the search rows' indexes."""
    codes, words_found = set(), Q()
    for code in criteria.cpv:
        line = cpv_ancestors(code)
        codes |= {f"P:{prefix}" for prefix in line if len(prefix) >= CPV_NEAR_FROM or prefix == line[-1]}
    for word in criteria.words:
        for dictionary, stems in criteria.stems.get(word, {}).items():
            if term := " & ".join(_term(stem, dictionary) for stem in stems):
                words_found |= Q(document=SearchQuery(term, config="simple", search_type="raw"))
    what = words_found | (Q(keys__overlap=sorted(codes)) if codes else Q())
    if criteria.says_what:
        return what if what else Q(pk=None)
    return Q(keys__overlap=[f"G:{goal}" for goal in criteria.goals]) if criteria.goals else Q()


def _term(lexeme: str, dictionary: str) -> str:
    quoted = "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
    return f"{quoted}:*" if dictionary in COMPOUNDING and len(lexeme) >= COMPOUND_FROM else quoted
