"""Whatever a stranger sends, the API answers as its description says (S18): Schemathesis, in this process, with all its checks."""

import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from arena.wsgi import application
from tests import make
from tests.interchange.api.asking import key_of

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::Warning:schemathesis")]
ALL = 2_000  # examples over all operations, in the second tier
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture
def headers():
    """Something of each sort to find, and a key that may all."""
    notice = make.notice(title="Fallrisk")
    make.awarded(make.notice(kind="competition"))
    make.plan()
    make.network()
    make.match(make.subscription(), notice)
    _key, secret = key_of(make.user(duty="programme"), "read", "matches", "import")
    for signal in (request_started, request_finished):  # the test's transaction goes on, as with Django's own client
        signal.disconnect(close_old_connections)
    yield {"Authorization": f"Bearer {secret}"}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def fuzz(headers, examples):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    failed = {}
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in MODES:
            why = first_failure(operation, mode, headers, examples)
            if why:
                failed[f"{operation.label} {mode.value}"] = why
    assert failed == {}


def first_failure(operation, mode, headers, examples):
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        for name in ("cursor", "since"):  # only we can make one
            if isinstance(case.query, dict):
                case.query.pop(name, None)
        case.call_and_validate(headers=headers, excluded_checks=excluded)

    excluded = (
        [positive_data_acceptance] if operation.method == "post" else []
    )  # any bytes are allowed, few are a notice
    try:
        send()
    except BaseException as why:  # a group of failures is no Exception
        return "\n".join(str(one) for one in getattr(why, "exceptions", [why]))[:1500]
    return ""


def test_a_few_requests_of_every_sort(headers):
    fuzz(headers, 2)


@pytest.mark.slow
def test_two_thousand_requests(headers):
    fuzz(headers, int(os.environ.get("ARENA_FUZZ", ALL)) // 30)
