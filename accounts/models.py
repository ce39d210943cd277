"""Persons, organisations, who acts for whom, and who may what (`grants.py`)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import numbers
from accounts.countries import COUNTRIES
from accounts.grants import Can, Role, roles_that


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Logs in by e-mail address; acts for organisations through memberships."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=5, default="sv")
    zone = models.CharField(_("time zone"), max_length=40, default="Europe/Stockholm")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_whatever_the_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name


class TermsAcceptance(models.Model):
    """A person said yes to one version of the terms of use (`accounts/terms.py`). Kept, to be shown later."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="terms_acceptances")
    version = models.CharField(max_length=20)
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "version"], name="terms_accepted_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.version}"


class Duty(models.TextChoices):
    """What a person does for the arena itself; given by an admin, never chosen by the person."""

    ADMIN = "admin", _("Administrator")
    CURATOR = "curator", _("Editor of guidance")
    PROGRAMME = "programme", _("Programme office")
    SUPPORT = "support", _("Support")


class DutyAssignment(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="duties")
    duty = models.CharField(max_length=20, choices=Duty)
    given_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "duty"], name="duty_given_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.duty}"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def of(self, user: User, can: Can = Can.READ) -> OrganisationQuerySet:
        """The organisations that the user is a member of, with a role that carries `can`."""
        memberships = Membership.objects.active().filter(user=user, role__in=roles_that(can))
        return self.filter(pk__in=memberships.values("organisation"), merged_into=None)

    def verified_buyers(self) -> OrganisationQuerySet:
        return self.exclude(buyer_verified_at=None)

    def unclaimed(self) -> OrganisationQuerySet:
        return self.exclude(pk__in=Membership.objects.active().values("organisation")).filter(merged_into=None)


class Organisation(models.Model):
    """A public body, a company, or a person who invents; buyer and supplier can be the same organisation.

    Buyer rights come by verification alone (`buyer_verified_at`). An imported buyer has no members: it is unclaimed.
    """

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("Municipality")
        REGION = "region", _("Region or county")
        AGENCY = "agency", _("Government agency")
        PUBLIC_COMPANY = "public-company", _("Publicly owned company")
        COMPANY = "company", _("Company")
        SOLE_TRADER = "sole-trader", _("Sole trader")
        INVENTOR = "inventor", _("Inventor without a company")
        RESEARCH = "research", _("University or research institute")
        ASSOCIATION = "association", _("Association")
        OTHER = "other", _("Other")

    name = models.CharField(_("name"), max_length=300)
    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.OTHER)
    country = models.CharField(_("country"), max_length=2)  # ISO 3166-1 alpha-2
    registration_number = models.CharField(
        _("organisation number"), max_length=40, blank=True
    )  # digits alone in SE and NO
    region = models.CharField(_("region"), max_length=5, blank=True)  # NUTS
    inhabitants = models.PositiveIntegerField(_("inhabitants"), null=True, blank=True)
    website = models.URLField(_("website"), blank=True)
    description = models.TextField(_("about the organisation"), blank=True, max_length=4000)
    is_supplier = models.BooleanField(_("offers solutions"), default=False)
    buyer_verified_at = models.DateTimeField(null=True, blank=True)
    publishes_with_two = models.BooleanField(  # four eyes: a text is approved by another than its writer (A18)
        _("a colleague approves every text before it is published"), default=False
    )
    buyer_verified_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from")
    created_at = models.DateTimeField(default=timezone.now)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "registration_number"],
                condition=~Q(registration_number="") & Q(merged_into=None),
                name="organisation_number_registered_once",
            ),
            models.CheckConstraint(name="organisation_not_merged_into_itself", condition=~Q(merged_into=F("id"))),
        ]
        indexes = [models.Index(Lower("name"), name="organisation_by_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation_detail", args=[self.slug])

    @property
    def country_name(self) -> str:
        """In the reader's language; the code for a country that our forms do not offer."""
        return str(dict(COUNTRIES).get(self.country, self.country))

    @property
    def is_buyer(self) -> bool:
        return self.buyer_verified_at is not None

    @property
    def number_is_personal(self) -> bool:
        """A sole trader's number is its owner's personal number in Sweden (IMY): shown to its members alone.

        The kind says so, and so does a Swedish number: its third digit is at least 2 for everyone who is not a person.
        """
        looks_personal = self.country == "SE" and self.registration_number[2:3] in ("0", "1")
        return looks_personal or self.kind in (self.Kind.SOLE_TRADER, self.Kind.INVENTOR)

    @property
    def public_number(self) -> str:
        """The number as everyone may read it: written the way its country writes it, or empty when it is personal."""
        return "" if self.number_is_personal else self.written_number

    @property
    def written_number(self) -> str:
        """The number the way its country writes it; for the organisation's own members."""
        return numbers.written(self.country, self.registration_number)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> MembershipQuerySet:
        return self.filter(ended_at=None, user__is_active=True)

    def administrators(self) -> MembershipQuerySet:
        return self.active().filter(role__in=roles_that(Can.ADMINISTER))


class Membership(models.Model):
    """A person acts for an organisation, in one role, until it ends. Ended rows stay: they are history."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(ended_at=None), name="member_of_an_organisation_once"
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_starts", condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.organisation_id}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, at: datetime) -> InvitationQuerySet:
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=at)


class Invitation(models.Model):
    """An open hand to an e-mail address. The link's token is kept as a hash alone."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                condition=Q(accepted_at=None, revoked_at=None),
                name="invited_to_an_organisation_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.role}"


class VerificationRequestQuerySet(models.QuerySet["VerificationRequest"]):
    def waiting(self) -> VerificationRequestQuerySet:
        return self.filter(decided_at=None)


class VerificationRequest(models.Model):
    """An organisation asks to be a verified buyer; an admin decides. Claiming an imported organisation is one, too."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="verification_requests")
    requested_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    requested_at = models.DateTimeField()
    evidence = models.TextField(_("how we can verify this"), max_length=2000)
    wants_to_buy = models.BooleanField(_("we buy as a public body"), default=True)  # not when a company claims its page
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    is_granted = models.BooleanField(null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True, max_length=2000)

    objects = VerificationRequestQuerySet.as_manager()

    class Meta:
        ordering = ["requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "requested_by"],
                condition=Q(decided_at=None),
                name="verification_asked_for_once",
            ),
            models.CheckConstraint(
                name="verification_decided_whole",
                condition=Q(decided_at=None, is_granted=None) | Q(decided_at__isnull=False, is_granted__isnull=False),
            ),
            models.CheckConstraint(
                name="verification_refused_with_a_reason", condition=~Q(is_granted=False) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.requested_at:%Y-%m-%d}"


class CalendarKey(models.Model):
    """Opens a person's calendar to the programs that subscribe to it. The secret in the address is kept as a hash alone."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calendar_keys")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(revoked_at=None), name="one_calendar_key_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d}"


def new_token() -> str:
    """256 random bits, for links that open something."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is stored of a token. It has 256 random bits, so that a plain hash cannot be guessed backwards."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_on_duty(user: Any, *duties: Duty) -> bool:
    """Whether the person carries one of the duties. Anonymous visitors carry none."""
    return bool(user.is_authenticated and user.is_active and user.duties.filter(duty__in=duties).exists())
