"""A receiver as its owner would write one, and builders for webhooks."""

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from interchange.webhooks import keeping
from tests import make

URL = "https://receiver.example.org/from-the-arena"
ALL = ["published", "amended", "closed", "outcome"]


def webhook(*, owner=None, at=make.NOW, **fields):
    wanted = {"name": "Vårt system", "url": URL, "question": "", "happenings": ALL, "organisation": None, **fields}
    return keeping.make(owner=owner or make.user(), at=at, **wanted)


def is_signed(secret, headers, body, *, now=None):
    """The check of docs/webhooks.md."""
    if abs((now or time.time()) - int(headers["webhook-timestamp"])) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mark = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return any(hmac.compare_digest(f"v1,{mark}", each) for each in headers["webhook-signature"].split())


class Receiver:
    """Listens on this machine, and keeps what comes: `got` has (headers, body), in order.

    `answer` is what it says: a status, and headers. Set `trap`, and the next answer takes two seconds: `caught` says that the
    message has come and its sender does not know.
    """

    def __init__(self, context=None):
        self.got, self.answer = [], (204, {})
        self.trap, self.caught = threading.Event(), threading.Event()
        mine = self

        class Talk(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                mine.got.append((dict(self.headers.items()), body))
                if mine.trap.is_set():
                    mine.trap.clear()
                    mine.caught.set()
                    time.sleep(2)
                status, headers = mine.answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_words):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass  # a sender that hung up

        self.server = Server(("127.0.0.1", 0), Talk)
        if context:
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self.server.server_address[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}/from-the-arena"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def said(self):
        return [json.loads(body) for _headers, body in self.got]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
