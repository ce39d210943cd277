"""Whether somebody who heard of a procurement still has a place on its team: asked of what was fetched with the line, without a query."""

from networks.models import Participant
from notifications.models import Notification
from procurements.models import Procurement, TeamMember


def fetched(path: str = "") -> tuple[str, ...]:
    """What a kind of notification fetches beforehand; `path` leads from its subject to the procurement, as "notice__procurement__"."""
    return f"{path}team", f"{path}buyer_group__participants"


def place_of(notification: Notification, procurement: Procurement) -> TeamMember | None:
    """The recipient's place, while the organisation that it heard for buys here.

    That the person still acts for that organisation is checked by notifications.
    """
    buyers = {procurement.organisation_id, *standing_in(procurement)}
    places = (one for one in procurement.team.all() if one.user_id == notification.recipient_id)
    return next(
        (
            one
            for one in places
            if one.organisation_id in buyers and one.organisation_id == notification.organisation_id
        ),
        None,
    )


def standing_in(procurement: Procurement) -> set[int]:
    """The organisations of its buyer group that are committed or hold an option."""
    if procurement.buyer_group is None:
        return set()
    return {
        one.organisation_id for one in procurement.buyer_group.participants.all() if one.state in Participant.STANDING
    }
