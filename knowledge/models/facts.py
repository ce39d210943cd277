"""What a case, a template and an event have beside their words."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from files.models import StoredFile
from knowledge.models.articles import Article
from procurements.models import Procurement, Rights


class CaseFacts(models.Model):
    """One procurement that others can learn from (D4), in facts that are the same in all languages.

    Only what the procurement has made public is filled in from it; the rest its editor types and the buyer has agreed to.
    """

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="case")
    procurement = models.ForeignKey(Procurement, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    buyer = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    buyer_name = models.CharField(_("buyer"), max_length=300)
    country = models.CharField(_("country"), max_length=3, blank=True)  # of the list "country"
    procedure = models.CharField(_("procedure"), max_length=30, blank=True)  # of "procurement-procedure-type"
    rights = models.CharField(_("intellectual assets"), max_length=5, choices=Rights, blank=True)
    suppliers = models.CharField(_("suppliers"), max_length=600, blank=True)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    began_on = models.DateField(_("began"), null=True, blank=True)
    contract_on = models.DateField(_("contract signed"), null=True, blank=True)
    goals = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)  # of Agenda 2030
    # The effect as a number: of what, before, after, and when it was measured. No number is better than a guessed one.
    measure = models.CharField(_("what was measured"), max_length=200, blank=True)
    before = models.DecimalField(_("before"), max_digits=18, decimal_places=2, null=True, blank=True)
    after = models.DecimalField(_("after"), max_digits=18, decimal_places=2, null=True, blank=True)
    measured_on = models.DateField(_("measured"), null=True, blank=True)
    others_may_use = models.BooleanField(_("others may call off or copy"), null=True, blank=True)  # None: not known
    edited_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    edited_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procurement"], name="one_case_a_procurement"),
            models.CheckConstraint(name="case_has_a_buyer", condition=~Q(buyer_name="")),
            models.CheckConstraint(name="case_value_has_a_currency", condition=Q(value=None) | ~Q(currency="")),
            models.CheckConstraint(
                name="case_effect_says_what_and_when",
                condition=Q(before=None, after=None) | (~Q(measure="") & Q(measured_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.buyer_name


class TemplateFile(models.Model):
    """One version of a template's file in one language (D5). Its downloads are counted by `files`."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="template_files")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    number = models.PositiveIntegerField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    news = models.CharField(_("what is new"), max_length=600, blank=True)
    added_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["language", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "language", "number"], name="template_file_numbered_once"),
            models.CheckConstraint(name="template_file_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(name="later_template_file_says_what_is_new", condition=Q(number=1) | ~Q(news="")),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.language} {self.number}"


class TemplateFollower(models.Model):
    """Somebody who downloaded a template and asked to hear of its next version (D5)."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="followers")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "user", "language"], name="template_followed_once")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.user_id}"


class Occasion(models.Model):
    """When and where an event of the calendar is (D8). The words are the article's."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="occasion")
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    zone = models.CharField(_("time zone"), max_length=40, default="Europe/Stockholm")
    place = models.CharField(_("place"), max_length=300, blank=True)
    online_url = models.URLField(_("address of the meeting"), blank=True)  # told to those who have a seat
    organiser = models.CharField(_("organiser"), max_length=200, blank=True)
    theme_week = models.CharField(_("theme week"), max_length=100, blank=True)
    takes_registrations = models.BooleanField(_("people register here"), default=True)
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True)  # none: as many as want
    register_until = models.DateTimeField(_("last moment to register"), null=True, blank=True)
    recording_url = models.URLField(_("recording"), blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0)  # RFC 5545: rises with each change that calendars must see
    edited_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    edited_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["starts_at"], name="occasion_in_time")]
        constraints = [
            models.CheckConstraint(name="occasion_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="occasion_registered_before_it_ends",
                condition=Q(register_until=None) | Q(register_until__lte=F("ends_at")),
            ),
            models.CheckConstraint(name="occasion_has_a_seat", condition=Q(seats=None) | Q(seats__gte=1)),
            models.CheckConstraint(
                name="occasion_is_somewhere",
                condition=Q(takes_registrations=False) | ~Q(place="") | ~Q(online_url=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.starts_at:%Y-%m-%d}"


class Attendance(models.Model):
    """Somebody wants to come. The first `seats` that have not left have a seat; the others wait, in the order of coming."""

    occasion = models.ForeignKey(Occasion, on_delete=models.CASCADE, related_name="attendances")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    needs = models.CharField(_("what you need to take part"), max_length=300, blank=True)
    registered_at = models.DateTimeField()
    seated_at = models.DateTimeField(null=True, blank=True)  # none: waits for a seat
    left_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["registered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["occasion", "user"], condition=Q(left_at=None), name="registered_once_for_an_occasion"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occasion_id} {self.user_id}"
