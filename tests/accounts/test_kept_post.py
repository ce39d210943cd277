"""A POST to a page that needs a login is never lost when the session has ended (product.md A2, complaint 7)."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from records.models import KeptPost
from tests import make
from tests.accounts.test_sessions import totp

pytestmark = pytest.mark.django_db

PROFILE = "/en/profile/"
TYPED = {"name": "Anna Karin Berg", "language": "sv", "zone": "Europe/Oslo"}


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def log_in(client, person, onward=""):
    return client.post(reverse("account_login"), {"login": person.email, "password": make.PASSWORD, "next": onward})


def onward_of(answer):
    """The page that a login leads to."""
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))
    return answer.url.partition("?next=")[2]


def end_session(client):
    """As when the browser was closed or the row was swept away: nothing of it is left."""
    Session.objects.all().delete()
    cache.clear()


@pytest.fixture
def anna():
    return make.user(name="Anna Berg")


@pytest.fixture
def away(client, anna):
    """Anna's browser after her session has gone."""
    log_in(client, anna)
    end_session(client)
    return client


def send_again(client, page):
    """Presses the button of the page as a browser without JavaScript does."""
    context = client.get(page).context
    said = dict(context["post"].fields)
    return client.post(context["action"], said)


def test_what_was_typed_is_read_and_sent_again_after_the_login(away, anna):
    page = onward_of(away.post(PROFILE, TYPED))
    anna.refresh_from_db()
    assert anna.name == "Anna Berg"
    answer = log_in(away, anna, page)
    assert answer.url == page
    shown = away.get(page).content.decode()
    assert "Anna Karin Berg" in shown
    assert 'name="zone" value="Europe/Oslo"' in shown
    assert send_again(away, page).url == PROFILE
    anna.refresh_from_db()
    assert (anna.name, anna.zone) == ("Anna Karin Berg", "Europe/Oslo")
    assert KeptPost.objects.get().restored_at


def test_a_session_that_ends_by_its_age_keeps_what_it_was_sent(client, anna):
    with time_machine.travel(make.NOW) as clock:
        log_in(client, anna)
        del client.cookies["person"]  # the ended session itself says whose it was
        clock.shift(timedelta(minutes=31))
        page = onward_of(client.post(PROFILE, TYPED))
        assert KeptPost.objects.get().user == anna
        log_in(client, anna, page)
        assert send_again(client, page).url == PROFILE
    anna.refresh_from_db()
    assert anna.name == "Anna Karin Berg"


def test_the_login_page_says_that_nothing_is_lost(away):
    page = away.post(PROFILE, TYPED, follow=True).content.decode()
    assert "What you wrote is kept. Log in, and you can send it again." in page


def test_the_second_factor_stands_between_and_loses_nothing(client, anna):
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(anna, secret)
    log_in(client, anna)
    client.post(reverse("mfa_authenticate"), {"code": totp(secret)})
    end_session(client)
    page = onward_of(client.post(PROFILE, TYPED))
    assert log_in(client, anna, page).url == reverse("mfa_authenticate")
    cache.clear()  # the same code, twice within its half minute
    answer = client.post(reverse("mfa_authenticate"), {"code": totp(secret)})
    assert answer.url == page
    assert client.get(page).status_code == 200


def test_a_second_factor_that_is_still_to_be_made_waits_with_the_text(client, settings):
    settings.MFA_REQUIRED = True
    editor = make.member(make.buyer())
    client.force_login(editor)
    assert client.post(PROFILE, TYPED).url == reverse("accounts:second_factor_needed")
    kept = KeptPost.objects.get(user=editor)
    assert "What you wrote is kept" in client.get(reverse("accounts:second_factor_needed")).content.decode()
    page = reverse("accounts:kept_post", args=[kept.pk])
    assert client.get(page).url == reverse("accounts:second_factor_needed")
    make.second_factor(editor)
    assert page in client.get(reverse("accounts:second_factor_needed")).content.decode()
    assert client.get(page).status_code == 200


def test_terms_that_are_still_to_be_accepted_lead_back_to_the_text(client, anna):
    anna.terms_acceptances.all().delete()
    client.force_login(anna)
    assert client.post(PROFILE, TYPED).url == reverse("accounts:terms")
    page = client.post(reverse("accounts:terms")).url
    assert page == reverse("accounts:kept_post", args=[KeptPost.objects.get().pk])
    assert send_again(client, page).url == PROFILE


def test_a_closed_door_on_the_way_back_keeps_the_same_form_and_no_second_one(away, anna):
    page = onward_of(away.post(PROFILE, TYPED))
    anna.terms_acceptances.all().delete()
    log_in(away, anna, page)
    assert send_again(away, page).url == reverse("accounts:terms")
    assert KeptPost.objects.get().restored_at is None


def test_an_old_token_keeps_the_text_and_says_where_it_is(anna):
    client = Client(enforce_csrf_checks=True)
    client.force_login(anna)
    answer = client.post(PROFILE, {**TYPED, "csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403
    kept = KeptPost.objects.get(user=anna)
    assert reverse("accounts:kept_post", args=[kept.pk]) in answer.content.decode()
    assert [name for name, _values in kept.fields] == ["name", "language", "zone"]


def test_a_form_on_a_foreign_page_puts_nothing_among_a_persons_things(anna):
    client = Client(enforce_csrf_checks=True)
    client.force_login(anna)
    answer = client.post(PROFILE, TYPED, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert not KeptPost.objects.exists()


def test_a_page_that_asks_for_a_correction_leaves_it_waiting(away, anna):
    page = onward_of(away.post(PROFILE, {**TYPED, "zone": "Atlantis/Center"}))
    log_in(away, anna, page)
    answer = send_again(away, page)
    assert answer.status_code == 200
    assert "Anna Karin Berg" in answer.content.decode()
    assert KeptPost.objects.get().restored_at is None
    corrected = away.post(away.get(page).context["action"], TYPED)
    assert corrected.status_code == 302
    assert KeptPost.objects.get().restored_at


class TestWhose:
    def test_another_who_logs_in_on_that_machine_sees_nothing(self, away):
        page = onward_of(away.post(PROFILE, TYPED))
        other = make.user(name="Eva Ek")
        assert "Anna Karin" not in away.get(reverse("account_login")).content.decode()
        assert log_in(away, other, page).url == page
        assert away.get(page).status_code == 404
        assert away.post(f"{page}discard/").status_code == 404
        shown = away.get(PROFILE).content.decode()
        assert "Anna Karin" not in shown
        assert "not sent" not in shown
        away.post(f"{PROFILE}?kept={KeptPost.objects.get().pk}", {**TYPED, "name": "Eva Ek"})
        assert KeptPost.objects.get().restored_at is None

    def test_a_browser_that_nobody_has_logged_in_with_keeps_nothing(self, client):
        assert onward_of(client.post(PROFILE, TYPED)) == PROFILE
        assert not KeptPost.objects.exists()

    @pytest.mark.parametrize("value", ["1", "1:1abc:forged", "", "\0", "x" * 4000])
    def test_a_cookie_that_was_tampered_with_is_nobodys(self, away, value):
        away.cookies["person"] = value
        assert onward_of(away.post(PROFILE, TYPED)) == PROFILE
        assert not KeptPost.objects.exists()

    def test_the_number_of_another_does_not_fit_the_signature(self, away, anna):
        other = make.user()
        away.cookies["person"] = str(other.pk) + away.cookies["person"].value.removeprefix(str(anna.pk))
        away.post(PROFILE, TYPED)
        assert not KeptPost.objects.exists()

    def test_a_day_later_the_cookie_names_nobody(self, client, anna):
        with time_machine.travel(make.NOW) as clock:
            log_in(client, anna)
            end_session(client)
            clock.shift(timedelta(hours=25))
            client.post(PROFILE, TYPED)
        assert not KeptPost.objects.exists()

    def test_logging_out_takes_the_cookie_away(self, client, anna):
        log_in(client, anna)
        client.post(reverse("account_logout"))
        assert client.cookies["person"].value == ""
        client.post(PROFILE, TYPED)
        assert not KeptPost.objects.exists()

    def test_a_person_who_is_locked_out_keeps_nothing(self, away, anna):
        anna.is_active = False
        anna.save()
        away.post(PROFILE, TYPED)
        assert not KeptPost.objects.exists()

    def test_the_cookie_is_signed_short_and_for_the_server_alone(self, client, anna, settings):
        settings.SESSION_COOKIE_SECURE = True
        cookie = client.post(
            reverse("account_login"), {"login": anna.email, "password": make.PASSWORD}, secure=True
        ).cookies["__Host-person"]
        assert (cookie["max-age"], cookie["path"], cookie["domain"]) == (24 * 3600, "/", "")
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")


class TestWhat:
    @pytest.mark.parametrize(
        "path",
        ["/en/account/login/", "/en/account/password/change/", "/en/account/2fa/authenticate/", "/en/terms/", "/en/x/"],
    )
    def test_passwords_and_pages_that_are_not_ours_are_never_kept(self, away, path):
        away.post(path, {"password": "hemligt", "name": "x"})
        assert not KeptPost.objects.exists()

    def test_a_field_that_holds_a_secret_is_left_out_and_nul_with_it(self, away):
        said = {"password": "hemligt", "code": "123456", "csrfmiddlewaretoken": "x", "name": "An\0na", "cpv_code": "33"}
        away.post(PROFILE, said)
        assert KeptPost.objects.get().fields == [["name", ["Anna"]], ["cpv_code", ["33"]]]

    def test_ten_thousand_fields_are_refused_before_anything_is_kept(self, away):
        assert away.post(PROFILE, {f"f{n}": "x" for n in range(10_000)}).status_code == 400
        assert not KeptPost.objects.exists()

    @pytest.mark.parametrize("referer", ["http://[", "\\", "https://evil.example/en/profile/", "x" * 9000])
    def test_a_referrer_is_only_a_word_to_compare(self, away, referer):
        away.post(PROFILE, TYPED, headers={"referer": referer})
        assert len(KeptPost.objects.get().page) <= 2000

    def test_reading_the_page_writes_nothing_and_a_head_is_enough(self, away, anna):
        page = onward_of(away.post(PROFILE, TYPED))
        log_in(away, anna, page)
        before = list(KeptPost.objects.values())
        assert away.get(page).status_code == away.head(page).status_code == 200
        assert list(KeptPost.objects.values()) == before

    def test_a_get_is_not_kept(self, away):
        assert onward_of(away.get(PROFILE)) == PROFILE
        assert not KeptPost.objects.exists()

    def test_what_is_saved_while_typing_is_kept_once_and_changes_no_page(self, away, anna):
        for name in ("A", "An", "Anna K"):
            answer = away.post(PROFILE, {**TYPED, "name": name}, headers={"sec-fetch-mode": "cors"})
            assert answer.status_code == 401
        kept = KeptPost.objects.get()
        assert dict(kept.fields)["name"] == ["Anna K"]

    def test_a_page_that_is_gone_shows_the_text_to_be_copied(self, away, anna):
        page = onward_of(away.post(PROFILE, TYPED))
        KeptPost.objects.update(path="/en/no-longer-here/")
        log_in(away, anna, page)
        shown = away.get(page).content.decode()
        assert "Anna Karin Berg" in shown
        assert "Send it again" not in shown

    def test_several_are_told_apart_by_their_words(self, away, anna):
        away.post(PROFILE, {**TYPED, "name": "Den första"})
        page = onward_of(away.post(PROFILE, {**TYPED, "name": "Den andra"}))
        log_in(away, anna, page)
        (other,) = away.get(page).context["others"]
        assert other[1] == "Den första"

    def test_markup_that_was_typed_stays_text(self, away, anna):
        page = onward_of(away.post(PROFILE, {**TYPED, 'x"><script>': "<script>alert(1)</script>"}))
        log_in(away, anna, page)
        assert "<script>alert" not in away.get(page).content.decode()

    def test_the_login_says_that_something_waits(self, away, anna):
        away.post(PROFILE, TYPED)
        said = [str(message) for message in get_messages(log_in(away, anna).wsgi_request)]
        assert "You wrote something that was not sent. You find it on your start page." in said

    def test_it_can_be_thrown_away(self, away, anna):
        page = onward_of(away.post(PROFILE, TYPED))
        log_in(away, anna, page)
        assert away.post(f"{page}discard/").url == reverse("start")
        assert not KeptPost.objects.exists()
