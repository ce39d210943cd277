from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procurements.browsing import FACETS, SORTS, STATES, Browse
from procurements.models import Kind, Notice
from taxonomy import labels
from ui.limiting import limited
from ui.pages import render_page
from ui.paging import page_of

FACET_NAMES = {
    "kind": lambda: _("Kind"),
    "region": lambda: _("Region"),
    "goal": lambda: _("Agenda 2030 goal"),
    "procedure": lambda: _("Procedure"),
    "innovation": lambda: _("Innovation"),
    "country": lambda: _("Country"),
    "joint": lambda: _("Together"),
    "circular": lambda: _("Circular economy"),
}
SHOWN_OF_A_NETWORK = 20
SHOWN = {"region": 12, "country": 8}  # choices a facet shows; those chosen always


@login_not_required
@require_safe
@limited("search", reads=True)
def notice_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    browse = Browse.from_address(request.GET)
    page = page_of(browse.notices(at), request.GET)
    context = {
        "browse": browse,
        "page_obj": page,
        "rows": rows(list(page.object_list)),
        "facets": facets(browse, browse.counts(at)),
        "states": STATES,
        "sorts": SORTS,
        "now": at,
    }
    return render_page(request, "procurements/notice_list.html", context, partial="results")


@login_not_required
@require_safe
def network_notices(request: HttpRequest, slug: str) -> HttpResponse:
    """What the members of a network buy together, for the network's page: a piece with htmx, a page without."""
    at = timezone.now()
    joint = (
        Browse(state="all", sort="newest")
        .notices(at)
        .filter(procurement__buyer_group__network__slug=slug, search__is_head=True)
    )
    context = {"rows": rows(list(joint[:SHOWN_OF_A_NETWORK])), "now": at}
    return render_page(request, "procurements/network_notices.html", context, partial="notices")


def rows(notices: list[Notice]) -> list[dict[str, Any]]:
    """What the list shows of each notice; the labels of all their codes come in one query a list."""
    language = get_language() or "sv"
    versions = [notice.current_version for notice in notices if notice.current_version]
    regions = labels.region_labels({code for version in versions for code in version.regions}, language)
    goals = labels.goal_labels({goal for version in versions for goal in version.goals}, language)
    return [
        {
            "notice": notice,
            "version": version,
            "regions": [regions.get(code, code) for code in version.regions[:3]],
            "goals": [goals.get(goal, str(goal)) for goal in version.goals],
        }
        for notice in notices
        if (version := notice.current_version)
    ]


def facets(browse: Browse, counts: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """The choices beside the list: label, count, chosen; those without hits are left out unless chosen."""
    language = get_language() or "sv"
    found = []
    for name in FACETS:
        chosen = browse.chosen.get(name, [])
        numbers = {value: number for value, number in counts[name].items() if _belongs(name, value)}
        by_number = sorted((-numbers.get(value, 0), value) for value in {*numbers, *chosen})
        values = [value for _number, value in by_number]
        limit = SHOWN.get(name, 20)
        values = [value for position, value in enumerate(values) if position < limit or value in chosen]
        if not values:
            continue
        words = _labels(name, values, language)
        found.append(
            {
                "name": name,
                "label": FACET_NAMES[name](),
                "choices": [
                    {
                        "value": value,
                        "label": words.get(value, value),
                        "count": numbers.get(value, 0),
                        "chosen": value in chosen,
                    }
                    for value in values
                ],
            }
        )
    return found


def _belongs(name: str, value: str) -> bool:
    """The region facet shows counties (NUTS 3 in Sweden and Norway); smaller and larger ones are reached by search."""
    return len(value) == 5 if name == "region" else True


def _labels(name: str, values: list[str], language: str) -> dict[str, str]:
    if name == "kind":
        return {kind.value: str(kind.label) for kind in Kind}
    if name == "region":
        return labels.region_labels(values, language)
    if name == "goal":
        found = labels.goal_labels([int(value) for value in values if value.isascii() and value.isdigit()], language)
        return {str(goal): label for goal, label in found.items()}
    if name == "procedure":
        return labels.code_labels("procurement-procedure-type", values, language)
    if name == "country":
        return labels.region_labels(values, language)  # NUTS begins with the country
    if name == "innovation":
        return {
            "A": _("Declared by the buyer"),
            "B": _("Strong signs of innovation"),
            "C": _("Some signs of innovation"),
        }
    if name == "joint":
        return {"joint": _("Several buyers together")}
    return {"circular": _("Serves a circular economy")}
