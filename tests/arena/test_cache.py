"""A Redis that hangs takes every request's connection and answers none: one request waits for it then, and not each (quality R8)."""

import socket
import time

import pytest
from celery import current_app
from django.conf import settings

from arena import cache as arena_cache
from arena.cache import ForgivingRedisCache
from notifications import doorbell
from ui.circuit import Circuit


@pytest.fixture
def hanging(monkeypatch):
    """The port of a server that accepts and never answers; what failed at it is forgotten after the test."""
    monkeypatch.setattr(arena_cache, "redis", Circuit(60))
    monkeypatch.setattr(doorbell, "broker", Circuit(60))
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield server.getsockname()[1]


def seconds(do):
    began = time.monotonic()
    do()
    return time.monotonic() - began


def test_the_first_question_waits_half_a_second_and_the_others_not_at_all(hanging):
    cache = ForgivingRedisCache(f"redis://127.0.0.1:{hanging}/0", {"OPTIONS": settings.CACHES["default"]["OPTIONS"]})
    assert 0.4 < seconds(lambda: cache.get("a")) < 2
    assert seconds(lambda: [cache.get("a", 7), cache.set("a", 1), cache.add("a", 1), cache.delete("a")]) < 0.2
    assert (cache.get("a", 7), cache.add("a", 1), cache.get_many(["a"])) == (7, True, {})


def test_a_bell_that_nobody_answers_costs_a_second_once(hanging, monkeypatch):
    monkeypatch.setattr(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{hanging}/0")
    monkeypatch.setattr(doorbell.cache, "add", lambda *arguments, **options: True)
    assert 0.4 < seconds(lambda: doorbell._ring("send", "notifications.send_due")) < 3
    assert seconds(lambda: doorbell._ring("send", "notifications.send_due")) < 0.2


def test_a_circuit_closes_after_a_while():
    circuit = Circuit(0.05)
    assert not circuit.is_open
    circuit.failed()
    assert circuit.is_open
    time.sleep(0.06)
    assert not circuit.is_open
