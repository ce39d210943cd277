"""A second pair of eyes before the public reads a text: who was asked, what was said, what was decided (A18).

The state of a draft is derived: from its newest review, the revision that it was about, and what is public. Every verb
locks the notice first, as saving and publishing do, so that an approval is always of a text that stood there whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, User
from accounts.rules import Refused
from notifications import telling
from notifications.telling import Recipient
from procurements import parts, teaming
from procurements.grants import TeamCan
from procurements.models import Comment, Notice, Procurement, Review
from procurements.models.drafting import ReviewQuerySet
from procurements.wording import FIELDS
from records.auditing import record
from records.models import AuditEvent

REMARKABLE = (*FIELDS, *parts.PARTS)  # what a comment can be about; "" is the whole


class State(models.TextChoices):
    """Where the working text of a notice stands. Never stored."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in-review", _("In review")
    CHANGES = "changes", _("Changes are asked for")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")


class NotAReviewer(Refused):
    sentence = _("Choose a colleague who is a member of the organisation, and not yourself.")


class AskedAlready(Refused):
    sentence = _("A colleague is reading it already. Take that request back before you ask somebody else.")


class Decided(Refused):
    sentence = _("This review is over: it was decided, or taken back.")


class OwnText(Refused):
    sentence = _(
        "You wrote the last change yourself, and here two people look at every text. Somebody else has to approve it."
    )


class Unsaid(Refused):
    sentence = _("Say what you want to have changed.")


class ReadAgain(Refused):
    sentence = _("The text was changed while you read it. Please read it again before you decide.")


def state_of(notice: Notice, newest: Review | None) -> State:
    """`newest` is the newest review that was not taken back; of an earlier publication it says nothing any more."""
    public = notice.current_version
    if public and notice.edited_at <= public.published_at:
        return State.PUBLISHED
    if newest is None or (public and newest.asked_at <= public.published_at):
        return State.DRAFT
    if newest.decided_at is None:
        return State.IN_REVIEW
    if newest.verdict == Review.Verdict.CHANGES:
        return State.CHANGES
    return State.APPROVED if newest.revision == notice.revision else State.DRAFT


def newest_review(notice: Notice) -> Review | None:
    return notice.reviews.filter(taken_back_at=None).select_related("reviewer", "asked_by").first()


def states_of(notices: Iterable[Notice]) -> dict[int, State]:
    """The state of each, by one query. The notices come with their current version."""
    listed = list(notices)
    newest = Review.objects.filter(notice__in=listed, taken_back_at=None).order_by("notice_id", "-asked_at", "-pk")
    by_notice = {review.notice_id: review for review in newest.distinct("notice_id")}
    return {notice.pk: state_of(notice, by_notice.get(notice.pk)) for notice in listed}


def is_approved(notice: Notice) -> bool:
    """Whether exactly this revision was approved, and not by its last writer."""
    approved = notice.reviews.filter(revision=notice.revision, verdict=Review.Verdict.APPROVED, taken_back_at=None)
    return approved.exclude(reviewer=notice.edited_by_id).exists()


def possible_reviewers(notice: Notice, *, asker: User) -> QuerySet[User]:
    """Everyone who acts for the organisation, on the team or not, and who else has a place on the team; not the asker."""
    members = Membership.objects.active().filter(organisation=notice.procurement.organisation_id)
    places = teaming.places_of(notice.procurement)
    found = Q(pk__in=members.values("user")) | Q(pk__in=places.values("user"))
    return User.objects.filter(found).exclude(pk=asker.pk).order_by("name", "email")


def asked_of(user: User) -> ReviewQuerySet:
    """What the person was asked to read, decided or not; ends with the membership, or with the place on a joint team."""
    own = Organisation.objects.of(user)
    joint = Procurement.objects.with_place_for(user, TeamCan.READ)
    still = Q(notice__procurement__organisation__in=own) | Q(notice__procurement__in=joint)
    return Review.objects.filter(still, reviewer=user, taken_back_at=None)


def waiting_for(user: User) -> ReviewQuerySet:
    """What the person is asked to read now, oldest first."""
    return (
        asked_of(user)
        .waiting()
        .select_related("notice__current_version", "notice__procurement__organisation", "asked_by")
        .order_by("asked_at", "pk")
    )


def readable_by(user: User) -> QuerySet[Notice]:
    """Texts that the person may read before they are public: those of its teams, and those it is asked to review now."""
    asked = waiting_for(user).order_by().values("notice")
    return Notice.objects.filter(Q(pk__in=asked) | Q(pk__in=Notice.objects.readable_by(user)), source_id=None)


def fields_changed_since(notice: Notice, at: datetime) -> list[str]:
    """The columns and parts that were saved after a moment, in the order of the page. For a text that is not public yet."""
    events = AuditEvent.objects.filter(
        action="notice.edited", subject_type=notice._meta.label_lower, subject_id=str(notice.pk), at__gt=at
    )
    changed = {name for details in events.values_list("details", flat=True) for name in details.get("fields", ())}
    return [name for name in REMARKABLE if name in changed]


@transaction.atomic
def ask(notice: Notice, *, reviewer: User, message: str, by: User, at: datetime) -> Review:
    """Asks a colleague to read the text. A second click finds the first request.

    The caller fetched the notice through `editable_by(by)`. Raises NotAReviewer, AskedAlready.
    """
    notice = _locked(notice)
    waiting = notice.reviews.waiting().first()
    if waiting and waiting.reviewer_id == reviewer.pk:
        return waiting
    if waiting:
        raise AskedAlready
    if not possible_reviewers(notice, asker=by).filter(pk=reviewer.pk).exists():
        raise NotAReviewer
    review = Review.objects.create(
        notice=notice, revision=notice.revision, reviewer=reviewer, message=message.strip(), asked_by=by, asked_at=at
    )
    _record("review.asked", review, by=by, at=at)
    told = [teaming.recipient(notice.procurement, reviewer)]
    telling.tell("review-asked", f"review:{review.pk}:asked", review, told, at=at)
    return review


@transaction.atomic
def take_back(review: Review, *, by: User, at: datetime) -> Review:
    """The request does not hold any more; a second click changes nothing. Raises Decided when the answer came first."""
    _locked(review.notice)
    review = _fresh(review)
    if review.taken_back_at:
        return review
    if review.decided_at:
        raise Decided
    review.taken_back_at = at
    review.save(update_fields=["taken_back_at"])
    _record("review.taken-back", review, by=by, at=at)
    return review


@transaction.atomic
def decide(review: Review, *, verdict: str, comment: str, revision: int, by: User, at: datetime) -> Review:
    """The reviewer's answer, which holds for the revision that was read and for no later one.

    The caller fetched the review as one that waits for `by`. A second click with the same verdict changes nothing.
    Raises Decided, ReadAgain, Unsaid, OwnText.
    """
    notice = _locked(review.notice)
    review = _fresh(review)
    if review.decided_at and review.verdict == verdict:
        return review
    if review.decided_at or review.taken_back_at or review.reviewer_id != by.pk:
        raise Decided
    if revision != notice.revision:
        raise ReadAgain
    if verdict == Review.Verdict.CHANGES and not comment.strip():
        raise Unsaid
    with_two = notice.procurement.organisation.publishes_with_two
    if verdict == Review.Verdict.APPROVED and with_two and notice.edited_by_id == by.pk:
        raise OwnText
    review.verdict, review.comment, review.decided_at, review.revision = verdict, comment.strip(), at, revision
    review.save(update_fields=["verdict", "comment", "decided_at", "revision"])
    _record("review.decided", review, by=by, at=at, verdict=verdict, revision=revision)
    owners = teaming.recipients(notice.procurement, TeamCan.MANAGE)
    told = [one for one in (teaming.recipient(notice.procurement, review.asked_by), *owners) if one.user.pk != by.pk]
    telling.tell("review-decided", f"review:{review.pk}:decided", review, told, at=at)
    return review


@transaction.atomic
def end_waiting(notice: Notice, *, at: datetime) -> None:
    """A text that became public needs no reading any more. The caller holds the notice's lock."""
    notice.reviews.waiting().update(taken_back_at=at)


@transaction.atomic
def comment(notice: Notice, *, field: str, text: str, by: User, at: datetime) -> Comment:
    """A colleague's remark on a field or part (`REMARKABLE`) or, with "", on the whole. The same words twice are one remark."""
    notice = _locked(notice)
    remark, made = Comment.objects.get_or_create(
        notice=notice, field=field, text=text.strip(), by=by, done_at=None, defaults={"at": at}
    )
    if not made:
        return remark
    record("comment.made", remark, by=by, at=at, acting_for=notice.procurement.organisation, details={"field": field})
    reviewers = [review.reviewer for review in notice.reviews.waiting().select_related("reviewer")]
    told = teaming.recipients(notice.procurement, TeamCan.EDIT)
    told += [teaming.recipient(notice.procurement, reviewer) for reviewer in reviewers]
    tell_of_comment(remark, [one for one in told if one.user.pk != by.pk], at=at)
    return remark


@transaction.atomic
def finish(remark: Comment, *, by: User, at: datetime) -> Comment:
    """One of the team has dealt with it. A second click changes nothing."""
    remark = Comment.objects.select_for_update(of=("self",)).select_related(
        "notice__procurement__organisation"
    ).get(pk=remark.pk)  # fmt: skip
    if remark.done_at is None:
        remark.done_at, remark.done_by = at, by
        remark.save(update_fields=["done_at", "done_by"])
        record("comment.done", remark, by=by, at=at, acting_for=remark.notice.procurement.organisation)
    return remark


def tell_of_comment(remark: Comment, told: Sequence[Recipient], *, at: datetime) -> None:
    telling.tell("draft-comment", f"comment:{remark.pk}", remark, told, at=at)


def _locked(notice: Notice) -> Notice:
    return Notice.objects.locked(notice.pk)


def _fresh(review: Review) -> Review:
    """As it stands behind the lock of its notice."""
    return Review.objects.select_related("notice__procurement__organisation", "asked_by", "reviewer").get(pk=review.pk)


def _record(action: str, review: Review, *, by: User, at: datetime, **details: object) -> None:
    organisation = review.notice.procurement.organisation
    said = {"reviewer": review.reviewer_id, "notice": review.notice_id, **details}
    record(action, review, by=by, at=at, acting_for=organisation, details=said)
