"""Those who buy together approve what is published in their name (C8): one revision of a text, by who may bind the organisation.

An approval is of the revision that was read. Every save makes a new one and so leaves the approvals behind; nothing has to
be reset. Needed are those of the committed participants but the lead, which publishes, and of those who let the lead
publish for them (`gives_mandate`). Who holds an option is told and may answer; nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.grants import Can, roles_that
from accounts.models import Membership, Organisation, User
from accounts.rules import Refused
from networks.models import Participant
from notifications import telling
from notifications.telling import Recipient
from procurements import locking, teaming, writing
from procurements.grants import TeamCan
from procurements.models import Approval, ApprovalRound, Notice, NoticeQuerySet
from procurements.reviewing import REMARKABLE
from procurements.wording import changes
from records.auditing import record
from records.models import AuditEvent

Verdict = Approval.Verdict


class Stand(models.TextChoices):
    """What one participant says of the text as it stands. Never stored."""

    APPROVED = "approved", _("Approved")
    CHANGES = "changes", _("Asks for changes")
    WAITING = "waiting", _("Has not answered")
    MANDATE = "mandate", _("The lead publishes for it")


@dataclass(frozen=True)
class Standing:
    participant: Participant
    stand: Stand
    approval: Approval | None  # its newest verdict on this revision
    is_required: bool

    @property
    def is_missing(self) -> bool:
        """The text cannot be published before this one has approved it."""
        return self.is_required and self.stand != Stand.APPROVED


class NotTogether(Refused):
    sentence = _("Nobody else buys this with you, so there is nobody to ask.")


class NothingToApprove(Refused):
    sentence = _("This text is public as it stands. There is nothing to approve.")


class DayIsOver(Refused):
    sentence = _("This day has passed. Choose a later one.")


class NotABuyerHere(Refused):
    sentence = _("Your organisation is not committed here and holds no option, so it has nothing to approve.")


class NotForThem(Refused):
    sentence = _("Only an administrator of the organisation can approve for it.")


class Unsaid(Refused):
    sentence = _("Say what you want to have changed.")


class ReadAgain(Refused):
    sentence = _("The text was changed while you read it. Please read it again before you decide.")


def required(notice: Notice) -> QuerySet[Participant]:
    """Those whose approval the publication of this notice's text waits for: none where nobody buys together."""
    return asked(notice).filter(state=Participant.State.COMMITTED, gives_mandate=False)


def asked(notice: Notice) -> QuerySet[Participant]:
    """Everyone but the lead who buys or may buy: they are told, and may answer."""
    group = notice.procurement.buyer_group_id
    others = Participant.objects.standing().filter(group=group).exclude(organisation=F("group__lead"))
    return others.select_related("organisation")


def standing(notice: Notice) -> list[Standing]:
    """What each of those who are asked says of the present revision, the missing ones first. Two queries."""
    participants = list(asked(notice))
    return _standing(notice, participants, _newest(notice)) if participants else []


def missing(notice: Notice) -> list[Participant]:
    """Whose approval the present revision still lacks. No query where nobody buys together."""
    if notice.procurement.buyer_group_id is None:
        return []
    return [one.participant for one in standing(notice) if one.is_missing]


def approvals_for(notice: Notice) -> dict[int, tuple[User | None, datetime | None, bool]]:
    """By organisation who approved the present revision and when, and whether the lead publishes for it by mandate.

    For what is written down with a publication. Organisations that did neither are not in it.
    """
    found: dict[int, tuple[User | None, datetime | None, bool]] = {}
    for one in standing(notice):
        if one.stand == Stand.APPROVED and one.approval:
            found[one.participant.organisation_id] = (one.approval.by, one.approval.at, False)
        elif one.participant.gives_mandate:
            found[one.participant.organisation_id] = (None, None, True)
    return found


def is_about_to_change(notice: Notice) -> bool:
    """Whether there is anything to approve: a draft, or a published text that was changed since."""
    return notice.current_version is None or bool(changes(notice.current_version, notice))


def round_of(notice: Notice) -> ApprovalRound | None:
    """The request for the present revision, if there was one."""
    return notice.approval_rounds.filter(revision=notice.revision).select_related("asked_by").first()


def organisations_of(notice: Notice, user: User) -> QuerySet[Organisation]:
    """For which of those who are asked the person may answer."""
    return Organisation.objects.of(user, Can.ADMINISTER).filter(
        pk__in=asked(notice).order_by().values("organisation")
    ).order_by("name", "pk")  # fmt: skip


def approvable_by(user: User) -> NoticeQuerySet:
    """Texts that an organisation which the person administers is asked to approve, or may."""
    own = Participant.objects.standing().filter(organisation__in=Organisation.objects.of(user, Can.ADMINISTER))
    own = own.exclude(organisation=F("group__lead"))
    return Notice.objects.filter(procurement__buyer_group__in=own.values("group"), source_id=None)


def waiting_for(user: User) -> QuerySet[ApprovalRound]:
    """Requests for a text as it still stands, which a required participant that the person administers has not answered."""
    mine = Participant.objects.filter(
        group=OuterRef("notice__procurement__buyer_group"),
        organisation__in=Organisation.objects.of(user, Can.ADMINISTER),
        state=Participant.State.COMMITTED,
        gives_mandate=False,
    ).exclude(organisation=F("group__lead"))
    return open_rounds().filter(Exists(mine.exclude(Exists(_answers()))))


def open_rounds() -> QuerySet[ApprovalRound]:
    """Requests for a text that nobody has changed or published since."""
    return (
        ApprovalRound.objects.filter(revision=F("notice__revision"))
        .exclude(notice__current_version__published_at__gte=F("asked_at"))
        .select_related("notice__current_version", "notice__procurement__organisation", "asked_by")
    )


def agreed_rounds() -> QuerySet[ApprovalRound]:
    """Open requests to which everyone whose approval is needed has said yes, or lets the lead publish."""
    needed = Participant.objects.filter(
        group=OuterRef("notice__procurement__buyer_group"), state=Participant.State.COMMITTED, gives_mandate=False
    ).exclude(organisation=F("group__lead"))
    word = Subquery(_answers().order_by("-at", "-pk").values("verdict")[:1])
    lacking = needed.annotate(word=word).filter(Q(word=None) | ~Q(word=Verdict.APPROVED))
    return open_rounds().filter(~Exists(lacking))


def _answers() -> QuerySet[Approval]:
    """What the participant of an inner query has said of the revision that the round of the outer one asks for."""
    return Approval.objects.filter(
        notice=OuterRef(OuterRef("notice")),
        revision=OuterRef(OuterRef("revision")),
        organisation=OuterRef("organisation"),
    )


def changed_since(notice: Notice, organisation: Organisation) -> list[str] | None:
    """The columns and parts that differ from what the organisation last approved; None when it never approved any.

    Exact, for what stood there was written down as digests with the approval.
    """
    last = notice.approvals.filter(organisation=organisation, verdict=Verdict.APPROVED).first()
    if last is None:
        return None
    said = AuditEvent.objects.filter(
        action="approval.given", subject_type=last._meta.label_lower, subject_id=str(last.pk)
    ).first()
    before = said.details.get("seen", {}) if said else {}
    now = writing.seen_in(notice, REMARKABLE)
    return [name for name in REMARKABLE if before.get(name) != now[name]]


@transaction.atomic
def ask(notice: Notice, *, message: str, answer_by: date | None, by: User, at: datetime) -> ApprovalRound:
    """Asks everyone who buys or may buy to approve the text as it stands. A second click finds the first request.

    The caller fetched the notice through `editable_by(by)`. Raises NotTogether, NothingToApprove, DayIsOver.
    """
    notice = locking.with_its_group(notice.pk)
    if earlier := round_of(notice):
        return earlier
    participants = list(asked(notice))
    if not participants:
        raise NotTogether
    if not is_about_to_change(notice):
        raise NothingToApprove
    if answer_by and answer_by < at.date():
        raise DayIsOver
    made = ApprovalRound.objects.create(
        notice=notice,
        revision=notice.revision,
        message=message.strip(),
        answer_by=answer_by,
        asked_by=by,
        asked_at=at,
    )
    details = {"notice": notice.pk, "revision": notice.revision}
    record("approval.asked", made, by=by, at=at, acting_for=notice.procurement.organisation, details=details)
    telling.tell("approval-asked", f"approval:{made.pk}:asked", made, administrators_of(participants), at=at)
    return made


@transaction.atomic
def give(
    notice: Notice, *, organisation: Organisation, verdict: str, comment: str, revision: int, by: User, at: datetime
) -> Approval:
    """What the organisation says of the text that `by` has read; its newest word on a revision holds.

    A second click finds the first answer. Raises NotABuyerHere (it may have left meanwhile), NotForThem, NothingToApprove,
    ReadAgain and Unsaid.
    """
    notice = locking.with_its_group(notice.pk)
    if not asked(notice).filter(organisation=organisation).exists():
        raise NotABuyerHere
    if not Organisation.objects.of(by, Can.ADMINISTER).filter(pk=organisation.pk).exists():
        raise NotForThem
    comment = comment.strip()
    said = notice.approvals.filter(organisation=organisation).first()
    if said and (said.revision, said.verdict, said.comment) == (revision, verdict, comment):
        return said
    if revision != notice.revision:
        raise ReadAgain
    if not is_about_to_change(notice):
        raise NothingToApprove
    if verdict == Verdict.CHANGES and not comment:
        raise Unsaid
    made = Approval.objects.create(
        notice=notice, revision=revision, organisation=organisation, verdict=verdict, comment=comment, by=by, at=at
    )
    seen = writing.seen_in(notice, REMARKABLE)
    details = {"notice": notice.pk, "revision": revision, "verdict": verdict, "seen": seen}
    record("approval.given", made, by=by, at=at, acting_for=organisation, details=details)
    told = [one for one in teaming.recipients(notice.procurement, TeamCan.EDIT) if one.user.pk != by.pk]
    telling.tell("approval-given", f"approval:{made.pk}:given", made, told, at=at)
    return made


def administrators_of(participants: Iterable[Participant]) -> list[Recipient]:
    """Who may bind them, by one query."""
    memberships = Membership.objects.active().filter(
        organisation__in=[one.organisation_id for one in participants], role__in=roles_that(Can.ADMINISTER)
    )
    found = memberships.select_related("user", "organisation").order_by("organisation_id", "user_id")
    return [Recipient(membership.user, membership.organisation) for membership in found]


def _newest(notice: Notice) -> dict[int, Approval]:
    """The newest word of each organisation on the present revision."""
    said = notice.approvals.filter(revision=notice.revision).order_by("organisation_id", "-at", "-pk")
    return {one.organisation_id: one for one in said.distinct("organisation_id").select_related("by")}


def _standing(notice: Notice, participants: Sequence[Participant], newest: dict[int, Approval]) -> list[Standing]:
    found = []
    for participant in participants:
        approval = newest.get(participant.organisation_id)
        is_required = participant.state == Participant.State.COMMITTED and not participant.gives_mandate
        unasked = Stand.MANDATE if participant.gives_mandate else Stand.WAITING
        stand = Stand(approval.verdict) if approval else unasked
        found.append(Standing(participant, stand, approval, is_required))
    return sorted(found, key=lambda one: (not one.is_missing, not one.is_required, one.participant.organisation.name))
