from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_safe

from procurements import choosing, filters_shown, widening
from procurements.browsing import PER_PAGE, SORTS, STATES, Browse
from procurements.rows_shown import rows
from taxonomy import labels
from taxonomy.forms import suggest
from ui.limiting import limited
from ui.pages import render_page

SIZES = (PER_PAGE, 50, 100)
SHOWN_OF_A_NETWORK = 20


@login_not_required
@require_safe
@limited("search", reads=True)
def notice_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    written = filters_shown.read(request.GET)
    browse = Browse.from_address(written.data)
    size = next((each for each in SIZES if str(each) == request.GET.get("size")), PER_PAGE)
    after = request.GET.get("after", "")
    results = browse.results(at, after=after, size=size)
    with labels.remembered():
        shown = filters_shown.Shown(browse, results.counts, written)
        context = {
            "browse": browse,
            "results": results,
            "rows": rows(results.notices, browse.question),
            "shown": shown,
            "chips": shown.chips(),
            "sentences": [*shown.sentences(after), *results.meant.sentences],
            "states": STATES,
            "sorts": {name: SORTS[name] for name in browse.sorts},
            "size": size,
            "sizes": SIZES,
            "query": browse.as_query(),
            "now": at,
            **(_help(browse, shown, at) if not results.notices and not results.is_late else {}),
        }
        response = render_page(request, "procurements/notice_list.html", context, partial="piece")
    patch_vary_headers(response, ["HX-Current-URL"])
    response["HX-Push-Url"] = _pushed(request, address(browse.as_query(), size))
    return response


def _pushed(request: HttpRequest, own: str) -> str:
    """What htmx writes into the address bar: nothing where it stands there already, or "back" would lead to the same."""
    return "false" if request.headers.get("HX-Current-URL", "").endswith(own) else own


def _help(browse: Browse, shown: filters_shown.Shown, at: Any) -> dict[str, Any]:
    """For a page without hits."""
    return {
        "ways": widening.ways(browse, shown.chips(), at) if browse.is_narrowed else [],
        "subjects": suggest(browse.q)[:4] if browse.q and not browse.chosen.get("cpv") else [],
    }


def address(query: str, size: int = PER_PAGE) -> str:
    """The list's own address of a search, without what says nothing."""
    said = [query] if query else []
    said += [f"size={size}"] if size != PER_PAGE else []
    return reverse("procurements:notice_list") + ("?" + "&".join(said) if said else "")


@login_not_required
@require_GET
@limited("suggest", reads=True)
def buyer_suggestions(request: HttpRequest) -> HttpResponse:
    """Buyers with these words in their names, while one types in the filters of the list."""
    words = request.GET.get("buyer-words", "").replace("\0", "").strip()[: choosing.MAX_WORDS]
    return render(request, "procurements/_buyers_found.html", {"buyers": choosing.buyers(words), "words": words})


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
