"""engine.match: who hears of a version, and that each hears once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import Membership
from matchmaking import dismissing, engine, subscribing
from matchmaking.models import Match, MatchRun, Receiver, Subscription
from notifications import rhythms
from notifications.models import Notification, Preference
from procurements import closing, interest, publishing, writing
from tests import make

pytestmark = pytest.mark.django_db
LATER = make.NOW + timedelta(hours=1)


def heard(user, kind="match") -> int:
    return Notification.objects.filter(recipient=user, event__kind=kind).count()


def amend(notice, *, is_minor=False, at=LATER, **wording):
    writer = notice.edited_by
    changed = writing.save(notice, wording=wording, revision=notice.revision, by=writer, at=at)
    version = publishing.publish(changed, by=writer, at=at, reason="Vi ändrade oss.", is_minor=is_minor)
    notice.refresh_from_db()
    return version


def test_a_supplier_is_told_once_with_reasons_in_words(at):
    supplier = make.supplier()
    anna = make.member(supplier)
    make.subscription(organisation=supplier, by=anna, cpv=["33100000"], words=["fall"], regions=["SE2"])
    notice = make.notice()
    for _again in range(2):
        engine.match(notice.current_version_id, at=at)
    told = Notification.objects.get(recipient=anna)
    assert told.organisation == supplier
    subscription = Subscription.objects.get()
    assert told.reasons == ["cpv:33196", "word:fall", "region:SE224", f"search:{subscription.pk}"]
    run = MatchRun.objects.get()
    assert (run.matches, run.told) == (1, 1)


def test_two_subscriptions_make_one_line_with_the_reasons_of_both(at):
    anna = make.member(make.supplier())
    make.subscription(person=anna, cpv=["33196000"])
    make.subscription(person=anna, goals=[3])
    engine.match(make.notice().current_version_id, at=at)
    told = Notification.objects.get(recipient=anna)
    assert [reason.split(":")[0] for reason in told.reasons] == ["cpv", "search", "goal", "search"]
    assert Match.objects.count() == 2


def test_a_buyer_is_not_told_of_its_own_notice(at):
    buyer = make.buyer()
    editor = make.member(buyer)
    make.subscription(organisation=buyer, by=editor)
    make.subscription(person=editor)
    engine.match(make.notice(buyer=buyer, by=editor).current_version_id, at=at)
    assert heard(editor) == 0
    assert not Match.objects.filter(subscription__organisation=buyer).exists()


def test_a_member_who_has_left_is_not_told(at):
    supplier = make.supplier()
    anna = make.member(supplier)
    make.subscription(organisation=supplier, by=anna)
    Membership.objects.filter(user=anna).update(ended_at=at)
    engine.match(make.notice().current_version_id, at=at)
    assert heard(anna) == 0


def test_a_colleague_hears_only_after_asking_to(at):
    supplier = make.supplier()
    subscription = make.subscription(organisation=supplier)
    anna, bo = make.member(supplier), make.member(supplier)
    subscribing.receive(subscription, wants=True, by=anna, at=at)
    engine.match(make.notice().current_version_id, at=at)
    assert (heard(anna), heard(bo)) == (1, 0)


def test_what_is_paused_finds_nothing(at):
    anna = make.member(make.supplier())
    subscription = make.subscription(person=anna)
    subscribing.pause(subscription, by=anna, at=at)
    engine.match(make.notice().current_version_id, at=at)
    assert not Match.objects.exists()


def test_what_is_over_or_old_is_no_news(at):
    make.subscription()
    notice = make.notice()
    engine.match(notice.current_version_id, at=at + timedelta(days=31))
    assert MatchRun.objects.get().matches == 0


def test_a_minor_amendment_is_silent(at):
    anna = make.member(make.supplier())
    make.subscription(person=anna)
    notice = make.notice()
    engine.match(notice.current_version_id, at=at)
    engine.match(amend(notice, is_minor=True, summary="Stavfel rättat.").pk, at=LATER)
    assert Notification.objects.count() == 1


def test_an_amendment_is_told_to_those_who_heard_with_the_fields_and_both_deadlines(at):
    anna = make.member(make.supplier())
    make.subscription(person=anna)
    notice = make.notice()
    engine.match(notice.current_version_id, at=at)
    later = at + timedelta(days=40)
    engine.match(amend(notice, deadline_at=later, title="Nytt namn").pk, at=LATER)
    told = Notification.objects.get(recipient=anna, event__kind="amendment")
    assert told.event.facts == {
        "version": 2,
        "fields": ["title", "deadline_at"],
        "deadline_before": (at + timedelta(days=30)).isoformat(),
        "deadline_after": later.isoformat(),
    }
    assert heard(anna) == 1


def test_an_amendment_that_now_fits_is_a_new_suggestion(at):
    anna = make.member(make.supplier())
    make.subscription(person=anna, cpv=["72000000"])
    notice = make.notice()
    engine.match(notice.current_version_id, at=at)
    engine.match(amend(notice, cpv=["72200000"]).pk, at=LATER)
    assert (heard(anna), heard(anna, "amendment")) == (1, 0)


def test_a_supplier_that_registered_interest_hears_of_an_amendment(at):
    supplier = make.supplier()
    anna = make.member(supplier)
    notice = make.notice()
    interest.register(notice.procurement, organisation=supplier, level="interested", message="", by=anna, at=at)
    engine.match(amend(notice, title="Nytt namn").pk, at=LATER)
    assert heard(anna, "amendment") == 1


def test_a_supplier_that_withdrew_hears_no_more(at):
    supplier = make.supplier()
    anna = make.member(supplier)
    notice = make.notice()
    mine = interest.register(notice.procurement, organisation=supplier, level="interested", message="", by=anna, at=at)
    interest.withdraw(mine, by=anna, at=at)
    engine.match(amend(notice, title="Nytt namn").pk, at=LATER)
    assert heard(anna, "amendment") == 0


def test_what_was_called_not_relevant_stays_so_when_it_is_amended(at):
    anna = make.member(make.supplier())
    make.subscription(person=anna)
    notice = make.notice()
    engine.match(notice.current_version_id, at=at)
    dismissing.dismiss(Match.objects.get(), reason="field", by=anna, at=at)
    engine.match(amend(notice, title="Nytt namn").pk, at=LATER)
    assert heard(anna, "amendment") == 0
    assert Match.objects.dismissed().count() == 2


def test_a_withdrawn_notice_tells_nobody(at):
    anna = make.member(make.supplier())
    make.subscription(person=anna)
    notice = make.notice()
    closing.close(notice, by=notice.edited_by, at=at, reason="Dragen tillbaka.")
    engine.match(notice.current_version_id, at=at)
    assert heard(anna) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once(at):
    anna = make.member(make.supplier())
    make.subscription(person=anna)
    version = make.notice().current_version_id
    start, runs = threading.Barrier(2), []

    def work() -> None:
        try:
            start.wait(timeout=10)
            runs.append(engine.match(version, at=at))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _each in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=30)
    assert sorted(run is None for run in runs) == [False, True]
    assert heard(anna) == 1


@pytest.mark.parametrize(
    ("usual", "own", "counts"),
    [("weekly", "daily", "daily"), ("daily", "weekly", "daily"), ("weekly", "off", "weekly"), ("off", "daily", "off")],
)
def test_of_two_searches_that_find_it_the_more_frequent_rhythm_counts(usual, own, counts):
    at = make.NOW - timedelta(days=3)  # a Thursday
    anna = make.user()
    Preference.objects.create(user=anna, kind="match", rhythm=usual)
    for name, rhythm in (("as usual", ""), ("by itself", own)):
        search = make.subscription(person=anna, name=name, cpv=["33196000"], at=at)
        Receiver.objects.filter(subscription=search).update(rhythm=rhythm)
    make.notice(at=at)
    engine.drain(at)
    line = Notification.objects.get(recipient=anna)
    assert line.mail_due_at == rhythms.mail_due_at(counts, anna.zone, at)
