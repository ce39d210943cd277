import re

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from taxonomy.forms import MAX_WORDS, Typed, Used, chosen_in, cpv_choices
from ui.limiting import limited

FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,49}")


@login_not_required
@require_GET
@limited("suggest", reads=True)
def cpv_suggestions(request: HttpRequest) -> HttpResponse:
    """The choices of a CpvField while one types: what is ticked stays, suggestions for the words follow."""
    return suggested(request)


def suggested(request: HttpRequest, used: Used | None = None) -> HttpResponse:
    """The same for whoever knows of codes in use as well."""
    field = request.GET.get("field", "cpv")
    if not FIELD.fullmatch(field):
        return HttpResponse(status=400)
    words = request.GET.get("q", "") or request.GET.get(f"{field}-words", "")
    typed = Typed(chosen_in(request.GET, field)[:100], words.replace("\0", "")[:MAX_WORDS])
    return render(request, "taxonomy/cpv_suggestions.html", {"widget": {"name": field, **cpv_choices(typed, used)}})
