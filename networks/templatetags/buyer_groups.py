"""What a page shows of a buyer group to everybody."""

from django import template

from networks import summing
from networks.models import BuyerGroup

register = template.Library()


@register.simple_tag
def who_buys(group: BuyerGroup) -> summing.Shown:
    """The participants with the volumes of their signed letters; two queries."""
    return summing.shown(group)
