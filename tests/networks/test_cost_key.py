import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.grants import Role
from accounts.rules import Refused
from networks import dividing, signing
from networks.models import CostKey
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return make.buyer(name="Arendal", inhabitants=46000)


@pytest.fixture
def leda(lead):
    return make.member(lead, role=Role.ADMIN)


@pytest.fixture
def group(lead, leda, at):
    """Three committed (46,000, 24,000 and 7,000 inhabitants), and one option holder of 3,000."""
    made = make.group(lead=lead, by=leda)
    signing.set_items(made, [(None, "Sensor", "stycken")], by=leda, at=at)
    for name, inhabitants in (("Grimstad", 24000), ("Risør", 7000)):
        make.participant(made, make.buyer(name=name, inhabitants=inhabitants))
    make.participant(made, make.buyer(name="Åmli", inhabitants=3000), state="option")
    return made


@pytest.fixture
def sensor(group):
    return group.items.get()


def choose(group, leda, at, **said):
    said = {"method": "inhabitants", "total": Decimal("100000.01"), "currency": "NOK", **said}
    return dividing.choose(group, **said, by=leda, at=at)


def read(table):
    return {place.organisation.name: (str(share.percent), str(share.amount)) for place, share in table.rows}


def test_the_committed_share_by_inhabitants_and_the_option_holders_stand_apart(group, leda, at):
    now, later = dividing.tables(choose(group, leda, at, with_options=True))
    assert read(now) == {
        "Arendal": ("59.74", "59740.27"),
        "Grimstad": ("31.17", "31168.83"),
        "Risør": ("9.09", "9090.91"),
    }
    assert (now.percent, now.amount) == (Decimal("100.00"), Decimal("100000.01"))
    assert set(read(later)) == {"Arendal", "Grimstad", "Risør", "Åmli"}
    assert (later.percent, later.amount) == (Decimal("100.00"), Decimal("100000.01"))
    assert dividing.tables(choose(group, leda, at))[1] is None


def test_equal_shares_and_shares_by_the_signed_volume(group, leda, sensor, at):
    now, _later = dividing.tables(choose(group, leda, at, method="equal", total=Decimal("100")))
    assert [str(share.amount) for _place, share in now.rows] == ["33.34", "33.33", "33.33"]
    committed = group.participants.filter(state="committed").order_by("organisation__name")
    for place, volume in zip(committed, (1, 2, 5), strict=True):
        make.letter(place, volumes={sensor: volume})
    now, _later = dividing.tables(choose(group, leda, at, method="volume", item=sensor, total=Decimal("80")))
    assert [str(share.amount) for _place, share in now.rows] == ["10.00", "20.00", "50.00"]


def test_what_is_missing_is_named_in_a_sentence(group, leda, sensor, at):
    make.participant(group, make.buyer(name="Okänd"))
    now, _later = dividing.tables(choose(group, leda, at))
    assert (now.rows, "Okänd" in now.problem, "Arendal" in now.problem) == ([], True, False)
    now, _later = dividing.tables(choose(group, leda, at, method="volume", item=sensor))
    assert "Arendal, Grimstad, Okänd, Risør" in now.problem


def test_nothing_is_shared_by_noughts(group, lead, leda, at):
    for place in group.participants.select_related("organisation"):
        place.organisation.inhabitants = 0
        place.organisation.save()
    now, _later = dividing.tables(choose(group, leda, at))
    assert "nought" in now.problem


def test_one_who_signed_for_something_else_weighs_nothing(group, leda, sensor, at):
    signing.set_items(group, [(sensor.pk, sensor.name, sensor.unit), (None, "Larm", "stycken")], by=leda, at=at)
    alarm = group.items.get(name="Larm")
    committed = group.participants.filter(state="committed").order_by("organisation__name")
    for place, item in zip(committed, (sensor, sensor, alarm), strict=True):
        make.letter(place, volumes={item: 1})
    now, _later = dividing.tables(choose(group, leda, at, method="volume", item=sensor, total=Decimal(10)))
    assert [str(share.amount) for _place, share in now.rows] == ["5.00", "5.00", "0.00"]


def test_the_same_key_twice_is_one_and_only_the_lead_chooses(group, leda, at):
    first = choose(group, leda, at)
    assert choose(group, leda, at) == first
    assert AuditEvent.objects.filter(action="group.cost_key_set").count() == 1
    grimstad = group.participants.get(organisation__name="Grimstad").organisation
    with pytest.raises(Refused):
        choose(group, make.member(grimstad, role=Role.ADMIN), at)
    with pytest.raises(Refused):
        choose(group, leda, at, method="volume")


def test_a_hundred_cost_three_queries(group, leda, at, sensor, django_assert_num_queries):
    key = choose(group, leda, at, method="volume", item=sensor, with_options=True)
    with django_assert_num_queries(3):
        dividing.tables(key)


def test_the_lead_chooses_on_the_page_and_the_others_read_it(client, group, leda):
    address = reverse("networks:cost_key", args=[group.slug])
    client.force_login(leda)
    sent = {"total": "100 000.01", "currency": "NOK", "method": "inhabitants", "with_options": "on"}
    assert client.post(address, sent).status_code == 302
    grimstad = group.participants.get(organisation__name="Grimstad").organisation
    client.force_login(make.member(grimstad, role=Role.ADMIN))
    page = client.get(address)
    assert "59,740.27" in page.content.decode()
    assert page.context["form"] is None
    assert client.post(address, sent).status_code == 404


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"total": "0"}, "total"),
        ({"total": "-1"}, "total"),
        ({"total": "1e99"}, "total"),
        ({"currency": ""}, "currency"),
        ({"currency": ["SEK", "NOK"]}, "currency"),
        ({"method": "volume"}, "item"),
        ({"method": "luck"}, "method"),
    ],
)
def test_a_key_that_is_none_is_refused_beside_its_field(client, group, leda, typed, wrong):
    client.force_login(leda)
    sent = {"total": "100", "currency": "SEK", "method": "equal", **typed}
    page = client.post(reverse("networks:cost_key", args=[group.slug]), sent)
    assert list(page.context["form"].errors) == [wrong]
    assert not CostKey.objects.exists()


def test_the_table_is_downloaded_for_a_spreadsheet(client, group, leda, at):
    address = reverse("networks:cost_key_download", args=[group.slug])
    client.force_login(leda)
    assert client.get(address).status_code == 404  # there is no key
    grimstad = group.participants.get(organisation__name="Grimstad").organisation
    grimstad.name = '=HYPERLINK("http://x.example")'
    grimstad.save()
    choose(group, leda, at)
    answered = client.get(address)
    assert answered["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answered.content.decode("utf-8-sig"))))
    assert len(rows) == 4
    assert rows[1][1] == '\'=HYPERLINK("http://x.example")'
    assert rows[1][4:] == ["31.17", "31168.83", "NOK"]
