"""What needs a procurer today, first things first: one list over all procurements whose team the person is on,
and the tasks of its buyer groups.

Each kind of thing costs one query, whatever the number of procurements, drafts or questions. For the person alone: several
of the lines tell what is secret (who asked, how few are interested).
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.grants import Can
from accounts.models import Organisation, User
from procurements import approving, concluding, reminding, reviewing, todo_together
from procurements.grants import TeamCan
from procurements.models import Approval, Notice, Procurement, Question, Review, Schedule
from procurements.things import SHOWN, SOON, Thing, Urgency


def for_person(user: User, *, at: datetime) -> list[Thing]:
    """The most urgent first, and of those the one that has waited longest."""
    teams = Procurement.objects.with_place_for(user)
    writers = Procurement.objects.with_place_for(user, TeamCan.EDIT)
    owners = Procurement.objects.with_place_for(user, TeamCan.MANAGE)
    things = [
        *_reviews(user),
        *_to_approve(user),
        *todo_together.things(user, at),
        *_failed(writers),
        *_changes_asked_for(user),
        *_changes_of_others(writers),
        *_approved(writers),
        *_agreed(writers),
        *_assigned(user),
        *_questions(writers),
        *_comments(writers),
        *_little_interest(writers, at),
        *_deadlines(teams, at),
        *_answers_owed(writers, at),
        *_outcomes(owners, at),
        *_orphans(user),
    ]
    late = datetime.max.replace(tzinfo=at.tzinfo)
    return sorted(things, key=lambda thing: (thing.urgency, thing.moment or late, thing.title))


def _title(notice: Notice) -> str:
    return notice.current_version.title if notice.current_version else notice.title


def _page(name: str, notice: Notice) -> str:
    return reverse(f"procurements:{name}", args=[notice.slug])


def _reviews(user: User) -> list[Thing]:
    return [
        Thing(
            Urgency.NOW,
            _("A colleague waits for your review"),
            each.notice.title,
            _page("review_detail", each.notice),
            each.asked_at,
        )
        for each in reviewing.waiting_for(user)[:SHOWN]
    ]


def _to_approve(user: User) -> list[Thing]:
    """What others publish in the name of an organisation that the person administers, once it has approved it."""
    waiting = approving.waiting_for(user).order_by(F("answer_by").asc(nulls_last=True), "asked_at")
    return [
        Thing(
            Urgency.NOW,
            _("Those who buy with you wait for your approval"),
            each.notice.title,
            _page("approval_give", each.notice),
            each.asked_at,
        )
        for each in waiting[:SHOWN]
    ]


def _changes_of_others(procurements: QuerySet[Procurement]) -> list[Thing]:
    """An organisation that buys here asks for changes in the text as it still stands; its newest word counts."""
    later = Approval.objects.filter(
        notice=OuterRef("notice"), revision=OuterRef("revision"), organisation=OuterRef("organisation"),
        at__gt=OuterRef("at"),
    )  # fmt: skip
    asked = Approval.objects.filter(
        ~Exists(later),
        notice__procurement__in=procurements,
        verdict=Approval.Verdict.CHANGES,
        revision=F("notice__revision"),
    ).exclude(notice__current_version__published_at__gt=F("at"))
    newest = asked.select_related("notice__current_version").order_by("notice_id", "-at").distinct("notice_id")
    text = _("Someone who buys with you asks for changes")
    return [
        Thing(Urgency.NOW, text, each.notice.title, _page("approval_list", each.notice), each.at)
        for each in newest[:SHOWN]
    ]


def _failed(procurements: QuerySet[Procurement]) -> list[Thing]:
    """Publications that did not happen at their time, and that nobody has dealt with since."""
    failed = (
        Schedule.objects.filter(notice__procurement__in=procurements, failed_at__isnull=False)
        .exclude(notice__schedules__set_at__gt=F("failed_at"))
        .exclude(notice__edited_at__gt=F("failed_at"))
        .exclude(notice__current_version__published_at__gt=F("failed_at"))
    )
    return [
        Thing(
            Urgency.NOW,
            _("Was not published at its time"),
            _title(each.notice),
            _page("notice_publish", each.notice),
            each.failed_at,
        )
        for each in failed.select_related("notice__current_version").order_by("failed_at")[:SHOWN]
    ]


def _changes_asked_for(user: User) -> list[Thing]:
    """The newest review of the text asks for changes, and it still stands as the reviewer read it."""
    asked = Review.objects.filter(
        asked_by=user,
        notice__in=Notice.objects.editable_by(user),  # a draft's title is not for somebody who has left
        verdict=Review.Verdict.CHANGES,
        revision=F("notice__revision"),
    ).exclude(notice__reviews__asked_at__gt=F("asked_at"))
    return [
        Thing(
            Urgency.NOW,
            _("Changes are asked for before it is published"),
            each.notice.title,
            _page("review_detail", each.notice),
            each.decided_at,
        )
        for each in asked.select_related("notice__current_version").order_by("decided_at")[:SHOWN]
    ]


def _approved(procurements: QuerySet[Procurement]) -> list[Thing]:
    """Texts that a colleague approved as they stand, and that nobody has published since or set a moment for."""
    approved = (
        Review.objects.filter(
            notice__procurement__in=procurements, verdict=Review.Verdict.APPROVED, revision=F("notice__revision")
        )
        .exclude(notice__current_version__published_at__gt=F("decided_at"))
        .exclude(notice__schedules__in=Schedule.objects.waiting())
        .select_related("notice__current_version")
        .order_by("notice_id", "decided_at")
        .distinct("notice_id")
    )
    return [
        Thing(
            Urgency.NOW,
            _("Approved, and not published yet"),
            each.notice.title,
            _page("notice_publish", each.notice),
            each.decided_at,
        )
        for each in approved[:SHOWN]
    ]


def _agreed(procurements: QuerySet[Procurement]) -> list[Thing]:
    """Texts that all who buy together approved as they stand, and that nobody has published since or set a moment for."""
    agreed = (
        approving.agreed_rounds()
        .filter(notice__procurement__in=procurements)
        .exclude(notice__procurement__organisation__publishes_with_two=True)  # there a colleague's review comes last
        .exclude(notice__schedules__in=Schedule.objects.waiting())
        .order_by("asked_at", "pk")
    )
    text = _("Approved, and not published yet")
    return [
        Thing(Urgency.NOW, text, each.notice.title, _page("notice_publish", each.notice), each.asked_at)
        for each in agreed[:SHOWN]
    ]


def _assigned(user: User) -> list[Thing]:
    waiting = Question.objects.waiting().seen_by_buyer(user).filter(assigned_to=user)
    return [
        Thing(
            Urgency.NOW,
            _("A question waits for your answer"),
            _title(each.notice),
            reverse("procurements:question_detail", args=[each.notice.slug, each.pk]),
            each.received_at,
        )
        for each in waiting.select_related("notice__current_version")[:SHOWN]
    ]


def _questions(procurements: QuerySet[Procurement]) -> list[Thing]:
    """Notices with questions that nobody is to answer, or whose answer waits to be released."""
    waiting = Q(questions__number=None, questions__declined_at=None)
    mine_to_share = waiting & (Q(questions__assigned_to=None) | ~Q(questions__draft_answer=""))
    notices = (
        Notice.objects.filter(procurement__in=procurements)
        .annotate(waiting=Count("questions", filter=mine_to_share))
        .filter(waiting__gt=0)
        .select_related("current_version")
        .order_by("current_version__questions_until")[:SHOWN]
    )
    return [
        Thing(
            Urgency.NOW,
            _("Questions wait to be answered"),
            _title(each),
            _page("question_list", each),
            number=each.waiting,  # type: ignore[attr-defined]
        )
        for each in notices
    ]


def _comments(procurements: QuerySet[Procurement]) -> list[Thing]:
    notices = (
        Notice.objects.filter(procurement__in=procurements)
        .annotate(waiting=Count("comments", filter=Q(comments__done_at=None)))
        .filter(waiting__gt=0)
        .select_related("current_version")[:SHOWN]
    )
    return [
        Thing(Urgency.LATER, _("Comments on the text"), _title(each), _page("review_detail", each), number=each.waiting)  # type: ignore[attr-defined]
        for each in notices
    ]


def _little_interest(procurements: QuerySet[Procurement], at: datetime) -> list[Thing]:
    few = reminding.with_little_interest(at).filter(procurement__in=procurements).select_related("current_version")
    return [
        Thing(
            Urgency.SOON,
            _("Closes soon, and few suppliers have shown interest"),
            _title(each),
            _page("interest_list", each),
            each.current_version.deadline_at if each.current_version else None,
            is_deadline=True,
        )
        for each in few[:SHOWN]
    ]


def _deadlines(procurements: QuerySet[Procurement], at: datetime) -> list[Thing]:
    soon = (
        Notice.objects.open(at)
        .filter(procurement__in=procurements, source_id=None, current_version__deadline_at__lte=at + SOON)
        .select_related("current_version")
        .order_by("current_version__deadline_at")
    )
    return [
        Thing(
            Urgency.LATER,
            _("Closes within a week"),
            _title(each),
            each.get_absolute_url(),
            each.current_version.deadline_at if each.current_version else None,
            is_deadline=True,
        )
        for each in soon[:SHOWN]
    ]


def _answers_owed(procurements: QuerySet[Procurement], at: datetime) -> list[Thing]:
    """Procurements that are over, where a supplier wrote something and has heard nothing."""
    over = Q(closed_at__isnull=False) | Q(current_version__deadline_at__lte=at)
    owed = (
        Notice.objects.published()
        .filter(over, search__is_head=True, procurement__in=procurements, procurement__concluded_at=None)
        .filter(Exists(concluding.unanswered().filter(procurement=OuterRef("procurement"))))
        .select_related("current_version")
    )
    text = _("Suppliers wait for your answer")
    return [
        Thing(Urgency.SOON, text, _title(each), _page("interest_list", each), concluding.over_at(each))
        for each in owed[:SHOWN]
    ]


def _outcomes(procurements: QuerySet[Procurement], at: datetime) -> list[Thing]:
    due = concluding.awaiting_outcome(at).filter(procurement__in=procurements).select_related("current_version")
    return [
        Thing(
            Urgency.SOON if concluding.over_at(each) > at - concluding.OVERDUE else Urgency.NOW,
            _("Say how it ended"),
            _title(each),
            _page("outcome_edit", each),
            concluding.over_at(each),
        )
        for each in due[:SHOWN]
    ]


def _orphans(user: User) -> list[Thing]:
    """Whose owner has left: an administrator of the organisation gives them a new one (A31)."""
    organisations = Organisation.objects.of(user, Can.ADMINISTER).verified_buyers()
    lost = Procurement.objects.without_owner().filter(organisation__in=organisations, concluded_at=None)
    notices = (
        Notice.objects.filter(procurement__in=lost).select_related("current_version").order_by("procurement_id", "-pk")
    )
    return [
        Thing(Urgency.NOW, _("Nobody owns it any more: give it an owner"), _title(each), _page("team_edit", each))
        for each in notices.distinct("procurement_id")[:SHOWN]
    ]
