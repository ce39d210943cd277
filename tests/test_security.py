"""What holds on every page, whoever asks: headers, redirects, hosts, sessions, and that reading changes nothing (quality.md)."""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone

from arena import urls
from tests import make
from tests import world as worlds
from tests.access import TABLE
from tests.answers import mail_about
from tests.test_access import QUERIES, arguments


def crash(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


crash.login_required = False  # type: ignore[attr-defined]
urlpatterns = [path("crash/", crash), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500

PRODUCTION = {
    "ARENA_MODE": "production",
    "SECRET_KEY": "for the test of the production settings 0123456789 ABCDEFGHIJ abcdefghij",
    "ARENA_URL": "https://arena.example",
    "ALLOWED_HOSTS": "arena.example",
    "DEFAULT_FROM_EMAIL": "Arenan <arenan@arena.example>",
    "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
    "ALLAUTH_TRUSTED_PROXY_COUNT": "1",
}
NAMES = [
    *("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD", "SECURE_SSL_REDIRECT", "DEBUG"),
    *(
        "SESSION_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_NAME",
        "CSRF_COOKIE_SECURE",
        "SECURE_PROXY_SSL_HEADER",
    ),
]


def in_production(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=configured.BASE_DIR,
        env={name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"} | PRODUCTION,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture(scope="module")
def production():
    """The settings of production, as production's own process has them."""
    code = f"import json; from arena import settings as s; print(json.dumps({{n: getattr(s, n) for n in {NAMES}}}))"
    answered = in_production("-c", code)
    assert answered.returncode == 0, answered.stderr
    return json.loads(answered.stdout)


@pytest.fixture(scope="module")
def built(loaded, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield worlds.build(at=timezone.now() - timedelta(minutes=20))
        transaction.set_rollback(True)


@pytest.fixture
def world(built, db):
    cache.clear()
    return built


# --- S5: headers ----------------------------------------------------------------------------------------------------------


def observatory(response) -> int:
    """The score of the MDN HTTP Observatory's table (mdn-http-observatory, src/grader/charts.js), from one answer."""
    headers, score = response.headers, 100
    policy = {
        name: values
        for name, *values in (
            part.split() for part in headers.get("Content-Security-Policy", "").split(";") if part.strip()
        )
    }
    sources = " ".join(word for values in policy.values() for word in values)
    if not policy or "unsafe" in sources or "*" in sources or "data:" in sources:
        score -= 25
    elif policy.get("default-src") == ["'none'"]:
        score += 10
    if policy.get("frame-ancestors") == ["'none'"]:
        score += 5
    elif headers.get("X-Frame-Options") not in ("DENY", "SAMEORIGIN"):
        score -= 20
    for morsel in response.cookies.values():
        if not morsel["secure"]:
            score -= 40 if "session" in morsel.key else 20
        elif "session" in morsel.key and not morsel["httponly"]:
            score -= 30
    if response.cookies and all(
        one["secure"] and one["httponly"] and one["samesite"] for one in response.cookies.values()
    ):
        score += 5
    age = re.search(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    score -= 20 if age is None else 10 if int(age[1]) < 15_768_000 else 0
    score -= 0 if headers.get("X-Content-Type-Options") == "nosniff" else 5
    score += 5 if headers.get("Referrer-Policy") in ("same-origin", "no-referrer", "strict-origin") else 0
    for name, best in (("Opener", "same-origin"), ("Resource", "same-origin"), ("Embedder", "require-corp")):
        score += 10 if headers.get(f"Cross-Origin-{name}-Policy") == best else 0
    return score


def no_database(execute, sql, parameters, many, context):
    raise OperationalError("the database is away")


ANSWERS = {
    200: lambda client: client.get("/sv/", secure=True),
    302: lambda client: client.get("/sv/start/", secure=True),
    400: lambda client: client.get("/sv/?q=%00", secure=True),
    403: lambda client: client.post("/sv/account/login/", {"login": "a@example.org"}, secure=True),
    404: lambda client: client.get("/sv/procurements/nothing-here/", secure=True),
    405: lambda client: client.delete("/sv/", secure=True),
    500: lambda client: client.get("/crash/", secure=True),
}


def strict(settings, production):
    for name, value in production.items():
        setattr(settings, name, tuple(value) if isinstance(value, list) else value)
    settings.ROOT_URLCONF = "tests.test_security"
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def assert_closed(response):
    headers = response.headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "object-src 'none'" in headers["Content-Security-Policy"]
    assert "base-uri 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    assert observatory(response) >= 135


@pytest.mark.parametrize("status", ANSWERS)
def test_every_kind_of_answer_has_the_headers(status, settings, production, db):
    response = ANSWERS[status](strict(settings, production))
    assert response.status_code == status
    assert_closed(response)


def test_the_answer_without_a_database_has_the_headers(settings, production, db):
    client = strict(settings, production)
    with connection.execute_wrapper(no_database):
        response = client.get("/readyz", secure=True)
    assert response.status_code == 503
    assert_closed(response)


def test_a_foreign_name_is_refused_with_the_headers(settings, production, db):
    response = strict(settings, production).get("/sv/", secure=True, headers={"host": "evil.example"})
    assert response.status_code == 400
    assert_closed(response)


def test_pages_of_a_person_are_kept_by_no_cache_and_its_cookies_are_the_hosts_alone(settings, production, world):
    client = strict(settings, production)
    client.force_login(world.people["supplier_editor"])
    response = client.get("/sv/start/", secure=True)
    assert_closed(response)
    assert response["Cache-Control"] == "no-store, private"
    assert client.cookies["__Host-person"].value.startswith(f"{world.people['supplier_editor'].pk}:")
    entered = client.get("/sv/account/password/change/", secure=True)
    for morsel in [*client.cookies.values(), *entered.cookies.values()]:
        assert morsel.key.startswith("__Host-"), morsel.key


def test_the_check_for_deployment_has_nothing_to_say():
    answered = in_production("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert answered.returncode == 0, answered.stderr
    assert "0 silenced" in answered.stdout + answered.stderr


@pytest.fixture
def unlimited(settings):
    settings.ACCOUNT_RATE_LIMITS = False


# --- S14: sessions --------------------------------------------------------------------------------------------------------


def log_in(client, person):
    return client.post(reverse("account_login"), {"login": person.email, "password": make.PASSWORD})


def is_in(client):
    return client.get(reverse("accounts:profile")).status_code == 200


def test_a_login_takes_a_new_session(world, unlimited):
    client = Client()
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies[configured.SESSION_COOKIE_NAME] = session.session_key or ""
    log_in(client, world.people["supplier_editor"])
    assert is_in(client)
    assert client.cookies[configured.SESSION_COOKIE_NAME].value != session.session_key
    planted = Client()
    planted.cookies[configured.SESSION_COOKIE_NAME] = session.session_key or ""
    assert not is_in(planted)


def test_a_logout_ends_the_session_for_whoever_kept_its_cookie(world, unlimited):
    client, thief = Client(), Client()
    log_in(client, world.people["supplier_editor"])
    thief.cookies[configured.SESSION_COOKIE_NAME] = client.cookies[configured.SESSION_COOKIE_NAME].value
    assert is_in(thief)
    response = client.post(reverse("account_logout"))
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(thief)


def test_a_new_password_ends_the_other_sessions(world, unlimited):
    here, elsewhere = Client(), Client()
    log_in(here, world.people["supplier_reader"])
    log_in(elsewhere, world.people["supplier_reader"])
    new = "en annan lång och hemlig mening"
    said = {"oldpassword": make.PASSWORD, "password1": new, "password2": new}
    assert here.post(reverse("account_change_password"), said).status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)


def test_a_person_who_is_locked_out_is_out_at_once(world):
    client = world.client("supplier_reader")
    assert is_in(client)
    type(world.people["supplier_reader"]).objects.filter(pk=world.people["supplier_reader"].pk).update(is_active=False)
    assert not is_in(client)


# --- S17: mail, and S15: reading changes nothing ---------------------------------------------------------------------------


def test_a_mail_can_be_stopped_with_one_click_and_a_look_stops_nothing(world):
    message = mail_about(world.line)
    link = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link.startswith(configured.URL + "/")
    path, person = link.removeprefix(configured.URL), world.people["buyer_editor"]
    assert Client().get(path).status_code == 200
    assert not person.preferences.exists()
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert person.preferences.get().rhythm == "off"


OWN_RECORDS = re.compile(r'"(django_session|usersessions_usersession|files_downloadcount)"')


@pytest.mark.parametrize(
    "person", ["buyer_admin", *(pytest.param(each, marks=pytest.mark.slow) for each in ("supplier_editor", "admin"))]
)
def test_reading_writes_nothing(person, world):
    """But the session, when a person was last seen, how often a file was fetched, and the audit of what administrators looked at."""
    client, wrote = world.client(person), []

    def watch(execute, sql, parameters, many, context):
        if re.match(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE)", sql) and not OWN_RECORDS.search(sql):
            wrote.append((name, sql[:60]))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(watch):
        for name, method, state in TABLE:
            if method == "GET":
                list(client.get(reverse(name, args=arguments(world, name, state)), QUERIES.get((name, state), {})))
    looked_at = {"audit_log", "accounts:person_detail"} if person == "admin" else set()
    assert {name for name, _sql in wrote} == looked_at
    assert all("records_auditevent" in sql for _name, sql in wrote)
