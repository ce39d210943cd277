"""F8: Redis is gone, and Redis hangs, while people read, log in, publish and show interest (R8)."""

from __future__ import annotations

import http.client
import json
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.chaos.ground import Ground, World
from procurements.models import Interest, Notice
from tests import make

TOKEN = "a" * 32
SLOWEST = (
    3.0  # seconds: a person waits for a Redis that hangs once in a while, and never for each of a page's questions
)
PUBLIC = ("/sv/", "/sv/procurements/", "/sv/procurements/?q=fall", "/sv/networks/", "/sv/guidance/", "/healthz")
COMES_BACK_WITHIN = 15


@dataclass
class Seen:
    """What the people of one absence saw."""

    requests: int = 0
    wrong: list[str] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)
    readiness: set[str] = field(default_factory=set)
    rounds: int = 0


class Person:
    """Somebody with a browser."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self.port, self.cookies = port, {settings.CSRF_COOKIE_NAME: TOKEN, **cookies}

    def ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[int, bytes, float]:
        """The status, the words and the seconds that it took."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {
            "Host": "localhost",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        began = time.perf_counter()
        line.request("GET" if fields is None else "POST", path, urlencode(fields) if fields else None, headers)
        answer = line.getresponse()
        words = answer.read()
        line.close()
        return answer.status, words, time.perf_counter() - began


@dataclass
class Stage:
    """What the people need before Redis goes: drafts to publish, a notice to be interested in, accounts to log in to."""

    buyer: Person
    drafts: list[Notice]
    suppliers: list[Person]
    wanted: Notice
    accounts: list[str]


def staged(port: int, rounds: int) -> Stage:
    at = timezone.now()
    organisation = make.buyer()
    writer = make.member(organisation)
    drafts = [
        make.notice(buyer=organisation, by=writer, published=False, at=at, title=f"Behov {n}") for n in range(rounds)
    ]
    wanted = make.notice(at=at)
    companies = [make.supplier() for _n in range(rounds)]
    suppliers = [Person(port, session_of(make.member(company))) for company in companies]
    return Stage(
        Person(port, session_of(writer)), drafts, suppliers, wanted, [make.user().email for _n in range(rounds)]
    )


def session_of(user: object) -> dict[str, str]:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def serve(world: World) -> int:
    """A server as ./start runs it, with the limits on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    world.keep(
        "web",
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port, "--workers", "2",
            "--blocking-threads", "1", "--no-access-log", "--log-level", "warning", "arena.wsgi:application",
        ],
        ARENA_LIMITS="1",
    )  # fmt: skip
    world.wait_until(lambda: answers(port), 60)
    return port


def answers(port: int) -> bool:
    try:
        return Person(port, {}).ask("/healthz")[0] == 200
    except OSError:
        return False


def run(ground: Ground, *, seconds: float, rounds: int) -> dict[str, Seen]:
    """So many rounds through the arena in about `seconds`, while Redis is gone, and while it hangs."""
    with ground.world("away") as world:
        port = serve(world)
        for path in PUBLIC * 4:  # warm
            Person(port, {}).ask(path)
        return {
            "gone": be_without(world, port, seconds, rounds, lambda: world.kill_redis(start=False), world.start_redis),
            "hangs": be_without(world, port, seconds, rounds, world.hang_redis, world.let_redis_go_on),
        }


def be_without(
    world: World, port: int, seconds: float, rounds: int, take: Callable[[], None], give_back: Callable[[], None]
) -> Seen:
    seen, stage = Seen(), staged(port, rounds)
    take()
    began = time.monotonic()
    for number in range(rounds):
        go_round(stage, number, port, seen)
        seen.rounds += 1
        time.sleep(max(0.0, began + (number + 1) * seconds / rounds - time.monotonic()))
    give_back()
    check(stage, seen)
    if world.wait_until(lambda: readiness(port) == "ready", COMES_BACK_WITHIN) is None:
        seen.wrong.append(f"/readyz did not say ready within {COMES_BACK_WITHIN} s of its return")
    return seen


def go_round(stage: Stage, number: int, port: int, seen: Seen) -> None:
    visitor, supplier = Person(port, {}), stage.suppliers[number]
    draft = stage.drafts[number]
    steps: list[tuple[Person, str, dict[str, str] | None, int]] = [
        *((visitor, path, None, 200) for path in PUBLIC),
        (visitor, stage.wanted.get_absolute_url(), None, 200),
        (visitor, reverse("account_login"), {"login": stage.accounts[number], "password": make.PASSWORD}, 302),
        (
            stage.buyer,
            reverse("procurements:notice_publish", args=[draft.slug]),
            {"revision": str(draft.revision)},
            302,
        ),
        (supplier, reverse("procurements:interest_register", args=[stage.wanted.slug]), {"level": "interested"}, 302),
    ]
    for person, path, fields, expected in steps:
        status, _words, seconds = person.ask(path, fields)
        seen.requests += 1
        seen.taken.append(seconds)
        if status != expected:
            seen.wrong.append(f"{'GET' if fields is None else 'POST'} {path}: {status} instead of {expected}")
        if seconds > SLOWEST:
            seen.wrong.append(f"{path} took {seconds:.1f} s")
    seen.readiness.add(readiness(port))


def readiness(port: int) -> str:
    status, words, _taken = Person(port, {}).ask("/readyz")
    return str(json.loads(words)["status"]) if status == 200 else str(status)


def check(stage: Stage, seen: Seen) -> None:
    """What was answered was done."""
    if seen.readiness != {"degraded"}:
        seen.wrong.append(f"/readyz said {sorted(seen.readiness)} meanwhile")
    published = Notice.objects.published().filter(pk__in=[each.pk for each in stage.drafts]).count()
    shown = Interest.objects.active().filter(procurement=stage.wanted.procurement_id).count()
    if (published, shown) != (seen.rounds, seen.rounds):
        seen.wrong.append(f"{seen.rounds} rounds, {published} notices published, {shown} interests stored")


def row(name: str, seconds: float, seen: Seen) -> str:
    taken = sorted(seen.taken)
    return (
        f"| {name} | {seconds:.0f} | {seen.requests} | {len(seen.wrong)} | {taken[len(taken) // 2] * 1000:.0f} |"
        f" {taken[int(len(taken) * 0.95)] * 1000:.0f} | {taken[-1] * 1000:.0f} |"
    )


HEAD = "| Redis | seconds | requests | wrong | p50 ms | p95 ms | slowest ms |\n|---|---|---|---|---|---|---|\n"
