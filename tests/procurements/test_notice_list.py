from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from procurements import closing
from tests import make

pytestmark = pytest.mark.django_db


def titles(client, **asked):
    response = client.get("/sv/procurements/", asked)
    assert response.status_code == 200
    return [row["version"].title for row in response.context["rows"]]


def now_notice(**wording):
    return make.notice(at=timezone.now() - timedelta(days=1), **wording)


def test_anyone_sees_what_is_open_nearest_deadline_first(client):
    at = timezone.now()
    now_notice(title="Sen", deadline_at=at + timedelta(days=20))
    now_notice(title="Utan frist", deadline_at=None)
    now_notice(title="Snart", deadline_at=at + timedelta(days=2))
    assert titles(client) == ["Snart", "Sen", "Utan frist"]


def test_a_draft_is_in_no_list(client):
    make.notice(title="Hemligt utkast", published=False)
    assert titles(client, state="all") == []


def test_what_has_closed_is_found_in_the_archive_alone(client):
    notice = now_notice(title="Stängd")
    closing.close(notice, by=notice.edited_by, at=timezone.now(), reason="Löst.")
    now_notice(title="Öppen")
    assert titles(client) == ["Öppen"]
    assert titles(client, state="closed") == ["Stängd"]
    assert sorted(titles(client, state="all")) == ["Stängd", "Öppen"]


@pytest.mark.parametrize("q", ["trygghetslarmet", "trygghetslarm", "Trygghetslarmen", '"nya trygghetslarm"'])
def test_words_are_found_in_every_form(client, q):
    now_notice(title="Nya trygghetslarm")
    now_notice(title="Snöröjning", summary="")
    assert titles(client, q=q) == ["Nya trygghetslarm"]


def test_a_minus_word_excludes_in_every_language(client):
    now_notice(title="Fallsensor med kamera", summary="")
    now_notice(title="Fallsensor med radar", summary="")
    assert titles(client, q="fallsensor -kamera") == ["Fallsensor med radar"]


def test_choices_within_a_facet_widen_and_facets_narrow(client):
    now_notice(title="A", regions=["SE224"], goals=[3])
    now_notice(title="B", regions=["SE332"], goals=[3])
    now_notice(title="C", regions=["SE332"], goals=[12])
    assert sorted(titles(client, region=["SE224", "SE332"])) == ["A", "B", "C"]
    assert titles(client, region="SE332", goal="12") == ["C"]


def test_every_choice_has_the_count_that_it_would_give(client, lists):
    now_notice(title="A", regions=["SE224"], goals=[3])
    now_notice(title="B", regions=["SE332"], goals=[3])
    shown = client.get("/sv/procurements/", {"region": "SE332"}).context["shown"]
    facets = {facet.name: {choice.value: choice.count for choice in facet.choices} for facet in shown.facets()}
    assert facets["goal"] == {"3": 1}
    assert facets["kind"] == {"need": 1}
    sweden = shown.places()[0]
    assert (sweden.choice.value, sweden.choice.count) == ("SE", 2)
    below = {place.choice.value: place.choice.count for place in every(sweden.below)}
    assert below == dict.fromkeys(("SE2", "SE22", "SE224", "SE3", "SE33", "SE332"), 1)


def every(places):
    for place in places:
        yield place
        yield from every(place.below)


NONSENSE = [
    {"q": "'\";--"}, {"q": "(((" * 50}, {"q": "-"}, {"page": "999999999999"}, {"buyer": "x"}, {"since": "9999-99-99"},
    {"cpv": "x"}, {"region": "A\u0000"}, {"sort": "x", "state": "y"},
]  # fmt: skip


@pytest.mark.parametrize("asked", NONSENSE, ids=str)
def test_nonsense_in_the_address_is_left_out(client, asked):
    assert client.get("/sv/procurements/", asked).status_code in (200, 400)


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(client, lists):
    for number in range(12):
        now_notice(title=f"Behov {number}", regions=["SE224", "SE332"], goals=[3, 12])
    client.get("/sv/procurements/")
    with CaptureQueriesContext(connection) as one:
        assert len(titles(client, q="behov", region="SE224", kind="need")) == 12
    for number in range(12, 24):
        now_notice(title=f"Behov {number}", regions=["SE224"], goals=[number % 17 + 1], cpv=["33100000"])
    with CaptureQueriesContext(connection) as two:
        assert len(titles(client, q="behov", region="SE224", kind="need")) == 24
    assert len(one) == len(two) <= 22


def test_htmx_gets_the_hits_alone_and_caches_are_told(client):
    now_notice(title="A")
    response = client.get("/sv/procurements/", headers={"hx-request": "true"})
    assert b"<html" not in response.content
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize("digit", ["²", "٣", "-1", "9" * 29])
def test_a_goal_that_is_no_number_of_ours_finds_nothing_and_breaks_nothing(client, digit):
    now_notice()
    assert titles(client, goal=digit) == []
