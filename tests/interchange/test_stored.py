"""Every notice beside the project, stored: what stands in the database is what the truth tables say."""

import contextlib
import random

import pytest
from django.db import transaction

from interchange import receiving, unpacking
from interchange.eforms.document import NotReadable
from interchange.eforms.reader import read
from interchange.importing import import_notice
from procurements.models import NoticeVersion
from tests import make
from tests.interchange import states
from tests.interchange.stored import differences
from tests.interchange.truth import CASES, rows

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not CASES.is_dir(), reason="The notices beside the project are not here: set ARENA_CASES_DIR."),
]


def import_all():
    return receiving.receive(unpacking.find([CASES]), source="test", at=make.NOW)


def versions():
    """By BT-701 and BT-757."""
    found = NoticeVersion.objects.select_related("notice__procurement").prefetch_related(
        "lots", "texts", "buyers__organisation", "lot_results", "contracts", "winners__organisation", "notice__links"
    )
    return {(version.notice.source_id, version.source_version): version for version in found}


def test_what_is_stored_is_what_the_tables_say_and_a_second_reading_writes_nothing():
    job = import_all()
    assert job.summary["new"] == 112
    assert job.summary["skipped"] == 1
    failed = job.files.filter(outcome="failed")
    assert {name.split("/")[1].split("_")[0] for name in failed.values_list("name", flat=True)} == {"INVALID"}
    assert set(failed.values_list("reason", flat=True)) == {"The notice has no identifier (BT-701)."}
    found = versions()
    wrong = {
        row["filename"]: differences(found[row["notice_id"], row["version"]], row)
        for _, row in rows()
        if (row["notice_id"], row["version"]) in found
    }
    assert len(wrong) == 112
    assert {name: columns for name, columns in wrong.items() if columns} == {}

    before = states.everything()
    again = import_all()
    assert again.summary["unchanged"] == 112
    after = states.everything()
    changed = {table for table in before if before[table] != after[table]}
    assert changed == {"records_job", "interchange_importedfile"}  # what an import says of itself


def told_after(order):
    """What stands in the database when the notices came in that order; nothing of it stays."""
    with transaction.atomic():
        for facts in order:
            with contextlib.suppress(NotReadable):
                import_notice(facts, source="test", at=make.NOW)
        found = states.told()
        transaction.set_rollback(True)
    return found


@pytest.mark.slow
def test_the_order_in_which_notices_come_makes_no_difference():
    everything = []
    for path in sorted(CASES.rglob("*.xml")):
        with contextlib.suppress(NotReadable):
            everything.append(read(path.read_bytes()))
    found = []
    for seed in range(4):
        order = list(everything)
        if seed:
            random.Random(seed).shuffle(order)
        found.append(told_after(order))
    first, *shuffled = found
    for other in shuffled:
        assert other == first
