"""Articles: bound to where in the chain they help, written in several languages, published in frozen versions."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from procurements.models import Phase

SOON = timedelta(days=30)  # an owner hears of a review this long before it is due


class Role(models.TextChoices):
    """The function that answers for an article. The public sees it; the person's name is the editors' affair."""

    CURATOR = "curator", _("Editor of guidance")
    LAWYER = "lawyer", _("Procurement lawyer")
    METHOD = "method", _("Adviser on method")
    PROGRAMME = "programme", _("Programme office")


class Genre(models.TextChoices):
    """What sort of article it is. All live the same life; a case, a template and an event have facts of their own."""

    GUIDE = "guide", _("Guidance")
    CASE = "case", _("Case")
    TEMPLATE = "template", _("Template")
    NEWS = "news", _("News")
    EVENT = "event", _("Event")


class Audience(models.TextChoices):
    """Whom an article helps."""

    PROCURER = "procurer", _("Whoever procures")
    OWNER = "owner", _("Whoever has the need")
    LEADER = "leader", _("Whoever decides")
    SUPPLIER = "supplier", _("Whoever has a solution")


class ArticleQuerySet(models.QuerySet["Article"]):
    def public(self) -> ArticleQuerySet:
        return self.filter(published_at__isnull=False, archived_at=None)

    def at_phase(self, phase: str) -> ArticleQuerySet:
        return self.filter(phases__contains=[phase])

    def due_for_review(self, on: date) -> ArticleQuerySet:
        """Published, and to be reviewed within 30 days, or late already."""
        return self.public().filter(review_by__lte=on + SOON)

    def for_list(self) -> ArticleQuerySet:
        """With texts and their current versions, by two more queries however many articles there are."""
        texts = ArticleText.objects.select_related("current_version")
        return self.select_related("owner").prefetch_related(models.Prefetch("texts", queryset=texts))


class Article(models.Model):
    """One subject with a lasting address. Its words stand in `ArticleText` (working) and `ArticleVersion` (public)."""

    slug = models.SlugField(_("address"), max_length=120, unique=True)
    genre = models.CharField(_("what it is"), max_length=8, choices=Genre, default=Genre.GUIDE)
    phases = ArrayField(
        models.CharField(max_length=12, choices=Phase), verbose_name=_("phases of the chain"), default=list, blank=True
    )
    # Names of `procurements.bound`: fields and pages. One that is there no more is listed as broken.
    places = ArrayField(models.CharField(max_length=40), verbose_name=_("fields and pages"), default=list, blank=True)
    procedures = ArrayField(  # codes of "procurement-procedure-type"
        models.CharField(max_length=30), verbose_name=_("procedures"), default=list, blank=True
    )
    audiences = ArrayField(
        models.CharField(max_length=10, choices=Audience), verbose_name=_("for whom"), default=list, blank=True
    )
    themes = ArrayField(models.CharField(max_length=60), verbose_name=_("themes"), default=list, blank=True, size=10)
    owner = models.ForeignKey(
        User, verbose_name=_("owner"), null=True, blank=True, on_delete=models.SET_NULL, related_name="owned_articles"
    )
    role = models.CharField(_("who answers for it"), max_length=12, choices=Role, default=Role.CURATOR)  # public
    review_by = models.DateField(_("review by"))
    reviewed_on = models.DateField(_("last reviewed"), null=True, blank=True)
    four_eyes = models.BooleanField(_("somebody else than the writer publishes"), default=False)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)  # the first time
    archived_at = models.DateTimeField(null=True, blank=True)
    instead = models.ForeignKey(  # named where an archived article stood
        "self", verbose_name=_("read instead"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                name="article_phases_are_of_the_chain", condition=Q(phases__contained_by=list(Phase.values))
            ),
            models.CheckConstraint(
                name="article_is_not_read_instead_of_itself", condition=Q(instead=None) | ~Q(instead=F("id"))
            ),
            models.CheckConstraint(name="article_is_of_a_genre", condition=Q(genre__in=Genre.values)),
            models.CheckConstraint(
                name="article_is_for_known_people", condition=Q(audiences__contained_by=list(Audience.values))
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("knowledge:article_detail", args=[self.slug])

    @property
    def is_current(self) -> bool:
        return self.published_at is not None and self.archived_at is None

    def is_stale(self, on: date) -> bool:
        return self.review_by < on

    def phase_labels(self) -> list[str]:
        """In the order of the chain, in the active language."""
        return [str(phase.label) for phase in Phase if phase in self.phases]

    def version_for(self, language: str) -> ArticleVersion | None:
        """The public words in `language`, or in the next best one, or none; from `texts` as `for_list` has them."""
        current = {text.language: text.current_version for text in self.texts.all() if text.current_version}
        order = [language, *(code for code, _name in settings.LANGUAGES)]
        return next((current[code] for code in order if code in current), None)

    @property
    def working_title(self) -> str:
        """What its editors call it: the title in the page's language, or in the next best one, or the address."""
        titles = {text.language: text.title for text in self.texts.all() if text.title}
        order = [get_language() or "sv", *(code for code, _name in settings.LANGUAGES)]
        return next((titles[code] for code in order if code in titles), self.slug)


class Words(models.Model):
    """What an article says in one language: the same columns in the working text and in every frozen version."""

    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=400, blank=True)
    body = models.TextField(_("text"), blank=True)  # HTML, sanitised when it was saved and again when it is shown

    class Meta:
        abstract = True


class ArticleText(Words):
    """The working text of one language. A save names the revision that it read; a stale one is refused."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="texts")
    revision = models.PositiveIntegerField(default=1)
    edited_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    edited_at = models.DateTimeField()
    current_version = models.ForeignKey(
        "ArticleVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["article", "language"]
        constraints = [models.UniqueConstraint(fields=["article", "language"], name="article_text_once_a_language")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_whole(self) -> bool:
        return bool(self.title and self.summary and self.body)

    def differs_from_current(self) -> bool:
        public = self.current_version
        return public is None or (self.title, self.summary, self.body) != (public.title, public.summary, public.body)


class ArticleVersion(Words):
    """One publication in one language, frozen: a trigger refuses UPDATE and DELETE (0002)."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    restored_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "language", "number"], name="article_version_numbered_once"),
            models.CheckConstraint(name="article_version_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="article_version_not_restored_from_itself",
                condition=Q(restored_from=None) | ~Q(restored_from=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class ArticleSlug(models.Model):
    """An address that an article once had: it leads to the present one."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="old_slugs")
    slug = models.SlugField(max_length=120, unique=True)
    ended_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug
