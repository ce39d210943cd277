import os
import uuid
from datetime import timedelta

import pytest
from django.db import transaction

from files import counting, storing, sweeping
from files.models import DownloadCount, StoredFile
from files.tasks import sweep_due
from procurements.models import Document
from tests import make

pytestmark = pytest.mark.django_db
DAY_LATER = make.NOW + timedelta(days=1, minutes=1)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What happens after the commit happens at the end of `with committed():`."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def used(file):
    return Document.objects.create(
        notice=make.notice(published=False), file=file, title=file.name, position=1, added_at=make.NOW
    )


def strays_of_age(age, *paths):
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        moment = (make.NOW - age).timestamp()
        os.utime(path, (moment, moment))


def test_a_file_that_nobody_uses_is_discarded_with_its_bytes_and_counts(received, committed):
    file = received()
    counting.count(file, at=make.NOW)
    with committed():
        assert sweeping.discard(file) is True
    assert not StoredFile.objects.exists()
    assert not DownloadCount.objects.exists()
    assert list(storing.everything()) == []
    assert sweeping.discard(file) is True


def test_a_file_that_is_used_survives(received, committed):
    file = received()
    used(file)
    with committed():
        assert sweeping.discard(file) is False
    assert storing.path_of(file.pk).exists()
    assert sweeping.verify_media() == []


def test_bytes_stay_when_the_transaction_that_discards_is_undone(received):
    file = received()
    with transaction.atomic():
        sweeping.discard(file)
        transaction.set_rollback(True)
    assert storing.path_of(file.pk).exists()
    assert StoredFile.objects.filter(pk=file.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_what_nobody_points_to_goes_after_a_day(received):
    kept, loose = received("a.pdf"), received("b.pdf")
    used(kept)
    assert sweeping.sweep(make.NOW + timedelta(hours=23)) == 0
    assert sweeping.sweep(DAY_LATER) == 1
    assert list(StoredFile.objects.all()) == [kept]
    assert not storing.path_of(loose.pk).exists()
    assert sweeping.verify_media(reads_content=True) == []


def test_old_bytes_without_a_row_go_and_new_ones_wait(media):
    old, half, new = (storing.path_of(uuid.uuid4()) for _ in range(3))
    half = half.with_suffix(storing.HALF)
    strays_of_age(timedelta(hours=2), old, half, media / "ab" / "cd" / "something.exe")
    strays_of_age(timedelta(minutes=5), new)
    assert sweeping.sweep(make.NOW) == 3
    assert [path for path, _at in storing.everything()] == [new]


def test_the_sweep_touches_no_bytes_that_a_row_keeps(received, media):
    file = received()
    long_ago = (make.NOW - timedelta(days=400)).timestamp()
    os.utime(storing.path_of(file.pk), (long_ago, long_ago))
    assert sweeping.sweep(make.NOW) == 0
    assert storing.path_of(file.pk).exists()


def test_what_lies_beside_our_folder_is_not_ours(media):
    other = media.parent / "kept" / "a" / "b"
    strays_of_age(timedelta(days=9), other)
    assert sweeping.sweep(make.NOW) == 0
    assert other.exists()


def test_the_task_sweeps(received):
    received(at=make.NOW - timedelta(days=4000))
    sweep_due()
    assert not StoredFile.objects.exists()


def test_the_invariant_tells_what_does_not_fit(received):
    gone, changed, fine = received("a.pdf"), received("b.pdf"), received("c.pdf")
    storing.remove(gone.pk)
    path = storing.path_of(changed.pk)
    path.write_bytes(path.read_bytes().replace(b"Catalog", b"Katalog"))
    stray = storing.path_of(uuid.uuid4())
    strays_of_age(timedelta(0), stray)
    assert sweeping.verify_media() == [
        f"{stray.name} lies in media and has no row that keeps it",
        f"{gone.pk} has a row and no bytes",
    ]
    assert f"{changed.pk} has other bytes than were received" in sweeping.verify_media(reads_content=True)
    assert str(fine.pk) not in str(sweeping.verify_media(reads_content=True))


def test_the_sweep_asks_the_database_a_fixed_number_of_times(received, django_assert_max_num_queries):
    for n in range(8):
        used(received(f"{n}.pdf"))
    with django_assert_max_num_queries(4):
        sweeping.sweep(DAY_LATER)
