import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from records import auditing, idempotency
from records.models import AuditEvent, IdempotencyKey
from tests import make


def test_two_hundred_requests_with_one_key_have_one_effect(transactional_db):
    person, key = make.user(), uuid.uuid4()

    def do():
        made = auditing.record("notice.created", person, by=person, at=make.NOW)
        return f"/notices/{made.pk}/"

    def request(_):
        try:
            return idempotency.once(key, person, "notice.create", make.NOW, do)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        answers = set(threads.map(request, range(200)))
    assert answers == {f"/notices/{AuditEvent.objects.get().pk}/"}


@pytest.mark.django_db
def test_a_request_that_failed_leaves_the_key_free():
    person, key = make.user(), uuid.uuid4()
    with pytest.raises(ZeroDivisionError):
        idempotency.once(key, person, "a", make.NOW, lambda: str(1 / 0))
    assert not IdempotencyKey.objects.exists()
    assert idempotency.once(key, person, "a", make.NOW, lambda: "/done/") == "/done/"
    assert idempotency.once(key, person, "a", make.NOW, lambda: "/twice/") == "/done/"


@pytest.mark.django_db
def test_a_key_of_another_person_or_action_is_refused():
    person, key = make.user(), uuid.uuid4()
    idempotency.once(key, person, "a", make.NOW, lambda: "/done/")
    for user, action in ((make.user(), "a"), (person, "b")):
        with pytest.raises(idempotency.KeyOfAnother):
            idempotency.once(key, user, action, make.NOW, lambda: "/stolen/")
