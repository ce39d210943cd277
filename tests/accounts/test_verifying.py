import pytest

from accounts import verifying
from accounts.grants import Can, Role
from accounts.models import Duty, Membership, Organisation
from accounts.rules import NotOnDuty, NotYours
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make.user(duty=Duty.ADMIN)


@pytest.fixture
def town():
    return make.organisation(name="Lunds kommun", kind="municipality")


def ask(organisation, by, at, **more):
    return verifying.ask(organisation, evidence="anna@lund.example", by=by, at=at, **more)


def test_a_granted_request_makes_a_verified_buyer(town, admin, at):
    request = ask(town, make.member(town, role=Role.ADMIN), at)
    verifying.grant(request, by=admin, at=at)
    verifying.grant(request, by=admin, at=at)
    town.refresh_from_db()
    assert (town.buyer_verified_at, town.buyer_verified_by) == (at, admin)
    assert AuditEvent.objects.filter(action="verification.granted").count() == 1


def test_nobody_lays_a_hand_on_every_imported_buyer(at):
    anna = make.user()
    for _ in range(5):
        ask(make.organisation(), anna, at)
    with pytest.raises(verifying.TooManyAtOnce):
        ask(make.organisation(), anna, at)


def test_asking_twice_is_one_request(town, at):
    boss = make.member(town, role=Role.ADMIN)
    assert ask(town, boss, at) == ask(town, boss, at)


def test_only_the_organisations_administrator_asks(town, at):
    make.member(town, role=Role.ADMIN)
    for person in (make.member(town, role=Role.EDITOR), make.user()):
        with pytest.raises(NotYours):
            ask(town, person, at)


def test_a_verified_buyer_has_nothing_to_ask(at):
    buyer = make.buyer()
    with pytest.raises(verifying.NothingToAsk):
        ask(buyer, make.member(buyer, role=Role.ADMIN), at)


def test_whoever_claims_an_unclaimed_organisation_administers_it_after_the_decision(town, admin, at):
    anna = make.user()
    request = ask(town, anna, at)
    assert not Organisation.objects.of(anna).exists()
    verifying.grant(request, by=admin, at=at)
    assert town in Organisation.objects.of(anna, Can.ADMINISTER)


def test_a_company_that_claims_its_page_does_not_get_the_right_to_buy(admin, at):
    company = make.supplier()
    verifying.grant(ask(company, make.user(), at, wants_to_buy=False), by=admin, at=at)
    company.refresh_from_db()
    assert not company.is_buyer
    assert company.memberships.active().count() == 1


def test_of_two_claims_the_second_is_not_granted(town, admin, at):
    first, second = ask(town, make.user(), at), ask(town, make.user(), at)
    verifying.grant(first, by=admin, at=at)
    with pytest.raises(verifying.SomebodyElseCameFirst):
        verifying.grant(second, by=admin, at=at)
    assert Membership.objects.filter(organisation=town).count() == 1


def test_only_an_admin_on_duty_decides(town, at):
    request = ask(town, make.member(town, role=Role.ADMIN), at)
    for person in (
        make.user(),
        make.user(duty=Duty.CURATOR),
        make.user(duty=Duty.SUPPORT),
        make.user(is_superuser=True),
    ):
        with pytest.raises(NotOnDuty):
            verifying.grant(request, by=person, at=at)


def test_nobody_gives_the_right_to_buy_to_themselves(town, at):
    both = make.member(town, role=Role.ADMIN, duty=Duty.ADMIN)
    with pytest.raises(verifying.OwnRequest):
        verifying.grant(ask(town, both, at), by=both, at=at)


def test_a_refusal_has_a_reason_and_leaves_no_rights(town, admin, at):
    request = ask(town, make.user(), at)
    with pytest.raises(verifying.NoReason):
        verifying.refuse(request, reason="  ", by=admin, at=at)
    refused = verifying.refuse(request, reason="Skriv från din arbetsadress.", by=admin, at=at)
    assert (refused.is_granted, refused.reason) == (False, "Skriv från din arbetsadress.")
    assert verifying.grant(request, by=admin, at=at).is_granted is False
    assert not Membership.objects.filter(organisation=town).exists()
