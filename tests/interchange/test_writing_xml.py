"""What was read is written so that it reads the same again; nothing that somebody typed breaks the document."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interchange.eforms.document import open_document
from interchange.eforms.facts import Change, Deadlines, Lot, Money, Text
from interchange.eforms.reader import NotProcurement, read
from interchange.eforms.writing_xml import element_of, possible, xml_of
from tests.interchange import notices
from tests.interchange.truth import CASES, rows

FILES = [(folder, row["filename"]) for folder, row in rows()]
SIMPLE = read(notices.notice(identifier="n-1", procedure_id="p-1"))


def through(facts):
    return read(xml_of(element_of(facts)))


@pytest.mark.skipif(not FILES, reason="The notices beside the project are not here: set ARENA_CASES_DIR.")
@pytest.mark.parametrize("folder", ["examples", "real", "synthetic"])
def test_every_notice_that_was_read_reads_the_same_from_what_is_written(folder):
    for name in (name for where, name in FILES if where == folder):
        try:
            facts = read((CASES / folder / name).read_bytes())
        except NotProcurement:
            continue
        assert through(facts) == facts, name


words = st.text(min_size=1, max_size=80).map(lambda text: possible(text).strip()).filter(bool)
texts = st.lists(st.tuples(st.sampled_from(["SWE", "NOB", "ENG"]), words), unique_by=lambda pair: pair[0]).map(
    lambda pairs: Text(tuple(pairs))
)
codes = st.lists(st.text("abcdefgh-", min_size=1, max_size=20), max_size=3, unique=True).map(tuple)
amounts = st.none() | st.builds(Money, st.decimals(0, 10**14, places=2), st.sampled_from(["SEK", "NOK", "EUR"]))
moments = st.none() | st.builds(
    lambda naive, minutes: naive.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes))),
    st.datetimes(datetime(1901, 1, 1), datetime(2999, 12, 30)),
    st.integers(-14 * 60, 14 * 60),
)
lots = st.builds(
    Lot,
    identifier=st.sampled_from(["LOT-0001", "LOT-0002"]),
    is_part=st.booleans(),
    title=texts.map(lambda text: Text(tuple((code, " ".join(said.split())) for code, said in text.versions))),
    description=texts,
    strategic=codes,
    innovation=codes,
    environment=codes,
    social=codes,
    gpp=codes,
    strategic_description=texts,
    value=amounts,
    framework_maximum=amounts,
    deadlines=st.builds(Deadlines, moments, moments, moments, moments, moments),
    performance_terms=texts,
    has_auction=st.none() | st.booleans(),
    duration=st.none() | st.integers(0, 999_999_999),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lots=st.lists(lots, max_size=2).map(tuple), description=texts, value=amounts, reasons=codes)
def test_whatever_a_notice_says_comes_back(lots, description, value, reasons):
    change = Change("n-0-01", reasons, description)
    facts = replace(SIMPLE, lots=lots, description=description, procedure_value=value, change=change, previous=())
    assert through(facts) == facts


@pytest.mark.parametrize(
    "words",
    [
        "]]><!-- & <b>\"'",
        "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
        "å" * 100_000,
        "a\u2028\U0001f600\u200b\ufeff!",
    ],
)
def test_words_stay_words(words):
    facts = replace(SIMPLE, description=Text((("SWE", words),)))
    assert through(facts).description.best() == words


def test_characters_that_xml_cannot_hold_are_left_out():
    facts = replace(SIMPLE, description=Text((("SWE", "a\x00\x0bb\x1f\ufffe\ud800c\td"),)))
    assert through(facts).description.best() == "abc\td"


def test_the_document_is_whole_and_declares_nothing():
    xml = xml_of(element_of(SIMPLE))
    assert xml.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert open_document(xml).getroottree().docinfo.internalDTD is None
