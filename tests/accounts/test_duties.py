from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import duties, locking, merging
from accounts.grants import Role
from accounts.models import Duty, Organisation, is_on_duty
from accounts.rules import LastAdministrator, NotOnDuty
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make.user(duty=Duty.ADMIN)


def test_an_admin_gives_and_takes_a_duty(admin, at):
    anna = make.user()
    duties.give(anna, Duty.CURATOR, by=admin, at=at)
    duties.give(anna, Duty.CURATOR, by=admin, at=at)
    assert is_on_duty(anna, Duty.CURATOR)
    duties.take(anna, Duty.CURATOR, by=admin, at=at)
    duties.take(anna, Duty.CURATOR, by=admin, at=at)
    assert not is_on_duty(anna, Duty.CURATOR)
    assert list(AuditEvent.objects.order_by("id").values_list("action", flat=True)) == ["duty.given", "duty.taken"]


def test_nobody_else_gives_a_duty(at):
    for person in (make.user(), make.user(duty=Duty.CURATOR), make.user(is_superuser=True, is_staff=True)):
        with pytest.raises(NotOnDuty):
            duties.give(person, Duty.ADMIN, by=person, at=at)


def test_the_last_admin_stays(admin, at):
    make.user(duty=Duty.ADMIN, is_active=False)
    with pytest.raises(LastAdministrator):
        duties.take(admin, Duty.ADMIN, by=admin, at=at)
    other = make.user(duty=Duty.ADMIN)
    duties.take(admin, Duty.ADMIN, by=other, at=at)


def test_the_first_admin_is_made_by_a_command():
    anna = make.user()
    call_command("give_duty", anna.email.upper(), "admin", stdout=StringIO())
    assert is_on_duty(anna, Duty.ADMIN)
    with pytest.raises(CommandError):
        call_command("give_duty", "nobody@example.org", "admin")


def test_a_locked_person_carries_no_duty_and_an_admin_cannot_lock_themselves(admin, at):
    other = make.user(duty=Duty.ADMIN)
    locking.lock(other, by=admin, at=at)
    other.refresh_from_db()
    assert not other.is_active
    assert not is_on_duty(other, Duty.ADMIN)
    with pytest.raises(locking.NotYourself):
        locking.lock(admin, by=admin, at=at)
    locking.unlock(other, by=admin, at=at)
    other.refresh_from_db()
    assert other.is_active


def test_merging_moves_the_people_and_leaves_a_signpost(admin, at):
    old, new, older = make.supplier(name="Gamla AB"), make.supplier(name="Nya AB"), make.supplier(merged_into=None)
    Organisation.objects.filter(pk=older.pk).update(merged_into=old)
    mover, both = make.member(old, role=Role.READER), make.member(old, role=Role.ADMIN)
    new.memberships.create(user=both, role=Role.EDITOR, started_at=at)
    assert merging.merge(old, into=new, by=admin, at=at) == new
    assert merging.merge(old, into=new, by=admin, at=at) == new
    roles = dict(new.memberships.active().values_list("user", "role"))
    assert roles == {mover.pk: Role.READER, both.pk: Role.ADMIN}
    assert list(Organisation.objects.of(mover)) == [new]
    older.refresh_from_db()
    assert older.merged_into == new
    with pytest.raises(merging.NotTwo):
        merging.merge(new, into=old, by=admin, at=at)


def test_only_an_admin_merges(at):
    with pytest.raises(NotOnDuty):
        merging.merge(make.supplier(), into=make.supplier(), by=make.user(), at=at)
