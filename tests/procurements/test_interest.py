from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from accounts.grants import Role
from notifications.models import Notification
from procurements import interest
from procurements.models import Interest
from tests import make

pytestmark = pytest.mark.django_db


def register(notice, supplier, *, by=None, at=make.NOW, level="interested", message=""):
    by = by or make.member(supplier)
    return interest.register(notice.procurement, organisation=supplier, level=level, message=message, by=by, at=at)


def test_two_colleagues_register_the_same_company_once():
    notice, supplier = make.notice(), make.supplier()
    first = register(notice, supplier)
    second = register(notice, supplier, level="meeting", at=make.NOW + timedelta(minutes=5))
    assert first.pk == second.pk
    assert Interest.objects.get().level == "meeting"


@pytest.mark.django_db(transaction=True)
def test_a_hundred_clicks_at_once_make_one_interest():
    notice, supplier = make.notice(), make.supplier()
    by = make.member(supplier)

    def click(_number):
        try:
            return register(notice, supplier, by=by).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        keys = set(pool.map(click, range(100)))
    assert len(keys) == 1
    assert Interest.objects.count() == 1


@pytest.mark.parametrize(("offset", "taken"), [(-1, True), (0, False), (1, False)])
def test_the_stored_receipt_time_decides_to_the_millisecond(offset, taken):
    notice = make.notice(deadline_at=make.NOW + timedelta(days=1))
    at = notice.current_version.deadline_at + timedelta(milliseconds=offset)
    if taken:
        assert register(notice, make.supplier(), at=at).received_at == at
    else:
        with pytest.raises(interest.Refused, match="closed"):
            register(notice, make.supplier(), at=at)
        assert not Interest.objects.exists()


def test_the_buyer_cannot_be_interested_in_its_own():
    notice = make.notice()
    with pytest.raises(interest.Refused, match="own"):
        register(notice, notice.procurement.organisation, by=notice.edited_by)


def test_a_reader_of_the_company_may_not_register():
    notice, supplier = make.notice(), make.supplier()
    with pytest.raises(interest.Refused, match="not-allowed"):
        register(notice, supplier, by=make.member(supplier, role=Role.READER))


def test_withdrawing_keeps_the_record_and_a_new_interest_can_follow():
    notice, supplier = make.notice(), make.supplier()
    by = make.member(supplier)
    made = register(notice, supplier, by=by)
    interest.withdraw(made, by=by, at=make.NOW + timedelta(hours=1))
    interest.withdraw(made, by=by, at=make.NOW + timedelta(hours=2))
    made.refresh_from_db()
    assert made.withdrawn_at == make.NOW + timedelta(hours=1)
    assert register(notice, supplier, by=by).pk != made.pk
    assert Interest.objects.active().count() == 1


def test_what_stood_at_the_deadline_stands():
    notice, supplier = make.notice(deadline_at=make.NOW + timedelta(days=1)), make.supplier()
    by = make.member(supplier)
    made = register(notice, supplier, by=by)
    with pytest.raises(interest.Refused, match="closed"):
        interest.withdraw(made, by=by, at=make.NOW + timedelta(days=1))
    made.refresh_from_db()
    assert made.withdrawn_at is None


def test_the_team_is_told_and_the_line_does_not_say_who():
    notice, supplier = make.notice(), make.supplier(name="Hemliga AB")
    register(notice, supplier)
    told = Notification.objects.select_related("event", "recipient").get()
    assert told.recipient == notice.edited_by
    assert "Hemliga" not in str(told.event.facts) + told.event.key


def test_only_the_procurements_own_people_see_who():
    notice = make.notice()
    made = register(notice, make.supplier())
    assert list(Interest.objects.seen_by_buyer(notice.edited_by)) == [made]
    for stranger in (make.user(), make.member(make.buyer()), make.member(make.supplier())):
        assert not Interest.objects.seen_by_buyer(stranger).exists()
