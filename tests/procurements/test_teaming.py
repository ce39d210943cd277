"""The team of a procurement (A31): who may what, and that somebody always owns it."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.urls import reverse

from accounts import membering
from accounts.grants import Role
from notifications.models import Notification
from procurements import interest, teaming
from procurements.grants import ADMINISTRATORS_MAY, TEAM_GRANTS, TeamCan
from procurements.models import Interest, Notice, Procurement, TeamRole
from records.models import AuditEvent
from tests import make
from tests.answers import masked

APPLIED = {
    TeamCan.READ: Notice.objects.readable_by,
    TeamCan.INSIDE: Notice.objects.seen_inside_by,
    TeamCan.ANSWER: Notice.objects.answerable_by,
    TeamCan.EDIT: Notice.objects.editable_by,
    TeamCan.MANAGE: Notice.objects.managed_by,
}


def placed(notice, role, *, user=None):
    user = user or make.member(notice.procurement.organisation)
    return teaming.place(notice.procurement, user=user, role=role, by=notice.edited_by, at=make.NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("role", TeamRole)
def test_the_table_and_the_querysets_say_the_same(role):
    notice = make.notice()
    user = placed(notice, role).user
    assert {can for can, queryset in APPLIED.items() if queryset(user).exists()} == TEAM_GRANTS[role]


@pytest.mark.parametrize("role", TeamRole)
def test_the_paper_says_the_same(role):
    cells = ["yes" if can in TEAM_GRANTS[role] else "no" for can in TeamCan]
    paper = (Path(settings.BASE_DIR) / "docs" / "access.md").read_text()
    assert f"| {role} | {' | '.join(cells)} |" in paper


@pytest.mark.django_db
def test_an_administrator_without_a_place_may_all_but_see_inside():
    notice = make.notice()
    admin = make.member(notice.procurement.organisation, role=Role.ADMIN)
    assert {can for can, queryset in APPLIED.items() if queryset(admin).exists()} == ADMINISTRATORS_MAY
    teaming.place(notice.procurement, user=admin, role=TeamRole.READER, by=admin, at=make.NOW)
    assert Notice.objects.seen_inside_by(admin).exists()
    assert AuditEvent.objects.get(action="team.place-taken").actor == admin
    told = Notification.objects.get(event__kind="team")
    assert told.recipient == notice.edited_by


@pytest.mark.django_db
def test_the_last_owner_stays_until_somebody_else_owns_it():
    notice = make.notice()
    [owner] = notice.procurement.team.all()
    with pytest.raises(teaming.LastOwner):
        teaming.remove(owner, by=owner.user, at=make.NOW)
    with pytest.raises(teaming.LastOwner):
        placed(notice, TeamRole.EDITOR, user=owner.user)
    other = placed(notice, TeamRole.READER)
    teaming.hand_over(notice.procurement, to=other.user, by=owner.user, at=make.NOW)
    roles = dict(notice.procurement.team.values_list("user", "role"))
    assert roles == {owner.user_id: "editor", other.user_id: "owner"}
    teaming.remove(owner, by=other.user, at=make.NOW)
    teaming.remove(owner, by=other.user, at=make.NOW)
    assert AuditEvent.objects.filter(action="team.removed").count() == 1


@pytest.mark.django_db
def test_only_a_member_of_the_organisation_gets_a_place():
    with pytest.raises(teaming.NotAColleague):
        placed(make.notice(), TeamRole.READER, user=make.user())


@pytest.mark.django_db
def test_when_the_owner_leaves_an_administrator_takes_over(signed_in):
    notice = make.notice()
    buyer, owner = notice.procurement.organisation, notice.edited_by
    admin = make.member(buyer, role=Role.ADMIN)
    assert not teaming.orphans_of(admin).exists()
    membering.end(owner.memberships.get(), by=owner, at=make.NOW)
    assert list(teaming.orphans_of(admin)) == [notice.procurement]
    assert not teaming.orphans_of(make.member(buyer)).exists()
    client = signed_in(admin)
    page = client.get(reverse("procurements:procurement_list")).content.decode()
    address = reverse("procurements:team_place", args=[notice.slug])
    assert address in page
    client.post(address, {"user": admin.pk, "role": "owner"})
    assert not Procurement.objects.without_owner().exists()


@pytest.mark.django_db
def test_an_administrator_off_the_team_reads_where_to_take_a_place_and_no_number(signed_in):
    notice = make.notice()
    admin = make.member(notice.procurement.organisation, role=Role.ADMIN)
    address = reverse("procurements:interest_list", args=[notice.slug])
    client = signed_in(admin)
    before = masked(client.get(address))
    supplier = make.supplier()
    Interest.objects.create(procurement=notice.procurement, organisation=supplier, received_at=make.NOW, receipt="x")
    assert masked(client.get(address)) == before
    assert reverse("procurements:team_edit", args=[notice.slug]) in before[2]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", [{"place": "\u0661"}, {"place": "9" * 30}, {}])
def test_nonsense_hands_nothing_over(signed_in, typed):
    notice = make.notice()
    address = reverse("procurements:team_hand_over", args=[notice.slug])
    assert signed_in(notice.edited_by).post(address, typed).status_code == 404


@pytest.mark.django_db
def test_the_bar_shows_what_the_person_may_open_by_one_query(signed_in):
    notice = make.notice()
    reader = placed(notice, TeamRole.READER).user
    page = signed_in(reader).get(reverse("procurements:team_edit", args=[notice.slug])).content.decode()
    assert reverse("procurements:interest_list", args=[notice.slug]) in page
    assert reverse("procurements:notice_publish", args=[notice.slug]) not in page
    assert 'aria-label="För ditt team"' not in signed_in(make.user()).get(notice.get_absolute_url()).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_once_do_not_both_leave():
    notice = make.notice()
    first = notice.procurement.team.get()
    second = placed(notice, TeamRole.OWNER)
    barrier, refused = threading.Barrier(2), []

    def leave(member):
        barrier.wait()
        try:
            teaming.remove(member, by=member.user, at=make.NOW)
        except teaming.LastOwner:
            refused.append(member)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=leave, args=[member]) for member in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert notice.procurement.team.filter(role=TeamRole.OWNER).count() == 1


@pytest.mark.django_db
def test_what_goes_out_to_suppliers_is_not_sent_by_somebody_who_only_reads(signed_in):
    notice = make.notice()
    supplier = make.supplier()
    said = {"organisation": supplier, "level": "interested", "message": "Hej", "by": make.member(supplier)}
    shown = interest.register(notice.procurement, at=make.NOW, **said)
    address = reverse("procurements:feedback_give", args=[notice.slug])
    for role, status in ((TeamRole.READER, 404), (TeamRole.ANSWERER, 404), (TeamRole.EDITOR, 302)):
        client = signed_in(placed(notice, role).user)
        assert client.post(address, {"interest": str(shown.pk), "text": "Tack."}).status_code == status
        offered = client.get(reverse("procurements:interest_list", args=[notice.slug])).content.decode()
        assert ('name="interest"' in offered) == (status == 302)


@pytest.mark.django_db
def test_who_may_not_publish_for_the_organisation_tells_no_outcome_and_is_offered_no_way_to(signed_in):
    notice = make.notice(kind="competition", deadline_at=make.NOW + timedelta(days=1))
    reader = make.member(notice.procurement.organisation, role=Role.READER)
    placed(notice, TeamRole.EDITOR, user=reader)
    address = reverse("procurements:outcome_edit", args=[notice.slug])
    assert signed_in(reader).post(address, {"result": "unsuitable"}).status_code == 404
    bar = signed_in(reader).get(reverse("procurements:team_edit", args=[notice.slug])).content.decode()
    assert address not in bar
    assert (
        address
        in signed_in(notice.edited_by).get(reverse("procurements:team_edit", args=[notice.slug])).content.decode()
    )


@pytest.mark.django_db
def test_an_administrator_off_the_team_makes_nothing_public_of_what_is_kept_from_it(signed_in):
    notice = make.notice()
    client = signed_in(make.member(notice.procurement.organisation, role=Role.ADMIN))
    address = reverse("procurements:secrecy_edit", args=[notice.slug])
    assert 'value="release"' not in client.get(address).content.decode()
    assert client.post(address, {"act": "release", "release-what": "names"}).status_code == 404
    assert client.post(address, {"act": "decide", "ground": "osl-19-3", "motive": ""}).status_code == 302
