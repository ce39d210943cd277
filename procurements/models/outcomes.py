"""How it ended, who was answered, what may be told about interest, and what the followers are to hear."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from procurements.models.chain import Notice, Procurement
from procurements.models.questions import Answer


class Outcome(models.Model):
    """How a notice that asked for something ended (A29); frozen by a trigger. A corrected outcome is the next number."""

    class Result(models.TextChoices):
        AWARDED = "awarded", _("A supplier was chosen")
        CANCELLED = "cancelled", _("It was cancelled")
        UNSUITABLE = "unsuitable", _("No tender was suitable")
        WENT_ON = "went-on", _("It goes on in a next step")  # of a need or a consultation
        STOPPED = "stopped", _("It was stopped")

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="outcomes")
    number = models.PositiveIntegerField()
    result = models.CharField(_("how it ended"), max_length=10, choices=Result)
    code = models.CharField(_("reason"), max_length=30, blank=True)  # BT-144, of "non-award-justification"
    text = models.TextField(_("in your own words"), max_length=4000)
    language = models.CharField(max_length=3, default="sv")
    tenders = models.PositiveIntegerField(_("number of tenders"), null=True, blank=True)  # BT-759
    decided_on = models.DateField(_("decided on"))
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    reason = models.CharField(max_length=600, blank=True)  # why it was corrected

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "number"], name="outcome_numbered_once"),
            models.CheckConstraint(name="corrected_outcome_has_a_reason", condition=Q(number=1) | ~Q(reason="")),
            models.CheckConstraint(
                name="ending_without_award_names_its_code",
                condition=~Q(result__in=["cancelled", "unsuitable"]) | ~Q(code=""),
            ),
            models.CheckConstraint(name="award_counts_its_tenders", condition=~Q(result="awarded") | Q(tenders__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.result}"


class OutcomeWinner(models.Model):
    """A supplier that was chosen, by its organisation here or by the name that the buyer gives."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="winners")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=300)
    value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    is_small = models.BooleanField(null=True, blank=True)  # fewer than 250 employed (2003/361/EC); None: not known
    is_new = models.BooleanField(null=True, blank=True)  # had not sold to this buyer before; None: not known

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outcome", "name"], name="chosen_once"),
            models.CheckConstraint(name="chosen_value_has_a_currency", condition=Q(value=None) | ~Q(currency="")),
        ]

    def __str__(self) -> str:
        return self.name


class Feedback(models.Model):
    """The buyer's answer to a supplier that gave something: at least a sentence, read by that supplier alone (A30)."""

    procurement = models.ForeignKey(Procurement, on_delete=models.PROTECT, related_name="feedback")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="feedback")
    text = models.TextField(max_length=4000)
    given_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procurement", "organisation"], name="supplier_answered_once"),
            models.CheckConstraint(name="feedback_says_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.procurement_id} {self.organisation_id}"


class SecrecyDecision(models.Model):
    """On which legal ground interest is kept secret; the newest one holds. The grounds are the country's legal profile's."""

    procurement = models.ForeignKey(Procurement, on_delete=models.CASCADE, related_name="secrecy_decisions")
    ground = models.CharField(max_length=20)
    valid_until = models.DateField(null=True, blank=True)  # None: until the event that the ground names
    motive = models.CharField(max_length=600, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.procurement_id} {self.ground}"


class Release(models.Model):
    """A decision that makes one thing about interest public, field by field, with its ground (quality part 4.2)."""

    class What(models.TextChoices):
        NUMBER = "number", _("How many were interested")
        NAMES = "names", _("Who was interested")

    procurement = models.ForeignKey(Procurement, on_delete=models.CASCADE, related_name="releases")
    what = models.CharField(max_length=10, choices=What)
    ground = models.CharField(max_length=20)
    motive = models.CharField(max_length=600)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["procurement", "what"], name="released_once")]

    def __str__(self) -> str:
        return f"{self.procurement_id} {self.what}"


class ProcedureAdvice(models.Model):
    """What the team answered to the procedure helper's seven questions (A16), and which procedure it chose. Blank: not answered."""

    procurement = models.OneToOneField(Procurement, on_delete=models.CASCADE, related_name="procedure_advice")
    solution = models.CharField(max_length=12, blank=True)  # market, adapted, developed, researched, unknown
    describable = models.CharField(max_length=12, blank=True)  # function, partly, no
    talks = models.CharField(max_length=12, blank=True)  # yes, no, unsure
    afterwards = models.CharField(max_length=12, blank=True)  # same, separate, none, unsure
    idea = models.CharField(max_length=12, blank=True)  # yes, no
    worth = models.CharField(max_length=12, blank=True)  # above, below, unknown: beside the EU threshold
    hurry = models.CharField(max_length=12, blank=True)  # ample, normal, urgent
    chosen = models.CharField(
        max_length=20, blank=True
    )  # a code of advising.WAYS: open, ppi, restricted, neg-w-call, ...
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.procurement_id)


class News(models.Model):
    """A fact beside the text of a notice that its followers are to hear: matchmaking knows who they are, and finds the row.

    `answers` are those that were released together: one mail, not one each (A21).
    """

    class Kind(models.TextChoices):
        ANSWERS = "answers", _("Questions were answered")
        CLOSED = "closed", _("Closed early")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        CANCELLED = "cancelled", _("Cancelled")
        OUTCOME = "outcome", _("It has an outcome")
        MESSAGE = "message", _("A message to all who follow")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="news")
    kind = models.CharField(max_length=10, choices=Kind)
    answers = models.ManyToManyField(Answer, related_name="news")
    message = models.OneToOneField(
        "SupplierMessage", null=True, blank=True, on_delete=models.CASCADE, related_name="news"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "kind"],
                condition=Q(kind__in=["closed", "withdrawn", "cancelled"]),
                name="closing_is_told_once",
            ),
            models.CheckConstraint(
                name="news_of_a_message_names_it",
                condition=Q(kind="message", message__isnull=False) | ~Q(kind="message") & Q(message=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.kind}"
