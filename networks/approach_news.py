"""What people hear when one buyer turns to another: who hears of it, and the words."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Organisation
from networks.models import Approach, ApproachMessage
from networks.news import administrators
from notifications import kinds
from notifications.kinds import Change, Kind, Line
from notifications.models import Notification, Rhythm
from notifications.telling import Recipient, tell


def sent(approach: Approach, *, at: datetime) -> None:
    tell("approach", f"approach:{approach.pk}:sent", approach, administrators(approach.receiver), at=at)


def replied(message: ApproachMessage, *, at: datetime) -> None:
    """Those of the other organisation who have written in the conversation hear of it, and its administrators."""
    approach = message.approach
    other = approach.receiver if message.organisation_id == approach.sender_id else approach.sender
    told = [*_writers(approach, other), *administrators(other)]
    tell("approach-reply", f"approach-message:{message.pk}", message, told, at=at)


def _writers(approach: Approach, organisation: Organisation) -> list[Recipient]:
    wrote = approach.messages.filter(organisation=organisation).values("by")
    members = Membership.objects.active().filter(organisation=organisation, user__in=wrote)
    return [Recipient(member.user, organisation) for member in members.select_related("user")]


def _sent_line(notification: Notification, language: str) -> Line:
    approach: Approach = notification.subject
    sentence = {
        Approach.Wish.CONTACT: _("%(sender)s would like to talk with %(receiver)s about: %(about)s"),
        Approach.Wish.JOIN: _("%(sender)s would like to buy together with %(receiver)s: %(about)s"),
        Approach.Wish.OBSERVE: _("%(sender)s would like to follow what %(receiver)s does about: %(about)s"),
    }[Approach.Wish(approach.wish)]
    said = {"sender": approach.sender.name, "receiver": approach.receiver.name, "about": approach.about}
    return Line(sentence % said, approach.get_absolute_url())


def _reply_line(notification: Notification, language: str) -> Line:
    message: ApproachMessage = notification.subject
    said = {"organisation": message.organisation.name, "about": message.approach.about}
    return Line(_("%(organisation)s has answered about: %(about)s") % said, message.approach.get_absolute_url())


def _is_of_the_two(notification: Notification) -> bool:
    subject = notification.subject
    approach: Approach = subject.approach if isinstance(subject, ApproachMessage) else subject
    return notification.organisation_id in (approach.sender_id, approach.receiver_id)


def register() -> None:
    """Makes the kinds known to notifications; called when the app is ready."""
    kinds.register(
        Kind(
            code="approach",
            label=gettext_lazy("Other buyers who turn to you"),
            description=gettext_lazy("When another buyer turns to your organisation about a plan or a procurement."),
            default_rhythm=Rhythm.AT_ONCE,
            change=Change.WAITING,
            may_see=_is_of_the_two,
            line=_sent_line,
            is_pressing=True,
            subject_with=("sender", "receiver"),
        )
    )
    kinds.register(
        Kind(
            code="approach-reply",
            label=gettext_lazy("Answers from other buyers"),
            description=gettext_lazy("When a buyer answers in a conversation that your organisation is in."),
            default_rhythm=Rhythm.AT_ONCE,
            change=Change.ANSWERED,
            may_see=_is_of_the_two,
            line=_reply_line,
            subject_with=("approach", "organisation"),
        )
    )
