"""A person's saved searches."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matchmaking import subscribing
from matchmaking.models import Subscription
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db
FILLED = {"name": "Fall", "words": "fallsensor", "rhythm": "at-once"}


@pytest.fixture
def anna(client):
    anna = make.user()
    client.force_login(anna)
    return anna


def address(page, *args):
    return reverse(f"matchmaking:{page}", args=args)


def test_a_search_in_the_list_becomes_the_start_of_a_saved_one(client, anna):
    page = client.get(
        address("subscription_create"), {"q": "fallsensor -larm", "cpv": "3319", "goal": "3", "procedure": "open"}
    )
    begun = page.context["form"].initial
    assert (begun["words"], begun["excluded_words"]) == (["fallsensor"], ["larm"])
    assert (begun["cpv"], begun["goals"]) == (["33190000"], [3])
    assert page.context["left_out"] == ["procedure"]


def test_saving_changing_pausing_and_deleting(client, anna):
    assert client.post(address("subscription_create"), FILLED).status_code == 302
    search = Subscription.objects.get(person=anna)
    assert search.receivers.get().user == anna
    client.post(address("subscription_edit", search.pk), {**FILLED, "words": "larm"})
    client.post(address("subscription_pause", search.pk))
    search.refresh_from_db()
    assert search.words == ["larm"]
    assert search.paused_at
    client.post(address("subscription_resume", search.pk))
    assert "Fall" in client.get(address("subscription_list")).text
    assert client.get(address("subscription_delete", search.pk)).status_code == 200
    client.post(address("subscription_delete", search.pk))
    assert not Subscription.objects.exists()
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions[-6:] == [
        "subscription.saved",
        "subscription.rhythm-chosen",
        "subscription.saved",
        "subscription.paused",
        "subscription.resumed",
        "subscription.removed",
    ]


def test_saving_the_same_twice_changes_nothing(anna, at):
    search = make.subscription(person=anna)
    events = AuditEvent.objects.count()
    subscribing.save(search, by=anna, at=at)
    assert AuditEvent.objects.count() == events


def test_no_criteria_are_refused_beside_the_form_and_by_the_rule(client, anna, at):
    page = client.post(address("subscription_create"), {**FILLED, "words": ""})
    assert page.status_code == 422
    with pytest.raises(subscribing.NoCriteria):
        subscribing.save(Subscription(person=anna, name="Allt", languages=["sv"]), by=anna, at=at)


def test_the_preview_saves_nothing(client, anna):
    page = client.post(address("subscription_create"), {**FILLED, "preview": "yes"})
    assert page.status_code == 200
    assert page.context["preview"].count == 0
    assert not Subscription.objects.exists()


def test_the_searches_of_others_do_not_exist(client, anna):
    others = make.subscription(person=make.user())
    for page in ("subscription_edit", "subscription_delete"):
        assert client.get(address(page, others.pk)).status_code == 404
    for page in ("subscription_edit", "subscription_delete", "subscription_pause", "subscription_resume"):
        assert client.post(address(page, others.pk), FILLED).status_code == 404
    assert client.get(address("subscription_list")).context["page_obj"].paginator.count == 0


def test_there_can_be_fifty(anna, at):
    for _each in range(subscribing.MOST_SEARCHES):
        make.subscription(person=anna, words=["fall"])
    with pytest.raises(subscribing.TooMany):
        subscribing.save_search(Subscription(person=anna, name="Till", words=["fall"]), rhythm="daily", by=anna, at=at)


def test_the_list_needs_as_many_queries_for_thirty_as_for_three(client, anna):
    client.get(address("subscription_list"))  # the first request of a session writes it
    counts = []
    for number in (3, 27):
        for _each in range(number):
            make.subscription(person=anna, words=["fall"])
        with CaptureQueriesContext(connection) as queries:
            client.get(address("subscription_list"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_a_word_of_another_alphabet_or_with_signs_is_no_accident(client, anna):
    odd = "o'neill\\\nÅäö:*\nсенсор\n(a+)+$\n'; DROP TABLE x; --\nfall<->sensor"
    page = client.post(address("subscription_create"), {**FILLED, "words": odd, "preview": "yes"})
    assert page.status_code == 200


def test_a_saved_search_is_in_its_owners_export(anna, at):
    from accounts.exporting import everything_about

    make.subscription(person=anna, name="Fall", words=["fall"])
    part = everything_about(anna, at=at)["matchmaking"]
    assert part["saved_searches"][0]["words"] == ["fall"]
    assert part["hears_of"] == [{"rhythm": "", "name": "Fall"}]
