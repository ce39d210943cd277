"""How long does saving while one types take, when fifty procurers type at once? `python -m bench.autosave [--seconds 30]`

A server as ./start runs it, with its middleware, sessions and database. Each procurer has a draft of an own and rests one to
three seconds between two savings; every saving changes the text. The peer, in the same run, under the same load and the same
server: a Django without middleware or database that reads the form and answers a line (`bench/bare.py`).
"""

import argparse
import http.client
import os
import random
import socket
import subprocess
import sys
import threading
import time
from typing import NamedTuple
from urllib.parse import urlencode

from bench.database import machine, prepared

PEOPLE = 50
REST = (1.0, 3.0)  # seconds between two savings
TEXT = "Larmet kommer först när olyckan har skett, och den som ringer får vänta. " * 10
TOKEN = "a" * 32


class Typist(NamedTuple):
    """Whoever saves, and where."""

    path: str
    cookie: str
    fields: dict[str, str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def serve(application: str) -> tuple[subprocess.Popen[bytes], int]:
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "2", "--blocking-threads", "1", "--no-access-log", "--log-level", "warning", application]
    server = subprocess.Popen(command, env=os.environ)
    for _attempt in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return server, port
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{application} does not answer.")


def typists() -> list[Typist]:
    """Fifty people of a buyer each, logged in, with a draft."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from tests import make

    found = []
    for _number in range(PEOPLE):
        person = make.member(make.buyer())
        make.second_factor(person)
        notice = make.notice(by=person, buyer=person.memberships.get().organisation, published=False, at=timezone.now())
        client = Client()
        client.force_login(person)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
        fields = {"language": "sv", "title": notice.title, "revision": str(notice.revision)}
        found.append(Typist(f"/sv/procurements/{notice.slug}/edit/need/autosave/", cookie, fields))
    return found


def typing(typist: Typist, port: int, until: float, taken: list[float], wrong: list[int]) -> None:
    """One person's savings; each names the revision that the last one left."""
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "Host": "localhost", "Cookie": typist.cookie, "X-CSRFToken": TOKEN, "HX-Request": "true",
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    revision = int(typist.fields["revision"])
    time.sleep(random.uniform(0, REST[1]))
    while time.perf_counter() < until:
        body = urlencode({**typist.fields, "revision": revision, "problem": f"{TEXT}{revision}"})
        began = time.perf_counter()
        server.request("POST", typist.path, body, headers)
        response = server.getresponse()
        response.read()
        taken.append((time.perf_counter() - began) * 1000)
        if response.status == 200:
            revision += 1
        else:
            wrong.append(response.status)
        time.sleep(random.uniform(*REST))


def measure(people: list[Typist], port: int, seconds: float) -> tuple[list[float], list[int]]:
    """Milliseconds of every saving, and the statuses of those that failed."""
    taken: list[float] = []
    wrong: list[int] = []
    until = time.perf_counter() + seconds
    threads = [threading.Thread(target=typing, args=(one, port, until, taken, wrong)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(taken), wrong


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=float, default=30)
    seconds = arguments.parse_args().seconds
    with prepared("autosave"):
        people = typists()
        bare = [Typist("/", one.cookie, one.fields) for one in people]
        rows = []
        for name, application, those in (
            ("bare Django", "bench.bare:application", bare),
            ("autosave", "arena.wsgi:application", people),
        ):
            server, port = serve(application)
            try:
                measure(those, port, 5)  # warm
                if application.startswith("arena"):
                    those = again(those)
                rows.append((name, *measure(those, port, seconds)))
            finally:
                server.terminate()
                server.wait()
    print(machine(), "\n\n| what | savings | failed | p50 ms | p95 ms |\n|---|---|---|---|---|")
    for name, taken, wrong in rows:
        print(f"| {name} | {len(taken)} | {len(wrong)} | {at(taken, 0.5):.1f} | {at(taken, 0.95):.1f} |")
    (_bare, peer, _none), (_name, ours, _wrong) = rows
    print(f"\nRatio of p50: {at(ours, 0.5) / at(peer, 0.5):.1f}; of p95: {at(ours, 0.95) / at(peer, 0.95):.1f}")


def again(people: list[Typist]) -> list[Typist]:
    """The same people with the revisions that their drafts have now."""
    from procurements.models import Notice

    revisions = {f"/sv/procurements/{one.slug}/edit/need/autosave/": one.revision for one in Notice.objects.all()}
    return [one._replace(fields={**one.fields, "revision": str(revisions[one.path])}) for one in people]


def at(taken: list[float], share: float) -> float:
    return taken[min(len(taken) - 1, int(len(taken) * share))]


if __name__ == "__main__":
    main()
