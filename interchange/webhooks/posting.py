"""One message to one address: the only place of the arena that connects to where a person told it to (quality S11).

Standard library alone, so that nothing follows a redirect, reads a proxy from the environment, resolves a name again or
takes a cookie. Nothing of the answer but its status and when to come again is read: what stands in it is shown to nobody.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from http.client import HTTPConnection, HTTPException
from threading import Timer
from time import monotonic

import certifi

from interchange.webhooks import addressing

CONNECT, READ, WHOLE = (
    5,
    10,
    20,
)  # seconds: for the connection, for each answer of the other side, for everything together
LONGEST_WAIT = timedelta(hours=24)  # that a receiver can ask for


class NotReceived(Exception):
    """Nobody knows that it arrived, so it is sent again. `why` is a key of `sending.ERRORS`, `detail` what the machine said."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else why)
        self.why = why


@dataclass(frozen=True)
class Answer:
    status: int
    after: timedelta  # the receiver's Retry-After; zero: it said nothing
    milliseconds: int


def post(url: str, body: bytes, headers: dict[str, str], *, at: datetime) -> Answer:
    """Sends, and returns what was answered, whatever it was. Raises addressing.Refused and NotReceived."""
    where = addressing.target(url)
    address = addressing.address_of(where)
    started = monotonic()
    try:
        sock = socket.create_connection((address, where.port), timeout=CONNECT)
    except TimeoutError as why:
        raise NotReceived("timeout") from why
    except OSError as why:
        raise NotReceived("connection", type(why).__name__) from why
    sock.settimeout(READ)
    if where.scheme == "https":  # shaken hands with later: the other side could take its time with that as well
        sock = context().wrap_socket(sock, server_hostname=where.host, do_handshake_on_connect=False)
    cut = Timer(WHOLE, _cut, [sock])
    cut.daemon = True
    cut.start()
    try:
        status, said = _talk(sock, where, body, headers)
        if monotonic() - started >= WHOLE:  # what was cut reads like an end
            raise TimeoutError
    except ssl.SSLCertVerificationError as why:
        raise NotReceived("tls", why.verify_message) from why
    except TimeoutError as why:
        raise NotReceived("timeout") from why
    except (OSError, HTTPException, ValueError) as why:
        if monotonic() - started >= WHOLE:
            raise NotReceived("timeout") from why
        raise NotReceived("tls" if isinstance(why, ssl.SSLError) else "broken", type(why).__name__) from why
    finally:
        cut.cancel()
        sock.close()
    return Answer(status, _after(said, at), round((monotonic() - started) * 1000))


def _talk(sock: socket.socket, where: addressing.Target, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """The status of the answer, and its Retry-After."""
    if isinstance(sock, ssl.SSLSocket):
        sock.do_handshake()  # the certificate must be the name's
    line = HTTPConnection(where.host, where.port)
    line.sock = sock
    line.request("POST", where.path, body, {**headers, "Host": where.authority, "Connection": "close"})
    answer = line.getresponse()
    return answer.status, answer.headers.get("Retry-After", "")


@cache
def context() -> ssl.SSLContext:
    """The machine's own authorities, and those that come with the arena for machines that have none."""
    made = ssl.create_default_context()
    made.load_verify_locations(certifi.where())
    made.set_alpn_protocols(["http/1.1"])
    return made


def _cut(sock: socket.socket) -> None:
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # not the method of TLS, which another thread is within
    except OSError:
        pass  # it had ended


def _after(said: str, at: datetime) -> timedelta:
    """Seconds or a date (RFC 9110, 10.2.3); what is neither counts as nothing."""
    if said.isascii() and said.isdecimal() and len(said) < 10:
        return min(timedelta(seconds=int(said)), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, OverflowError):  # a year of twenty digits is the machine's fault, not the date's
        return timedelta(0)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(timedelta(0), min(moment - at, LONGEST_WAIT))
