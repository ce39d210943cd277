import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.grants import Role
from networks import grouping
from networks.models import BuyerGroup
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
def group(lead, leda):
    return make.group(lead=lead, by=leda, name="Fallsensorer i Agder")


def test_a_group_is_created_in_the_browser(client, lead, leda):
    network = make.network(leader=lead, by=leda)
    client.force_login(leda)
    client.get(url("group_create"))
    sent = {"name": "Fallsensorer", "purpose": "Ett behov.", "network": network.pk}
    group_page = client.post(url("group_create"), sent)
    group = BuyerGroup.objects.get()
    assert group_page.url == group.get_absolute_url()
    assert (group.lead, group.network) == (lead, network)
    assert client.get(url("group_list")).content.decode().count("Fallsensorer") == 1


def test_a_foreign_network_is_not_offered(client, leda):
    client.force_login(leda)
    sent = {"name": "Fallsensorer", "purpose": "Ett behov.", "network": make.network().pk}
    page = client.post(url("group_create"), sent)
    assert page.context["form"].errors.keys() == {"network"}
    assert not BuyerGroup.objects.exists()


@pytest.mark.parametrize("who", ["anonymous", "stranger", "supplier", "left"])
def test_the_group_is_hidden_from_everybody_else(client, group, who, at):
    people = {
        "anonymous": lambda: None,
        "stranger": lambda: make.member(make.buyer(), role=Role.ADMIN),
        "supplier": lambda: make.member(make.supplier(), role=Role.ADMIN),
        "left": lambda: make.member(make.participant(group, make.buyer(), state="left").organisation, role=Role.ADMIN),
    }
    if person := people[who]():
        client.force_login(person)
    expected = 404 if person else 302
    for name in ("group_detail", "group_invite"):
        assert client.get(url(name, group.slug)).status_code == expected
    assert client.post(reverse("procurements:group_hand_over", args=[group.slug])).status_code == expected
    assert (
        client.post(url("group_answer", group.slug, group.participants.get(organisation=group.lead).pk)).status_code
        == expected
    )


def test_the_lead_invites_and_the_invited_organisation_answers(client, group, leda):
    other = make.buyer(name="Grimstad kommune")
    client.force_login(leda)
    assert "Grimstad" in client.get(url("group_invite", group.slug), {"q": "grimstad"}).content.decode()
    client.post(url("group_invite", group.slug), {"organisation": other.pk})
    assert not client.get(url("group_invite", group.slug), {"q": "grimstad"}).context["hits"]
    place = group.participants.get(organisation=other)
    client.force_login(make.member(other, role=Role.ADMIN))
    assert 'value="committed"' in client.get(group.get_absolute_url()).content.decode()
    client.post(url("group_answer", group.slug, place.pk), {"state": "option"})
    place.refresh_from_db()
    assert place.state == "option"


def test_an_editor_reads_the_group_and_answers_nothing(client, group):
    place = make.participant(group, make.buyer(), state="invited")
    client.force_login(make.member(place.organisation))
    assert 'name="state"' not in client.get(group.get_absolute_url()).content.decode()
    assert client.post(url("group_answer", group.slug, place.pk), {"state": "committed"}).status_code == 404


@pytest.mark.parametrize("state", ["", "lead", "INVITED", "\0"])
def test_an_answer_that_no_button_gives_is_not_found(client, group, state):
    place = make.participant(group, make.buyer(), state="invited")
    client.force_login(make.member(place.organisation, role=Role.ADMIN))
    assert client.post(url("group_answer", group.slug, place.pk), {"state": state}).status_code == 404


def test_who_leaves_is_led_back_to_its_own_groups(client, group):
    place = make.participant(group, make.buyer())
    client.force_login(make.member(place.organisation, role=Role.ADMIN))
    assert client.post(url("group_answer", group.slug, place.pk), {"state": "left"}).url == url("group_list")


def test_the_lead_is_handed_over_in_the_browser(client, group, leda):
    place = make.participant(group, make.buyer())
    client.force_login(leda)
    client.post(reverse("procurements:group_hand_over", args=[group.slug]), {"participant": place.pk})
    group.refresh_from_db()
    assert group.lead == place.organisation


def test_the_public_panel_shows_the_lead_first_and_neither_invited_nor_left(group):
    for name, state in (("Bollen", "observer"), ("Committed by", "committed"), ("Opsjon", "option")):
        make.participant(group, make.buyer(name=name), state=state)
    make.participant(group, make.buyer(name="Inviterad"), state="invited")
    make.participant(group, make.buyer(name="Utgången"), state="left")
    html = render_to_string("networks/_participants.html", {"group": group})
    places = [html.index(name) for name in ("Arendal kommune", "Committed by", "Opsjon", "Bollen")]
    assert places == sorted(places)
    assert "Inviterad" not in html
    assert "Utgången" not in html


def test_a_group_of_many_costs_the_same_as_a_group_of_one(client, group, leda, django_assert_num_queries):
    make.participant(group, make.buyer())
    client.force_login(leda)
    client.get(group.get_absolute_url())
    with CaptureQueriesContext(connection) as few:
        client.get(group.get_absolute_url())
    for _one in range(8):
        make.participant(group, make.buyer())
    with django_assert_num_queries(len(few)):
        client.get(group.get_absolute_url())


def test_procurements_may_be_begun_by_those_who_write_for_the_lead(group, lead, at):
    editor, reader = make.member(lead), make.member(lead, role=Role.READER)
    assert list(BuyerGroup.objects.led_by(editor)) == [group]
    assert not BuyerGroup.objects.led_by(reader).exists()
    place = make.participant(group, make.buyer())
    assert not BuyerGroup.objects.led_by(make.member(place.organisation, role=Role.ADMIN)).exists()
    grouping.hand_over(group, to=place, by=make.member(lead, role=Role.ADMIN), at=at)
    assert not BuyerGroup.objects.led_by(editor).exists()


def test_what_is_bought_is_ordered_by_buttons_and_the_other_rows_are_saved_along(client, group, leda):
    first, second, third = (group.items.create(name=name, unit="st", position=n) for n, name in enumerate("ABC"))
    client.force_login(leda)
    sent = {f"{field}-{one.pk}": getattr(one, field) for one in (first, second, third) for field in ("name", "unit")}

    def order():
        return list(group.items.values_list("name", flat=True))

    assert client.post(url("group_items", group.slug), {**sent, "up": third.pk}).url == url("group_items", group.slug)
    assert order() == ["A", "C", "B"]
    client.post(url("group_items", group.slug), {**sent, "down": first.pk, "name-new0": "D", "unit-new0": "h"})
    assert order() == ["C", "A", "B", "D"]
    for nonsense in ("up", "down"):
        client.post(url("group_items", group.slug), {**sent, nonsense: "x" * 9})
    page = client.get(url("group_items", group.slug)).content.decode()
    assert f'name="up" value="{second.pk}"' in page
    assert f'name="up" value="{third.pk}"' not in page  # the first stays the first
