"""The list of saved searches: what each asks for in words, how often it mails, how much it has found."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaking import engine, looking_back, subscribing
from matchmaking.describing import in_words
from matchmaking.models import Subscription
from notifications.models import Notification, Preference
from tests import make

pytestmark = pytest.mark.django_db
LIST = "/en/matches/saved-searches/"


@pytest.fixture
def anna(client):
    anna = make.user()
    client.force_login(anna)
    return anna


def names(page):
    return [row["subscription"].name for row in page.context["rows"]]


def test_each_says_in_words_what_it_asks_for(client, anna, lists):
    buyer, network = make.buyer(name="Sagobyns kommun"), make.network(name="Trygga hem")
    make.subscription(
        person=anna,
        words=["fallsensor"],
        excluded_words=["kamera"],
        cpv=["33196000"],
        needs_all=True,
        regions=["SE224"],
        goals=[3],
        kinds=["prior"],
        value_from=1_000_000,
        value_to=5_000_000,
        currency="SEK",
        buyers=[buyer.pk],
        networks=[network.pk],
        levels=["A"],
        languages=["sv"],
    )
    [row] = client.get(LIST).context["rows"]
    assert row["asks_for"] == [
        "“fallsensor”",
        "33196000 Medical aids",
        "both a field and a word",
        "Skåne län",
        "3. Good health and well-being",
        "without “kamera”",
        "Prior information",
        "1,000,000 to 5,000,000 SEK",
        "Sagobyns kommun",
        "Trygga hem",
        "Declared by the buyer",
        "Swedish",
    ]


def test_of_many_a_few_are_named_and_the_others_counted():
    search = Subscription(words=[f"ord{number}" for number in range(40)], value_to=9, currency="EUR", buyers=[10**12])
    assert in_words([search], "en") == [
        [*(f"“ord{number}”" for number in range(6)), "and 34 more", "up to 9 EUR", "a buyer that is gone"]
    ]
    assert in_words([Subscription(value_from=9, currency="EUR")], "en") == [["from 9 EUR"]]


def test_sorted_by_name_age_or_what_was_found(client, anna, at):
    make.subscription(person=anna, name="B", words=["fall"], at=at)
    make.subscription(person=anna, name="A", words=["inget"], at=at - timedelta(days=1))
    make.subscription(person=anna, name="C", words=["hittarinte"], at=at + timedelta(days=1))
    make.notice(at=at)
    engine.drain(at)
    assert names(client.get(LIST)) == ["A", "B", "C"]
    assert names(client.get(LIST, {"sort": "newest"})) == ["C", "B", "A"]
    assert names(client.get(LIST, {"sort": "found"})) == ["B", "A", "C"]
    assert names(client.get(LIST, {"sort": "'; --"})) == ["A", "B", "C"]


def test_how_often_each_mails_is_said_as_it_happens(client, anna, at):
    search = make.subscription(person=anna, words=["fall"])
    rhythm = lambda: client.get(LIST).context["rows"][0]["rhythm"]  # noqa: E731
    assert rhythm() == "Once a day"
    subscribing.save_search(search, rhythm="weekly", by=anna, at=at)
    assert rhythm() == "Once a week"
    Preference.objects.create(user=anna, kind="match", rhythm="off")
    assert rhythm() == "No mail"  # for all suggestions: nothing chosen here brings it back


def test_a_paused_one_is_marked_and_starts_again_with_a_click(client, anna):
    search = make.subscription(person=anna, words=["fall"])
    client.post(reverse("matchmaking:subscription_pause", args=[search.pk]))
    assert not search.anchors.exists()
    assert "Paused" in client.get(LIST).text
    assert "It is paused" in client.get(reverse("matchmaking:subscription_edit", args=[search.pk])).text
    client.post(reverse("matchmaking:subscription_resume", args=[search.pk]))
    assert search.anchors.exists()


def test_what_one_follows_by_a_click_is_listed_elsewhere_until_it_is_changed(client, anna, at):
    search = Subscription(person=anna, name="Sagobyn", follows="B:17", buyers=[17])
    search = subscribing.save(search, by=anna, at=at)
    assert search.follows == "B:17"
    assert names(client.get(LIST)) == []
    search.words = ["fall"]
    assert subscribing.save(search, by=anna, at=at).follows == ""
    assert names(client.get(LIST)) == ["Sagobyn"]


def test_many_are_shown_by_pages(client, anna):
    for number in range(27):
        make.subscription(person=anna, name=f"Sök {number:02d}", words=["fall"])
    page = client.get(LIST, {"page": 2, "sort": "newest"})
    assert len(page.context["rows"]) == 2
    assert "sort=newest" in page.text


def test_after_saving_what_is_open_is_shown_and_among_the_suggestions(client, anna):
    now = timezone.now()
    make.notice(at=now - timedelta(days=2), title="Fallsensor i hemmet")
    engine.drain(now)
    saved = client.post(f"{LIST}new/", {"name": "Fall", "words": "fallsensor"}, follow=True)
    assert "Fallsensor i hemmet" in saved.text
    assert "it stands among your suggestions" in saved.text
    looking_back.drain(timezone.now())
    assert "Fallsensor i hemmet" in client.get(reverse("matchmaking:match_list")).text
    assert not Notification.objects.filter(recipient=anna).exists()
