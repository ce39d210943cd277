from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from notifications import kinds
from notifications.models import Notification, Preference, Rhythm

ADDRESS = "notifications:preferences"


@pytest.fixture
def reader(client, person):
    client.force_login(person)
    return client


def choices(**changed):
    return {kind.code: changed.get(kind.code, kind.default_rhythm.value) for kind in kinds.all_kinds()}


def test_every_kind_has_a_row_with_every_rhythm(reader):
    html = reader.get(reverse(ADDRESS)).content.decode()
    assert html.count('type="radio"') == len(kinds.all_kinds()) * len(Rhythm)
    assert html.count('<th scope="row">') == len(kinds.all_kinds())


def test_a_choice_is_kept_and_holds_for_what_waits(reader, tell, person):
    tell("n:1", person, kind="test-daily")
    assert reader.post(reverse(ADDRESS), choices(**{"test-daily": "off"})).status_code == 302
    assert list(Preference.objects.values_list("kind", "rhythm")) == [("test-daily", "off")]
    assert Notification.objects.get().mail_due_at is None


def test_a_rhythm_that_does_not_exist_is_refused_and_nothing_is_kept(reader):
    response = reader.post(reverse(ADDRESS), choices(**{"test-daily": "hourly", "test-news": "off"}))
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    assert not Preference.objects.exists()


def test_the_page_says_when_the_next_mails_leave_by_the_readers_own_clock(client, person, time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False)
    person.zone = "Europe/Oslo"
    person.save()
    client.force_login(person)
    html = client.get("/en/inbox/preferences/").content.decode()
    assert "Wednesday 25 November 2026, 07:00 (Norwegian time)" in html
    assert "Monday 30 November 2026, 07:00 (Norwegian time)" in html
    assert reverse("matchmaking:subscription_list") in html


def test_kinds_stand_under_the_headings_that_mails_have(reader):
    html = reader.get("/en/inbox/preferences/").content.decode()
    headings = [change for change in kinds.Change if any(kind.change == change for kind in kinds.all_kinds())]
    with translation.override("en"):
        places = [html.index(f'colspan="5">{escape(change.label)}<') for change in headings]
    assert places == sorted(places)
