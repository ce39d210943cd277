"""The list as a file: the same rows as on the page, in CSV, JSON and XLSX (E14)."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from interchange.api import tables
from interchange.api.tables import COLUMNS, Table
from procurements.browsing import Browse
from tests import make

pytestmark = pytest.mark.django_db
EVIL = '=HYPERLINK("http://evil.example";"Klicka")'


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(make.NOW + timedelta(minutes=1), tick=False):
        yield


@pytest.fixture
def notices():
    buyer = make.buyer(name="+46 kommun")
    return [
        make.notice(
            buyer=buyer, title=EVIL, deadline_at=datetime(2027, 3, 27, 22, 59, tzinfo=UTC), value=1250.5, currency="SEK"
        ),
        make.notice(kind="competition", title="Trygghet; hemma"),
    ]


def download(form, query="", language="en"):
    answer = Client().get(f"/{language}/interchange/notices/download.{form}?{query}")
    assert answer.status_code == 200
    return answer


def page(query=""):
    rows = Client().get(f"/en/procurements/?{query}").context["rows"]
    return [row["notice"].code for row in rows]


def lines(answer, delimiter=","):
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=delimiter))


class TestCsv:
    def test_it_has_the_rows_of_the_page_for_a_spreadsheet(self, notices):
        answer = download("csv")
        assert answer.getvalue().startswith(b"\xef\xbb\xbf")
        assert 'attachment; filename="notices-2026-11-22.csv"' in answer["Content-Disposition"]
        head, *rows = lines(download("csv"))
        assert len(head) == len(COLUMNS) == len(rows[0])
        assert [row[0] for row in rows] == page()

    def test_no_cell_is_a_formula(self, notices):
        for _head, *rest in [lines(download("csv"))]:
            cells = [cell for row in rest for cell in row]
            assert "'" + EVIL in cells
            assert "'+46 kommun" in cells
            assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]

    def test_it_is_written_as_the_languages_spreadsheets_read(self, notices):
        rows = {row[0]: row for row in lines(download("csv", language="sv"), ";")}
        assert "1250,5" in rows[notices[0].code]

    def test_it_answers_the_question_of_the_page(self, notices):
        _head, *rows = lines(download("csv", "kind=competition"))
        assert [row[0] for row in rows] == page("kind=competition") == [notices[1].code]

    def test_moments_have_an_offset(self, notices):
        text = download("csv").getvalue().decode()
        assert "2027-03-27T23:59+01:00" in text

    def test_drafts_are_not_in_it(self):
        make.notice(published=False)
        assert len(lines(download("csv", "state=all"))) == 1


class TestJson:
    def test_it_is_the_short_form_of_the_api(self, notices):
        said = json.loads(download("json").getvalue())
        assert [item["code"] for item in said["items"]] == page()
        assert (said["most"], said["is_cut"]) == (20_000, False)
        listed = Client().get("/api/v1/notices?lang=en").json()["items"]
        assert said["items"] == listed

    def test_nothing_found_is_a_whole_file(self):
        assert json.loads(download("json").getvalue())["items"] == []


class TestXlsx:
    def test_it_reads_back(self, notices):
        book = load_workbook(io.BytesIO(download("xlsx").getvalue()))
        head, *rows = book["Notices"].iter_rows(values_only=True)
        assert [row[0] for row in rows] == page()
        row = dict(zip(head, next(row for row in rows if row[0] == notices[0].code), strict=True))
        assert row["Title"] == "'" + EVIL
        assert row["Deadline"] == datetime(2027, 3, 27, 23, 59)
        assert row["Value"] == 1250.5
        meanings = list(book["What the columns mean"].iter_rows(values_only=True))
        assert [one[0] for one in meanings[: len(head)]] == list(head)
        assert all(one[1] for one in meanings[: len(head)])
        assert not [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]


class TestLimits:
    def test_a_file_that_is_cut_says_so(self, notices):
        table = Table(Browse(), "en", make.NOW, most=1)
        assert len(b"".join(tables.as_csv(table)).decode().splitlines()) == 3
        assert "1 row at most" in b"".join(tables.as_csv(table)).decode()
        assert json.loads(b"".join(tables.as_json(table)))["is_cut"] is True
        with tables.as_xlsx(table) as file:
            sheets = load_workbook(file)
        assert sheets["Notices"].max_row == 2
        assert "1 row at most" in str(sheets["What the columns mean"].cell(len(COLUMNS) + 1, 2).value)

    def test_the_number_of_queries_does_not_grow_with_the_rows(self, django_assert_max_num_queries):
        make.notice()
        with django_assert_max_num_queries(15) as few:
            download("csv").getvalue()
        for number in range(5):
            make.notice(title=f"Behov {number}")
        with django_assert_max_num_queries(len(few)):
            download("csv").getvalue()

    @pytest.mark.parametrize("form", ["pdf", "csvx", "x"])
    def test_other_forms_there_are_none(self, form):
        assert Client().get(f"/en/interchange/notices/download.{form}").status_code == 404
