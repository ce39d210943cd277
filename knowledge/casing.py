"""Cases: begun from a procurement that others can learn from, with its public facts filled in (D4).

`case_sources` says what a procurement has told in public; here it becomes an article with facts of its own, which an editor
corrects and adds to. The words live an article's life (`writing`, `asking`, `publishing`); the facts have none beside it: they
are the same in every language, and public as long as the article is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.rules import Refused
from knowledge import case_sources, searching, writing
from knowledge.models import Article, ArticleQuerySet, Audience, CaseFacts, Genre
from knowledge.rules import require_editor
from procurements import concluding
from procurements.browsing import Browse
from procurements.models import Kind, Notice, Outcome, Procurement
from records import auditing
from taxonomy import labels

REVIEWED_AFTER = timedelta(days=365)  # a case is read again while its contract runs
ENDED = (Kind.AWARD, Kind.COMPLETION, Kind.EFFECT)
FACTS = (
    "buyer_name", "country", "procedure", "rights", "suppliers", "value", "currency", "began_on", "contract_on", "goals",
    "measure", "before", "after", "measured_on", "others_may_use",
)  # fmt: skip


class NothingToTell(Refused):
    sentence = gettext_lazy("This procurement has not told how it ended. A case begins from what is public.")


class Stale(Exception):
    """Somebody else saved the facts in between; nothing was written. `now` is how they stand."""

    def __init__(self, now: CaseFacts) -> None:
        super().__init__(
            _("Somebody else has saved these facts since you opened the page. Save again if yours are to stand.")
        )
        self.now = now


def candidates(*, words: str = "", buyer: str = "", at: datetime) -> QuerySet[Procurement]:
    """Procurements that came to an award, an outcome or an effect report and have no case yet, the newest first.

    `words` are looked for in what they have published, `buyer` in the name of who answers for them. What goes on in a next
    step has not ended.
    """
    outcomes = Outcome.objects.filter(notice__procurement=OuterRef("pk"), notice__current_version__isnull=False)
    ended = Notice.objects.published().filter(procurement=OuterRef("pk"), kind__in=ENDED)
    found = Procurement.objects.filter(Exists(ended) | Exists(outcomes.exclude(result=Outcome.Result.WENT_ON)))
    found = found.filter(~Exists(CaseFacts.objects.filter(procurement=OuterRef("pk"))))
    if words:
        rows = Browse(q=words, state="all").rows(at)
        found = found.filter(pk__in=rows.values("notice__procurement"))
    if buyer:
        found = found.filter(organisation__name__icontains=buyer)
    public = Notice.objects.published().select_related("current_version").order_by("pk")
    return found.select_related("organisation").prefetch_related(Prefetch("notices", queryset=public)).order_by("-pk")


@transaction.atomic
def begin(procurement: Procurement, *, language: str, by: User, at: datetime) -> Article:
    """A case about the procurement, as a draft in `language`, with what it has told in public. A second click finds the first's.

    Raises NothingToTell.
    """
    require_editor(by)
    procurement = Procurement.objects.locked(procurement.pk)
    if there := CaseFacts.objects.filter(procurement=procurement).select_related("article").first():
        return there.article
    source = case_sources.source_of(procurement)
    if source is None or not candidates(at=at).filter(pk=procurement.pk).exists():
        raise NothingToTell
    head, facts = source.head, case_sources.facts_of(source)
    article = writing.begin(
        genre=Genre.CASE,
        language=language,
        title=head.title[:200],
        summary=case_sources.cut(head.summary, 400),
        body=case_sources.prose_of(source, language),
        phases=case_sources.phases_of(source),
        procedures=[facts["procedure"]] if facts["procedure"] else [],
        audiences=[Audience.PROCURER, Audience.OWNER],
        review_by=at.date() + REVIEWED_AFTER,
        by=by,
        at=at,
    )
    CaseFacts.objects.create(article=article, edited_by=by, edited_at=at, **facts)
    auditing.record("case.begun", article, by=by, at=at, details={"ocid": procurement.ocid})
    return article


@transaction.atomic
def change(article: Article, facts: Mapping[str, Any], *, seen: datetime | None, by: User, at: datetime) -> CaseFacts:
    """Sets the columns of FACTS; `seen` is when they were saved as the page showed them, None where there were none yet.

    Raises Stale. The same facts again change nothing.
    """
    require_editor(by)
    article = Article.objects.select_for_update().get(pk=article.pk)
    if article.genre != Genre.CASE:
        raise Refused(_("Only a case has these facts."))
    case = CaseFacts.objects.filter(article=article).first()
    said = {name: facts[name] for name in FACTS if name in facts}
    if case and all(getattr(case, name) == value for name, value in said.items()):
        return case
    if case and case.edited_at != seen:
        raise Stale(case)
    was = {name: getattr(case, name) for name in said} if case else {}
    case = case or CaseFacts(article=article)
    for name, value in said.items():
        setattr(case, name, value)
    case.edited_by, case.edited_at = by, at
    case.save()
    searching.index(article)  # its buyer and suppliers are searched
    changed = sorted(name for name, value in said.items() if was.get(name) != value)
    auditing.record("case.changed", article, by=by, at=at, details={"facts": changed})
    return case


def filtered(articles: ArticleQuerySet, chosen: Mapping[str, Any]) -> ArticleQuerySet:
    """Those whose facts fit what was chosen, of `case_forms.CaseFilters`; with their facts, so that a row asks for none.

    `chosen` may have theme, procedure, rights, country, goal and has_effect; what is empty narrows nothing, and with nothing
    chosen articles of all genres stay.
    """
    if theme := chosen.get("theme"):
        articles = articles.filter(themes__contains=[theme])
    for name in ("procedure", "rights", "country"):
        if value := chosen.get(name):
            articles = articles.filter(**{f"case__{name}": value})
    if goal := chosen.get("goal"):
        articles = articles.filter(case__goals__contains=[int(goal)])
    if chosen.get("has_effect"):
        articles = articles.filter(case__before__isnull=False, case__after__isnull=False)
    return articles.select_related("case")


@dataclass(frozen=True)
class Effect:
    """A measured change. `percent` is how much less or more it is than before; None where it was nothing before."""

    before: Decimal
    after: Decimal
    percent: int | None

    @property
    def most(self) -> Decimal:
        return max(self.before, self.after)

    @property
    def is_drawn(self) -> bool:
        """Lengths that stand for amounts begin at nothing."""
        return min(self.before, self.after) >= 0 and self.most > 0

    @property
    def size(self) -> int:
        return abs(self.percent or 0)


def effect_of(case: CaseFacts) -> Effect | None:
    if case.before is None or case.after is None:
        return None
    percent = round((case.after - case.before) / abs(case.before) * 100) if case.before else None
    return Effect(case.before, case.after, percent)


def of_article(article: Article, language: str) -> dict[str, Any]:
    """What `knowledge/_case.html` shows beside a case's words; nothing for another article. A fixed number of queries."""
    if article.genre != Genre.CASE:
        return {}
    case = CaseFacts.objects.filter(article=article).select_related("buyer", "procurement").first()
    if case is None:
        return {}
    procedures = labels.code_labels("procurement-procedure-type", [case.procedure], language)
    countries = labels.code_labels("country", [case.country], language)
    return {
        "case": case,
        "case_procedure": procedures.get(case.procedure, ""),
        "case_country": countries.get(case.country, ""),
        "case_goals": labels.goal_labels(case.goals, language),
        "case_effect": effect_of(case),
        **_way_to(case.procurement),
    }


def _way_to(procurement: Procurement | None) -> dict[str, Any]:
    """The notice that a reader goes on to, and what the page of it can tell (procurements.spreading)."""
    if procurement is None:
        return {}
    notices = list(procurement.notices.published().select_related("current_version").order_by("pk"))
    if not notices:
        return {}
    has_contract = concluding.has_contract(procurement)
    return {
        "case_notice": next((one for one in reversed(notices) if one.kind == Kind.COMPETITION), notices[-1]),
        "case_has_contract": has_contract,
        "case_has_packet": has_contract or procurement.concluded_at is not None,
    }


def about(procurement: Procurement) -> Article | None:
    """The public case about the procurement, with its words."""
    public = Article.objects.public().filter(Q(genre=Genre.CASE), case__procurement=procurement)
    return public.for_list().select_related("case").first()
