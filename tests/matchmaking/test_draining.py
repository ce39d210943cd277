"""engine.drain: the queue is the absence of a row, and nothing blocks it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from matchmaking import announcing, engine
from matchmaking.models import MatchFailure, MatchRun, NewsFailure, due
from procurements import closing
from tests import make

pytestmark = pytest.mark.django_db

# A fault of the database, for one version alone: nothing of ours is replaced.
POISON = """
create function poison() returns trigger language plpgsql as $$
begin
    if new.version_id = %d then raise exception 'poisoned'; end if;
    return new;
end $$;
create trigger poison before update on matchmaking_matchrun for each row execute function poison();
"""


def test_drain_matches_all_that_is_due_and_then_nothing(at):
    make.subscription()
    for _each in range(3):
        make.notice()
    assert engine.drain(at) == 3
    assert engine.drain(at) == 0


def test_the_application_s_own_role_matches_many_together(at, settings, caplog):
    make.subscription()
    for _each in range(3):
        make.notice()
    call_command("grant_app_role")
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {settings.APP_ROLE}")  # versions are frozen: it may not lock their rows
    assert engine.drain(at) == 3
    assert "one by one" not in caplog.text


def test_a_draft_is_not_due(at):
    make.notice(published=False)
    assert not due(at).exists()


def test_only_the_version_that_the_public_reads_is_due(at):
    from tests.matchmaking.test_matching import amend

    notice = make.notice()
    amend(notice, title="Nytt namn", at=at)
    assert [version.number for version in due(at)] == [2]


def test_a_poisoned_version_holds_nothing_up_and_is_tried_again_later_and_later(at):
    poisoned, sound = make.notice().current_version_id, make.notice().current_version_id
    with connection.cursor() as cursor:
        cursor.execute(POISON % poisoned)
    assert engine.drain(at) == 1
    assert list(MatchRun.objects.values_list("version", flat=True)) == [sound]
    failure = MatchFailure.objects.get()
    assert (failure.version_id, failure.attempts, failure.next_at) == (poisoned, 1, at + timedelta(seconds=10))
    assert "poisoned" in failure.error
    assert not due(at + timedelta(seconds=9)).exists()

    engine.drain(at + timedelta(seconds=10))
    failure.refresh_from_db()
    assert (failure.attempts, failure.next_at) == (2, at + timedelta(seconds=30))

    with connection.cursor() as cursor:
        cursor.execute("drop trigger poison on matchmaking_matchrun")
    assert engine.drain(at + timedelta(seconds=30)) == 1
    assert not MatchFailure.objects.exists()


def test_a_failure_of_what_another_worker_has_done_or_of_an_earlier_version_waits_no_longer(at):
    from tests.matchmaking.test_matching import amend

    done, replaced = make.notice(), make.notice()
    failed = {"error": "IntegrityError", "failed_at": at, "next_at": at + timedelta(hours=1)}
    MatchFailure.objects.create(version=replaced.current_version, **failed)
    amend(replaced, title="Nytt namn", at=at)
    engine.drain(at)
    MatchFailure.objects.create(version=done.current_version, **failed)
    closing.close(done, reason="Vi gör om.", by=done.edited_by, at=at)
    announcing.drain(at)
    NewsFailure.objects.create(news=done.news.get(), **failed)
    engine.drain(at)
    announcing.drain(at)
    assert not MatchFailure.objects.exists()
    assert not NewsFailure.objects.exists()
