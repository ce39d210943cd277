"""Whose a webhook is, and whether it tells."""

from django.db.models import Q, QuerySet

from accounts.grants import Can
from accounts.models import Membership, Organisation, User
from interchange.models import Webhook


def seen_by(user: User) -> QuerySet[Webhook]:
    """The person's own, and all of the organisations that it administers. Who has left an organisation leaves what is its."""
    own = Q(owner=user, organisation=None) | Q(owner=user, organisation__in=Organisation.objects.of(user))
    administered = Organisation.objects.of(user, Can.ADMINISTER)
    return Webhook.objects.filter(own | Q(organisation__in=administered)).select_related("organisation", "owner")


def live() -> QuerySet[Webhook]:
    """Those that tell: not paused, and there is somebody whose they are."""
    acting = Membership.objects.active().values("organisation")
    return Webhook.objects.filter(
        Q(organisation=None, owner__is_active=True) | Q(organisation__in=acting), paused_at=None
    )
