"""The page of publishing (A12, A17, A20): what is missing and where, what the law says of the time, and one version for all clicks."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from procurements import publishing, steps, writing
from procurements.models import Notice
from records.models import AuditEvent
from tests import make


def url(notice):
    return reverse("procurements:notice_publish", args=[notice.slug])


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["problem", "title", "tried"])
def test_what_is_missing_leads_to_where_it_is_filled_in(signed_in, field):
    notice = make.notice(published=False, **{field: ""})
    page = signed_in(notice.edited_by).get(url(notice)).content.decode()
    assert f'href="{steps.address_of_field(notice, field)}"' in page


@pytest.mark.django_db
class TestShortTime:
    """An open procedure in Sweden has at least 30 days; here it is given ten."""

    @pytest.fixture
    def notice(self, lists):
        at = timezone.now()
        return make.notice(published=False, kind="competition", at=at, deadline_at=at + timedelta(days=10))

    def test_the_law_and_the_earliest_deadline_stand_on_the_page(self, notice, signed_in):
        page = signed_in(notice.edited_by).get(url(notice)).content.decode()
        warning = publishing.time_warning(notice, publish_at=timezone.now())
        assert warning.rule.paragraph in page
        assert 'name="knows_short_time"' in page

    @pytest.mark.parametrize("said", [{}, {"knows_short_time": "on"}, {"short_time": "Det brådskar."}])
    def test_nothing_is_published_before_the_warning_is_answered(self, notice, signed_in, said):
        assert signed_in(notice.edited_by).post(url(notice), {"revision": 1, **said}).status_code == 422
        assert not notice.versions.exists()

    def test_the_answer_is_kept_in_the_log(self, notice, signed_in):
        said = {"revision": 1, "knows_short_time": "on", "short_time": "Det brådskar."}
        assert signed_in(notice.edited_by).post(url(notice), said).status_code == 302
        assert AuditEvent.objects.get(action="notice.published").details["short_time"] == "Det brådskar."

    def test_a_chosen_moment_is_judged_by_itself(self, signed_in, lists):
        at = timezone.now()
        notice = make.notice(published=False, kind="competition", at=at, deadline_at=at + timedelta(days=60))
        assert publishing.time_warning(notice, publish_at=at) is None
        late = (at + timedelta(days=50)).date().isoformat()
        said = {"revision": 1, "when": "later", "publish_at_day": late, "publish_at_clock": "12:00"}
        assert signed_in(notice.edited_by).post(url(notice), said).status_code == 422
        more = {**said, "knows_short_time": "on", "short_time": "Det brådskar."}
        assert signed_in(notice.edited_by).post(url(notice), more).status_code == 302
        assert AuditEvent.objects.get(action="notice.scheduled").details["short_time"] == "Det brådskar."

    def test_an_amendment_that_leaves_the_deadline_alone_is_not_warned_of(self, notice):
        publishing.publish(notice, by=notice.edited_by, at=timezone.now())
        fresh = Notice.objects.get(pk=notice.pk)
        assert publishing.time_warning(fresh, publish_at=timezone.now()) is None


@pytest.mark.django_db
def test_a_correction_of_what_has_ended_says_that_nobody_is_told(signed_in):
    from procurements import closing

    notice = make.notice(at=timezone.now())
    closing.close(notice, by=notice.edited_by, at=timezone.now(), reason="Löst.")
    writing.save(notice, wording={"summary": "Rätt ord."}, revision=1, by=notice.edited_by, at=timezone.now())
    page = signed_in(notice.edited_by).get(url(notice).replace("/sv/", "/en/")).content.decode()
    assert "nobody is told of it" in page
    assert signed_in(notice.edited_by).post(url(notice), {"revision": 2}).status_code == 422  # a reason all the same


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_make_one_version():
    notice = make.notice(published=False)
    people = [notice.edited_by, make.member(notice.procurement.organisation)]
    barrier, made = threading.Barrier(8), []

    def click(by):
        barrier.wait()
        try:
            made.append(publishing.publish(notice, by=by, at=make.NOW, revision=1).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click, args=[people[place % 2]]) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1
    assert AuditEvent.objects.filter(action="notice.published").count() == 1
