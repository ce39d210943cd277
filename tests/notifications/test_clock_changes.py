"""What comes once a day comes once on the days when the clock is turned, too, with two beats instead of one (quality R5)."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from matchmaking import closing_soon, following
from notifications.models import Mail, MailItem, Notification
from tests import make

SATURDAYS = [datetime(2026, 10, 24, tzinfo=UTC), datetime(2027, 3, 27, tzinfo=UTC)]
HERE = ZoneInfo("Europe/Stockholm")


@pytest.mark.django_db
@pytest.mark.parametrize("saturday", SATURDAYS, ids=lambda day: day.strftime("%B %Y"))
def test_a_day_has_one_digest_and_a_reminder_comes_once(saturday, person, tell, send):
    sunday = saturday + timedelta(days=1)
    notice = make.notice(at=saturday - timedelta(days=1), deadline_at=sunday + timedelta(days=7, hours=10))
    following.follow(notice.procurement, by=person, at=saturday - timedelta(days=1))
    for day, hour in product(range(4), (0, 1, 2, 4, 5, 6, 7, 20)):  # both nights' odd hours, and both mornings' seven
        at = saturday + timedelta(days=day, hours=hour)
        if hour in (1, 20):
            tell(f"n:{at}", person, kind="test-daily", at=at)
        for _beat in range(2):
            closing_soon.remind(at)
            send(at)
    [reminder] = Notification.objects.filter(event__kind="closing-soon")
    assert reminder.created_at.astimezone(HERE).strftime("%A %H:%M") == "Sunday 07:00"
    digests = Mail.objects.filter(items__notification__event__kind="test-daily").distinct().order_by("created_at")
    assert [mail.created_at.astimezone(HERE).strftime("%A %H:%M") for mail in digests] == [
        f"{day} 07:00" for day in ("Saturday", "Sunday", "Monday", "Tuesday")
    ]
    carried = MailItem.objects.filter(notification__event__kind="test-daily")
    assert carried.count() == len(set(carried.values_list("notification", flat=True)))
