"""Where a webhook may send: to public addresses alone (quality S11), asked of the resolver anew for each attempt.

The name is resolved here, every address that it has is looked at, and the connection goes to the very one that was looked
at: a resolver that answers with a public address first and a private one second leads nowhere.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, urlsplit

import idna
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PORTS = (443, 8443)
LONGEST = 1000
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
    """The address is none that a webhook may send to. `why` is a key of `WORDS`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return str(WORDS[self.why])


WORDS: dict[str, str | Promise] = {
    "form": _("This is not a whole address. Write it as in https://example.org/from-the-arena."),
    "scheme": _("The address must begin with https://, so that nobody on the way can read or change what is sent."),
    "login": _("Leave out the name and password: the receiver knows us by the signature."),
    "port": _("Only the ports 443 and 8443 can be sent to."),
    "number": _("Write the name of the receiver, not its number: its certificate is made out to the name."),
    "name": _("This name can only be found on a network of its own. The receiver must be on the open internet."),
    "own": _("This is the arena's own address."),
    "unknown": _("Nobody knows this name."),
    "private": _("The name leads to an address that is not on the open internet."),
}


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


def target(url: str) -> Target:
    """What the address says, when it is one that may be sent to; nothing is asked of anybody. Raises Refused."""
    local = settings.WEBHOOKS_MAY_BE_LOCAL
    if len(url) > LONGEST or not url.isprintable() or any(sign in url for sign in " \\"):
        raise Refused("form")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as why:
        raise Refused("form") from why
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
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
    if not local and port not in PORTS:
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


def address_of(where: Target) -> str:
    """The address to connect to now. Raises Refused where the name has none, or any that is not on the open internet."""
    try:
        found = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as why:
        raise Refused("unknown") from why
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses:
        raise Refused("unknown")
    if not settings.WEBHOOKS_MAY_BE_LOCAL and not all(is_public(each) for each in addresses):
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
