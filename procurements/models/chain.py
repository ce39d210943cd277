"""A procurement is one need carried through the whole chain; its notices are what the public reads of it."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.grants import Can
from accounts.models import Membership, Organisation, User
from networks.models import BuyerGroup, Participant
from procurements.grants import TeamCan, TeamRole, roles_that
from ui.slugs import FOLDED


class Kind(models.TextChoices):
    """What a notice is. The first seven are written here; the rest only arrive from other systems."""

    NEED = "need", _("Need")
    CONSULTATION = "consultation", _("Market consultation")
    PRIOR = "prior", _("Prior information")
    COMPETITION = "competition", _("Competition")
    AWARD = "award", _("Award")
    CANCELLATION = "cancellation", _("Cancellation")
    EFFECT = "effect", _("Effect report")
    PREANNOUNCEMENT = "preannouncement", _("Direct award announced beforehand")
    MODIFICATION = "modification", _("Contract modification")
    COMPLETION = "completion", _("Contract completed")


class Phase(models.TextChoices):
    """The six links of the chain. Derived from facts and the clock, never stored as truth."""

    NEED = "need", _("Need")
    DIALOGUE = "dialogue", _("Dialogue")
    COMPETITION = "competition", _("Competition")
    CONTRACT = "contract", _("Contract")
    EFFECT = "effect", _("Effect")
    REUSE = "reuse", _("Spreading")


PHASE_OF_KIND: dict[str, Phase] = {
    Kind.NEED: Phase.NEED,
    Kind.CONSULTATION: Phase.DIALOGUE,
    Kind.PRIOR: Phase.DIALOGUE,
    Kind.COMPETITION: Phase.COMPETITION,
    Kind.CANCELLATION: Phase.COMPETITION,
    Kind.PREANNOUNCEMENT: Phase.COMPETITION,
    Kind.AWARD: Phase.CONTRACT,
    Kind.MODIFICATION: Phase.CONTRACT,
    Kind.COMPLETION: Phase.CONTRACT,
    Kind.EFFECT: Phase.EFFECT,
}


KINDS_THAT_ASK = (Kind.NEED, Kind.CONSULTATION, Kind.PRIOR, Kind.COMPETITION)
KINDS_TO_INFLUENCE = (Kind.NEED, Kind.CONSULTATION, Kind.PRIOR)  # before the requirements are fixed (B3)


class Wording(models.Model):
    """What a notice says: the same columns in the working text and in every frozen version.

    Codes stand as their lists have them (CPV 8 digits, NUTS up to 5 characters, Agenda 2030 goals 1-17); unknown
    codes from other systems are kept as they came. Value in whole currency units with two decimals, excluding VAT.
    """

    title = models.CharField(_("title"), max_length=500)
    summary = models.CharField(_("summary"), max_length=600, blank=True)
    language = models.CharField(_("language"), max_length=3, default="sv")  # ISO 639-1 where there is one
    problem = models.TextField(_("the problem"), blank=True)
    affected = models.TextField(_("who is affected"), blank=True)
    cost_today = models.TextField(_("what it costs today"), blank=True)
    desired_effect = models.TextField(_("desired effect"), blank=True)
    tried = models.TextField(_("what has been tried"), blank=True)
    description = models.TextField(_("description"), blank=True)
    procedure = models.CharField(_("procedure"), max_length=30, blank=True)  # BT-105
    nature = models.CharField(_("nature of the contract"), max_length=20, blank=True)  # BT-23
    cpv = ArrayField(
        models.CharField(max_length=20), verbose_name=_("what it concerns (CPV)"), default=list, blank=True
    )
    regions = ArrayField(models.CharField(max_length=20), verbose_name=_("places (NUTS)"), default=list, blank=True)
    goals = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("Agenda 2030 goals"), default=list, blank=True
    )
    goal_targets = ArrayField(  # what is to be measured for each of `goals`, in the same order (E12)
        models.CharField(max_length=300, blank=True), verbose_name=_("targets of the goals"), default=list, blank=True
    )
    strategic = ArrayField(  # BT-06; ["none"] says that somebody asked and the answer was no
        models.CharField(max_length=30), verbose_name=_("strategic aims"), default=list, blank=True
    )
    innovation = ArrayField(  # BT-776
        models.CharField(max_length=30), verbose_name=_("in what way it is new"), default=list, blank=True
    )
    environment = ArrayField(  # BT-774
        models.CharField(max_length=30), verbose_name=_("effect on the environment"), default=list, blank=True
    )
    value = models.DecimalField(_("estimated value"), max_digits=18, decimal_places=2, null=True, blank=True)  # BT-27
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    deadline_at = models.DateTimeField(_("deadline"), null=True, blank=True)  # tenders, requests, answers: by kind
    questions_until = models.DateTimeField(_("last time for questions"), null=True, blank=True)
    zone = models.CharField(_("time zone"), max_length=40, default="Europe/Stockholm")  # in which the times are meant
    contact_name = models.CharField(_("contact"), max_length=120, blank=True)  # a role or function
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    documents_url = models.URLField(_("address of the documents"), max_length=1000, blank=True)  # BT-15
    submission_url = models.URLField(_("where tenders are submitted"), max_length=1000, blank=True)  # BT-18
    participation = models.TextField(_("who can take part"), blank=True)  # the demands on suppliers, with their reasons
    price_cap = models.DecimalField(  # in `currency`: what all stages may cost together (A33)
        _("most that all stages may cost"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    exit_rule = models.TextField(_("how it can end before its last stage"), blank=True)

    class Meta:
        abstract = True


class ProcurementQuerySet(models.QuerySet["Procurement"]):
    def locked(self, pk: int) -> Procurement:
        """The row, held until the transaction ends, with whom it is of as that stands now.

        In two queries: one that waits for the lock and joins at once finds no row at all when the other transaction gave the
        procurement to another organisation, because PostgreSQL holds the new row against the joined one from before.
        """
        self.select_for_update().get(pk=pk)
        return self.select_related("organisation", "buyer_group__lead").get(pk=pk)

    def of(self, user: User, can: TeamCan = TeamCan.READ) -> ProcurementQuerySet:
        """Procurements on whose team the user may do that, and all of the organisations that it administers.

        Who administers a buyer that is committed or holds an option may read: it approves what is published (C8).
        """
        administered = Organisation.objects.of(user, Can.ADMINISTER)
        allowed = self._with_place(user, can) | Q(organisation__in=administered)
        if can == TeamCan.READ:
            bound = Participant.objects.standing().filter(organisation__in=administered)
            allowed |= Q(buyer_group__in=bound.values("group"))
        return self.filter(allowed)

    def with_place_for(self, user: User, can: TeamCan = TeamCan.INSIDE) -> ProcurementQuerySet:
        """Those alone whose team the user is on, in a role that may do that; an administrator takes a place first."""
        return self.filter(self._with_place(user, can))

    def _with_place(self, user: User, can: TeamCan) -> Q:
        """A place on the team counts only while the person acts for its organisation, and that one still buys here."""
        places = TeamMember.objects.who(can).still_buying().filter(user=user)
        return Q(pk__in=places.filter(organisation__in=Organisation.objects.of(user)).values("procurement"))

    def without_owner(self) -> ProcurementQuerySet:
        """Nobody who acts for the responsible organisation owns it: its administrator hands it to somebody (A31)."""
        present = Membership.objects.active().filter(
            user=models.OuterRef("user"), organisation=models.OuterRef("organisation")
        )
        owners = TeamMember.objects.filter(role=TeamRole.OWNER, user__is_active=True)
        owned = owners.filter(models.Exists(present), organisation=F("procurement__organisation"))
        return self.filter(source="").exclude(pk__in=owned.values("procurement"))


class Procurement(models.Model):
    """One need and everything that follows from it. Its organisation answers for it, also when a group buys together."""

    ocid = models.CharField(max_length=80, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="procurements")
    buyer_group = models.ForeignKey(
        BuyerGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="procurements"
    )
    source = models.CharField(max_length=20, blank=True)  # empty: written here; else the system it was read from
    source_id = models.CharField(max_length=80, null=True, blank=True, unique=True)  # BT-04
    secrecy_ground = models.CharField(max_length=20, blank=True)  # of the country's legal profile; empty: its first
    concluded_at = models.DateTimeField(null=True, blank=True)  # outcome given and every supplier answered (A30)
    concluded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ProcurementQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.ocid

    def published_notices(self) -> list[Notice]:
        return list(self.notices.published().select_related("current_version"))


class TeamMemberQuerySet(models.QuerySet["TeamMember"]):
    def who(self, can: TeamCan) -> TeamMemberQuerySet:
        """Those whose role lets them do that, with the person and whom it acts for."""
        return self.filter(role__in=roles_that(can)).select_related("user", "organisation")

    def still_buying(self) -> TeamMemberQuerySet:
        """Places of the responsible organisation, and of those that are committed or hold an option in its group now."""
        standing = Participant.objects.standing().filter(
            group=models.OuterRef("procurement__buyer_group"), organisation=models.OuterRef("organisation")
        )
        return self.filter(Q(organisation=F("procurement__organisation")) | models.Exists(standing))


class TeamMember(models.Model):
    """A place on the team, for one organisation: the responsible one, or one that buys together with it (C10)."""

    procurement = models.ForeignKey(Procurement, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="procurement_roles")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=10, choices=TeamRole)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["procurement", "user"], name="on_a_team_once")]

    def __str__(self) -> str:
        return f"{self.procurement_id} {self.user_id} {self.role}"


def new_code() -> str:
    """Eight letters and digits that tell neither order nor number and are not mistaken for each other."""
    return "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(8))


class NoticeQuerySet(models.QuerySet["Notice"]):
    def at_address(self, slug: str) -> NoticeQuerySet:
        """By the last part of the address; the words before it follow the title and may have changed."""
        return self.filter(code=slug.rpartition("-")[2])

    def locked(self, pk: int) -> Notice:
        """The row, held until the transaction ends, with its current version, organisation and last writer.

        In two queries: one that waits for the lock and joins at once would come back with the new row and without the
        version that the other transaction made, because PostgreSQL reads the joined rows as they stood before it waited.
        """
        self.select_for_update().get(pk=pk)
        related = ("current_version", "procurement__organisation", "procurement__buyer_group", "edited_by")
        return self.select_related(*related).get(pk=pk)

    def published(self) -> NoticeQuerySet:
        return self.exclude(current_version=None)

    def open(self, at: datetime) -> NoticeQuerySet:
        """Something can still be answered: published, of a kind that asks, not closed, not past a deadline.

        A need without a deadline stays open until it is closed.
        """
        deadline = Q(current_version__deadline_at__gt=at) | Q(current_version__deadline_at=None)
        return self.published().filter(deadline, closed_at=None, kind__in=KINDS_THAT_ASK)

    def editable_by(self, user: User) -> NoticeQuerySet:
        return self._where(user, TeamCan.EDIT)

    def publishable_by(self, user: User) -> NoticeQuerySet:
        """The user may make it public: edits it, and the organisation is a verified buyer that lets it publish."""
        buyers = Organisation.objects.of(user, Can.PUBLISH).verified_buyers()
        return self.editable_by(user).filter(procurement__organisation__in=buyers)

    def answerable_by(self, user: User) -> NoticeQuerySet:
        """The user may draft answers to suppliers."""
        return self._where(user, TeamCan.ANSWER)

    def managed_by(self, user: User) -> NoticeQuerySet:
        """The user answers for the procurement: its team, its secrecy, how it ends."""
        return self._where(user, TeamCan.MANAGE)

    def seen_inside_by(self, user: User) -> NoticeQuerySet:
        """The user has a place on the team: who is interested and who asked is for those alone (quality part 4.2)."""
        return self.filter(procurement__in=Procurement.objects.with_place_for(user))

    def readable_by(self, user: User) -> NoticeQuerySet:
        """Drafts too: what the team sees before the public does."""
        return self.filter(procurement__in=Procurement.objects.of(user))

    def _where(self, user: User, can: TeamCan) -> NoticeQuerySet:
        """What another database holds is nobody's here."""
        return self.filter(procurement__in=Procurement.objects.of(user, can), source_id=None)


class Closing(models.TextChoices):
    """In which way a notice ended before its time (A28)."""

    EARLY = "early", _("Closed early")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CANCELLED = "cancelled", _("Cancelled")


class Notice(Wording):
    """A lasting, human address, and the working text that the team edits. The public reads `current_version`."""

    procurement = models.ForeignKey(Procurement, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    code = models.CharField(
        max_length=8, unique=True, default=new_code, editable=False
    )  # the lasting end of its address
    source_id = models.CharField(max_length=80, null=True, blank=True, unique=True)  # BT-701; lasts over versions
    revision = models.PositiveIntegerField(default=1)  # counts saves; a save must name the revision that it read
    edited_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    edited_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    current_version = models.ForeignKey(
        "NoticeVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    origin = models.ForeignKey(  # the published notice that it was copied from, of whatever buyer (A36)
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="copies"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    closed_as = models.CharField(max_length=10, choices=Closing, blank=True)
    closed_code = models.CharField(max_length=30, blank=True)  # BT-144, of the list "non-award-justification"
    closed_reason = models.CharField(max_length=600, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="notice_closed_with_a_reason", condition=Q(closed_at=None) | ~Q(closed_reason="")
            ),
            models.CheckConstraint(name="notice_closed_in_one_way", condition=Q(closed_at=None) | ~Q(closed_as="")),
            models.CheckConstraint(
                name="cancelling_names_its_code",
                condition=~Q(closed_as="cancelled") | ~Q(closed_code="") | Q(source_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("procurements:notice_detail", args=[self.slug])

    @property
    def slug(self) -> str:
        """The human half of the address follows the title; the code at its end never changes."""
        public = (
            self.current_version.title if self.current_version else self.title
        )  # a new title is secret until published
        words = slugify(public.translate(FOLDED))[:80].strip("-")
        return f"{words or self.kind}-{self.code}"

    @property
    def phase(self) -> Phase:
        return PHASE_OF_KIND[self.kind]

    def is_open(self, at: datetime) -> bool:
        version = self.current_version
        return (
            version is not None
            and self.kind in KINDS_THAT_ASK
            and self.closed_at is None
            and (version.deadline_at is None or version.deadline_at > at)
        )


class NoticeVersion(Wording):
    """One publication, frozen: a trigger refuses UPDATE and DELETE. An amendment is the next number, with its reason."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("why it was changed"), max_length=600, blank=True)
    is_minor = models.BooleanField(_("spelling or layout only"), default=False)
    # Read from eForms; empty for what was written here.
    source_version = models.CharField(max_length=20, blank=True)  # BT-757
    sdk = models.CharField(max_length=120, blank=True)  # OPT-002
    form_type = models.CharField(max_length=20, blank=True)  # BT-03
    notice_type = models.CharField(max_length=30, blank=True)  # BT-02
    subtype = models.CharField(max_length=10, blank=True)  # OPP-070
    legal_basis = models.CharField(max_length=20, blank=True)  # BT-01
    publication_number = models.CharField(max_length=40, blank=True)  # OPP-010
    dispatched_at = models.DateTimeField(null=True, blank=True)  # BT-05
    planned_on = models.DateField(null=True, blank=True)  # BT-127: when the call is to come
    social = ArrayField(models.CharField(max_length=30), default=list, blank=True)  # BT-775
    gpp = ArrayField(models.CharField(max_length=30), default=list, blank=True)  # BT-805
    accelerated = models.CharField(max_length=30, blank=True)  # BT-106
    reference = models.CharField(max_length=200, blank=True)  # BT-22: the buyer's own
    framework_maximum = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)  # BT-271
    framework_currency = models.CharField(max_length=3, blank=True)
    result_value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)  # BT-161
    result_maximum = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)  # BT-118
    result_currency = models.CharField(max_length=3, blank=True)  # of both
    gazette = models.CharField(max_length=20, blank=True)  # OPP-011: "156/2025"
    preferred_on = models.DateField(null=True, blank=True)  # BT-738
    change_reasons = ArrayField(models.CharField(max_length=30), default=list, blank=True)  # BT-140
    direct_award_reasons = ArrayField(models.CharField(max_length=30), default=list, blank=True)  # BT-136

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(
                fields=["publication_number"], condition=~Q(publication_number=""), name="version_by_publication"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["notice", "number"], name="notice_version_numbered_once"),
            models.UniqueConstraint(
                fields=["notice", "source_version"], condition=~Q(source_version=""), name="source_version_read_once"
            ),
            models.CheckConstraint(name="notice_version_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="amendment_has_a_reason", condition=Q(number=1) | ~Q(reason="") | ~Q(source_version="")
            ),
            models.CheckConstraint(name="value_has_a_currency", condition=Q(value=None) | ~Q(currency="")),
            models.CheckConstraint(
                name="questions_close_before_the_deadline",
                condition=Q(questions_until=None) | Q(deadline_at=None) | Q(questions_until__lte=F("deadline_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def is_first(self) -> bool:
        return self.number == 1


class VersionBuyer(models.Model):
    """A buyer named in a version, in its order: as an imported notice says, or as the buyer group stood at that moment.

    `is_lead` is null where an imported notice does not say who leads. A row with a `state` is frozen by a trigger.
    """

    version = models.ForeignKey(NoticeVersion, on_delete=models.CASCADE, related_name="buyers")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="named_in")
    position = models.PositiveSmallIntegerField()
    is_lead = models.BooleanField(null=True, blank=True)  # OPP-050
    state = models.CharField(max_length=10, choices=Participant.State, blank=True)  # written here: as it stood then
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    by_mandate = models.BooleanField(default=False)  # the lead published for it
    # Read from eForms: what each buyer is in this procurement.
    awards_for_others = models.BooleanField(default=False, db_default=False)  # OPP-051
    acquires_to_resell = models.BooleanField(default=False, db_default=False)  # OPP-052
    legal_type = models.CharField(max_length=30, blank=True, db_default="")  # BT-11
    activity = models.CharField(max_length=30, blank=True, db_default="")  # BT-10, BT-610
    profile_url = models.URLField(max_length=1000, blank=True, db_default="")  # BT-508

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "organisation"], name="buyer_of_a_version_once"),
            models.UniqueConstraint(fields=["version"], condition=Q(is_lead=True), name="version_has_one_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.organisation_id}"


class NoticeLink(models.Model):
    """This notice follows from an earlier one: a call from its prior information, a change from what it changed."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="links")
    earlier = models.ForeignKey(Notice, null=True, blank=True, on_delete=models.CASCADE, related_name="later_links")
    reference = models.CharField(max_length=120)  # as the notice gives it, also when the earlier one is not here yet

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "reference"], name="notice_linked_once")]
        indexes = [models.Index(fields=["reference"], name="notice_link_by_reference")]

    def __str__(self) -> str:
        return self.reference


class NoticeSearch(models.Model):
    """What the lists search and filter: one row a published notice, rewritten in the transaction of its publication.

    `document` holds stemmed words and, as upper-case lexemes that no parser emits, every code with its ancestors
    ("P:3319", "N:SE2", "G:3", "K:need", "C:SE", "I:A"): one index answers text and filters together. Beside its fields the table
    has generated columns that only the search's functions read (migration 0009): facts, aims, places, subjects.
    """

    notice = models.OneToOneField(Notice, primary_key=True, on_delete=models.CASCADE, related_name="search")
    version = models.OneToOneField(NoticeVersion, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    published_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    is_head = models.BooleanField(
        default=True
    )  # the newest publication of its procurement: what a list of open things shows
    # May still be answered: what a small index holds. Set false some time after the deadline; whoever asks for what is open
    # asks the clock as well.
    is_open = models.BooleanField(default=True, db_default=True)
    value_euro = models.BigIntegerField(null=True)  # whole euro, by the rates of procurements.money; None: not stated
    # When the row was last written, in the order in which others could see it: the number of the transaction, counted on over
    # a restore. What is at or above the horizon may still come in between (procurements.changing).
    changed = models.BigIntegerField(default=0, db_default=0, editable=False)
    keys = ArrayField(models.CharField(max_length=40), default=list)
    document = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["document"], name="notice_search_document"),
            models.Index(F("deadline_at").asc(nulls_last=True), F("notice_id").asc(), name="notice_search_deadline"),
            models.Index(fields=["-published_at", "-notice_id"], name="notice_search_published"),
            models.Index(fields=["changed", "notice_id"], name="notice_search_changed"),
        ]

    def __str__(self) -> str:
        return str(self.notice_id)


class InterestQuerySet(models.QuerySet["Interest"]):
    def active(self) -> InterestQuerySet:
        return self.filter(withdrawn_at=None)

    def seen_by_buyer(self, user: User) -> InterestQuerySet:
        """What the procurement's team may see (quality part 4.2). Nobody else sees any of it, nor how many."""
        return self.active().filter(procurement__in=Procurement.objects.with_place_for(user))

    def own(self, user: User) -> InterestQuerySet:
        """What the user's own organisations have sent."""
        return self.filter(organisation__in=Organisation.objects.of(user))


class Interest(models.Model):
    """A supplier organisation is interested in a procurement: one active row each, withdrawn by a date and never deleted.

    Its key is random (v4) so that it tells neither order nor number.
    """

    class Level(models.TextChoices):
        FOLLOW = "follow", _("We follow this")
        INTERESTED = "interested", _("We are interested")
        MEETING = "meeting", _("We would like a meeting")
        PARTNER = "partner", _("We look for a partner")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    procurement = models.ForeignKey(Procurement, on_delete=models.PROTECT, related_name="interests")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="interests")
    level = models.CharField(_("how interested"), max_length=12, choices=Level, default=Level.INTERESTED)
    message = models.TextField(_("message to the buyer"), max_length=2000, blank=True)
    registered_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    received_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)
    receipt = models.CharField(max_length=64)  # SHA-256 of what was received, with its time
    read_at = models.DateTimeField(null=True, blank=True)  # when somebody of the team first read it (B22)
    read_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = InterestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["procurement", "organisation"], condition=Q(withdrawn_at=None), name="interest_registered_once"
            ),
            models.CheckConstraint(
                name="interest_withdrawn_after_received",
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("received_at")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
