"""Reads what mail servers write back: that a mail did not arrive (RFC 3464), or that its reader reported it (RFC 5965).

Anybody can write to the address that reports come to: what is read is bounded, and says something only of a mail whose number it
knows. Pure; what follows from a report is `notifications.bouncing`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from hashlib import sha256
from itertools import islice
from uuid import UUID

from notifications.models import Bounce
from ui.mail import one_line

LONGEST = 1_000_000  # bytes; a report with one of our mails in it has a tenth of that
PARTS, BLOCKS, DASHES = 40, 20, 240  # DASHES: lines that may separate parts
TYPES = re.compile(rb"^content-type:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
LONGEST_TYPE = 2000  # what it costs to read one grows with the square of its length
UNWANTED = ("abuse", "fraud", "virus", "other")  # "not-spam" is the opposite of a complaint
OUR_NUMBER = re.compile(
    r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@([^\s<>@]{1,253})>", re.IGNORECASE
)
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


@dataclass(frozen=True)
class Report:
    """What one report says of one address.

    `mail` is the number in the Message-ID of the mail that came back; `host` what stands after its @.
    `is_of_the_address`: the address itself does not work; else it was these words, or the way, that did not.
    """

    key: str
    mail: UUID
    host: str
    address: str  # empty where the report keeps silent about it
    kind: Bounce.Kind
    detail: str
    is_of_the_address: bool = True


def read(raw: bytes) -> list[Report]:
    """What the report says; nothing for what is no report, or is not about a mail that may be ours. Never raises."""
    if len(raw) > LONGEST or raw.count(b"\n--") > DASHES:
        return []
    if any(found.end() - found.start() > LONGEST_TYPE for found in TYPES.finditer(raw)):
        return []
    try:
        message = message_from_bytes(raw, policy=policy.compat32)
        if message.get_content_type() != "multipart/report":
            return []
        parts = list(islice(message.walk(), PARTS))
        number = _number(parts)
        if number is None:
            return []
        key = one_line(str(message.get("Message-ID", "")))[:150] or sha256(raw).hexdigest()
        return list(_said(parts, key, *number))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return []  # nonsense, by chance or by design


def _said(parts: list[Message], key: str, mail: UUID, host: str) -> Iterator[Report]:
    for part in parts:
        sort, blocks = part.get_content_type(), part.get_payload()
        fields = [block for block in blocks[:BLOCKS] if isinstance(block, Message)] if isinstance(blocks, list) else []
        if sort == "message/delivery-status":
            for number, block in enumerate(fields[1:], start=1):  # the first speaks of the whole message
                if (kind := _kind(block)) is not None:
                    said = _address(block), kind, _detail(block), _is_of_the_address(block)
                    yield Report(f"{key}#{number}", mail, host, *said)
        if sort == "message/feedback-report" and fields and _value(fields[0], "Feedback-Type").casefold() in UNWANTED:
            address = _typed(_value(fields[0], "Original-Rcpt-To"))
            yield Report(f"{key}#complaint", mail, host, address, Bounce.Kind.COMPLAINT, "")


def _number(parts: list[Message]) -> tuple[UUID, str] | None:
    """The number of the mail that is returned: whole, or its headers alone."""
    for part in parts[1:]:
        if part.get_content_type() == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            found = OUR_NUMBER.search(_message_id(text.decode(errors="replace") if isinstance(text, bytes) else ""))
        else:
            found = OUR_NUMBER.search(str(part.get("Message-ID", "")))
        if found:
            return UUID(found[1]), found[2].casefold()
    return None


def _message_id(headers: str) -> str:
    for line in re.sub(r"\r?\n[ \t]+", " ", headers[:100_000]).splitlines():
        if line.casefold().startswith("message-id:"):
            return line
    return ""


def _kind(block: Message) -> Bounce.Kind | None:
    """Failed for good, late, or nothing that matters: delivered, relayed, expanded."""
    action = _value(block, "Action").casefold()
    if action == "delayed":
        return Bounce.Kind.TEMPORARY
    if action != "failed":
        return None
    status = _status(block)
    # A full mailbox is for good only in its code, and a class of 4 says that it could have gone well.
    is_passing = status is not None and (status[0] == "4" or status[1:] == ("2", "2"))
    return Bounce.Kind.TEMPORARY if is_passing else Bounce.Kind.PERMANENT


def _is_of_the_address(block: Message) -> bool:
    """By RFC 3463: x.3 the server, x.6 the content, x.7 the policy say nothing of the address."""
    status = _status(block)
    return status is None or status[1] not in ("3", "6", "7")


def _status(block: Message) -> tuple[str, str, str] | None:
    found = STATUS.search(_value(block, "Status"))
    return (found[1], found[2], found[3]) if found else None


def _address(block: Message) -> str:
    """The address that the mail was sent to; the last one, where nobody forwarded it."""
    return _typed(_value(block, "Original-Recipient")) or _typed(_value(block, "Final-Recipient"))


def _typed(value: str) -> str:
    """ "rfc822; anna@example.org" without its type."""
    return value.rpartition(";")[2].strip().strip("<>")[:254]


def _detail(block: Message) -> str:
    return one_line(_value(block, "Diagnostic-Code") or _value(block, "Status"))


def _value(block: Message, name: str) -> str:
    return str(block.get(name, ""))[:1000].strip()
