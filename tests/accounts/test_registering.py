import pytest

from accounts import registering
from accounts.grants import Can, Role
from accounts.models import Membership, Organisation
from accounts.rules import NotYours
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


def test_whoever_registers_an_organisation_administers_it(at):
    anna = make.user()
    made = registering.register(
        name="Fall & Säkert AB", country="SE", number="5560360793", kind="company", by=anna, at=at
    )
    assert made in Organisation.objects.of(anna, Can.ADMINISTER)
    assert made.slug == "fall-sakert-ab"
    assert not made.is_buyer
    assert AuditEvent.objects.filter(action="organisation.registered", subject_id=str(made.pk)).count() == 1


def test_a_second_click_registers_nothing_more(at):
    anna = make.user()
    first = registering.register(name="Ø AS", country="NO", number="889640782", by=anna, at=at)
    assert registering.register(name="Ø AS", country="NO", number="889640782", by=anna, at=at) == first
    without = registering.register(name="Anna Berg", country="SE", kind="inventor", by=anna, at=at)
    assert registering.register(name="Anna Berg", country="SE", kind="inventor", by=anna, at=at) == without
    assert Organisation.objects.count() == 2


def test_a_number_is_registered_once(at):
    registering.register(name="A AB", country="SE", number="5560360793", by=make.user(), at=at)
    with pytest.raises(registering.AlreadyHere) as refused:
        registering.register(name="B AB", country="SE", number="5560360793", by=make.user(), at=at)
    assert refused.value.organisation.name == "A AB"


def test_nobody_becomes_a_verified_buyer_by_registering(at):
    made = registering.register(
        name="Lund", country="SE", kind="municipality", buyer_verified_at=at, slug="x", by=make.user(), at=at
    )
    assert not made.is_buyer
    assert made.slug == "lund"


def test_addresses_are_readable_and_never_taken_twice(at):
    names = ["Tromsø kommune", "Tromsø kommune", "New", "北京"]
    slugs = [registering.register(name=name, country="CN", by=make.user(), at=at).slug for name in names]
    assert slugs == ["tromso-kommune", "tromso-kommune-2", "new-2", "organisation"]


def test_an_administrator_edits_and_the_log_says_from_and_to(at):
    company = make.supplier(name="A AB")
    boss = make.member(company, role=Role.ADMIN)
    registering.edit(company, by=boss, at=at, website="https://a.example", registration_number="1")
    company.refresh_from_db()
    assert company.website == "https://a.example"
    assert company.registration_number == ""
    registering.edit(company, by=boss, at=at, website="https://a.example")
    assert AuditEvent.objects.get(action="organisation.edited").details == {"website": ["", "https://a.example"]}


def test_the_name_of_a_verified_buyer_stays_as_it_was_verified(at):
    buyer = make.buyer(name="Lunds kommun")
    registering.edit(
        buyer, by=make.member(buyer, role=Role.ADMIN), at=at, name="Polisen", kind="agency", website="https://l.se"
    )
    buyer.refresh_from_db()
    assert (buyer.name, buyer.kind, buyer.website) == ("Lunds kommun", "municipality", "https://l.se")


def test_an_editor_or_a_stranger_does_not_edit_the_organisation(at):
    company = make.supplier()
    for person in (make.member(company, role=Role.EDITOR), make.user()):
        with pytest.raises(NotYours):
            registering.edit(company, by=person, at=at, name="X")


def test_the_roles_table_says_who_may_what():
    company = make.supplier()
    may = {
        role: {can for can in Can if company in Organisation.objects.of(make.member(company, role=role), can)}
        for role in Role
    }
    assert may == {Role.ADMIN: set(Can), Role.EDITOR: {Can.READ, Can.WRITE, Can.PUBLISH}, Role.READER: {Can.READ}}


def test_an_ended_membership_and_a_locked_person_open_nothing(at):
    company = make.supplier()
    left, locked = make.member(company), make.member(company, is_active=False)
    Membership.objects.filter(user=left).update(ended_at=at)
    assert not Organisation.objects.of(left).exists()
    assert not Organisation.objects.of(locked).exists()
