"""The panel beside a notice, on a buyer's page and on a network's: one click, for those who are logged in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matchmaking import following
from matchmaking.models import Attention, Subscription
from tests import make
from tests.answers import masked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]
PANEL = "/en/matches/following/"
BY_HTMX = {"HX-Request": "true"}


@pytest.fixture
def anna():
    return make.member(make.supplier(), language="en")


@pytest.fixture
def notice():
    return make.notice(title="Färre fall")


def panel(notice):
    return f"{PANEL}procurement/{notice.slug}/"


def said(client, address):
    answer = client.get(address, headers=BY_HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_visitor_is_led_to_the_login_and_back(notice):
    page = said(Client(), panel(notice))
    assert f"/en/account/login/?next=/en{notice.get_absolute_url()[3:]}" in page
    assert "<form" not in page


def test_pages_show_the_panel_by_its_address(notice, anna, signed_in):
    client = signed_in(anna)
    network = make.network()
    for path, wanted in (
        (notice.get_absolute_url(), panel(notice)),
        (notice.procurement.organisation.get_absolute_url(), f"{PANEL}buyer/{notice.procurement.organisation.slug}/"),
        (network.get_absolute_url(), f"{PANEL}network/{network.slug}/"),
    ):
        english = "/en" + path[3:]
        assert f'data-hx-get="{wanted}"' in client.get(english).content.decode()
        assert f'<a href="{wanted}">' in client.get(english).content.decode()


def test_one_click_follows_and_the_panel_says_so(notice, anna, signed_in):
    client = signed_in(anna)
    answer = client.post(f"{panel(notice)}set/", {"do": "follow"}, headers=BY_HTMX)
    assert answer["Location"] == panel(notice)
    page = said(client, panel(notice))
    assert "You follow this." in page
    assert "<html" not in page
    assert Attention.objects.get().user == anna


def test_without_javascript_the_click_leads_back_to_the_notice_with_a_word(notice, anna, signed_in):
    answer = signed_in(anna).post(f"{panel(notice)}set/", {"do": "mute"}, follow=True)
    assert answer.redirect_chain == [(f"/en{notice.get_absolute_url()[3:]}", 302)]
    assert "You hear no more of it." in answer.content.decode()


def test_the_buyer_and_the_field_are_followed_beside_the_notice(notice, anna, signed_in):
    client, buyer = signed_in(anna), notice.procurement.organisation
    for address in (f"{PANEL}buyer/{buyer.slug}/set/", f"{PANEL}field/33196000/set/"):
        answer = client.post(address, {"do": "follow", "beside": notice.slug}, headers=BY_HTMX)
        assert answer["Location"] == panel(notice)
    assert said(client, panel(notice)).count("Following") == 2
    assert set(Subscription.objects.values_list("follows", flat=True)) == {f"B:{buyer.pk}", "P:33196"}


def test_too_many_are_refused_in_words(notice, anna, signed_in, monkeypatch):
    monkeypatch.setattr(following, "MOST", 0)
    client, address = signed_in(anna), f"{PANEL}field/33196000/set/"
    answer = client.post(address, {"do": "follow", "beside": notice.slug}, headers=BY_HTMX)
    assert "/procurements/" in answer["HX-Redirect"]
    assert "which is as many as there can be" in client.get(answer["HX-Redirect"]).content.decode()


@pytest.mark.parametrize("address", ["procurement/{draft}/", "buyer/leverantoren/", "network/x/", "field/1/", "x/y/"])
def test_there_is_no_panel_for_what_nobody_may_know_or_follow(anna, signed_in, address):
    make.supplier(slug="leverantoren")
    draft = make.notice(published=False)
    client = signed_in(draft.edited_by)
    path = PANEL + address.format(draft=draft.slug)
    assert client.get(path).status_code == 404
    assert client.post(f"{path}set/", {"do": "follow"}).status_code == 404


def test_the_panel_is_quick(notice, anna, signed_in):
    client = signed_in(anna)
    said(client, panel(notice))
    for address in (panel(notice), f"{PANEL}field/33196000/"):
        with CaptureQueriesContext(connection) as queries:
            said(client, address)
        own = [
            each["sql"]
            for each in queries
            if not re.search(r'"(accounts_user|usersessions_|django_)|SAVEPOINT', each["sql"])
        ]
        assert len(own) <= 3


def test_the_team_cannot_tell_that_somebody_follows(notice, anna, signed_in):
    """The same bytes before and after (S3); what everybody else sees: tests/test_twins.py."""
    buyer = notice.procurement.organisation
    paths = [
        *(f"/en/procurements/{notice.slug}/{page}" for page in ("", "interests/")),
        *(panel(notice), f"/en/organisations/{buyer.slug}/", "/en/start/"),
    ]

    def seen():
        cache.clear()
        client = signed_in(notice.edited_by)
        with time_machine.travel(make.NOW + timedelta(hours=1), tick=False):
            return [masked(client.get(path)) for path in paths]

    before = seen()
    for person in (anna, make.member(make.supplier()), make.user()):
        following.follow(notice.procurement, by=person, at=make.NOW)
        for kind, slug in (("buyer", buyer.slug), ("field", "33196000")):
            subject = following.subject_of(kind, slug, "sv")
            assert subject
            following.follow_subject(subject, by=person, at=make.NOW)
    assert seen() == before
