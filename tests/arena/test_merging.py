"""Two records of one organisation become one: everything is carried over, or nothing with a sentence (D10)."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from accounts.grants import Role
from accounts.models import Duty, Membership, Organisation
from accounts.rules import NotOnDuty, Refused
from arena import merging
from matchmaking.models import Subscription
from networks.models import Approach, GroupTask, NetworkMember, NetworkPost, Participant, Plan
from notifications.models import Notification
from procurements import interest
from procurements.browsing import Browse
from procurements.models import Approval, Feedback, Interest, Outcome, Question, TeamMember, VersionBuyer
from records.models import AuditEvent
from suppliers.models import SupplierProfile
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    return make.NOW + timedelta(hours=1)


@pytest.fixture
def admin():
    return make.user(duty=Duty.ADMIN)


@pytest.fixture
def merge(admin, at):
    def merge(old, new):
        merging.merge(old, into=new, by=admin, at=at)
        connection.check_constraints()  # what is checked at the commit
        for each in (old, new):
            each.refresh_from_db()

    return merge


def pointers():
    """Every foreign key to an organisation, as "app.Model.field"."""
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    return {f"{f.model._meta.label}.{f.name}" for f in fields if f.is_relation and f.related_model is Organisation}


def left_behind(organisation):
    found = set()
    for pointer in pointers() - {"accounts.Organisation.merged_into"}:
        label, _dot, field = pointer.rpartition(".")
        if apps.get_model(label)._base_manager.filter(**{field: organisation}).exists():
            found.add(pointer)
    return found


def shown_interest(procurement, organisation, at):
    return interest.register(
        procurement, organisation=organisation, level="interested", message="", by=make.member(organisation), at=at
    )


def test_every_pointer_to_an_organisation_has_its_place_in_the_table():
    assert set(merging.POINTERS) == pointers()


def test_a_buyer_is_carried_over_with_all_that_it_does(merge, admin, at):
    old, new = make.buyer(name="Gamla kommunen", registration_number="2120000142"), make.buyer(name="Nya kommunen")
    anna = make.member(old, role=Role.ADMIN)
    group = make.group(lead=old, by=anna)
    made = make.notice(buyer=old, by=anna, kind="need")
    network = make.network(leader=old, by=anna)
    NetworkPost.objects.create(network=network, organisation=old, author=anna, text="Hej.", at=at)
    Plan.objects.create(
        organisation=old, title="Larm", starts_on="2027-01-01", created_by=anna, created_at=at, changed_at=at
    )
    GroupTask.objects.create(group=group, title="Skriv", organisation=old, created_by=anna, created_at=at, edited_at=at)
    Approach.objects.create(sender=old, receiver=make.buyer(), about="x", about_path="plans/1/", sent_at=at)
    Approval.objects.create(notice=made, revision=1, organisation=old, verdict="approved", by=anna, at=at)
    make.stored_file(organisation=old)
    merge(old, new)
    assert left_behind(old) == {"accounts.Membership.organisation"}  # the ended one: history
    group.refresh_from_db()
    made.refresh_from_db()
    assert (group.lead, made.procurement.organisation) == (new, new)
    assert TeamMember.objects.get(user=anna).organisation == new
    assert Membership.objects.active().get(user=anna).role == Role.ADMIN
    assert network.members.get(role="leader", left_at=None).organisation == new
    assert new.registration_number == "2120000142"
    assert [notice.pk for notice in Browse(state="all", buyer=new.pk).notices(at)] == [made.pk]
    assert list(Browse(state="all", buyer=old.pk).notices(at)) == []
    assert Browse(q="nya kommunen", state="all").notices(at).count() == 1


def test_a_supplier_is_carried_over_with_all_that_it_said(merge, at):
    old, new = make.supplier(name="Gamla AB"), make.supplier(name="Nya AB")
    need = make.notice()
    shown_interest(need.procurement, old, at)
    make.question(notice=need, organisation=old)
    make.subscription(organisation=old)
    SupplierProfile.objects.create(organisation=old, offer="Sensorer")
    Feedback.objects.create(procurement=need.procurement, organisation=old, text="Tack.", given_at=at)
    outcome = Outcome.objects.create(
        notice=need, number=1, result="awarded", text="x", tenders=1, decided_on=at.date(), recorded_at=at
    )
    outcome.winners.create(organisation=old, name="Gamla AB")
    merge(old, new)
    assert left_behind(old) == {"accounts.Membership.organisation"}
    assert Interest.objects.active().get().organisation == Question.objects.get().organisation == new
    assert (outcome.winners.get().organisation, outcome.winners.get().name) == (new, "Gamla AB")
    assert (new.supplier_profile.offer, new.subscription.name) == ("Sensorer", "Det vi söker")


def test_the_older_of_two_interests_stays_and_the_younger_is_withdrawn_with_its_trace(merge, at):
    old, new = make.supplier(), make.supplier()
    procurement = make.notice().procurement
    first = shown_interest(procurement, old, at - timedelta(minutes=10))
    second = shown_interest(procurement, new, at - timedelta(minutes=5))
    merge(old, new)
    second.refresh_from_db()
    assert [(each.pk, each.organisation) for each in Interest.objects.active()] == [(first.pk, new)]
    assert second.withdrawn_at == at
    assert AuditEvent.objects.filter(action="interest.withdrawn", subject_id=str(second.pk)).count() == 1


def test_a_buyer_keeps_no_interest_in_its_own_procurement(merge, at):
    buyer, other = make.buyer(), make.supplier()
    shown_interest(make.notice(buyer=buyer).procurement, other, at)
    merge(other, buyer)
    assert not Interest.objects.active().exists()


def test_of_two_answers_from_a_buyer_both_can_be_read(merge, at):
    old, new = make.supplier(), make.supplier()
    procurement = make.notice().procurement
    for organisation, text in ((old, "Bra pris."), (new, "God form.")):
        Feedback.objects.create(procurement=procurement, organisation=organisation, text=text, given_at=at)
    merge(old, new)
    merge(old, new)
    assert Feedback.objects.get().text == "God form.\n\nBra pris."


def test_of_two_profiles_and_two_subscriptions_those_of_the_one_that_goes_on_stay(merge, at):
    old, new = make.supplier(), make.supplier()
    heard = make.member(old)
    make.subscription(organisation=old, by=heard)
    make.subscription(organisation=new, cpv=["90000000"])
    for organisation in (old, new):
        SupplierProfile.objects.create(organisation=organisation, offer=organisation.name)
    assert merging.preview(old, into=new).loses_profile
    merge(old, new)
    assert new.supplier_profile.offer == new.name
    assert new.subscription.cpv == ["90000000"]
    assert heard in [receiver.user for receiver in new.subscription.receivers.hearing()]
    assert Subscription.objects.get(organisation=old).paused_at == at


def test_a_version_that_names_both_stays_as_it_was_published(merge):
    old, new = make.buyer(), make.buyer()
    version = make.notice().current_version
    for position, organisation in enumerate((old, new), start=1):
        VersionBuyer.objects.create(version=version, organisation=organisation, position=position)
    other = make.notice().current_version
    VersionBuyer.objects.create(version=other, organisation=old, position=1, state="committed", is_lead=True)
    merge(old, new)
    assert [buyer.organisation for buyer in version.buyers.all()] == [old, new]
    assert other.buyers.get().organisation == new


def test_of_two_memberships_of_a_network_one_goes_on_with_the_higher_role(merge):
    old, new = make.buyer(), make.buyer()
    network = make.network(leader=old)
    make.joined(network, new)
    merge(old, new)
    standing = NetworkMember.objects.get(network=network, left_at=None)
    assert (standing.organisation, standing.role) == (new, "leader")


def test_what_two_wrote_to_each_other_ends_and_stays(merge, at):
    old, new, third = make.buyer(), make.buyer(), make.buyer()
    between = Approach.objects.create(sender=old, receiver=new, about="x", about_path="a/", sent_at=at)
    for sender in (old, new):
        Approach.objects.create(sender=sender, receiver=third, about="x", about_path="a/", sent_at=at)
    merge(old, new)
    between.refresh_from_db()
    assert (between.sender, between.closed_at) == (old, at)
    assert Approach.objects.filter(sender=new, receiver=third).count() == 2
    assert Approach.objects.filter(closed_at=None).count() == 1


def test_what_a_person_was_told_is_told_on_behalf_of_the_one_that_goes_on(merge, at):
    old, new = make.buyer(), make.buyer()
    make.member(old, role=Role.ADMIN)
    make.participant(make.group(), old, state="invited")
    assert Notification.objects.filter(organisation=old).exists()
    merge(old, new)
    assert not Notification.objects.filter(organisation=old).exists()
    assert Participant.objects.get(state="invited").organisation == new


@pytest.mark.parametrize(
    "why", ["Hand over the lead", "without buying", "procurements that were written here", "place"]
)
def test_what_stands_in_the_way_is_said_and_nothing_changes(admin, at, why):
    old, new = make.buyer(), make.buyer()
    if why == "Hand over the lead":
        make.participant(make.group(lead=old), new)
    elif why == "without buying":
        group = make.group()
        make.participant(group, old)
        make.participant(group, new, state="observer")
    else:
        new = make.supplier()
        make.notice(buyer=old) if "procurements" in why else make.participant(make.group(), old)
    made = AuditEvent.objects.count()
    assert any(why in obstacle for obstacle in merging.preview(old, into=new).obstacles)
    with pytest.raises(Refused, match=why):
        merging.merge(old, into=new, by=admin, at=at)
    old.refresh_from_db()
    assert (old.merged_into, AuditEvent.objects.count()) == (None, made)


def test_what_was_imported_needs_no_verified_buyer(merge):
    old, new = make.organisation(), make.organisation()
    made = make.notice(buyer=make.buyer())
    made.procurement.organisation, made.procurement.source = old, "ted"
    made.procurement.save()
    merge(old, new)
    made.procurement.refresh_from_db()
    assert made.procurement.organisation == new


def test_merging_is_for_administrators_on_duty_and_for_two(admin, at):
    old, new, third = make.buyer(), make.buyer(), make.buyer()
    with pytest.raises(NotOnDuty):
        merging.merge(old, into=new, by=make.user(), at=at)
    merging.merge(old, into=new, by=admin, at=at)
    for pair in ((new, new), (third, old), (old, third)):
        with pytest.raises(merging.NotTwo):
            merging.merge(pair[0], into=Organisation.objects.get(pk=pair[1].pk), by=admin, at=at)


def test_what_came_in_the_moment_of_the_merge_is_carried_over_soon_after(merge, at):
    old, new = make.supplier(), make.supplier()
    procurement = make.notice().procurement
    merge(old, new)
    Interest.objects.create(procurement=procurement, organisation=old, received_at=at, receipt="x")
    assert merging.follow_up(at + timedelta(days=2)) == 0
    assert merging.follow_up(at + timedelta(minutes=10)) == 1
    assert Interest.objects.get().organisation == new
    assert AuditEvent.objects.filter(action="organisation.merged").count() == 1


def test_a_request_that_waits_is_closed_with_the_reason(merge, at):
    from accounts import verifying

    old, new = make.organisation(), make.organisation(name="Nya")
    asker = make.member(old, role=Role.ADMIN, language="sv")
    asked = verifying.ask(old, evidence="Se vår webbplats.", wants_to_buy=True, by=asker, at=at)
    merge(old, new)
    asked.refresh_from_db()
    assert asked.is_granted is False
    assert "Nya" in asked.reason
