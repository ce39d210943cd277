from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import override

from accounts.grants import Role
from accounts.models import Duty, Membership
from tests import make

pytestmark = pytest.mark.django_db

PROFILE = "/en/profile/"
NEEDED = "/en/profile/second-factor/"


def logged_in(client, user):
    client.force_login(user)
    return client


def request_of(client, path=PROFILE):
    return client.get(path).wsgi_request


class TestActingFor:
    def test_the_first_membership_is_the_default(self, client):
        first, second = make.supplier(), make.supplier()
        anna = make.member(first)
        Membership.objects.create(user=anna, organisation=second, role=Role.READER, started_at=make.NOW)
        request = request_of(logged_in(client, anna))
        assert request.acting_for == first
        assert [each.organisation for each in request.memberships] == [first, second]

    def test_a_person_switches_between_organisations(self, client):
        first, second = make.supplier(), make.supplier()
        anna = make.member(first)
        Membership.objects.create(user=anna, organisation=second, role=Role.READER, started_at=make.NOW)
        answer = logged_in(client, anna).post("/en/acting-for/", {"organisation": second.pk})
        assert answer.status_code == 302
        assert request_of(client).acting_for == second

    @pytest.mark.parametrize("value", ["stranger", "", "x", "-1", "1e9"])
    def test_nobody_acts_for_an_organisation_of_others(self, client, value):
        own, stranger = make.supplier(), make.supplier()
        logged_in(client, make.member(own))
        answer = client.post("/en/acting-for/", {"organisation": stranger.pk if value == "stranger" else value})
        assert answer.status_code == 404
        assert request_of(client).acting_for == own

    def test_a_session_that_names_another_organisation_falls_back(self, client):
        own, stranger = make.supplier(), make.supplier()
        logged_in(client, make.member(own))
        session = client.session
        session["acting_for"] = stranger.pk
        session.save()
        assert request_of(client).acting_for == own

    def test_the_end_of_a_membership_holds_from_the_next_request(self, client):
        anna = make.member(make.supplier())
        assert request_of(logged_in(client, anna)).acting_for
        Membership.objects.filter(user=anna).update(ended_at=make.NOW)
        assert request_of(client).acting_for is None

    def test_an_anonymous_visitor_acts_for_nobody(self, client):
        request = request_of(client, "/en/terms/")
        assert (request.acting_for, request.memberships, request.duties) == (None, [], frozenset())

    def test_the_standing_of_a_person_costs_one_query(self, django_assert_num_queries):
        from accounts.middleware import _standing

        anna = make.user(duty=Duty.CURATOR)
        for _ in range(3):
            Membership.objects.create(user=anna, organisation=make.buyer(), role=Role.READER, started_at=make.NOW)
        with django_assert_num_queries(1):
            standing = _standing(anna)
            assert len({each.organisation.name for each in standing.memberships}) == 3
            assert standing.duties == {"curator"}
            assert standing.needs_second_factor


class TestZone:
    def test_pages_are_in_the_persons_own_zone(self, client):
        anna = make.member(make.supplier(slug="fall"), zone="Pacific/Kiritimati")  # 14 hours before UTC
        started = make.NOW.replace(day=1, hour=22)
        Membership.objects.update(started_at=started)
        page = logged_in(client, anna).get("/en/organisations/fall/members/").content.decode()
        with override("en"):
            assert date_format(started.replace(day=2), "DATE_FORMAT") in strip_tags(page)
        assert timezone.get_current_timezone_name() == "Europe/Stockholm"  # and the next request begins anew

    def test_a_zone_that_nobody_knows_does_not_close_the_arena(self, client):
        assert logged_in(client, make.user(zone="Atlantis/Center")).get(PROFILE).status_code == 200


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def required(self, settings):
        settings.MFA_REQUIRED = True

    @pytest.mark.parametrize("who", ["buyer", "admin", "curator", "support", "programme"])
    def test_who_opens_more_than_their_own_doors_needs_one(self, client, who):
        person = make.member(make.buyer(), role=Role.READER) if who == "buyer" else make.user(duty=Duty(who))
        logged_in(client, person)
        for path in (PROFILE, "/en/", "/en/persons/", "/en/organisations/new/"):
            answer = client.get(path)
            assert (answer.status_code, answer.url) == (302, NEEDED)
        assert client.post("/en/profile/", {"name": "X"}).url == NEEDED

    def test_the_pages_on_the_way_to_it_are_open(self, client):
        logged_in(client, make.member(make.buyer()))
        assert client.get(NEEDED).status_code == 200
        assert client.get("/en/terms/").status_code == 200
        for name in ("mfa_activate_totp", "account_reauthenticate", "account_logout", "usersessions_list", "mfa_index"):
            answer = client.get(reverse(name))
            assert answer.status_code in (200, 302)
            assert answer.headers.get("Location", "") != NEEDED

    def test_with_one_everything_opens(self, client):
        person = make.member(make.buyer())
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
        assert logged_in(client, person).get(PROFILE).status_code == 200

    def test_recovery_codes_alone_are_none(self, client):
        person = make.member(make.buyer())
        Authenticator.objects.create(user=person, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x"})
        assert logged_in(client, person).get(PROFILE).url == NEEDED

    def test_a_supplier_is_offered_one(self, client):
        answer = logged_in(client, make.member(make.supplier())).get(PROFILE)
        assert answer.status_code == 200
        assert reverse("mfa_index") in answer.content.decode()


class TestAge:
    def test_a_session_ends_after_half_an_hour_of_silence(self, client):
        with time_machine.travel(make.NOW) as clock:
            logged_in(client, make.user())
            assert client.get(PROFILE).status_code == 200
            clock.shift(timedelta(minutes=29))
            assert client.get(PROFILE).status_code == 200
            clock.shift(timedelta(minutes=29))
            assert client.get(PROFILE).status_code == 200
            clock.shift(timedelta(minutes=31))
            answer = client.get(PROFILE)
            assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("account_login"))

    def test_on_duty_a_session_ends_after_a_quarter(self, client):
        with time_machine.travel(make.NOW) as clock:
            logged_in(client, make.user(duty=Duty.ADMIN))
            assert client.get(PROFILE).status_code == 200
            clock.shift(timedelta(minutes=16))
            assert client.get(PROFILE).status_code == 302

    def test_no_session_is_older_than_twelve_hours(self, client):
        with time_machine.travel(make.NOW) as clock:
            logged_in(client, make.user())
            for _ in range(36):
                assert client.get(PROFILE).status_code == 200
                clock.shift(timedelta(minutes=20))
            clock.shift(timedelta(minutes=1))
            assert client.get(PROFILE).status_code == 302

    def test_the_row_of_an_old_session_is_gone(self, client):
        with time_machine.travel(make.NOW) as clock:
            logged_in(client, make.user())
            client.get(PROFILE)
            key = client.session.session_key
            clock.shift(timedelta(minutes=31))
            client.get(PROFILE)
            assert not Session.objects.filter(session_key=key).exists()


class TestTerms:
    def test_without_a_yes_to_the_terms_reading_is_free_and_acting_waits(self, client):
        anna = make.user()
        anna.terms_acceptances.all().delete()
        logged_in(client, anna)
        assert client.get(PROFILE).status_code == 200
        assert client.post(PROFILE, {"name": "Eva", "language": "sv", "zone": "Europe/Oslo"}).url == "/en/terms/"
        anna.refresh_from_db()
        assert anna.name == "Anna Berg"
        assert client.post("/en/terms/").status_code == 302
        client.post(PROFILE, {"name": "Eva", "language": "nb", "zone": "Europe/Oslo"})
        anna.refresh_from_db()
        assert (anna.name, anna.language, anna.zone) == ("Eva", "nb", "Europe/Oslo")
