"""What the log says, and what it may not: nobody's address, no secret, no line that a value wrote (quality S21)."""

import json
import logging
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory
from django.urls import resolve

from ui import logs

CANARY = "cnrylog@example.org"
FORGED = "innocent\r\n2026-01-01 ERROR accounts: the administrator's password is 1234\u2028\x1b[31m"


def record(message, *values, raised=None, **extra):
    made = logging.LogRecord("tests", logging.WARNING, __file__, 1, message, values, raised)
    made.__dict__.update(extra)
    return made


def raised(text):
    try:
        raise ValueError(text)
    except ValueError:
        return sys.exc_info()


@pytest.mark.parametrize("formatter", [logs.JsonLines(), logs.TextLines()])
def test_a_value_can_neither_begin_a_line_nor_colour_a_terminal(formatter):
    line = formatter.format(record("said %s", FORGED))
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


def test_what_was_raised_stands_in_the_same_line_or_indented_below_it():
    assert len(logs.JsonLines().format(record("broke", raised=raised(FORGED))).splitlines()) == 1
    first, *more = logs.TextLines().format(record("broke", raised=raised(FORGED))).splitlines()
    assert first.endswith("broke")
    assert all(line.startswith("    ") for line in more)


@pytest.mark.parametrize("formatter", [logs.JsonLines(), logs.TextLines()])
@pytest.mark.parametrize("text", [CANARY, f"Anna <{CANARY}>", f"to={CANARY};", f"%3C{CANARY.replace('@', '%40')}%3E"])
def test_no_address_of_a_person_stands_in_the_log(formatter, text):
    line = formatter.format(record("mail to %s", text, raised=raised(f"no {text}")))
    assert "cnrylog" not in line
    assert "(address)" in line


def test_what_the_database_says_of_a_refused_row_is_left_out():
    error = 'null value in column "x"\nDETAIL:  Failing row contains (17, CNRYdraft\nsecond line, null).\nHINT: none'
    line = logs.JsonLines().format(record("broke: %s", error, raised=raised(error)))
    assert "CNRYdraft" not in line
    assert "second line" not in line
    assert "HINT: none" in line


def asked(path):
    request = RequestFactory().get(f"{path}?email={CANARY}")
    try:
        request.resolver_match = resolve(path)
    except Exception:  # no page of ours: as Django leaves it
        request.resolver_match = None
    return request


def test_a_line_says_which_page_it_belongs_to_but_no_query_and_no_secret_of_the_address():
    request = asked("/en/inbox/unsubscribe/CNRYtoken-of-a-person/")
    message = record("Not Found: %s", request.path, request=request, status_code=404)
    said = json.loads(logs.JsonLines().format(message))
    assert said["path"] == "/en/inbox/unsubscribe/<str:token>/"
    assert said["message"] == f"Not Found: {said['path']}"
    assert (said["method"], said["status_code"]) == ("GET", 404)
    assert "CNRY" not in str(said)


def test_of_an_address_that_is_none_of_ours_long_parts_are_left_out():
    path = f"/en/unsubscibe/{'a' * 40}/{CANARY}/"
    said = json.loads(logs.JsonLines().format(record("x", request=asked(path))))
    assert said["path"] == "/en/unsubscibe/(long)/(address)/"


@pytest.mark.django_db
def test_at_level_info_each_request_has_a_line_with_its_duration(caplog):
    caplog.set_level(logging.INFO, "arena.requests")
    caplog.handler.setFormatter(logs.JsonLines())
    Client().get(f"/healthz?email={CANARY}")
    [line] = [json.loads(text) for text in caplog.text.splitlines() if '"arena.requests"' in text]
    assert line["path"] == "/healthz"
    assert line["status_code"] == 200
    assert line["ms"] >= 0
    assert logs.at_work.get() is None, "what is logged later does not belong to it"


def test_a_line_of_a_task_names_the_task(monkeypatch):
    from celery import current_app

    lines = []

    @current_app.task(name="tests.say", bind=True)
    def say(self):
        lines.append(json.loads(logs.JsonLines().format(record("hello"))))

    say.apply(task_id="17")
    current_app.tasks.unregister("tests.say")
    assert (lines[0]["task"], lines[0]["task_id"]) == ("tests.say", "17")


def test_the_form_is_json_or_text_and_nothing_else(monkeypatch):
    import importlib.util

    from django.conf import settings

    monkeypatch.setenv("LOG_FORMAT", "xml")
    spec = importlib.util.spec_from_file_location("other_settings", settings.BASE_DIR / "arena/settings.py")
    with pytest.raises(ImproperlyConfigured, match="json or text"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
