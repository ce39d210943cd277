from datetime import datetime

from django.db import connection


def received_at() -> datetime:
    """The moment at which a supplier's message counts as received: the database's clock, not the web server's.

    The view reads it when the request has been read whole, stores it with the row, and the rule judges that stored
    value alone, so that time and verdict can never disagree (quality R9, Directive 2014/24 Annex IV a).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
