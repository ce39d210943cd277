import resource
import subprocess
import sys
import tempfile

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from files import inspecting, limits
from files.inspecting import inspect
from files.refusals import SENTENCES, Refused, sentence_of
from tests.files import corpus as c


def refused(name, content=b"text"):
    with pytest.raises(Refused) as why:
        inspect(SimpleUploadedFile(name, content))
    return why.value


def test_the_name_comes_back_in_one_form_of_unicode():
    inspected = inspect(SimpleUploadedFile("A\u030are.pdf", c.pdf()))
    assert (inspected.name, inspected.size, len(inspected.sha256)) == ("Åre.pdf", len(c.pdf()), 64)


@pytest.mark.parametrize("name", ["a.pdf.exe", "a.exe", "a.docm", "a.svg", "a.html", "a.rtf", "a.doc", "a", "a．pdf"])
def test_an_ending_that_is_not_accepted_is_told_what_is(name):
    why = refused(name)
    assert why.code == "type"
    assert "PDF, DOCX" in str(why)


def test_a_file_of_the_largest_size_is_taken_and_one_byte_more_is_not(settings):
    settings.FILE_MAX_MEGABYTES = 1
    assert inspect(SimpleUploadedFile("a.txt", b"x" * 1_000_000)).size == 1_000_000
    why = refused("a.txt", b"x" * 1_000_001)
    assert why.code == "too-big"
    assert "1 MB" in str(why)


def test_an_empty_file_is_refused():
    assert refused("a.txt", b"").code == "empty"


def test_an_upload_is_looked_into_once():
    upload = SimpleUploadedFile("a.pdf", c.pdf())
    first = inspect(upload)
    upload.name = (
        "b.exe"  # nothing changes it between form and verb; if it did, the answer would still be the first one
    )
    assert inspect(upload) is first


def test_a_bomb_costs_less_than_five_seconds_and_little_memory():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert refused("a.zip", c.archive({"a.txt": b" " * 60_000_000})).code == "bomb"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 5


def test_a_file_that_takes_more_memory_than_the_process_may_is_refused():
    with tempfile.TemporaryFile() as huge:
        huge.truncate(900_000_000)  # a hole: it takes no disk
        with pytest.raises(Refused) as why:
            inspecting._judged(huge.fileno(), "txt")
    assert why.value.code == "too-complex"


def test_a_process_that_takes_too_long_is_stopped():
    spin = "import resource, sys; sys.path.insert(0, sys.argv[1]); resource.setrlimit(resource.RLIMIT_CPU, (1, 1))"
    spin += "; from files.sniffing import child; child.limit()\nwhile True: pass"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", spin, str(settings.BASE_DIR)], timeout=30)
    assert done.returncode < 0


def test_the_process_may_write_nothing():
    write = "import sys; sys.path.insert(0, sys.argv[1]); from files.sniffing import child; child.limit()"
    write += "; file = open(sys.argv[2], 'w'); file.write('x'); file.flush()"
    with tempfile.NamedTemporaryFile() as place:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", write, str(settings.BASE_DIR), place.name], capture_output=True
        )
        assert done.returncode != 0
        assert place.read() == b""


@pytest.mark.parametrize("code", SENTENCES)
def test_every_refusal_says_what_to_do(code):
    assert "%(" not in sentence_of(code)
    assert sentence_of(code).count(". ") >= 1 or ", " in sentence_of(code)


def test_limits_are_said_before_anything_is_chosen():
    assert limits.sentence(1).startswith("One file of at most 50 MB.")
    assert limits.sentence(5).startswith("Up to 5 files of at most 50 MB each.")
