"""Guidance beside what one does: the page fetches it from those who write it, who are downstream."""

from typing import Any
from urllib.parse import urlencode

from django import template

from procurements import bound
from procurements.models import Notice
from procurements.steps import Step

register = template.Library()


@register.inclusion_tag("procurements/_guidance.html", takes_context=True)
def guidance_panel(context: template.Context, *, inline: bool = False) -> dict[str, Any]:
    """A panel that fills itself, and the fields' own with it; without script a link to a page with the same.

    Which places it asks for follows from the page's address and the step in the context. `inline`: the page has the fields,
    each with an element `guided-<field>` that takes its own list.
    """
    match, step, notice = context["request"].resolver_match, context.get("step"), context.get("notice")
    found = bound.at_page(match.view_name if match else "", step if isinstance(step, Step) else None)
    asked = bound.question(found, notice if isinstance(notice, Notice) else None)
    return {"question": urlencode([*asked, ("inline", "1")] if inline else asked)}
