"""When and where an event is: set, moved, cancelled, and its recording added (D8).

Every verb locks the article and then the occasion, is harmless when repeated, and raises Refused with a sentence for the
editor. Those who have registered hear of what concerns them in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import Refused
from knowledge import attending, event_news
from knowledge.models import Article, ArticleText, Genre, Occasion
from knowledge.rules import require_editor
from procurements.dates import Entry
from records import auditing

IN_CALENDARS = {"starts_at", "ends_at", "zone", "place"}
LOOKS_BACK = timedelta(days=60)  # a subscriber learns that an event was moved or cancelled after it had passed, too


@dataclass(frozen=True)
class Facts:
    """What an editor says of an event. Moments are aware; `zone` is the IANA name in which people mean them."""

    starts_at: datetime
    ends_at: datetime
    zone: str = "Europe/Stockholm"
    place: str = ""
    online_url: str = ""
    organiser: str = ""
    theme_week: str = ""
    takes_registrations: bool = True
    seats: int | None = None
    register_until: datetime | None = None


class Stale(Exception):
    """Somebody else saved since the page was opened. `now` is what stands there; nothing was written."""

    def __init__(self, now: Occasion) -> None:
        super().__init__(_("Somebody else has changed the event since you opened it. What you typed is still below."))
        self.now = now


def public() -> QuerySet[Occasion]:
    """Of articles that everybody reads, with the words; by one more query however many there are."""
    texts = Prefetch("article__texts", ArticleText.objects.select_related("current_version"))
    shown = Occasion.objects.filter(article__published_at__isnull=False, article__archived_at=None)
    return shown.select_related("article").prefetch_related(texts)


@transaction.atomic
def set_facts(
    article: Article, facts: Facts, *, seen: datetime | None = None, by: User | None, at: datetime
) -> Occasion:
    """Sets or changes them. `seen` is the `edited_at` that the writer's page showed; raises Stale when it is an older one."""
    require_editor(by)
    article = Article.objects.select_for_update().get(pk=article.pk)
    if article.genre != Genre.EVENT:
        raise Refused(_("Only an event has a time and a place."))
    occasion = Occasion.objects.select_for_update().filter(article=article).first()
    if occasion is None:
        occasion = Occasion.objects.create(article=article, **asdict(facts), edited_by=by, edited_at=at)
        auditing.record("event.set", occasion, by=by, at=at)
        return occasion
    was = Facts(**{name: getattr(occasion, name) for name in asdict(facts)})
    changed = {name for name, value in asdict(facts).items() if getattr(was, name) != value}
    if not changed:
        return occasion
    if occasion.edited_at != seen:
        raise Stale(occasion)
    if occasion.cancelled_at:
        raise Refused(_("The event is cancelled, so it can no longer be changed. Write a new one."))
    for name in changed:
        setattr(occasion, name, getattr(facts, name))
    occasion.sequence += bool(changed & IN_CALENDARS)
    occasion.edited_by, occasion.edited_at = by, at
    occasion.save()
    auditing.record("event.set", occasion, by=by, at=at, details={"changed": sorted(changed)})
    if occasion.starts_at > at:
        _tell_of_move(occasion, was, changed, at)
        attending.seat_waiting(occasion, at=at)
    return occasion


@transaction.atomic
def cancel(occasion: Occasion, *, by: User, at: datetime) -> Occasion:
    """It will not be held. It stays in the calendar as cancelled, and all who have registered are told."""
    require_editor(by)
    occasion = _locked(occasion)
    if occasion.cancelled_at:
        return occasion
    if occasion.ends_at <= at:
        raise Refused(_("The event is over, so it can no longer be cancelled."))
    occasion.cancelled_at = at
    _save(occasion, by=by, at=at)
    auditing.record("event.cancelled", occasion, by=by, at=at)
    event_news.tell_all(occasion, f"event:{occasion.pk}:cancelled", {"what": "cancelled"}, at=at)
    return occasion


@transaction.atomic
def add_recording(occasion: Occasion, url: str, *, by: User, at: datetime) -> Occasion:
    """Where the event can be seen afterwards; an empty address takes it away. Those who had registered are told once."""
    require_editor(by)
    occasion = _locked(occasion)
    if occasion.recording_url == url:
        return occasion
    if occasion.cancelled_at or occasion.starts_at > at:
        raise Refused(_("An event has a recording when it has been held."))
    occasion.recording_url = url
    _save(occasion, by=by, at=at)
    auditing.record("event.recorded", occasion, by=by, at=at, details={"url": url})
    if url:
        event_news.tell_recording(occasion, at=at)
    return occasion


def dates_of(occasions: Iterable[Occasion], *, what: str = "") -> Iterator[Entry]:
    """For calendars, in the active language. The address of the meeting is told on the page alone, to those with a seat."""
    for occasion in occasions:
        version = occasion.article.version_for(get_language() or "en")
        if version is None:
            continue
        # New words are a change to calendars, too: in whichever language, so that the count never falls.
        worded = [text.current_version for text in occasion.article.texts.all() if text.current_version]
        yield Entry(
            key=f"event-{occasion.pk}",
            what=what or str(Genre.EVENT.label),
            title=version.title,
            organisation=occasion.organiser,
            path=occasion.article.get_absolute_url(),
            moment=occasion.starts_at,
            day=None,
            zone=occasion.zone,
            changes=occasion.sequence + sum(one.number for one in worded) - 1,
            changed_at=max(occasion.edited_at, *(one.published_at for one in worded)),
            is_called_off=occasion.cancelled_at is not None,
            ends=occasion.ends_at,
            where=occasion.place or (_("Online") if occasion.online_url else ""),
        )


def _tell_of_move(occasion: Occasion, was: Facts, changed: set[str], at: datetime) -> None:
    if not changed & {"starts_at", "ends_at", "place", "online_url"}:
        return
    key = f"event:{occasion.pk}:changed:{at.isoformat()}"
    facts = {"what": "place", "starts_at": occasion.starts_at.isoformat()}
    if changed & {"starts_at", "ends_at"}:
        facts |= {"what": "moved", "was": was.starts_at.isoformat(), "was_zone": was.zone}
        # Who hears of the new time within a day of it needs no reminder besides.
        hears_in_time = occasion.starts_at - at <= attending.DAY
        attending.registered(occasion).update(reminded_at=at if hears_in_time else None)
    event_news.tell_all(occasion, key, facts, at=at)


def _save(occasion: Occasion, *, by: User, at: datetime) -> None:
    occasion.sequence += 1
    occasion.edited_by, occasion.edited_at = by, at
    occasion.save()


def _locked(occasion: Occasion) -> Occasion:
    Article.objects.select_for_update().get(pk=occasion.article_id)
    return attending.locked(occasion)
