"""What webhooks are to tell: each thing once, of what answers their question, and of what they told before to its end."""

from datetime import timedelta

import pytest
from django.db import transaction

from interchange.models import Delivery, Webhook
from interchange.webhooks import gathering, keeping
from procurements import changing, closing, publishing, writing
from procurements.models import Notice, NoticeSearch
from tests import make
from tests.interchange.webhooks import kit
from tests.settling import wait_until_settled
from tests.threads import at_once

HOUR = timedelta(hours=1)
SOON = make.NOW + HOUR


pytestmark = pytest.mark.django_db


def read_on(at=SOON):
    return gathering.gather_due(lambda: at)


def gather(at=SOON):
    """Reads everything from the beginning: a test is one transaction, and so one change. What was told is not told again."""
    Webhook.objects.update(read_to=0, read_notice=0)
    return read_on(at)


def told(webhook):
    """What there is to tell, oldest first, as the happening and the place of its notice."""
    return list(webhook.deliveries.order_by("created_at", "key").values_list("happening", "notice"))


def amend(notice, *, at=SOON, is_minor=False, **wording):
    notice.refresh_from_db()
    by = notice.edited_by
    writing.save(notice, revision=notice.revision, by=by, at=at, wording={"title": f"{notice.title} igen", **wording})
    publishing.publish(Notice.objects.get(pk=notice.pk), by=by, at=at, reason="Bättre så.", is_minor=is_minor)


def test_a_new_webhook_hears_of_what_comes_from_then_on(transactional_db):
    make.notice(at=make.NOW - HOUR)
    wait_until_settled()
    webhook = kit.webhook()
    assert (read_on(), told(webhook)) == (0, [])
    notice = make.notice(at=make.NOW + timedelta(minutes=5))
    wait_until_settled()
    read_on()
    assert told(webhook) == [("published", notice.pk)]


def test_one_notice_is_told_of_from_its_publication_to_its_outcome():
    webhook = kit.webhook()
    notice = make.notice(kind="competition", at=SOON)
    gather()
    amend(notice)
    gather(SOON + HOUR)
    make.awarded(notice, by=notice.edited_by, at=SOON + 2 * HOUR)
    gather(SOON + 3 * HOUR)
    assert [happening for happening, _notice in told(webhook)] == ["published", "amended", "closed", "outcome"]
    assert webhook.deliveries.get(happening="amended").key == f"amended:{notice.pk}:2"
    before = Delivery.objects.count()
    changing.touch(notice)
    gather(SOON + 4 * HOUR)
    assert Delivery.objects.count() == before


def test_what_is_spelt_better_is_not_told():
    webhook = kit.webhook()
    notice = make.notice(at=SOON)
    gather()
    amend(notice, is_minor=True)
    gather()
    assert told(webhook) == [("published", notice.pk)]


def test_an_old_notice_that_is_amended_is_told_of():
    notice = make.notice(at=make.NOW - HOUR)
    webhook = kit.webhook()
    amend(notice)
    gather()
    assert told(webhook) == [("amended", notice.pk)]


def test_a_draft_is_no_news():
    webhook = kit.webhook()
    make.notice(published=False, at=SOON)
    gather()
    assert told(webhook) == []


def test_only_what_answers_the_question_is_told():
    ours, theirs = kit.webhook(question="cpv=33"), kit.webhook(question="cpv=72")
    words = kit.webhook(question="q=fallrisk&region=SE22")
    notice = make.notice(at=SOON, title="Fallrisk i hemmet")
    make.notice(at=SOON, title="Fallrisk i norr", regions=["SE331"])
    gather()
    assert len(told(ours)) == 2
    assert told(theirs) == []
    assert told(words) == [("published", notice.pk)]


def test_only_what_was_asked_for_is_told():
    webhook = kit.webhook(happenings=["closed"])
    notice = make.notice(at=SOON)
    gather()
    assert told(webhook) == []
    closing.close(notice, by=notice.edited_by, at=SOON, reason="Behovet finns inte kvar.")
    gather()
    assert told(webhook) == [("closed", notice.pk)]


def test_what_leaves_the_filter_is_followed_to_its_end():
    webhook = kit.webhook(question="cpv=33")
    other = kit.webhook(question="cpv=72", happenings=["closed"])
    notice = make.notice(at=SOON)
    gather()
    amend(notice, cpv=["72000000"])
    gather()
    closing.close(Notice.objects.get(pk=notice.pk), by=notice.edited_by, at=SOON, reason="Behovet finns inte kvar.")
    gather(SOON + HOUR)
    assert [happening for happening, _notice in told(webhook)] == ["amended", "published", "closed"]
    assert told(other) == [("closed", notice.pk)]  # it answered but for its state


def test_what_comes_into_the_filter_is_published_to_the_receiver():
    webhook = kit.webhook(question="cpv=72")
    notice = make.notice(at=SOON)
    gather()
    amend(notice, cpv=["72000000"])
    gather()
    assert told(webhook) == [("published", notice.pk)]


def test_a_crash_between_reading_and_moving_on_loses_nothing(transactional_db):
    webhook = kit.webhook()
    make.notice(at=SOON)
    wait_until_settled()
    place = Webhook.objects.values_list("read_to", "read_notice").get()
    with transaction.atomic():
        assert gathering.gather(place, at=SOON)[0] == 1
        transaction.set_rollback(True)
    assert (told(webhook), Webhook.objects.values_list("read_to", "read_notice").get()) == ([], place)
    read_on()
    assert len(told(webhook)) == 1


def test_two_workers_at_once_write_each_thing_once(transactional_db):
    webhooks = [kit.webhook() for _ in range(3)]
    for number in range(10):
        make.notice(at=SOON)
        wait_until_settled()
        at_once(read_on, read_on)
        assert Delivery.objects.count() == (number + 1) * len(webhooks)


def test_a_paused_webhook_goes_on_where_it_stopped_and_holds_nobody_up(transactional_db, monkeypatch):
    monkeypatch.setattr(gathering, "A_BATCH", 2)
    paused, other = kit.webhook(), kit.webhook()
    keeping.pause(paused, by=paused.owner, at=make.NOW)
    for _ in range(5):
        make.notice(at=SOON)
    wait_until_settled()
    read_on()
    assert [each.deliveries.count() for each in (paused, other)] == [0, 5]
    keeping.resume(paused, by=paused.owner, at=SOON)
    read_on()
    assert [each.deliveries.count() for each in (paused, other)] == [5, 5]
    assert Webhook.objects.values("read_to", "read_notice").distinct().count() == 1


def test_what_is_two_months_old_is_no_news_any_more():
    webhook = kit.webhook()
    make.notice(at=SOON, deadline_at=None)
    gather(make.NOW + timedelta(days=70))
    assert told(webhook) == []
    assert Webhook.objects.get().read_to == NoticeSearch.objects.get().changed


def test_a_webhook_of_nobody_is_silent():
    webhook, theirs = kit.webhook(), kit.webhook(organisation=(company := make.supplier()))
    member = make.member(company)
    for person in (webhook.owner, theirs.owner):
        person.is_active = False
        person.save()
    make.notice(at=SOON)
    gather()
    assert (told(webhook), len(told(theirs))) == ([], 1)
    member.memberships.update(ended_at=SOON)
    make.notice(at=SOON)
    gather()
    assert len(told(theirs)) == 1


def test_many_webhooks_share_the_reading(django_assert_num_queries):
    owner = make.user()
    for number in (1, 10):
        while Webhook.objects.count() < number:
            kit.webhook(owner=owner)
        for _ in range(3):
            make.notice(at=SOON)
        Webhook.objects.update(read_to=0, read_notice=0)
        with django_assert_num_queries(16):
            read_on()
    assert Delivery.objects.count() == 3 + 10 * 6 - 3
