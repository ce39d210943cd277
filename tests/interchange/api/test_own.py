"""What a key opens: the owner's suggestions, and handing in notices."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership
from interchange.api import shapes
from interchange.eforms.document import MAX_BYTES
from interchange.models import ImportedFile
from procurements.models import Notice
from records.models import Job
from tests import make
from tests.interchange.api.asking import V1, ask, held, key_of, problem
from tests.interchange.notices import notice as eforms

pytestmark = pytest.mark.django_db


class TestMatches:
    def test_the_owner_reads_what_the_page_shows_with_reasons(self, signed_in):
        company = make.supplier()
        anna = make.member(company)
        match = make.match(make.subscription(organisation=company, by=anna), make.notice())
        _key, secret = key_of(anna, "matches")
        [item] = ask("matches", {"lang": "en"}, key=secret).json()["items"]
        held(shapes.Match(), item)
        assert item["notice"]["code"] == match.version.notice.code
        assert item["score"] == 60
        assert item["reasons"][0].startswith("CPV 33196")
        page = signed_in(anna).get("/en/matches/")
        assert [row["notice"].code for row in page.context["rows"]] == [item["notice"]["code"]]

    def test_nobody_elses(self):
        make.match(make.subscription(), make.notice())
        _key, secret = key_of(make.member(make.supplier()), "matches")
        assert ask("matches", key=secret).json()["items"] == []

    def test_a_key_of_an_organisation_shows_that_organisations_alone(self):
        one, other = make.supplier(), make.supplier()
        anna = make.member(one)
        Membership.objects.create(user=anna, organisation=other, role="editor", started_at=make.NOW)
        mine = make.match(make.subscription(organisation=one, by=anna), make.notice())
        make.match(make.subscription(organisation=other, by=anna), make.notice())
        _key, secret = key_of(anna, "matches", organisation=one)
        assert [item["notice"]["code"] for item in ask("matches", key=secret).json()["items"]] == [
            mine.version.notice.code
        ]

    def test_pages_hold_each_once_and_queries_do_not_grow(self, django_assert_max_num_queries):
        company = make.supplier()
        anna = make.member(company)
        subscription = make.subscription(organisation=company, by=anna)
        made = [
            make.match(subscription, make.notice(title=f"Behov {number}")).version.notice.code for number in range(5)
        ]
        _key, secret = key_of(anna, "matches")
        found, cursor = [], ""
        while cursor is not None:
            said = ask("matches", {"size": 2, **({"cursor": cursor} if cursor else {})}, key=secret).json()
            found, cursor = found + [item["notice"]["code"] for item in said["items"]], said["next"]
        assert found == made[::-1]
        with django_assert_max_num_queries(16) as few:
            ask("matches", {"size": 1}, key=secret)
        with django_assert_max_num_queries(len(few)):
            ask("matches", {"size": 5}, key=secret)


class TestImports:
    @pytest.fixture
    def secret(self):
        return key_of(make.user(duty="programme"), "import")[1]

    def hand_in(self, content, secret, content_type="application/xml"):
        headers = {"authorization": f"Bearer {secret}"}
        return Client().post(V1 + "imports", content, content_type=content_type, headers=headers)

    def test_a_notice_is_taken_in_once(self, secret):
        content = eforms()
        first, again = (self.hand_in(content, secret) for _n in range(2))
        assert (first.status_code, first.json()["outcome"]) == (201, "new")
        assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
        held(shapes.Imported(), first.json())
        notice = Notice.objects.get(source_id__isnull=False)
        assert first.json()["notice"]["code"] == notice.code
        assert Job.objects.count() == ImportedFile.objects.count() == 2
        assert Job.objects.earliest("pk").by is not None
        assert ask(f"notices/{notice.code}").json()["origin"]["notice"] == notice.source_id

    @pytest.mark.parametrize(("content", "word"), [(b" ", "empty"), (b"<x>", "well-formed"), (b"<x/>", "eForms")])
    def test_what_cannot_be_read_is_told_why(self, content, word, secret):
        answer = self.hand_in(content, secret)
        assert problem(answer) == (422, "not-readable")
        assert word in answer.json()["detail"] or answer["Content-Language"] != "en"
        assert not Notice.objects.exists()

    def test_entities_are_refused(self, secret):
        bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><ContractNotice>&a;</ContractNotice>'
        assert problem(self.hand_in(bomb, secret)) == (422, "not-readable")

    def test_other_types_and_sizes_are_refused(self, secret):
        assert problem(self.hand_in(b"{}", secret, "application/json")) == (415, "unsupported-type")
        assert problem(self.hand_in(b" " * (MAX_BYTES + 1), secret)) == (413, "too-large")

    def test_a_key_of_one_who_may_not_import_any_more_opens_nothing(self):
        key, secret = key_of(make.user(duty="admin"), "import", at=timezone.now())
        key.owner.duties.all().delete()
        assert problem(self.hand_in(b"<x/>", secret)) == (403, "not-allowed")
