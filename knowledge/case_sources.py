"""What a procurement has said in public, as the beginning of a case: its facts, and its own words under our headings.

Nothing but what anybody may read is asked for: current versions, outcomes that are told, files of neither. Who was interested, how
many, what stands in a draft and what a team keeps to itself is in no query here (quality part 4.2; tests/knowledge/test_casing.py
puts a canary into each).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Min
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.models import Organisation
from procurements import buyer_list
from procurements.models import (
    PHASE_OF_KIND,
    Kind,
    NoticeVersion,
    Outcome,
    OutcomeWinner,
    Phase,
    Procurement,
    Rights,
    VersionAsset,
    Winner,
)
from procurements.wording import label_of
from taxonomy import labels
from taxonomy.models import Code
from ui import moments

NEED_WORDS = ("problem", "affected", "cost_today", "desired_effect", "tried")
LONGEST_QUOTE = 3000  # characters; who wants the whole of it follows the link
LEVELS = (Rights.USE, Rights.SHARE, Rights.OWN)


@dataclass(frozen=True)
class Source:
    """The public side of one procurement, fetched by a fixed number of queries."""

    procurement: Procurement
    versions: list[NoticeVersion]  # current ones, in the order of the chain
    first_at: dict[int, datetime]  # when each notice was first published
    outcome: Outcome | None  # the newest of its competition, or of what ended without one
    winners: Sequence[OutcomeWinner | Winner] = field(default_factory=list)

    def last(self, *kinds: str) -> NoticeVersion | None:
        """The current version of the newest notice of these kinds; the first kind that there is wins."""
        for kind in kinds:
            found = [version for version in self.versions if version.notice.kind == kind]
            if found:
                return found[-1]
        return None

    @property
    def head(self) -> NoticeVersion:
        """The one that says best what was bought."""
        return self.last(Kind.COMPETITION, Kind.AWARD, Kind.NEED, Kind.CONSULTATION, Kind.PRIOR) or self.versions[-1]


def source_of(procurement: Procurement) -> Source | None:
    """None where nothing of it is public."""
    notices = procurement.notices.published().select_related("current_version").order_by("pk")
    versions = []
    for notice in notices:
        assert notice.current_version is not None
        notice.procurement, notice.current_version.notice = procurement, notice
        versions.append(notice.current_version)
    if not versions:
        return None
    chain = list(PHASE_OF_KIND)
    versions.sort(key=lambda version: (chain.index(version.notice.kind), version.notice_id))
    outcomes = Outcome.objects.filter(notice__in=[version.notice_id for version in versions])
    told = list(outcomes.select_related("notice").prefetch_related("winners__organisation").order_by("number"))
    told.sort(key=lambda outcome: (outcome.notice.kind == Kind.COMPETITION, outcome.recorded_at))
    outcome = told[-1] if told else None
    winners: Sequence[OutcomeWinner | Winner] = list(outcome.winners.all()) if outcome else []
    if not winners:
        awards = [version.pk for version in versions if version.notice.kind == Kind.AWARD]
        winners = list(Winner.objects.filter(version__in=awards).select_related("organisation").order_by("pk"))
    public = NoticeVersion.objects.filter(notice__in=[version.notice_id for version in versions])
    first_at = dict(public.values_list("notice").annotate(Min("published_at")).order_by())
    return Source(procurement, versions, first_at, outcome, winners)


def facts_of(source: Source) -> dict[str, Any]:
    """Columns of `CaseFacts`. What nobody has told in public is left empty: no number is better than a guessed one."""
    procurement, head = source.procurement, source.head
    buyers = buyer_list.organisations_of(head) or [procurement.organisation]
    value, currency = _value(source)
    rights = {Rights(asset.level) for asset in _assets(source)}
    country = Code.objects.of("country").filter(iso2=procurement.organisation.country).first()
    contracts = [one for version in source.versions for one in version.contracts.all() if one.concluded_on]
    return {
        "procurement": procurement,
        "buyer": procurement.organisation,
        "buyer_name": cut(", ".join(name_of(one) for one in buyers), 300),
        "country": country.code if country else "",
        "procedure": procedure_of(source),
        "rights": next((level for level in reversed(LEVELS) if level in rights), ""),
        "suppliers": cut(", ".join(_suppliers(source)), 600),
        "value": value,
        "currency": currency,
        "began_on": timezone.localdate(min(source.first_at.values())),
        "contract_on": min((one.concluded_on for one in contracts if one.concluded_on), default=None),
        "goals": sorted({goal for version in source.versions for goal in version.goals}),
    }


def procedure_of(source: Source) -> str:
    """The code that the latest public text names."""
    return next((version.procedure for version in reversed(source.versions) if version.procedure), "")


def phases_of(source: Source) -> list[str]:
    """The links of the chain that it has been through in public."""
    passed = {PHASE_OF_KIND[version.notice.kind] for version in source.versions}
    if source.outcome and source.outcome.result == Outcome.Result.AWARDED:
        passed.add(Phase.CONTRACT)
    return [str(phase) for phase in Phase if phase in passed]


def name_of(organisation: Organisation) -> str:
    """A person who trades in the own name is told of by what it is: a case is read for longer than a procurement lasts."""
    if organisation.number_is_personal:
        return str(organisation.get_kind_display())
    return organisation.name


def prose_of(source: Source, language: str) -> str:
    """The skeleton as HTML, in `language`: headings, the procurement's public words as quotes, and what is left to write.

    A quote in another language says which (`lang`), and links to where it was published.
    """
    with override(language):
        return "\n".join(_prose(source, language))


def _prose(source: Source, language: str) -> Iterator[str]:
    yield _heading(_("The need"))
    need = source.last(Kind.NEED, Kind.CONSULTATION, Kind.PRIOR, Kind.COMPETITION)
    said = [(name, getattr(need, name)) for name in NEED_WORDS] if need else []
    said = [(name, words) for name, words in said if words.strip()]
    if need and said:
        for name, words in said:
            yield format_html("<h3>{}</h3>", capfirst(label_of(name)))
            yield _quote(words, need.language, language)
        yield _from(need)
    elif need and (need.summary or need.description):
        yield _quote(need.summary or need.description, need.language, language)
        yield _from(need)
    else:
        yield _to_write(_("Which problem was it, for whom, and what did it cost?"))
    yield _heading(_("How it was procured"))
    yield from _how(source, language)
    yield _heading(_("Intellectual assets"))
    yield from _rights(source, language)
    yield _heading(_("What it gave"))
    yield from _effect(source, language)
    yield _heading(_("What others can take with them"))
    yield _to_write(_("Texts, requirements, measures, contract terms: what can another buyer use as it is?"))
    yield _heading(_("Lessons"))
    yield _to_write(_("What would the buyer do again, and what not?"))


def _how(source: Source, language: str) -> Iterator[str]:
    steps = sorted(
        (source.first_at[version.notice_id], str(version.notice.get_kind_display())) for version in source.versions
    )
    lines = [(f"{moments.say_day(timezone.localdate(at), language)}: {kind}",) for at, kind in steps]
    yield format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", lines))
    if code := procedure_of(source):
        label = labels.code_labels("procurement-procedure-type", [code], language)[code]
        yield format_html("<h3>{}</h3><p>{}</p>", _("Procedure"), label)
    outcome = source.outcome
    if outcome is None:
        yield _to_write(_("How did the buyer choose, and among how many?"))
        return
    if outcome.tenders is not None:
        came = ngettext("%(n)s tender came in.", "%(n)s tenders came in.", outcome.tenders) % {"n": outcome.tenders}
        yield format_html("<p>{}</p>", came)
    yield _quote(outcome.text, outcome.language, language)
    day = moments.say_day(outcome.decided_on, language)
    yield format_html("<p>{}</p>", _("From the outcome, decided on %(day)s.") % {"day": day})


def _rights(source: Source, language: str) -> Iterator[str]:
    assets = _assets(source)
    if not assets:
        yield _to_write(_("What did the buyer get to use, change or own, and why was that enough?"))
    for asset in assets:
        name = format_html("<strong>{}</strong>", asset.name)
        if source.head.language != language:
            name = format_html('<strong lang="{}">{}</strong>', source.head.language, asset.name)
        yield format_html("<p>{}: {}</p>", name, asset.get_level_display())
        if asset.motive.strip():
            yield _quote(asset.motive, asset.version.language, language)


def _effect(source: Source, language: str) -> Iterator[str]:
    report = source.last(Kind.EFFECT)
    carried = {words for one in source.versions if one is not report for words in (one.summary, one.description)}
    # A report begins as a draft with what stood in the notice before it: that is no effect.
    said = [words for words in (report.summary, report.description) if words not in carried] if report else []
    if report is None or not any(words.strip() for words in said):
        yield _to_write(_("What is different now, measured against how it was before, and how sure is that?"))
        return
    for words in filter(str.strip, said):
        yield _quote(words, report.language, language)
    yield _from(report)


def _assets(source: Source) -> list[VersionAsset]:
    """Of the latest public text that names any."""
    for version in reversed(source.versions):
        if found := list(version.assets.all()):
            for asset in found:
                asset.version = version
            return found
    return []


def _value(source: Source) -> tuple[Decimal | None, str]:
    """Of the contract, excluding VAT: an estimate before it is no fact of a case."""
    named = [(one.value, one.currency) for one in source.winners]
    currencies = {currency for _value, currency in named}
    if named and len(currencies) == 1 and all(value is not None for value, _currency in named):
        return sum((value for value, _currency in named if value is not None), Decimal()), currencies.pop()
    award = source.last(Kind.AWARD)
    if award and award.result_value is not None and award.result_currency:
        return award.result_value, award.result_currency
    return None, ""


def _suppliers(source: Source) -> list[str]:
    """The chosen ones as the public reads them, each once; not the names of those whose firm is themselves."""
    names = []
    for winner in source.winners:
        own = winner.name if isinstance(winner, OutcomeWinner) else ""
        body = winner.organisation
        names.append(name_of(body) if body and (body.number_is_personal or not own) else own)
    return list(dict.fromkeys(names))


def cut(words: str, most: int) -> str:
    return str(Truncator(words).chars(most))


def _heading(words: str) -> str:
    return format_html("<h2>{}</h2>", words)


def _quote(words: str, code: str, language: str) -> str:
    """The buyer's own words, marked with their language where it is not the case's."""
    paragraphs = [part for part in re.split(r"\s*\n\s*", cut(words.strip(), LONGEST_QUOTE)) if part]
    said = format_html_join("", "<p>{}</p>", ((part,) for part in paragraphs))
    if code == language:
        return format_html("<blockquote>{}</blockquote>", said)
    return format_html('<blockquote lang="{}">{}</blockquote>', code, said)


def _from(version: NoticeVersion) -> str:
    kind = version.notice.get_kind_display()
    return format_html(
        '<p><a href="{}">{}</a></p>', version.notice.get_absolute_url(), _("From: %(kind)s") % {"kind": kind}
    )


def _to_write(question: str) -> str:
    """What nobody has told in public, as a question to whoever writes on."""
    return format_html("<p>[{}]</p>", question)
