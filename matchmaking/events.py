"""What matchmaking tells people, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from matchmaking.models import Match, Receiver
from matchmaking.reasons import sentences
from notifications.kinds import Kind, Line
from notifications.models import Notification, Rhythm
from procurements.models import Interest, News, Notice, NoticeVersion, Question, Wording
from ui import moments

SUBJECT = ("current_version", "procurement__organisation")


def is_public(notification: Notification) -> bool:
    """What one hears for an organisation ends with the membership: notifications.kinds sees to that."""
    return notice_of(notification).current_version_id is not None


def news_still(notifications: Sequence[Notification]) -> set[int]:
    """Suggestions of what is still open to the reader (quality R15): not closed since, and still asked for."""
    heard = _still_heard(notifications)
    return {each.pk for each in notifications if each.subject.closed_at is None and each.subject.pk in heard}


def changes_still(notifications: Sequence[Notification]) -> set[int]:
    """What happened to what the reader still hears of, is still interested in, or asked about."""
    reader = notifications[0].recipient
    heard = _still_heard(notifications)
    interested = set(
        Interest.objects.active()
        .filter(
            organisation__in=Organisation.objects.of(reader),
            procurement__in={notice_of(each).procurement_id for each in notifications},
        )
        .values_list("procurement", flat=True)
    )
    asked = set(
        Question.objects.own(reader)
        .filter(notice__in={notice_of(each).pk for each in notifications})
        .values_list("notice", flat=True)
    )

    def is_wanted(each: Notification) -> bool:
        notice = notice_of(each)
        why = {reason["kind"] for reason in each.reasons}
        return (
            notice.pk in heard
            or ("interest" in why and notice.procurement_id in interested)
            or ("question" in why and notice.pk in asked)
        )

    return {each.pk for each in notifications if is_wanted(each)}


def notice_of(notification: Notification) -> Notice:
    """What a line is about: a notice, or news of one."""
    subject: Notice | News = notification.subject
    return subject if isinstance(subject, Notice) else subject.notice


def _still_heard(notifications: Sequence[Notification]) -> set[int]:
    """The notices that a subscription of the mail's reader found, if the reader receives it now and put nothing away."""
    receives = Receiver.objects.hearing().filter(user=notifications[0].recipient)
    found = Match.objects.suggested().filter(
        subscription__in=receives.values("subscription"),
        version__notice__in={notice_of(each).pk for each in notifications},
    )
    return set(found.values_list("version__notice", flat=True))


def match_line(notification: Notification, language: str) -> Line:
    notice: Notice = notification.subject
    version = notice.current_version
    assert version is not None  # is_public
    words = {"kind": notice.get_kind_display(), "buyer": notice.procurement.organisation.name}
    return Line(
        title=version.title,
        url=notice.get_absolute_url(),
        text=_("%(kind)s from %(buyer)s. It fits what you look for.") % words,
        reasons=sentences(notification.reasons, language),
    )


def amendment_line(notification: Notification, language: str) -> Line:
    """Names what was changed; a moved deadline stands in the title with the old and the new time (B8, A20)."""
    notice: Notice = notification.subject
    version = notice.current_version
    assert version is not None  # is_public
    facts = notification.event.facts
    fields = [_field_name(name) for name in facts.get("fields", [])]
    return Line(
        title=_amendment_title(version, facts, language),
        url=notice.get_absolute_url(),
        text=_("Changed: %(fields)s.") % {"fields": ", ".join(fields)} if fields else "",
        reasons=sentences(notification.reasons, language),
    )


def next_step_line(notification: Notification, language: str) -> Line:
    """The next link of a chain that the reader is interested in; or the same link once more, after an earlier one ended."""
    notice: Notice = notification.subject
    version = notice.current_version
    assert version is not None  # is_public
    is_again = any(link.earlier and link.earlier.kind == notice.kind for link in notice.links.all())
    words = {"title": version.title, "kind": notice.get_kind_display(), "buyer": notice.procurement.organisation.name}
    return Line(
        title=(_("Announced again: %(title)s") if is_again else _("The next step is here: %(title)s")) % words,
        url=notice.get_absolute_url(),
        text=_("%(kind)s from %(buyer)s. It belongs to something that you are interested in.") % words,
        reasons=sentences(notification.reasons, language),
    )


def _amendment_title(version: NoticeVersion, facts: dict[str, Any], language: str) -> str:
    """Says the deadline that holds now: of several moves in one mail, the first line says where it was and where it is."""
    was = {name: facts.get(name, "") for name in ("deadline_before", "deadline_after")}
    before = _moment(was["deadline_before"], version.zone, language)
    after = (
        moments.say(version.deadline_at, version.zone, language) if version.deadline_at and any(was.values()) else ""
    )
    words = {"title": version.title, "before": before, "after": after}
    if before == after:  # not touched, or moved back
        return _("Changed: %(title)s") % words
    if before and after:
        return _("New deadline %(after)s, before %(before)s: %(title)s") % words
    if after:
        return _("Now with the deadline %(after)s: %(title)s") % words
    return _("No longer with a deadline: %(title)s") % words


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
    may_see=is_public,
    line=match_line,
    still_wanted=news_still,
    subject_with=SUBJECT,
)

AMENDMENT = Kind(
    code="amendment",
    label=gettext_lazy("Changes in what you have heard of"),
    description=gettext_lazy(
        "When something that was suggested to you, or that you are interested in, is changed in earnest."
    ),
    default_rhythm=Rhythm.AT_ONCE,
    may_see=is_public,
    line=amendment_line,
    still_wanted=changes_still,
    is_pressing=True,
    subject_with=SUBJECT,
)

NEXT_STEP = Kind(
    code="next-step",
    label=gettext_lazy("Next steps"),
    description=gettext_lazy(
        "When something that you are interested in goes on to its next step, or is announced again."
    ),
    default_rhythm=Rhythm.AT_ONCE,
    may_see=is_public,
    line=next_step_line,
    still_wanted=changes_still,
    subject_with=SUBJECT,
    subject_prefetch=("links__earlier",),
)
