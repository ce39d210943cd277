"""What a worker process of a test imports (celery -I), so that it knows the tests' kind of notification."""

from notifications import kinds
from tests.notifications.conftest import NEWS

kinds.register(NEWS)
