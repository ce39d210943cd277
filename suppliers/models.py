"""What suppliers say about themselves. Nothing here is drawn from what they showed interest in (quality part 4)."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User


class SupplierProfileQuerySet(models.QuerySet["SupplierProfile"]):
    def visible_to(self, user: Any) -> SupplierProfileQuerySet:
        """The public ones; all of them for a person who acts for a verified buyer; always one's own."""
        if not user.is_authenticated:
            return self.filter(is_public=True)
        own = Organisation.objects.of(user)
        if own.verified_buyers().exists():
            return self
        return self.filter(Q(is_public=True) | Q(organisation__in=own))


class SupplierProfile(models.Model):
    """An organisation's offer in its own words: filled in once, shown wherever buyers look for suppliers (B12)."""

    class Size(models.TextChoices):
        """The classes of Commission Recommendation 2003/361/EC."""

        MICRO = "micro", _("Micro: fewer than 10 people")
        SMALL = "small", _("Small: fewer than 50 people")
        MEDIUM = "medium", _("Medium-sized: fewer than 250 people")
        LARGE = "large", _("Large: 250 people or more")

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="supplier_profile")
    offer = models.TextField(_("what you offer"), max_length=4000, blank=True)
    trl = models.PositiveSmallIntegerField(
        _("technology readiness level"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
    )
    size = models.CharField(_("size of the organisation"), max_length=10, choices=Size, blank=True)
    references = models.TextField(_("references"), max_length=2000, blank=True)
    is_public = models.BooleanField(_("show our profile to everyone"), default=False)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = SupplierProfileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="readiness_from_1_to_9", condition=Q(trl=None) | Q(trl__gte=1, trl__lte=9)),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    def get_absolute_url(self) -> str:
        return reverse("suppliers:supplier_detail", args=[self.organisation.slug])
