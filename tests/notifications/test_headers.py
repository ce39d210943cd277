"""Nothing that a person typed can add a header to a mail (quality S17)."""

import pytest
from django.core import mail as outbox

from ui.mail import one_line

ENDS = [
    "\n",
    "\r",
    "\r\n",
    "\n\r",
    "\t\n",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x85",
    "\u2028",
    "\u2029",
    "\r\n ",
    "\r\n\t",
    "%0a\n",
    "\n\n",
]
HEADERS = ["Bcc: evil@example.org", "Subject: changed", "Content-Type: text/html"]
VALUES = [f"Fallsensorer{end}{header}" for end in ENDS for header in HEADERS]


@pytest.mark.parametrize("value", VALUES)
def test_a_title_cannot_add_a_header(value, tell, person, send):
    person.name = value
    person.save()
    tell("n:1", person, title=value)
    send()
    [message] = outbox.outbox
    raw = message.message()
    head = raw.as_bytes().split(b"\n\n")[0]
    assert raw["Bcc"] is None
    assert len(raw.get_all("Subject")) == 1
    assert "changed" not in str(raw["Subject"]) or str(raw["Subject"]).startswith("Fallsensorer")
    assert raw.get_content_type() == "multipart/alternative"
    assert b"\nBcc" not in head
    assert message.recipients() == [person.email]


@pytest.mark.parametrize("value", VALUES)
def test_an_address_that_is_several_is_never_sent_to(value, send):
    from notifications.models import Mail
    from tests import make

    Mail.objects.create(
        kind="account:x",
        address=f"a@example.org{value}"[:254],
        context={"subject": "x", "text": "x"},
        due_at=make.NOW,
        created_at=make.NOW,
    )
    send()
    assert outbox.outbox == []


test_an_address_that_is_several_is_never_sent_to = pytest.mark.django_db(
    test_an_address_that_is_several_is_never_sent_to
)


def test_letters_of_all_languages_stay():
    assert one_line("  Åäö  ß 日本\t😀\n") == "Åäö ß 日本 😀"
