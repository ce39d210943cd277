"""What a page shows of a buyer group to everybody."""

from django import template

from accounts.grants import Can
from accounts.requests import role_for
from networks import summing
from networks.models import BuyerGroup

register = template.Library()


@register.simple_tag
def who_buys(group: BuyerGroup) -> summing.Shown:
    """The participants with the volumes of their signed letters; two queries."""
    return summing.shown(group)


@register.simple_tag(takes_context=True)
def may_ask(context: template.Context, group: BuyerGroup) -> bool:
    """Whether to show the way to asking for a place: to an administrator of a verified buyer that is not in it. At most one query."""
    request = context.get("request")
    organisation = getattr(request, "acting_for", None)
    if request is None or organisation is None or group.published_at is None:
        return False
    if not organisation.is_buyer or not role_for(request, Can.ADMINISTER):
        return False
    return not group.participants.present().filter(organisation=organisation).exists()
