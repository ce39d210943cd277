from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxonomy.codes import cpv_ancestors, cpv_level, cpv_prefix, is_broad, nuts_ancestors


@pytest.mark.parametrize(
    ("code", "prefix"),
    [("33196000", "33196"), ("33000000", "33"), ("30000000", "30"), ("33196101", "33196101"), ("03100000", "031")],
)
def test_trailing_zeros_are_cut_but_a_division_keeps_two_digits(code, prefix):
    assert cpv_prefix(code) == prefix


def test_ancestors_go_from_the_division_to_the_code():
    assert cpv_ancestors("33196000") == ["33", "331", "3319", "33196"]
    assert cpv_ancestors("30000000") == ["30"]


def test_regions_go_from_the_country_to_the_region():
    assert nuts_ancestors("SE224") == ["SE", "SE2", "SE22", "SE224"]
    assert nuts_ancestors("SE") == ["SE"]


@pytest.mark.parametrize("junk", ["", "n.a.", "33196000-2", "3319", "se224", "00", "٣٣١٩٦٠٠٠"])
def test_a_malformed_code_is_kept_as_it_is(junk):
    assert cpv_prefix(junk) == junk
    assert cpv_ancestors(junk) == [junk]


@given(st.text())
def test_any_text_has_ancestors_that_end_with_itself(text):
    assert nuts_ancestors(text)[-1] == text
    assert cpv_ancestors(text)[-1] == cpv_prefix(text)


@given(st.from_regex(r"[0-9]{8}", fullmatch=True))
def test_every_ancestor_begins_the_next(code):
    chain = cpv_ancestors(code)
    assert all(later.startswith(earlier) for earlier, later in pairwise(chain))
    assert code.startswith(chain[-1])
    assert cpv_level(code) == len(chain)


def test_a_division_alone_is_too_broad():
    assert is_broad("33000000")
    assert is_broad("30000000")
    assert not is_broad("33100000")
    assert not is_broad("junk")
