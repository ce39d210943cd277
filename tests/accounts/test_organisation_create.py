import pytest
from django.urls import reverse

from accounts.grants import Role
from accounts.models import Membership, Organisation
from tests import make

pytestmark = pytest.mark.django_db

FIRST, SECOND = "/en/organisations/new/", "/en/organisations/new/details/"
SOLE = "800101-0019"  # a personal number: its third digit is 0


@pytest.fixture
def anna(client):
    anna = make.user()
    client.force_login(anna)
    return anna


def describe(client, **changes):
    form = {"name": "Fall AB", "kind": "company", "region": "se224", "website": "fall.example", "is_supplier": "on"}
    return client.post(SECOND, {**form, **changes})


def test_a_new_organisation_is_made_in_two_steps_without_its_number_in_an_address(client, anna):
    answer = client.post(FIRST, {"country": "SE", "number": SOLE})
    assert answer.url == SECOND
    answer = describe(client, kind="sole-trader")
    made = Organisation.objects.get()
    assert answer.url == f"/en/organisations/{made.slug}/members/"
    assert (made.registration_number, made.region, made.website) == ("8001010019", "SE224", "https://fall.example")
    assert client.get(answer.url).wsgi_request.acting_for == made
    assert Membership.objects.get().role == Role.ADMIN


def test_an_inventor_and_a_foreign_company_need_no_number(client, anna):
    for country in ("SE", "FR"):
        assert client.post(FIRST, {"country": country, "number": ""}).url == SECOND
        describe(client, name=f"Inventor {country}", kind="inventor")
    assert Organisation.objects.count() == 2


def test_a_wrong_number_keeps_what_was_typed_and_says_why(client, anna):
    answer = client.post(FIRST, {"country": "SE", "number": "556036-0794"})
    page = answer.content.decode()
    assert "556036-0794" in page
    assert "This is not a Swedish organisation number" in page


def test_the_second_step_alone_leads_to_the_first(client, anna):
    assert client.get(SECOND).url == FIRST


def test_nobody_claims_to_be_a_verified_buyer_by_a_field_of_the_form(client, anna):
    client.post(FIRST, {"country": "SE", "number": ""})
    describe(client, buyer_verified_at="2026-01-01", registration_number="1", slug="x", merged_into="1")
    made = Organisation.objects.get()
    assert (made.is_buyer, made.registration_number, made.slug) == (False, "", "fall-ab")


def test_of_a_claimed_organisation_the_page_tells_that_it_is_here_and_not_who_is_in_it(client, anna):
    there = make.supplier(name="Fall AB", registration_number="5560360793")
    boss = make.member(there, role=Role.ADMIN, name="Bosse Boss", email="bosse@fall.example")
    page = client.post(FIRST, {"country": "SE", "number": "5560360793"}).content.decode()
    assert "Fall AB is in the arena already" in page
    assert boss.name not in page
    assert boss.email not in page


def test_of_a_sole_trader_the_page_does_not_tell_the_name(client, anna):
    there = make.supplier(name="Kalle Karlsson", kind="sole-trader", registration_number="8001010019")
    for member in (False, True):
        if member:
            make.member(there)
        page = client.post(FIRST, {"country": "SE", "number": SOLE}).content.decode()
        assert "This number is in the arena already" in page
        assert "Kalle" not in page
    assert client.get(f"/en/organisations/{there.slug}/verification/").status_code == 404


def test_an_unclaimed_organisation_can_be_asked_for(client, anna):
    make.organisation(name="Lunds kommun", slug="lund", kind="municipality", registration_number="2120001132")
    answer = client.post(FIRST, {"country": "SE", "number": "212000-1132"})
    assert answer.url == "/en/organisations/lund/verification/"
    assert "Take over this organisation" in client.get(answer.url).content.decode()


def test_ones_own_organisation_leads_to_its_page(client, anna):
    own = make.supplier(registration_number="5560360793")
    own.memberships.create(user=anna, role=Role.ADMIN, started_at=make.NOW)
    answer = client.post(FIRST, {"country": "SE", "number": "5560360793"})
    assert answer.url == reverse("accounts:organisation_edit", args=[own.slug])


class TestEdit:
    def test_the_administrator_edits_and_others_do_not_find_the_page(self, client):
        company = make.supplier(name="Fall AB", slug="fall")
        path = "/en/organisations/fall/edit/"
        for role, status in [(Role.ADMIN, 200), (Role.EDITOR, 404), (Role.READER, 404)]:
            client.force_login(make.member(company, role=role))
            assert client.get(path).status_code == status
        client.force_login(make.user())
        assert client.post(path, {"name": "X", "kind": "company"}).status_code == 404
        client.force_login(make.member(company, role=Role.ADMIN))
        client.post(path, {"name": "Fall och Stå AB", "kind": "company", "region": "SE2240000"})
        company.refresh_from_db()
        assert company.name == "Fall AB"
        client.post(path, {"name": "Fall och Stå AB", "kind": "company", "region": "SE224"})
        company.refresh_from_db()
        assert company.name == "Fall och Stå AB"

    def test_the_number_of_a_sole_trader_is_for_its_members(self, client):
        trader = make.supplier(slug="kalle", kind="sole-trader", registration_number="8001010019")
        client.force_login(make.member(trader, role=Role.ADMIN))
        assert "800101-0019" in client.get("/en/organisations/kalle/edit/").content.decode()
