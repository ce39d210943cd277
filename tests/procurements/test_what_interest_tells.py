"""Side doors (quality 4.3): what would tell that somebody is interested, or what a draft says."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.grants import Role
from accounts.models import Duty
from notifications import kinds
from notifications.models import Notification
from procurements import interest, writing
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


def register(notice, name="Hemliga AB"):
    supplier = make.supplier(name=name)
    by = make.member(supplier, name="Sigrid Tyst")
    return interest.register(notice.procurement, organisation=supplier, level="meeting", message="", by=by, at=make.NOW)


def words(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("query", ["", "?action=interest", "?subject=procurements.interest", "?actor=Sigrid"])
def test_the_audit_log_does_not_tell_an_administrator_who_is_interested(signed_in, query):
    made = register(make.notice())
    page = words(signed_in(make.user(duty=Duty.ADMIN)).get(reverse("audit_log") + query))
    assert "Hemliga" not in page
    assert str(made.pk) not in page
    assert "interest.registered" not in page


def test_the_mail_log_does_not_tell_support_that_a_buyer_heard_of_interest(signed_in):
    notice = make.notice()
    register(notice)
    client = signed_in(make.user(duty=Duty.SUPPORT))
    page = words(client.get(reverse("notifications:mail_log"), {"address": notice.edited_by.email}))
    kind = kinds.get("interest")
    assert str(kind.label) not in page.replace(str(kind.description), "")


def test_the_line_to_the_team_names_what_is_public_and_no_draft():
    notice = make.notice(title="Det som är känt")
    writing.save(notice, wording={"title": "Ännu hemligt"}, revision=1, by=notice.edited_by, at=make.NOW)
    writing.go_on(notice, kind="competition", by=notice.edited_by, at=make.NOW)
    register(notice)
    told = Notification.objects.select_related("event", "recipient").get(event__kind="interest")
    [told] = kinds.with_subjects([told])
    assert kinds.may_see(told)
    assert "Det som är känt" in kinds.line(told, "sv").title


def test_lines_of_interest_cost_no_query_a_line(django_assert_num_queries):
    by = make.member(make.buyer())
    for _each in range(3):
        register(make.notice(buyer=by.memberships.get().organisation, by=by))
    listed = kinds.with_subjects(Notification.objects.filter(recipient=by).select_related("event", "recipient"))
    with django_assert_num_queries(0):
        for notification in listed:
            assert kinds.may_see(notification)
            assert kinds.line(notification, "sv").title


def test_who_has_left_the_team_sees_the_line_no_more():
    notice = make.notice()
    register(notice)
    notice.procurement.team.all().delete()
    [told] = kinds.with_subjects(Notification.objects.select_related("event", "recipient"))
    assert not kinds.may_see(told)


@pytest.mark.parametrize("draft", [None, make.NOW + timedelta(days=99)])
def test_the_public_page_shows_nothing_of_a_deadline_that_is_only_drafted(client, draft):
    notice = make.notice(kind="need", deadline_at=make.NOW + timedelta(days=3660) if draft is None else None)
    before = words(client.get(notice.get_absolute_url()))
    writing.save(notice, wording={"deadline_at": draft}, revision=1, by=notice.edited_by, at=make.NOW)
    after = words(client.get(notice.get_absolute_url()))
    assert before.count("<time") == after.count("<time")


def test_an_administrator_takes_a_place_on_the_team_before_it_sees_who_is_interested(signed_in):
    notice = make.notice()
    buyer = notice.procurement.organisation
    register(notice)
    page = reverse("procurements:interest_list", args=[notice.slug])
    administrator = make.member(buyer, role=Role.ADMIN)
    client = signed_in(administrator)
    assert "Hemliga" not in words(client.get(page))
    client.post(reverse("procurements:team_place", args=[notice.slug]), {"user": administrator.pk, "role": "reader"})
    assert AuditEvent.objects.get(action="team.place-taken").actor == administrator
    assert "Hemliga" in words(client.get(page))
    assert AuditEvent.objects.get(action="interest.read").actor == administrator
