"""F5: two beats at once, and none for a while (R5). What a day brings once, at changes of the clock: tests/arena/test_beats.py."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bench.chaos import storm
from bench.chaos.ground import Ground
from bench.chaos.people import cast
from records.models import Pulse

CAUGHT_UP = 60


@dataclass(frozen=True)
class Plan:
    publishes: int
    together: float  # seconds with two beats
    silence: float  # seconds with none, and with bells that nobody hears


FULL, SMALL = Plan(300, 300, 600), Plan(20, 6, 6)
HEAD = (
    "| | seconds | notifications | lost | doubled | mailed twice | settled after s |\n|---|---|---|---|---|---|---|\n"
)


def run(ground: Ground, plan: Plan) -> tuple[str, list[str]]:
    rows, wrong = [], []
    with ground.world("beats", children=1) as world:
        people = cast(4, ten=5)
        world.keep_workers(2)
        world.keep_beat("beat-1")
        world.keep_beat("beat-2")
        world.wait_until_at_work()
        calm = storm.Plan(plan.publishes, plan.together, 0, 0, 0, 0, 0, settled_within=storm.PATIENCE)
        publisher = storm.Publisher(people, calm, seed=1)
        result = storm.Result(1, calm)
        storm.publish_all(world, publisher)
        result.settled = world.wait_until(storm.settled, storm.PATIENCE)
        storm.count(result, world, publisher.ledger)
        rows.append(row("two beats", plan.together, result))
        wrong += result.failures

        # None: what is published meanwhile rings bells that are lost, and nobody rings again.
        world.end("beat-1")
        world.end("beat-2")
        silent = storm.Plan(plan.publishes, min(plan.silence / 2, 20), 0, 0, 0, 0, 0, settled_within=CAUGHT_UP)
        after = storm.Publisher(people, silent, seed=2, first=plan.publishes)
        until = time.monotonic() + plan.silence
        for name in world.workers():
            world.end(name)
        storm.publish_all(world, after)
        world.flush()
        world.keep_workers(2)
        while time.monotonic() < until:
            world.supervise()
            time.sleep(0.1)
        unheard = not storm.settled()
        began = Pulse.objects.filter(task="notifications.send_due").values_list("runs", flat=True).first()
        world.keep_beat("beat-1")
        result = storm.Result(2, silent)
        result.settled = world.wait_until(storm.settled, CAUGHT_UP + 30)
        storm.count(result, world, publisher.ledger + after.ledger)
        rows.append(row("none, then one", plan.silence, result))
        wrong += result.failures
        if not unheard or began is None:
            wrong.append("everything was done without a beat: the run showed nothing")
    return "\n".join(rows), wrong


def row(name: str, seconds: float, result: storm.Result) -> str:
    settled = "never" if result.settled is None else f"{result.settled:.1f}"
    return (
        f"| {name} | {seconds:.0f} | {result.expected - result.lost} of {result.expected} | {result.lost} | {result.doubled} |"
        f" {result.mail_doubled} | {settled} |"
    )
