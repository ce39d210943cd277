"""The mailbox that reports come back to: a maildir, or one on a mail server (IMAP).

What was understood is taken out of it; what was not stays there, marked as seen, for a person to read.
"""

from __future__ import annotations

import imaplib
import logging
import mailbox
import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from notifications.reports import LONGEST

log = logging.getLogger(__name__)

A_RUN = 500  # messages; the next run goes on
SECONDS = 20
LOCAL = ("localhost", "127.0.0.1", "::1")
TakeIn = Callable[[bytes], bool]  # whether it was understood


def empty(url: str, take_in: TakeIn) -> tuple[int, int]:
    """Hands each message that nobody has seen to `take_in`; returns how many were understood, and how many were not.

    `url` is maildir:///path or imaps://user:password@host:port/folder; imap:// only on the same machine.
    Raises ValueError for any other, OSError or imaplib.IMAP4.error where the mailbox cannot be reached.
    """
    parts = urlsplit(url)
    if parts.scheme == "maildir":
        return _empty_maildir(Path(unquote(parts.path)), take_in)
    if parts.scheme == "imaps" or (parts.scheme == "imap" and parts.hostname in LOCAL):
        return _empty_imap(parts, take_in)
    raise ValueError("ARENA_BOUNCE_URL must begin with imaps:// or maildir://.")


def _empty_maildir(path: Path, take_in: TakeIn) -> tuple[int, int]:
    box = mailbox.Maildir(path, factory=None, create=False)
    understood = others = 0
    for name in sorted(box.keys())[: A_RUN * 10]:
        if understood + others >= A_RUN:
            break
        try:
            message = box.get_message(name)
            if "S" in message.get_flags():
                continue
            with box.get_file(name) as file:
                raw = file.read(LONGEST + 1)
        except (KeyError, FileNotFoundError):  # another run took it
            continue
        if len(raw) <= LONGEST and take_in(raw):
            box.discard(name)
            understood += 1
        else:
            message.add_flag("S")
            message.set_subdir("cur")
            box[name] = message
            others += 1
    return understood, others


def _empty_imap(parts: SplitResult, take_in: TakeIn) -> tuple[int, int]:
    server = _connect(parts)
    try:
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.lstrip("/")) or "INBOX"
        if server.select(f'"{folder}"' if '"' not in folder else "INBOX")[0] != "OK":
            raise imaplib.IMAP4.error(f"there is no folder {folder}")
        understood = others = 0
        for number in _unseen(server)[:A_RUN]:
            raw = _fetched(server, number)
            is_understood = raw is not None and take_in(raw)
            server.uid("STORE", number, "+FLAGS", r"(\Deleted)" if is_understood else r"(\Seen)")
            understood, others = understood + is_understood, others + (not is_understood)
        server.expunge()
        return understood, others
    finally:
        try:
            server.logout()
        except (OSError, imaplib.IMAP4.error):
            log.info("the mailbox hung up before we did")


def _connect(parts: SplitResult) -> imaplib.IMAP4:
    host = parts.hostname or "localhost"
    if parts.scheme == "imaps":
        return imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=ssl.create_default_context(), timeout=SECONDS)
    return imaplib.IMAP4(host, parts.port or 143, timeout=SECONDS)


def _unseen(server: imaplib.IMAP4) -> list[str]:
    _answer, found = server.uid("SEARCH", "UNSEEN")
    return [number for line in found if line for number in line.decode().split() if number.isdecimal()]


def _fetched(server: imaplib.IMAP4, number: str) -> bytes | None:
    """The message; None when it is longer than any report, of which the rest is not even fetched."""
    _answer, found = server.uid("FETCH", number, f"(BODY.PEEK[]<0.{LONGEST + 1}>)")
    raw: bytes | None = next((part[1] for part in found if isinstance(part, tuple)), None)
    return raw if raw is not None and len(raw) <= LONGEST else None
