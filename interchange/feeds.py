"""Atom feeds (RFC 4287): what a search finds (F5), and all that happened to one notice (F3).

Identifiers are `tag:` addresses (RFC 4151) made from a notice's lasting code, the same in every language: an amendment, a
closing or an outcome updates the entry, it does not make a second one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from lxml import etree

from procurements import record
from procurements.browsing import Browse
from procurements.models import Closing, Notice, Outcome
from procurements.record import Entry as Happening
from procurements.templatetags.wording import wording_value
from taxonomy import labels
from ui.moments import say, say_day

ATOM = "http://www.w3.org/2005/Atom"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NEWEST = 50
UNSAID = ("contact_name", "contact_email")  # of persons: read on the page, not in heaps
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
CPV, NUTS = "http://data.europa.eu/cpv/cpv/", "http://data.europa.eu/nuts/code/"
NO_XML = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)  # XML 1.0, 2.2: characters that it cannot hold


@dataclass(frozen=True)
class Category:
    scheme: str
    term: str
    label: str


@dataclass(frozen=True)
class Entry:
    id: str
    url: str
    title: str
    language: str  # of the title
    text: str
    published_at: datetime
    updated_at: datetime
    author: str
    categories: list[Category] = field(default_factory=list)
    history: str = ""  # address of the feed with everything that happened to it


@dataclass(frozen=True)
class Feed:
    id: str
    title: str
    language: str
    address: str  # its own
    page: str  # where a person reads the same
    entries: list[Entry]
    began_at: datetime  # what stands as its time while it has no entry

    @property
    def updated_at(self) -> datetime:
        return max((entry.updated_at for entry in self.entries), default=self.began_at)


def tag(*path: object) -> str:
    return f"tag:{urlsplit(settings.URL).hostname},2026:{'/'.join(map(str, path))}"


def of_search(browse: Browse, *, address: str, page: str, language: str, at: datetime) -> Feed:
    """The newest fifty that the search finds. The same number of queries, however many there are."""
    notices = list(replace(browse, sort="newest").notices(at)[:NEWEST])
    versions = [notice.current_version for notice in notices if notice.current_version]
    cpv = labels.cpv_labels({code for version in versions for code in version.cpv}, language)
    regions = labels.region_labels({code for version in versions for code in version.regions}, language)
    outcomes = dict(
        Outcome.objects.filter(notice__in=[notice.pk for notice in notices])
        .values_list("notice")
        .annotate(Max("recorded_at"))
    )
    entries = [_of_notice(notice, cpv, regions, outcomes.get(notice.pk), language) for notice in notices]
    title = f"{settings.NAME}: {browse.q}" if browse.q else settings.NAME
    began_at = datetime.combine(at.astimezone(UTC).date(), time(), UTC)
    return Feed(tag("search", language, urlsplit(address).query), title, language, address, page, entries, began_at)


def _of_notice(
    notice: Notice, cpv: dict[str, str], regions: dict[str, str], ended_at: datetime | None, language: str
) -> Entry:
    version = notice.current_version
    assert version is not None, "only what is published is found"
    buyer = notice.procurement.organisation.name
    lines = [f"{notice.get_kind_display()} · {buyer}", version.summary or version.problem or version.description]
    if version.deadline_at:
        lines.append(_("Answer by %(moment)s") % {"moment": say(version.deadline_at, version.zone, language)})
    if version.reason:
        lines.append(_("Why it was changed: %(reason)s") % {"reason": version.reason})
    if notice.closed_at:
        lines.append(_ended(notice, language))
    return Entry(
        id=tag("notice", notice.code),
        url=settings.URL + notice.get_absolute_url(),
        title=version.title,
        language=version.language,
        text="\n".join(line for line in lines if line),
        published_at=version.published_at,
        updated_at=max(moment for moment in (version.published_at, notice.closed_at, ended_at) if moment),
        author=buyer,
        categories=[
            Category(tag("kind"), notice.kind, str(notice.get_kind_display())),
            *(Category(CPV, code, cpv.get(code, code)) for code in version.cpv),
            *(Category(NUTS, code, regions.get(code, code)) for code in version.regions),
        ],
        history=settings.URL + reverse("feeds:notice_changes", args=[notice.slug]),
    )


def _ended(notice: Notice, language: str) -> str:
    """How, when and why it ended before its time: what its page says, in one line."""
    assert notice.closed_at is not None
    way = str(dict(Closing.choices).get(notice.closed_as, Closing.EARLY.label))
    version = notice.current_version
    moment = say(notice.closed_at, version.zone if version else "Europe/Stockholm", language)
    return f"{way} {moment}: {notice.closed_reason}"


def of_notice(notice: Notice, *, address: str, language: str) -> Feed:
    """Everything that was published about one notice, the newest first: versions with what they changed, answers, its end."""
    version = notice.current_version
    assert version is not None, "only what is published has a history"
    happened = list(reversed(record.entries_of(notice)))[:NEWEST]
    page = settings.URL + reverse("procurements:notice_record", args=[notice.slug])
    entries = [_of_happening(notice, each, page, language) for each in happened]
    feed_id = tag("notice", notice.code, "changes", language)
    return Feed(feed_id, version.title, language, address, page, entries, version.published_at)


def _of_happening(notice: Notice, each: Happening, page: str, language: str) -> Entry:
    name, title, text = _told(notice, each, language)
    url = page
    if each.version:
        url = settings.URL + reverse("procurements:notice_version", args=[notice.slug, each.version.number])
    return Entry(
        id=tag("notice", notice.code, *name),
        url=url,
        title=title,
        language=language,
        text=text,
        published_at=each.at,
        updated_at=each.at,
        author=notice.procurement.organisation.name,
    )


def _told(notice: Notice, each: Happening, language: str) -> tuple[tuple[object, ...], str, str]:
    """The end of its identifier, its headline, and what there is to read."""
    if each.version and each.kind == "published":
        return ("version", each.version.number), _("Published"), each.version.title
    if each.version:
        number, zone = each.version.number, each.version.zone
        lines = [each.version.reason] + [
            str(change.label)
            if change.field in UNSAID
            else f"{change.label}: {wording_value(change.before, change.field, zone)}"
            f" → {wording_value(change.after, change.field, zone)}"
            for change in each.changes
        ]
        return ("version", number), _("Amended: version %(number)s") % {"number": number}, _lines(lines)
    if each.answer:
        answer = each.answer
        number = answer.number  # type: ignore[attr-defined]  # annotated by answering.public_answers
        said = (
            _("Question %(number)s: the answer is corrected")
            if answer.version > 1
            else _("Question %(number)s is answered")
        )
        return (
            ("answer", number, answer.version),
            said % {"number": number},
            _lines([answer.question_text, answer.text]),
        )
    if each.message:
        title = _("Message %(number)s from the buyer") % {"number": each.message.number}
        return ("message", each.message.number), title, _lines([each.message.subject, each.message.text])
    if each.outcome:
        outcome = each.outcome
        lines = [
            _("Decided %(day)s") % {"day": say_day(outcome.decided_on, language)},
            outcome.text,
            *(winner.name for winner in outcome.winners.all()),
        ]
        return ("outcome", outcome.number), str(outcome.get_result_display()), _lines(lines)
    return ("closing",), each.closing, notice.closed_reason


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line)


def write(feed: Feed) -> bytes:
    """The document. Of each entry a reader gets text alone: nothing in it is markup."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})  # type: ignore[dict-item]  # lxml-stubs do not know the default one
    root.set(LANG, feed.language)
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", _moment(feed.updated_at))
    _author(root, settings.NAME)
    _add(root, "rights", f"CC0 1.0, {CC0}")
    _link(root, "license", CC0)
    _link(root, "self", feed.address, "application/atom+xml")
    _link(root, "alternate", feed.page, "text/html", feed.language)
    for entry in feed.entries:
        one = etree.SubElement(root, f"{{{ATOM}}}entry")
        _add(one, "id", entry.id)
        _add(one, "title", entry.title, type="text").set(LANG, entry.language or feed.language)
        _add(one, "published", _moment(entry.published_at))
        _add(one, "updated", _moment(entry.updated_at))
        _author(one, entry.author)
        _link(one, "alternate", entry.url, "text/html", feed.language)
        if entry.history:
            _link(one, "related", entry.history, "application/atom+xml")
        for category in entry.categories:
            _add(one, "category", scheme=category.scheme, term=category.term, label=category.label)
        _add(one, "summary", entry.text, type="text")
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return written


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    child.text = NO_XML.sub("", text) or None
    for key, value in attributes.items():
        child.set(key, NO_XML.sub("", value))
    return child


def _author(parent: etree._Element, name: str) -> None:
    _add(_add(parent, "author"), "name", name)


def _link(parent: etree._Element, relation: str, href: str, kind: str = "", language: str = "") -> None:
    link = _add(parent, "link", rel=relation, href=href)
    if kind:
        link.set("type", kind)
    if language:
        link.set("hreflang", language)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
