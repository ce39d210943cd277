"""Keys: whose they are, what they may, when they end; and the page on which they are made and revoked."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import membering
from accounts.grants import Role
from accounts.models import Membership, hash_of
from interchange.api import keying
from interchange.models import ApiKey
from records.models import AuditEvent
from tests import make
from tests.interchange.api.asking import ask, key_of, problem

pytestmark = pytest.mark.django_db
PAGE = "/en/interchange/keys/"
FILLED = {"name": "Vårt skript", "scopes": ["read", "matches"], "days": "90"}


class TestWhatAKeyOpens:
    def test_it_is_kept_as_a_hash_alone(self):
        key, secret = key_of(make.user())
        assert secret.startswith("arena_")
        assert key.digest == hash_of(secret)
        assert key.beginning == secret[:12]
        assert secret not in str(ApiKey.objects.values_list())

    def test_without_its_scope_it_opens_nothing_more(self):
        _key, secret = key_of(make.user(), "read")
        assert ask("notices", key=secret).status_code == 200
        answer = ask("matches", key=secret)
        assert problem(answer) == (403, "not-allowed")
        assert answer.json()["scope"] == "matches"

    def test_a_revoked_key_opens_nothing_from_that_moment_on(self):
        key, secret = key_of(make.user(), "matches")
        assert ask("matches", key=secret).status_code == 200
        keying.revoke(key, by=key.owner, at=timezone.now())
        keying.revoke(key, by=key.owner, at=timezone.now())
        assert problem(ask("matches", key=secret)) == (401, "bad-key")
        assert problem(ask("notices", key=secret)) == (401, "bad-key")
        assert AuditEvent.objects.filter(action="api-key.revoked").count() == 1

    def test_nor_does_one_past_its_time(self):
        at = timezone.now()
        _key, secret = key_of(make.user(), "matches", at=at - timedelta(days=2), expires_at=at - timedelta(days=1))
        assert problem(ask("matches", key=secret)) == (401, "bad-key")

    def test_nor_one_whose_owner_left_the_organisation_or_is_locked_out(self):
        company = make.supplier()
        anna, bo = make.member(company, role=Role.ADMIN), make.member(company)
        secrets = [key_of(bo, "read", organisation=company)[1], key_of(bo, "read")[1]]
        membering.end(Membership.objects.get(user=bo), by=anna, at=timezone.now())
        assert [ask("notices", key=one).status_code for one in secrets] == [401, 200]
        bo.is_active = False
        bo.save()
        assert ask("notices", key=secrets[1]).status_code == 401

    @pytest.mark.parametrize(
        "header", ["Bearer", "Bearer ", "Basic YTpi", "Bearer arena_x y", "bearer x", "Bearer \xe5\xe4"]
    )
    def test_what_is_no_key_is_told_so(self, header):
        answer = ask("notices", authorization=header)
        assert problem(answer) == (401, "bad-key")
        assert answer["WWW-Authenticate"].startswith("Bearer")

    def test_when_it_was_last_used_is_known_to_the_minute(self, django_assert_num_queries):
        key, secret = key_of(make.user())
        ask("codes/goals", key=secret)
        key.refresh_from_db()
        used = key.last_used_at
        assert used == used.replace(second=0, microsecond=0)
        assert timezone.now() - used < timedelta(minutes=2)
        keying.use(key, at=used + timedelta(seconds=59))
        with django_assert_num_queries(0):
            keying.use(key, at=used + timedelta(seconds=30))

    def test_an_answer_to_a_key_is_kept_by_its_program_alone(self):
        _key, secret = key_of(make.user(), "read", "matches")
        assert ask("notices", key=secret)["Cache-Control"] == "private, max-age=60"
        assert ask("matches", key=secret)["Cache-Control"] == "private, no-store"


class TestThePage:
    def test_a_key_is_shown_once(self, signed_in):
        anna = make.user()
        person = signed_in(anna)
        page = person.post(PAGE, FILLED, follow=True)
        key = ApiKey.objects.get(owner=anna)
        secret = page.context["secret"]
        assert hash_of(secret) == key.digest
        assert secret in page.content.decode()
        again = person.get(PAGE).content.decode()
        assert secret not in again
        assert key.beginning in again
        assert (key.scopes, (key.expires_at - key.created_at).days) == (["read", "matches"], 90)
        event = AuditEvent.objects.get(action="api-key.made")
        assert (event.actor, event.details) == (anna, {"scopes": ["read", "matches"]})

    def test_an_empty_form_says_what_is_missing(self, signed_in):
        page = signed_in(make.user()).post(PAGE, {})
        assert page.status_code == 422
        assert set(page.context["form"].errors) == {"name", "scopes", "days"}

    def test_only_who_may_import_can_make_a_key_for_it(self, signed_in):
        page = signed_in(make.user()).post(PAGE, {**FILLED, "scopes": ["import"]})
        assert "scopes" in page.context["form"].errors
        with pytest.raises(keying.NotYours):
            key_of(make.user(), "import")
        assert key_of(make.user(duty="programme"), "import")

    def test_a_key_is_for_an_organisation_of_ones_own(self, signed_in):
        person = signed_in(make.user())
        page = person.post(PAGE, {**FILLED, "organisation": make.supplier().pk})
        assert "organisation" in page.context["form"].errors

    def test_there_is_an_end_to_keys(self, signed_in):
        anna = make.user()
        for _n in range(keying.MOST):
            key_of(anna)
        page = signed_in(anna).post(PAGE, FILLED)
        assert page.context["form"].non_field_errors()

    def test_an_administrator_sees_and_revokes_the_keys_of_the_organisation_and_no_others(self, signed_in):
        company = make.supplier()
        admin, bo = make.member(company, role=Role.ADMIN), make.member(company)
        ours, _ = key_of(bo, organisation=company)
        own, _ = key_of(bo)
        person = signed_in(admin)
        assert [key for key, _standing, _scopes in person.get(PAGE).context["rows"]] == [ours]
        assert person.post(reverse("interchange:api_key_revoke", args=[own.pk])).status_code == 404
        assert person.post(reverse("interchange:api_key_revoke", args=[ours.pk])).status_code == 302
        ours.refresh_from_db()
        assert ours.revoked_by == admin

    def test_a_person_finds_the_keys_in_their_own_export(self, signed_in):
        anna = make.user()
        key, secret = key_of(anna)
        export = signed_in(anna).get(reverse("accounts:data_export")).content.decode()
        assert key.beginning in export
        assert secret not in export
        assert key.digest not in export

    def test_the_number_of_queries_does_not_grow(self, signed_in, django_assert_max_num_queries):
        anna = make.user()
        person = signed_in(anna)
        key_of(anna)
        person.get(PAGE)
        with django_assert_max_num_queries(15) as few:
            person.get(PAGE)
        for _n in range(5):
            key_of(anna)
        with django_assert_max_num_queries(len(few)):
            person.get(PAGE)
