"""What ./start runs: every service of the arena as a child of this process, with demo data, until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from arena.embedded import ROOT, Services

BEGAN = float(os.environ.get("ARENA_STARTED_AT", time.time()))


def say(sentence: str) -> None:
    try:
        print(f"[{time.time() - BEGAN:5.1f} s] {sentence}", flush=True)
    except OSError:
        pass  # the terminal is gone; what is under way is finished all the same


def free_port(wanted: int) -> int:
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise SystemExit(f"No free port between {wanted} and {wanted + 50}; set PORT to one that is free.")


def manage(*arguments: str, **environment: str) -> None:
    done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env={**os.environ, **environment})
    if done.returncode:
        raise SystemExit(f"manage.py {arguments[0]} failed; the lines above say why.")


def run(services: Services, stopping: list[int]) -> int:
    os.environ.update(services.start())
    os.environ.setdefault("ARENA_MODE", "demo")
    owner = os.environ["DATABASE_OWNER_URL"]
    del os.environ["DATABASE_OWNER_URL"]  # web, worker and beat know the application's role alone
    say(f"PostgreSQL {services.version} and Redis are up")
    manage("prepare", DATABASE_URL=owner)
    say("the database is migrated, the code lists and the demo data are in place")
    port = free_port(int(os.environ.get("PORT", "8000")))
    os.environ["ARENA_URL"] = address = f"http://localhost:{port}"
    python = sys.executable
    for name, command in {
        "web": [
            python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port, "--workers", "2",
            "--blocking-threads", "1", "--no-access-log", "--log-level", "warning", "arena.wsgi:application",
        ],
        "worker": [python, "-m", "celery", "-A", "arena", "worker", "-c", "2", "-l", "WARNING", "--without-gossip", "--without-mingle"],
        "beat": [
            python, "-m", "celery", "-A", "arena", "beat", "-l", "WARNING", "--pidfile=", "-s", services.directory / "beat",
        ],
    }.items():  # fmt: skip
        services.spawn(name, command, directory=ROOT)  # type: ignore[arg-type]
    while not stopping and not answers(f"{address}/healthz"):
        if ended(services):
            return 1
        time.sleep(0.05)
    if not stopping:
        say(f"The arena is open at {address}/   (Ctrl-C stops it; logs in .data/demo/log)")
        manage("demo_accounts")
    while not stopping:
        if ended(services):
            return 1
        time.sleep(0.2)
    return 0


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2):  # noqa: S310  our own loopback address
            return True
    except (urllib.error.URLError, OSError):
        return False


def ended(services: Services) -> bool:
    for child in services.children:
        if child.ended() is not None:
            print(f"{child.name} stopped with code {child.ended()}; see {child.log.relative_to(ROOT)}", file=sys.stderr)
            return True
    return False


def main() -> int:
    stopping: list[int] = []
    for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wanted, lambda number, frame: stopping.append(number))
    services = Services("demo")
    try:
        return run(services, stopping)
    finally:
        began = time.time()
        services.stop()
        say(f"stopped in {time.time() - began:.1f} s")


if __name__ == "__main__":
    sys.exit(main())
