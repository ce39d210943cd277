"""The team's way round a procurement: which pages a person sees follows the grants, by one query."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.grants import Can, roles_that
from networks.models import Participant
from procurements import messaging
from procurements.grants import ADMINISTRATORS_MAY, TEAM_GRANTS, TeamCan
from procurements.models import Notice, TeamMember, TeamRole
from procurements.reviewing import State

register = template.Library()


@dataclass(frozen=True)
class Tab:
    page: str  # the name of its address
    label: str | Promise
    needs: TeamCan
    also: tuple[str, ...] = ()  # pages below it, which light the same tab
    publishes: bool = False  # only for those whom the organisation lets publish
    when: str = ""  # "published": it makes no sense of a draft; "open": nor of what is closed; see `states`


TABS = (
    Tab("notice_detail", _("Public page"), TeamCan.READ, ("notice_version",), when="published"),
    Tab("notice_edit", _("Text"), TeamCan.EDIT, ("procedure_advice", "asset_edit", "stage_edit")),
    Tab("document_list", _("Documents"), TeamCan.EDIT),
    Tab("requirement_list", _("Requirements"), TeamCan.READ, ("requirement_edit", "requirement_answer"), when="joint"),
    Tab("section_share", _("Who writes what"), TeamCan.EDIT, when="joint"),
    Tab("notice_preview", _("Preview"), TeamCan.READ, ("preview_links",)),
    Tab("review_detail", _("Review"), TeamCan.READ),
    Tab("approval_list", _("Approvals"), TeamCan.READ, ("approval_give",), when="joint"),
    Tab("notice_publish", _("Publish"), TeamCan.EDIT),
    Tab("question_list", _("Questions"), TeamCan.INSIDE, ("question_detail", "question_correct"), when="published"),
    Tab("interest_list", _("Interest"), TeamCan.READ, ("feedback_give", "secrecy_edit"), when="published"),
    Tab("supplier_message_send", _("Message"), TeamCan.EDIT, publishes=True, when="told"),
    Tab("secrecy_edit", _("Secrecy"), TeamCan.MANAGE),
    Tab("outcome_edit", _("Outcome"), TeamCan.EDIT, ("procurement_conclude",), publishes=True, when="published"),
    Tab("notice_close", _("Close"), TeamCan.EDIT, publishes=True, when="open"),
    Tab("team_edit", _("Team"), TeamCan.READ),
)


def grants_of(context: template.Context, notice: Notice) -> tuple[frozenset[TeamCan], bool]:
    """What the reader of the page may with the procurement, and whether the organisation lets it publish.

    One query; two for who administers another organisation where several buy together; none for who can have no part in it.
    """
    request = context["request"]
    procurement = notice.procurement
    roles = {one.organisation_id: one.role for one in getattr(request, "memberships", ())}
    own = roles.get(procurement.organisation_id)
    if procurement.source or not roles or (own is None and procurement.buyer_group_id is None):
        return frozenset(), False
    places = TeamMember.objects.still_buying().filter(
        procurement=procurement, user=request.user, organisation__in=list(roles)
    )
    place = places.values_list("role", flat=True).first()
    found = TEAM_GRANTS[TeamRole(place)] if place else frozenset()
    publishes = own in roles_that(Can.PUBLISH) and procurement.organisation.buyer_verified_at is not None
    administered = [pk for pk, role in roles.items() if role in roles_that(Can.ADMINISTER)]
    if procurement.organisation_id in administered:
        return found | ADMINISTRATORS_MAY, publishes
    standing = Participant.objects.standing().filter(group=procurement.buyer_group_id, organisation__in=administered)
    if procurement.buyer_group_id and administered and standing.exists():
        return found | {TeamCan.READ}, publishes
    return found, publishes


@register.simple_tag(takes_context=True)
def team_tabs(context: template.Context, notice: Notice) -> list[dict[str, Any]]:
    """The pages of the procurement that the reader may open; none for everybody who is not of the team."""
    grants, publishes = grants_of(context, notice)
    match = getattr(context["request"], "resolver_match", None)
    here = match.url_name if match else ""
    states = {"": True, "published": notice.current_version_id is not None}
    states["open"] = states["published"] and notice.closed_at is None
    states["told"] = messaging.may_tell(notice)
    states["joint"] = notice.procurement.buyer_group_id is not None
    return [
        {
            "url": reverse(f"procurements:{tab.page}", args=[notice.slug]),
            "label": tab.label,
            "is_here": here == tab.page,
            "is_near": here in tab.also,
        }
        for tab in TABS
        if tab.needs in grants and states[tab.when] and (publishes or not tab.publishes)
    ]


@register.inclusion_tag("procurements/_state.html")
def state_tag(states: dict[int, State], notice: Notice) -> dict[str, Any]:
    """Where the working text of a notice of a list stands; `states` is of reviewing.states_of."""
    return {"state": states[notice.pk], "is_public": notice.current_version_id is not None}
