"""From a mail's rows to a message, in the reader's language, with the rights of this moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from email.headerregistry import Address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from notifications import kinds, less, unsubscribing
from notifications.kinds import Change
from notifications.models import Mail, MailItem, Notification
from ui.mail import one_line, wrapped

SHOWN = 40  # entries in one mail; the inbox has the rest


@dataclass
class Entry:
    """What a mail says about one page of the arena: two saved searches and a follow of one notice make one entry."""

    title: str
    url: str
    change: Change
    facts: str = ""
    texts: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    less: list[str] = field(default_factory=list)  # names of notifications.less
    less_url: str = ""


@dataclass
class Section:
    """The entries of one kind of change."""

    change: Change
    entries: list[Entry]
    count: int  # also those that are not shown


class Poisoned(Exception):
    """A notification cannot be put in words: a fault of ours, never a reason to hold back the others."""

    def __init__(self, notification: Notification, error: Exception) -> None:
        super().__init__(f"notification {notification.pk}: {type(error).__name__}: {error}")
        self.notification = notification


def message_for(mail: Mail, lines: Sequence[Notification]) -> EmailMultiAlternatives | None:
    """The message, or None when nothing in it may be shown any more or the person wants no mail of it.

    `lines`: what it carries and may be said, from `lines_of`.
    """
    if mail.kind.startswith("account:"):
        return _message(mail, mail.context["subject"], mail.context["text"], mail.context.get("html", ""), {})
    assert mail.recipient is not None
    shown = [line for line in lines if line.event.kind not in mail.kinds_off]
    if not shown:
        return None
    language = mail.recipient.language
    with translation.override(language):
        entries = entries_of(shown, language)
        context = context_of(entries, mail.recipient, language)
        this = unsubscribing.link(mail.recipient, less.sources_of(shown), language)
        text, html = (
            render_to_string(f"mail/notifications/lines.{form}", {**context, "unsubscribe_url": this})
            for form in ("txt", "html")
        )
    headers = {
        "List-Unsubscribe": f"<{this}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    return _message(mail, context["subject"], text, html, headers)


def context_of(entries: list[Entry], person: User, language: str) -> dict[str, Any]:
    for entry in entries[:SHOWN]:
        entry.less_url = unsubscribing.less_link(person, entry.less[: less.MOST], language)
    return {
        "language": language,
        "person": person,
        "sections": sections_of(entries),
        "is_one": len(entries) == 1,
        "count": len(entries),
        "more": max(0, len(entries) - SHOWN),
        "subject": subject_of(entries),
        "site_name": settings.NAME,
        "base": settings.URL,
        "inbox_url": settings.URL + reverse("notifications:inbox"),
        "preferences_url": settings.URL + reverse("notifications:preferences"),
        "unsubscribe_all_url": unsubscribing.link(person, [], language),
    }


def lines_of(mails: Collection[UUID]) -> dict[UUID, list[Notification]]:
    """{mail: what it carries and its reader still wants and may see}, for several at once: the rights of this moment.

    The queries are a constant number for all of them. Raises Poisoned.
    """
    items = (
        MailItem.objects.filter(mail__in=mails)
        .select_related("notification__event", "notification__recipient")
        .order_by("notification__created_at", "notification__id")
    )
    # What was read or put away meanwhile is left out of a repeat and of a digest alike: it has been heard.
    carried = [(item.mail_id, item.notification) for item in items if not _is_heard(item.notification)]
    kinds.with_subjects(notification for _mail, notification in carried)
    seen = [notification for _mail, notification in carried if _may_see(notification)]
    wanted = kinds.still_wanted(seen)
    found: dict[UUID, list[Notification]] = {mail: [] for mail in mails}
    for mail, notification in carried:
        if notification.pk in wanted:
            found[mail].append(notification)
    return found


def _is_heard(notification: Notification) -> bool:
    return bool(notification.hidden_at or notification.read_at)


def _may_see(notification: Notification) -> bool:
    try:
        return kinds.may_see(notification)
    except Exception as error:
        raise Poisoned(notification, error) from error


def entries_of(notifications: Iterable[Notification], language: str) -> list[Entry]:
    """In the order of the mail; lines of one page that are about the same thing, or say the same, become one entry.

    Sorts of change in their order, in each what presses first, then what is oldest.
    Eight answers in one group are eight pieces of news; two amendments of one notice are one.
    """
    entries: list[Entry] = []
    standing: dict[tuple[str, str], Entry] = {}  # by page, and by what it is about or what it says
    for notification in sorted(notifications, key=_calm):
        try:
            line = kinds.line(notification, language)
        except Exception as error:
            raise Poisoned(notification, error) from error
        page, event = line.url or f"#{notification.pk}", notification.event
        keys = (page, f"{event.subject_type}:{event.subject_id}"), (page, line.title)
        entry = standing.get(keys[0]) or standing.get(keys[1])
        if entry is None:
            kind = kinds.get(event.kind)
            change = line.change or (kind.change if kind else Change.OTHER)
            entries.append(entry := Entry(line.title, line.url, change, line.facts))
        for key in keys:
            standing.setdefault(key, entry)
        entry.texts += [text for text in (line.text,) if text and text not in entry.texts]
        entry.reasons += [reason for reason in line.reasons if reason not in entry.reasons]
        entry.less += [name for name in less.names_of(notification) if name not in entry.less]
    order = list(Change)
    return sorted(entries, key=lambda entry: order.index(entry.change))


def _calm(notification: Notification) -> bool:
    kind = kinds.get(notification.event.kind)
    return not (kind and kind.is_pressing)


def sections_of(entries: list[Entry]) -> list[Section]:
    """The first SHOWN entries under their headings, with the whole number of each."""
    sections = []
    for change in Change:
        shown = [entry for entry in entries[:SHOWN] if entry.change == change]
        if shown:
            sections.append(Section(change, shown, sum(entry.change == change for entry in entries)))
    return sections


def subject_of(entries: list[Entry]) -> str:
    """The most important thing in words, and how much more there is."""
    first, more = entries[0], len(entries) - 1
    words = {"title": first.title, "count": len(entries), "more": more}
    if not more:
        return first.title
    if all(entry.change == Change.NEW for entry in entries):
        return (
            ngettext("%(count)d new: %(title)s and %(more)d more", "%(count)d new: %(title)s and %(more)d more", more)
            % words
        )
    return (
        ngettext("%(title)s, and %(more)d more piece of news", "%(title)s, and %(more)d more pieces of news", more)
        % words
    )


def _message(mail: Mail, subject: str, text: str, html: str, headers: dict[str, Any]) -> EmailMultiAlternatives:
    Address(addr_spec=mail.address)  # raises for an address that would become several, or a header
    host = urlsplit(settings.URL).hostname or "localhost"
    message = EmailMultiAlternatives(
        subject=one_line(subject) or _("News from the arena"),
        body=wrapped(text),
        to=[mail.address],
        headers={"Message-ID": f"<{mail.pk}@{host}>", **headers},
    )
    if html:
        message.attach_alternative(html, "text/html")
    return message
