"""Is everything at work? What the job page, /readyz and the metrics have in common (D14, quality 3.3 point 8).

No number here may tell that somebody registered interest or asked (quality 4.3): the lines of confidential kinds are not
counted, nor are the audit events that the audit log does not show.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from arena.audit_log import SECRET
from files import health as uploads
from matchmaking import health as matcher
from matchmaking.models import MatchRun
from notifications import health as mail
from notifications.models import Mail
from procurements.models import NoticeVersion
from records import pulsing, sealing

LATE = timedelta(minutes=5)  # an undone row older than this means that no worker is at work (quality 3.3, point 8)
UP_SINCE = timezone.now()  # when this process came up: until it has been up for ten minutes, it calls no task stopped

TASKS: dict[str, str | Promise] = {
    "matchmaking.match_due": _("Finds who should hear of what was published, and tells them; tells news of notices"),
    "matchmaking.remind_due": _("Reminds of deadlines that come near"),
    "matchmaking.tidy": _("Takes what no search asks for any more out of the matcher's index"),
    "matchmaking.count_words": _("Counts how often words stand in notices, for likeness of needs"),
    "notifications.send_due": _("Puts what is due into mails, and sends them"),
    "notifications.take_in_bounces": _("Reads the mailbox for mails that came back"),
    "procurements.publish_due": _("Publishes what was to be published at a set time"),
    "procurements.keep_search": _("Counts for the search what lists hold, and which words notices have"),
    "procurements.remind_due": _("Reminds buyers of what waits for them"),
    "knowledge.publish_due": _("Publishes guidance at its set time"),
    "knowledge.tell_due": _("Tells buyers of cases about them, and readers of new versions of templates"),
    "knowledge.remind_due": _("Reminds editors of guidance that is to be reviewed"),
    "knowledge.keep_events": _("Reminds of events, and forgets who came and what readers said when the time is over"),
    "knowledge.check_links": _("Visits the pages that guidance leads to, where the arena is set to"),
    "networks.remind_due": _("Reminds of letters of intent that are not signed"),
    "networks.remind_of_work_due": _("Reminds of tasks and meetings in networks and groups"),
    "files.scan_due": _("Has the virus scanner look at new files"),
    "files.sweep_due": _("Takes away uploads that nobody finished"),
    "interchange.gather_webhooks": _("Finds what webhooks are to tell"),
    "interchange.send_webhooks": _("Sends the messages of webhooks"),
    "records.seal_due": _("Seals the audit log, and writes its anchor"),
    "records.sweep_kept": _("Takes away kept forms whose time is over"),
    "interchange.import_due": _("Imports files of notices that were handed in or fetched"),
    "interchange.fetch_due": _("Fetches notices from TED and Doffin, where the arena is set to"),
    "interchange.dump_due": _("Writes everything that is published into the files of the day"),
    "arena.follow_up_merges": _("Moves what came late to organisations that were merged"),
}


@dataclass(frozen=True)
class Queue:
    """Something that waits: how much of it, and since when the oldest."""

    code: str
    label: str | Promise
    number: int
    since: datetime | None
    needs_a_person: bool = False  # no worker takes it away
    mail_state: str = ""  # where the mail log shows it

    def is_late(self, at: datetime) -> bool:
        return self.since is not None and not self.needs_a_person and at - self.since > LATE


def queues(at: datetime) -> list[Queue]:
    state = Mail.State
    return [
        Queue("notices", _("Notices to be matched"), *matcher.to_match(at)),
        Queue("look-backs", _("Searches whose open notices are to be looked through"), *matcher.to_look_back()),
        Queue("news", _("News to be told"), *matcher.to_tell(at)),
        Queue("lines", _("Lines to be put into mails"), *mail.lines_due(at)),
        Queue("mails-due", _("Mails to be sent"), *mail.mails(state.PENDING, at), mail_state=state.PENDING),
        Queue("mails-sending", _("Mails being sent"), *mail.mails(state.SENDING, at), mail_state=state.SENDING),
        *(
            Queue(f"mails-{value}", label, *mail.mails(value, at), needs_a_person=True, mail_state=value)
            for value, label in (
                (state.UNKNOWN, _("Mails of which nobody knows whether they left")),
                (state.FAILED, _("Mails that failed")),
                (state.STALE, _("Mails that are held after a restore")),
            )
        ),
        Queue("files", _("Files that wait for the virus scanner"), *uploads.held()),
        Queue("audit", _("Audit events to be sealed"), *sealing.unsealed(without=SECRET)),
    ]


def oldest_unmatched(at: datetime) -> timedelta | None:
    """How long the oldest publication has waited for the matcher, those that it could not match with them."""
    current = NoticeVersion.objects.filter(notice__current_version=F("pk"))
    waiting = current.exclude(pk__in=MatchRun.objects.values("version"))
    published = waiting.order_by("published_at").values_list("published_at", flat=True).first()
    return at - published if published else None


def oldest_undone(at: datetime) -> timedelta:
    """For how long the oldest thing that a worker should have done has waited; zero: nothing waits."""
    ages: Iterable[timedelta | None] = (mail.oldest_undone(at), oldest_unmatched(at), uploads.oldest_held(at))
    return max((age for age in ages if age), default=timedelta())


def states(at: datetime) -> list[pulsing.State]:
    return pulsing.states(at, up_since=UP_SINCE)


def anchor_age(at: datetime) -> timedelta | None:
    """For how long the oldest seal has waited for the anchor; None: nothing waits, or this machine does not see the file.

    Where the file cannot be written the sealing task fails, which its pulse shows to every machine within ten minutes.
    """
    return sealing.unanchored_for(at) if sealing.is_anchor_here() else None


def is_anchor_late(at: datetime) -> bool:
    age = anchor_age(at)
    return age is not None and age > sealing.ANCHOR_LATE
