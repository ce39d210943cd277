"""Files of a room: who adds, renames, takes away and fetches, and what the page says of them (C2, C10)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.grants import Role
from accounts.rules import Refused
from files.models import StoredFile
from networks import filing, joining
from networks.models import Meeting, Network, SharedFile
from networks.rooms import Room
from records.models import AuditEvent
from tests import make
from tests.files import corpus

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"networks:{name}", args=args)


def upload(name="Plan.pdf", content=None):
    return SimpleUploadedFile(name, corpus.pdf() if content is None else content)


def fetched(client, shared):
    """The status, and the bytes, so that no file stays open."""
    answer = client.get(url("file_download", shared.pk))
    return answer.status_code, answer.getvalue() if answer.streaming else b""


def test_a_member_adds_files_and_another_member_fetches_them(network, mona, lena, signed_in):
    response = signed_in(mona).post(url("file_list", network.slug), {"uploads": [upload(), upload("Två.pdf")]})
    assert (response.status_code, response["Location"]) == (302, url("file_list", network.slug))
    assert set(SharedFile.objects.values_list("title", "organisation__name")) == {
        ("Plan", "Malmö stad"),
        ("Två", "Malmö stad"),
    }
    shared = SharedFile.objects.get(title="Plan")
    page = signed_in(lena).get(url("file_list", network.slug)).content.decode()
    for words in ("Plan.pdf", "Malmö stad", "Mona Medlem", "· PDF ·"):
        assert words in page
    answer = signed_in(lena).get(url("file_download", shared.pk))
    assert answer.getvalue() == corpus.pdf()
    assert "private" in answer["Cache-Control"]
    assert 'filename="Plan.pdf"' in answer["Content-Disposition"]


def test_a_wrong_file_is_refused_with_a_sentence_and_takes_no_other_with_it(network, mona, signed_in):
    files = [upload(), upload("fel.pdf", corpus.PAGE)]
    response = signed_in(mona).post(url("file_list", network.slug), {"uploads": files})
    assert response.status_code == 422
    assert "“fel.pdf”" in response.content.decode()
    assert SharedFile.objects.count() == 1


def test_no_file_at_all_is_said(network, mona, signed_in):
    response = signed_in(mona).post(url("file_list", network.slug), {})
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()


def test_the_same_file_twice_is_one(network, mona, signed_in):
    for _click in range(2):
        signed_in(mona).post(url("file_list", network.slug), {"uploads": [upload()]})
    assert SharedFile.objects.count() == 1
    assert AuditEvent.objects.filter(action="room_file.added").count() == 1


def test_a_file_of_a_meeting_stands_at_the_meeting_and_in_the_list(network, mona, lena, signed_in):
    meeting = make.meeting(network, by=lena)
    client = signed_in(mona)
    response = client.post(url("file_list", network.slug), {"uploads": [upload()], "meeting": meeting.pk})
    assert response["Location"] == url("meeting_detail", meeting.pk)
    assert "Plan.pdf" in client.get(url("meeting_detail", meeting.pk)).content.decode()
    assert meeting.title in client.get(url("file_list", network.slug)).content.decode()


def test_a_file_is_not_hung_on_a_meeting_of_another_room(network, mona, signed_in, at):
    far = make.meeting(make.network())
    response = signed_in(mona).post(url("file_list", network.slug), {"uploads": [upload()], "meeting": far.pk})
    assert response.status_code == 404
    stored = make.stored_file()
    with pytest.raises(Refused, match="meeting"):
        filing.add(
            Room(network=network),
            [stored],
            organisation=mona.memberships.get().organisation,
            by=mona,
            at=at,
            meeting=far,
        )


def test_a_group_and_a_network_with_the_same_number_are_two_rooms(leader, lena, at):
    group = make.group(lead=leader, by=lena)
    twin = Network.objects.create(pk=group.pk, name="En annan", slug="en-annan", subject="Annat", created_at=at)
    far = Meeting.objects.create(
        network=twin, title="Möte", starts_at=at, ends_at=at + timedelta(hours=1), created_at=at
    )
    with pytest.raises(Refused, match="meeting"):
        filing.add(Room(group=group), [make.stored_file()], organisation=leader, by=lena, at=at, meeting=far)


@pytest.mark.parametrize(("state", "words"), [("held", "Waits for the virus scan"), ("refused", "Refused by")])
def test_a_file_that_the_scanner_keeps_is_named_and_not_given(network, mona, signed_in, state, words):
    shared = make.shared_file(network, by=mona)
    StoredFile.objects.filter(pk=shared.file_id).update(
        state=state, refusal="malware" if state == "refused" else "", scanned_at=None
    )
    client = signed_in(mona)
    page = client.get(f"/en/networks/{network.slug}/files/").content.decode()
    assert words in page
    assert url("file_download", shared.pk).removeprefix("/sv") + '"' not in page
    assert client.get(url("file_download", shared.pk)).status_code == 404


def test_its_own_organisation_and_those_who_convene_change_a_file_and_nobody_else(network, mona, lena, signed_in, at):
    third = make.buyer()
    make.joined(network, third)
    tom = make.member(third)
    shared = make.shared_file(network, by=mona)
    for person, may in ((mona, True), (lena, True), (tom, False)):
        client = signed_in(person)
        answer = client.post(url("file_edit", shared.pk), {"title": f"Av {person.name} {person.pk}"})
        assert answer.status_code == (302 if may else 404)
    shared.refresh_from_db()
    assert shared.title == f"Av Lena Ledare {lena.pk}"
    assert signed_in(tom).post(url("file_remove", shared.pk)).status_code == 404
    with pytest.raises(Refused, match="Only the organisation"):
        filing.remove(shared, by=tom, at=at)


def test_taking_away_is_written_down_and_harmless_when_repeated(network, mona, at):
    shared = make.shared_file(network, by=mona)
    for _click in range(2):
        filing.remove(SharedFile(pk=shared.pk, network=network), by=mona, at=at)
    assert not SharedFile.objects.exists()
    [written] = AuditEvent.objects.filter(action="room_file.removed")
    assert written.details["sha256"] == shared.file.sha256
    with pytest.raises(Refused, match="in the meantime"):
        filing.rename(shared, title="Nytt", by=mona, at=at)


def test_a_title_of_nothing_is_refused_beside_the_field(network, mona, signed_in):
    shared = make.shared_file(network, by=mona, title="Gammal")
    page = signed_in(mona).post(url("file_edit", shared.pk), {"title": "  \u200b "})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"title"}


@pytest.mark.parametrize("state", ["observer", "option", "committed"])
def test_in_a_group_everybody_inside_fetches_and_those_who_buy_add(state, signed_in):
    group, organisation = make.group(), make.buyer()
    make.participant(group, organisation, state=state)
    shared = make.shared_file(group, by=make.member(group.lead))
    client = signed_in(make.member(organisation))
    assert fetched(client, shared)[0] == 200
    assert client.get(url("group_file_list", group.slug)).status_code == 200
    added = client.post(url("group_file_list", group.slug), {"uploads": [upload()]})
    assert added.status_code == (404 if state == "observer" else 302)


def test_outsiders_the_invited_those_who_ask_and_former_members_find_no_file(network, other, mona, lena, signed_in, at):
    group, invited = make.group(), make.buyer()
    make.participant(group, invited, state="invited")
    asking = make.buyer()
    admin = make.member(asking, role=Role.ADMIN)
    group.participants.create(organisation=asking, state="asked", wished_state="committed", since=at, signed_by=admin)
    in_group = make.shared_file(group, by=make.member(group.lead))
    in_network = make.shared_file(network, by=lena)
    joining.leave(network.members.get(organisation=other), by=make.member(other, role=Role.ADMIN), at=at)
    for person in (mona, admin, make.member(invited), make.user(), make.member(make.supplier())):
        client = signed_in(person)
        for shared in (in_group, in_network):
            for name in ("file_download", "file_edit"):
                assert client.get(url(name, shared.pk)).status_code == 404
            for name in ("file_edit", "file_remove"):
                assert client.post(url(name, shared.pk), {"title": "Min"}).status_code == 404
        assert client.get(url("file_list", network.slug)).status_code == 404
        assert client.get(url("group_file_list", group.slug)).status_code == 404
    assert SharedFile.objects.count() == 2


def test_a_reader_fetches_and_adds_nothing_and_in_an_archived_network_nobody_does(network, leader, lena, signed_in, at):
    shared = make.shared_file(network, by=lena)
    reader = signed_in(make.member(leader, role=Role.READER))
    assert fetched(reader, shared)[0] == 200
    assert reader.post(url("file_list", network.slug), {"uploads": [upload()]}).status_code == 404
    joining.archive(network, by=lena, at=at)
    client = signed_in(lena)
    assert fetched(client, shared)[0] == 200
    assert 'name="uploads"' not in client.get(url("file_list", network.slug)).content.decode()
    assert client.post(url("file_list", network.slug), {"uploads": [upload()]}).status_code == 404
    assert client.post(url("file_remove", shared.pk)).status_code == 404
    with pytest.raises(Refused, match="archived"):
        filing.remove(shared, by=lena, at=at)


def test_a_room_has_room_for_so_many_files_and_no_more(network, mona, at, monkeypatch, signed_in):
    monkeypatch.setattr(filing, "MOST", 1)
    make.shared_file(network, by=mona)
    with pytest.raises(Refused, match="no more fit"):
        make.shared_file(network, by=mona)
    response = signed_in(mona).post(url("file_list", network.slug), {"uploads": [upload()]})
    assert response.status_code == 422
    assert SharedFile.objects.count() == 1


def test_a_file_is_in_one_room(network):
    group, stored = make.group(), make.stored_file()
    row = {"title": "x", "file": stored, "organisation": group.lead, "added_at": make.NOW}
    for rooms in ({"network": network, "group": group}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SharedFile.objects.create(**row, **rooms)


def test_what_no_room_points_to_any_more_is_swept_away(network, mona, at):
    shared = make.shared_file(network, by=mona)
    later = at + timedelta(days=2)
    assert not StoredFile.objects.unused(later, timedelta(days=1)).exists()
    filing.remove(shared, by=mona, at=at)
    assert StoredFile.objects.unused(later, timedelta(days=1)).count() == 1


def test_the_list_costs_the_same_for_three_and_for_a_hundred(network, mona, signed_in, django_assert_num_queries):
    client = signed_in(mona)
    make.shared_file(network, by=mona)
    client.get(url("file_list", network.slug))
    with CaptureQueriesContext(connection) as few:
        client.get(url("file_list", network.slug))
    for _one in range(30):
        make.shared_file(network, by=mona)
    with django_assert_num_queries(len(few)):
        client.get(url("file_list", network.slug))
