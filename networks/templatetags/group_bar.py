"""The way round a buyer group: which pages a person sees follows from how its organisation takes part, by one query."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.grants import Can, roles_that
from networks.models import BuyerGroup, Participant

register = template.Library()


@dataclass(frozen=True)
class Tab:
    page: str  # the name of its address, which takes the group's slug
    label: str | Promise
    who: str = "inside"  # "inside": everybody who takes part; "standing": who buys or may buy; "lead": the lead's administrators
    also: tuple[str, ...] = ()  # pages below it, which light the same tab


TABS = (
    Tab("networks:group_detail", _("Overview"), also=("group_edit", "group_invite", "group_decide")),
    Tab("networks:group_items", _("What we buy"), "lead"),
    Tab(
        "networks:letter_list",
        _("Letters"),
        "standing",
        ("letter_send", "letter_detail", "letter_sign", "letter_decline"),
    ),
    Tab("networks:cost_key", _("Cost"), "standing"),
    Tab("networks:group_task_list", _("Tasks"), also=("group_task_edit",)),
    Tab(
        "networks:group_meeting_list",
        _("Meetings"),
        also=("group_meeting_create", "meeting_detail", "meeting_edit", "meeting_minutes"),
    ),
    Tab("networks:group_file_list", _("Files"), also=("file_edit",)),
    Tab("procurements:group_requirement_list", _("Requirements"), also=("requirement_list", "requirement_answer")),
)


@register.simple_tag(takes_context=True)
def group_tabs(context: template.Context, group: BuyerGroup) -> list[dict[str, Any]]:
    """The pages of the group that the reader may open; none for everybody who does not take part. One query."""
    request = context.get("request")
    roles = {one.organisation_id: one.role for one in getattr(request, "memberships", ())}
    if not roles:
        return []
    places = group.participants.filter(organisation__in=roles, state__in=Participant.INSIDE).values_list(
        "state", flat=True
    )
    states = set(places)
    may = {"inside": bool(states), "standing": bool(states & set(Participant.STANDING))}
    may["lead"] = roles.get(group.lead_id) in roles_that(Can.ADMINISTER)
    match = getattr(request, "resolver_match", None)
    here, page = (match.view_name, match.url_name) if match else ("", "")
    return [
        {"url": url, "label": tab.label, "is_here": here == tab.page, "is_near": page in tab.also}
        for tab in TABS
        if may[tab.who] and (url := _address(tab.page, group))
    ]


def _address(page: str, group: BuyerGroup) -> str:
    """Empty for a page of a room above ours that is not there: networks know its name alone."""
    try:
        return reverse(page, args=[group.slug])
    except NoReverseMatch:
        return ""
