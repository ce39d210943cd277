import pytest

from accounts.models import Duty
from suppliers import offering
from suppliers.models import SupplierProfile
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def supplier(at):
    supplier = make.supplier(slug="fallsensor-ab", website="https://fallsensor.example")
    profile = {"offer": "Vi gör sensorer.", "trl": 7, "size": "small", "references": "Eslöv", "is_public": False}
    offering.save(supplier, profile=profile, by=make.member(supplier), at=at)
    return supplier


def status(client, user=None) -> int:
    if user:
        client.force_login(user)
    return client.get("/en/suppliers/fallsensor-ab/").status_code


def test_a_profile_that_is_not_public_does_not_exist_for_the_public(client, supplier):
    assert status(client) == 404


def test_nor_for_another_supplier_or_an_unverified_buyer_or_somebody_on_duty(client, supplier):
    for user in (make.member(make.supplier()), make.member(make.organisation()), make.user(duty=Duty.CURATOR)):
        assert status(client, user) == 404


def test_its_own_people_and_verified_buyers_read_it(client, supplier, settings):
    settings.MFA_REQUIRED = False
    for user in (make.member(supplier), make.member(make.buyer())):
        assert status(client, user) == 200


def test_a_public_profile_is_read_by_anyone(client, supplier):
    SupplierProfile.objects.update(is_public=True)
    assert status(client) == 200
    page = client.get("/en/suppliers/fallsensor-ab/").text
    for said in ("Vi gör sensorer.", "7 of 9", "Eslöv", "https://fallsensor.example"):
        assert said in page


def test_saving_the_same_profile_twice_is_one_audit_event(supplier, at):
    from records.models import AuditEvent

    profile = {"offer": "Vi gör sensorer.", "trl": 7}
    offering.save(supplier, profile=profile, by=make.user(), at=at)
    assert AuditEvent.objects.filter(action="supplier.profile-saved").count() == 1
