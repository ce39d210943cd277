"""F4: a mail server so slow that the broker gives the sender's message to another worker meanwhile (R4).

And that the mail's lease runs out: it is swept as unknown while its sender still waits for the answer.
"""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass

from django.utils import timezone

from bench.chaos import storm
from bench.chaos.ground import Ground
from bench.chaos.people import cast, publish
from notifications.models import Mail, Notification
from tests.notifications.kit import number_of


@dataclass(frozen=True)
class Plan:
    visibility: float
    delay: float
    lease: int
    people: int


# The second lease is over before the mail server answers.
FULL, SMALL = (Plan(5, 12, 120, 6), Plan(5, 12, 6, 6)), (Plan(1, 3, 1, 2),)
HEAD = "| visibility timeout s | answer after s | lease s | mails | doubled | messages that came again |\n|---|---|---|---|---|---|\n"


def run(ground: Ground, plan: Plan) -> tuple[str, list[str]]:
    """The table's row and what went wrong."""
    with ground.world("slow", lease=plan.lease, children=1, imports="bench.chaos.builds") as world:
        notes = world.directory / "again"
        world.environment.update(CHAOS_BUILD="impatient", CHAOS_VISIBILITY=str(plan.visibility), CHAOS_NOTES=str(notes))
        world.sink.delays = (plan.delay, plan.delay)
        people = cast(1, ten=plan.people)
        world.keep_workers(2)
        world.keep_beat()
        world.wait_until_at_work()
        publish(0, uuid.uuid4(), people, people.groups[0])
        waited = world.wait_until(lambda: Notification.objects.exists() and storm.settled(), 10 * plan.delay + 60)
        world.wait_until(lambda: not Mail.objects.exclude(state=Mail.State.SENT).exists(), plan.delay + 10)
        arrived = Counter(number_of(message) for message in world.sink.messages())
        again = len(notes.read_text().splitlines()) if notes.exists() else 0
        wrong = []
        if waited is None:
            wrong.append("never settled")
        if len(arrived) != plan.people or arrived.total() != plan.people:
            wrong.append(f"{arrived.total()} mails arrived, {len(arrived)} different ones, for {plan.people} people")
        if others := Mail.objects.exclude(state=Mail.State.SENT).count():
            wrong.append(f"{others} mails that arrived are not called sent")
        if Notification.objects.filter(mail_due_at__gt=timezone.now()).exists():
            wrong.append("what arrived is to be mailed again tomorrow")
        if not again:
            wrong.append("no message came again: the run showed nothing")
    row = f"| {plan.visibility} | {plan.delay} | {plan.lease} | {plan.people} | {arrived.total() - len(arrived)} | {again} |"
    return row, wrong
