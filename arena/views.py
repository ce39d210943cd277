from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from accounts.requests import MemberRequest, PersonRequest
from arena import buyer_page, starting
from interchange import dumping
from interchange.models import Dump
from knowledge.browsing import in_lists, in_words
from knowledge.models import Article, ArticleQuerySet, Genre
from networks.models import Network
from procurements.browsing import Browse, open_counts
from procurements.models import Kind, Notice, Phase
from procurements.rows_shown import rows
from taxonomy import labels
from ui.pages import render_page
from ui.paging import page_of

FEW = 3  # articles, and events, on the front page


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page: what the arena is, the chain with what is open in it, and what closes next."""
    at, language = timezone.now(), get_language() or "sv"
    counts = open_counts(at)
    context = {
        "phases": Phase,
        "open_by_phase": {
            Phase.NEED: counts[Kind.NEED],
            Phase.DIALOGUE: counts[Kind.CONSULTATION] + counts[Kind.PRIOR],
            Phase.COMPETITION: counts[Kind.COMPETITION],
        },
        "rows": rows(list(Browse().notices(at)[:5])),
        "latest": in_words(in_lists(_latest()), language),
        "coming": in_words(in_lists(_coming(at)), language),
        "buyers": Organisation.objects.verified_buyers().count(),
        "networks": Network.objects.filter(archived_at=None).count(),
        "published_this_year": Notice.objects.published().filter(search__published_at__year=at.year).count(),
        "now": at,
    }
    return render_page(request, "arena/home.html", context)


def _latest() -> ArticleQuerySet:
    return Article.objects.public().exclude(genre=Genre.EVENT).order_by("-published_at", "slug")[:FEW]


def _coming(at: datetime) -> ArticleQuerySet:
    """What is on next, or goes on now."""
    events = Article.objects.public().filter(occasion__ends_at__gt=at, occasion__cancelled_at=None)
    return events.select_related("occasion").order_by("occasion__starts_at", "slug")[:FEW]


@require_safe
def start(request: MemberRequest) -> HttpResponse:
    """What needs me today, first."""
    return render_page(request, "arena/start.html", starting.for_person(request.user, at=timezone.now()))


@login_not_required
@require_safe
def organisation_detail(request: PersonRequest, slug: str) -> HttpResponse:
    """Everything public about one organisation: what it plans and buys, in which networks, with whom (F11)."""
    organisation = get_object_or_404(Organisation, slug=slug)
    if organisation.merged_into:
        return redirect(organisation.merged_into, permanent=True)
    at = timezone.now()
    browse = Browse(state="all", sort="newest", buyer=organisation.pk)
    page = page_of(browse.notices(at), request.GET)
    region = labels.region_labels([organisation.region], get_language() or "sv")
    context = {
        **buyer_page.of(organisation, user=request.user, at=at),
        "organisation": organisation,
        "region": region.get(organisation.region, ""),
        "page_obj": page,
        "rows": rows(list(page.object_list)),
        "buys": organisation.is_buyer or page.paginator.count > 0,
        "contact_url": buyer_page.contact_url(organisation, user=request.user, acting_for=request.acting_for),
        "is_unclaimed": Organisation.objects.unclaimed().filter(pk=organisation.pk).exists(),
        "is_member": any(member.organisation_id == organisation.pk for member in request.memberships),
        "now": at,
    }
    return render_page(request, "arena/organisation_detail.html", context)


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render_page(request, "arena/about.html", {"phases": Phase})


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render_page(request, "arena/accessibility.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render_page(request, "arena/privacy.html")


@login_not_required
@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    page = page_of(Dump.objects.all(), request.GET)
    files = [(dump, dumping.name_of(dump)) for dump in page]
    return render_page(request, "arena/open_data.html", {"page_obj": page, "files": files, "address": settings.URL})
