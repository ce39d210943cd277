"""Hostile and broken files (tests/interchange/hostile.py): each ends in one sentence or is read harmlessly, with nothing fetched."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from interchange.eforms.reader import NotProcurement, read
from tests.interchange import hostile

CASES = hostile.cases(port=9)


@pytest.fixture(scope="module")
def told():
    """{case: what became of it}, and how often somebody called at the address that the cases name."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        command = [sys.executable, "-m", "tests.interchange.hostile", str(port)]
        root = Path(__file__).resolve().parents[2]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=True)
        listener.settimeout(0.01)
        with pytest.raises(TimeoutError):
            listener.accept()
    return {row.pop("name"): row for row in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("name", CASES)
def test_what_a_stranger_sends_is_refused_in_a_sentence_or_read_harmlessly(told, name):
    expected, found = CASES[name][1], told[name]
    assert "fault" not in found
    if expected is None:
        assert found["sentence"].endswith(".")
    else:
        assert found["title"] == expected
    assert found["seconds"] < hostile.SECONDS
    assert found["kilobytes"] < hostile.MEGABYTES * 1000
    assert found["touched"] == []


def test_there_are_as_many_cases_as_the_goal_asks_for():
    assert len(CASES) >= 43


def test_a_companys_registration_is_known_as_such():
    xml = b"""<BusinessRegistrationInformationNotice
        xmlns="http://data.europa.eu/p27/eforms-business-registration-information-notice/1"/>"""
    with pytest.raises(NotProcurement, match="registers a company"):
        read(xml)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nothing", "The file is empty."),
        ("another XML", "The file is XML, but no eForms notice."),
        ("cut off", "The file is not well-formed XML."),
        ("UTF-7", "The file is written in an encoding that no notice has."),
        ("a harmless DTD", "The file declares a document type (DTD), which no notice does."),
        ("20 MB of text", "The file has more than 10 MB; no notice is that big."),
        ("a crowd of winners", "The notice has more lots, organisations or contracts than any notice has."),
    ],
)
def test_the_sentence_says_what_is_wrong(told, name, sentence):
    assert told[name]["sentence"] == sentence
