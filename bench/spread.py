"""Does more work get done when there are more workers? `python -m bench.spread [--mails 400] [--notices 400] [--subscriptions 100]`

Real Celery processes with host names of their own (`-n mail@a`, one process each), on one Valkey and one PostgreSQL; 1, 2 and 4
of them. Mails: a mail server that needs 50 ms for each answer, as a distant one does, so that the work is waiting and not
computing. Matches: notices against subscriptions, which is computing, and most of it PostgreSQL's: it grows as far as there are
processors for workers and database together. The peer of each row is the row with one worker, in the same run.
Counted are rows, not answers: every notice matched once, every mail at the server once, or the measurement stops.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.database import machine, prepared

ROOT = Path(__file__).resolve().parent.parent
WORKERS, ANSWER_SECONDS = (1, 2, 4), 0.05


@contextmanager
def workers(queue: str, how_many: int, **environment: str) -> Iterator[None]:
    """So many processes that take from the queue, ready when this is entered."""
    from celery import current_app

    started = []
    with open(os.devnull, "wb") as nowhere:
        for number in range(how_many):
            command = [
                sys.executable,
                "-m",
                "celery",
                "-A",
                "arena",
                "worker",
                "-n",
                f"{queue}@host{number}",
                "-Q",
                queue,
            ]
            started.append(
                subprocess.Popen(
                    [*command, "-c", "1", "--without-mingle", "--without-gossip", "-l", "ERROR"],
                    cwd=ROOT, env={**os.environ, **environment}, stdout=nowhere, stderr=nowhere, start_new_session=True,
                )
            )  # fmt: skip
        try:
            while len(current_app.control.ping(timeout=0.5)) < how_many:
                time.sleep(0.1)
            yield
        finally:
            for process in started:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def measured(task: str, how_many: int, is_done: Callable[[], bool]) -> float:
    """Seconds from the bells, one a worker, until it is done."""
    from celery import current_app

    began = time.monotonic()
    for _worker in range(how_many):
        current_app.send_task(task)
    while not is_done():
        time.sleep(0.02)
        if time.monotonic() - began > 600:
            raise SystemExit("It did not end within ten minutes.")
    return time.monotonic() - began


def mails(how_many: int, number: int) -> tuple[float, int]:
    """Mails a second, and how many were in flight at once; every one of them arrived once."""
    from django.core.cache import cache
    from django.db import transaction
    from django.utils import timezone

    from notifications import telling
    from notifications.models import Mail, Notification
    from tests import make
    from tests.arena.test_spread import PatientSink
    from tests.notifications import kit

    folder = Path(tempfile.mkdtemp(prefix="arena-spread-"))
    sink = PatientSink(folder)
    people = [make.user() for _ in range(number)]
    cache.set("bell:send", 1, 24 * 3600)  # rings for nobody: the bells are rung when the workers are ready
    with transaction.atomic():
        for person in people:
            telling.tell("mail-failed", f"spread:{person.pk}", person, [telling.Recipient(person)], at=timezone.now())
    Notification.objects.filter(recipient__in=people).update(mail_due_at=timezone.now())

    def is_done() -> bool:
        return Mail.objects.filter(recipient__in=people, state=Mail.State.SENT).count() >= number

    try:
        with workers("mail", how_many, EMAIL_URL=f"smtp://127.0.0.1:{sink.port}"):
            seconds = measured("notifications.send_due", how_many, is_done)
        arrived = Counter(kit.number_of(message) for message in sink.messages())
        if len(arrived) != number or set(arrived.values()) != {1}:
            raise SystemExit(f"{len(arrived)} of {number} mails arrived; at most {max(arrived.values())} times.")
        return number / seconds, sink.most
    finally:
        sink.close()
        shutil.rmtree(folder)


def publish(number: int, subscriptions: int) -> None:
    """Notices that each concern so many suppliers, one person each; no bell is rung for them."""
    from django.core.cache import cache
    from django.utils import timezone

    from tests import make

    cache.set("bell:match", 1, 24 * 3600)
    for _subscription in range(subscriptions):
        make.subscription()
    buyer = make.buyer()
    writer = make.member(buyer)
    for _notice in range(number):
        make.notice(buyer=buyer, by=writer, at=timezone.now())


def matches(how_many: int) -> float:
    """Notices a second, the telling included; the same notices each time, as if nobody had matched them."""
    from django.core.cache import cache
    from django.db import connection
    from django.db.models import Count

    from matchmaking.models import Match, MatchRun, Subscription
    from notifications.models import Notification
    from procurements.models import NoticeVersion

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE matchmaking_matchrun, matchmaking_match, notifications_event CASCADE")
    cache.set("bell:match", 1, 24 * 3600)
    number = NoticeVersion.objects.count()
    with workers("match", how_many):
        seconds = measured("matchmaking.match_due", how_many, lambda: MatchRun.objects.count() >= number)
    told = Notification.objects.values("event", "recipient").annotate(times=Count("pk"))
    once = told.filter(times=1).count()
    if not once == told.count() == Match.objects.count() == number * Subscription.objects.count():
        raise SystemExit("Somebody was not told once.")
    return number / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mails", type=int, default=400)
    parser.add_argument("--notices", type=int, default=400)
    parser.add_argument("--subscriptions", type=int, default=100)
    chosen = parser.parse_args()
    os.environ["ARENA_MEDIA_DIR"] = tempfile.mkdtemp(prefix="arena-media-")
    with prepared("spread"):
        from celery import current_app
        from django.core.management import call_command

        call_command("flush", verbosity=0, interactive=False)
        current_app.control.purge()
        publish(chosen.notices, chosen.subscriptions)
        print(f"{machine()}; a mail server that answers after {ANSWER_SECONDS * 1000:.0f} ms;", end=" ")
        print(f"{chosen.mails} mails; {chosen.notices} notices that {chosen.subscriptions} suppliers hear of\n")
        print("| workers | mails/s | mails in flight at once | notices matched/s |\n|---|---|---|---|")
        for how_many in WORKERS:
            a_second, in_flight = mails(how_many, chosen.mails)
            print(f"| {how_many} | {a_second:.0f} | {in_flight} | {matches(how_many):.0f} |", flush=True)
    shutil.rmtree(os.environ["ARENA_MEDIA_DIR"], ignore_errors=True)


if __name__ == "__main__":
    main()
