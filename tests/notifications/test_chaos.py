"""The faults of quality 3.4 in small, on a PostgreSQL and a Valkey that may be killed: `python -m bench.chaos` has them whole.

One process runs them all, for its services are its own; each test reads what its fault broke.
"""

import json
import subprocess
import sys

import pytest

from tests.notifications.kit import ROOT, database_url

FAULTS = ("F1", "F4", "F8")


def what_broke(faults, directory):
    """Fault -> the sentences of what it broke."""
    report = directory / "report.json"
    command = [sys.executable, "-m", "bench.chaos", "--small", "--like", database_url(), "--report", str(report)]
    done = subprocess.run(
        [*command, "--only", ",".join(faults)], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    print(done.stdout[-4000:])  # pytest shows it when a test fails
    assert report.exists(), done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(report.read_text())


@pytest.fixture(scope="module")
def broken(tmp_path_factory, django_db_setup):
    return what_broke(FAULTS, tmp_path_factory.mktemp("chaos"))


def test_nothing_is_lost_or_doubled_when_workers_die_redis_forgets_postgresql_restarts_and_two_beats_beat(broken):
    assert broken["F1"] == []


@pytest.mark.slow
def test_the_chaos_run_fails_without_the_sweep_the_constraints_or_the_committed_claim(django_db_setup, tmp_path):
    assert what_broke(["F2"], tmp_path)["F2"] == []


def test_no_mail_is_doubled_when_the_broker_loses_patience_and_the_lease_runs_out_while_the_mail_server_thinks(broken):
    assert broken["F4"] == []


def test_pages_logins_publications_and_interests_go_on_while_redis_is_gone_or_hangs(broken):
    assert broken["F8"] == []
