import random
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from records import auditing, sealing
from records.models import AuditEvent, AuditSeal
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def anchor(settings, tmp_path):
    settings.ANCHOR_FILE = str(tmp_path / "anchor.log")
    return tmp_path / "anchor.log"


def write(count=20, days=1):
    person = make.user()
    for number in range(count):
        auditing.record(
            "notice.changed",
            person,
            by=person,
            at=make.NOW + timedelta(seconds=number),
            details={"to": f"å{number}", "n": [1, None]},
        )
        if days > 1 and number % (count // days) == 0:
            sealing.seal_due(make.NOW + timedelta(days=number))
    sealing.seal_due(make.NOW + timedelta(days=count))


def tamper(sql, *params):
    """As the owner of the tables could: the triggers and the foreign keys are off."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set session_replication_role = replica")
        try:
            cursor.execute(sql, params)
        finally:
            cursor.execute("set session_replication_role = origin")


def test_what_was_sealed_verifies():
    write()
    assert sealing.verify() is None
    call_command("audit_verify")


def test_sealing_twice_changes_nothing(anchor):
    write()
    before, lines = list(AuditSeal.objects.values_list("hash", flat=True)), anchor.read_text()
    assert sealing.seal_due(make.NOW) == 0
    assert list(AuditSeal.objects.values_list("hash", flat=True)) == before
    assert anchor.read_text() == lines


def test_an_empty_log_verifies():
    assert sealing.seal_due(make.NOW) == 0
    assert sealing.verify() is None


CHANGES = {
    "action": "'notice.deleted'",
    "subject_id": "subject_id || '1'",
    "actor_id": "null",
    "at": "at + interval '1 microsecond'",
    "details": 'details || \'{"to": "else"}\'',
    "acting_for_id": "7",
    "ip_prefix": "'10.0.0.0'",
    "subject_type": "'x.y'",
}


@pytest.mark.parametrize("seed", range(40))
def test_every_edit_deletion_reordering_and_tail_cut_is_found(seed):
    write(count=12, days=3)
    chance = random.Random(seed)
    events = list(AuditEvent.objects.order_by("id").values_list("id", flat=True))
    one, other = chance.sample(events, 2)
    kind = ["edit", "delete", "delete with seal", "reorder", "swap contents", "cut tail", "new seal"][seed % 7]
    if kind == "edit":
        column = chance.choice(sorted(CHANGES))
        tamper(f"update records_auditevent set {column} = {CHANGES[column]} where id = %s", one)
    elif kind == "delete":
        tamper("delete from records_auditevent where id = %s", one)
    elif kind == "delete with seal":
        tamper("delete from records_auditseal where event_id = %s", one)
        tamper("delete from records_auditevent where id = %s", one)
    elif kind == "reorder":
        first, second = (AuditSeal.objects.get(event=pk).sequence for pk in (one, other))
        tamper("update records_auditseal set sequence = -1 where event_id = %s", one)
        tamper("update records_auditseal set sequence = %s where event_id = %s", first, other)
        tamper("update records_auditseal set sequence = %s where event_id = %s", second, one)
    elif kind == "swap contents":
        tamper("update records_auditevent set id = -1 where id = %s", one)
        tamper("update records_auditevent set id = %s where id = %s", one, other)
        tamper("update records_auditevent set id = %s where id = -1", other)
    elif kind == "cut tail":
        keep = chance.randrange(len(events))
        tamper("delete from records_auditseal where event_id >= %s", events[keep])
        tamper("delete from records_auditevent where id >= %s", events[keep])
    else:  # one event is changed and its own seal is made to fit; the seals after it do not
        seal = AuditSeal.objects.get(event=events[chance.randrange(len(events) - 1)])
        tamper("update records_auditevent set action = 'x' where id = %s", seal.event_id)
        event = AuditEvent.objects.get(pk=seal.event_id)
        forged = sealing.link(seal.previous_hash, seal.sequence, seal.sealed_at, event)
        tamper("update records_auditseal set hash = %s where event_id = %s", forged, seal.event_id)
    assert sealing.verify() is not None, kind


def test_a_whole_new_chain_is_found_by_the_anchor():
    write()
    tamper("update records_auditevent set action = 'x'")
    tamper("delete from records_auditseal")
    while sealing._seal_batch(make.NOW):
        pass
    assert "anchor" in str(sealing.verify())


def test_a_lost_anchor_is_told(anchor):
    write()
    anchor.unlink()
    with pytest.raises(CommandError, match="no anchor"):
        call_command("audit_verify")


def test_an_anchor_that_cannot_be_written_is_told_by_its_age_and_tried_again(settings, tmp_path):
    (tmp_path / "file").write_text("")
    good, settings.ANCHOR_FILE = settings.ANCHOR_FILE, str(tmp_path / "file" / "anchor.log")
    person = make.user()
    auditing.record("notice.changed", person, by=person, at=make.NOW)
    with pytest.raises(OSError):
        sealing.seal_due(make.NOW)
    assert sealing.unanchored_for(make.NOW + timedelta(hours=25)) == timedelta(hours=25)
    settings.ANCHOR_FILE = good
    assert sealing.seal_due(make.NOW) == 0
    assert sealing.unanchored_for(make.NOW) is None
    assert sealing.verify() is None
