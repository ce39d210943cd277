"""What /readyz and the mail log ask: is anything late?"""

from datetime import datetime, timedelta

from django.db.models import Count, Min

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
