"""Sessions, second factors, and what production demands (quality.md S14, S19)."""

import os
import subprocess
import sys

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import locking
from accounts.models import Duty
from records.models import AuditEvent
from tests import make


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def log_in(client, user):
    return client.post(reverse("account_login"), {"login": user.email, "password": make.PASSWORD})


def totp(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def is_in(client):
    return client.get("/en/profile/").status_code == 200


@pytest.mark.django_db
class TestSessions:
    def test_login_gives_a_new_key(self, client):
        client.get("/en/invitations/some-token/")
        before = client.session.session_key
        log_in(client, make.user())
        assert client.session.session_key != before
        assert client.session["invitation"] == "some-token"

    def test_logout_kills_the_session_itself(self, client):
        log_in(client, make.user())
        stolen = Client()
        stolen.cookies["sessionid"] = client.cookies["sessionid"].value
        assert is_in(stolen)
        answer = client.post(reverse("account_logout"))
        assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert not is_in(stolen)

    def test_logout_is_not_a_link(self, client):
        log_in(client, make.user())
        client.get(reverse("account_logout"))
        assert is_in(client)

    def test_a_new_password_kills_the_other_sessions(self, client):
        anna, elsewhere = make.user(), Client()
        log_in(client, anna)
        log_in(elsewhere, anna)
        new = "en helt ny och lång mening"
        client.post(
            reverse("account_change_password"), {"oldpassword": make.PASSWORD, "password1": new, "password2": new}
        )
        assert is_in(client)
        assert not is_in(elsewhere)

    def test_locking_a_person_kills_every_session(self, client, django_capture_on_commit_callbacks, at):
        anna = make.user()
        log_in(client, anna)
        assert UserSession.objects.filter(user=anna).exists()
        with django_capture_on_commit_callbacks(execute=True):
            locking.lock(anna, by=make.user(duty=Duty.ADMIN), at=at)
        assert not is_in(client)
        assert not UserSession.objects.filter(user=anna).exists()
        locking.unlock(anna, by=make.user(duty=Duty.ADMIN), at=at)
        assert not is_in(client)

    def test_a_person_sees_and_ends_other_sessions(self, client):
        anna, elsewhere = make.user(), Client()
        log_in(client, anna)
        log_in(elsewhere, anna)
        assert client.get(reverse("usersessions_list")).status_code == 200
        client.post(reverse("usersessions_list"))
        assert is_in(client)
        assert not is_in(elsewhere)

    def test_the_cookie_ends_with_the_browser(self, client):
        answer = log_in(client, make.user())
        assert answer.cookies["sessionid"]["max-age"] == ""
        assert answer.cookies["sessionid"]["httponly"]

    def test_logins_are_in_the_audit_log(self, client):
        anna = make.user()
        client.post(reverse("account_login"), {"login": anna.email, "password": "wrong wrong wrong"})
        log_in(client, anna)
        client.post(reverse("account_logout"))
        events = AuditEvent.objects.filter(subject_id=str(anna.pk)).order_by("id").values_list("action", flat=True)
        assert list(events) == ["login.failed", "login.succeeded", "login.ended"]

    def test_five_wrong_passwords_and_the_account_rests(self, client):
        anna = make.user()
        for _ in range(5):
            client.post(reverse("account_login"), {"login": anna.email, "password": "wrong wrong wrong"})
        log_in(client, anna)
        assert "_auth_user_id" not in client.session


@pytest.mark.django_db
class TestSecondFactor:
    def test_an_authenticator_app_is_added_and_asked_for_with_its_qr_code_as_a_file(self, client):
        anna = make.user()
        log_in(client, anna)
        client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
        assert client.get(reverse("accounts:totp_qr")).status_code == 404
        page = client.get(reverse("mfa_activate_totp"))
        secret = client.session["mfa.totp.secret"]
        qr = client.get(reverse("accounts:totp_qr"))
        assert (qr.status_code, qr["Content-Type"]) == (200, "image/svg+xml")
        assert secret in page.content.decode()
        answer = client.post(reverse("mfa_activate_totp"), {"code": totp(secret)})
        assert answer.url == reverse("mfa_view_recovery_codes")
        assert client.get(answer.url).status_code == 200
        client.post(reverse("account_logout"))
        answer = log_in(client, anna)
        assert answer.url == reverse("mfa_authenticate")
        assert not is_in(client)

    def test_the_second_factor_lets_in_and_gives_a_new_key(self, client):
        anna = make.user()
        secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        TOTP.activate(anna, secret)
        log_in(client, anna)
        before = client.session.session_key
        client.post(reverse("mfa_authenticate"), {"code": totp(secret)})
        assert is_in(client)
        assert client.session.session_key != before

    def test_recovery_codes_let_in_once_each(self, client):
        from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

        anna = make.user()
        TOTP.activate(anna, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        code = RecoveryCodes.activate(anna).get_unused_codes()[0]
        for lets_in in (True, False):
            log_in(client, anna)
            client.post(reverse("mfa_authenticate"), {"code": code})
            assert is_in(client) is lets_in
            client.post(reverse("account_logout"))
            client.cookies.clear()

    def test_taking_the_second_factor_away_asks_for_the_password_again(self, client):
        anna = make.user()
        TOTP.activate(anna, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        client.force_login(anna)
        answer = client.post(reverse("mfa_deactivate_totp"))
        assert "reauthenticate" in answer.url
        assert Authenticator.objects.filter(user=anna).exists()


class TestProduction:
    def check(self, **changes):
        given = {
            "ARENA_MODE": "production",
            "SECRET_KEY": "k1Zr8-" * 12,
            "ARENA_URL": "https://arena.example",
            "ALLOWED_HOSTS": "arena.example",
            "DATABASE_URL": "postgres://arena@localhost/arena",
            "REDIS_URL": "redis://localhost:6379",
            "DEFAULT_FROM_EMAIL": "Arenan <arenan@arena.example>",
            "EMAIL_URL": "smtp+tls://user:password@localhost:587",
            **changes,
        }
        own = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}
        run = "import sys; from django.core.management import execute_from_command_line as run; run(sys.argv)"
        ask = (
            "import arena.settings as s; "
            "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME, s.MFA_REQUIRED,"
            " s.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_AGE)"
        )
        env = {**own, "DJANGO_SETTINGS_MODULE": "arena.settings", **given}
        check = [sys.executable, "-c", run, "check", "--deploy", "--fail-level", "WARNING"]
        checked = subprocess.run(check, env=env, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=120)
        shown = subprocess.run(
            [sys.executable, "-c", ask], env=env, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60
        )
        return checked, shown.stdout.split()

    def test_production_passes_djangos_own_check_with_nothing_silenced(self):
        checked, shown = self.check()
        assert checked.returncode == 0, checked.stderr
        assert "no issues (0 silenced)" in checked.stdout
        assert shown == [
            "__Host-sessionid", "__Host-csrftoken", "__Host-language", "True", "False", "True", str(12 * 3600)
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "name", ["SECRET_KEY", "ARENA_URL", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"]
    )
    def test_a_missing_value_is_named(self, name):
        own = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}
        given = {
            "SECRET_KEY": "k1Zr8-" * 12,
            "ARENA_URL": "https://arena.example",
            "ALLOWED_HOSTS": "arena.example",
            "DATABASE_URL": "postgres://arena@localhost/arena",
            "REDIS_URL": "redis://localhost:6379",
            "EMAIL_URL": "smtp://localhost",
        }
        del given[name]
        started = subprocess.run(
            [sys.executable, "-c", "import arena.settings"],
            env={**own, "ARENA_MODE": "production", **given},
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert started.returncode
        assert f"Set {name}" in started.stderr
