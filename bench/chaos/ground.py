"""The machines of a chaos run: a PostgreSQL and a Valkey of its own that may be killed, workers and beats that are started
again at once, and a mail server that writes before it answers.

Import nothing of Django's models before `Ground` was entered.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import psycopg
import redis

from arena.embedded import APP, CLEAN, DATABASE, OWNER, ROOT, Child, Services, postgres_binaries
from tests.notifications.kit import MailSink


class Ground:
    """PostgreSQL and Valkey, with every promise of theirs kept (a test's cluster gives up durability), and one database
    with all migrations, which each run gets a copy of.

    `like`: the address of a database that is migrated already, so that this one need not be.
    """

    def __init__(self, name: str, *, like: str = "") -> None:
        self.services, self.like = Services(name), like

    def __enter__(self) -> Ground:
        environment = self.services.start()
        self.address = environment["REDIS_URL"]
        os.environ.update(environment, ARENA_MODE="test", DJANGO_SETTINGS_MODULE="arena.settings")
        os.environ["DATABASE_URL"] = os.environ.pop("DATABASE_OWNER_URL")
        os.environ["ARENA_MEDIA_DIR"] = str(self.services.directory / "media")
        import django

        django.setup()
        from django.core.management import call_command

        if self.like:
            self._copy(os.environ["DATABASE_URL"])
        else:
            call_command("migrate", verbosity=0, interactive=False)
        call_command("grant_app_role", stdout=io.StringIO())
        return self

    def _copy(self, address: str) -> None:
        with self._server() as server:
            server.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {DATABASE}")
        dump = [postgres_binaries() / "pg_dump", "--no-owner", "--no-privileges", self.like]
        restore = [postgres_binaries() / "psql", "-q", "-v", "ON_ERROR_STOP=1", address]
        said = subprocess.run(dump, capture_output=True, check=True).stdout
        subprocess.run(restore, input=said, stdout=subprocess.DEVNULL, check=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._use(DATABASE, OWNER)
        self.services.stop()

    @contextmanager
    def world(self, name: str, **options: object) -> Iterator[World]:
        """A run's own copy of the database, an empty Valkey, an empty mail server."""
        self._use(DATABASE, OWNER)
        database = f"chaos_{name}"
        with self._server() as server:
            server.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {database} TEMPLATE {DATABASE}")
        self._use(database, APP)
        world = World(self, name, database, **options)
        world.broker.flushall()
        try:
            yield world
        finally:
            world.close()
            self._use(DATABASE, OWNER)
            with self._server() as server:
                server.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def as_owner(self, database: str) -> psycopg.Connection:
        """What the application's own role may not do."""
        return psycopg.connect(self.services.database_url(OWNER, database), autocommit=True)

    def _server(self) -> psycopg.Connection:
        return self.as_owner("postgres")

    @staticmethod
    def _use(database: str, role: str) -> None:
        from django.db import connections

        connections.close_all()
        connections.settings["default"].update(NAME=database, USER=role)


class World:
    """One run's processes. All of them are started by the thread that made it: a child dies with the thread it came from."""

    def __init__(
        self,
        ground: Ground,
        name: str,
        database: str,
        *,
        lease: int = 15,
        children: int = 2,
        imports: str = "",
        seed: int = 1,
    ) -> None:
        self.ground, self.services, self.database = ground, ground.services, database
        self.directory = ground.services.directory / "runs" / name
        shutil.rmtree(self.directory, ignore_errors=True)
        (self.directory / "mails").mkdir(parents=True)
        self.sink = MailSink(self.directory / "mails", seed)
        self.broker = redis.Redis(unix_socket_path=ground.address.removeprefix("unix://"))
        self.children, self.imports = children, imports
        self.running: dict[str, tuple[Child, list[object], dict[str, str]]] = {}
        self.environment = {
            **os.environ,
            "DATABASE_URL": ground.services.database_url(APP, database),
            "REDIS_URL": ground.address,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.sink.port}",
            "ARENA_MAIL_LEASE": str(lease),
            "ARENA_ANCHOR_FILE": str(self.directory / "anchor.log"),
        }
        from django.conf import settings

        settings.ANCHOR_FILE = self.environment["ARENA_ANCHOR_FILE"]
        for log in ground.services.logs.glob("*.log"):
            if log.stem not in ("postgres", "redis"):
                log.unlink()

    # --- what is kept running ----------------------------------------------------------------------------------------

    def keep(self, name: str, command: list[object], **environment: str) -> None:
        """Starts it; `supervise` starts it again whenever it has ended."""
        child = self.services.spawn(
            name, command, stop=signal.SIGKILL, env={**self.environment, **environment}, directory=ROOT
        )
        self.running[name] = child, command, environment

    def keep_workers(self, number: int) -> None:
        imports = ["-I", self.imports] if self.imports else []
        for index in range(number):
            self.keep(
                f"worker-{index}",
                [
                    sys.executable, "-m", "celery", "-A", "arena", "worker", "-n", f"worker-{index}@chaos", "-c", self.children,
                    "--without-mingle", "--without-gossip", "-l", "WARNING", *imports,
                ],
            )  # fmt: skip

    def keep_beat(self, name: str = "beat") -> None:
        schedule = self.directory / name
        self.keep(
            name,
            [sys.executable, "-m", "celery", "-A", "arena", "beat", "-s", schedule, "--pidfile", "", "-l", "WARNING"],
        )

    def supervise(self) -> None:
        for name, (child, command, environment) in list(self.running.items()):
            if child.ended() is not None:
                self.services.children.remove(child)
                self.keep(name, command, **environment)
        postgres = self._service("postgres")
        if postgres.ended() is not None:  # its last processes may hold on to what a new one needs, for a moment
            self._start_postgres(postgres)

    def workers(self) -> list[str]:
        """The names of those that run."""
        return [
            name
            for name, (child, *_rest) in self.running.items()
            if name.startswith("worker") and child.ended() is None
        ]

    def wait_until(self, what: Callable[[], bool], seconds: float) -> float | None:
        """Supervises until `what`; returns the seconds that it took, or None when it took too long."""
        began = time.monotonic()
        while not self._is_so(what):
            if time.monotonic() - began > seconds:
                return None
            self.supervise()
            time.sleep(0.1)
        return time.monotonic() - began

    @staticmethod
    def _is_so(what: Callable[[], bool]) -> bool:
        from django.db import InterfaceError, OperationalError, connection

        try:
            return what()
        except (OperationalError, InterfaceError):  # PostgreSQL is being restarted
            connection.close()
            return False

    def wait_until_at_work(self) -> None:
        """Rings until somebody answers: the first beat would come after five seconds."""
        from notifications import doorbell
        from records.models import Pulse

        def is_answered() -> bool:
            doorbell.ring("send")
            return Pulse.objects.filter(task="notifications.send_due").exclude(finished_at=None).exists()

        if self.wait_until(is_answered, 90) is None:
            raise SystemExit(f"The workers did not start:\n{self.logs()}")

    def logs(self) -> str:
        return "\n".join(path.read_text()[-2000:] for path in self.services.logs.glob("worker-*.log"))

    # --- what is done to them ----------------------------------------------------------------------------------------

    def kill(self, name: str) -> None:
        """SIGKILL to the whole of it, its children included; `supervise` starts it again."""
        child = self.running[name][0]
        os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()

    def end(self, name: str) -> None:
        """The same, for good."""
        self.kill(name)
        self.services.children.remove(self.running.pop(name)[0])

    def kill_child(self, name: str, choose: Callable[[list[int]], int]) -> bool:
        """SIGKILL to one process of a worker that does its tasks; False when it has none yet."""
        pid = self.running[name][0].process.pid
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if not found:
            return False
        os.kill(choose([int(each) for each in found]), signal.SIGKILL)
        return True

    def flush(self) -> None:
        self.broker.flushall()

    def kill_redis(self, *, start: bool = True) -> None:
        """SIGKILL, and an empty one in its place."""
        redis_server = self._service("redis")
        redis_server.process.kill()
        redis_server.process.wait()
        if start:
            self.start_redis()

    def start_redis(self) -> None:
        dead = self._service("redis")
        shutil.rmtree(self.services.directory / "redis")
        (self.services.directory / "redis").mkdir()
        self.services.children.remove(dead)
        self.services.spawn("redis", dead.process.args)

    def hang_redis(self) -> None:
        self._service("redis").process.send_signal(signal.SIGSTOP)

    def let_redis_go_on(self) -> None:
        self._service("redis").process.send_signal(signal.SIGCONT)

    def restart_postgres(self) -> None:
        """An immediate shutdown: what pg_ctl does with -m immediate. Nothing is finished, nothing is written."""
        postgres = self._service("postgres")
        postgres.process.send_signal(signal.SIGQUIT)
        postgres.process.wait()
        self._start_postgres(postgres)

    def _start_postgres(self, dead: Child) -> None:
        self.services.children.remove(dead)
        self.services.spawn("postgres", dead.process.args, stop=signal.SIGINT, env=CLEAN, account=self.services.account)

    def _service(self, name: str) -> Child:
        return next(child for child in self.services.children if child.name == name)

    def close(self) -> None:
        for name in list(self.running):
            self.end(name)
        self.sink.close()
        if self._service("redis").ended() is not None:
            self.start_redis()
        while self._service("postgres").ended() is not None:
            self.supervise()
            time.sleep(0.2)
        for _attempt in range(100):
            try:
                self.ground.as_owner("postgres").close()
                self.broker.ping()
                return
            except (psycopg.OperationalError, redis.RedisError):
                time.sleep(0.1)
