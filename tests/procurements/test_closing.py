"""Ending before its time (A28): in one of three ways, told once, announced again and counted once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from procurements import browsing, chain, closing, publishing, writing
from procurements.browsing import Browse
from procurements.models import Closing, Kind, News, Notice
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db
LATER = make.NOW + timedelta(days=1)


def closed(notice, way=Closing.EARLY, *, at=LATER, code="", reason="Pengarna räckte inte."):
    code = code or ("ins-fund" if way == Closing.CANCELLED else "")
    return closing.close(notice, by=notice.edited_by, at=at, reason=reason, way=way, code=code)


@pytest.mark.parametrize("way", Closing)
def test_each_way_writes_its_news_its_audit_and_its_search_row_once(way):
    notice = make.notice(kind="competition")
    for _click in range(2):
        closed(notice, way)
    notice.refresh_from_db()
    assert (notice.closed_as, notice.closed_at) == (way, LATER)
    assert News.objects.get(notice=notice).kind == closing.TOLD_AS[way]
    assert AuditEvent.objects.get(action="notice.closed").details["way"] == way
    assert not Browse().notices(LATER).exists()


def test_what_has_ended_does_not_end_in_another_way():
    notice = make.notice(kind="competition")
    closed(notice)
    with pytest.raises(closing.ClosedAlready):
        closed(notice, Closing.CANCELLED)


@pytest.mark.parametrize(
    ("kind", "way", "code", "reason", "why"),
    [
        ("need", Closing.CANCELLED, "ins-fund", "Ord.", closing.NotCancellable),
        ("competition", Closing.CANCELLED, "", "Ord.", closing.NoCode),
        ("competition", Closing.WITHDRAWN, "", "  ", closing.Unsaid),
    ],
)
def test_what_is_missing_is_refused(kind, way, code, reason, why):
    notice = make.notice(kind=kind)
    with pytest.raises(why):
        closing.close(notice, by=notice.edited_by, at=LATER, reason=reason, way=way, code=code)
    assert not News.objects.exists()


def test_after_the_deadline_it_is_not_closed_early_but_can_be_cancelled():
    notice = make.notice(kind="competition", deadline_at=make.NOW + timedelta(hours=1))
    with pytest.raises(closing.NotOpen):
        closed(notice)
    assert closed(notice, Closing.CANCELLED).closed_code == "ins-fund"


def test_the_page_asks_for_the_european_reason_and_the_tombstone_names_it(lists, signed_in, client):
    notice = make.notice(kind="competition", at=timezone.now())
    owner, address = signed_in(notice.edited_by), reverse("procurements:notice_close", args=[notice.slug])
    assert owner.post(address, {"way": "cancelled", "reason": "Ord."}).status_code == 422
    said = {"way": "cancelled", "code": "ins-fund", "reason": "Pengarna räckte inte."}
    for _click in range(2):
        assert owner.post(address, said).status_code == 302
    page = client.get(notice.get_absolute_url()).content.decode()
    assert "because of insufficient funds" in page
    assert "Pengarna räckte inte." in page
    assert News.objects.count() == 1


def test_an_announcement_made_again_is_linked_both_ways_and_counted_once(client):
    first = make.notice(kind="competition", at=timezone.now())
    by, at = first.edited_by, timezone.now() + timedelta(minutes=1)
    closed(first, Closing.CANCELLED, at=at)
    second = writing.go_on(Notice.objects.get(pk=first.pk), kind=Kind.COMPETITION, by=by, at=at)
    assert closing.end_of(first)["later"] == []  # a draft is nobody's business
    assert second.title in client.get(first.get_absolute_url()).content.decode()
    writing.save(second, wording={"title": "Igen", "deadline_at": at + timedelta(days=40)}, revision=1, by=by, at=at)
    publishing.publish(second, by=by, at=at)
    second = Notice.objects.get(pk=second.pk)
    assert second.get_absolute_url() in client.get(first.get_absolute_url()).content.decode()
    assert first.get_absolute_url() in client.get(second.get_absolute_url()).content.decode()
    assert browsing.open_counts(at)["competition"] == 1
    assert list(Browse().notices(at)) == [second]
    assert list(Browse(state="closed").notices(at)) == []
    whole = chain.chain_of(second.procurement)
    assert len(whole.notices) == 2
    assert chain.is_open(whole.notices, at)
