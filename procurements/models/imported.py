"""What an imported notice says beside its columns: its lots, other languages, results. All of it is frozen with its version."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from procurements.models.chain import NoticeVersion


class VersionText(models.Model):
    """The same notice in a further language that it was published in (BT-702)."""

    version = models.ForeignKey(NoticeVersion, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=3)  # ISO 639-1 where there is one
    title = models.CharField(max_length=500)
    summary = models.CharField(max_length=600, blank=True)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["version", "language"], name="text_of_a_language_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"


class Lot(models.Model):
    """A lot, or in prior information a part."""

    version = models.ForeignKey(NoticeVersion, on_delete=models.CASCADE, related_name="lots")
    identifier = models.CharField(max_length=40)  # BT-137
    is_part = models.BooleanField(default=False)
    title = models.CharField(max_length=1000, blank=True)
    description = models.TextField(blank=True)  # BT-24
    nature = models.CharField(max_length=20, blank=True)  # BT-23
    cpv = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    regions = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    strategic = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    innovation = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    environment = ArrayField(models.CharField(max_length=30), default=list, blank=True)  # BT-774
    social = ArrayField(models.CharField(max_length=30), default=list, blank=True)  # BT-775
    gpp = ArrayField(models.CharField(max_length=30), default=list, blank=True)  # BT-805
    strategic_text = models.TextField(blank=True)  # BT-777
    value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    framework_maximum = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)  # BT-271
    currency = models.CharField(max_length=3, blank=True)  # of both
    framework = models.CharField(max_length=20, blank=True)  # BT-765
    dps = models.CharField(max_length=20, blank=True)  # BT-766
    is_eu_funded = models.BooleanField(null=True, blank=True)  # BT-60; None: not said
    fits_small_firms = models.BooleanField(null=True, blank=True)  # BT-726; None: not said
    variants = models.CharField(max_length=20, blank=True)  # BT-63
    terms = models.TextField(blank=True)  # BT-70: the only place for intellectual property
    documents_url = models.URLField(max_length=1000, blank=True)  # BT-15
    submission_url = models.URLField(max_length=1000, blank=True)  # BT-18
    deadline_at = models.DateTimeField(null=True, blank=True)  # the earliest of the four that follow
    tenders_until = models.DateTimeField(null=True, blank=True)  # BT-131
    requests_until = models.DateTimeField(null=True, blank=True)  # BT-1311
    expressions_until = models.DateTimeField(null=True, blank=True)  # BT-630
    answers_until = models.DateTimeField(null=True, blank=True)  # BT-800
    questions_until = models.DateTimeField(null=True, blank=True)  # BT-13
    starts_on = models.DateField(null=True, blank=True)  # BT-536
    duration = models.PositiveIntegerField(null=True, blank=True)  # BT-36, in `duration_unit`
    duration_unit = models.CharField(max_length=10, blank=True)  # "DAY", "WEEK", "MONTH", "YEAR"
    award_criteria = ArrayField(models.CharField(max_length=40), default=list, blank=True)  # BT-539
    accessibility = models.CharField(max_length=30, blank=True)  # BT-754
    has_auction = models.BooleanField(null=True, blank=True)  # BT-767; None: not said
    anywhere = models.CharField(max_length=20, blank=True)  # BT-727: "anyw", "anyw-eea", "anyw-cou"

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["version", "identifier"], name="lot_of_a_version_once")]

    def __str__(self) -> str:
        return self.identifier


class Winner(models.Model):
    """A supplier that an imported award names."""

    version = models.ForeignKey(NoticeVersion, on_delete=models.CASCADE, related_name="winners")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="won")
    value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "organisation"], name="winner_of_a_version_once")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.organisation_id}"


class LotResult(models.Model):
    """How a lot ended."""

    version = models.ForeignKey(NoticeVersion, on_delete=models.CASCADE, related_name="lot_results")
    identifier = models.CharField(max_length=40)  # "RES-0001"
    lot = models.CharField(max_length=40, blank=True)  # BT-13713
    code = models.CharField(max_length=30, blank=True)  # BT-142: "selec-w", "clos-nw", "open-nw"
    reason = models.CharField(max_length=30, blank=True)  # BT-144: why nobody was chosen
    tenders = models.PositiveIntegerField(null=True, blank=True)  # BT-759 where BT-760 is "tenders"; None: not said

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["version", "identifier"], name="result_of_a_version_once")]

    def __str__(self) -> str:
        return self.identifier


class SettledContract(models.Model):
    """A contract that an award names, with those who won it together."""

    version = models.ForeignKey(NoticeVersion, on_delete=models.CASCADE, related_name="contracts")
    identifier = models.CharField(max_length=40)  # "CON-0001"
    reference = models.CharField(max_length=200, blank=True)  # BT-150
    title = models.CharField(max_length=500, blank=True)  # BT-721
    lots = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    concluded_on = models.DateField(null=True, blank=True)  # BT-145
    value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)  # BT-720 of its tenders
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "identifier"], name="contract_of_a_version_once"),
            models.CheckConstraint(name="contract_value_has_a_currency", condition=Q(value=None) | ~Q(currency="")),
        ]

    def __str__(self) -> str:
        return self.identifier


class ContractWinner(models.Model):
    contract = models.ForeignKey(SettledContract, on_delete=models.CASCADE, related_name="winners")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contracts")
    size = models.CharField(max_length=20, blank=True)  # BT-165: a fact of that award

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["contract", "organisation"], name="contract_won_once")]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.organisation_id}"
