"""F1: publishing while workers, Valkey and PostgreSQL die, and counting afterwards against what was acknowledged (R1)."""

from __future__ import annotations

import random
import re
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from bench.chaos import invariants
from bench.chaos.ground import World
from bench.chaos.people import Cast, Group, number_of, publish
from matchmaking.models import due
from notifications.models import Mail, MailItem, Notification
from tests.notifications.kit import number_of as mail_number

PATIENCE = 90  # seconds that a run waits before it says "never"
UNKNOWN_AT_MOST = 0.005
SAID_TWICE = 0.1  # so many publishers do not see the answer, and say it again


@dataclass(frozen=True)
class Plan:
    """What happens in how many seconds."""

    publishes: int
    seconds: float
    workers: int  # killed whole
    children: int  # killed alone
    flushes: int
    redis: int
    postgres: int
    aimed: bool = False  # the workers die while a mail is with the mail server: one unknown mail a kill, and surely one
    beats: int = 2  # one too many (R5)
    hands: int = 2  # workers
    settled_within: float = 30

    def schedule(self, chance: random.Random) -> list[tuple[float, str]]:
        """When what dies: in the first nine tenths, so that the end is not all recovery; never all in one second."""
        what = [
            name
            for name, times in (
                ("worker", self.workers), ("child", self.children), ("flush", self.flushes), ("redis", self.redis),
                ("postgres", self.postgres),
            )
            for _time in range(times)
        ]  # fmt: skip
        chance.shuffle(what)
        step = 0.95 * self.seconds / max(1, len(what))
        return [((index + chance.random()) * step, name) for index, name in enumerate(what)]


FULL = Plan(1000, 150, workers=20, children=10, flushes=5, redis=2, postgres=3)
SMALL = Plan(40, 5, workers=1, children=1, flushes=1, redis=1, postgres=1, aimed=True, settled_within=PATIENCE)
# What a build that is broken needs to show it: one death at the worst moment, or two workers.
LIGHT = Plan(
    12, 2, workers=1, children=0, flushes=0, redis=0, postgres=0, aimed=True, beats=1, hands=1, settled_within=PATIENCE
)
TWO_HANDS = replace(LIGHT, workers=0, hands=2)


@dataclass
class Result:
    seed: int
    plan: Plan
    expected: int = 0
    lost: int = 0
    doubled: int = 0
    mails: int = 0
    mail_doubled: int = 0
    mail_lost: int = 0  # neither with the mail server nor said to be unknown
    unknown: int = 0
    settled: float | None = None
    done: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    @property
    def unknown_at_most(self) -> int:
        """Notifications; where every kill is aimed, a mail a kill."""
        return self.done.total() if self.plan.aimed else int(UNKNOWN_AT_MOST * self.expected)

    @property
    def failures(self) -> list[str]:
        """The assertions of R1 that this run broke, as sentences."""
        wrong = []
        if self.lost:
            wrong.append(f"{self.lost} of {self.expected} notifications lost")
        if self.doubled:
            wrong.append(f"{self.doubled} notifications doubled")
        if self.mail_doubled:
            wrong.append(f"{self.mail_doubled} notifications mailed twice")
        if self.mail_lost:
            wrong.append(f"{self.mail_lost} notifications not mailed, and not said to be unknown")
        if self.unknown > self.unknown_at_most:
            wrong.append(f"the fate of {self.unknown} mails is unknown, more than {self.unknown_at_most}")
        if self.settled is None or self.settled > self.plan.settled_within:
            wrong.append("never settled" if self.settled is None else f"settled after {self.settled:.0f} s")
        return wrong + self.broken


class Publisher(threading.Thread):
    """Publishes at a steady pace, and says each thing again until it is acknowledged. Its ledger is what R1 is judged by."""

    def __init__(self, cast: Cast, plan: Plan, seed: int, *, first: int = 0) -> None:
        super().__init__(daemon=True)
        self.cast, self.plan, self.chance, self.first = cast, plan, random.Random(seed), first
        self.ledger: Counter[tuple[int, str]] = Counter()
        self.repeats = 0
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            began = time.monotonic()
            for step in range(self.plan.publishes):
                number = self.first + step
                time.sleep(max(0, began + step * self.plan.seconds / self.plan.publishes - time.monotonic()))
                group = self.chance.choice(self.cast.groups)
                key = uuid.UUID(int=self.chance.getrandbits(128), version=4)
                for _time in range(1 + (self.chance.random() < SAID_TWICE)):
                    self._until_acknowledged(number, key, group)
                self.ledger.update((number, address) for address in group.people)
        except BaseException as error:
            self.error = error
        finally:
            connection.close()

    def _until_acknowledged(self, number: int, key: uuid.UUID, group: Group) -> None:
        while True:
            try:
                return self.write(number, key, self.cast, group)
            except (OperationalError, InterfaceError):
                connection.close()
                self.repeats += 1
                time.sleep(0.05)

    def write(self, number: int, key: uuid.UUID, cast: Cast, group: Group) -> None:
        publish(number, key, cast, group)


def run(world: World, cast: Cast, plan: Plan, seed: int) -> Result:
    chance = random.Random(1000 + seed)
    result = Result(seed, plan)
    world.keep_workers(plan.hands)
    for number in range(plan.beats):
        world.keep_beat(f"beat-{number}")
    world.wait_until_at_work()
    publisher = Publisher(cast, plan, seed)
    schedule = plan.schedule(chance)
    began = time.monotonic()
    publisher.start()
    while publisher.is_alive() or schedule:
        world.supervise()
        if schedule and time.monotonic() - began >= schedule[0][0]:
            _moment, what = schedule.pop(0)
            result.done[what] += strike(world, what, chance, aimed=plan.aimed)
        time.sleep(0.02)
    if publisher.error:
        raise publisher.error
    waited = world.wait_until(lambda: settled() or is_hopeless(), PATIENCE)
    result.settled = waited if settled() else None
    for name in list(world.running):  # so that nothing moves while it is counted
        world.end(name)
    count(result, world, publisher.ledger)
    return result


def publish_all(world: World, publisher: Publisher) -> None:
    """Lets the publisher publish, with nothing in its way."""
    publisher.start()
    while publisher.is_alive():
        world.supervise()
        time.sleep(0.05)
    if publisher.error:
        raise publisher.error


def strike(world: World, what: str, chance: random.Random, *, aimed: bool) -> int:
    """Does it; returns how often it was done."""
    workers = world.workers()
    if what == "worker" and aimed:
        world.sink.caught.clear()
        world.sink.trap.set()
        world.wait_until(world.sink.caught.is_set, 30)
        for name in workers:  # one of them has a mail on its way
            world.kill(name)
        return len(workers)
    if what == "worker":
        world.kill(chance.choice(workers))
    elif what == "child":
        name = chance.choice(workers)
        while not world.kill_child(name, chance.choice):  # it is just being started
            world.supervise()
            time.sleep(0.05)
    elif what == "flush":
        world.flush()
    elif what == "redis":
        world.kill_redis()
    elif what == "postgres":
        world.restart_postgres()
    return 1


def settled() -> bool:
    """Nothing is due any more. What is tried again later or told tomorrow is not due now, but a mail that waits is counted."""
    now = timezone.now()
    return not (
        due(now).exists()
        or Notification.objects.filter(mail_due_at__lte=now).exists()
        or Mail.objects.filter(state__in=[Mail.State.PENDING, Mail.State.SENDING]).exists()
    )


def is_hopeless() -> bool:
    """Nothing is left but mails whose senders are long dead, and nobody cleans up after them."""
    unsettled = Mail.objects.filter(state__in=[Mail.State.PENDING, Mail.State.SENDING])
    long_ago = timezone.now() - timedelta(seconds=8)  # a beat comes every five
    return unsettled.exists() and not unsettled.exclude(lease_until__lt=long_ago).exists()


def count(result: Result, world: World, ledger: Counter[tuple[int, str]]) -> None:
    """The inboxes and the mail server's files, against the ledger."""
    titles = Notification.objects.filter(event__kind="match")
    subject = {str(pk): title for pk, title in _titles()}
    inbox = Counter(
        (number_of(subject[notice]), address)
        for notice, address in titles.values_list("event__subject_id", "recipient__email")
    )
    result.expected = sum(ledger.values())
    result.lost = (ledger - inbox).total()
    result.doubled = (inbox - ledger).total()

    told: Counter[tuple[int, str]] = Counter()
    arrived: Counter[str] = Counter()
    for message in world.sink.messages():
        arrived[mail_number(message)] += 1
        words = message.get_body(("plain",)).get_content()
        told.update({(int(number), str(message["To"])) for number in re.findall(r"\[publish:(\d+)\]", words)})
    result.mails = len(arrived)
    result.mail_doubled = sum(times - 1 for times in told.values())

    state = {str(pk): each for pk, each in Mail.objects.values_list("pk", "state")}
    doubtful = {pk for pk, each in state.items() if each == Mail.State.UNKNOWN}
    carried = MailItem.objects.filter(mail__in=doubtful)
    result.unknown = len(doubtful) if result.plan.aimed else carried.count()
    shown = {
        (number_of(subject[notice]), address)
        for notice, address in MailItem.objects.filter(mail__state=Mail.State.UNKNOWN).values_list(
            "notification__event__subject_id", "notification__recipient__email"
        )
    }
    result.mail_lost = len(set(ledger) - set(told) - shown)
    if others := set(state.values()) - {Mail.State.SENT, Mail.State.UNKNOWN}:
        result.broken.append(f"mails ended as {sorted(others)}")
    if unaccounted := {pk for pk, each in state.items() if each == Mail.State.SENT} - set(arrived):
        result.broken.append(f"{len(unaccounted)} mails are called sent and never arrived")
    unrepeated = Notification.objects.filter(mail_items__mail__state=Mail.State.UNKNOWN, read_at=None, mail_due_at=None)
    if unrepeated.exists():
        result.broken.append(f"{unrepeated.count()} notifications of unknown mails are in nobody's next digest")
    result.broken += invariants.broken(timezone.now())


def _titles() -> list[tuple[int, str]]:
    from procurements.models import Notice

    return list(Notice.objects.exclude(current_version=None).values_list("pk", "current_version__title"))


def table(results: list[Result]) -> str:
    head = (
        "| seed | notifications | lost | doubled | mails | mailed twice | unknown | settled after s | kills done | rules broken |\n"
        "|---|---|---|---|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(
        f"| {one.seed} | {one.expected - one.lost} of {one.expected} | {one.lost} | {one.doubled} | {one.mails} | {one.mail_doubled} |"
        f" {one.unknown} ({one.unknown / max(1, one.expected):.2%}) |"
        f" {'never' if one.settled is None else f'{one.settled:.1f}'} |"
        f" {', '.join(f'{times} {name}' for name, times in sorted(one.done.items()))} | {len(one.broken)} |"
        for one in results
    )
