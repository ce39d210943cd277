"""What /readyz asks: does anything wait for the virus scanner?"""

from datetime import datetime, timedelta

from django.db.models import Count, Min

from files.models import StoredFile


def oldest_held(at: datetime) -> timedelta | None:
    """For how long the oldest file that is held has waited; None: nothing waits."""
    oldest = StoredFile.objects.held().aggregate(oldest=Min("uploaded_at"))["oldest"]
    return at - oldest if oldest else None


def held() -> tuple[int, datetime | None]:
    """How many files are held, and since when."""
    found = StoredFile.objects.held().aggregate(number=Count("pk"), oldest=Min("uploaded_at"))
    return found["number"], found["oldest"]


def count_held() -> int:
    return StoredFile.objects.held().count()
