"""How good the suggestions are, for those who tune the matcher and those who answer for the programme (E9)."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Duty
from accounts.requests import MemberRequest
from matchmaking import quality
from matchmaking.models import Match
from ui.pages import render_page

SEES = {Duty.PROGRAMME.value, Duty.ADMIN.value}


@require_safe
def match_quality(request: MemberRequest) -> HttpResponse:
    if not SEES & request.duties:
        raise Http404
    found = quality.quality(timezone.now())
    context = {"quality": found, "reasons": [label for _value, label in Match.Irrelevance.choices], "few": quality.FEW}
    return render_page(request, "matchmaking/match_quality.html", context)
