"""Who buys is frozen with each version, and the competition fixes the list (B25, C7)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.grants import Role
from networks import grouping
from procurements import buyer_list, closing, concluding, publishing, wording
from procurements.models import Closing, Notice, VersionBuyer
from tests import make
from tests.procurements.joint import HOUR, joint

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared():
    return joint()


def leave(shared, name, *, after=2):
    grouping.answer(shared.place(name), state="left", by=shared.people[name], at=make.NOW + after * HOUR)


def test_a_publication_keeps_who_buys_how_firmly_and_how_much(shared):
    version = shared.competition().current_version
    rows = [
        (row.organisation.name, row.is_lead, row.state, [(one.item, one.unit, one.volume) for one in row.volumes.all()])
        for row in version.buyers.all()
    ]
    item = "Personer med sensor"
    assert rows == [
        ("Arendal", True, "committed", []),
        ("Grimstad", False, "committed", [(item, "personer", 120)]),
        ("Oslo", False, "option", [(item, "personer", 70)]),
        ("Risør", False, "option", [(item, "personer", 9)]),
        ("Tvedestrand", False, "observer", []),
    ]


def test_who_approved_the_text_is_kept_and_who_let_the_lead_publish(shared):
    grouping.set_mandate(shared.place("Oslo"), gives=True, by=shared.people["Oslo"], at=make.NOW)
    version = shared.competition().current_version
    grimstad, oslo = (version.buyers.get(organisation=shared.buyers[name]) for name in ("Grimstad", "Oslo"))
    assert (grimstad.approved_at, grimstad.by_mandate) == (make.NOW, False)
    assert grimstad.approved_by is not None
    assert (oslo.approved_at, oslo.by_mandate) == (None, True)


def test_what_a_version_says_of_its_buyers_is_never_changed(shared):
    row = shared.competition().current_version.buyers.get(organisation=shared.buyers["Oslo"])
    for change in (
        lambda: VersionBuyer.objects.filter(pk=row.pk).update(state="committed"),
        lambda: row.volumes.update(volume=1),
        lambda: row.volumes.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    leave(shared, "Oslo")
    assert "Oslo" in [buyer.organisation.name for buyer in buyer_list.buyers_of(row.version)]


def test_only_the_first_version_of_the_competition_fixes_the_list(shared):
    make.notice(group=shared.group, by=shared.leda)
    shared.group.refresh_from_db()
    assert (shared.group.list_fixed_at, shared.group.published_at) == (None, make.NOW)
    shared.competition(at=make.NOW + HOUR)
    shared.group.refresh_from_db()
    assert shared.group.list_fixed_at == make.NOW + HOUR


def test_a_competition_with_options_says_first_until_when_they_can_be_used():
    shared = joint(until=None)
    draft = make.approved(shared.competition(published=False))
    assert "option_until" in wording.problems(draft, draft.kind, at=make.NOW)
    with pytest.raises(publishing.NotPublishable) as why:
        publishing.publish(draft, by=shared.leda, at=make.NOW)
    assert list(why.value.problems) == ["option_until"]
    shared.group.option_until = make.NOW.date() - timedelta(days=1)
    shared.group.save()
    draft = Notice.objects.get(pk=draft.pk)
    assert "has passed" in wording.problems(draft, draft.kind, at=make.NOW)["option_until"]


@pytest.mark.parametrize("way", [Closing.CANCELLED, Closing.WITHDRAWN])
def test_a_competition_that_comes_to_nothing_lets_the_list_go(shared, way):
    notice = shared.competition()
    code = "no-rece" if way == Closing.CANCELLED else ""
    closing.close(notice, by=shared.leda, at=make.NOW + HOUR, reason="Inga anbud.", way=way, code=code)
    shared.group.refresh_from_db()
    assert shared.group.list_fixed_at is None
    make.participant(shared.group, make.buyer(), at=make.NOW + 2 * HOUR)


def test_closing_it_early_keeps_the_list_and_an_outcome_without_a_contract_lets_it_go(shared):
    notice = shared.competition()
    closing.close(notice, by=shared.leda, at=make.NOW + HOUR, reason="Anbuden är inne.")
    shared.group.refresh_from_db()
    assert shared.group.list_fixed_at
    said = {"text": "Inget passade.", "decided_on": make.NOW.date(), "by": shared.leda}
    concluding.record_outcome(notice, result="unsuitable", code="all-rej", **said, at=make.NOW + HOUR)
    shared.group.refresh_from_db()
    assert shared.group.list_fixed_at is None
    won = {"tenders": 2, "winners": [concluding.Chosen(name="Varnaren AB")], "reason": "Fel beslut angavs."}
    concluding.record_outcome(notice, result="awarded", **won, **said, at=make.NOW + 2 * HOUR)
    shared.group.refresh_from_db()
    assert shared.group.list_fixed_at == make.NOW + 2 * HOUR


def test_a_contract_that_comes_back_after_the_last_day_for_options_fixes_the_list_again(shared):
    notice = shared.competition()
    closing.close(notice, by=shared.leda, at=make.NOW + HOUR, reason="Anbuden är inne.")
    said = {"text": "Rätten prövade valet.", "decided_on": make.NOW.date(), "by": shared.leda}
    concluding.record_outcome(notice, result="unsuitable", code="all-rej", **said, at=make.NOW + HOUR)
    won = {"tenders": 2, "winners": [concluding.Chosen(name="Varnaren AB")], "reason": "Domen."}
    late = make.NOW + timedelta(days=900)
    assert late.date() > shared.group.option_until
    concluding.record_outcome(notice, result="awarded", **won, **said, at=late)
    shared.group.refresh_from_db()
    assert shared.group.list_fixed_at == late


def test_withdrawing_the_page_of_an_awarded_competition_keeps_the_list(shared):
    notice = shared.competition()
    Notice.objects.filter(pk=notice.pk).update(deadline_at=make.NOW)
    version_over = make.NOW + timedelta(days=31)
    won = {"tenders": 2, "winners": [concluding.Chosen(name="Varnaren AB")], "text": "Varnar.", "by": shared.leda}
    concluding.record_outcome(notice, result="awarded", decided_on=version_over.date(), **won, at=version_over)
    closing.close(notice, by=shared.leda, at=version_over, reason="Fel.", way=Closing.WITHDRAWN)
    shared.group.refresh_from_db()
    assert shared.group.list_fixed_at


def test_a_changed_list_is_something_to_publish_and_the_difference_is_told(shared):
    notice = shared.competition()
    assert wording.changes(notice.current_version, notice) == []
    leave(shared, "Grimstad")
    notice.refresh_from_db()
    [change] = wording.changes(notice.current_version, notice)
    assert (change.field, change.before, change.after) == (
        "buyers", ["Grimstad · Committed · Personer med sensor: 120 personer"], [],
    )  # fmt: skip
    with pytest.raises(publishing.ReasonMissing):
        publishing.publish(notice, by=shared.leda, at=make.NOW + 3 * HOUR)
    later = publishing.publish(notice, by=shared.leda, at=make.NOW + 3 * HOUR, reason="Grimstad har lämnat.")
    assert publishing.publish(notice, by=shared.leda, at=make.NOW + 4 * HOUR, reason="Igen.") == later
    assert later.number == 2
    assert [change.field for change in wording.changes(notice.versions.get(number=1), later)] == ["buyers"]


def test_sums_are_apart_and_an_observer_is_in_none(shared):
    standing = buyer_list.add(buyer_list.frozen(shared.competition().current_version))
    assert (standing.committed, standing.option) == (2, 2)
    assert standing.inhabitants.committed == 71000
    [total] = standing.totals
    assert (total.committed, total.option) == (120, Decimal(79))


def test_one_truth_says_who_buys_to_the_search_the_matching_and_the_page(shared):
    notice = shared.competition()
    leave(shared, "Risør")
    names = [one.name for one in buyer_list.organisations_of(notice.current_version)]
    assert names == ["Arendal", "Grimstad", "Oslo", "Risør"]  # as published; the observer buys nothing
    assert f"B:{shared.buyers['Risør'].pk}" in notice.search.keys
    assert "J:joint" in notice.search.keys
    alone = make.notice()
    assert buyer_list.organisations_of(alone.current_version) == [alone.procurement.organisation]


def test_a_draft_shows_the_group_as_it_stands(shared):
    draft = shared.competition(published=False)
    make.participant(shared.group, make.buyer(name="Froland"))
    from procurements.publishing_views import drafted

    assert "Froland" in [buyer.organisation.name for buyer in buyer_list.buyers_of(drafted(draft))]


def test_nobody_changes_the_last_day_after_it_was_published(shared):
    shared.competition()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE networks_buyergroup SET option_until = '2030-01-01' WHERE id = %s", [shared.group.pk])


def test_a_member_of_a_listed_buyer_is_no_supplier_to_it(shared):
    from procurements import asking

    notice = shared.competition()
    person = make.member(shared.buyers["Oslo"], role=Role.EDITOR)
    assert asking.is_one_of_the_buyers(notice, notice.current_version, organisation=None, by=person)
