"""The way in: sign-up, login, reset. What it says must not tell who has an account (quality.md S12)."""

import re
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.forms import SignupForm
from accounts.models import TermsAcceptance, User
from notifications.models import Mail
from tests import make

pytestmark = pytest.mark.django_db

FORM = {"name": "Eva Holm", "password1": "en riktigt lång mening", "language": "nb", "accept_terms": "on"}


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def sign_up(client, email, **changes):
    return client.post(reverse("account_signup"), {**FORM, "email": email, **changes})


def code_in_mail(to):
    text = Mail.objects.filter(address=to).latest("created_at").context["text"]
    return re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", text, re.MULTILINE)[1]


def masked(answer):
    text = answer.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    return re.sub(r"[\w.]+@example\.org", "ADDRESS", text)


def test_a_person_signs_up_types_the_code_and_is_logged_in(client):
    answer = sign_up(client, "eva@example.org")
    assert answer.url == reverse("account_email_verification_sent")
    eva = User.objects.get(email="eva@example.org")
    assert (eva.name, eva.language) == ("Eva Holm", "nb")
    assert TermsAcceptance.objects.filter(user=eva).exists()
    assert "_auth_user_id" not in client.session
    client.post(answer.url, {"code": code_in_mail("eva@example.org")})
    assert client.session["_auth_user_id"] == str(eva.pk)
    assert EmailAddress.objects.get(user=eva).verified


def test_the_same_address_twice_at_once_is_one_account_and_no_error(client):
    late = SignupForm({**FORM, "email": "eva@example.org"})
    assert late.is_valid()  # before the other one is saved
    sign_up(client, "eva@example.org")
    cache.clear()  # one mail in ten seconds to an address: not what this is about
    request = client.get(reverse("account_signup")).wsgi_request
    request.session = {}
    with request_context(request):
        user, answer = late.try_save(request)
    assert user is None
    assert answer.url == reverse("account_email_verification_sent")
    assert User.objects.count() == 1


def test_the_page_shows_what_it_asks_for(client):
    page = client.get(reverse("account_signup")).content.decode()
    for name in ("name", "email", "password1", "language", "accept_terms"):
        assert f'name="{name}"' in page
    assert reverse("accounts:terms") in page


def test_without_a_yes_to_the_terms_there_is_no_account(client):
    answer = sign_up(client, "eva@example.org", accept_terms="")
    assert answer.status_code == 200
    assert not User.objects.exists()
    assert "eva@example.org" in answer.content.decode()


def test_a_short_or_common_password_is_refused(client):
    for password in ("kort", "1q2w3e4r5t6y", "arenan2026!!", "123456123456"):
        assert sign_up(client, "eva@example.org", password1=password).status_code == 200
    assert not User.objects.exists()


def test_sign_up_says_the_same_of_a_known_and_an_unknown_address(client, django_user_model):
    make.user(email="known@example.org")
    answers, hashed = {}, {}
    for email in ("known@example.org", "unknown@example.org"):
        client.logout()
        client.cookies.clear()
        with patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode) as hasher:
            answer = sign_up(client, email)
        hashed[email] = hasher.call_count
        answers[email] = (answer.status_code, answer.url, masked(answer), masked(client.get(answer.url)))
        assert Mail.objects.filter(address=email).exists()
    assert answers["known@example.org"] == answers["unknown@example.org"]
    assert hashed["known@example.org"] == hashed["unknown@example.org"] == 1


def test_reset_says_the_same_of_a_known_and_an_unknown_address(client):
    make.user(email="known@example.org")
    answers = []
    for email in ("known@example.org", "unknown@example.org"):
        client.cookies.clear()
        answer = client.post(reverse("account_reset_password"), {"email": email})
        answers.append((answer.status_code, answer.url, masked(client.get(answer.url))))
        assert Mail.objects.filter(address=email).exists()
    assert answers[0] == answers[1]


def test_login_says_the_same_of_a_known_and_an_unknown_address(client):
    make.user(email="known@example.org")
    seen = []
    for email in ("known@example.org", "unknown@example.org"):
        client.cookies.clear()
        answer = client.post(reverse("account_login"), {"login": email, "password": "wrong wrong wrong"})
        seen.append((answer.status_code, masked(answer)))
    assert seen[0] == seen[1]


def test_a_change_of_address_says_the_same_of_a_known_and_an_unknown_one(client):
    make.user(email="known@example.org")
    seen = []
    for email in ("known@example.org", "unknown@example.org"):
        client.cookies.clear()
        log_in(client, make.user(email=f"for.{email}"), twice=True)
        answer = client.post(reverse("account_email"), {"action_add": "", "email": email})
        seen.append(
            (
                answer.status_code,
                answer.headers.get("Location"),
                masked(client.get(reverse("account_email_verification_sent"))),
            )
        )
        assert seen[-1][1] == reverse("account_email_verification_sent")
        assert Mail.objects.filter(address=email).exists()
    assert seen[0] == seen[1]


def log_in(client, user, *, twice=False):
    """`twice`: and types the password again, as whoever changes an address or a second factor must."""
    client.post(reverse("account_login"), {"login": user.email, "password": make.PASSWORD})
    if twice:
        client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})


def test_a_person_resets_the_password_by_a_code_and_other_sessions_end(client):
    anna = make.user(email="anna@example.org")
    elsewhere = Client()
    log_in(elsewhere, anna)
    assert elsewhere.get("/en/profile/").status_code == 200
    answer = client.post(reverse("account_reset_password"), {"email": "anna@example.org"})
    answer = client.post(answer.url, {"code": code_in_mail("anna@example.org")})
    new = "en helt ny och lång mening"
    client.post(answer.url, {"password1": new, "password2": new})
    anna.refresh_from_db()
    assert anna.check_password(new)
    assert "_auth_user_id" not in client.session  # a reset does not log in, and so does not go round a second factor
    assert elsewhere.get("/en/profile/").status_code == 302


def test_a_change_of_address_needs_the_code_from_the_new_one(client):
    anna = make.user(email="anna@example.org")
    log_in(client, anna)
    assert "reauthenticate" in client.post(reverse("account_email"), {"action_add": "", "email": "ny@example.org"}).url
    log_in(client, anna, twice=True)
    client.post(reverse("account_email"), {"action_add": "", "email": "ny@example.org"})
    anna.refresh_from_db()
    assert anna.email == "anna@example.org"
    client.post(reverse("account_email_verification_sent"), {"code": code_in_mail("ny@example.org")})
    anna.refresh_from_db()
    assert anna.email == "ny@example.org"
