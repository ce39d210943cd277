"""Which database answers which request. The databases themselves: test_replica.py."""

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connections, router
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLResolver, get_resolver, resolve, reverse

from accounts.models import Membership, Organisation, User
from arena import routing
from arena.routing import BROWSING, ReplicaMiddleware
from procurements.models import Notice, PreviewLink, TeamMember
from tests import make

ARGUMENTS = {
    "organisation_detail": ["arvika"],
    "procurements:network_notices": ["vard"],
    "procurements:notice_detail": ["fallsensor"],
    "procurements:notice_version": ["fallsensor", 1],
    "procurements:notice_record": ["fallsensor"],
    "networks:network_detail": ["vard"],
    "networks:plan_detail": [1],
    "knowledge:article_detail": ["dialog"],
    "suppliers:supplier_detail": ["varna"],
    "interchange:notice_ocds": ["fallsensor"],
    "interchange:notice_eforms": ["fallsensor"],
    "interchange:result_eforms": ["fallsensor"],
    "ocds:procurement_releases": ["ocds-abcdef-1"],
    "ocds:procurement_record": ["ocds-abcdef-1"],
    "matchmaking:follow_panel": ["fallsensor"],
    "matchmaking:subject_panel": ["buyer", "arvika"],
}


@pytest.fixture
def replica(monkeypatch, settings):
    """A replica that is near, and the router in force."""
    settings.DATABASE_ROUTERS = ["arena.routing.Router"]
    monkeypatch.setattr(routing.replica, "is_near", True)
    monkeypatch.setattr(routing.replica, "until", float("inf"))
    return routing.replica


def answered_by(path, *, method="GET", view=None, **cookies):
    """The database that the view's own query would be sent to."""
    request = RequestFactory().generic(method, path)
    request.COOKIES = cookies
    asked = []

    def answer(request):
        request.resolver_match = resolve(path)
        middleware.process_view(request, view, (), {})
        asked.append(router.db_for_read(Notice))
        return HttpResponse()

    middleware = ReplicaMiddleware(answer)
    response = middleware(request)
    return asked[0], response


@pytest.mark.parametrize("name", sorted(BROWSING))
def test_a_visitor_who_browses_is_answered_by_the_replica(name, replica):
    path = reverse(name, args=ARGUMENTS.get(name, []))
    assert answered_by(path)[0] == answered_by(path, method="HEAD")[0] == "replica"


@pytest.mark.parametrize("name", sorted(BROWSING))
def test_whoever_brings_a_session_or_wrote_lately_is_answered_by_the_primary(name, replica):
    path = reverse(name, args=ARGUMENTS.get(name, []))
    assert answered_by(path, sessionid="x")[0] == "default"
    assert answered_by(path, written="1")[0] == "default"
    assert answered_by(path, method="POST")[0] == "default"


@pytest.mark.parametrize("path", ["/readyz", "/en/procurements/preview/hemlig/", "/calendar/hemlig.ics", "/en/start/"])
def test_what_a_secret_or_a_login_opens_is_answered_by_the_primary(path, replica):
    assert answered_by(path)[0] == "default"


def public_views(patterns, prefix="", needed=frozenset()):
    """The views that need no login, by name, with the names of what stands in their address."""
    for entry in patterns:
        arguments = needed | set(entry.pattern.converters)
        if isinstance(entry, URLResolver):
            inner = f"{entry.namespace}:" if entry.namespace else prefix
            yield from public_views(entry.url_patterns, inner, arguments)
        elif not getattr(entry.callback, "login_required", True):
            yield f"{prefix}{entry.name}", arguments


def test_a_page_that_the_replica_answers_is_public_and_its_address_is_no_secret():
    public = dict(public_views(get_resolver().url_patterns))
    assert set(public) >= BROWSING
    assert set().union(*(public[name] for name in BROWSING)) <= {"slug", "number", "pk", "kind", "ocid"}


def test_after_the_request_the_primary_answers_again(replica):
    answered_by(reverse("home"))
    assert router.db_for_read(Notice) == "default"


def test_a_post_leaves_a_mark_for_as_long_as_the_replica_may_be_behind(replica, settings):
    _database, response = answered_by(reverse("home"), method="POST")
    mark = response.cookies["written"]
    assert int(mark["max-age"]) == settings.REPLICA_STICKY >= settings.REPLICA_LAG + routing.CHECK_EVERY
    assert (mark["httponly"], mark["samesite"]) == (True, "Lax")
    assert "written" not in answered_by(reverse("home"))[1].cookies


@pytest.mark.parametrize("model", [User, Membership, TeamMember, PreviewLink, Session])
def test_rights_are_asked_of_the_primary_on_every_page(model, replica):
    token = routing._by_replica.set(True)
    try:
        assert router.db_for_read(model) == "default"
        assert router.db_for_read(Organisation) == "replica"
    finally:
        routing._by_replica.reset(token)


@pytest.mark.django_db
def test_writes_locks_and_transactions_are_the_primarys_whoever_asks(replica, monkeypatch):
    notice = Notice(pk=1)
    token = routing._by_replica.set(True)
    try:
        assert Notice.objects.all().db == "default"  # a test stands in a transaction
        monkeypatch.setattr(connections["default"], "in_atomic_block", False)
        assert Notice.objects.all().db == "replica"
        assert Notice.objects.select_for_update().db == "default"
        assert router.db_for_write(Notice, instance=notice) == "default"
        assert router.allow_relation(notice, notice)
        assert not router.allow_migrate("replica", "procurements")
    finally:
        monkeypatch.undo()
        routing._by_replica.reset(token)


def test_a_replica_that_is_behind_or_away_is_not_asked_and_looked_at_again(replica, monkeypatch, caplog):
    looks = iter([False, True, None])
    monkeypatch.setattr(replica, "_look", lambda: next(looks))
    for expected, said in [("default", "behind"), ("replica", ""), ("default", "away")]:
        replica.until = 0.0
        caplog.clear()
        assert answered_by(reverse("home"))[0] == expected
        assert answered_by(reverse("home"))[0] == expected  # no second look within the seconds
        assert said in caplog.text


@pytest.mark.django_db
def test_a_page_whose_replica_stops_in_the_middle_is_made_by_the_primary(replica, settings, monkeypatch):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "arena.routing.ReplicaMiddleware"]
    organisation, asked = make.buyer(name="Arvika kommun"), []
    real = routing.Router.db_for_read

    def breaking(self, model, **hints):
        asked.append(routing._by_replica.get())
        if asked[-1]:
            raise OperationalError("the server closed the connection")
        return real(self, model, **hints)

    monkeypatch.setattr(routing.Router, "db_for_read", breaking)
    response = Client().get(reverse("organisation_detail", args=[organisation.slug]))
    assert response.status_code == 200
    assert "Arvika kommun" in response.content.decode()
    assert asked[0] is True
    assert not any(asked[1:])
    assert not replica.is_near
