"""Less of this: a page of choices that a link in the mail opens without logging in; a GET changes nothing (B7)."""

import re

import pytest
from django.core import mail as outbox
from django.test import Client

from notifications import kinds, less, unsubscribing
from notifications.models import Preference, Rhythm, Suppression
from tests import make
from tests.notifications.conftest import a_kind


@pytest.fixture
def stranger():
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def link(tell, person, send, settings):
    tell("n:1", person)
    send()
    [found] = re.findall(r"http\S+/less/\S+", outbox.outbox[0].body)
    return found.removeprefix(settings.URL)


def test_looking_changes_nothing(link, stranger):
    assert stranger.get(link).status_code == stranger.head(link).status_code == 200
    assert not Preference.objects.exists()
    assert not Suppression.objects.exists()


def test_a_kind_is_stopped_and_comes_back_with_the_rhythm_that_it_had(link, stranger, person):
    Preference.objects.create(user=person, kind="test-news", rhythm=Rhythm.WEEKLY)
    after = stranger.post(link, {"stop": "kind:test-news"})
    assert after.status_code == 302
    assert Preference.objects.get().rhythm == Rhythm.OFF
    page = stranger.get(after.url).content.decode()
    [was] = re.findall(r'name="was" value="(\w*)"', page)
    stranger.post(link, {"undo": "kind:test-news", "was": was})
    assert Preference.objects.get().rhythm == Rhythm.WEEKLY


def test_all_mail_is_stopped_and_taken_back(link, stranger, person):
    stranger.post(link, {"stop": "all:"})
    assert unsubscribing.suppression_of(person.email).reason == unsubscribing.UNSUBSCRIBED
    assert "all:" in stranger.get(link).content.decode()
    stranger.post(link, {"undo": "all:"})
    assert not Suppression.objects.exists()


def test_a_link_does_not_turn_on_mail_that_came_back(link, stranger, person):
    unsubscribing.suppress(person.email, unsubscribing.BOUNCED, at=make.NOW)
    stranger.post(link, {"undo": "all:"})
    assert Suppression.objects.exists()


@pytest.mark.parametrize("choice", [{"stop": "kind:test-alarm"}, {"stop": ""}, {}, {"undo": "search:1"}])
def test_what_the_link_does_not_name_is_not_changed_by_it(link, stranger, choice):
    assert stranger.post(link, choice).status_code == 302
    assert not Preference.objects.exists()
    assert not Suppression.objects.exists()


def test_a_link_of_another_purpose_or_a_forged_one_does_nothing(link, stranger, person):
    other = unsubscribing.link(person, ["kind:test-news"], "sv").rsplit("/", 2)[1]
    for token in (other, link.rsplit("/", 2)[1][:-1] + "!", "x"):
        address = re.sub(r"/less/[^/]+/", f"/less/{token}/", link)
        assert stranger.post(address, {"stop": "all:"}).status_code == 404
    assert not Suppression.objects.exists()


@pytest.fixture
def source(monkeypatch):
    """A way that an app registered as a source of mails: "thing:5". What is stopped stands in the list."""
    stopped = []
    monkeypatch.setattr(less, "_ways", dict(less._ways))
    monkeypatch.setattr(less, "_sources", set(less._sources))

    def find(user, value):
        way = f"thing:{value}", f"Thing {value}", "", value in stopped
        return less.Less(*way, lambda at: stopped.append(value) or "", lambda at, was: stopped.remove(value))

    less.register("thing", find, is_source=True)
    kinds.register(a_kind("test-found", less=lambda notification: [f"thing:{notification.event.facts['thing']}"]))
    return stopped


def test_the_mailboxs_button_stops_the_sources_of_that_mail_and_no_more(tell, person, send, stranger, settings, source):
    tell("n:1", person, kind="test-found", thing=5)
    tell("n:2", person, kind="test-news")
    send()
    header = outbox.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").removeprefix(settings.URL)
    for _click in range(2):
        assert stranger.post(header, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert source == ["5"]
    assert list(Preference.objects.values_list("kind", flat=True)) == ["test-news"]


def test_each_entry_offers_its_own_ways_first(tell, person, send, stranger, settings, source):
    tell("n:1", person, kind="test-found", thing=5)
    tell("n:2", person, kind="test-found", thing=6)
    send()
    pages = [
        stranger.get(link.removeprefix(settings.URL)).content.decode()
        for link in re.findall(r"http\S+/less/\S+", outbox.outbox[0].body)
    ]
    assert [re.findall(r'name="stop" value="([^"]+)"', page) for page in pages] == [
        ["thing:5", "kind:test-found", "all:"],
        ["thing:6", "kind:test-found", "all:"],
    ]


def test_a_link_of_the_release_before_names_kinds_alone_and_still_works(person, stranger):
    from django.core import signing
    from django.urls import reverse

    token = signing.dumps([person.pk, "test-news"], salt=unsubscribing.SALT, compress=True)
    stranger.post(reverse("notifications:unsubscribe", args=[token]))
    assert Preference.objects.get().kind == "test-news"
