"""A notice whose lots close at different times is open until the last, and says everywhere when the next ones close."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache

from interchange.calendars import of_search
from interchange.eforms.reader import read
from interchange.importing import import_notice
from interchange.ocds.releases import of_version
from matchmaking import closing_soon, engine, following
from notifications import kinds
from notifications.models import Notification
from procurements import dates
from procurements.browsing import Browse
from procurements.models import Notice
from tests import make
from tests.interchange import notices
from tests.interchange.ocds import standard

pytestmark = pytest.mark.django_db
FIRST, LAST = datetime(2026, 12, 1, 11, tzinfo=UTC), datetime(2026, 12, 20, 11, tzinfo=UTC)
BETWEEN = datetime(2026, 12, 10, tzinfo=UTC)
SOME = "Some lots close earlier"


def closing_on(day, *, tag="TenderSubmissionDeadlinePeriod"):
    return notices.deadline(f"{day}+01:00", "12:00:00+01:00", tag=tag)


def imported(*processes, **fields):
    lots = "".join(notices.lot(f"LOT-000{n}", process=process) for n, process in enumerate(processes, start=1))
    return import_notice(read(notices.notice(lots=lots, **fields)), source="test", at=make.NOW).version


def shown_at(now, page, client):
    cache.clear()
    with time_machine.travel(now, tick=False):
        return client.get(page.replace("/sv/", "/en/")).content.decode()


@pytest.fixture
def version():
    return imported(closing_on("2026-12-01"), closing_on("2026-12-20"), closing_on("2026-12-01"))


def test_the_notice_is_open_until_its_last_lot_closes(version):
    assert version.deadline_at == LAST
    for at, is_open in ((make.NOW, True), (BETWEEN, True), (LAST, False)):
        assert version.notice.is_open(at) is is_open
        assert Notice.objects.open(at).exists() is is_open
        assert Browse().rows(at).exists() is is_open


def test_of_two_stages_the_first_is_the_one_to_come_in_by():
    requests = closing_on("2026-12-01", tag="ParticipationRequestReceptionPeriod")
    made = imported(requests + closing_on("2026-12-20"))
    assert (made.deadline_at, made.lots.get().deadline_at, made.lots.get().tenders_until) == (FIRST, FIRST, LAST)


@pytest.mark.parametrize(("now", "says"), [(make.NOW, True), (BETWEEN, False)])
def test_the_page_and_the_list_say_when_the_next_lots_close(version, client, now, says):
    for page in (version.notice.get_absolute_url(), "/en/procurements/", "/en/embed/procurements/"):
        shown = shown_at(now, page, client)
        assert version.title in shown
        assert (SOME in shown) is says, page


def test_lots_that_close_together_have_no_such_line(client):
    made = imported(closing_on("2026-12-20"), closing_on("2026-12-20"))
    assert SOME not in shown_at(make.NOW, made.notice.get_absolute_url(), client)


def test_the_calendar_has_both_and_calls_off_what_an_amendment_takes_out(version):
    found = {entry.key.partition("-")[2]: (entry.what, entry.moment) for entry in dates.of_notice(version.notice)}
    assert found == {
        "lot-LOT-0001": ("Deadline of the lots LOT-0001, LOT-0003", FIRST),
        "deadline": ("Deadline", LAST),
    }
    assert [entry.moment for entry in of_search(Browse(), at=make.NOW)] == [FIRST, LAST]
    again = imported(closing_on("2026-12-20"), identifier=version.notice.source_id, version="02")
    off = {entry.key.partition("-")[2]: entry.is_called_off for entry in dates.of_notice(again.notice)}
    assert off == {"lot-LOT-0001": True, "deadline": False}


def test_open_data_has_the_time_of_each_lot(version):
    tender = of_version(version, before=None)["tender"]
    assert tender["tenderPeriod"] == {"endDate": "2026-12-20T11:00:00+00:00"}
    assert [(one["relatedLots"], one["dueDate"][:10]) for one in tender["milestones"]] == [
        (["LOT-0001"], "2026-12-01"),
        (["LOT-0002"], "2026-12-20"),
        (["LOT-0003"], "2026-12-01"),
    ]
    if standard.FOLDER.exists():
        assert standard.problems({"releases": [of_version(version, before=None)]}) == []
    alone = imported(closing_on("2026-12-20"), closing_on("2026-12-20"))
    assert "milestones" not in of_version(alone, before=None)["tender"]


def test_who_follows_is_reminded_of_the_first_lots(version):
    person = make.member(make.supplier(), language="en")
    engine.drain(make.NOW)
    following.follow(version.notice.procurement, by=person, at=make.NOW)
    closing_soon.remind(FIRST - timedelta(days=8))
    assert not Notification.objects.filter(recipient=person, event__kind="closing-soon").exists()
    closing_soon.remind(FIRST - timedelta(days=6))
    told = Notification.objects.filter(recipient=person, event__kind="closing-soon").select_related(
        "event", "recipient"
    )
    [line] = [kinds.line(each, "en") for each in kinds.with_subjects(told)]
    assert line.title.startswith("The first lots close Tuesday 1 December 2026")
