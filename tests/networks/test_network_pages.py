import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.grants import Role
from networks import joining
from networks.models import Network, NetworkMember
from tests import make

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"networks:{name}", args=args)


@pytest.fixture
def leader():
    return make.buyer(name="Lunds kommun")


@pytest.fixture
def boss(leader):
    return make.member(leader, role=Role.ADMIN)


@pytest.fixture
def network(leader, boss):
    return make.network(leader=leader, by=boss, name="Trygga hem", subject="Fall i hemmet")


@pytest.fixture
def newcomer():
    return make.buyer(name="Malmö stad")


@pytest.fixture
def nina(newcomer):
    return make.member(newcomer, role=Role.ADMIN)


@pytest.fixture
def secret(network, leader, boss, at):
    joining.post(network, text="CNRY-anteckning", organisation=leader, by=boss, at=at)
    return "CNRY-anteckning"


def test_everybody_finds_networks_by_words_and_by_goal(client, network):
    make.network(name="Cirkulära möbler", subject="Återbruk", goals=[12])
    assert b"Trygga hem" in client.get(url("network_list")).content
    assert b"Trygga hem" not in client.get(url("network_list"), {"q": "möbler"}).content
    page = client.get(url("network_list"), {"goal": "3"}).content.decode()
    assert "Trygga hem" in page
    assert "Cirkulära" not in page


def test_a_search_without_hits_says_what_to_do(client, network):
    page = client.get(url("network_list"), {"q": "finns inte"})
    assert 'class="empty"' in page.content.decode()
    assert client.get(url("network_list"), {"goal": "99"}).status_code == 200


def test_htmx_gets_the_hits_alone(client, network):
    page = client.get(url("network_list"), headers={"HX-Request": "true"})
    assert b"<html" not in page.content
    assert "HX-Request" in page["Vary"]


def test_the_list_costs_the_same_however_many_networks(client, network, django_assert_num_queries):
    client.get(url("network_list"))
    with CaptureQueriesContext(connection) as few:
        client.get(url("network_list"))
    for _one in range(5):
        make.joined(make.network(), make.buyer())
    with django_assert_num_queries(len(few)):
        client.get(url("network_list"))


def test_everybody_sees_the_members_and_nobody_else_sees_the_notes_or_requests(
    client, network, secret, nina, newcomer, at
):
    joining.ask_to_join(network, organisation=newcomer, by=nina, at=at)
    page = client.get(network.get_absolute_url()).content.decode()
    assert "Lunds kommun" in page
    assert secret not in page
    assert "Malmö stad" not in page
    assert client.get(url("network_inside", network.slug)).status_code == 302  # to the login
    client.force_login(nina)
    for name in ("network_inside", "network_invite", "network_edit"):
        assert client.get(url(name, network.slug)).status_code == 404
    for name in ("network_post", "network_hand_over", "network_archive"):
        assert client.post(url(name, network.slug), {"text": "x"}).status_code == 404


def test_a_network_is_founded_in_the_browser(client, boss, leader):
    client.force_login(boss)
    assert client.get(url("network_create")).status_code == 200
    answer = client.post(
        url("network_create"), {"name": "Välfärdsteknik", "subject": "Teknik i omsorgen", "goals": ["3"]}
    )
    network = Network.objects.get()
    assert answer.url == url("network_inside", network.slug)
    assert (network.slug, network.goals) == ("valfardsteknik", [3])


def test_too_many_goals_are_refused_beside_the_field_and_everything_is_kept(client, boss):
    client.force_login(boss)
    page = client.post(url("network_create"), {"name": "Allt", "subject": "Allt", "goals": ["1", "2", "3", "4"]})
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"goals"}
    assert 'value="Allt"' in page.content.decode()
    assert not Network.objects.exists()


@pytest.mark.parametrize("who", ["editor", "supplier", "nobody's"])
def test_who_cannot_found_a_network_finds_no_such_page(client, leader, who):
    people = {
        "editor": lambda: make.member(leader),
        "supplier": lambda: make.member(make.supplier(), role=Role.ADMIN),
        "nobody's": make.user,
    }
    client.force_login(people[who]())
    assert client.get(url("network_create")).status_code == 404


def test_an_organisation_asks_and_the_leader_says_yes(client, network, newcomer, nina, boss):
    client.force_login(nina)
    for _click in range(2):
        client.post(url("network_join", network.slug), {"message": "Samma behov hos oss."})
    asked = network.members.get(organisation=newcomer)
    client.force_login(boss)
    assert "Samma behov hos oss." in client.get(url("network_inside", network.slug)).content.decode()
    client.post(url("network_answer", network.slug, asked.pk), {"answer": "yes"})
    client.force_login(nina)
    assert client.get(url("network_inside", network.slug)).status_code == 200


def test_the_asking_organisation_cannot_answer_itself(client, network, newcomer, nina, at):
    asked = joining.ask_to_join(network, organisation=newcomer, by=nina, at=at)
    client.force_login(nina)
    assert client.post(url("network_answer", network.slug, asked.pk), {"answer": "yes"}).status_code == 404


def test_a_message_that_is_too_long_is_kept_and_refused(client, network, nina):
    client.force_login(nina)
    page = client.post(url("network_join", network.slug), {"message": "a" * 700})
    assert page.status_code == 422
    assert "a" * 700 in page.content.decode()
    assert not network.members.waiting().exists()


def test_the_leader_invites_by_name_and_the_organisation_declines(client, network, newcomer, nina, boss):
    client.force_login(boss)
    page = client.get(url("network_invite", network.slug), {"q": "malm"}).content.decode()
    assert "Malmö stad" in page
    client.post(url("network_invite", network.slug), {"organisation": newcomer.pk})
    place = network.members.get(organisation=newcomer)
    client.force_login(nina)
    assert 'value="no"' in client.get(network.get_absolute_url()).content.decode()
    client.post(url("network_answer", network.slug, place.pk), {"answer": "no"})
    assert network.members.get(organisation=newcomer).left_at


@pytest.mark.parametrize("chosen", ["", "x", "-1", "9" * 40, "\0", "²"])
def test_an_invitation_of_nothing_is_not_found(client, network, boss, chosen):
    client.force_login(boss)
    assert client.post(url("network_invite", network.slug), {"organisation": chosen}).status_code == 404


def test_members_write_notes_as_plain_text(client, network, leader):
    client.force_login(make.member(leader))
    client.post(url("network_post", network.slug), {"text": "<script>alert(1)</script> Möte"})
    page = client.get(url("network_inside", network.slug)).content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_an_empty_or_endless_note_is_refused_and_kept(client, network, boss):
    client.force_login(boss)
    assert client.post(url("network_post", network.slug), {"text": ""}).status_code == 422
    page = client.post(url("network_post", network.slug), {"text": "b" * 9000})
    assert page.status_code == 422
    assert "b" * 9000 in page.content.decode()


def test_readers_read_and_do_not_write(client, network, leader, secret):
    client.force_login(make.member(leader, role=Role.READER))
    page = client.get(url("network_inside", network.slug)).content.decode()
    assert secret in page
    assert 'name="text"' not in page
    assert client.post(url("network_post", network.slug), {"text": "Hej"}).status_code == 404


def test_a_former_member_has_no_way_in(client, network, newcomer, nina):
    place = make.joined(network, newcomer)
    client.force_login(nina)
    client.post(url("network_leave", network.slug, place.pk))
    assert client.get(url("network_inside", network.slug)).status_code == 404


def test_the_leader_hands_over_and_archives_in_the_browser(client, network, newcomer, nina, boss, leader):
    place = make.joined(network, newcomer)
    client.force_login(boss)
    own = network.members.get(organisation=leader)
    page = client.post(url("network_leave", network.slug, own.pk), follow=True).content.decode()
    assert "Hand the leadership over" in page or "ledar" in page.lower()
    client.post(url("network_hand_over", network.slug), {"member": place.pk})
    assert network.members.get(role=NetworkMember.Role.LEADER).organisation == newcomer
    client.force_login(nina)
    client.post(url("network_archive", network.slug))
    network.refresh_from_db()
    assert network.archived_at
    assert network.name not in client.get(url("network_list")).content.decode()
    assert client.get(network.get_absolute_url()).status_code == 200
    assert client.get(url("network_inside", network.slug)).status_code == 200


def test_the_leader_changes_the_description_and_the_address_stays(client, network, boss):
    client.force_login(boss)
    client.post(url("network_edit", network.slug), {"name": "Trygga hem i Skåne", "subject": "Fall", "goals": ["11"]})
    before = network.slug
    network.refresh_from_db()
    assert (network.name, network.goals, network.slug) == ("Trygga hem i Skåne", [11], before)
