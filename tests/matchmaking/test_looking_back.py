"""looking_back: a new or changed subscription finds what is open, and mails nobody."""

from datetime import timedelta

import pytest

from matchmaking import anchoring, dismissing, engine, looking_back, subscribing
from matchmaking.models import Anchor, AskedKey, Match, Subscription
from notifications.models import Notification
from procurements import closing
from tests import make
from tests.matchmaking.test_matching import amend

pytestmark = pytest.mark.django_db


def suggested(subscription) -> list[int]:
    return sorted(Match.objects.suggested().filter(subscription=subscription).values_list("version__notice", flat=True))


def test_a_new_search_is_shown_what_is_open_and_mails_nothing_old(at):
    notice = make.notice()
    engine.drain(at)
    anna = make.user()
    search = make.subscription(person=anna, cpv=["33196000"])
    assert looking_back.drain(at) == 1
    assert suggested(search) == [notice.pk]
    assert Match.objects.get().hits[0] == "cpv:33196"
    assert not Notification.objects.filter(recipient=anna).exists()
    assert looking_back.drain(at) == 0


def test_a_changed_search_keeps_what_still_fits_and_drops_the_rest(at):
    here, there = make.notice(regions=["SE224"]), make.notice(regions=["NO081"])
    search = make.subscription(person=make.user(), cpv=["33196000"])
    looking_back.drain(at)
    assert suggested(search) == [here.pk, there.pk]
    search.regions = ["SE224"]
    subscribing.save(search, by=search.person, at=at + timedelta(minutes=1))
    assert looking_back.drain(at) == 1
    assert suggested(search) == [here.pk]
    assert "region:SE224" in Match.objects.get().hits


def test_what_was_called_not_relevant_is_not_suggested_again(at):
    make.notice()
    anna = make.user()
    search = make.subscription(person=anna, cpv=["33196000"])
    looking_back.drain(at)
    dismissing.dismiss(Match.objects.get(), reason="other", by=anna, at=at)
    search.cpv = ["33196000", "72000000"]
    subscribing.save(search, by=anna, at=at + timedelta(minutes=1))
    looking_back.drain(at)
    assert suggested(search) == []


def test_a_paused_search_waits_and_what_is_closed_is_not_shown(at):
    notice = make.notice()
    closing.close(notice, reason="Vi gör om.", by=notice.edited_by, at=at)
    search = make.subscription(person=make.user(), cpv=["33196000"])
    subscribing.pause(search, by=search.person, at=at)
    assert looking_back.drain(at) == 0
    subscribing.resume(search, by=search.person, at=at)
    assert looking_back.drain(at) == 1
    assert suggested(search) == []


def test_a_search_that_cannot_be_read_does_not_stop_the_others(at):
    make.notice()
    broken = make.subscription(person=make.user(), cpv=["33196000"], at=at - timedelta(minutes=5))
    Subscription.objects.filter(pk=broken.pk).update(stems={"x": 1}, words=["x"])
    fine = make.subscription(person=make.user(), cpv=["33196000"], name="fine")
    looking_back.drain(at)
    assert len(suggested(fine)) == 1
    assert looking_back.drain(at) == 0


def test_subscriptions_of_an_older_release_are_put_into_the_index(at):
    search = make.subscription(person=make.user(), cpv=["33196000"], words=["fall sensor"])
    written = list(Anchor.objects.order_by("key", "number").values_list("key", "number", "rest"))
    Anchor.objects.all().delete()
    assert anchoring.anchor_missing() == 1
    assert list(Anchor.objects.order_by("key", "number").values_list("key", "number", "rest")) == written
    assert anchoring.anchor_missing() == 0
    assert Anchor.objects.filter(subscription=search, number=1).exclude(rest=None).exists()


def test_keys_that_nobody_asks_for_any_more_are_dropped(at):
    anna = make.user()
    make.subscription(person=anna, words=["fall sensor"], excluded_words=["hund"])
    gone = make.subscription(person=anna, words=["drönare"], name="Luft")
    subscribing.remove(gone, by=anna, at=at)
    assert anchoring.tidy() > 0
    left = set(AskedKey.objects.values_list("pk", flat=True))
    assert {"w:fall", "w:sensor", "w:hund"} <= left
    assert not any("drön" in key for key in left)


def test_what_was_put_away_stays_so_when_a_later_version_is_found_anew(at):
    anna = make.user()
    search = make.subscription(person=anna, cpv=["33196000"])
    notice = make.notice()
    engine.drain(at)
    dismissing.dismiss(Match.objects.get(), reason="other", by=anna, at=at)
    for fields, hour in ((["72000000"], 1), (["33196000"], 2)):
        search = Subscription.objects.get()
        search.cpv = fields
        subscribing.save(search, by=anna, at=at + timedelta(hours=hour))
        if hour == 1:
            amend(notice, title="Ett nytt namn")
        engine.drain(at + timedelta(hours=hour))
        looking_back.drain(at + timedelta(hours=hour))
    [match] = Match.objects.current()
    assert (match.dismissed_by, match.dismissed_reason) == (anna, "other")
