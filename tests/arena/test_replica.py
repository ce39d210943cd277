"""A real pair: a PostgreSQL with a streaming replica, and the arena's web server before both.

Replay on the replica is stopped while the primary goes on, so each page shows by an organisation's name who answered it.
"""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.db import connection

from arena.embedded import CLEAN, OWNER, ROOT, Services
from arena.launch import free_port
from tests.notifications.kit import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PORT, OLD, NEW = 5433, "Gamla namnet", "Nya namnet"

ROWS = """
import django, json
django.setup()
from django.test import Client
from django.utils import timezone
from tests import make
buyer = make.buyer(name="Gamla namnet", slug="arvika")
network = make.network(leader=buyer, at=timezone.now())
notice = make.notice(buyer=buyer, at=timezone.now())
client = Client()
client.force_login(make.user())
print(json.dumps({
    "pages": ["/sv/organisations/arvika/", "/sv/procurements/", f"/sv/procurements/{notice.slug}/",
              f"/sv/networks/{network.slug}/", f"/sv/interchange/{notice.slug}/ocds.json"],
    "session": client.cookies["sessionid"].value,
}))
"""


class Pair:
    """A primary with the test's own schema, and its replica: two servers in one directory of sockets."""

    def __init__(self) -> None:
        name = os.environ.get("ARENA_TEST_SERVICES", "test") + os.environ.get("PYTEST_XDIST_WORKER", "")
        self.services = Services(f"{name}-pair", fast=True, more=("wal_level=replica", "max_wal_senders=4"))
        self.given = self.services.start()
        self.primary = self.services.database_url(OWNER)
        host, _slash, name = self.primary.rpartition("/")
        self.replica = f"{host}:{PORT}/{name}"
        self.copy_schema()
        self.server = self.start_replica()

    def tool(self, name, *arguments, **how):
        command, how = [str(part) for part in (self.services.binaries / name, *arguments)], how | self.services.account
        return subprocess.run(command, check=True, cwd="/", stdout=subprocess.PIPE, **how).stdout

    def copy_schema(self):
        with psycopg.connect(self.services.database_url(OWNER, "postgres"), autocommit=True) as server:
            server.execute("DROP DATABASE IF EXISTS arena WITH (FORCE)")
            server.execute("CREATE DATABASE arena")
        own = connection.settings_dict
        dumped = self.tool("pg_dump", "-h", own["HOST"], "-U", own["USER"], own["NAME"])
        self.tool(
            "psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.services.sockets, "-U", OWNER, "arena", input=dumped
        )

    def start_replica(self):
        sockets, data = self.services.sockets, self.services.data.with_name("replica")
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(mode=0o700)
        account: dict[str, Any] = self.services.account
        if account:
            os.chown(data, account["user"], account["group"])
        self.tool(
            "pg_basebackup", "-h", sockets, "-U", OWNER, "-D", data, "-R", "-X", "stream", "-c", "fast", "--no-sync"
        )
        given = (
            f"unix_socket_directories={sockets}",
            f"port={PORT}",
            "listen_addresses=",
            "max_connections=100",
            "fsync=off",
        )
        command = [self.services.binaries / "postgres", "-D", data, *(part for one in given for part in ("-c", one))]
        server = self.services.spawn("replica", command, stop=signal.SIGINT, env=CLEAN, account=self.services.account)
        wait_until(lambda: self.ask(self.replica, "SELECT pg_is_in_recovery()"), 20)
        return server

    def ask(self, where, sql):
        """The answer's first cell; None while there is none, or nobody to ask."""
        try:
            with psycopg.connect(where, autocommit=True) as server:
                found = server.execute(sql)
                row = found.fetchone() if found.description else None
                return row[0] if row else None
        except psycopg.OperationalError:
            return None

    def environment(self, **more):
        mode = {"ARENA_MODE": "test", "DJANGO_SETTINGS_MODULE": "arena.settings"}
        return {**os.environ, **mode, **self.given, "DATABASE_URL": self.primary, **more}


class Web:
    """The arena's own server, before both databases; a browser without JavaScript in `get`."""

    def __init__(self, pair, port, **environment):
        self.port = free_port(port)
        command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", self.port),
            *("--workers", "1", "--blocking-threads", "1", "--no-access-log", "--log-level", "warning", "arena.wsgi:application"),
        ]  # fmt: skip
        own = pair.environment(DATABASE_REPLICA_URL=pair.replica, **environment)
        self.child = pair.services.spawn(f"web-{self.port}", command, env=own, directory=ROOT)

    def answers(self):
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def ask(self, method, path, body=None, **cookies):
        """Status, text and the cookies that the answer sets."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Host": "localhost", "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        asked.request(method, path, body, headers)
        answer = asked.getresponse()
        jar = SimpleCookie()
        for line in answer.headers.get_all("Set-Cookie") or ():
            jar.load(line)
        text = answer.read().decode()
        asked.close()
        return answer.status, text, {name: morsel.value for name, morsel in jar.items()}

    def name_on(self, path, **cookies):
        status, text, _set = self.ask("GET", path, **cookies)
        assert status == 200, text[:500]
        return NEW if NEW in text else OLD if OLD in text else ""


@pytest.fixture
def pair():
    made = Pair()
    yield made
    print(made.server.log.read_text()[-3000:])
    made.services.stop()


def test_visitors_read_from_the_replica_and_everybody_else_from_the_primary(pair):
    web = Web(pair, 18100, ARENA_REPLICA_LAG="3600", ARENA_REPLICA_STICKY="4000")
    strict = Web(pair, 18200, ARENA_REPLICA_LAG="1")
    made = subprocess.run(
        [sys.executable, "-c", ROWS], cwd=ROOT, env=pair.environment(), capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr[-3000:]
    rows = json.loads(made.stdout)
    pages, session = rows["pages"], rows["session"]
    wait_until(lambda: pair.ask(pair.replica, "SELECT count(*) FROM procurements_noticesearch"), 10)
    wait_until(lambda: web.answers() and strict.answers(), 30)

    # The replica stands still; the primary goes on.
    pair.ask(pair.replica, "SELECT pg_wal_replay_pause()")
    wait_until(lambda: pair.ask(pair.replica, "SELECT pg_get_wal_replay_pause_state()") == "paused", 10)
    pair.ask(pair.primary, f"UPDATE accounts_organisation SET name = '{NEW}' WHERE name = '{OLD}'")
    assert [web.name_on(path) for path in pages] == [OLD] * len(pages)
    assert [web.name_on(path, sessionid=session) for path in pages] == [NEW] * len(pages)

    # Whoever writes reads from the primary from then on.
    _status, _text, cookies = web.ask("GET", "/sv/account/login/")
    token = cookies["csrftoken"]
    form = urlencode({"login": "nobody@example.org", "password": "fel lösenord", "csrfmiddlewaretoken": token})
    status, _text, written = web.ask("POST", "/sv/account/login/", form, csrftoken=token)
    assert (status, written["written"]) == (200, "1")
    assert [web.name_on(path, written="1") for path in pages] == [NEW] * len(pages)

    # A replica that is too far behind is not asked; one that has caught up is.
    wait_until(lambda: strict.name_on(pages[0]) == NEW, 20)
    assert web.name_on(pages[0]) == OLD
    pair.ask(pair.replica, "SELECT pg_wal_replay_resume()")
    wait_until(lambda: web.name_on(pages[0]) == NEW, 20)
    assert pair.ask(pair.replica, "SELECT sum(xact_commit) FROM pg_stat_database WHERE datname = 'arena'") > 0

    # It stops in the middle of everything, and no visitor meets an error.
    pair.server.process.send_signal(signal.SIGINT)
    pair.server.process.wait(20)
    assert [web.name_on(path) for path in pages] == [NEW] * len(pages)

    assert "cannot execute" not in pair.server.log.read_text()  # nothing tried to write there
