import csv
import io
from decimal import Decimal

import pytest

from networks.csv_files import csv_of


def read(rows, language="sv"):
    text = csv_of(rows, language).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter="," if language == "en" else ";"))


@pytest.mark.parametrize(
    "payload",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "  =1+1",
        "\xa0=1+1",
        "=cmd|' /C calc'!A0",
        '=HYPERLINK("x")',
        "a;=1+1",
        '";=1+1',
    ],
)
def test_no_cell_begins_as_a_formula(payload):
    [[cell]] = read([[payload]])
    assert cell in (payload, f"'{payload}")
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("name", ["Ås kommun", "12 träd", "O'Neill", "a=b", "e-post", "Östersund; Åre"])
def test_what_is_no_formula_stays_as_it_is(name):
    assert read([[name]]) == [[name]]


def test_numbers_are_written_as_the_spreadsheet_of_the_language_reads_them():
    assert read([[Decimal("1234.50"), -3]]) == [["1234,50", "-3"]]
    assert read([[Decimal("1234.50"), -3]], "en") == [["1234.50", "-3"]]
    assert csv_of([["Å"]], "nb").startswith(b"\xef\xbb\xbf")
