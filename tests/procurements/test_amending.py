"""Amendments under a clumsy hand: two at once, a deadline called spelling, an old need amended late."""

from datetime import timedelta

import pytest
from django.urls import reverse

from procurements import interest, publishing, writing
from procurements.browsing import Browse
from procurements.models import Notice
from tests import make

pytestmark = pytest.mark.django_db
LATER = make.NOW + timedelta(hours=1)


def save(notice, *, by=None, **wording):
    fresh = Notice.objects.get(pk=notice.pk)
    return writing.save(fresh, wording=wording, revision=fresh.revision, by=by or fresh.edited_by, at=LATER)


def url(notice):
    return reverse("procurements:notice_publish", args=[notice.slug])


def test_a_moved_deadline_is_never_called_spelling(signed_in):
    notice = make.notice()
    save(notice, deadline_at=make.NOW + timedelta(days=900))
    answer = signed_in(notice.edited_by).post(url(notice), {"reason": "Fel dag.", "is_minor": "on"})
    assert answer.status_code == 422
    assert 'id="id_is_minor_error"' in answer.content.decode()
    assert notice.versions.count() == 1


def test_nobody_publishes_what_a_colleague_wrote_a_moment_ago(signed_in):
    notice = make.notice(published=False, deadline_at=None)
    seen = {"revision": notice.revision}
    save(notice, title="Halvfärdigt", by=make.member(notice.procurement.organisation, name="Bo Ek"))
    answer = signed_in(notice.edited_by).post(url(notice), seen, follow=True)
    assert not notice.versions.exists()
    assert "Bo Ek" in answer.content.decode()
    assert "Halvfärdigt" in answer.content.decode()


def test_a_double_click_on_publish_makes_one_version(signed_in):
    notice = make.notice(published=False, deadline_at=None)
    client = signed_in(notice.edited_by)
    for _click in range(2):
        assert client.post(url(notice), {"revision": notice.revision}).status_code == 302
    assert notice.versions.count() == 1


def chain_of_two(deadline_at=make.NOW + timedelta(days=10)):
    need = make.notice(deadline_at=None)
    by = need.edited_by
    competition = writing.go_on(need, kind="competition", by=by, at=LATER)
    writing.save(competition, wording={"procedure": "open", "deadline_at": deadline_at}, revision=1, by=by, at=LATER)
    publishing.publish(competition, by=by, at=LATER)
    return need, Notice.objects.get(pk=competition.pk)


def test_an_amended_need_does_not_push_the_open_competition_off_the_list():
    need, competition = chain_of_two()
    save(need, summary="Stavfel rättat.")
    publishing.publish(need, by=need.edited_by, at=LATER + timedelta(hours=1), reason="Stavfel.", is_minor=True)
    assert list(Browse().notices(LATER + timedelta(hours=2))) == [competition]


@pytest.mark.parametrize("days", [9, 11])
def test_a_need_without_a_deadline_takes_no_interest_past_the_deadline_for_tenders(days, client):
    need, competition = chain_of_two()
    supplier, at = make.supplier(), make.NOW + timedelta(days=days)

    def register():
        return interest.register(
            need.procurement, organisation=supplier, level="follow", message="", by=make.member(supplier), at=at
        )

    if at < competition.current_version.deadline_at:
        assert register().received_at == at
    else:
        with pytest.raises(interest.Refused, match="closed"):
            register()


def test_one_of_several_buyers_cannot_be_interested_in_what_they_buy_together():
    lead, other = make.buyer(), make.buyer()
    group = make.group(lead=lead)
    make.participant(group, other)
    by = make.member(lead)
    notice = writing.begin(
        organisation=lead, kind="need", by=by, at=make.NOW, buyer_group=group,
        wording=dict.fromkeys(("title", "problem", "affected", "cost_today", "desired_effect", "tried"), "Ord."),
    )  # fmt: skip
    publishing.publish(make.approved(notice), by=by, at=make.NOW)
    with pytest.raises(interest.Refused, match="own"):
        interest.register(
            notice.procurement, organisation=other, level="follow", message="", by=make.member(other), at=LATER
        )


def test_a_wrong_address_can_be_put_right_after_the_deadline():
    notice = make.notice(deadline_at=make.NOW + timedelta(days=2), questions_until=make.NOW + timedelta(days=1))
    late = make.NOW + timedelta(days=3)
    save(notice, contact_email="rätt@example.org")
    version = publishing.publish(notice, by=notice.edited_by, at=late, reason="Fel adress.")
    assert version.number == 2
    assert not Notice.objects.open(late).exists()


@pytest.mark.parametrize("field", ["deadline_at", "questions_until"])
def test_a_new_time_that_has_passed_is_refused(field):
    notice = make.notice(questions_until=make.NOW + timedelta(days=5))
    save(notice, **{field: make.NOW + timedelta(days=5, hours=1) if field == "deadline_at" else make.NOW})
    with pytest.raises(publishing.NotPublishable) as refused:
        publishing.publish(notice, by=notice.edited_by, at=make.NOW + timedelta(days=6), reason="Ny tid.")
    assert field in refused.value.problems
