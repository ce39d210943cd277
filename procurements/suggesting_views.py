from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from procurements.used_codes import used_codes
from taxonomy.views import suggested
from ui.limiting import limited


@require_GET
@limited("suggest", reads=True)
def cpv_suggestions(request: HttpRequest) -> HttpResponse:
    """What the CPV field of a notice shows while one types: it knows the codes that published notices use."""
    return suggested(request, used_codes)
