"""The filters of the list by hand: what is written in the address, what is chosen, what makes no sense, what helps without hits."""

from datetime import timedelta
from html import unescape

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from procurements import filters_shown, finding
from procurements.browsing import Browse
from tests import make

pytestmark = pytest.mark.django_db
LIST = "/en/procurements/"


def now_notice(**wording):
    return make.notice(at=timezone.now() - timedelta(days=1), **wording)


def page(client, **asked):
    response = client.get(LIST, asked)
    assert response.status_code == 200
    return response


def titles(response) -> list[str]:
    return [row["version"].title for row in response.context["rows"]]


def chips(response) -> dict[str, str]:
    return {chip.label: chip.query for chip in response.context["chips"]}


def test_each_thing_that_is_chosen_is_a_link_that_takes_it_away(client, lists):
    buyer = make.buyer(name="Sagobyns kommun")
    asked = {
        "q": "larm", "state": "all", "kind": ["need", "prior"], "region": "SE224", "cpv": "33196000", "buyer": buyer.pk,
        "value_from": 1000, "deadline_to": "2027-03-14",
    }  # fmt: skip
    found = chips(page(client, **asked))
    assert list(found) == [
        "“larm”", "Everything", "Need", "Prior information", "Medical aids", "Skåne län", "Sagobyns kommun",
        "From 1,000 euro", "Deadline until 14 March 2027",
    ]  # fmt: skip
    assert "kind=prior" in found["Need"]
    assert "kind=need" not in found["Need"]
    whole = set(page(client, **asked).context["query"].split("&"))
    assert all(len(whole - set(query.split("&"))) >= 1 for query in found.values())
    assert chips(page(client)) == {}


def test_a_place_is_found_by_its_name_at_any_level(client, lists):
    now_notice(title="Skåne", regions=["SE224"])
    now_notice(title="Umeå", regions=["SE331"])
    assert titles(page(client, **{"region-words": "Skåne län"})) == ["Skåne"]
    assert sorted(titles(page(client, **{"region-words": "Sweden"}))) == ["Skåne", "Umeå"]
    unknown = page(client, **{"region-words": "Narnia"})
    assert "There is no region called Narnia" in unknown.text
    assert 'value="Narnia"' in unknown.text


def test_a_buyer_is_found_by_a_part_of_its_name_without_javascript_too(client):
    sagobyn, other = make.buyer(name="Sagobyns kommun"), make.buyer(name="Fjärran kommun")
    now_notice(title="Hos oss", buyer=sagobyn)
    now_notice(title="Hos dem", buyer=other)
    assert titles(page(client, **{"buyer-words": "sagobyn"})) == ["Hos oss"]
    several = page(client, **{"buyer-words": "kommun"})
    assert len(titles(several)) == 2
    assert f'name="buyer" value="{other.pk}"' in several.text
    assert "Several buyers have “kommun” in their names" in several.text
    assert "No buyer has “zz” in its name" in page(client, **{"buyer-words": "zz"}).text
    found = client.get(reverse("procurements:buyer_suggestions"), {"buyer-words": "sago"})
    assert "Sagobyns kommun" in found.text
    assert "Fjärran" not in found.text


def test_a_subject_is_suggested_for_words_and_taken_as_digits(client, lists):
    now_notice(title="Hjälpmedel", cpv=["33196000"])
    now_notice(title="Bussar", cpv=["34121000"])
    assert titles(page(client, **{"cpv-words": "33196000"})) == ["Hjälpmedel"]
    suggested = page(client, **{"cpv-words": "buses"})
    assert 'name="cpv" value="34121' in suggested.text
    assert len(titles(suggested)) == 2


NONSENSE = {
    "state": ("sideways", "“sideways” makes no sense in the filter Show, so it was left out."),
    "since": ("9999-99-99", "“9999-99-99” makes no sense in the filter Published from, so it was left out."),
    "buyer": ("x", "“x” makes no sense in the filter Buyer, so it was left out."),
    "value_from": ("-5", "“-5” makes no sense in the filter Value from, in euro, so it was left out."),
    "cpv": ("abc", "“abc” makes no sense in the filter Subject, so it was left out."),
    "kind": ("<blink>", "“<blink>” is nothing that the filter Kind knows, so no notice has it."),
    "region": ("XX1", "“XX1” is nothing that the filter Place knows, so no notice has it."),
    "goal": ("99", "“99” is nothing that the filter Agenda 2030 goal knows, so no notice has it."),
    "after": ("x", "The page that you asked for belongs to another search. This is the first one."),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_what_makes_no_sense_is_named(client, lists, name):
    typed, sentence = NONSENSE[name]
    response = page(client, **{name: typed})
    assert sentence in response.context["sentences"]
    assert "<blink>" not in response.text  # an element that no page of ours has
    assert sentence in unescape(response.text)


def test_what_makes_sense_is_not_complained_of(client, lists):
    network = make.network(name="Trygga hem")
    asked = {
        "q": "larm", "state": "influence", "sort": "newest", "kind": "need", "region": ["SE", "NO08", "FI"], "cpv": ["33", "33196000"],
        "goal": "3", "procedure": "open", "innovation": ["A", "B", "C"], "country": ["SE", "GR"], "joint": "joint", "circular": "circular",
        "language": ["sv", "nb", "fi"], "network": network.pk, "value_from": "0", "value_to": "5", "deadline_from": "2026-01-01",
        "since": "2020-02-29", "phase": "need", "size": "50", "utm_source": "mail",
    }  # fmt: skip
    assert page(client, **asked).context["sentences"] == []
    backwards = page(client, value_from="5", value_to="1").context["sentences"]
    assert backwards == ["One of your ranges ends before it begins, so nothing can be within it."]


def test_a_search_without_hits_says_what_each_filter_costs(client, lists):
    now_notice(title="Fallsensor", regions=["SE332"], goals=[3])
    now_notice(title="Snöröjning", regions=["SE224"], goals=[3])
    response = page(client, q="fallsensor snöröjning", region="SE332")
    assert "No hits" in response.text
    ways = {way.label: (way.hits, way.query) for way in response.context["ways"]}
    assert {label: hits for label, (hits, _query) in ways.items()} == {
        "With any of the words, instead of all of them": 1,
        "Without “fallsensor snöröjning”": 1,
    }
    for hits, query in ways.values():
        assert len(titles(client.get(f"{LIST}?{query}"))) == hits
    assert (
        f"{reverse('matchmaking:subscription_create')}?q=fallsensor+sn%C3%B6r%C3%B6jning&amp;region=SE332"
        in response.text
    )


def test_a_way_out_is_never_many_queries(client, lists, django_assert_max_num_queries):
    now_notice(title="Larm")
    asked = dict.fromkeys(("kind", "region", "goal", "procedure", "innovation", "country", "language", "network"), "x")
    page(client)
    with django_assert_max_num_queries(80):
        page(client, q="ett två tre", value_from=1, since="2027-01-01", buyer=1, **asked)


def test_pages_lead_on_and_back_with_the_size_that_was_chosen(client):
    for number in range(60):
        now_notice(title=f"Behov {number}")
    first = page(client, size="50")
    assert len(titles(first)) == 50
    second = client.get(f"{LIST}?size=50&after={first.context['results'].next}")
    assert len(titles(second)) == 10
    assert not {*titles(first)} & {*titles(second)}
    assert "size=50&amp;after=" in second.text
    assert len(titles(page(client, size="7000"))) == 25


def test_htmx_gets_hits_counts_title_and_the_address_that_says_the_same(client, lists):
    now_notice(title="Fallsensor", regions=["SE332"])
    hx = {"hx-request": "true", "hx-current-url": f"http://testserver{LIST}"}
    response = client.get(LIST, {"q": "fallsensor", "state": "open", "sort": "", "value_from": ""}, headers=hx)
    assert response["HX-Push-Url"] == f"{LIST}?q=fallsensor"
    assert "<title>“fallsensor” · Needs and procurements" in response.text
    assert 'data-hx-swap-oob="innerHTML:#choices-kind"' in response.text
    assert 'data-hx-swap-oob="innerHTML:#told"' in response.text
    again = client.get(
        LIST, {"q": "fallsensor"}, headers={**hx, "hx-current-url": f"http://testserver{LIST}?q=fallsensor"}
    )
    assert again["HX-Push-Url"] == "false"


def test_what_can_be_taken_away_asks_the_same(client, lists):
    now_notice(title="Fallsensor")
    text = page(client, q="fallsensor", state="all", utm_source="x").text
    for name, args in [
        ("interchange:notice_download", ["csv"]), ("interchange:notice_download", ["xlsx"]), ("feeds:notice_feed", []),
        ("feeds:search_calendar", []), ("feeds:embed_guide", []), ("matchmaking:subscription_create", []),
    ]:  # fmt: skip
        with override("en"):
            assert f"{reverse(name, args=args)}?q=fallsensor&amp;state=all" in text


def test_innovation_stands_on_the_row_with_its_reason(client, lists):
    now_notice(title="Radar", cpv=["73100000"], kind="need", summary="Kort.")
    text = page(client).text
    assert "Strong signs of innovation" in text
    assert "The main subject is research and development." in text


def test_the_form_says_what_the_address_says(client, lists):
    data = QueryDict("q=larm&phase=need&value_to=7&deadline_from=2026-12-01&sort=newest")
    text = client.get(f"{LIST}?{data.urlencode()}").text
    for piece in (
        'value="larm"',
        'name="phase" value="need"',
        'value="7"',
        'value="2026-12-01"',
        '<option value="newest" selected',
    ):
        assert piece in text
    assert Browse.from_address(filters_shown.read(data).data) == Browse.from_address(data)


def test_a_search_that_was_stopped_does_not_say_that_there_is_nothing(client, monkeypatch):
    now_notice(title="Larm")
    monkeypatch.setattr(finding, "MOST_MILLISECONDS", 50)
    monkeypatch.setattr(finding._Asking, "_rows", _sleep)
    text = page(client, q="larm").text
    assert "The search was stopped" in text
    assert "No hits" not in text
    assert "Watch this search" not in text


def _sleep(asking):
    return finding.bounded_rows(asking.using, "SELECT pg_sleep(%s)", [5])
