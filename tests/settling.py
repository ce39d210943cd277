"""Changes are shown when none can come before them any more; that also waits for what the tests beside us do in their databases."""

import time

from procurements import changing
from procurements.models import NoticeSearch


def wait_until_settled(seconds=30):
    until = time.monotonic() + seconds
    rows = NoticeSearch.objects.all()
    while rows.exclude(pk__in=changing.after(rows, changing.START).order_by().values("pk")).exists():
        assert time.monotonic() < until, "Something has written for half a minute."
        time.sleep(0.02)
