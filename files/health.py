"""What /readyz asks: does anything wait for the virus scanner?"""

from datetime import datetime, timedelta

from django.db.models import Min

from files.models import StoredFile


def oldest_held(at: datetime) -> timedelta | None:
    """For how long the oldest file that is held has waited; None: nothing waits."""
    oldest = StoredFile.objects.held().aggregate(oldest=Min("uploaded_at"))["oldest"]
    return at - oldest if oldest else None


def count_held() -> int:
    return StoredFile.objects.held().count()
