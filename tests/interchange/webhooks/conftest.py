import pytest

from tests.interchange.webhooks import kit
from tests.outgoing import connects, names

__all__ = ["connects", "names"]


@pytest.fixture(autouse=True)
def no_bells(request, monkeypatch):
    """No worker listens in most tests; a bell to the broker would wait for the next one."""
    from celery import current_app

    if "workers" not in request.fixturenames:
        monkeypatch.setattr(current_app, "send_task", lambda name, **options: None)


@pytest.fixture
def receiver(settings):
    """A receiver on this machine, which webhooks may reach for once."""
    settings.WEBHOOKS_MAY_BE_LOCAL = True
    made = kit.Receiver()
    yield made
    made.close()
