"""Every POST that is sent twice does once what it does, and the second answer is a page that one understands (R6)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.grants import Role
from accounts.models import Membership
from procurements import documenting, previewing, publishing, reviewing, teaming, todo
from procurements.models import Notice, Review
from records.models import AuditEvent
from tests import make
from tests.files import corpus
from tests.procurements.uploads import received, with_documents

pytestmark = pytest.mark.django_db


def address(name, notice, *more):
    return reverse(f"procurements:{name}", args=[notice.slug, *more])


@pytest.mark.parametrize("verdict", ["approved", "changes"])
def test_a_reviewer_from_outside_the_team_decides_twice_and_is_thanked_twice(signed_in, verdict):
    draft = make.notice(published=False)
    reader = make.member(draft.procurement.organisation, role=Role.READER)
    reviewing.ask(draft, reviewer=reader, message="", by=draft.edited_by, at=make.NOW)
    client, said = signed_in(reader), {"revision": draft.revision, "verdict": verdict, "comment": "Kortare."}
    answers = [client.post(address("review_decide", draft), said) for _click in range(2)]
    assert [answer.url for answer in answers] == [reverse("procurements:review_list")] * 2
    assert AuditEvent.objects.filter(action="review.decided").count() == 1
    other = {"approved": "changes", "changes": "approved"}[verdict]
    assert client.post(address("review_decide", draft), {**said, "verdict": other}).url.endswith("/reviews/")
    assert Review.objects.get().verdict == verdict
    assert client.post(address("review_decide", draft), {"verdict": "?"}).status_code == 404, "and no draft is shown"


def test_a_reviewer_who_has_left_decides_nothing(signed_in):
    draft = make.notice(published=False)
    reader = make.member(draft.procurement.organisation, role=Role.READER)
    reviewing.ask(draft, reviewer=reader, message="", by=draft.edited_by, at=make.NOW)
    Membership.objects.filter(user=reader).update(ended_at=make.NOW)
    said = {"revision": draft.revision, "verdict": "approved"}
    assert signed_in(reader).post(address("review_decide", draft), said).status_code == 404
    assert Review.objects.get().decided_at is None


def test_a_place_is_taken_away_twice_without_an_error(signed_in):
    notice = make.notice()
    colleague = make.member(notice.procurement.organisation)
    place = teaming.place(notice.procurement, user=colleague, role="editor", by=notice.edited_by, at=make.NOW)
    client = signed_in(notice.edited_by)
    answers = [client.post(address("team_remove", notice, place.pk)) for _click in range(2)]
    assert [answer.url for answer in answers] == [address("team_edit", notice)] * 2
    assert AuditEvent.objects.filter(action="team.removed").count() == 1


def test_a_new_version_of_a_file_that_is_sent_twice_is_one_new_version(lists):
    draft = make.notice(published=False)
    with_documents(draft, "a.pdf")
    document, newer = draft.documents.get(), corpus.pdf(b"% newer\n")
    seen = (document.title, str(document.file_id))
    for _click in range(2):
        file = received(draft, "b.pdf", newer)
        said = {"seen": seen, "title": document.title, "file": file, "by": draft.edited_by, "at": make.NOW}
        documenting.change(draft, document.lineage, **said)
    assert Notice.objects.get(pk=draft.pk).revision == draft.revision + 2, "the first document, and its new version"


def test_a_preview_link_ends_when_the_text_is_public(client):
    draft = make.notice(published=False, problem="Larmet kommer för sent.")
    _link, secret = previewing.create(draft, label="Brukarrådet", days=30, by=draft.edited_by, at=timezone.now())
    publishing.publish(draft, by=draft.edited_by, at=timezone.now())
    Notice.objects.filter(pk=draft.pk).update(problem="Vad ingen har läst än.")
    answer = client.get(reverse("procurements:preview_open", args=[secret]))
    assert answer.url == Notice.objects.get(pk=draft.pk).get_absolute_url()
    assert "Vad ingen har läst än." not in client.get(answer.url).content.decode()


def test_a_draft_that_one_may_not_read_any_more_is_not_named_among_what_one_has_to_do():
    draft = make.notice(published=False, title="Hemlig titel")
    asker, owner = make.member(draft.procurement.organisation), draft.edited_by
    place = teaming.place(draft.procurement, user=asker, role="editor", by=owner, at=make.NOW)
    review = reviewing.ask(draft, reviewer=owner, message="", by=asker, at=make.NOW)
    reviewing.decide(review, verdict="changes", comment="Nej.", revision=draft.revision, by=owner, at=make.NOW)
    assert [thing.title for thing in todo.for_person(asker, at=make.NOW)] == ["Hemlig titel"]
    teaming.remove(place, by=owner, at=make.NOW)
    assert todo.for_person(asker, at=make.NOW) == []
