import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Duty
from arena import watching
from files import health, scanning, storing, sweeping
from files.models import StoredFile
from files.refusals import Refused
from files.tasks import scan_due
from records.models import AuditEvent
from tests import make
from tests.files import corpus

pytestmark = pytest.mark.django_db
SICK = b"Behov\n" + corpus.EICAR


@pytest.fixture
def away(settings, tmp_path):
    settings.CLAMD = f"unix://{tmp_path}/nobody.sock"


@pytest.fixture
def held(settings, tmp_path, received):
    """`held("a.txt", b"...")`: a file that came while the scanner was away."""

    def receive(*arguments, **fields):
        before, settings.CLAMD = settings.CLAMD, f"unix://{tmp_path}/nobody.sock"
        file = received(*arguments, **fields)
        settings.CLAMD = before
        assert file.state == "held"
        return file

    return receive


def ask_again():
    return scanning.scan_due(timezone.now, until=timezone.now() + timedelta(minutes=1))


def test_a_clean_file_is_ready_when_the_scanner_has_heard_all_of_it(scanner, received):
    content = b"Behov\n" * 50_000
    file = received("a.txt", content)
    assert (file.state, file.scanned_at) == ("ready", make.NOW)
    assert scanner.heard == [content]


def test_a_virus_is_refused_and_its_bytes_are_gone(scanner, received, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Refused) as why:
        received("a.txt", SICK)
    assert why.value.code == "malware"
    assert "harmful" in str(why.value)
    file = StoredFile.objects.get()
    assert (file.state, file.refusal) == ("refused", "malware")
    assert list(storing.everything()) == []
    assert sweeping.verify_media() == []
    event = AuditEvent.objects.get(action="file.refused")
    assert event.details["signature"] == "Eicar-Test-Signature"


@pytest.mark.parametrize("manner", ["closes", "has an error"])
def test_a_scanner_that_gives_no_answer_holds_the_file(scanner, received, manner):
    scanner.manner = manner
    file = received()
    assert (file.state, file.scanned_at, file.is_ready) == ("held", None, False)
    assert AuditEvent.objects.get(action="file.received").details["is_held"] is True
    assert sweeping.verify_media() == []


def test_a_scanner_that_is_slow_holds_the_file_and_not_the_person(scanner, received, monkeypatch):
    scanner.manner = "is slow"
    monkeypatch.setattr(scanning, "SECONDS_IN_A_REQUEST", 0.2)
    assert received().state == "held"


def test_a_scanner_that_is_not_there_holds_the_file(away, received):
    assert received().state == "held"
    assert health.count_held() == 1


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "unix:///nowhere/clamd.sock"])
def test_an_address_that_nobody_answers_is_a_scanner_that_is_away(settings, address):
    settings.CLAMD = address
    with pytest.raises(scanning.Away):
        scanning.look(uuid.uuid4(), within=1)


@pytest.mark.parametrize("manner", ["has a limit", "gives up on its limits"])
def test_a_file_that_the_scanner_will_never_read_whole_is_refused(scanner, received, manner):
    scanner.manner = manner
    with pytest.raises(Refused) as why:
        received("a.txt", b"x" * 3_000_000)
    assert why.value.code == "unscannable"


def test_what_was_held_is_released_when_the_scanner_is_back(scanner, held):
    file = held()
    assert ask_again() == 1
    file.refresh_from_db()
    assert file.state == "ready"
    assert file.scanned_at
    assert AuditEvent.objects.filter(action="file.released", subject_id=str(file.pk)).count() == 1
    assert ask_again() == 0


def test_what_was_held_and_is_sick_is_refused_later(scanner, held, django_capture_on_commit_callbacks):
    file = held("a.txt", SICK)
    with django_capture_on_commit_callbacks(execute=True):
        ask_again()
    file.refresh_from_db()
    assert (file.state, file.refusal) == ("refused", "malware")
    assert list(storing.everything()) == []


def test_while_the_scanner_is_away_files_stay_held(away, received):
    received()
    assert ask_again() == 0
    assert health.count_held() == 1


def test_switching_the_scanner_off_releases_nothing(scanner, held, settings):
    file = held()
    settings.CLAMD = ""
    assert ask_again() == 0
    file.refresh_from_db()
    assert file.state == "held"


def test_a_file_that_the_scanner_chokes_on_delays_no_other(scanner, held):
    choking = held("a.txt", b"first", at=make.NOW)
    fine = held("b.txt", b"second", at=make.NOW + timedelta(minutes=1))
    scanner.manner = "chokes on the first"
    assert ask_again() == 1
    assert set(StoredFile.objects.held()) == {choking}
    fine.refresh_from_db()
    assert fine.state == "ready"


def test_the_task_asks_about_what_is_held(scanner, held):
    held()
    scan_due()
    assert health.count_held() == 0


def test_the_age_of_the_oldest_held_file_is_known(away, received):
    assert health.oldest_held(make.NOW) is None
    received(at=make.NOW - timedelta(minutes=7))
    assert health.oldest_held(make.NOW) == timedelta(minutes=7)


@pytest.mark.parametrize(("minutes", "status"), [(3, "ready"), (7, "degraded")])
def test_readiness_is_degraded_by_a_file_that_has_waited_for_long(away, received, client, minutes, status, monkeypatch):
    monkeypatch.setattr(watching, "UP_SINCE", timezone.now())  # no worker beats here
    received(at=timezone.now() - timedelta(minutes=minutes))
    assert client.get("/readyz").json()["status"] == status
    assert "files_held" not in client.get("/readyz").json()
    client.force_login(make.user(duty=Duty.ADMIN))
    assert client.get("/readyz").json()["files_held"] == 1
