"""Where a webhook may send to, in words for whoever types it. The guard itself is `ui.outside`."""

from __future__ import annotations

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ui import outside

LONGEST = 1000
# By `outside.Refused.why`.
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


def doors() -> outside.Doors:
    """To the open internet by https alone; where the arena is set to, to this machine as well, to try a receiver out."""
    if settings.WEBHOOKS_MAY_BE_LOCAL:
        return outside.Doors(schemes=("https", "http"), longest=LONGEST, local=True)
    return outside.Doors(longest=LONGEST)


def target(url: str) -> outside.Target:
    """What the address says, when it is one that may be sent to. Raises `outside.Refused`."""
    return outside.target(url, doors())
