from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.grants import Role
from networks import signing
from networks.models import GroupItem, Letter
from tests import make

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"networks:{name}", args=args)


@pytest.fixture
def lead():
    return make.buyer(name="Arendal kommune", inhabitants=46000)


@pytest.fixture
def leda(lead):
    return make.member(lead, role=Role.ADMIN)


@pytest.fixture
def group(lead, leda, at):
    made = make.group(lead=lead, by=leda, name="Fallsensorer i Agder")
    signing.set_items(made, [(None, "Sensor", "stycken"), (None, "Installation", "timmar")], by=leda, at=at)
    return made


@pytest.fixture
def place(group):
    return make.participant(group, make.buyer(name="Grimstad kommune"))


@pytest.fixture
def anna(place):
    return make.member(place.organisation, role=Role.ADMIN, name="Anna Nes")


@pytest.fixture
def letter(place, leda):
    return make.letter(place, by=leda)


@pytest.fixture
def sensor(group):
    return group.items.get(name="Sensor")


def filled(letter, sensor, **more):
    seen = signing.fingerprint(letter.participant.group.items.all())
    said = {f"volume-{sensor.pk}": "1 200", "name": "Anna Nes", "title": "Rektor", "seen": seen}
    return {**said, "budget": "", "currency": "", **more}


def test_the_lead_says_what_is_bought_and_sends_letters_to_all(client, group, place, leda, at):
    client.force_login(leda)
    client.post(url("group_items", group.slug), {"name-new0": "Larm", "unit-new0": "stycken"})
    assert {item.name for item in group.items.all()} == {"Larm"}
    page = client.get(url("letter_send", group.slug))
    assert page.context["form"].initial["to"] == [group.participants.get(organisation=group.lead).pk, place.pk]
    day = at.date() + timedelta(days=3650)
    client.post(url("letter_send", group.slug), {"to": page.context["form"].initial["to"], "sign_by": "2030-01-01"})
    assert Letter.objects.count() == 2
    past = client.post(url("letter_send", group.slug), {"to": [place.pk], "sign_by": "2020-01-01"})
    assert past.context["form"].errors.keys() == {"sign_by"}
    none = client.post(url("letter_send", group.slug), {"sign_by": day.isoformat()})
    assert none.context["form"].errors.keys() == {"to"}


def test_letters_go_to_nobody_outside_the_group(client, group, leda):
    stranger = make.participant(make.group(), make.buyer())
    client.force_login(leda)
    page = client.post(url("letter_send", group.slug), {"to": [stranger.pk], "sign_by": "2030-01-01"})
    assert page.context["form"].errors.keys() == {"to"}


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"name-new0": " "}, "name-new0"),
        ({"name-new0": "Larm"}, "unit-new0"),
        ({"unit-new0": "stycken"}, "name-new0"),
        ({"name-new0": "\u200b", "unit-new0": "stycken"}, "name-new0"),
        ({"name-new0": "L", "unit-new0": "s", "name-new1": "l", "unit-new1": "S"}, "name-new1"),
    ],
)
def test_a_thing_has_a_name_and_a_unit_once(client, group, leda, typed, wrong):
    group.items.all().delete()
    client.force_login(leda)
    page = client.post(url("group_items", group.slug), typed)
    assert wrong in page.context["form"].errors
    assert not group.items.exists()


def test_a_participant_reads_fills_in_and_signs(client, letter, anna, sensor):
    client.force_login(anna)
    page = client.get(letter.get_absolute_url()).content.decode()
    assert url("letter_sign", letter.participant.group.slug, letter.pk) in page
    address = url("letter_sign", letter.participant.group.slug, letter.pk)
    assert signing.fingerprint(letter.participant.group.items.all()) in client.get(address).content.decode()
    sent = filled(letter, sensor, budget="1 200 000.50", currency="NOK")
    assert client.post(address, sent).url == letter.get_absolute_url()
    letter.refresh_from_db()
    assert (letter.volumes.get().volume, letter.budget, letter.currency) == (1200, Decimal("1200000.50"), "NOK")
    assert client.post(address, sent).url == letter.get_absolute_url()  # a second click
    assert client.get(address).url == letter.get_absolute_url()
    assert "Anna Nes" in client.get(letter.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"volume": "-1"}, "volume"),
        ({"volume": "0"}, "volume"),
        ({"volume": "1000000001"}, "volume"),
        ({"volume": "1e30"}, "volume"),
        ({"volume": "NaN"}, "volume"),
        ({"volume": "tio"}, "volume"),
        ({"volume": "10 stycken"}, "volume"),
        ({"volume": "0,001"}, "volume"),
        ({"volume": ""}, "volume"),
        ({"budget": "100"}, "currency"),
        ({"currency": "SEK"}, "budget"),
        ({"budget": "0", "currency": "SEK"}, "budget"),
        ({"budget": "-5", "currency": "SEK"}, "budget"),
        ({"budget": "99999999999999", "currency": "SEK"}, "budget"),
        ({"budget": "100 SEK", "currency": "NOK"}, "budget"),
        ({"budget": "100", "currency": ["SEK", "NOK"]}, "currency"),
        ({"budget": "100", "currency": "SEK NOK"}, "currency"),
        ({"name": ""}, "name"),
        ({"title": "\u200b"}, "title"),
        ({"seen": ""}, "seen"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_all_is_kept(client, letter, anna, sensor, typed, wrong):
    field = f"volume-{sensor.pk}"
    sent = filled(letter, sensor, **{field if name == "volume" else name: value for name, value in typed.items()})
    client.force_login(anna)
    page = client.post(url("letter_sign", letter.participant.group.slug, letter.pk), sent)
    form = page.context["form"]
    assert list(form.errors) == [field if wrong == "volume" else wrong]
    assert {name: form.data[name] for name in sent} == {
        name: value[-1] if isinstance(value, list) else value for name, value in sent.items()
    }
    letter.refresh_from_db()
    assert letter.is_waiting


def test_one_whose_things_changed_meanwhile_reads_again_and_keeps_what_it_typed(client, letter, anna, sensor, leda, at):
    sent = filled(letter, sensor)
    group = letter.participant.group
    GroupItem.objects.filter(pk=sensor.pk).update(unit="lådor")
    client.force_login(anna)
    address = url("letter_sign", group.slug, letter.pk)
    page = client.post(address, sent)
    assert page.context["form"].non_field_errors()
    assert 'value="1 200"' in page.content.decode()
    assert client.post(address, {**sent, "seen": page.context["seen"]}).status_code == 302


def test_a_participant_declines_with_a_reason(client, letter, anna):
    address = url("letter_decline", letter.participant.group.slug, letter.pk)
    client.force_login(anna)
    assert client.post(address, {"reason": " "}).context["form"].errors.keys() == {"reason"}
    client.post(address, {"reason": "Vi har inte råd."})
    assert "Vi har inte råd." in client.get(letter.get_absolute_url()).content.decode()
    assert client.get(address).url == letter.get_absolute_url()


@pytest.mark.parametrize("who", ["stranger", "supplier", "invited", "observer", "left", "other", "anonymous"])
def test_a_letter_is_read_by_its_organisation_and_the_lead_alone(client, group, letter, who):
    states = {"invited": "invited", "observer": "observer", "left": "left", "other": "committed"}
    if who in states:
        organisation = make.participant(group, make.buyer(), state=states[who]).organisation
    else:
        organisation = make.supplier() if who == "supplier" else make.buyer()
    if who != "anonymous":
        client.force_login(make.member(organisation, role=Role.ADMIN))
    expected = 302 if who == "anonymous" else 404
    for page in ("letter_detail", "letter_sign", "letter_decline"):
        assert client.get(url(page, group.slug, letter.pk)).status_code == expected
    assert client.get(url("letter_send", group.slug)).status_code == expected
    assert client.get(url("cost_key", group.slug)).status_code == (200 if who == "other" else expected)


def test_editors_and_the_lead_read_a_letter_and_sign_nothing(client, letter, leda):
    for person in (leda, make.member(letter.participant.organisation)):
        client.force_login(person)
        assert client.get(letter.get_absolute_url()).status_code == 200
        assert not client.get(letter.get_absolute_url()).context["may_answer"]
        assert client.post(url("letter_sign", letter.participant.group.slug, letter.pk)).status_code == 404


def test_a_letter_of_another_group_is_not_found_by_this_address(client, letter, anna):
    make.participant(other := make.group(), letter.participant.organisation)
    client.force_login(anna)
    assert client.get(url("letter_detail", other.slug, letter.pk)).status_code == 404


@pytest.fixture
def signed(place, leda, anna, sensor):
    said = {"volumes": {sensor: "1234.5"}, "budget": Decimal(765432), "currency": "NOK"}
    return make.letter(place, by=leda, signer=anna, **said)


@pytest.mark.parametrize(
    ("state", "sees_volume", "sees_budget"),
    [("committed", True, True), ("option", True, True), ("observer", True, False), ("invited", False, False)],
)
def test_budgets_are_seen_by_those_who_buy_or_may_buy(client, group, signed, state, sees_volume, sees_budget):
    other = make.participant(group, make.buyer(), state=state)
    client.force_login(make.member(other.organisation, role=Role.READER))
    page = client.get(group.get_absolute_url()).content.decode()
    assert ("1,234.50" in page) is sees_volume
    assert ("765,432" in page) is sees_budget
    assert signed.get_absolute_url() not in page


def test_the_public_panel_shows_signed_volumes_and_never_a_budget(group, signed, letter_to_another):
    html = render_to_string("networks/_participants.html", {"group": group})
    assert "1,234.50" in html
    assert "Sensor (stycken)" in html
    assert "Installation" not in html  # nobody has signed for it
    assert "765,432" not in html
    assert "NOK" not in html


@pytest.fixture
def letter_to_another(group, leda):
    return make.letter(make.participant(group, make.buyer()), by=leda)


def test_the_group_page_costs_the_same_with_many_letters(client, group, signed, leda, django_assert_num_queries):
    client.force_login(leda)
    client.get(group.get_absolute_url())
    with CaptureQueriesContext(connection) as few:
        client.get(group.get_absolute_url())
    items = list(group.items.all())
    for _one in range(6):
        make.letter(make.participant(group, make.buyer()), by=leda, volumes=dict.fromkeys(items, 1))
    with django_assert_num_queries(len(few)):
        client.get(group.get_absolute_url())
