"""A server that answers as TED and Doffin do, in a thread: packages by number, a search by day, pauses, faults."""

import json
import threading
import time
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Sources:
    """`files` by path; `answers` by path are taken first, one after the other: (status, headers, body), or a function."""

    def __init__(self):
        self.files, self.days, self.answers = {}, {}, {}
        self.asked, self.headers = Counter(), []
        self.key, self.pause_after, self.retry_after = "", None, "1"
        self.url = ""

    def answer(self, path, asked):
        if self.answers.get(path):
            return self.answers[path].pop(0)
        if self.pause_after is not None:
            if self.pause_after == 0:
                self.pause_after = 30
                return 429, {"Retry-After": self.retry_after}, b"slow down"
            self.pause_after -= 1
        if path == "/search":
            return 200, {"Content-Type": "application/json"}, self.search(asked)
        if path in self.files:
            return 200, {"Content-Type": "application/octet-stream"}, self.files[path]
        return 404, {}, b""

    def search(self, asked):
        page, size = int(asked["page"][0]), int(asked["numHitsPerPage"][0])
        assert page >= 1
        assert asked["issueDateFrom"] == asked["issueDateTo"]
        found = self.days.get(asked["issueDateFrom"][0], [])
        shown = found[:1000][(page - 1) * size : page * size]
        hits = [{"id": identifier, "heading": "Tab\there and a line"} for identifier in shown]
        body = {"numHitsTotal": len(found), "numHitsAccessible": min(len(found), 1000), "hits": hits}
        return json.dumps(body).replace("\\t", "\t").encode()


@contextmanager
def serving():
    sources = Sources()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            parts = urlsplit(self.path)
            sources.asked[parts.path] += 1
            sources.headers.append(self.headers)
            if sources.key and self.headers.get("Ocp-Apim-Subscription-Key") != sources.key:
                status, headers, body = 401, {}, b""
            else:
                status, headers, body = sources.answer(parts.path, parse_qs(parts.query))
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            if headers.get("Slow"):
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    time.sleep(0.05)
            else:
                self.wfile.write(body)
            if int(headers.get("Content-Length", len(body))) != len(body):
                self.close_connection = True

        def log_message(self, *_said):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    sources.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield sources
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
