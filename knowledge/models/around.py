"""What stands around the articles: pictures, what readers say, links that lead out, search rows, banners."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from files.models import StoredFile
from knowledge.models.articles import Article


class ArticlePicture(models.Model):
    """A picture of an article. Its words (alt text) stand where it is used, for they have a language."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="pictures")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    width = models.PositiveIntegerField()  # pixels
    height = models.PositiveIntegerField()
    added_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at"]

    def __str__(self) -> str:
        return f"{self.article_id} {self.file_id}"


class Opinion(models.Model):
    """A reader says whether an article helped (D6). No name and no address is kept."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="opinions")
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    number = models.PositiveIntegerField()  # of the version that was read
    helped = models.BooleanField()
    comment = models.TextField(max_length=2000, blank=True)
    said_at = models.DateTimeField()
    dealt_with_at = models.DateTimeField(null=True, blank=True)
    dealt_with_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-said_at"]
        indexes = [
            models.Index(
                fields=["said_at"], condition=Q(dealt_with_at=None) & ~Q(comment=""), name="opinion_to_be_read"
            )
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.helped}"


class OutsideLink(models.Model):
    """An address outside the arena that public articles lead to, and what its last visit gave (S11 guards the visit)."""

    url = models.URLField(max_length=2000, unique=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # of HTTP; none: no answer
    problem = models.CharField(max_length=40, blank=True)  # a code of `knowledge.links`; empty: it works
    failing_since = models.DateTimeField(null=True, blank=True)
    broken_at = models.DateTimeField(
        null=True, blank=True
    )  # when it was called broken: failed three times, over two days
    moved_to = models.URLField(max_length=2000, blank=True)
    next_check_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["next_check_at"], name="outside_link_due")]
        constraints = [
            models.CheckConstraint(
                name="outside_link_fails_since_a_time",
                condition=Q(problem="", failing_since=None) | (~Q(problem="") & Q(failing_since__isnull=False)),
            ),
            models.CheckConstraint(
                name="outside_link_is_broken_by_a_problem",
                condition=Q(broken_at=None) | Q(failing_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.url


class LinkUse(models.Model):
    """An article in one language, as it is public now, leads to the address."""

    link = models.ForeignKey(OutsideLink, on_delete=models.CASCADE, related_name="uses")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "article", "language"], name="link_used_once_a_text")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.language} {self.link_id}"


class ArticleSearch(models.Model):
    """The words of one public text, for the site's search: written with the version, gone with the archive."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="search_rows")
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    document = SearchVectorField()

    class Meta:
        indexes = [GinIndex("document", name="article_document", fastupdate=False)]
        constraints = [models.UniqueConstraint(fields=["article", "language"], name="article_searched_once_a_language")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.language}"


class Banner(models.Model):
    """A line on top of every page between two moments (D17)."""

    class Weight(models.TextChoices):
        NEWS = "news", _("Good to know")
        WARNING = "warning", _("Important")
        MAINTENANCE = "maintenance", _("Maintenance: whoever writes is asked to save")

    text_sv = models.CharField(_("in Swedish"), max_length=300)
    text_nb = models.CharField(_("in Norwegian"), max_length=300)
    text_en = models.CharField(_("in English"), max_length=300)
    url = models.CharField(_("address to read more"), max_length=300, blank=True)  # a path of ours, or https
    weight = models.CharField(_("what kind"), max_length=12, choices=Weight, default=Weight.NEWS)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-starts_at"]
        indexes = [models.Index(fields=["ends_at"], name="banner_in_time")]
        constraints = [
            models.CheckConstraint(name="banner_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at")))
        ]

    def __str__(self) -> str:
        return self.text_sv

    def text(self, language: str) -> str:
        return str(getattr(self, f"text_{language}", self.text_en))
