"""What /readyz, the pages for those on duty and the metrics ask: does anything wait for the matcher?"""

from datetime import datetime

from django.db.models import Count, Min

from matchmaking import looking_back
from matchmaking.models import due, untold

Waiting = tuple[int, datetime | None]  # how many, and since when the oldest


def to_match(at: datetime) -> Waiting:
    found = due(at).aggregate(number=Count("pk"), oldest=Min("published_at"))
    return found["number"], found["oldest"]


def to_look_back() -> Waiting:
    """Subscriptions that were made or changed, and the open notices have not been looked through for them since."""
    found = looking_back.due().aggregate(number=Count("pk"), oldest=Min("changed_at"))
    return found["number"], found["oldest"]


def to_tell(at: datetime) -> Waiting:
    """News of notices that their followers have not heard."""
    found = untold(at).aggregate(number=Count("pk"), oldest=Min("at"))
    return found["number"], found["oldest"]
