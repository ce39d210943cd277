"""How much is kept of what could not be taken, for how long, and how it goes."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from records import keeping, tasks
from records.models import KeptPost
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def anna():
    return make.user()


def keep(person, *, title="Ett behov", at=make.NOW, path="/en/procurements/new/", **more):
    return keeping.keep(person, path=path, fields=[("title", [title])], files=more.pop("files", {}), at=at, **more)


def paper(content=b"x"):
    return {"paper": [SimpleUploadedFile("a.txt", content, "text/plain")]}


def on_disk(place):
    return [each for each in place.rglob("*") if each.is_file()]


def test_a_form_is_found_by_its_person_alone(anna):
    post = keep(anna)
    assert keeping.find(anna, post.pk) == post
    assert keeping.find(make.user(), post.pk) is None
    assert list(keeping.waiting_for(anna)) == [post]


def test_the_newest_twenty_of_a_person_are_kept(anna):
    other = keep(make.user())
    for minute in range(25):
        keep(anna, title=str(minute), at=make.NOW + timedelta(minutes=minute))
    titles = [post.fields[0][1][0] for post in keeping.waiting_for(anna)]
    assert titles == [str(minute) for minute in range(24, 4, -1)]
    assert KeptPost.objects.filter(pk=other.pk).exists()


def test_fields_keep_their_order_and_all_their_values(anna):
    fields = [("zeta", ["1"]), ("alpha", ["2", "3"]), ("", [""])]
    post = keeping.keep(anna, path="/en/", fields=fields, files={}, at=make.NOW)
    post.refresh_from_db()
    assert post.fields == [["zeta", ["1"]], ["alpha", ["2", "3"]], ["", [""]]]


def test_a_week_later_it_is_gone_with_its_bytes(anna, place, django_capture_on_commit_callbacks):
    keep(anna, files=paper())
    young = keep(anna, at=make.NOW + timedelta(days=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert keeping.sweep(make.NOW + timedelta(days=7, seconds=1)) == 1
    assert list(KeptPost.objects.all()) == [young]
    assert on_disk(place) == []


def test_what_was_sent_again_stays_for_a_day(anna):
    post = keep(anna)
    keeping.restore(post, at=make.NOW)
    keeping.restore(post, at=make.NOW + timedelta(hours=5))  # a second click
    assert not keeping.waiting_for(anna).exists()
    assert keeping.sweep(make.NOW + timedelta(hours=23)) == 0
    assert keeping.sweep(make.NOW + timedelta(hours=25)) == 1


def test_what_was_saved_while_typing_on_the_same_page_goes_with_it(anna):
    page = {"page": "/en/procurements/x/edit/need/"}
    copy = keep(anna, path="/en/procurements/x/autosave/need/", is_by_script=True, **page)
    elsewhere = keep(anna, path="/en/procurements/y/autosave/need/", is_by_script=True, page="/en/procurements/y/")
    theirs = keep(make.user(), path="/en/procurements/x/autosave/need/", is_by_script=True, **page)
    keeping.restore(keep(anna, path=page["page"], **page), at=make.NOW)
    assert list(keeping.waiting_for(anna)) == [elsewhere]
    assert KeptPost.objects.waiting().filter(pk=theirs.pk).exists()
    copy.refresh_from_db()
    assert copy.restored_at == make.NOW


def test_bytes_that_no_row_knows_are_swept_when_an_hour_old(anna, place):
    keep(anna, files=paper())
    anna.delete()
    later = timedelta(hours=2)
    from django.utils import timezone

    keeping.sweep(timezone.now())
    assert len(on_disk(place)) == 1  # a request may be writing its row this minute
    keeping.sweep(timezone.now() + later)
    assert on_disk(place) == []


def test_throwing_away_takes_the_bytes_and_may_be_repeated(anna, place, django_capture_on_commit_callbacks):
    post = keep(anna, files=paper())
    with django_capture_on_commit_callbacks(execute=True):
        keeping.discard(post)
        keeping.discard(post)
    assert on_disk(place) == []


def test_a_form_that_is_kept_again_goes_on_in_its_row_with_its_files(anna):
    post = keep(anna, files=paper())
    again = keep(anna, title="Ett bättre ord", path=keeping.address(post), at=make.NOW + timedelta(hours=1))
    assert again == post
    assert again.path == "/en/procurements/new/"
    assert again.fields == [["title", ["Ett bättre ord"]]]
    assert [file.name for file in again.files.all()] == ["a.txt"]


def test_nobody_goes_on_in_the_row_of_another(anna):
    post = keep(anna)
    other = make.user()
    theirs = keep(other, path=keeping.address(post))
    assert theirs != post
    post.refresh_from_db()
    assert post.user == anna


@pytest.mark.parametrize(
    ("path", "bare", "named"),
    [
        ("/en/x/", "/en/x/", ""),
        ("/en/x/?step=2&q=", "/en/x/?step=2&q=", ""),
        ("/en/x/?kept=7", "/en/x/", "7"),
        ("/en/x/?step=2&kept=7&q=", "/en/x/?step=2&q=", "7"),
    ],
)
def test_the_name_is_told_apart_from_the_address(path, bare, named):
    assert keeping.split(path) == (bare, named)


def test_the_beat_sweeps(anna, settings):
    keep(anna)
    with time_machine.travel(make.NOW + timedelta(days=8)):
        tasks.sweep_kept()
    assert not KeptPost.objects.exists()
    assert "records.sweep_kept" in {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}
