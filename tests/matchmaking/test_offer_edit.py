from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.grants import Role
from matchmaking import engine
from matchmaking.models import Receiver, Subscription
from notifications.models import Notification, Preference
from suppliers.models import SupplierProfile
from taxonomy.models import CpvCode
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/en/matches/offer/"
FILLED = {
    "offer": "Vi gör sensorer.",
    "trl": "7",
    "size": "small",
    "references": "",
    "words": "fallsensor\nfall",
    "rhythm": "weekly",
}


@pytest.fixture
def supplier():
    return make.supplier(is_supplier=False)


@pytest.fixture
def anna(supplier, client):
    anna = make.member(supplier)
    client.force_login(anna)
    return anna


def test_an_anonymous_visitor_is_asked_to_log_in(client):
    assert client.get(PAGE).status_code == 302


def test_one_save_makes_the_profile_the_alert_and_its_first_receiver(client, anna, supplier):
    assert "Saving creates alerts" in client.get(PAGE).text
    assert client.post(PAGE, FILLED).status_code == 302
    profile, subscription = SupplierProfile.objects.get(), Subscription.objects.get()
    supplier.refresh_from_db()
    assert (profile.offer, profile.trl, profile.size, profile.is_public) == ("Vi gör sensorer.", 7, "small", False)
    assert subscription.words == ["fallsensor", "fall"]
    assert supplier.is_supplier
    receiver = Receiver.objects.get()
    assert (receiver.user, receiver.rhythm) == (anna, "weekly")
    assert not Preference.objects.filter(user=anna).exists()


def test_what_was_saved_stands_in_the_form(client, anna):
    client.post(PAGE, FILLED)
    page = client.get(PAGE)
    assert page.status_code == 200
    assert page.context["form"].initial["words"] == ["fallsensor", "fall"]


def test_codes_are_saved(client, anna):
    CpvCode.objects.get_or_create(
        pk="33196000", defaults={"label_sv": "Hjälpmedel", "label_nb": "Hjelpemidler", "label_en": "Aids", "level": 3}
    )
    client.post(PAGE, {**FILLED, "cpv": ["33196000"]})
    assert Subscription.objects.get().cpv == ["33196000"]


def test_no_criteria_at_all_are_refused_and_nothing_is_half_stored(client, anna):
    page = client.post(PAGE, {**FILLED, "words": ""})
    assert page.status_code == 422
    assert "Say at least one thing" in page.text
    assert "Vi gör sensorer." in page.text
    assert not SupplierProfile.objects.exists()
    assert not Subscription.objects.exists()


def test_an_offer_that_is_too_long_is_refused_and_kept(client, anna):
    page = client.post(PAGE, {**FILLED, "offer": "x" * 4001})
    assert page.status_code == 422
    assert not SupplierProfile.objects.exists()


def test_the_preview_counts_and_saves_nothing(client, anna):
    now = timezone.now()
    make.notice(at=now - timedelta(days=2), title="Fallsensorsystem")
    make.notice(at=now - timedelta(days=40), title="Fallsensor", deadline_at=now + timedelta(days=5))
    page = client.post(PAGE, {**FILLED, "words": "fallsensor", "preview": "yes"})
    assert page.context["preview"].count == 1
    assert [row["version"].title for row in page.context["already_open"]] == ["Fallsensor", "Fallsensorsystem"]
    assert not Subscription.objects.exists()


def test_what_is_open_already_is_shown_and_told_to_nobody(client, anna):
    now = timezone.now()
    make.notice(at=now - timedelta(days=2))
    engine.drain(now)
    client.post(PAGE, FILLED)
    engine.drain(now)
    assert len(client.get(PAGE).context["already_open"]) == 1
    assert not Notification.objects.filter(recipient=anna).exists()


def test_a_reader_reads_chooses_to_hear_and_changes_nothing(client, supplier, at):
    make.subscription(organisation=supplier)
    reader = make.member(supplier, role=Role.READER)
    client.force_login(reader)
    assert "You are a reader" in client.get(PAGE).text
    assert client.post(PAGE, FILLED).status_code == 404
    client.post(f"{PAGE}receive/", {"wants": "yes"})
    assert Receiver.objects.filter(user=reader).exists()
    client.post(f"{PAGE}receive/", {"wants": "no"})
    assert not Receiver.objects.filter(user=reader).exists()


def test_a_person_without_an_organisation_is_led_to_one(client):
    client.force_login(make.user())
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "/organisations/new/" in page.text
    assert client.post(f"{PAGE}receive/", {"wants": "yes"}).status_code == 404


def test_a_reader_chooses_how_often_its_own_mail_comes(client, supplier):
    subscription = make.subscription(organisation=supplier)
    reader = make.member(supplier, role=Role.READER)
    client.force_login(reader)
    client.post(f"{PAGE}receive/", {"wants": "yes", "rhythm": "weekly"})
    assert Receiver.objects.get(user=reader).rhythm == "weekly"
    assert '<option value="weekly" selected>' in client.get(PAGE).text
    client.post(f"{PAGE}receive/", {"wants": "yes", "rhythm": "hourly"})
    assert Receiver.objects.get(user=reader).rhythm == "weekly"
    assert set(subscription.receivers.exclude(user=reader).values_list("rhythm", flat=True)) == {""}


def test_an_editor_who_does_not_hear_of_it_is_not_asked_how_often(client, anna, supplier):
    make.subscription(organisation=supplier)  # saved by a colleague
    assert "rhythm" not in client.get(PAGE).context["form"].fields
    assert client.post(PAGE, FILLED).status_code == 302
    assert not Receiver.objects.filter(user=anna).exists()


def test_the_offer_is_narrowed_like_a_saved_search(client, anna):
    buyer = make.buyer()
    said = {"value_to": "2000000", "currency": "NOK", "buyers": [str(buyer.pk)], "needs_all": "True", "levels": ["A"]}
    client.post(PAGE, {**FILLED, **said})
    subscription = Subscription.objects.get()
    assert (subscription.value_to, subscription.currency, subscription.buyers) == (2_000_000, "NOK", [buyer.pk])
    assert (subscription.needs_all, subscription.levels) == (True, ["A"])
    assert client.get(PAGE).context["form"].is_narrowed
