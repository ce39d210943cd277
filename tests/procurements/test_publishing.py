from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from procurements import closing, publishing, writing
from procurements.models import Notice, NoticeVersion
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


def test_publishing_freezes_the_working_text_into_version_one():
    notice = make.notice()
    assert notice.current_version.number == 1
    assert notice.current_version.title == notice.title
    assert AuditEvent.objects.filter(action="notice.published", subject_id=str(notice.pk)).count() == 1


def test_publishing_twice_changes_nothing():
    notice = make.notice()
    by = notice.edited_by
    again = publishing.publish(notice, by=by, at=make.NOW + timedelta(minutes=1))
    assert again == notice.current_version
    assert notice.versions.count() == 1
    assert AuditEvent.objects.filter(action="notice.published").count() == 1


def test_a_need_is_published_without_procedure_code_or_deadline():
    notice = make.notice(procedure="", cpv=[], regions=[], goals=[], deadline_at=None)
    assert notice.current_version is not None


@pytest.mark.parametrize("field", ["problem", "affected", "cost_today", "desired_effect", "tried", "title"])
def test_a_need_says_what_is_missing(field):
    notice = make.notice(published=False, **{field: ""})
    with pytest.raises(publishing.NotPublishable) as refused:
        publishing.publish(notice, by=notice.edited_by, at=make.NOW)
    assert set(refused.value.problems) == {field}
    assert not NoticeVersion.objects.exists()


def test_a_deadline_that_has_passed_is_refused():
    notice = make.notice(published=False, deadline_at=make.NOW)
    with pytest.raises(publishing.NotPublishable) as refused:
        publishing.publish(notice, by=notice.edited_by, at=make.NOW)
    assert set(refused.value.problems) == {"deadline_at"}


def amended(notice, *, at=make.NOW + timedelta(days=1), reason="Fler har bett om tid.", **wording):
    fresh = Notice.objects.get(pk=notice.pk)
    writing.save(fresh, wording=wording, revision=fresh.revision, by=fresh.edited_by, at=at)
    return publishing.publish(fresh, by=fresh.edited_by, at=at, reason=reason)


def test_an_amendment_is_the_next_version_with_its_reason():
    notice = make.notice()
    moved = make.NOW + timedelta(days=45)
    version = amended(notice, deadline_at=moved)
    assert (version.number, version.deadline_at, version.reason) == (2, moved, "Fler har bett om tid.")
    first = notice.versions.get(number=1)
    assert first.deadline_at != moved
    event = AuditEvent.objects.get(action="notice.amended")
    assert event.details == {"version": 2, "fields": ["deadline_at"]}


def test_an_amendment_without_a_reason_is_refused():
    notice = make.notice()
    with pytest.raises(publishing.ReasonMissing):
        amended(notice, title="En annan rubrik", reason="  ")
    assert notice.versions.count() == 1


def test_what_was_published_cannot_be_rewritten():
    version = make.notice().current_version
    for change in (lambda: NoticeVersion.objects.filter(pk=version.pk).update(title="x"), version.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert NoticeVersion.objects.get(pk=version.pk).title == version.title


def test_the_address_follows_the_title_and_the_old_one_still_leads_there(client):
    notice = make.notice(title="Ärtor på Åre")
    old = notice.get_absolute_url()
    assert f"/artor-pa-are-{notice.code}/" in old
    amended(notice, title="Bönor på Åre")
    response = client.get(old)
    assert response.status_code == 301
    assert f"/bonor-pa-are-{notice.code}/" in response["Location"]


def test_closing_keeps_the_page_with_the_reason(client):
    notice = make.notice()
    closing.close(notice, by=notice.edited_by, at=make.NOW, reason="Behovet är löst.")
    closing.close(notice, by=notice.edited_by, at=make.NOW, reason="En gång till.")
    notice.refresh_from_db()
    assert notice.closed_reason == "Behovet är löst."
    assert "Behovet är löst." in client.get(notice.get_absolute_url()).content.decode()
