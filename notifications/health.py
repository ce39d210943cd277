"""What /readyz, the pages for those on duty and the metrics ask: is anything late?"""

from datetime import datetime, timedelta

from django.db.models import Count, Min

from notifications import kinds
from notifications.models import Mail, Notification


def oldest_undone(at: datetime) -> timedelta | None:
    """For how long the oldest thing that is due has waited; None: nothing waits. Mails held after a restore do not count."""
    moments = [
        Notification.objects.filter(mail_due_at__lte=at).aggregate(oldest=Min("mail_due_at"))["oldest"],
        Mail.objects.filter(state=Mail.State.PENDING, due_at__lte=at).aggregate(oldest=Min("due_at"))["oldest"],
        Mail.objects.filter(state=Mail.State.SENDING).aggregate(oldest=Min("due_at"))["oldest"],
    ]
    waiting = [moment for moment in moments if moment]
    return at - min(waiting) if waiting else None


def counts() -> dict[str, int]:
    """How many mails there are in each state, with the states that none is in."""
    found = dict(Mail.objects.order_by().values_list("state").annotate(count=Count("pk")))
    return {str(state): found.get(state, 0) for state in Mail.State.values}


def lines_due(at: datetime) -> tuple[int, datetime | None]:
    """How many lines are to be put into mails now, and since when. Of confidential kinds nothing: their number would tell who
    registered interest or asked (quality 4.3); they wait behind the same sender as the others."""
    silent = [kind.code for kind in kinds.all_kinds() if kind.is_confidential]
    due = Notification.objects.filter(mail_due_at__lte=at).exclude(event__kind__in=silent)
    found = due.aggregate(number=Count("pk"), oldest=Min("mail_due_at"))
    return found["number"], found["oldest"]


def mails(state: str, at: datetime) -> tuple[int, datetime | None]:
    """How many mails of the state there are, and since when the oldest is due; what waits for a later try is not due."""
    rows = Mail.objects.filter(state=state, **({"due_at__lte": at} if state == Mail.State.PENDING else {}))
    found = rows.aggregate(number=Count("pk"), oldest=Min("due_at"))
    return found["number"], found["oldest"]
