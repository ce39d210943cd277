"""No door leads off the host (quality.md S9), and no name that a request claims gets into an answer or a mail (S10)."""

import json
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications.models import Mail
from tests import make
from tests import world as worlds


@pytest.fixture(scope="module")
def built(loaded, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield worlds.build(at=timezone.now() - timedelta(minutes=20))
        transaction.set_rollback(True)


@pytest.fixture
def world(built, db):
    cache.clear()
    return built


# --- S9: redirects --------------------------------------------------------------------------------------------------------

EVIL = "evil.example"
PAYLOADS = [
    *(
        f"{start}{EVIL}"
        for start in (
            "http://",
            "https://",
            "//",
            "///",
            "////",
            "/\\",
            "\\\\",
            "\\/",
            "/\\/",
            "\\/\\/",
            "http:/",
            "http:",
        )
    ),
    *(
        f"{start}{EVIL}"
        for start in (
            "https:///",
            "HtTpS://",
            "ftp://",
            "http:\\\\",
            "https:\\/",
            "/\t/",
            "/\n/",
            "\t//",
            " //",
            "\r\n//",
        )
    ),
    *(
        f"{start}{EVIL}"
        for start in (
            "//testserver@",
            "http://testserver@",
            "//testserver:80@",
            "http://testserver.",
            "//testserver\\@",
        )
    ),
    *(
        f"{start}{EVIL}"
        for start in (
            "/%2f/",
            "/%5c",
            "//%2f",
            "/.//",
            "/..//",
            "//;@",
            "/sv/..//",
            "http://[::1]@",
            "\x00//",
            "\u2028//",
        )
    ),
    *(
        "javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil%E3%80%82example",
        "//①②⑦.⓪.⓪.①",
        "http://2130706433/",
        "//[::ffff:1.2.3.4]/",
    ),
]


def stays_here(location: str) -> bool:
    """As a browser reads it: control characters and spaces at the ends gone, backslashes as slashes."""
    read = re.sub(r"[\t\r\n]", "", location).strip("".join(map(chr, range(33)))).replace("\\", "/")
    parts = urlsplit(read)
    if read.startswith("//"):
        return False
    return (parts.scheme, parts.netloc) in (("", ""), ("http", "testserver"), ("https", "testserver"))


def test_there_are_enough_payloads():
    assert len(set(PAYLOADS)) >= 36


@pytest.fixture
def unlimited(settings):
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.slow)], ids=["some", "all"])
@pytest.mark.parametrize("door", ["login", "known", "logout", "signup", "acting_for", "language"])
def test_no_door_leads_off_the_host(door, every, world, unlimited):
    person = world.people["buyer_admin"]
    led: dict[str, str] = {}
    for payload in PAYLOADS[::every]:
        client = Client(raise_request_exception=False)
        if door != "login":
            client.force_login(person)
        if door == "login":
            said = {"login": person.email, "password": make.PASSWORD, "next": payload}
            response = client.post(reverse("account_login"), said)
            assert response.status_code in (302, 400), payload
        elif door == "known":
            response = client.get(reverse("account_login"), {"next": payload})
        elif door == "logout":
            response = client.post(reverse("account_logout"), {"next": payload})
        elif door == "signup":
            response = client.get(reverse("account_signup"), {"next": payload})
        elif door == "acting_for":
            response = client.post(reverse("accounts:acting_for"), {"organisation": world.buyer.pk, "next": payload})
        else:
            response = client.get(reverse("about"), {"next": payload})
            links = re.findall(r'<a[^>]*href="([^"]*)"[^>]*hreflang', response.content.decode())
            led.update((payload, link) for link in links if not stays_here(link))
        assert response.status_code < 500, payload
        if not stays_here(response.headers.get("Location", "/")):
            led[payload] = response["Location"]
    assert led == {}


# --- S10: hosts -----------------------------------------------------------------------------------------------------------

SPOOFED = [
    {"x-forwarded-host": EVIL},
    {"x-host": EVIL},
    {"x-forwarded-server": EVIL},
    {"forwarded": f"host={EVIL}"},
    {"x-original-url": f"//{EVIL}/"},
    {"x-rewrite-url": f"//{EVIL}/"},
    {"x-forwarded-port": "666"},
    {"x-http-host-override": EVIL},
]


@pytest.mark.parametrize(
    "host", [EVIL, f"testserver.{EVIL}", f"testserver:80@{EVIL}", f"{EVIL}:80", "testserver,evil.example", "[::2]"]
)
def test_a_foreign_host_is_refused(host, db):
    assert Client(raise_request_exception=False).get("/sv/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("headers", SPOOFED, ids=lambda headers: next(iter(headers)))
def test_a_forwarded_host_is_in_no_answer(headers, world):
    for address in ("/sv/", "/sv/start/", "/sitemap.xml", "/robots.txt", "/sv/account/login/"):
        response = Client().get(address, headers=headers)
        assert EVIL not in response.content.decode() + str(response.headers)
        assert ":666" not in response.content.decode() + str(response.headers)


@pytest.mark.parametrize("known", [True, False])
def test_mails_link_to_the_arenas_own_address_whatever_the_request_says(known, world, unlimited):
    address = world.people["stranger"].email if known else "nobody@example.org"
    client = Client()
    client.post(
        reverse("account_reset_password"), {"email": address}, headers={"host": "localhost", "x-forwarded-host": EVIL}
    )
    mail = Mail.objects.filter(address=address).latest("created_at")
    words = json.dumps(mail.context)
    assert EVIL not in words
    hosts = {f"{scheme}://{host}" for scheme, host in re.findall(r"(https?)://([^/\s\"'\\<]+)", words)}
    assert hosts <= {configured.URL}
