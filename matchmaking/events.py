"""What matchmaking tells people, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from matchmaking.models import Attention, Receiver
from matchmaking.reasons import parsed, prepare, sentences
from notifications.kinds import Change, Kind, Line
from notifications.models import Notification, Rhythm
from procurements.models import Interest, News, Notice, NoticeVersion, Question, Wording
from ui import moments

SUBJECT = ("current_version", "procurement__organisation")
SAID = {"title", "language", "deadline_at", "zone"}  # what a line says of a notice; the texts stay where they are
UNSAID = tuple(
    f"{prefix}{field.name}"
    for prefix in ("", "current_version__")
    for field in Wording._meta.local_fields
    if field.name not in SAID
)


def is_public(notification: Notification) -> bool:
    """What one hears for an organisation ends with the membership: notifications.kinds sees to that."""
    return notice_of(notification).current_version_id is not None


def news_still(notifications: Sequence[Notification]) -> set[int]:
    """Suggestions of what is still open to the reader (quality R15): not closed since, and still asked for."""
    heard, attentions = _heard(notifications), attentions_of(notifications)
    return {
        each.pk
        for each in notifications
        if each.subject.closed_at is None
        and (each.recipient_id, each.subject.pk) in heard
        and attentions.get((each.recipient_id, each.subject.procurement_id)) != Attention.Level.MUTED
    }


def changes_still(notifications: Sequence[Notification]) -> set[int]:
    """What happened to what the reader still hears of, is still interested in, follows or asked about, and has not muted.

    That something ended before its time is told to who is interested in it all the same (matchmaking.hearing).
    """
    why = {each.pk: {parsed(reason)["kind"] for reason in each.reasons} for each in notifications}
    heard, attentions = _heard(notifications), attentions_of(notifications)
    interested = interests([each for each in notifications if "interest" in why[each.pk]])
    asked = _asked([each for each in notifications if "question" in why[each.pk]])

    def is_wanted(each: Notification) -> bool:
        notice, reader, reasons = notice_of(each), each.recipient_id, why[each.pk]
        is_interested = "interest" in reasons and (reader, notice.procurement_id) in interested
        attention = attentions.get((reader, notice.procurement_id))
        if attention == Attention.Level.MUTED:
            return is_interested and each.event.kind == "closing"
        return (
            is_interested
            or (reader, notice.pk) in heard
            or ("follow" in reasons and attention == Attention.Level.FOLLOWS)
            or ("question" in reasons and (reader, notice.pk) in asked)
        )

    return {each.pk for each in notifications if is_wanted(each)}


def interests(notifications: Sequence[Notification]) -> set[tuple[int, int]]:
    """(reader, procurement): in what an organisation of the reader's is interested now."""
    return _by_members(Interest.objects.active(), notifications, "procurement_id")


def attentions_of(notifications: Sequence[Notification]) -> dict[tuple[int, int], str]:
    """{(reader, procurement): level}: what the readers follow or want to hear no more of."""
    rows = Attention.objects.filter(
        user__in=_readers(notifications), procurement__in={notice_of(each).procurement_id for each in notifications}
    )
    return {(each.user_id, each.procurement_id): each.level for each in rows}


def _asked(notifications: Sequence[Notification]) -> set[tuple[int, int]]:
    """(reader, notice): about what the reader asked, or a colleague for an organisation that the reader still acts for."""
    if not notifications:
        return set()
    own = Question.objects.filter(
        organisation=None,
        asked_by__in=_readers(notifications),
        notice__in={notice_of(each).pk for each in notifications},
    )
    return {*own.values_list("asked_by", "notice"), *_by_members(Question.objects.all(), notifications, "notice_id")}


def _by_members(rows: QuerySet[Any], notifications: Sequence[Notification], about: str) -> set[tuple[int, int]]:
    """(reader, what it is about): of `rows` of organisations, those that a reader acts for now. At most two queries."""
    acts: dict[int, list[int]] = defaultdict(list)
    if notifications:
        members = Membership.objects.active().filter(user__in=_readers(notifications))
        for organisation, reader in members.values_list("organisation", "user"):
            acts[organisation].append(reader)
    if not acts:
        return set()
    wanted = {getattr(notice_of(each), "pk" if about == "notice_id" else about) for each in notifications}
    found = rows.filter(**{"organisation__in": list(acts), f"{about}__in": wanted}).values_list("organisation", about)
    return {(reader, value) for organisation, value in found for reader in acts[organisation]}


def _readers(notifications: Sequence[Notification]) -> set[int]:
    return {each.recipient_id for each in notifications}


def less_of(notification: Notification) -> list[str]:
    """How to hear less: no more of this procurement, no more from the searches that found it (matchmaking.less)."""
    searches = [reason["value"] for reason in map(parsed, notification.reasons) if reason["kind"] == "search"]
    return [f"procurement:{notice_of(notification).procurement_id}", *(f"search:{pk}" for pk in searches)]


def about(notice: Notice, language: str) -> str:
    """One line: what it is, whose, until when."""
    version = notice.current_version
    assert version is not None  # is_public
    said = [notice.get_kind_display(), notice.procurement.organisation.name]
    if version.deadline_at:
        said.append(_("answer by %(moment)s") % {"moment": moments.say(version.deadline_at, version.zone, language)})
    return " · ".join(str(each) for each in said)


def notice_of(notification: Notification) -> Notice:
    """What a line is about: a notice, or news of one."""
    subject: Notice | News = notification.subject
    return subject if isinstance(subject, Notice) else subject.notice


def _heard(notifications: Sequence[Notification]) -> set[tuple[int, int]]:
    """(reader, notice): what a subscription found that the reader receives now, and that was not put away."""
    receives = Receiver.objects.hearing().filter(
        user__in=_readers(notifications),
        subscription__matches__version__notice__in={notice_of(each).pk for each in notifications},
        subscription__matches__dismissed_at=None,
    )
    return set(receives.values_list("user", "subscription__matches__version__notice"))


def match_line(notification: Notification, language: str) -> Line:
    notice: Notice = notification.subject
    version = notice.current_version
    assert version is not None  # is_public
    return Line(
        title=version.title,
        url=notice.get_absolute_url(),
        facts=about(notice, language),
        reasons=sentences(notification.reasons, language),
    )


def amendment_line(notification: Notification, language: str) -> Line:
    """Names what was changed; a moved deadline stands in the title with the old and the new time (B8, A20)."""
    notice: Notice = notification.subject
    version = notice.current_version
    assert version is not None  # is_public
    facts = notification.event.facts
    fields = [_field_name(name) for name in facts.get("fields", [])]
    title, is_moved = _amendment_title(version, facts, language)
    return Line(
        title=title,
        url=notice.get_absolute_url(),
        facts=about(notice, language),
        change=Change.DEADLINE if is_moved else None,
        text=_("Changed: %(fields)s.") % {"fields": ", ".join(fields)} if fields else "",
        reasons=sentences(notification.reasons, language),
    )


def next_step_line(notification: Notification, language: str) -> Line:
    """The next link of a chain that the reader follows or is interested in; or the same link once more, after an earlier one ended."""
    notice: Notice = notification.subject
    version = notice.current_version
    assert version is not None  # is_public
    is_again = any(link.earlier and link.earlier.kind == notice.kind for link in notice.links.all())
    title = _("Announced again: %(title)s") if is_again else _("The next step is here: %(title)s")
    return Line(
        title=title % {"title": version.title},
        url=notice.get_absolute_url(),
        facts=about(notice, language),
        text=_("It belongs to something that you follow or are interested in."),
        reasons=sentences(notification.reasons, language),
    )


def _amendment_title(version: NoticeVersion, facts: dict[str, Any], language: str) -> tuple[str, bool]:
    """The title, and whether it speaks of a deadline that moved.

    Says the deadline that holds now: of several moves in one mail, the first line says where it was and where it is.
    """
    was = {name: facts.get(name, "") for name in ("deadline_before", "deadline_after")}
    before = _moment(was["deadline_before"], version.zone, language)
    after = (
        moments.say(version.deadline_at, version.zone, language) if version.deadline_at and any(was.values()) else ""
    )
    words = {"title": version.title, "before": before, "after": after}
    if before == after:  # not touched, or moved back
        return _("Changed: %(title)s") % words, False
    if before and after:
        return _("New deadline %(after)s, before %(before)s: %(title)s") % words, True
    if after:
        return _("Now with the deadline %(after)s: %(title)s") % words, True
    return _("No longer with a deadline: %(title)s") % words, True


def _moment(iso: str | None, zone: str, language: str) -> str:
    return moments.say(datetime.fromisoformat(iso), zone, language) if iso else ""


def _field_name(name: str) -> str:
    known = {field.name: field for field in Wording._meta.local_fields}
    return str(known[name].verbose_name) if name in known else name


MATCH = Kind(
    code="match",
    label=gettext_lazy("Suggestions for you"),
    description=gettext_lazy(
        "When something is published that fits what your organisation offers, or a search that you saved."
    ),
    default_rhythm=Rhythm.DAILY,
    change=Change.NEW,
    less=less_of,
    may_see=is_public,
    line=match_line,
    still_wanted=news_still,
    subject_with=SUBJECT,
    subject_without=UNSAID,
    prepare=prepare,
)

AMENDMENT = Kind(
    code="amendment",
    label=gettext_lazy("Changes in what you have heard of"),
    description=gettext_lazy(
        "When something that was suggested to you, or that you follow or are interested in, is changed in earnest."
    ),
    default_rhythm=Rhythm.AT_ONCE,
    change=Change.CHANGED,
    less=less_of,
    prepare=prepare,
    may_see=is_public,
    line=amendment_line,
    still_wanted=changes_still,
    is_pressing=True,
    subject_with=SUBJECT,
    subject_without=UNSAID,
)

NEXT_STEP = Kind(
    code="next-step",
    label=gettext_lazy("Next steps"),
    description=gettext_lazy(
        "When something that you follow or are interested in goes on to its next step, or is announced again."
    ),
    default_rhythm=Rhythm.AT_ONCE,
    change=Change.NEW,
    less=less_of,
    prepare=prepare,
    may_see=is_public,
    line=next_step_line,
    still_wanted=changes_still,
    subject_with=SUBJECT,
    subject_without=UNSAID,
    subject_prefetch=("links__earlier",),
)
