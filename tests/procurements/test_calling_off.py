"""An option holder joins after the contract: only who was named, in time, within what was published, and approved (C7)."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from accounts.grants import Role
from accounts.rules import NotYours, Refused
from networks import grouping, signing, summing
from networks.models import Participant
from notifications.models import Event, Notification
from procurements import buyer_list, calling_off, closing, concluding, publishing, reminding
from procurements.models import CallOff, Closing
from records.models import AuditEvent
from tests import make
from tests.procurements.joint import HOUR, UNTIL, joint

LATER = make.NOW + 5 * HOUR


@pytest.fixture
def shared(request):
    request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
    return joint()


def ask(shared, notice, name="Oslo", *, volume=40, at=LATER, by=None, **fields):
    volumes = {shared.item.pk: Decimal(volume)} if volume is not None else {}
    return calling_off.ask(
        notice.procurement,
        **{"organisation": shared.buyers[name], "volumes": volumes, "message": "Vi behöver den i juni.", **fields},
        by=by or shared.people[name],
        at=at,
    )


def test_an_option_is_used_with_one_click_and_one_approval_and_all_of_it_is_logged(shared):
    notice = shared.awarded()
    asked = ask(shared, notice)
    assert shared.place("Oslo").state == "option"
    approved = calling_off.approve(asked, by=shared.leda, at=LATER + HOUR)
    place = shared.place("Oslo")
    assert (place.state, place.called_off_at, place.since) == ("committed", LATER + HOUR, LATER + HOUR)
    assert (approved.approved_by, approved.approved_at) == (shared.leda, LATER + HOUR)
    assert [(one.item, one.volume) for one in approved.volumes.all()] == [(shared.item, 40)]
    logged = AuditEvent.objects.filter(action__startswith="call_off").order_by("pk")
    assert list(logged.values_list("action", flat=True)) == ["call_off.asked", "call_off.approved"]
    assert AuditEvent.objects.filter(action="group.option_used").count() == 1


def test_an_option_that_was_published_and_is_used_is_no_change_to_judge(shared):
    notice = shared.awarded()
    calling_off.approve(ask(shared, notice), by=shared.leda, at=LATER + HOUR)
    shared.group.refresh_from_db()
    assert summing.changed_since_publication(shared.group) == []
    grouping.answer(shared.place("Grimstad"), state="left", by=shared.people["Grimstad"], at=LATER + HOUR)
    assert "left" in [change.what for change in summing.changed_since_publication(shared.group)]


def test_the_lead_hears_of_it_and_the_organisation_hears_the_answer(shared):
    asked = ask(shared, shared.awarded())
    heard = Notification.objects.filter(event__kind="call-off-asked")
    assert set(heard.values_list("organisation__name", flat=True)) == {"Arendal"}
    calling_off.approve(asked, by=shared.leda, at=LATER)
    heard = Notification.objects.filter(event__kind="call-off-decided")
    assert set(heard.values_list("organisation__name", flat=True)) == {"Oslo"}


def test_a_second_click_is_harmless_everywhere(shared):
    notice = shared.awarded()
    assert ask(shared, notice) == ask(shared, notice, volume=1)
    asked = CallOff.objects.get()
    for _click in range(2):
        assert calling_off.approve(asked, by=shared.leda, at=LATER).approved_at == LATER
    assert ask(shared, notice) == asked
    assert AuditEvent.objects.filter(action__startswith="call_off").count() == 2


def test_a_late_body_that_is_not_listed_reads_why_and_what_to_do(shared):
    notice = shared.awarded()
    late = make.buyer(name="Lillesand")
    by = make.member(late, role=Role.ADMIN)
    with pytest.raises(Refused, match=r"fixed on .*Lillesand does not stand on it.*procure the same yourselves"):
        ask(shared, notice, organisation=late, by=by)


def test_observers_the_committed_and_who_gave_its_option_up_are_each_told_so(shared):
    notice = shared.awarded()
    with pytest.raises(Refused, match="Tvedestrand was not named as an option holder"):
        ask(shared, notice, "Tvedestrand")
    with pytest.raises(Refused, match="Grimstad is committed"):
        ask(shared, notice, "Grimstad")
    grouping.answer(shared.place("Risør"), state="left", by=shared.people["Risør"], at=LATER)
    with pytest.raises(Refused, match="Risør has given up its option"):
        ask(shared, notice, "Risør")


def test_before_there_is_a_contract_nothing_can_be_called_off(shared):
    with pytest.raises(Refused, match="There is no contract yet"):
        ask(shared, shared.competition())


def test_without_a_competition_that_stands_there_is_no_list(shared):
    need = make.notice(group=shared.group, by=shared.leda)
    with pytest.raises(Refused, match="no joint competition"):
        ask(shared, need)
    notice = shared.competition()
    closing.close(notice, by=shared.leda, at=LATER, reason="Fel.", way=Closing.CANCELLED, code="other")
    with pytest.raises(Refused, match="no joint competition"):
        ask(shared, notice)
    with pytest.raises(Refused, match="no joint competition"):
        calling_off.ask(
            make.notice().procurement, organisation=shared.buyers["Oslo"], volumes={}, message="",
            by=shared.people["Oslo"], at=LATER,
        )  # fmt: skip


def test_the_last_day_is_included_by_the_clock_of_the_notice(shared):
    notice = shared.awarded()
    end = datetime(UNTIL.year, UNTIL.month, UNTIL.day, 22, 0, tzinfo=UTC)  # midnight in Stockholm, in summer
    with pytest.raises(Refused, match="The last day to use an option was"):
        ask(shared, notice, at=end)
    assert ask(shared, notice, at=end - timedelta(seconds=1)).pk


@pytest.mark.parametrize(
    ("volume", "sentence"),
    [(70.01, "at most 70 personer"), (0, "more than nothing"), (-3, "more than nothing"), (None, "at least one thing")],
)
def test_a_volume_is_more_than_nothing_and_at_most_what_was_published(shared, volume, sentence):
    with pytest.raises(Refused, match=sentence):
        ask(shared, shared.awarded(), volume=volume)
    assert not CallOff.objects.exists()


def test_what_the_group_does_not_buy_is_not_called_off(shared):
    other = joint().item
    with pytest.raises(Refused, match="nothing that the group buys"):
        ask(shared, shared.awarded(), volumes={other.pk: Decimal(1)})


def test_the_published_list_binds_and_not_a_letter_that_came_later(shared):
    notice = shared.awarded()
    said = {"volumes": {shared.item: 500}, "sign_by": make.NOW.date() + timedelta(days=9)}
    make.letter(shared.place("Oslo"), by=shared.leda, **said, at=LATER)
    with pytest.raises(Refused, match="at most 70 personer"):
        ask(shared, notice, volume=500)


def test_only_an_administrator_calls_off_and_only_the_leads_decides(shared):
    notice = shared.awarded()
    with pytest.raises(NotYours):
        ask(shared, notice, by=make.member(shared.buyers["Oslo"]))
    asked = ask(shared, notice)
    for person in (shared.people["Oslo"], shared.people["Grimstad"], make.member(shared.buyers["Arendal"])):
        with pytest.raises(Refused, match="Only an administrator of the lead"):
            calling_off.approve(asked, by=person, at=LATER)
        with pytest.raises(Refused, match="Only an administrator of the lead"):
            calling_off.refuse(asked, reason="Nej.", by=person, at=LATER)


def test_a_no_has_a_reason_and_the_organisation_may_ask_again(shared):
    notice = shared.awarded()
    asked = ask(shared, notice)
    with pytest.raises(Refused, match="Say why not"):
        calling_off.refuse(asked, reason="  ", by=shared.leda, at=LATER)
    for _click in range(2):
        refused = calling_off.refuse(asked, reason="Leverantören hinner inte.", by=shared.leda, at=LATER)
    assert refused.reason == "Leverantören hinner inte."
    assert shared.place("Oslo").state == "option"
    with pytest.raises(Refused, match="refused already"):
        calling_off.approve(asked, by=shared.leda, at=LATER)
    assert ask(shared, notice).pk != asked.pk


def test_it_is_taken_back_until_it_is_answered(shared):
    notice = shared.awarded()
    asked = ask(shared, notice)
    with pytest.raises(NotYours):
        calling_off.withdraw(asked, by=shared.leda, at=LATER)
    for _click in range(2):
        calling_off.withdraw(asked, by=shared.people["Oslo"], at=LATER)
    with pytest.raises(Refused, match="taken its call-off back"):
        calling_off.approve(asked, by=shared.leda, at=LATER)
    again = calling_off.approve(ask(shared, notice), by=shared.leda, at=LATER)
    with pytest.raises(Refused, match="approved already"):
        calling_off.withdraw(again, by=shared.people["Oslo"], at=LATER)


def test_who_left_while_it_waited_is_not_brought_in(shared):
    asked = ask(shared, shared.awarded())
    grouping.answer(shared.place("Oslo"), state="left", by=shared.people["Oslo"], at=LATER)
    with pytest.raises(Refused, match="Only an organisation that holds an option"):
        calling_off.approve(asked, by=shared.leda, at=LATER)
    asked.refresh_from_db()
    assert asked.approved_at is None


def test_what_was_asked_in_time_can_be_approved_afterwards(shared):
    notice = shared.awarded()
    asked = ask(shared, notice)
    late = datetime(UNTIL.year + 1, 1, 1, tzinfo=UTC)
    assert calling_off.approve(asked, by=shared.leda, at=late).approved_at == late


def test_what_is_left_is_what_was_published_without_what_was_called_off(shared):
    notice = shared.awarded()
    calling_off.approve(ask(shared, notice), by=shared.leda, at=LATER)
    ask(shared, notice, "Risør", volume=9)  # waits
    [(thing, total)] = calling_off.left_of(calling_off.options_of(notice.procurement))
    assert (thing, total.committed, total.option) == (("Personer med sensor", "personer"), 40, 39)


def test_what_is_left_is_counted_for_each_holder_also_after_an_amendment(shared):
    notice = shared.awarded()
    calling_off.approve(ask(shared, notice), by=shared.leda, at=LATER)
    notice.refresh_from_db()
    notice.title, notice.revision = "Larm som varnar i tid", notice.revision + 1
    notice.save()
    publishing.publish(make.approved(notice), by=shared.leda, at=LATER + HOUR, reason="Ett klarare ord.")
    options = calling_off.options_of(notice.procurement)
    assert [one.organisation.name for one in options.holders] == ["Risør"]
    [(_thing, total)] = calling_off.left_of(options)
    assert (total.committed, total.option) == (40, 9)


def test_what_was_called_off_stays_among_what_the_group_buys(shared):
    other = shared.group.items.create(name="Utbildning", unit="timmar", position=1)
    place = make.participant(shared.group, make.buyer(name="Lillesand"), state="option")  # which stated no volume
    by = make.member(place.organisation, role=Role.ADMIN)
    notice = shared.awarded()
    ask(shared, notice, organisation=place.organisation, by=by, volumes={other.pk: Decimal(3)})
    kept = [(shared.item.pk, shared.item.name, shared.item.unit)]
    with pytest.raises(Refused, match="Utbildning"):
        signing.set_items(shared.group, kept, by=shared.leda, at=LATER)
    assert shared.group.items.count() == 2


def test_nobody_is_brought_into_a_contract_that_is_gone(shared):
    notice = shared.awarded()
    asked = ask(shared, notice)
    said = {"text": "En domstol har upphävt beslutet.", "decided_on": LATER.date(), "reason": "Domen."}
    concluding.record_outcome(notice, result="unsuitable", code="other", by=shared.leda, at=LATER, **said)
    with pytest.raises(Refused, match="There is no contract any more"):
        calling_off.approve(asked, by=shared.leda, at=LATER)
    assert shared.place("Oslo").state == "option"
    assert calling_off.refuse(asked, reason="Domen.", by=shared.leda, at=LATER).refused_at


def test_option_holders_are_reminded_a_month_and_a_week_before_the_last_day_once_each(shared):
    shared.awarded()
    end = datetime(UNTIL.year, UNTIL.month, UNTIL.day, 8, tzinfo=UTC)

    for days, count in ((31, 0), (30, 1), (29, 1), (8, 1), (7, 2), (6, 2), (0, 2)):
        reminding.remind(end - timedelta(days=days))
        assert Event.objects.filter(kind="option-ends").count() == count, days
    heard = Notification.objects.filter(event__kind="option-ends").values_list("organisation__name", flat=True)
    assert set(heard) == {"Oslo", "Risør"}


def test_nobody_is_reminded_of_an_option_without_a_contract(shared):
    shared.competition()
    reminding.remind(datetime(UNTIL.year, UNTIL.month, UNTIL.day, 8, tzinfo=UTC))
    assert not Notification.objects.filter(event__kind="option-ends").exists()


def test_the_number_of_queries_does_not_follow_the_number_of_participants(shared, django_assert_max_num_queries):
    notice = shared.awarded()
    with django_assert_max_num_queries(9):
        options = calling_off.options_of(notice.procurement)
    assert len(options.buyers) == 5
    assert [one.organisation.name for one in options.holders] == ["Oslo", "Risør"]
    assert buyer_list.stands(notice)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_row_and_one_commitment(shared):
    notice = shared.awarded()
    made, errors = [], []

    def click():
        try:
            made.append(ask(shared, notice))
        except Exception as error:  # whatever it is, the test tells
            errors.append(error)
        finally:
            connection.close()

    def race(call):
        threads = [threading.Thread(target=call) for _one in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    race(click)
    assert errors == []
    assert CallOff.objects.count() == 1

    def decide():
        try:
            calling_off.approve(made[0], by=shared.leda, at=LATER)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    race(decide)
    assert errors == []
    place = Participant.objects.get(pk=shared.place("Oslo").pk)
    assert (place.state, place.changes.filter(to_state="committed").count()) == ("committed", 1)
    assert AuditEvent.objects.filter(action="call_off.approved").count() == 1
