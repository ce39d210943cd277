"""Keys by which programs ask the API."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation


class Scope(models.TextChoices):
    READ = "read", _("Read what is public, with more requests a minute")
    MATCHES = "matches", _("Read what was suggested to you")
    IMPORT = "import", _("Hand in notices as eForms XML")


class ApiKey(models.Model):
    """Shown once, when it is made; of the key itself only a hash is kept. It may what its owner may now, within its scopes."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="api_keys"
    )  # on whose behalf; the key ends with the membership
    name = models.CharField(_("name"), max_length=80)
    beginning = models.CharField(max_length=12)  # of the key, by which its owner knows it again
    digest = models.CharField(
        max_length=64, unique=True
    )  # SHA-256: the key is random and long, so no slow hash is needed
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope), verbose_name=_("what it may"))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)  # to the minute
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(name="api_key_may_something", condition=~Q(scopes=[])),
            models.CheckConstraint(
                name="api_key_expires_later", condition=Q(expires_at=None) | Q(expires_at__gt=models.F("created_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.beginning}"
