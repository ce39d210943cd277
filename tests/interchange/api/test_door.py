"""What holds for every address of the API: no session, problems for all errors, other sites may read, limits in headers."""

from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from interchange.api import deprecations, describing, problems
from interchange.api.deprecations import Deprecated
from tests import make
from tests.interchange.api.asking import V1, ask, key_of, problem

pytestmark = pytest.mark.django_db


class TestNoSessionGetsIn:
    def test_a_person_who_is_logged_in_is_a_visitor_here(self, signed_in):
        person = signed_in(make.member(make.buyer()))
        assert problem(ask("matches", client=person)) == (401, "key-needed")
        answer = ask("notices", client=person)
        assert answer.status_code == 200
        assert not answer.cookies
        assert answer["Cache-Control"].startswith("public")

    def test_a_session_that_may_do_nothing_does_not_stand_in_the_way(self, signed_in, settings):
        settings.MFA_REQUIRED = True
        person = Client()
        person.force_login(make.member(make.buyer()))
        assert ask("notices", client=person).status_code == 200

    def test_a_form_of_another_site_can_do_nothing(self, signed_in):
        person = signed_in(make.member(make.buyer()))
        answer = person.post(V1 + "imports", b"<x/>", content_type="application/xml")
        assert problem(answer) == (401, "key-needed")


class TestEveryErrorIsAProblem:
    @pytest.mark.parametrize(
        "address", ["nothing", "notices/", "notices/nobodyxx", "codes/nothing", "networks/none", "../v1/x"]
    )
    def test_what_is_not_there(self, address):
        assert problem(ask(address)) == (404, "not-found")

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_methods_that_an_address_does_not_know(self, method):
        answer = ask("notices", method=method)
        assert problem(answer) == (405, "method-not-allowed")
        assert "GET" in answer["Allow"]

    def test_a_type_that_is_not_answered_with(self):
        assert problem(ask("notices", accept="application/xml")) == (406, "not-acceptable")
        assert ask("notices", accept="text/html,*/*;q=0.8").status_code == 200

    @pytest.mark.parametrize("address", ["notices?q=%00", "organisations?q=a%00b", "notices?%00=1", "codes/%00"])
    def test_nul_is_refused(self, address):
        assert problem(ask(address))[0] in (400, 404)

    def test_a_host_that_is_not_ours(self):
        answer = Client(headers={"host": "evil.example"}).get(V1 + "notices")
        assert problem(answer) == (400, "bad-request")

    def test_an_error_of_ours_says_nothing_of_itself(self, monkeypatch):
        monkeypatch.setattr("interchange.api.register_views.references", lambda *_: 1 / 0)
        answer = ask("networks", client=Client(raise_request_exception=False))
        assert problem(answer) == (500, "server-error")
        assert "ZeroDivision" not in answer.content.decode()

    def test_a_database_that_is_away_is_a_pause(self, monkeypatch):
        from django.db import OperationalError

        def away(*_args):
            raise OperationalError("gone")

        monkeypatch.setattr("interchange.api.register_views.references", away)
        answer = ask("networks", client=Client(raise_request_exception=False))
        assert problem(answer) == (503, "unavailable")
        assert answer["Retry-After"] == "5"

    def test_problems_are_not_kept_by_caches(self):
        assert ask("nothing")["Cache-Control"] == "no-store"

    def test_the_words_are_the_readers(self):
        said = [ask("nothing", **{"accept-language": one})["Content-Language"] for one in ("sv", "nb", "en")]
        assert said == ["sv", "nb", "en"]

    def test_each_type_leads_to_what_is_said_of_it(self, client):
        page = client.get("/en/interchange/api/").content.decode()
        for name in problems.TYPES:
            answer = client.get(f"{V1}problems/{name}")
            assert (answer.status_code, answer["Location"].partition("#")[2]) == (302, f"problem-{name}")
            assert f'id="problem-{name}"' in page


class TestOtherSitesMayRead:
    def test_what_is_public(self):
        answer = ask("notices", origin="https://other.example")
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert ask("nothing", origin="https://other.example")["Access-Control-Allow-Origin"] == "*"

    def test_a_browser_that_asks_first(self):
        answer = ask("notices", method="options", origin="https://other.example")
        assert (answer.status_code, answer["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
        assert answer["Allow"] == "GET, HEAD, OPTIONS"

    def test_not_what_a_key_opens(self):
        assert "Access-Control-Allow-Origin" not in ask("matches", origin="https://other.example")
        assert "Access-Control-Allow-Origin" not in ask("imports", method="options", origin="https://other.example")


class TestLimits:
    @pytest.fixture(autouse=True)
    def few(self, settings):
        settings.LIMITED = True
        settings.LIMITS = {**settings.LIMITS, "api": {"ip": (2, 60)}, "api_key": {"key": (3, 60)}}
        cache.clear()
        yield
        cache.clear()

    def test_headers_count_down_and_then_it_is_too_many(self):
        answers = [ask("codes") for _n in range(3)]
        assert [one["RateLimit-Policy"] for one in answers] == ['"api";q=2;w=60'] * 3
        assert [one["RateLimit"].partition(";t=")[0] for one in answers] == ['"api";r=1', '"api";r=0', '"api";r=0']
        assert problem(answers[2]) == (429, "too-many-requests")
        assert 0 < int(answers[2]["Retry-After"]) <= 60

    def test_a_key_has_a_room_of_its_own(self):
        secrets = [key_of(make.user())[1] for _n in range(2)]
        assert [ask("codes", key=secrets[0]).status_code for _n in range(4)] == [200, 200, 200, 429]
        assert ask("codes", key=secrets[1])["RateLimit"].startswith('"api_key";r=2')
        assert ask("codes").status_code == 200

    def test_keys_that_open_nothing_are_counted_by_address(self):
        answers = [problem(ask("codes", key=f"arena_{number}")) for number in range(3)]
        assert answers == [(401, "bad-key"), (401, "bad-key"), (429, "too-many-requests")]

    def test_a_cache_that_is_away_refuses_nobody(self, settings):
        away = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/redis.sock?db=1"}}
        with override_settings(CACHES=away):
            assert [ask("codes").status_code for _n in range(3)] == [200, 200, 200]


class TestWhatIsToGo:
    @pytest.fixture(autouse=True)
    def said(self, monkeypatch):
        going = (
            Deprecated("api:plan_list", date(2026, 11, 1), date(2027, 12, 1), "Use notices."),
            Deprecated("api:notice_list", date(2026, 12, 1), date(2028, 1, 1), "Use phase.", field="ocid"),
        )
        monkeypatch.setattr(deprecations, "DEPRECATED", going)

    def test_it_is_said_in_each_answer(self):
        answer = ask("plans")
        assert answer["Deprecation"] == "@1793491200"
        assert answer["Sunset"] == "Wed, 01 Dec 2027 00:00:00 GMT"
        assert 'rel="deprecation"' in answer["Link"]
        assert "Deprecation" in ask("notices")
        assert "Deprecation" not in ask("networks")

    def test_it_is_said_in_the_description(self):
        found = describing.describe()
        assert found["paths"]["/api/v1/plans"]["get"]["deprecated"]
        assert found["components"]["schemas"]["NoticeShort"]["properties"]["ocid"]["deprecated"]
        assert "deprecated" not in found["paths"]["/api/v1/notices"]["get"]

    def test_nothing_goes_within_a_year(self, monkeypatch):
        monkeypatch.undo()
        assert all(one.until - one.since >= deprecations.AT_LEAST for one in deprecations.DEPRECATED)
