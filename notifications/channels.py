"""How mail leaves: by a mail server (SMTP), or by a provider's interface over HTTP (django-anymail).

The one place that knows them apart. Each sends a message and says what is sure: it returns when the mail was taken, raises
NotAccepted or Refused when it surely was not, and anything else when nobody knows.
"""

from __future__ import annotations

import logging
import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from ui.mail import one_line

log = logging.getLogger(__name__)

MAILS_A_CONNECTION = 50  # mail servers hang up on those who stay too long
# For how long a provider knows a key again and takes the same mail once, with room for our own clock: Resend says 24 hours,
# Brevo 15 minutes in one place and 30 in another. Postmark and Mailgun know no such key, and no mail server does.
IDEMPOTENT_FOR = {"resend": timedelta(hours=23), "brevo": timedelta(minutes=14)}
OUR_OWN_FAULT = (
    401,
    402,
    403,
    404,
    405,
    408,
    413,
    425,
    429,
)  # a wrong key, an unpaid bill, too much at once: later again
TAKEN_BEFORE = ("invalid_idempotent_request", "duplicate_request")  # the key is known, though today's words differ


class NotAccepted(Exception):
    """The mail surely did not leave; it can be tried again, `after` at the earliest."""

    def __init__(self, why: str, *, after: timedelta = timedelta(0)) -> None:
        super().__init__(why)
        self.after = after


class Refused(Exception):
    """No for good, and the mail did not leave. `by_address`: it was said of the address, not of the words."""

    def __init__(self, why: str, *, by_address: bool) -> None:
        super().__init__(why)
        self.by_address = by_address


class Channel(Protocol):
    def send(self, message: EmailMultiAlternatives, key: str) -> str:
        """Sends, and returns what the provider calls the mail (empty: nothing). Raises NotAccepted or Refused."""

    def close(self) -> None: ...


@contextmanager
def opened() -> Iterator[Channel]:
    """The channel that the settings name, for a round of mails."""
    channel: Channel = Provider(settings.MAIL_PROVIDER) if settings.MAIL_PROVIDER else Server()
    try:
        yield channel
    finally:
        channel.close()


def idempotent_for() -> timedelta:
    """So long is one key one mail, however often it is sent; 0: never."""
    return IDEMPOTENT_FOR.get(settings.MAIL_PROVIDER, timedelta(0))


class Server:
    """A mail server; or what stands in for one on a newcomer's machine: a folder."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._sent = 0

    def send(self, message: EmailMultiAlternatives, key: str) -> str:
        connection = self._open()
        try:
            connection.send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            raise _answered(code, answer, by_address=True) from error
        except smtplib.SMTPResponseException as error:
            self.close()
            raise _answered(error.smtp_code, error.smtp_error, by_address=False) from error
        except (ConnectionRefusedError, socket.gaierror) as error:
            raise NotAccepted(type(error).__name__) from error
        except Exception:
            self.close()
            raise
        self._sent += 1
        if self._sent >= MAILS_A_CONNECTION or _smtp(connection) is None:
            self.close()
        return ""

    def close(self) -> None:
        connection, self._connection, self._sent = self._connection, None, 0
        try:
            if connection is not None:
                connection.close()
        except Exception:
            log.info("the mail server hung up before we did")

    def _open(self) -> Any:
        """A connection that answered just now: what fails from here on may have carried the mail."""
        if self._connection is not None and not _answers(self._connection):
            self.close()
        if self._connection is None:
            connection = get_connection()
            try:
                connection.open()
            except smtplib.SMTPAuthenticationError as error:
                raise NotAccepted(f"the mail server does not let us in: {error.smtp_code}") from error
            except (OSError, smtplib.SMTPException) as error:
                raise NotAccepted(f"no connection to the mail server: {type(error).__name__}") from error
            self._connection = connection
        return self._connection


class Provider:
    """A provider's interface over HTTP. Its webhooks name the mail by what it answers here, and by our own `metadata`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._connection: Any = None

    def send(self, message: EmailMultiAlternatives, key: str) -> str:
        from anymail.exceptions import AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError

        if self._connection is None:
            self._connection = get_connection()
            self._connection.open()
        message.metadata = {"mail": key}  # type: ignore[attr-defined]  # anymail reads it
        if self.name == "resend":
            self._connection.session.headers["Idempotency-Key"] = key
        elif self.name == "brevo":
            message.extra_headers["idempotencyKey"] = key
        try:
            self._connection.send_messages([message])
        except AnymailRecipientsRefused as error:
            raise Refused("the provider does not send to this address", by_address=True) from error
        except AnymailRequestsAPIError as error:
            self._judge(error)
        except AnymailError as error:  # before anything left: what the provider's interface cannot carry
            raise NotAccepted(f"{type(error).__name__}: {one_line(str(error))}") from error
        return getattr(getattr(message, "anymail_status", None), "message_id", "") or ""

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _judge(self, error: Any) -> None:
        """Returns when the answer says that the mail had left before; raises what it says otherwise."""
        status = error.status_code
        if status is None and _never_connected(error.__cause__):
            raise NotAccepted("no connection to the provider") from error
        if status is None or status >= 500 or status < 400:
            raise error  # nobody knows
        why = one_line(f"the provider answered {status} {error.response.text}")
        if any(name in error.response.text for name in TAKEN_BEFORE) and idempotent_for():
            return
        if status == 409:  # the same key is being worked on: by a sender that was taken for dead
            raise error
        if status in OUR_OWN_FAULT:
            raise NotAccepted(why, after=_retry_after(error.response.headers)) from error
        raise Refused(why, by_address=False) from error


def _answered(code: int, answer: bytes | str, *, by_address: bool) -> Exception:
    words = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    why = one_line(f"{code} {words}")
    return NotAccepted(why) if 400 <= code < 500 else Refused(why, by_address=by_address)


def _smtp(connection: Any) -> smtplib.SMTP | None:
    line = getattr(connection, "connection", None)
    return line if isinstance(line, smtplib.SMTP) else None


def _answers(connection: Any) -> bool:
    line = _smtp(connection)
    try:
        return line is not None and line.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _never_connected(error: Any) -> bool:
    """Whether requests failed before a byte of the mail was on its way."""
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, SSLError

    reason = getattr(error.args[0] if error is not None and error.args else None, "reason", None)
    return isinstance(reason, ConnectTimeoutError | NewConnectionError | SSLError)


def _retry_after(headers: Any) -> timedelta:
    seconds = str(headers.get("Retry-After", ""))
    return timedelta(seconds=min(int(seconds), 24 * 3600)) if seconds.isdecimal() else timedelta(0)
