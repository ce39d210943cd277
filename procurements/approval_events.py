"""What those hear who buy together and approve what is published in their name (C8). No line names a draft."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.kinds import Change, Kind, Line
from notifications.models import Notification, Rhythm
from procurements.models import Approval, ApprovalRound
from procurements.places import fetched, place_of, standing_in
from ui import moments


def still_buys(notification: Notification) -> bool:
    """The organisation that was asked is committed or holds an option; that the person acts for it is checked elsewhere."""
    return notification.organisation_id in standing_in(notification.subject.notice.procurement)


def still_waits(notification: Notification) -> bool:
    """And nobody has changed the text since, or answered for the organisation."""
    asked: ApprovalRound = notification.subject
    answered = any(
        one.organisation_id == notification.organisation_id and one.revision == asked.revision
        for one in asked.notice.approvals.all()
    )
    return still_buys(notification) and asked.revision == asked.notice.revision and not answered


def is_of_the_team(notification: Notification) -> bool:
    return place_of(notification, notification.subject.notice.procurement) is not None


def asked_line(notification: Notification, language: str) -> Line:
    asked: ApprovalRound = notification.subject
    day = moments.say_day(asked.answer_by, language) if asked.answer_by else ""
    by_then = _("It would like your answer by %(day)s. You can approve it or ask for changes.") % {"day": day}
    return Line(
        title=_("%(organisation)s asks you to approve a text before it is published for all who buy together")
        % {"organisation": asked.notice.procurement.organisation},
        url=reverse("procurements:approval_give", args=[asked.notice.slug]),
        text=by_then if day else _("You can approve it or ask for changes."),
    )


def due_line(notification: Notification, language: str) -> Line:
    asked: ApprovalRound = notification.subject
    assert asked.answer_by  # there is no reminder of a request without a day
    return Line(
        title=_("Your approval of a text is awaited by %(day)s") % {"day": moments.say_day(asked.answer_by, language)},
        url=reverse("procurements:approval_give", args=[asked.notice.slug]),
        text=_("It cannot be published before your organisation has answered."),
    )


def given_line(notification: Notification, language: str) -> Line:
    approval: Approval = notification.subject
    approved = approval.verdict == Approval.Verdict.APPROVED
    said = _("%(organisation)s approves your text") if approved else _("%(organisation)s asks for changes in your text")
    return Line(
        title=said % {"organisation": approval.organisation},
        url=reverse("procurements:approval_list", args=[approval.notice.slug]),
    )


OF_A_ROUND = ("notice__current_version", "notice__procurement__organisation")

KINDS = (
    Kind(
        code="approval-asked",
        label=gettext_lazy("Approvals for your organisation"),
        description=gettext_lazy("When a buyer that you buy together with asks your organisation to approve a text."),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.WAITING,
        may_see=still_buys,
        line=asked_line,
        is_pressing=True,
        subject_with=OF_A_ROUND,
        subject_prefetch=fetched("notice__procurement__"),
    ),
    Kind(
        code="approval-due",
        label=gettext_lazy("Reminders of approvals"),
        description=gettext_lazy("The day before your organisation's approval of a text is awaited."),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.WAITING,
        may_see=still_waits,
        line=due_line,
        is_pressing=True,
        subject_with=OF_A_ROUND,
        subject_prefetch=(*fetched("notice__procurement__"), "notice__approvals"),
    ),
    Kind(
        code="approval-given",
        label=gettext_lazy("Answers of those who buy with you"),
        description=gettext_lazy(
            "When an organisation that buys together with you approves your text or wants changes."
        ),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.ANSWERED,
        may_see=is_of_the_team,
        line=given_line,
        subject_with=("organisation", "notice__current_version", "notice__procurement"),
        subject_prefetch=fetched("notice__procurement__"),
    ),
)
