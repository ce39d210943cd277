"""The one place that rings: says to the workers, after the commit, that there is work. What the work is stands in PostgreSQL.

A bell that is lost costs seconds (beat rings every five), never a message; so a broker that is down is not an error here.
"""

import logging

from celery import current_app
from django.core.cache import cache
from django.db import transaction

from ui.circuit import Circuit

log = logging.getLogger(__name__)

TASKS = {
    "send": "notifications.send_due",
    "match": "matchmaking.match_due",
    "seal": "records.seal_due",
    "import": "interchange.import_due",
    "tell": "interchange.send_webhooks",
}
OUTSTANDING_SECONDS = 5  # as long as a lost bell can keep others from ringing: beat's interval
# A person waits for the bell, so its line to the broker is an impatient one (a worker's own is not). It is new for each bell:
# one that was open when the broker forgot everything would not declare its queue again.
SECONDS = 0.5
IMPATIENT = dict.fromkeys(("socket_connect_timeout", "socket_timeout", "read_timeout", "write_timeout"), SECONDS)
broker = Circuit(5)


def ring(bell: str) -> None:
    """Rings `bell` (a key of `TASKS`) when the transaction commits; at once outside one. Never raises for a broker."""
    task = TASKS[bell]
    transaction.on_commit(lambda: _ring(bell, task))


def answered(bell: str) -> None:
    """Called by a task when it begins: what is committed from now on needs a bell of its own."""
    cache.delete(f"bell:{bell}")


def _ring(bell: str, task: str) -> None:
    # At most one bell of a kind is outstanding: a broker flooded with bells is late with all of them.
    if broker.is_open or not cache.add(f"bell:{bell}", 1, timeout=OUTSTANDING_SECONDS):
        return
    try:
        with current_app.connection_for_write(connect_timeout=SECONDS, transport_options=IMPATIENT) as line:
            current_app.send_task(task, expires=60, retry=False, connection=line)
    except Exception as error:  # whatever the broker raises: the work is safe in its rows
        broker.failed()
        log.warning("bell %s was not rung: %s", bell, type(error).__name__)
