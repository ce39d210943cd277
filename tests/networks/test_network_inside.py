"""The members' area of a network, and its public page: one timeline, roles, plan, archive, members from abroad (C1, C2, C13, C16)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import verifying
from accounts.grants import Role
from accounts.models import Duty, Membership, Organisation
from accounts.rules import Refused
from networks import convening, joining
from networks.models import Meeting, Network, NetworkMember, NetworkPost, SharedFile
from notifications.models import Notification
from records.models import AuditEvent
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]


def url(name, *args):
    return reverse(f"networks:{name}", args=args)


@pytest.fixture
def network(leader, lena):
    return make.network(leader=leader, by=lena, name="Trygga hem", plan="Två dialoger 2027")


@pytest.fixture
def mona(other):
    return make.member(other, role=Role.ADMIN, name="Mona Medlem")


def test_notes_meetings_minutes_files_and_members_stand_in_one_list_newest_first(
    network, leader, lena, mona, signed_in, at
):
    hour = timedelta(hours=1)
    joining.post(network, text="Första anteckningen", organisation=leader, by=lena, at=at + hour)
    meeting = make.meeting(network, by=lena, title="Vårmötet", at=at + 2 * hour)
    make.shared_file(network, by=mona, title="Planen", at=at + 3 * hour)
    convening.write_minutes(meeting, minutes="Hemliga ord", revision=1, organisation=leader, by=lena, at=at + 4 * hour)
    page = signed_in(mona).get(url("network_inside", network.slug))
    kinds = [entry.kind for entry in page.context["page_obj"]]
    assert kinds == ["minutes", "file", "meeting", "post", "member", "member"]
    text = page.content.decode()
    for words in ("Första anteckningen", "Vårmötet", "Planen", "Malmö stad"):
        assert words in text
    assert "Hemliga ord" not in text  # the minutes are read on their own page


def test_the_list_has_pages(network, leader, lena, signed_in, at):
    for number in range(25):
        joining.post(network, text=f"Anteckning {number:02}", organisation=leader, by=lena, at=at)
    client = signed_in(lena)
    first = client.get(url("network_inside", network.slug)).content.decode()
    second = client.get(url("network_inside", network.slug), {"page": "2"}).content.decode()
    assert ("Anteckning 24" in first, "Anteckning 00" in first) == (True, False)
    assert "Anteckning 00" in second
    for odd in ("0", "-3", "x", "9" * 30):
        assert client.get(url("network_inside", network.slug), {"page": odd}).status_code == 200


class TestRoles:
    def test_the_leader_makes_a_member_core_and_its_administrators_are_told(
        self, network, other, lena, mona, signed_in
    ):
        place = network.members.get(organisation=other)
        client = signed_in(lena)
        assert "Malmö stad" in client.get(url("network_roles", network.slug)).content.decode()
        for _click in range(2):
            client.post(url("network_roles", network.slug), {"member": place.pk, "role": "core"})
        place.refresh_from_db()
        assert place.role == NetworkMember.Role.CORE
        [written] = AuditEvent.objects.filter(action="network.appointed")
        assert written.details == {"organisation": other.pk, "from": "member", "to": "core"}
        assert Notification.objects.filter(recipient=mona, event__kind="network-role").count() == 1
        assert signed_in(mona).get(url("meeting_create", network.slug)).status_code == 200

    def test_and_an_ordinary_member_again(self, network, other, lena, mona, signed_in, at):
        place = joining.appoint(network.members.get(organisation=other), role="core", by=lena, at=at)
        signed_in(lena).post(url("network_roles", network.slug), {"member": place.pk, "role": "member"})
        assert signed_in(mona).get(url("meeting_create", network.slug)).status_code == 404

    def test_nobody_else_gives_roles_and_the_leader_is_not_demoted(
        self, network, other, leader, lena, mona, signed_in, at
    ):
        place, lead = network.members.get(organisation=other), network.members.get(organisation=leader)
        with pytest.raises(Refused):
            joining.appoint(place, role="core", by=mona, at=at)
        with pytest.raises(Refused, match="handed over"):
            joining.appoint(lead, role="member", by=lena, at=at)
        with pytest.raises(Refused, match="another role"):
            joining.appoint(place, role="leader", by=lena, at=at)
        for person in (mona, make.member(leader)):
            client = signed_in(person)
            assert client.get(url("network_roles", network.slug)).status_code == 404
            answer = client.post(url("network_roles", network.slug), {"member": place.pk, "role": "core"})
            assert answer.status_code == 404

    def test_who_only_asks_gets_no_role(self, network, lena, at):
        asking = make.buyer()
        place = joining.ask_to_join(network, organisation=asking, by=make.member(asking, role=Role.ADMIN), at=at)
        with pytest.raises(Refused, match="Only a member"):
            joining.appoint(place, role="core", by=lena, at=at)


class TestPublicPage:
    def test_it_says_the_plan_who_leads_and_who_is_core(self, network, other, lena, at):
        joining.appoint(network.members.get(organisation=other), role="core", by=lena, at=at)
        make.joined(network, make.buyer(name="Aarhus Kommune", country="DK"))
        page = Client().get(f"/en/networks/{network.slug}/").content.decode()
        assert "Två dialoger 2027" in page
        assert "Lunds kommun (Sweden) leads the network." in page
        assert page.index("Core member") < page.index("Aarhus Kommune")  # leader, core, then the others by name
        assert "Denmark" in page
        assert "Log in as an administrator of a verified buyer to ask to join." in page

    def test_the_leader_changes_the_plan(self, network, lena, signed_in):
        said = {"name": network.name, "subject": network.subject, "goals": ["3"], "plan": "Nya planer"}
        assert signed_in(lena).post(url("network_edit", network.slug), said).status_code == 302
        assert "Nya planer" in Client().get(network.get_absolute_url()).content.decode()

    def test_nothing_of_the_members_area_shows(self, network, leader, lena, signed_in, at):
        before = Client().get(network.get_absolute_url()).content
        joining.post(network, text="CNRY", organisation=leader, by=lena, at=at)
        make.shared_file(network, by=lena, meeting=make.meeting(network, by=lena))
        assert len(Client().get(network.get_absolute_url()).content) == len(before)


class TestArchive:
    def test_an_archived_network_says_so_is_read_by_its_members_and_changed_by_nobody(
        self, network, leader, lena, mona, signed_in, at
    ):
        meeting = make.meeting(network, by=lena, title="Sista mötet")
        joining.archive(network, by=lena, at=at)
        client = signed_in(mona)
        page = client.get(f"/en/networks/{network.slug}/inside/").content.decode()
        assert "It can be read, but not changed." in page
        assert "Sista mötet" in page
        assert 'name="text"' not in page
        assert "Sista mötet" in client.get(url("meeting_detail", meeting.pk)).content.decode()
        lead = signed_in(lena)
        for name in ("network_roles", "network_edit", "network_invite", "meeting_create"):
            assert lead.get(url(name, network.slug)).status_code == 404
        for name in ("meeting_edit", "meeting_minutes"):
            assert lead.get(url(name, meeting.pk)).status_code == 404
        assert network.name not in Client().get(url("network_list")).content.decode()
        assert "is archived" in Client().get(f"/en/networks/{network.slug}/").content.decode()

    def test_whoever_left_before_or_after_sees_nothing(self, network, other, lena, mona, signed_in, at):
        joining.archive(network, by=lena, at=at)
        joining.leave(network.members.get(organisation=other), by=mona, at=at)
        client = signed_in(mona)
        for name in ("network_inside", "meeting_list", "file_list"):
            assert client.get(url(name, network.slug)).status_code == 404


def test_an_organisation_from_another_country_registers_without_a_number_is_verified_and_joins(
    network, lena, signed_in, at
):
    petra = make.user(name="Petra Pfleger", language="en")
    client = signed_in(petra)
    step = client.post("/en/organisations/new/", {"country": "DE", "number": ""})
    described = {"name": "Stadt Kiel", "kind": "municipality", "region": "", "website": "", "description": ""}
    assert client.post(step["Location"], described).status_code == 302
    kiel = Organisation.objects.get(name="Stadt Kiel")
    assert (kiel.country, kiel.registration_number) == ("DE", "")
    admin = make.user(duty=Duty.ADMIN)
    asked = verifying.ask(kiel, evidence="https://kiel.example.org", by=petra, at=at)
    verifying.grant(asked, by=admin, at=at)
    kiel.refresh_from_db()
    joining.invite(network, organisation=kiel, by=lena, at=at)
    place = network.members.get(organisation=kiel)
    page = client.get(f"/en/networks/{network.slug}/").content.decode()
    assert "Join the network" in page
    client.post(url("network_answer", network.slug, place.pk), {"answer": "yes"})
    assert client.get(f"/en/networks/{network.slug}/inside/").status_code == 200
    assert "Germany" in Client().get(f"/en/networks/{network.slug}/").content.decode()
    for page in (
        "terms",
        "account/signup",
        "networks",
        f"networks/{network.slug}/meetings",
        f"networks/{network.slug}/files",
    ):
        assert 'lang="en"' in client.get(f"/en/{page}/", follow=True).content.decode()
    assert "Germany" in client.get(f"/en/networks/{network.slug}/inside/").content.decode()


def crowd(network, lena, leader, at, *, members, rows):
    """Many members, posts, meetings and files, written at once."""
    buyers = Organisation.objects.bulk_create(
        [
            Organisation(
                name=f"Kommun {n:03}", slug=f"kommun-{n:03}", country="SE", created_at=at, buyer_verified_at=at
            )
            for n in range(members)
        ]
    )
    NetworkMember.objects.bulk_create(
        [NetworkMember(network=network, organisation=one, asked_at=at, joined_at=at) for one in buyers]
    )
    author = {"organisation": leader}
    NetworkPost.objects.bulk_create(
        [NetworkPost(network=network, author=lena, text=f"Ord {n}", at=at, **author) for n in range(rows)]
    )
    Meeting.objects.bulk_create(
        [
            Meeting(
                network=network,
                title=f"Möte {n}",
                starts_at=at + timedelta(days=4000 + n),
                ends_at=at + timedelta(days=4001 + n),
                minutes="Sagt",
                minutes_at=at,
                created_by=lena,
                created_at=at,
            )
            for n in range(rows)
        ]
    )
    stored = make.stored_file()
    SharedFile.objects.bulk_create(
        [
            SharedFile(network=network, title=f"Fil {n}", file=stored, added_by=lena, added_at=at, **author)
            for n in range(rows)
        ]
    )


@pytest.mark.parametrize("name", ["network_inside", "meeting_list", "file_list", "network_detail", "network_roles"])
def test_three_hundred_members_and_a_hundred_of_everything_cost_no_more_queries(
    network, leader, lena, signed_in, at, django_assert_max_num_queries, name
):
    client = signed_in(lena)
    crowd(network, lena, leader, at, members=3, rows=3)
    address = url(name, network.slug)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    network.members.exclude(organisation=leader).delete()
    Organisation.objects.filter(slug__startswith="kommun-").delete()
    crowd(network, lena, leader, at, members=300, rows=100)
    with django_assert_max_num_queries(len(few)):
        assert client.get(address).status_code == 200


def test_a_meeting_is_told_to_many_by_few_queries(network, leader, lena, mona, at):
    def queries(title):
        with CaptureQueriesContext(connection) as asked:
            make.meeting(network, by=lena, title=title)
        return len(asked)

    queries("Värm upp")
    few = queries("Få")
    crowd(network, lena, leader, at, members=100, rows=0)
    organisations = Organisation.objects.filter(slug__startswith="kommun-")
    Membership.objects.bulk_create(
        [Membership(user=make.user(), organisation=one, role=Role.READER, started_at=at) for one in organisations]
    )
    assert queries("Många") == few
    assert Notification.objects.filter(event__kind="meeting-called").count() >= 100


def test_the_name_of_a_room_of_ours_is_no_network():
    assert make.network(name="Meetings").slug == "meetings-2"
    assert make.network(name="Files").slug == "files-2"
    assert Network.objects.count() == 2
