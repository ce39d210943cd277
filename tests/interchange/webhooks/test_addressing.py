"""Where a webhook may send to: the open internet and nowhere else (quality S11)."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from interchange.webhooks import addressing, posting
from interchange.webhooks.forms import WebhookForm
from tests import make
from tests.interchange.webhooks.kit import ALL
from ui import outside

PUBLIC = "93.184.215.14"
# Refused as they are written, or for the address that the name has.
REFUSED = [
    *(f"https://{host}/" for host in (
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0", "0.0.0.0",
        "10.0.0.1", "10.1", "172.16.0.1", "192.168.0.1", "192.168.257", "169.254.169.254", "100.64.0.1", "100.100.100.200",
        "168.63.129.16", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "8.8.8.8",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[fe80::1]", "[fe80::1%25eth0]", "[fd00:ec2::254]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:db8::1]", "[ff02::1]", "[::127.0.0.1]",
        "localhost", "LOCALHOST", "localhost.", "a.localhost", "printer.local", "metadata.google.internal", "router.lan", "nas.home.arpa", "intranet",
        "①②⑦.⓪.⓪.①", "127。0。0。1", "ｌｏｃａｌｈｏｓｔ", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "user@example.org", "user:secret@example.org", "example.org@127.0.0.1", "127.0.0.1#@example.org", "example.org\\@127.0.0.1",
        "example.org%00.127.0.0.1", "exa mple.org", "example.org\r\nHost: x", "-.example..org", "example.org:80", "example.org:22",
        "example.org:6379", "example.org:99999", "example.org:-1", "",
    )),
    *("http://example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "HTTP://example.org/", "//example.org/",
      "javascript:alert(1)", "data:text/plain,x", "https:example.org", "https:/example.org", "unix:///run/redis.sock", "dict://127.0.0.1:6379/",
      "https://testserver.localhost/", "https://example.org/#part", f"https://example.org/{'x' * 1000}", "", "example.org"),
]  # fmt: skip
# Names that anybody can make lead inside.
LEADS_INSIDE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.127.255.254",
    "168.63.129.16", "192.0.0.192", "192.88.99.1", "198.19.0.1", "203.0.113.5", "224.0.0.251", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:93.184.215.14", "::ffff:127.0.0.1", "::7f00:1", "64:ff9b::5db8:d70e", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1",
    "2001::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:5db8:d70e::1", "2002:7f00:1::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254",
    "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "nonsense",
]  # fmt: skip


def post(url):
    return posting.post(url, b"{}", {}, at=make.NOW)


def test_there_are_more_addresses_here_than_the_goal_asks_for():
    assert len(set(REFUSED)) >= 52


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_is_not_on_the_open_internet_opens_no_socket(url, names, connects):
    with pytest.raises(outside.Refused) as why:
        post(url)
    assert str(why.value)
    assert connects == []


@pytest.mark.parametrize("address", LEADS_INSIDE)
def test_a_name_that_leads_inside_opens_no_socket(address, names, connects):
    names["hook.example.org"] = [[address]]
    names["both.example.org"] = [[PUBLIC, address]]
    for host in ("hook", "both"):
        with pytest.raises(outside.Refused):
            post(f"https://{host}.example.org/")
    assert connects == []


def test_a_resolver_that_answers_public_first_and_private_second_leads_nowhere(names, connects):
    names["hook.example.org"] = [[PUBLIC], ["127.0.0.1"]]
    with pytest.raises(outside.NotReached):  # the guard lets nothing out
        post("https://hook.example.org/")
    assert (names.asked, connects) == (["hook.example.org"], [PUBLIC])  # asked once, and sent to what was looked at
    with pytest.raises(outside.Refused):
        post("https://hook.example.org/")
    assert (names.asked, connects) == (["hook.example.org"] * 2, [PUBLIC])  # asked anew at the next attempt


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:400f:80c::200e"])
def test_an_address_of_the_open_internet_may_be_sent_to(address, names, connects):
    names["hook.example.org"] = [[address]]
    with pytest.raises(outside.NotReached):
        post("https://hook.example.org/")
    assert connects == [address]


def test_names_are_read_as_browsers_read_them():
    assert (
        addressing.target("https://Räksmörgås.example.org:8443/å?ä=1").authority
        == "xn--rksmrgs-5wao1o.example.org:8443"
    )
    assert addressing.target("https://example.org").path == "/"
    assert addressing.target("https://example.org/a%20b/å?ä=1&b").path == "/a%20b/%C3%A5?%C3%A4=1&b"


def test_the_arena_itself_is_not_sent_to(settings):
    settings.URL = "https://arena.example.org"
    with pytest.raises(outside.Refused):
        addressing.target("https://arena.example.org/sv/")


def test_a_proxy_of_the_environment_is_not_asked(names, connects, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:3128")
    names["hook.example.org"] = [[PUBLIC]]
    with pytest.raises(outside.NotReached):
        post("https://hook.example.org/")
    assert connects == [PUBLIC]


def test_nothing_else_of_the_arena_opens_a_connection():
    """Whoever adds a module here says to where it connects: to what whoever runs the arena set, never to what a visitor typed."""
    known = {
        "arena/launch.py": "this machine",
        "files/scanning.py": "ARENA_CLAMD",
        "interchange/fetching/downloading.py": "ARENA_TED_URL and its like",
        "notifications/channels.py": "EMAIL_URL",
        "notifications/mailboxes.py": "ARENA_BOUNCE_URL",
        "records/pulsing.py": "nowhere: the name of this machine",
        "ui/outside.py": "guarded: what this file tests",
    }
    reaches_out = re.compile(
        r"^\s*(?:import|from) (?:requests|http\.client|urllib\.request|urllib3|socket|smtplib|imaplib|ftplib|httpx|aiohttp)\b",
        re.MULTILINE,
    )
    root = Path(settings.BASE_DIR)
    rooms = {app for app in settings.INSTALLED_APPS if (root / app).is_dir()}
    found = {
        str(path.relative_to(root))
        for room in rooms
        for path in (root / room).rglob("*.py")
        if reaches_out.search(path.read_text())
    }
    assert found == set(known)


def test_production_does_not_start_with_local_receivers():
    words = {**os.environ, "ARENA_MODE": "production", "ARENA_WEBHOOKS_LOCAL": "yes", "SECRET_KEY": "x" * 50}
    words |= {"ARENA_URL": "https://arena.example", "ALLOWED_HOSTS": "arena.example", "EMAIL_URL": "smtp://localhost"}
    words |= {"DATABASE_URL": "postgres://a@localhost/a", "REDIS_URL": "redis://localhost"}
    done = subprocess.run(
        [sys.executable, "-c", "import arena.settings"],
        cwd=settings.BASE_DIR,
        env=words,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Leave ARENA_WEBHOOKS_LOCAL out" in done.stderr


@pytest.mark.parametrize(
    "url", ["http://example.org/", "https://127.0.0.1/", "https://user@example.org/", "https://x.local/"]
)
def test_the_form_says_why_and_asks_nobody(url, names, connects):
    form = WebhookForm({"name": "x", "url": url, "happenings": ALL})
    assert not form.is_valid()
    assert form.errors["url"]
    assert (names.asked, connects) == ([], [])
