import re

import pytest
from django.test import Client

from accounts.grants import Role
from accounts.models import Invitation, Membership
from notifications.models import Mail
from tests import make

pytestmark = pytest.mark.django_db

MEMBERS = "/en/organisations/fall/members/"
SEND = "/en/organisations/fall/invitations/"


@pytest.fixture
def company():
    return make.supplier(name="Fall AB", slug="fall")


@pytest.fixture
def boss(client, company):
    boss = make.member(company, role=Role.ADMIN, name="Bosse Boss")
    client.force_login(boss)
    return boss


def link_in_mail(to):
    return re.search(r"https?://[^/\s]+(/\S+)", Mail.objects.get(address=to).context["text"])[1]


def test_members_see_each_other_and_strangers_find_nothing(client, company, boss):
    for role in Role:
        client.force_login(make.member(company, role=role))
        page = client.get(MEMBERS)
        assert page.status_code == 200
        assert "Bosse Boss" in page.content.decode()
        assert (SEND in page.content.decode()) is (role == Role.ADMIN)
    client.force_login(make.member(make.supplier(), role=Role.ADMIN))
    assert client.get(MEMBERS).status_code == 404
    assert Client().get(MEMBERS).status_code == 302


def test_the_number_of_queries_does_not_grow_with_the_members(client, company, boss, django_assert_max_num_queries):
    for _ in range(30):
        make.member(company)
    with django_assert_max_num_queries(22):
        client.get(MEMBERS)


def test_an_invitation_goes_by_mail_and_its_owner_joins(client, company, boss):
    assert client.post(SEND, {"email": "Ny@example.org", "role": "reader"}).status_code == 302
    new = Client()
    new.force_login(make.user(email="ny@example.org", language="en"))
    answer = new.get(link_in_mail("ny@example.org"))
    assert answer.url.endswith("/invitations/")
    page = new.get(answer.url)
    assert "Fall AB" in page.content.decode()
    assert not Membership.objects.filter(user__email="ny@example.org").exists()  # reading changes nothing
    assert new.post(answer.url).status_code == 302
    assert Membership.objects.get(user__email="ny@example.org").role == Role.READER
    assert new.get("/en/profile/").wsgi_request.acting_for == company


def test_a_second_click_sends_one_mail(client, company, boss):
    for _ in range(2):
        client.post(SEND, {"email": "ny@example.org", "role": "reader"})
    assert Mail.objects.filter(address="ny@example.org").count() == 1


def test_inviting_says_the_same_of_a_known_and_an_unknown_address(client, company, boss):
    make.user(email="known@example.org")
    answers = [client.post(SEND, {"email": f"{who}@example.org", "role": "reader"}) for who in ("known", "unknown")]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, MEMBERS)] * 2
    assert Mail.objects.count() == 2


def test_the_mail_is_in_the_language_of_its_reader(client, company, boss):
    client.post(SEND, {"email": "ny@example.org", "role": "reader"})
    mail = Mail.objects.get()
    assert (mail.kind, mail.recipient) == ("account:invitation", None)
    assert mail.expires_at == Invitation.objects.get().expires_at
    assert "Bosse Boss" in mail.context["text"]


def test_whoever_has_no_account_is_led_through_the_login_and_back(client, company, boss):
    client.post(SEND, {"email": "ny@example.org", "role": "reader"})
    new = Client()
    answer = new.get(new.get(link_in_mail("ny@example.org")).url)
    assert "next=" in answer.url
    new.force_login(make.user(email="ny@example.org"))
    assert new.get("/en/invitations/").status_code == 200


def test_another_person_sees_neither_the_organisation_nor_the_address(client, company, boss):
    client.post(SEND, {"email": "ny@example.org", "role": "reader"})
    thief = Client()
    thief.force_login(make.user())
    answer = thief.get(thief.get(link_in_mail("ny@example.org")).url)
    assert answer.status_code == 404
    assert "Fall AB" not in answer.content.decode()
    assert "ny@example.org" not in answer.content.decode()
    assert thief.post("/en/invitations/").status_code == 404


def test_a_guess_opens_nothing(client):
    client.force_login(make.user())
    client.get("/en/invitations/guess/")
    assert client.get("/en/invitations/").status_code == 404


def test_a_wrong_address_or_role_is_told_beside_the_field(client, company, boss):
    page = client.post(SEND, {"email": "ny@", "role": "king"})
    assert page.status_code == 200
    assert "ny@" in page.content.decode()
    assert not Invitation.objects.exists()


def test_only_administrators_invite_change_and_withdraw(client, company, boss):
    client.post(SEND, {"email": "ny@example.org", "role": "reader"})
    invitation, member = Invitation.objects.get(), company.memberships.get(user=boss)
    paths = [
        SEND,
        f"{MEMBERS}{member.pk}/role/",
        f"/en/organisations/fall/invitations/{invitation.pk}/revoke/",
    ]
    for person in (make.member(company), make.member(make.supplier(), role=Role.ADMIN)):
        client.force_login(person)
        for path in paths:
            assert client.post(path, {"email": "x@example.org", "role": "admin"}).status_code == 404
    client.force_login(boss)
    assert client.post(paths[2]).status_code == 302
    assert not Invitation.objects.open(make.NOW).exists()


def test_the_ids_of_another_organisation_do_not_work_here(client, company, boss):
    other = make.supplier()
    stranger = make.member(other)
    pk = other.memberships.get(user=stranger).pk
    assert client.post(f"{MEMBERS}{pk}/end/").status_code == 404
    assert client.post(f"{MEMBERS}{pk}/role/", {"role": "admin"}).status_code == 404


def test_the_last_administrator_is_told_why_not(client, company, boss):
    pk = company.memberships.get(user=boss).pk
    answer = client.post(f"{MEMBERS}{pk}/end/", follow=True)
    assert "There must always be one administrator" in answer.content.decode()


def test_a_member_leaves(client, company, boss):
    editor = make.member(company)
    client.force_login(editor)
    answer = client.post(f"{MEMBERS}{company.memberships.get(user=editor).pk}/end/")
    assert answer.url == "/en/profile/"
    assert client.get(MEMBERS).status_code == 404
