"""How plans are shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils.translation import gettext as _

from networks import planning
from networks.models import Network, quarter_of

register = template.Library()
SHOWN = 10  # plans in a section of another page


@register.filter
def quarter(day: date) -> str:
    """Q2 2027, for the quarter that the day is in."""
    year, number = quarter_of(day)
    return _("Q%(number)s %(year)s") % {"number": number, "year": year}


@register.simple_tag(takes_context=True)
def plans_of(context: template.Context, network: Network, today: str) -> dict[str, Any]:
    """The network's plans that the reader may see, from the quarter of `today` (2026-11-22) on: the nearest, and how many."""
    request = context["request"]
    plans = planning.seen_by(request.user).filter(
        network=network, starts_on__gte=planning.first_day(date.fromisoformat(today))
    )
    return {"count": plans.count(), "plans": list(plans.select_related("organisation")[:SHOWN])}
