"""A real worker process, on the real broker, with a mail server."""

import pytest
from django.db import transaction
from django.utils import timezone

from notifications import telling
from notifications.models import Mail
from tests import make
from tests.notifications import kit


@pytest.fixture
def real_parts(transactional_db, tmp_path, real_bells):
    sink = kit.MailSink(tmp_path)
    workers = kit.Workers(sink, tmp_path)
    yield sink, workers
    workers.close()
    sink.close()


def test_a_bell_is_enough_for_a_mail_to_leave(real_parts):
    sink, workers = real_parts
    workers.worker()
    person = make.user(name="Åsa Öberg")
    with transaction.atomic():
        telling.tell(
            "test-news",
            "n:1",
            person,
            [telling.Recipient(person)],
            at=timezone.now(),
            facts={"title": "Fallsensorer sökes i Ängelholm"},
        )
    kit.wait_until(lambda: Mail.objects.filter(state=Mail.State.SENT).exists(), 60)
    [message] = sink.messages()
    assert kit.number_of(message) == str(Mail.objects.get().pk)
    assert message["Subject"] == "Fallsensorer sökes i Ängelholm"
    assert message["To"] == person.email
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Åsa Öberg" in message.get_body(("plain",)).get_content()
