import re

import pytest
from django.core import mail as outbox
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications import less, unsubscribing
from notifications.models import Preference, Suppression
from tests import make

pytestmark = pytest.mark.django_db


def path(link, settings):
    return link.removeprefix(settings.URL)


@pytest.fixture
def stranger():
    """A mailbox's machine: no cookie, no token of a form."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def links(tell, person, send, settings):
    """The links of a mail that was sent: for its kinds (the header's), and for all."""
    tell("n:1", person)
    tell("n:2", person, kind="test-alarm")
    send()
    header = outbox.outbox[0].extra_headers["List-Unsubscribe"]
    everything = re.findall(r"http\S+/unsubscribe/\S+", outbox.outbox[0].body)[-1]
    return path(header.strip("<>"), settings), path(everything, settings)


def test_looking_changes_nothing(links, stranger):
    for link in links:
        assert stranger.get(link).status_code == 200
        assert stranger.head(link).status_code == 200
    assert not Preference.objects.exists()
    assert not Suppression.objects.exists()


def test_one_click_without_a_cookie_stops_the_kinds_of_that_mail(links, stranger, tell, person, send):
    assert stranger.post(links[0], {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert dict(Preference.objects.values_list("kind", "rhythm")) == {"test-news": "off", "test-alarm": "off"}
    tell("n:3", person)
    tell("n:4", person, kind="test-must")
    send()
    assert len(outbox.outbox) == 2


def test_the_second_link_stops_everything(links, stranger, tell, person, send):
    stranger.post(links[1])
    stranger.post(links[1])
    assert Suppression.objects.get().address == person.email
    tell("n:3", person, kind="test-must")
    send()
    assert len(outbox.outbox) == 1


def test_every_mail_of_news_says_how_to_stop_it(tell, send):
    for number in range(3):
        tell(f"n:{number}", make.user(), kind=["test-news", "test-alarm", "test-must"][number])
    send()
    for message in outbox.outbox:
        assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert message.extra_headers["List-Unsubscribe"].startswith("<http")


def test_links_that_are_not_ours_do_nothing(person, stranger, settings):
    good = unsubscribing.link(person, ["test-news"], "sv").rsplit("/", 2)[1]
    other_purpose = signing.dumps([person.pk], salt="something else")
    for token in (
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        "x" + good,
        other_purpose,
        "nonsense",
        signing.dumps("x", salt=unsubscribing.SALT),
    ):
        assert stranger.post(reverse("notifications:unsubscribe", args=[token])).status_code == 404
    assert not Preference.objects.exists()
    assert not Suppression.objects.exists()


def test_a_link_is_good_for_two_years(person, stranger, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    link = reverse("notifications:unsubscribe", args=[unsubscribing.link(person, [], "sv").rsplit("/", 2)[1]])
    time_machine.shift(unsubscribing.LASTS.total_seconds() + 2)
    assert stranger.post(link).status_code == 404


def test_the_person_can_change_their_mind(person, client):
    less.unsubscribe(unsubscribing.Wish(person, ()), at=make.NOW)
    client.force_login(person)
    client.post(reverse("notifications:mail_allow"))
    assert not Suppression.objects.exists()
