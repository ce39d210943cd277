"""Dates for calendar programs (RFC 5545, RFC 7986): of one notice, of a search, and of a person (G7).

A moment stands in UTC, so that no program needs our tables of summer time, and is said in words with its own zone. The same
`Entry` is behind the page, the mail and the feed: one value everywhere (B20).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from procurements.browsing import Browse
from procurements.dates import Entry, of_notices

MOST = 200  # notices of a search


def of_search(browse: Browse, *, at: datetime) -> list[Entry]:
    """Deadlines and last times for questions of what the search finds, the nearest first."""
    notices = list(replace(browse, sort="deadline").notices(at)[:MOST])
    return sorted(of_notices(notices), key=lambda entry: (entry.starts, entry.key))


def as_ics(entries: list[Entry], *, name: str, language: str) -> bytes:
    """The calendar in the active language, which `language` names."""
    feed = Calendar()
    feed.add("prodid", "-//Arena for innovation procurement//Dates//EN")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("name", _plain(name))
    feed.add("x-wr-calname", _plain(name))  # what programs that do not know NAME show
    feed.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for entry in entries:
        feed.add_component(_event(entry, language))
    written: bytes = feed.to_ical()
    return written


def _event(entry: Entry, language: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@{urlsplit(settings.URL).hostname}")
    event.add("dtstart", entry.moment.astimezone(UTC) if entry.moment else entry.day)
    if entry.ends:
        event.add("dtend", entry.ends.astimezone(UTC))
    event.add("dtstamp", _second(entry.changed_at))
    event.add("last-modified", _second(entry.changed_at))
    event.add("sequence", entry.changes)
    event.add("status", "CANCELLED" if entry.is_called_off else "CONFIRMED")
    event.add(
        "transp", "OPAQUE" if entry.ends and not entry.is_called_off else "TRANSPARENT"
    )  # a deadline makes nobody busy
    event.add("summary", _plain(f"{entry.what}: {entry.title}"))
    if entry.where:
        event.add("location", _plain(entry.where))
    said = [entry.in_words(language), entry.organisation, settings.URL + entry.path]
    if entry.is_called_off and entry.ends:
        said.insert(0, _("This meeting is called off."))
    elif entry.is_called_off and entry.is_taken_out:
        said.insert(0, _("This date is taken out: the notice was changed, and has it no more."))
    elif entry.is_called_off:
        said.insert(0, _("This is called off: the notice was closed before its time."))
    event.add("description", "\n".join(_plain(line) for line in said if line))
    event.add("url", settings.URL + entry.path)
    return event


def _plain(text: str) -> str:
    """One line, without control characters: RFC 5545 (3.1) has no place for them, and `icalendar` escapes the rest."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
