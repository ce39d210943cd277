"""The one door through which the arena goes to an address that a person has typed (quality S11): webhooks, links of guidance.

Public addresses alone, asked of the resolver anew for each visit. The name is resolved here, every address that it has is
looked at, and the connection goes to the very one that was looked at: a resolver that answers with a public address first
and a private one second leads nowhere. Standard library alone, so that nothing follows a redirect, reads a proxy from the
environment, resolves a name again or takes a cookie. Of the answer the status and the headers are read, and no more.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from email.message import Message
from functools import cache
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Timer
from time import monotonic
from urllib.parse import quote, urlsplit

import certifi
import idna
from django.conf import settings

# Seconds: for the connection, for each answer of the other side, for everything together.
CONNECT, READ, WHOLE = 5, 10, 20
LONGEST = 2000
SAFE = "/%:@!$&'()*+,;=~-._?"  # stands in a path and a query as it is
# Names that mean something on a network of one's own alone (RFC 6761, 6762, 8375, 9476, and what routers and clouds use).
PRIVATE_NAMES = (
    "localhost", "local", "localdomain", "internal", "intranet", "private", "corp", "home", "lan", "arpa", "onion", "invalid",
)  # fmt: skip
GLOBAL_6 = IPv6Network(
    "2000::/3"
)  # all that IANA has given out; the rest is local, reserved, or has an IPv4 address inside
# Within it: Teredo, ORCHID and other protocols; documentation; 6to4; documentation again.
NOT_GLOBAL_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
# Beside what `is_global` knows: the relays of 6to4, AS112, AMT, and the address at which Azure's machines ask their host.
NOT_GLOBAL_4 = tuple(
    map(
        IPv4Network,
        (
            "192.0.0.0/24",
            "192.88.99.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.175.48.0/24",
            "168.63.129.16/32",
        ),
    )
)


class Refused(Exception):
    """The address is none that may be visited. `why`: form, scheme, login, port, number, name, own, unknown or private."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotReached(Exception):
    """There was no answer. `why`: timeout, tls, connection or broken; what the machine said stands after it."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else why)
        self.why = why


@dataclass(frozen=True)
class Doors:
    """What kind of address one errand may go to. `local`: also this machine and any port, to try things out."""

    schemes: tuple[str, ...] = ("https",)
    ports: tuple[int, ...] = (443, 8443)
    longest: int = LONGEST
    local: bool = False


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Message
    milliseconds: int


@dataclass(frozen=True)
class Target:
    scheme: str
    host: str  # in ASCII, small letters
    port: int
    path: str  # with what is asked, as it stands in the request

    @property
    def authority(self) -> str:
        """For the Host header."""
        return self.host if self.port == (443 if self.scheme == "https" else 80) else f"{self.host}:{self.port}"


def target(url: str, doors: Doors) -> Target:
    """What the address says, when it is one that may be visited; nothing is asked of anybody. Raises Refused."""
    local = doors.local
    if len(url) > doors.longest or not url.isprintable() or any(sign in url for sign in " \\"):
        raise Refused("form")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as why:
        raise Refused("form") from why
    if parts.scheme not in doors.schemes:
        raise Refused("scheme")
    if "@" in parts.netloc:
        raise Refused("login")
    if parts.fragment or "%" in parts.netloc or not parts.hostname:
        raise Refused("form")
    if "[" in parts.netloc:
        raise Refused("number")
    host = parts.hostname if local and parts.hostname == "127.0.0.1" else _name(parts.hostname, local=local)
    if port is None:
        port = 443 if parts.scheme == "https" else 80
    if not local and port not in doors.ports:
        raise Refused("port")
    path = quote(parts.path or "/", safe=SAFE) + (f"?{quote(parts.query, safe=SAFE)}" if parts.query else "")
    return Target(parts.scheme, host, port, path)


def _name(host: str, *, local: bool) -> str:
    """The name in ASCII, as a browser reads it: full-width letters and dots of other scripts are folded first."""
    try:
        name = idna.encode(host, uts46=True).decode().lower()
    except (idna.IDNAError, UnicodeError) as why:
        raise Refused("form") from why
    labels = name.split(".")
    if "" in labels:
        raise Refused("form")
    if labels[-1].isdecimal() or labels[-1].startswith("0x"):  # 127.1, 2130706433, 0x7f.1: numbers to every resolver
        raise Refused("number")
    if local:
        return name
    if len(labels) < 2 or labels[-1] in PRIVATE_NAMES:
        raise Refused("name")
    if name == urlsplit(settings.URL).hostname:
        raise Refused("own")
    return name


def address_of(where: Target, doors: Doors) -> str:
    """The address to connect to now. Raises Refused where the name has none, or any that is not on the open internet."""
    try:
        found = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as why:
        raise Refused("unknown") from why
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses:
        raise Refused("unknown")
    if not doors.local and not all(is_public(each) for each in addresses):
        raise Refused("private")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether the address is one of the open internet, and of one machine: none that has another address inside."""
    try:
        number = ip_address(address)
    except ValueError:  # as with a zone: fe80::1%eth0
        return False
    if isinstance(number, IPv6Address):
        return number in GLOBAL_6 and not any(number in each for each in NOT_GLOBAL_6)
    return _is_public_4(number)


def _is_public_4(number: IPv4Address) -> bool:
    return number.is_global and not number.is_multicast and not any(number in each for each in NOT_GLOBAL_4)


def ask(method: str, url: str, headers: dict[str, str], body: bytes | None = None, *, doors: Doors) -> Reply:
    """Asks, and returns what was answered, whatever it was: a redirect is an answer. Raises Refused and NotReached."""
    where = target(url, doors)
    address = address_of(where, doors)
    started = monotonic()
    try:
        sock = socket.create_connection((address, where.port), timeout=CONNECT)
    except TimeoutError as why:
        raise NotReached("timeout") from why
    except OSError as why:
        raise NotReached("connection", type(why).__name__) from why
    sock.settimeout(READ)
    if where.scheme == "https":  # shaken hands with later: the other side could take its time with that as well
        sock = context().wrap_socket(sock, server_hostname=where.host, do_handshake_on_connect=False)
    cut = Timer(WHOLE, _cut, [sock])
    cut.daemon = True
    cut.start()
    try:
        status, said = _talk(sock, where, method, body, headers)
        if monotonic() - started >= WHOLE:  # what was cut reads like an end
            raise TimeoutError
    except ssl.SSLCertVerificationError as why:
        raise NotReached("tls", why.verify_message) from why
    except TimeoutError as why:
        raise NotReached("timeout") from why
    except (OSError, HTTPException, ValueError) as why:
        if monotonic() - started >= WHOLE:
            raise NotReached("timeout") from why
        raise NotReached("tls" if isinstance(why, ssl.SSLError) else "broken", type(why).__name__) from why
    finally:
        cut.cancel()
        sock.close()
    return Reply(status, said, round((monotonic() - started) * 1000))


def _talk(
    sock: socket.socket, where: Target, method: str, body: bytes | None, headers: dict[str, str]
) -> tuple[int, Message]:
    if isinstance(sock, ssl.SSLSocket):
        sock.do_handshake()  # the certificate must be the name's
    line = HTTPConnection(where.host, where.port)
    line.sock = sock
    line.request(method, where.path, body, {**headers, "Host": where.authority, "Connection": "close"})
    answer = line.getresponse()
    return answer.status, answer.headers


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
