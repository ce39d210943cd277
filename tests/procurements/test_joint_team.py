"""People of several organisations work on what these buy together (C10)."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts import membering
from accounts.grants import Role
from accounts.models import Membership
from arena import starting
from networks import grouping
from notifications import kinds
from notifications.models import Notification
from procurements import asking, interest, previewing, reviewing, teaming
from procurements.grants import TEAM_GRANTS, TeamCan
from procurements.models import Interest, Notice, Procurement, TeamRole
from tests import make
from tests.procurements.test_teaming import APPLIED

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return make.group()


@pytest.fixture
def oslo(group):
    return make.participant(group, make.buyer(name="Oslo"), state="option")


@pytest.fixture
def notice(group, oslo):
    return make.notice(group=group)


def place(notice, participant, role=TeamRole.READER, *, user=None, organisation=None):
    user = user or make.member(participant.organisation)
    by = notice.procurement.team.filter(role="owner").first().user
    return teaming.place(notice.procurement, user=user, role=role, organisation=organisation, by=by, at=make.NOW)


def leaves(participant):
    boss = make.member(participant.organisation, role=Role.ADMIN)
    grouping.answer(participant, state="left", by=boss, at=make.NOW)


def may(user):
    return {can for can, queryset in APPLIED.items() if queryset(user).exists()}


@pytest.mark.parametrize("role", TeamRole)
def test_a_place_gives_those_of_every_buyer_the_same(notice, oslo, role):
    assert may(place(notice, oslo, role).user) == TEAM_GRANTS[role]


def test_without_a_place_an_administrator_reads_and_others_of_its_organisation_do_not(notice, oslo):
    assert may(make.member(oslo.organisation, role=Role.ADMIN)) == {TeamCan.READ}
    assert may(make.member(oslo.organisation)) == set()


def test_whoever_buys_no_more_sees_nothing_and_its_places_end(notice, oslo):
    user = place(notice, oslo, TeamRole.OWNER).user
    boss = make.member(oslo.organisation, role=Role.ADMIN)
    leaves(oslo)
    assert may(user) == may(boss) == set()
    assert not teaming.places_of(notice.procurement).filter(user=user).exists()


def test_who_leaves_the_organisation_loses_its_place(notice, oslo):
    user = place(notice, oslo, TeamRole.EDITOR).user
    membering.end(user.memberships.get(), by=user, at=make.NOW)
    assert may(user) == set()


def test_only_the_responsible_organisation_publishes(notice, oslo):
    assert not Notice.objects.publishable_by(place(notice, oslo, TeamRole.OWNER).user).exists()


@pytest.mark.parametrize("state", ["observer", "invited", "left"])
def test_who_does_not_buy_gets_no_place(group, notice, state):
    other = make.participant(group, make.buyer(), state=state)
    with pytest.raises(teaming.NotAColleague):
        place(notice, other)


def test_whoever_acts_for_several_has_a_place_for_one_of_them(notice, oslo):
    user = make.member(oslo.organisation)
    Membership.objects.create(
        user=user, organisation=notice.procurement.organisation, role="editor", started_at=make.NOW
    )
    with pytest.raises(teaming.ForWhom):
        place(notice, oslo, user=user)
    first = place(notice, oslo, user=user, organisation=oslo.organisation)
    assert place(notice, oslo, TeamRole.EDITOR, user=user).pk == first.pk, "a new role is for the same organisation"
    moved = place(notice, oslo, user=user, organisation=notice.procurement.organisation)
    assert [one.organisation for one in notice.procurement.team.filter(user=user)] == [moved.organisation]
    assert moved.organisation == notice.procurement.organisation


def test_an_owner_of_the_responsible_organisation_remains(notice, oslo):
    other = place(notice, oslo, TeamRole.OWNER)
    first = notice.procurement.team.get(organisation=notice.procurement.organisation)
    with pytest.raises(teaming.LastOwner):
        teaming.remove(first, by=other.user, at=make.NOW)
    with pytest.raises(teaming.LastOwner):
        teaming.hand_over(notice.procurement, to=other.user, by=first.user, at=make.NOW)
    teaming.remove(other, by=first.user, at=make.NOW)
    membering.end(first.user.memberships.get(), by=first.user, at=make.NOW)
    assert Procurement.objects.without_owner().exists()


def test_the_team_hears_for_its_own_organisations_and_only_while_these_buy(notice, oslo):
    user, owner = place(notice, oslo, TeamRole.EDITOR).user, notice.edited_by
    supplier = make.supplier()
    register = {"organisation": supplier, "level": "follow", "message": "", "at": make.NOW}
    interest.register(notice.procurement, by=make.member(supplier), **register)
    told = Notification.objects.filter(event__kind="interest")
    assert {(one.recipient, one.organisation) for one in told} == {
        (user, oslo.organisation), (owner, notice.procurement.organisation)
    }  # fmt: skip

    def seen():
        listed = kinds.with_subjects(told.select_related("event", "recipient"))
        return {one.recipient for one in listed if kinds.may_see(one)}

    assert seen() == {user, owner}
    leaves(oslo)
    assert seen() == {owner}
    asking.ask(notice, organisation=supplier, text="När?", by=make.member(supplier), at=make.NOW)
    assert {one.recipient for one in Notification.objects.filter(event__kind="question")} == {owner}


def test_people_of_the_joint_team_review_too(notice, oslo):
    owner, user = notice.edited_by, place(notice, oslo).user
    stranger = make.member(oslo.organisation)
    possible = reviewing.possible_reviewers(notice, asker=owner)
    assert user in possible
    assert stranger not in possible
    reviewing.ask(notice, reviewer=user, message="", by=owner, at=make.NOW)
    assert reviewing.waiting_for(user).exists()
    assert Notification.objects.get(event__kind="review-asked").organisation == oslo.organisation
    leaves(oslo)
    assert not reviewing.waiting_for(user).exists()


def test_the_page_lists_people_by_organisation_and_marks_what_has_ended(signed_in, notice, oslo):
    place(notice, oslo, user=make.member(oslo.organisation, name="Ola Oslo"))
    address = reverse("procurements:team_edit", args=[notice.slug])
    client = signed_in(notice.edited_by)
    page = client.get(address).content.decode()
    assert page.index(notice.procurement.organisation.name) < page.index("Ola Oslo")
    assert 'scope="rowgroup"' in page
    leaves(oslo)
    groups = client.get(address).context["groups"]
    assert [(organisation.name, is_buying) for organisation, is_buying, _places in groups][1:] == [("Oslo", False)]


def test_a_place_is_given_on_the_page_for_the_organisation_that_was_chosen(signed_in, notice, oslo):
    user = make.member(oslo.organisation)
    Membership.objects.create(
        user=user, organisation=notice.procurement.organisation, role="editor", started_at=make.NOW
    )
    client, address = signed_in(notice.edited_by), reverse("procurements:team_place", args=[notice.slug])
    client.post(address, {"user": f"{user.pk}:{oslo.organisation_id}", "role": "reader"})
    assert notice.procurement.team.get(user=user).organisation == oslo.organisation
    for nonsense in (f"{user.pk}:1", "x", "", f"{make.user().pk}"):
        assert client.post(address, {"user": nonsense, "role": "reader"}).status_code == 422


def test_the_bar_shows_a_participants_administrator_what_it_may_open(signed_in, notice, oslo):
    client = signed_in(make.member(oslo.organisation, role=Role.ADMIN))
    with translation.override("sv"):
        page = client.get(reverse("procurements:team_edit", args=[notice.slug])).content.decode()
        assert reverse("procurements:approval_list", args=[notice.slug]) in page
        assert reverse("procurements:notice_publish", args=[notice.slug]) not in page


def test_who_is_interested_is_hidden_from_a_participant_without_a_place(signed_in, notice, oslo):
    address = reverse("procurements:interest_list", args=[notice.slug])
    client = signed_in(make.member(oslo.organisation, role=Role.ADMIN))
    Interest.objects.create(
        procurement=notice.procurement, organisation=make.supplier(name="CNRY AB"), received_at=make.NOW, receipt="x"
    )
    assert "CNRY" not in client.get(address).content.decode()
    placed = signed_in(place(notice, oslo).user)
    assert "CNRY" in placed.get(address).content.decode()
    leaves(oslo)
    assert placed.get(address).status_code == client.get(address).status_code == 404


def test_a_reviewer_whose_organisation_buys_no_more_hears_nothing_of_the_draft(group, oslo):
    draft = make.notice(group=group, published=False)
    user = place(draft, oslo).user
    reviewing.ask(draft, reviewer=user, message="", by=draft.edited_by, at=make.NOW)
    reviewing.comment(draft, field="", text="Ett ord till läsaren.", by=draft.edited_by, at=make.NOW)
    told = Notification.objects.filter(recipient=user, event__kind__in=["review-asked", "draft-comment"])

    def seen():
        listed = kinds.with_subjects(told.select_related("event", "recipient"))
        return {one.event.kind for one in listed if kinds.may_see(one)}

    assert seen() == {"review-asked", "draft-comment"}
    leaves(oslo)
    assert seen() == set()


def test_a_preview_link_opens_no_more_when_its_makers_organisation_has_left(signed_in, client, group, oslo):
    draft = make.notice(group=group, published=False)
    user = place(draft, oslo, TeamRole.EDITOR).user
    _link, token = previewing.create(draft, label="Oss själva", days=30, by=user, at=timezone.now())
    address = previewing.path_of(token)
    assert client.get(address).status_code == 200
    leaves(oslo)
    assert client.get(address).status_code == 404
    page = signed_in(draft.edited_by).get(reverse("procurements:preview_links", args=[draft.slug]))
    assert "Opens no more" in page.content.decode()


def test_the_start_page_offers_to_write_only_what_one_may_write(group, oslo):
    draft = make.notice(group=group, published=False)
    boss = make.member(oslo.organisation, role=Role.ADMIN)
    assert starting.for_person(draft.edited_by, at=make.NOW)["drafts"] == [draft]
    assert starting.for_person(boss, at=make.NOW)["drafts"] == []
