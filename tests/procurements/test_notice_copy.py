"""Reuse: a need that begins from somebody's published one, linked and counted (A36)."""

import pytest
from django.utils import timezone

from accounts.grants import Role
from procurements import publishing, reusing
from procurements.models import Notice, Procurement
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(lists):
    made = make.notice(
        published=False, at=timezone.now(), participation="ISO 27001, eftersom det är hälsodata", contact_name="Deras enhet",
        value=1000, currency="SEK", strategic=["inn-pur"],
    )  # fmt: skip
    made.assets.create(position=0, name="Data", origin="result", level="own", motive="Drift")
    made.stages.create(position=0, name="Prov", starts_on="2027-01-01", ends_on="2027-03-01", max_cost=5, decision="Ja")
    publishing.publish(made, by=made.edited_by, at=timezone.now())
    return Notice.objects.get()


@pytest.fixture
def buyer(source):
    return make.buyer(name="Grannens kommun")


def copied(source, buyer, **fields):
    return reusing.copy(source, organisation=buyer, by=make.member(buyer, **fields), at=timezone.now())


def reuse(notice):
    return f"/sv/procurements/{notice.slug}/reuse/"


def test_the_texts_come_along_and_what_is_each_buyers_own_does_not(source, buyer, signed_in):
    client = signed_in(make.member(buyer))
    key = client.get(reuse(source)).context["form"]["key"].value()
    answers = {client.post(reuse(source), {"key": key})["Location"] for _ in range(2)}
    assert len(answers) == 1
    copy = Notice.objects.get(origin=source)
    assert copy.procurement.organisation == buyer
    assert (copy.kind, copy.current_version, copy.problem, copy.cpv) == ("need", None, source.problem, source.cpv)
    assert (copy.participation, copy.strategic, copy.goals) == (source.participation, ["inn-pur"], [3])
    assert (copy.contact_name, copy.contact_email, copy.value, copy.deadline_at, copy.regions) == (
        "",
        "",
        None,
        None,
        [],
    )
    assert [(one.name, one.level) for one in copy.assets.all()] == [("Data", "own")]
    [stage] = copy.stages.all()
    assert (stage.name, stage.decision, stage.starts_on, stage.ends_on, stage.max_cost) == (
        "Prov",
        "Ja",
        None,
        None,
        None,
    )
    assert not copy.documents.exists()


def test_what_the_other_team_is_writing_stays_secret(source, buyer):
    Notice.objects.filter(pk=source.pk).update(problem="Ännu hemligt", title="Hemlig rubrik")
    source.refresh_from_db()
    copy = copied(source, buyer)
    assert "emlig" not in copy.problem + copy.title


def test_a_draft_is_not_counted_and_a_published_copy_of_another_buyer_is(source, buyer, client):
    copy = copied(source, buyer)
    own = copied(source, source.procurement.organisation)
    assert client.get(source.get_absolute_url()).context["times_reused"] == 0
    publishing.publish(own, by=own.edited_by, at=timezone.now())
    assert reusing.times_reused(source) == 0
    publishing.publish(copy, by=copy.edited_by, at=timezone.now())
    page = client.get(source.get_absolute_url())
    assert page.context["times_reused"] == 1
    copy.refresh_from_db()
    assert source.get_absolute_url() in client.get(copy.get_absolute_url()).content.decode()


def test_only_those_who_may_begin_a_need_are_offered_it(source, buyer, client, signed_in):
    link = f'/{source.slug}/reuse/"'
    page = source.get_absolute_url()
    assert link in signed_in(make.member(buyer)).get(page).content.decode()
    others = (make.user(), make.member(make.supplier()), make.member(buyer, role=Role.READER))
    for one in (client, *map(signed_in, others)):
        assert link not in one.get(page).content.decode()
    assert client.post(reuse(source)).status_code == 302  # to the login
    before = Procurement.objects.count()
    for person in others:
        assert signed_in(person).post(reuse(source)).status_code == 200  # says what to do first
    assert Procurement.objects.count() == before


def test_a_draft_cannot_be_copied(buyer, signed_in):
    draft = make.notice(published=False)
    assert signed_in(make.member(buyer)).post(reuse(draft)).status_code == 404
    assert signed_in(draft.edited_by).post(reuse(draft)).status_code == 404
