"""F13: one notice in a hundred cannot be put in words. Nobody else may be late because of it (R13)."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.utils import timezone

from bench.chaos import storm
from bench.chaos.builds import POISON
from bench.chaos.ground import Ground
from bench.chaos.people import cast, publish
from notifications import health
from notifications.models import Mail, MailItem, Notification
from notifications.sending import TRIES

OLDEST = 60.0  # seconds, of 99 in 100 moments


@dataclass(frozen=True)
class Plan:
    publishes: int
    seconds: float
    every: int  # so many notices to one that is poisoned
    groups: int
    people: int


FULL, SMALL = Plan(600, 120, 100, 20, 10), Plan(40, 8, 20, 4, 5)


def run(ground: Ground, plan: Plan) -> tuple[str, list[str]]:
    """The table and what went wrong."""
    with ground.world("poison", imports="bench.chaos.builds") as world:
        world.environment["CHAOS_BUILD"] = POISON
        world.keep_workers(2)
        world.keep_beat()
        people = cast(plan.groups, ten=plan.people)
        world.wait_until_at_work()
        publisher = Poisoner(people, storm.Plan(plan.publishes, plan.seconds, 0, 0, 0, 0, 0), plan.every)
        publisher.start()
        ages: list[float] = []
        quiet = 0.0
        while publisher.is_alive() or (quiet < 120 and not storm.settled()):
            world.supervise()
            age = health.oldest_undone(timezone.now())
            ages.append(age.total_seconds() if age else 0.0)
            quiet += 0.0 if publisher.is_alive() else 0.25
            time.sleep(0.25)
        if publisher.error:
            raise publisher.error
        return report(plan, sorted(ages))


def report(plan: Plan, ages: list[float]) -> tuple[str, list[str]]:
    bad = Notification.objects.filter(event__in=_poisoned_events())
    failed = Mail.objects.filter(pk__in=MailItem.objects.filter(notification__in=bad).values("mail"))
    healthy = Mail.objects.exclude(pk__in=failed.values("pk"))
    waits = sorted((mail.settled_at - mail.created_at).total_seconds() for mail in healthy if mail.settled_at)
    p99 = ages[int(len(ages) * 0.99)]
    wrong = []
    if others := healthy.exclude(state=Mail.State.SENT).count():
        wrong.append(f"{others} mails without poison were not sent")
    if unended := failed.exclude(state=Mail.State.FAILED).count():
        wrong.append(f"{unended} poisoned mails did not end")
    if often := failed.filter(attempts__gt=TRIES).count():
        wrong.append(f"{often} poisoned mails were tried more than {TRIES} times")
    if not failed.exists():
        wrong.append("nothing was poisoned")
    if p99 > OLDEST:
        wrong.append(f"the queue was {p99:.0f} s old")
    row = (
        f"| {plan.publishes} | {failed.count()} | {max(failed.values_list('attempts', flat=True), default=0)} | {len(waits)} |"
        f" {waits[int(len(waits) * 0.99)]:.1f} | {p99:.1f} |"
    )
    head = (
        "| notices | poisoned mails, all failed | tries | other mails, all sent | p99 of their wait, s"
        " | p99 of the queue's age, s |\n|---|---|---|---|---|---|\n"
    )
    return head + row, wrong


def _poisoned_events() -> list[int]:
    from notifications.models import Event
    from procurements.models import Notice

    notices = Notice.objects.filter(current_version__title__contains=POISON).values_list("pk", flat=True)
    return list(
        Event.objects.filter(
            subject_type="procurements.notice", subject_id__in=[str(pk) for pk in notices]
        ).values_list("pk", flat=True)
    )


class Poisoner(storm.Publisher):
    """Every so-manieth notice is poisoned."""

    def __init__(self, people: object, plan: storm.Plan, every: int) -> None:
        super().__init__(people, plan, seed=1)  # type: ignore[arg-type]
        self.every = every

    def write(self, number: int, *rest: object) -> None:
        publish(number, *rest, more=POISON if number % self.every == self.every // 2 else "")  # type: ignore[arg-type]
