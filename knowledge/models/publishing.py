"""A publication that waits: for its time, for a second pair of eyes, or for both (D1)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from knowledge.models.articles import Article


class PublicationQuerySet(models.QuerySet["Publication"]):
    def waiting(self) -> PublicationQuerySet:
        return self.filter(ended_at=None)

    def to_be_read(self) -> PublicationQuerySet:
        """Those that wait for somebody else's eyes."""
        return self.waiting().filter(needs_second=True, approved_at=None)


class Publication(models.Model):
    """The texts of some languages, as they stood when somebody asked, are to be published once: never another revision."""

    class Ending(models.TextChoices):
        PUBLISHED = "published", _("Published")
        RETURNED = "returned", _("Sent back with a remark")
        WITHDRAWN = "withdrawn", _("Taken back")
        OVERTAKEN = "overtaken", _("The text was changed in the meantime")
        FAILED = "failed", _("It could not be published")  # `remark` says why

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="publications")
    languages = ArrayField(models.CharField(max_length=5, choices=settings.LANGUAGES))
    revisions = ArrayField(models.PositiveIntegerField())  # of the texts, in the order of `languages`
    publish_at = models.DateTimeField(null=True, blank=True)  # none: as soon as it may
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    needs_second = models.BooleanField()
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    remark = models.CharField(max_length=1000, blank=True)  # why it was sent back

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["publish_at"], condition=Q(ended_at=None), name="article_to_be_published")]
        constraints = [
            models.UniqueConstraint(fields=["article"], condition=Q(ended_at=None), name="one_publication_waits"),
            models.CheckConstraint(
                name="publication_names_languages",
                condition=Q(languages__len__gte=1) & Q(languages__len=F("revisions__len")),
            ),
            models.CheckConstraint(
                name="publication_is_for_later", condition=Q(publish_at=None) | Q(publish_at__gt=F("asked_at"))
            ),
            models.CheckConstraint(
                name="publication_ends_in_a_way",
                condition=Q(ended_at=None, ending="") | (Q(ended_at__isnull=False) & ~Q(ending="")),
            ),
            models.CheckConstraint(
                name="publication_sent_back_with_a_remark", condition=~Q(ending="returned") | ~Q(remark="")
            ),
            models.CheckConstraint(
                name="publication_read_by_somebody_else",
                condition=(
                    Q(approved_at=None, approved_by=None) | Q(approved_at__isnull=False, approved_by__isnull=False)
                )
                & (Q(needs_second=False) | Q(approved_by=None) | ~Q(approved_by=F("asked_by"))),
            ),
            models.CheckConstraint(
                name="publication_published_after_a_second_reading",
                condition=~Q(ending="published") | Q(needs_second=False) | Q(approved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.asked_at:%Y-%m-%d}"
