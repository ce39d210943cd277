"""A mail provider's interface over HTTP on this machine: speaks like Resend (and Brevo), and counts what it took."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Provider:
    """`plan`: what it does with the next requests; when it is empty it takes the mail.

    A number answers that status and takes nothing; "taken, then 500" and "taken, then silence" take the mail first.
    """

    def __init__(self):
        self.plan, self.taken, self.requests = [], [], []
        self.known = {}  # key: (what was sent, the answer)
        provider = self

        class Talk(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                key = self.headers.get("Idempotency-Key") or body.get("headers", {}).get("idempotencyKey")
                provider.requests.append((key, body))
                step = provider.plan.pop(0) if provider.plan else "take"
                if isinstance(step, tuple):
                    return self.answer(*step)
                if isinstance(step, int):
                    return self.answer(step, {"message": "no"})
                status, answer = provider.take(key, body)
                if step == "taken, then silence":
                    self.close_connection = True
                    return self.connection.close()
                return self.answer(500, {}) if step == "taken, then 500" else self.answer(status, answer)

            def answer(self, status, words, **headers):
                said = json.dumps(words).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Talk)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *args: None  # a connection that we cut ourselves
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def take(self, key, body):
        if key in self.known:
            before, answer = self.known[key]
            return (200, answer) if before == body else (409, {"name": "invalid_idempotent_request"})
        self.taken.append(body)
        answer = {"id": f"re_{len(self.taken)}", "messageId": f"<br_{len(self.taken)}@provider>"}
        if key:
            self.known[key] = body, answer
        return 200, answer

    def close(self):
        self.server.shutdown()
        self.server.server_close()
