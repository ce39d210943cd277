"""A second pair of eyes (A18): who can be asked, what a decision is worth, and who hears."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.grants import Role
from accounts.rules import Refused
from notifications import kinds
from notifications.models import Notification
from procurements import publishing, reviewing, writing
from procurements.models import Notice, Review
from procurements.reviewing import State
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db
LATER = make.NOW + timedelta(hours=1)
Verdict = Review.Verdict


@pytest.fixture
def draft():
    return make.notice(published=False)


def buyer_of(notice):
    return notice.procurement.organisation


def asked(notice, *, reviewer=None, at=make.NOW):
    reviewer = reviewer or make.member(buyer_of(notice), role=Role.READER, name="Rut Läsare")
    return reviewing.ask(notice, reviewer=reviewer, message="Är den tydlig?", by=notice.edited_by, at=at)


def decided(review, verdict=Verdict.APPROVED, comment="", at=LATER):
    revision = Notice.objects.get(pk=review.notice_id).revision
    return reviewing.decide(
        review, verdict=verdict, comment=comment, revision=revision, by=review.reviewer, at=at
    )  # fmt: skip


def edited(notice, *, by=None, at=LATER, **wording):
    fresh = Notice.objects.get(pk=notice.pk)
    return writing.save(fresh, wording=wording, revision=fresh.revision, by=by or fresh.edited_by, at=at)


def state(notice):
    fresh = Notice.objects.select_related("current_version").get(pk=notice.pk)
    assert reviewing.states_of([fresh])[fresh.pk] == reviewing.state_of(fresh, reviewing.newest_review(fresh))
    return reviewing.states_of([fresh])[fresh.pk]


def test_a_draft_goes_through_every_state_to_publication(draft):
    assert state(draft) == State.DRAFT
    review = asked(draft)
    assert state(draft) == State.IN_REVIEW
    decided(review, Verdict.CHANGES, "Kortare, tack.")
    assert state(draft) == State.CHANGES
    edited(draft, summary="Kort.")
    assert state(draft) == State.CHANGES
    decided(asked(draft, reviewer=review.reviewer, at=LATER + timedelta(minutes=1)), at=LATER + timedelta(minutes=2))
    assert state(draft) == State.APPROVED
    publishing.publish(draft, by=draft.edited_by, at=LATER + timedelta(minutes=3))
    assert state(draft) == State.PUBLISHED
    edited(draft, summary="Kortare.", at=LATER + timedelta(minutes=4))
    assert state(draft) == State.DRAFT
    steps = AuditEvent.objects.filter(action__startswith="review.").order_by("pk").values_list("action", "actor__name")
    assert list(steps) == [
        ("review.asked", draft.edited_by.name), ("review.decided", "Rut Läsare"),
        ("review.asked", draft.edited_by.name), ("review.decided", "Rut Läsare"),
    ]  # fmt: skip


def test_a_later_edit_takes_the_approval_away(draft):
    decided(asked(draft))
    edited(draft, summary="Något annat.", at=LATER + timedelta(minutes=1))
    assert state(draft) == State.DRAFT
    assert not reviewing.is_approved(Notice.objects.get(pk=draft.pk))


@pytest.mark.parametrize("who", ["oneself", "a stranger", "a colleague who has left"])
def test_only_a_colleague_is_asked(draft, who):
    reviewer = {"oneself": draft.edited_by, "a stranger": make.user()}.get(who)
    if reviewer is None:
        reviewer = make.member(buyer_of(draft))
        reviewer.memberships.update(ended_at=make.NOW)
    with pytest.raises(reviewing.NotAReviewer):
        asked(draft, reviewer=reviewer)


def test_a_second_click_asks_once_and_a_second_reviewer_waits(draft):
    review = asked(draft)
    assert asked(draft, reviewer=review.reviewer) == review
    with pytest.raises(reviewing.AskedAlready):
        asked(draft)
    assert Notification.objects.filter(event__kind="review-asked").count() == 1


def test_changes_are_asked_for_in_words(draft):
    with pytest.raises(reviewing.Unsaid):
        decided(asked(draft), Verdict.CHANGES, "  ")


def test_nobody_approves_what_was_changed_while_it_was_read(draft):
    review = asked(draft)
    edited(draft, summary="Ändrat under läsningen.")
    with pytest.raises(reviewing.ReadAgain):
        reviewing.decide(review, verdict=Verdict.APPROVED, comment="", revision=1, by=review.reviewer, at=LATER)


def test_what_was_taken_back_is_not_decided(draft):
    review = asked(draft)
    reviewing.take_back(review, by=draft.edited_by, at=LATER)
    with pytest.raises(reviewing.Decided):
        decided(review)
    assert state(draft) == State.DRAFT


class TestWithTwo:
    """An organisation in which somebody else than the writer approves every text."""

    @pytest.fixture
    def draft(self):
        return make.notice(published=False, buyer=make.buyer(publishes_with_two=True))

    def test_nothing_is_published_without_an_approval_of_exactly_this_text(self, draft):
        with pytest.raises(publishing.NotApproved):
            publishing.publish(draft, by=draft.edited_by, at=LATER)
        review = decided(asked(draft))
        edited(draft, summary="Ett sista ord.")
        with pytest.raises(publishing.NotApproved):
            publishing.publish(draft, by=draft.edited_by, at=LATER)
        decided(asked(draft, reviewer=review.reviewer, at=LATER))
        assert publishing.publish(draft, by=draft.edited_by, at=LATER).number == 1

    def test_whoever_wrote_the_last_word_does_not_approve_it(self, draft):
        review = asked(draft)
        edited(draft, by=review.reviewer, summary="Granskarens egna ord.")
        with pytest.raises(reviewing.OwnText):
            decided(review)

    def test_the_page_sends_the_writer_to_the_review(self, draft, signed_in):
        client = signed_in(draft.edited_by)
        address = reverse("procurements:notice_publish", args=[draft.slug])
        assert reverse("procurements:review_detail", args=[draft.slug]) in client.get(address).content.decode()
        assert client.post(address, {"revision": 1}).status_code == 422
        assert not draft.versions.exists()


def test_the_reviewer_reads_the_draft_until_the_review_is_over(draft, signed_in):
    review = asked(draft)
    client, address = signed_in(review.reviewer), reverse("procurements:review_detail", args=[draft.slug])
    page = client.get(address).content.decode()
    assert draft.problem in page
    assert "Är den tydlig?" in page
    assert draft.title in client.get(reverse("procurements:review_list")).content.decode()
    assert client.get(reverse("procurements:notice_edit", args=[draft.slug])).status_code == 404
    answer = client.post(
        reverse("procurements:review_decide", args=[draft.slug]), {"revision": 1, "verdict": "changes", "comment": ""}
    )
    assert answer.status_code == 422
    said = {"revision": 1, "verdict": "changes", "comment": "Kortare, tack."}
    assert client.post(reverse("procurements:review_decide", args=[draft.slug]), said).status_code == 302
    assert client.get(address).status_code == 404
    assert "Kortare, tack." in signed_in(draft.edited_by).get(address).content.decode()


def test_a_comment_is_about_a_field_and_done_once(draft, signed_in):
    client = signed_in(draft.edited_by)
    for _click in range(2):
        client.post(reverse("procurements:comment_add", args=[draft.slug]), {"field": "title", "text": "Kortare?"})
    remark = draft.comments.get()
    assert (remark.field, remark.by) == ("title", draft.edited_by)
    for _click in range(2):
        client.post(reverse("procurements:comment_done", args=[draft.slug, remark.pk]))
    assert AuditEvent.objects.filter(action="comment.done").count() == 1


def test_the_lines_name_no_draft_and_cost_no_query_a_line(draft, django_assert_num_queries):
    review = asked(draft)
    reviewing.comment(draft, field="", text="Ett ord.", by=draft.edited_by, at=LATER)
    decided(review)
    listed = kinds.with_subjects(Notification.objects.select_related("event", "recipient"))
    assert {each.event.kind for each in listed} == {"review-asked", "draft-comment", "review-decided"}
    with django_assert_num_queries(0):
        for each in listed:
            kinds.may_see(each)
            assert draft.title not in kinds.line(each, "en").title


def test_publishing_ends_a_review_that_waits(draft):
    review = asked(draft)
    publishing.publish(draft, by=draft.edited_by, at=LATER)
    assert not reviewing.waiting_for(review.reviewer).exists()
    with pytest.raises(Refused):
        decided(review)


def test_the_state_of_a_list_costs_one_query(django_assert_num_queries):
    made = [make.notice(published=bool(n % 2)) for n in range(4)]
    listed = list(Notice.objects.filter(pk__in=[one.pk for one in made]).select_related("current_version"))
    with django_assert_num_queries(1):
        reviewing.states_of(listed)
