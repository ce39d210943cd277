"""What costs may be done often enough for anybody who works by hand, and not without end (ASVS 2.4.1, quality.md S10 and S13)."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import time_machine
from django.conf import settings as configured
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

from procurements.models import Question
from records.models import KeptPost
from tests import make
from tests.test_papers import rows_of

pytestmark = pytest.mark.django_db

# Each limited page: the action it counts as, how it is asked, what stands in its address.
PAGES = {
    "procurements:document_list": ("upload", "POST", ["x"]),
    "knowledge:article_pictures": ("upload", "POST", ["x"]),
    "knowledge:template_file_list": ("upload", "POST", ["x"]),
    "procurements:notice_autosave": ("autosave", "POST", ["x", "need"]),
    "procurements:notice_create": ("begin", "POST", []),
    "procurements:notice_copy": ("begin", "POST", ["x"]),
    "procurements:question_ask": ("ask", "POST", ["x"]),
    "procurements:interest_register": ("interest", "POST", ["x"]),
    "procurements:interest_withdraw": ("interest", "POST", ["x"]),
    "invitation_send": ("invite", "POST", ["x"]),
    "networks:network_invite": ("invite", "POST", ["x"]),
    "networks:group_invite": ("invite", "POST", ["x"]),
    "networks:letter_send": ("invite", "POST", ["x"]),
    "networks:approach_create": ("approach", "POST", []),
    "networks:approach_reply": ("approach", "POST", [1]),
    "procurements:supplier_message_send": ("message", "POST", ["x"]),
    "procurements:requirement_download": ("export", "GET", ["x"]),
    "networks:cost_key_download": ("export", "GET", ["x"]),
    "accounts:data_export": ("export", "GET", []),
    **{f"api:{page}": ("api", "GET", []) for page in ("start", "openapi_json", "openapi_yaml", "match_list")},
    **{
        f"api:{page}_list": ("api", "GET", [])
        for page in ("notice", "change", "organisation", "network", "plan", "code_list")
    },
    **{
        f"api:{page}": ("api", "GET", ["x"])
        for page in ("notice_detail", "version_list", "organisation_detail", "network_detail", "code_list")
    },
    "api:version_detail": ("api", "GET", ["x", 1]),
    "api:import_create": ("api", "POST", []),
    "interchange:notice_download": ("download", "GET", ["csv"]),
    "interchange:api_key_list": ("begin", "POST", []),
    "interchange:import_new": ("upload", "POST", []),
    "interchange:import_report": ("export", "GET", [1]),
    "procurements:notice_list": ("search", "GET", []),
    "knowledge:article_list": ("search", "GET", []),
    "knowledge:opinion_say": ("opine", "POST", ["x"]),
    "knowledge:opinion_comment": ("opine", "POST", ["x"]),
    "search": ("search", "GET", []),
    "first_needs": ("search", "GET", []),
    "knowledge:event_list": ("search", "GET", []),
    "knowledge:event_register": ("attend", "POST", ["x"]),
    "knowledge:event_leave": ("attend", "POST", ["x"]),
    "knowledge:event_attendee_download": ("export", "GET", ["x"]),
    "networks:network_list": ("search", "GET", []),
    "networks:plan_list": ("search", "GET", []),
    "feeds:notice_feed": ("feed", "GET", []),
    "feeds:notice_changes": ("feed", "GET", ["x"]),
    "feeds:notice_calendar": ("feed", "GET", ["x"]),
    "feeds:search_calendar": ("feed", "GET", []),
    "feeds:event_feed": ("feed", "GET", []),
    "feeds:event_calendar": ("feed", "GET", ["x"]),
    "feeds:embed_list": ("feed", "GET", []),
    "interchange:notice_ocds": ("data", "GET", ["x"]),
    "interchange:notice_eforms": ("data", "GET", ["x"]),
    "interchange:result_eforms": ("data", "GET", ["x"]),
    "ocds:release_list": ("data", "GET", []),
    "ocds:procurement_releases": ("data", "GET", ["x"]),
    "ocds:procurement_record": ("data", "GET", ["x"]),
    "ocds:dump_download": ("dump", "GET", ["x.gz"]),
    "sitemap": ("feed", "GET", []),
    "sitemap_part": ("feed", "GET", ["pages", 1]),
    "catalogue": ("feed", "GET", []),
    "procurements:cpv_suggestions": ("suggest", "GET", []),
    "procurements:buyer_suggestions": ("suggest", "GET", []),
    "taxonomy:cpv_suggestions": ("suggest", "GET", []),
    "matchmaking:similar_needs": ("suggest", "GET", ["x"]),
    "matchmaking:name_suggestions": ("suggest", "GET", ["buyers"]),
    "matchmaking:offer_edit": ("foresee", "GET", []),
    "matchmaking:subscription_create": ("foresee", "POST", []),
    "matchmaking:subscription_edit": ("foresee", "GET", [1]),
    "matchmaking:likely_suppliers": ("suggest", "GET", ["x"]),
    "procurements:preview_open": ("preview", "GET", ["x"]),
    "calendar_feed": ("calendar", "GET", ["x"]),
    "networks:file_list": ("upload", "POST", ["x"]),
    "networks:group_file_list": ("upload", "POST", ["x"]),
    "networks:group_ask": ("invite", "POST", ["x"]),
    "interchange:webhook_create": ("webhook", "POST", []),
    **{
        f"interchange:webhook_{page}": ("webhook", "POST", [UUID(int=1)])
        for page in ("edit", "resume", "test", "reveal", "rotate")
    },
    "interchange:delivery_again": ("webhook", "POST", [UUID(int=1), UUID(int=2)]),
    "procurements:packet_download": ("packet", "GET", ["x"]),
}
LIST = "/en/procurements/"


@pytest.fixture(autouse=True)
def fresh(settings):
    settings.LIMITED = True
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def at_most(settings):
    """`at_most(2, "ask")`: the action's figures, all of them."""

    def change(most, action):
        figures = {per: (most, seconds) for per, (_most, seconds) in settings.LIMITS[action].items()}
        settings.LIMITS = {**settings.LIMITS, action: figures}

    return change


def walk(patterns, namespace=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(
                pattern.url_patterns, f"{namespace}{pattern.namespace or ''}{':' * bool(pattern.namespace)}"
            )
        else:
            yield f"{namespace}{pattern.name}", getattr(pattern.callback, "limited_as", None)


def send(client, page, **more):
    _action, method, arguments = PAGES[page]
    said = {"uploads": SimpleUploadedFile("a.pdf", b"%PDF-1.7")} if method == "POST" else {}
    return getattr(client, method.lower())(reverse(page, args=arguments), said, **more)


def person():
    client = Client()
    client.force_login(make.user())
    return client


def from_address(address, *, forwarded=""):
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    return Client(REMOTE_ADDR=address, headers=headers).get(LIST).status_code


def test_every_limited_page_is_tried_here_and_every_action_is_of_use():
    found = {name: action for name, action in walk(get_resolver().url_patterns) if action}
    assert found == {name: action for name, (action, _method, _arguments) in PAGES.items()}
    assert {*found.values(), "keep", "resend", "api_key"} == set(configured.LIMITS)


@pytest.mark.parametrize("page", PAGES)
def test_a_limit_bites_the_one_who_sends_too_often_and_nobody_else(page, at_most):
    at_most(1, PAGES[page][0])
    first, other = (person(), person()) if "user" in configured.LIMITS[PAGES[page][0]] else (Client(), person())
    assert send(first, page).status_code != 429
    refused = send(first, page)
    assert refused.status_code == 429
    assert refused["Retry-After"] == str(max(seconds for _most, seconds in configured.LIMITS[PAGES[page][0]].values()))
    assert "no-store" in refused["Cache-Control"]
    if page != "calendar_feed" and not page.startswith(
        "api:"
    ):  # whose secret is the same for both; where nobody is known
        assert send(other, page).status_code != 429


def test_looking_at_a_form_costs_nothing(at_most):
    at_most(1, "ask")
    notice, client = make.notice(), person()
    address = reverse("procurements:question_ask", args=[notice.slug])
    assert [client.get(address).status_code for _n in range(3)] == [200, 200, 200]


def test_what_is_refused_does_not_count_and_room_comes_back_with_time(at_most):
    at_most(2, "search")
    with time_machine.travel(make.NOW) as clock:
        assert [from_address("192.0.2.1") for _n in range(5)] == [200, 200, 429, 429, 429]
        clock.shift(timedelta(seconds=61))
        assert [from_address("192.0.2.1") for _n in range(3)] == [200, 200, 429]


def test_files_are_counted_and_a_form_is_taken_whole_or_not_at_all(at_most):
    at_most(3, "upload")
    client, address = person(), reverse("procurements:document_list", args=["x"])

    def sent(files):
        uploads = [SimpleUploadedFile(f"{n}.pdf", b"%PDF-1.7") for n in range(files)]
        return client.post(address, {"do": "add", "uploads": uploads} if files else {"do": "up"}).status_code

    assert [sent(files) for files in (2, 0, 0, 0, 2, 1, 0)] == [404, 404, 404, 404, 404, 429, 404]


def test_a_program_that_follows_a_calendar_is_counted_by_its_address_in_the_arena_too(at_most, settings):
    settings.LIMITS = {**settings.LIMITS, "calendar": {"ip": (100, 60), "key": (2, 600)}}
    addresses = [reverse("calendar_feed", args=[secret]) for secret in ("a", "a", "a", "b")]
    answers = [Client(REMOTE_ADDR=f"192.0.2.{n}").get(address) for n, address in enumerate(addresses)]
    assert [answer.status_code for answer in answers] == [404, 404, 429, 404]


class TestWhoIsCounted:
    """S10: what a visitor claims changes no key."""

    def test_a_claimed_address_counts_for_nothing(self, at_most):
        at_most(2, "search")
        assert [from_address("192.0.2.1", forwarded=f"203.0.113.{n}") for n in range(3)] == [200, 200, 429]
        assert from_address("192.0.2.2") == 200

    def test_behind_a_proxy_only_what_the_proxy_adds_counts(self, at_most, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        at_most(2, "search")
        claimed = [f"203.0.113.{n}, 198.51.100.7" for n in range(3)]
        assert [from_address("10.0.0.1", forwarded=one) for one in claimed] == [200, 200, 429]
        assert from_address("10.0.0.1", forwarded="198.51.100.7, 198.51.100.8") == 200

    def test_one_ipv6_network_counts_as_one(self, at_most):
        at_most(2, "search")
        assert [from_address(f"2001:db8:1:2::{n}") for n in range(1, 4)] == [200, 200, 429]
        assert from_address("2001:db8:1:3::1") == 200

    def test_a_person_is_the_same_person_at_every_address(self, at_most):
        at_most(1, "ask")
        client = person()
        assert send(client, "procurements:question_ask", REMOTE_ADDR="192.0.2.1").status_code != 429
        assert send(client, "procurements:question_ask", REMOTE_ADDR="192.0.2.2").status_code == 429

    def test_rotating_addresses_bring_no_more_resets_of_passwords(self, client):
        answers = [
            client.post(
                reverse("account_reset_password"),
                {"email": f"nobody{n}@example.org"},
                headers={"x-forwarded-for": f"203.0.113.{n}"},
            ).status_code
            for n in range(21)
        ]
        assert answers == [302] * 20 + [429]

    def test_the_cache_holds_no_secret(self, client):
        client.get(reverse("calendar_feed", args=["a-secret-of-somebody"]))
        keys = b" ".join(cache._cache.get_client().keys())
        assert b"arena:calendar" in keys
        assert b"somebody" not in keys


class TestNothingIsLost:
    def asked(self, client, notice, text):
        return client.post(
            reverse("procurements:question_ask", args=[notice.slug]), {"text": text, "key": str(uuid4())}
        )

    def test_what_was_typed_is_kept_and_sent_again_after_a_while(self, at_most):
        at_most(1, "ask")
        notice, anna = make.notice(), make.member(make.supplier())
        client = Client()
        client.force_login(anna)
        with time_machine.travel(make.NOW + timedelta(hours=1)) as clock:
            assert self.asked(client, notice, "Vilka hem gäller det?").status_code == 302
            refused = self.asked(client, notice, "Hur många larm finns i dag?")
            kept = KeptPost.objects.get(user=anna)
            page = reverse("accounts:kept_post", args=[kept.pk])
            assert refused.status_code == 429
            assert f'href="{page}"' in refused.content.decode()
            assert "Hur många larm finns i dag?" in client.get(page).content.decode()
            clock.shift(timedelta(seconds=601))
            context = client.get(page).context
            assert client.post(context["action"], dict(context["post"].fields)).status_code == 302
        assert Question.objects.filter(text="Hur många larm finns i dag?").exists()

    def test_a_page_with_htmx_stays_as_it_is_and_says_so(self, at_most):
        at_most(1, "upload")
        client = person()
        for _n in range(2):
            answer = send(client, "procurements:document_list", headers={"hx-request": "true"})
        assert (answer.status_code, answer["HX-Retarget"]) == (429, "#main > .messages")
        assert answer["HX-Push-Url"] == "false"
        assert "<html" not in answer.content.decode()
        assert 'role="alert"' in answer.content.decode()
        assert not KeptPost.objects.exists()
        assert '"code":"429","swap":true' in client.get(LIST).content.decode()  # else htmx shows nothing

    def test_what_a_page_sends_as_it_is_left_is_kept(self, at_most):
        at_most(1, "autosave")
        client = person()
        for _n in range(2):
            answer = send(client, "procurements:notice_autosave", headers={"sec-fetch-mode": "no-cors"})
        assert answer.status_code == 429
        assert KeptPost.objects.get().is_by_script

    def test_keeping_is_limited_itself(self, at_most):
        at_most(1, "ask")
        at_most(2, "keep")
        client = person()
        pages = [send(client, "procurements:question_ask") for _n in range(4)]
        assert KeptPost.objects.count() == 2
        assert ["/kept/" in page.content.decode() for page in pages[1:]] == [True, True, False]

    def test_sending_again_is_limited_and_keeps_the_same_form(self, at_most):
        at_most(1, "resend")
        client = Client()
        client.force_login(anna := make.user())
        kept = KeptPost.objects.create(user=anna, path="/en/profile/", fields=[["name", [""]]], created_at=make.NOW)
        again = {"path": f"/en/profile/?kept={kept.pk}", "data": {"name": ""}}
        assert [client.post(**again).status_code for _n in range(2)] == [200, 429]
        assert KeptPost.objects.get().pk == kept.pk


def test_a_cache_that_is_away_refuses_nobody(at_most, settings):
    at_most(1, "search")
    at_most(1, "ask")
    away = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/redis.sock?db=1"}}
    with override_settings(CACHES=away):
        assert [from_address("192.0.2.1") for _n in range(3)] == [200, 200, 200]
        client = person()
        assert [send(client, "procurements:question_ask").status_code for _n in range(3)] == [404, 404, 404]


def test_limits_that_are_off_count_nothing(at_most, settings):
    at_most(0, "search")
    settings.LIMITED = False
    assert from_address("192.0.2.1") == 200


def test_the_table_in_the_documents_is_what_the_settings_say():
    text = (Path(configured.BASE_DIR) / "docs/limits.md").read_text()

    def figures(cells):
        found = [re.fullmatch(r"(\d+) in (\d+) s", cell) for cell in cells]
        return {per: (int(one[1]), int(one[2])) for per, one in zip(("user", "ip", "key"), found, strict=True) if one}

    assert {action: figures(cells[:3]) for action, cells in rows_of(text).items()} == configured.LIMITS


def test_a_form_with_as_many_files_as_it_takes_is_never_larger_than_the_limit():
    from files.limits import FILES_AT_ONCE
    from procurements.documenting import MOST

    assert configured.LIMITS["upload"]["user"][0] >= 2 * MOST >= 2 * FILES_AT_ONCE
