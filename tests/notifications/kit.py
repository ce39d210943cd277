"""Real parts for tests of the sender: a mail server that writes before it answers, and worker processes that can be killed."""

import os
import random
import re
import signal
import socketserver
import subprocess
import sys
import threading
import time
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.core.cache import cache
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


class MailSink:
    """Speaks enough SMTP. A mail is on disk before it is answered, and the answer takes 0-10 ms: the window of a crash.

    Set `trap`, and the next mail's answer takes two seconds: `caught` says that the window is open. `delays`: the shortest
    and the longest time to an answer, in seconds.
    """

    delays = (0.0, 0.01)

    def __init__(self, directory, seed=1):
        self.directory, self.chance, self.lock, self.count = directory, random.Random(seed), threading.Lock(), 0
        self.trap, self.caught = threading.Event(), threading.Event()
        sink = self

        class Talk(socketserver.StreamRequestHandler):
            def say(self, line):
                self.wfile.write(line.encode() + b"\r\n")

            def handle(self):
                self.say("220 sink")
                while line := self.rfile.readline():
                    verb = line[:4].upper()
                    if verb == b"DATA":
                        self.say("354 go on")
                        words = []
                        while (part := self.rfile.readline()) not in (b".\r\n", b""):
                            words.append(part[1:] if part.startswith(b"..") else part)
                        if not part:
                            return
                        sink.keep(b"".join(words))
                    self.say("221 bye" if verb == b"QUIT" else "250 ok")

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, request, client_address):
                pass  # a client that was killed

        self.server = Server(("127.0.0.1", 0), Talk)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def keep(self, words):
        with self.lock:
            self.count += 1
            path, pause = self.directory / f"{self.count}.eml", self.chance.uniform(*self.delays)
        with open(path, "wb") as file:
            file.write(words)
            file.flush()
            os.fsync(file.fileno())
        if self.trap.is_set():
            self.trap.clear()
            self.caught.set()
            pause = 2
        time.sleep(pause)

    def messages(self):
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in self.directory.glob("*.eml")]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def number_of(message):
    """The mail's id, from its Message-ID."""
    return re.match(r"<([0-9a-f-]{36})@", message["Message-ID"])[1]


def database_url():
    """The address of the test's own database."""
    database = connection.settings_dict
    where = quote(database["HOST"], safe="") + (f":{database['PORT']}" if database["PORT"] else "")
    who = quote(database["USER"]) + (f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else "")
    return f"postgres://{who}@{where}/{database['NAME']}"


class Workers:
    """`python -m celery` processes on the test's own database and broker."""

    def __init__(self, sink, directory, lease=120):
        self.directory = directory
        self.environment = {
            **os.environ,
            "ARENA_MODE": "test",
            "DATABASE_URL": database_url(),
            "REDIS_BROKER_DB": str(settings.REDIS_BROKER_DB),
            "REDIS_CACHE_DB": str(settings.REDIS_CACHE_DB),
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
            "ARENA_MAIL_LEASE": str(lease),
            "ARENA_ANCHOR_FILE": str(directory / "anchor.log"),
        }
        self.processes = []
        cache.delete("bell:send")  # a bell that an earlier test rang to nobody must not keep ours from ringing

    def start(self, *what):
        with open(self.directory / "workers.log", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "arena", *what],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def worker(self):
        return self.start(
            "worker",
            "-I",
            "tests.notifications.worker_kinds",
            "-c",
            "1",
            "--without-mingle",
            "--without-gossip",
            "-l",
            "WARNING",
        )

    def beat(self):
        return self.start("beat", "-s", str(self.directory / "beat"), "--pidfile", "", "-l", "WARNING")

    def kill(self, process):
        """SIGKILL to the whole worker, the child that sends included."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.processes.remove(process)

    def close(self):
        for process in list(self.processes):
            self.kill(process)
        print((self.directory / "workers.log").read_text()[-3000:])  # pytest shows it when the test fails


def wait_until(what, seconds):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)
