"""What matchmaking keeps of a person, for its own export (GDPR articles 15 and 20)."""

from typing import Any

from django.db.models import F, Q

from accounts.models import User
from matchmaking import closing_soon
from matchmaking.models import Lesson, Match
from matchmaking.subscribing import CRITERIA
from procurements import choosing


def everything_of(user: User) -> dict[str, Any]:
    dismissed = Match.objects.filter(dismissed_by=user).order_by("dismissed_at")
    taught = Lesson.objects.filter(Q(by=user) | Q(subscription__person=user)).order_by("at", "pk")
    return {
        "saved_searches": _searches(user),
        "hears_of": list(user.receives.order_by("pk").values("rhythm", name=F("subscription__name"))),
        "not_relevant": list(dismissed.values("dismissed_at", "dismissed_reason", title=F("version__title"))),
        "follows": list(user.attentions.order_by("at", "pk").values("level", "at", ocid=F("procurement__ocid"))),
        "reminded_days_before_a_deadline": closing_soon.days_of(user),
        "taught": list(taught.values("about", "value", "points", "at", search=F("subscription__name"))),
    }


def _searches(user: User) -> list[dict[str, Any]]:
    """Buyers and networks by their names beside the ids that the criteria keep."""
    searches = list(
        user.subscriptions.order_by("pk").values("name", *CRITERIA, "follows", "paused_at", "created_at", "changed_at")
    )
    buyers = choosing.buyer_names({id for search in searches for id in search["buyers"]})
    networks = choosing.network_names({id for search in searches for id in search["networks"]})
    return [
        {
            **search,
            "buyers": {id: buyers.get(id, "") for id in search["buyers"]},
            "networks": {id: networks.get(id, "") for id in search["networks"]},
        }
        for search in searches
    ]
