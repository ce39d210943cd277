"""What an answer says, so that two can be compared; and a mail."""

import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from notifications.models import Mail, Notification
from notifications.rendering import lines_of, message_for


def body_of(response: Any) -> str:
    """What the answer says; of a ZIP its files one after the other, with their names."""
    data = response.getvalue() if response.streaming else response.content
    if response.headers.get("Content-Type") != "application/zip":
        return str(data.decode())
    with ZipFile(BytesIO(data)) as archive:
        return "\n".join(name + "\n" + archive.read(name).decode() for name in archive.namelist())


def masked(response: Any, words: str = "\0") -> tuple[int, str, str]:
    """Status, headers and body without what is new in every answer: tokens, sessions, and the words that were searched for."""
    body = body_of(response)
    body = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken[^A-Za-z0-9]+)[A-Za-z0-9]{32,64}', r"\1", body)
    body = re.sub(r'(name="key" value=")[0-9a-f-]{36}', r"\1", body)
    body = re.sub(r'(name="read" value=")[^"]+', r"\1", body)
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length" or words == "\0"}
    return response.status_code, str(headers).replace(words, ""), body.replace(words, "")


def mail_about(notification: Notification) -> Any:
    """The message that would carry the notification."""
    mail = Mail.objects.create(
        kind="immediate",
        recipient=notification.recipient,
        address=notification.recipient.email,
        due_at=notification.created_at,
        created_at=notification.created_at,
    )
    mail.items.create(notification=notification)
    return message_for(mail, lines_of([mail.pk])[mail.pk])
