"""Asking one server for files: bounded in bytes and time, and never led to another host (quality S11)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import IO
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

CHUNK = 65_536  # bytes
TIMEOUT = (5, 30)  # seconds to connect, and between two pieces
SECONDS = 300  # for one file, however steadily it drips
HOPS = 3  # redirects within the host
SHORT_WAIT = 30  # seconds that are waited out at once; Doffin asks for ten
SHORT_WAITS = 3  # one after the other, for one file
BUSY = (429, 503)
BUSY_WITHOUT_A_TIME = 600  # seconds


class Failed(Exception):
    """The server did not answer as it should; the words say how, for whoever runs the arena."""


class NotThere(Exception):
    """404: there is no such file, or not yet."""


class Busy(Exception):
    """The server asks to be left alone for so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"The server asks to wait for {seconds} seconds.")
        self.seconds = seconds


@dataclass(frozen=True)
class Server:
    """`base` is the address that all paths are put behind. `agent` names us: TED sends those away who do not say who they are."""

    base: str
    agent: str
    headers: tuple[tuple[str, str], ...] = ()
    sleep: Callable[[float], None] = time.sleep

    def get(self, path: str, into: IO[bytes], *, most: int, asked: dict[str, str | int] | None = None) -> None:
        """Writes the file into `into`. Raises Failed, NotThere or Busy; what was written by then is worth nothing."""
        for _wait in range(SHORT_WAITS):
            try:
                into.seek(0)
                into.truncate()
                return self._get(path, into, most, asked or {})
            except Busy as why:
                if why.seconds > SHORT_WAIT:
                    raise
                wait = why
                self.sleep(why.seconds)
        raise wait

    def _get(self, path: str, into: IO[bytes], most: int, asked: dict[str, str | int]) -> None:
        address, until = self.base.rstrip("/") + path, time.monotonic() + SECONDS
        headers = {"User-Agent": self.agent, "Accept-Encoding": "identity", **dict(self.headers)}
        try:
            for _hop in range(HOPS + 1):
                with requests.get(
                    address, params=asked, headers=headers, timeout=TIMEOUT, stream=True, allow_redirects=False
                ) as answer:
                    if not answer.is_redirect:
                        _check(answer, most)
                        return _copy(answer, into, most, until)
                    address, asked = self._followed(address, answer.headers["Location"]), {}
        except (requests.RequestException, HTTPError, OSError) as why:
            raise Failed(f"The connection failed: {type(why).__name__}.") from why
        raise Failed("The server redirects without end.")

    def _followed(self, address: str, to: str) -> str:
        followed = urljoin(address, to)
        if urlsplit(followed)[:2] != urlsplit(self.base)[:2]:
            raise Failed(f"The server redirects to another host: {urlsplit(followed).netloc}.")
        return followed


def _check(answer: requests.Response, most: int) -> None:
    if answer.status_code == 404:
        raise NotThere
    if answer.status_code in BUSY:
        raise Busy(_seconds(answer.headers.get("Retry-After", "")))
    if action := answer.headers.get("x-amzn-waf-action"):
        raise Failed(f"The server takes us for a robot that it does not want ({answer.status_code}, {action}).")
    if answer.status_code != 200:
        raise Failed(f"The server answered {answer.status_code}.")
    if answer.headers.get("Content-Type", "").lower().startswith("text/html"):
        raise Failed("The server answered with a page, not a file.")
    length = answer.headers.get("Content-Length", "")
    if length.isascii() and length.isdigit() and int(length) > most:
        raise Failed(f"The file is too large: {length} bytes.")


def _copy(answer: requests.Response, into: IO[bytes], most: int, until: float) -> None:
    """The bytes as they are sent: a packing of the transport is not undone, and so cannot grow here."""
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Failed("The server packs what was asked for unpacked.")
    size = 0
    for chunk in answer.raw.stream(CHUNK, decode_content=False):
        size += len(chunk)
        if size > most:
            raise Failed(f"The file is too large: more than {most} bytes.")
        if time.monotonic() > until:
            raise Failed(f"The file was not whole after {SECONDS} seconds.")
        into.write(chunk)
    length = answer.headers.get("Content-Length", "")
    if length.isascii() and length.isdigit() and int(length) != size:
        raise Failed("The connection was cut before the file was whole.")


def _seconds(retry_after: str) -> int:
    """Retry-After has seconds, or a moment (RFC 9110, 10.2.3). A day at most."""
    if retry_after.isascii() and retry_after.isdigit():
        return min(int(retry_after[:9]), 86_400)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return BUSY_WITHOUT_A_TIME
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(1, round((moment - datetime.now(UTC)).total_seconds())), 86_400)
