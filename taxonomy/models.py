"""The lists that give codes their words: CPV, NUTS, the global goals, eForms code lists, and the glossary.

Labels are facts of others (taxonomy/data/README.md). A code that is not on a list is kept by whoever holds it and shown
as it is. A code that disappears from its list stays here, marked retired, so that old notices can be read.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, GeneratedField, Q, Value
from django.db.models.functions import Concat

from taxonomy.search import labels_vector

GONE = "gone"
"""What stands in `retired` when the list does not say with which version the code ended."""

BETWEEN = Value(" | ", output_field=models.TextField())


class Labelled(models.Model):
    """Something with a label in each of the arena's languages."""

    label_en = models.TextField(blank=True)
    label_sv = models.TextField(blank=True)
    label_nb = models.TextField(blank=True)

    class Meta:
        abstract = True

    def label(self, language: str) -> str:
        """The label in `language` (sv, nb, en), or in the next best one."""
        return getattr(self, f"label_{language}", "") or self.label_en or self.label_sv or self.label_nb


class CodeQuerySet(models.QuerySet["Code"]):
    def of(self, list_name: str) -> "CodeQuerySet":
        return self.filter(list=list_name)

    def in_use(self) -> "CodeQuerySet":
        return self.filter(retired="")


class Code(Labelled):
    """One code of a code list, named as in eForms ("procurement-procedure-type"); "secrecy-ground" is our own."""

    list = models.CharField(max_length=50)
    code = models.CharField(max_length=50)
    retired = models.CharField(max_length=20, blank=True)  # the last SDK version that had it, or GONE
    iso2 = models.CharField(max_length=2, blank=True)  # of a country or language; of a secrecy ground: whose law it is

    objects: ClassVar[CodeQuerySet] = CodeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint("list", "code", name="code_once_in_its_list")]

    def __str__(self) -> str:
        return f"{self.list}/{self.code}"


class CpvCode(Labelled):
    """A code of the Common Procurement Vocabulary: eight digits, without the check digit."""

    code = models.CharField(max_length=8, primary_key=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    level = models.PositiveSmallIntegerField()  # 1 division, 2 group, 3 class, 4 category, 5-7 below
    retired = models.CharField(max_length=20, blank=True)
    words = GeneratedField(
        expression=Concat(F("label_sv"), BETWEEN, F("label_nb"), BETWEEN, F("label_en")),
        output_field=models.TextField(),
        db_persist=True,
    )
    search = GeneratedField(
        expression=labels_vector(),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="cpv_code_has_eight_digits", condition=Q(code__regex=r"^[0-9]{8}$")),
        ]
        indexes = [  # without fastupdate: pending entries would make the planner read the whole table until a vacuum
            GinIndex("search", name="cpv_search", fastupdate=False),
            GinIndex(OpClass("words", "gin_trgm_ops"), name="cpv_words", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.code


class Region(Labelled):
    """A NUTS region: a country (level 0) or a part of one (1 to 3), in the editions of 2021 and 2024.

    Regions have one official name, in the country's own language; countries have names in ours.
    """

    code = models.CharField(max_length=5, primary_key=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    level = models.PositiveSmallIntegerField()
    country = models.CharField(max_length=2)  # alpha-2: Greece is GR here, although its codes begin with EL
    name = models.TextField()
    in_2021 = models.BooleanField(default=False)
    in_2024 = models.BooleanField(default=False)
    retired = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return self.code

    def label(self, language: str) -> str:
        return getattr(self, f"label_{language}", "") or self.name


class Goal(models.Model):
    """One of the 17 goals of Agenda 2030, with its full name and the one word for small places."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    label_en = models.TextField()
    label_sv = models.TextField()
    label_nb = models.TextField()
    short_en = models.TextField()
    short_sv = models.TextField()
    short_nb = models.TextField()

    class Meta:
        ordering = ["number"]
        constraints = [models.CheckConstraint(name="goal_is_one_of_17", condition=Q(number__gte=1, number__lte=17))]

    def __str__(self) -> str:
        return str(self.number)

    def label(self, language: str) -> str:
        return str(getattr(self, f"label_{language}", self.label_en))

    def short(self, language: str) -> str:
        return str(getattr(self, f"short_{language}", self.short_en))


class Term(models.Model):
    """A term of the glossary. The English term is its name; synonyms widen searches, definitions explain."""

    en = models.CharField(max_length=100, unique=True)
    sv = models.CharField(max_length=100)
    nb = models.CharField(max_length=100)
    definition_en = models.TextField()
    definition_sv = models.TextField()
    definition_nb = models.TextField()
    synonyms_en = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    synonyms_sv = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    synonyms_nb = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    phrases = ArrayField(models.CharField(max_length=100), default=list, blank=True)  # all of the above in lower case

    class Meta:
        indexes = [GinIndex("phrases", name="term_phrases", fastupdate=False)]

    def __str__(self) -> str:
        return self.en

    def label(self, language: str) -> str:
        return str(getattr(self, language, self.en))

    def definition(self, language: str) -> str:
        return str(getattr(self, f"definition_{language}", self.definition_en))

    def synonyms(self, language: str) -> list[str]:
        return list(getattr(self, f"synonyms_{language}", self.synonyms_en))


class EverydayWord(models.Model):
    """A word that people say, and the CPV codes that it means, the best first."""

    word = models.CharField(max_length=100)  # lower case
    language = models.CharField(max_length=2)
    cpv = ArrayField(models.CharField(max_length=8))

    class Meta:
        constraints = [models.UniqueConstraint("word", "language", name="everyday_word_once_in_its_language")]
        indexes = [GinIndex(OpClass("word", "gin_trgm_ops"), name="everyday_word", fastupdate=False)]

    def __str__(self) -> str:
        return self.word
