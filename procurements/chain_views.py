from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.models import User
from networks.models import BuyerGroup
from procurements import (
    answering,
    asking,
    buyer_list,
    buyers_shown,
    chain,
    closing,
    concluding,
    lot_times,
    parts_shown,
    reusing,
    secrecy,
    spreading,
)
from procurements.innovation import recognise_version
from procurements.models import Interest, Notice, NoticeVersion, Phase, Procurement
from procurements.requests import visible_notice_or_404
from taxonomy import labels
from ui.pages import render_page


@login_not_required
@require_safe
def notice_detail(request: HttpRequest, slug: str) -> HttpResponse:
    notice = visible_notice_or_404(request, slug)
    if notice.slug != slug:
        return redirect(notice, permanent=notice.current_version is not None)
    if notice.current_version is None:
        return redirect("procurements:notice_preview", slug=notice.slug)
    return render_page(request, "procurements/notice_detail.html", detail(notice, notice.current_version, request))


@login_not_required
@require_safe
def notice_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version as it stood, with what it changed."""
    notice = visible_notice_or_404(request, slug)
    version = get_object_or_404(notice.versions, number=number)
    return render_page(request, "procurements/notice_version.html", detail(notice, version, request))


def detail(notice: Notice, version: NoticeVersion, request: HttpRequest) -> dict[str, Any]:
    """What the page of a notice shows; also the preview's, with a version that is not saved."""
    at = timezone.now()
    whole = chain.chain_of(notice.procurement)
    version.notice = notice
    user = request.user
    lots = list(version.lots.all()) if version.pk else []
    return {
        "notice": notice,
        "version": version,
        "chain": whole,
        "phases": Phase,
        "buyers": (buyers := buyer_list.buyers_of(version)),
        "who": buyers_shown.who_buys(version, buyers, [step.version for step in whole.steps]),
        "is_inside": is_inside(notice, user),
        "lead_not_stated": len(buyers) > 1 and not any(buyer.is_lead for buyer in buyers),
        "lots": lots,
        "lots_close": lot_times.before(version.deadline_at, lots),
        "winners": list(version.winners.select_related("organisation")) if version.pk else [],
        "words": code_words(version, get_language() or "sv"),
        "recognition": recognise_version(version),
        "is_open": chain.is_open(whole.notices, at),
        **concluding.outcome_of(notice, get_language() or "sv"),
        "released": secrecy.released_of(notice.procurement),
        "can_edit": user.is_authenticated and Notice.objects.editable_by(user).filter(pk=notice.pk).exists(),
        **asking.on_the_page(notice, version, user, at),
        "answers": answering.published(notice),
        "supplier_messages": list(notice.supplier_messages.all()),
        **parts_shown.shown(notice, version),
        "end": closing.end_of(notice),
        "own_interests": own_interests(notice, user) if user.is_authenticated else [],
        **reusing.beside(notice, user),
        **spreading.beside(notice, version, whole.notices, user, at=at),
        "now": at,
    }


def is_inside(notice: Notice, user: Any) -> bool:
    """Whether the reader is on the team of a joint procurement, or of one that buys or may buy with it."""
    group = notice.procurement.buyer_group_id
    if group is None or not user.is_authenticated:
        return False
    of_team = Procurement.objects.of(user).filter(pk=notice.procurement_id)
    return of_team.exists() or BuyerGroup.objects.bought_in_by(user).filter(pk=group).exists()


def own_interests(notice: Notice, user: User) -> list[Interest]:
    """What the visitor's own organisations have registered; nothing about anyone else."""
    own = Interest.objects.own(user).active().filter(procurement=notice.procurement)
    return list(own.select_related("organisation"))


def code_words(version: NoticeVersion, language: str) -> dict[str, Any]:
    """Every code of the version with its label, in the reader's language."""
    cpv = labels.cpv_labels(version.cpv, language)
    regions = labels.region_labels(version.regions, language)
    goals = labels.goal_labels(version.goals, language)
    procedures = labels.code_labels("procurement-procedure-type", [version.procedure], language)
    natures = labels.code_labels("contract-nature", [version.nature], language)
    return {
        "cpv": [(code, cpv.get(code, code)) for code in version.cpv],
        "regions": [(code, regions.get(code, code)) for code in version.regions],
        "goals": [(goal, goals.get(goal, str(goal))) for goal in version.goals],
        "procedure": procedures.get(version.procedure, version.procedure),
        "nature": natures.get(version.nature, version.nature),
    }
