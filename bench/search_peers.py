"""Other ways to answer the same question of the list, over the same notices: a page of 25, the total, six counts.

tantivy (a search library in Rust, where it is installed) and FTS5 of SQLite hold the words and the codes in an index of their own;
two views of PostgreSQL are what a first Django application does: `icontains` over the text, and full text search with ts_rank over
every hit. None of them keeps versions, languages apart, or what is open by the clock.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.corpus import FIRST, Made

PAGE = 25
FACETS = ("kind", "country", "region", "goal", "procedure", "innovation")


class Question(NamedTuple):
    """What is asked: words that must all stand in the notice, a CPV division, a country, and only what is open."""

    words: tuple[str, ...] = ()
    division: str = ""
    country: str = ""
    is_open: bool = False

    @property
    def required(self) -> list[str]:
        found = [f"P{self.division}"] if self.division else []
        found += [f"C{self.country}"] if self.country else []
        return found + (["open"] if self.is_open else [])


class Found(NamedTuple):
    ids: list[int]
    total: int
    counts: dict[str, dict[str, int]]


class Row(NamedTuple):
    """A notice as the peers keep it: `codes` are what is filtered by, `facets` what is counted."""

    id: int
    title: str
    body: str
    codes: list[str]
    facets: dict[str, str]
    published: int  # days; more is newer


Rows = Callable[[], Iterable[Row]]
Way = Callable[[Question], Found]


@contextmanager
def once(directory: Path) -> Iterator[bool]:
    """Whether it must be filled: not where an earlier run did so to the end."""
    done = directory / "done"
    is_new = not done.exists()
    if is_new:
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
    yield is_new
    done.touch()


def row(number: int, made: Made, facets: dict[str, str], *, is_open: bool, published: int) -> Row:
    codes = [f"P{made.cpv[:2]}", f"C{facets['country']}"] + (["open"] if is_open else [])
    return Row(FIRST + number, " ".join(made.words[:5]), " ".join(made.words[5:]), codes, facets, published)


class Tantivy:
    """Words and codes are terms of one field each; facets are columns. Ranked by BM25, in memory-mapped files."""

    name = "tantivy"

    def __init__(self, directory: Path, rows: Rows) -> None:
        import tantivy

        self.library = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("id", stored=True)
        builder.add_integer_field("published", fast=True)
        builder.add_text_field("title", tokenizer_name="whitespace")
        builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
        builder.add_text_field("codes", tokenizer_name="raw", index_option="basic")
        for name in FACETS:
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
        self.schema = builder.build()
        with once(directory) as is_new:
            index = tantivy.Index(self.schema, path=str(directory))
            if is_new:
                self._fill(index, rows())
        index.reload()
        self.searcher = index.searcher()
        self.counted = {name: {"terms": {"field": name, "size": 200}} for name in FACETS}

    def _fill(self, index: Any, rows: Iterable[Row]) -> None:
        writer = index.writer(400_000_000, 1)
        for each in rows:
            document = self.library.Document(id=each.id, published=each.published, title=each.title, body=each.body)
            for code in each.codes:
                document.add_text("codes", code)
            for name, value in each.facets.items():
                if value:
                    document.add_text(name, value)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def ask(self, question: Question) -> Found:
        must, query = self.library.Occur.Must, self.library.Query
        parts = [
            (
                must,
                query.boolean_query(
                    [
                        (
                            self.library.Occur.Should,
                            query.boost_query(query.term_query(self.schema, "title", word), 2.0),
                        ),
                        (self.library.Occur.Should, query.term_query(self.schema, "body", word)),
                    ]
                ),
            )
            for word in question.words
        ]
        parts += [
            (must, query.const_score_query(query.term_query(self.schema, "codes", code), 0.0))
            for code in question.required
        ]
        asked = query.boolean_query(parts) if parts else query.all_query()
        if question.words:
            found = self.searcher.search(asked, PAGE, count=True)
        else:
            found = self.searcher.search(asked, PAGE, count=True, order_by_field="published")
        ids = [self.searcher.doc(address)["id"][0] for _score, address in found.hits]
        counts = self.searcher.aggregate(asked, self.counted)
        return Found(
            ids,
            found.count or 0,
            {name: {each["key"]: each["doc_count"] for each in counts[name]["buckets"]} for name in FACETS},
        )


class Fts5:
    """SQLite: words and codes in one FTS5 table, the facets in an ordinary one that is joined and counted."""

    name = "SQLite FTS5"

    def __init__(self, directory: Path, rows: Rows) -> None:
        with once(directory) as is_new:
            self.base = sqlite3.connect(directory / "peer.sqlite")
            self.base.executescript(
                "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-2000000; PRAGMA mmap_size=8000000000;"
            )
            if is_new:
                self._fill(rows())

    def _fill(self, rows: Iterable[Row]) -> None:
        self.base.executescript(
            "DROP TABLE IF EXISTS words; DROP TABLE IF EXISTS facets;"
            "CREATE VIRTUAL TABLE words USING fts5(title, body, codes, content='', tokenize='ascii', detail='column');"
            f"CREATE TABLE facets (id INTEGER PRIMARY KEY, published INTEGER, {', '.join(FACETS)});"
        )
        marks = ", ".join("?" * (2 + len(FACETS)))
        for batch in batched(rows, 20_000):
            self.base.executemany(
                "INSERT INTO words (rowid, title, body, codes) VALUES (?, ?, ?, ?)",
                [(each.id, each.title, each.body, " ".join(each.codes)) for each in batch],
            )
            self.base.executemany(
                f"INSERT INTO facets VALUES ({marks})",
                [(each.id, each.published, *(each.facets[name] for name in FACETS)) for each in batch],
            )
        self.base.commit()
        self.base.executescript("INSERT INTO words (words) VALUES ('optimize'); ANALYZE;")

    def ask(self, question: Question) -> Found:
        terms = [f'"{word}"' for word in question.words] + [f'codes : "{code}"' for code in question.required]
        run = self.base.execute
        run("DROP TABLE IF EXISTS temp.hits")
        if terms:
            match = " AND ".join(terms)
            run("CREATE TEMP TABLE hits AS SELECT rowid AS id FROM words WHERE words MATCH ?", [match])
            source = "temp.hits JOIN facets USING (id)"
        else:
            source = "facets"
        total = run(f"SELECT count(*) FROM {source}").fetchone()[0]
        if question.words:
            page = run(
                f"SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, 2.0, 1.0, 0.0) LIMIT {PAGE}", [match]
            )
        else:
            page = run(f"SELECT id FROM {source} ORDER BY published DESC LIMIT {PAGE}")
        ids = [pk for (pk,) in page.fetchall()]
        counts = {
            name: dict(run(f"SELECT {name}, count(*) FROM {source} WHERE {name} <> '' GROUP BY 1").fetchall())
            for name in FACETS
        }
        return Found(ids, total, counts)


# What a first Django application keeps: a table with the text, its vector, and a column for each facet.
PLAIN = """
DROP TABLE IF EXISTS bench_plain;
CREATE TABLE bench_plain (id int8 PRIMARY KEY, title text NOT NULL, body text NOT NULL, cpv text NOT NULL, published int4 NOT NULL,
    deadline int4 NOT NULL, kind text NOT NULL, country text NOT NULL, region text NOT NULL, goal text NOT NULL,
    procedure text NOT NULL, innovation text NOT NULL, document tsvector);
"""


def load_plain(directory: Path, rows: Rows) -> None:
    with once(directory) as is_new:
        if is_new:
            _load_plain(rows())


def _load_plain(rows: Iterable[Row]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(PLAIN)
        with cursor.copy(
            "COPY bench_plain (id, title, body, cpv, published, deadline, kind, country, region, goal, procedure, innovation,"
            " document) FROM STDIN"
        ) as copy:
            for each in rows:
                words = dict.fromkeys(f"{each.title} {each.body}".split())
                facets = each.facets
                copy.write_row(
                    (
                        each.id, each.title, each.body, each.codes[0][1:], each.published, int("open" in each.codes),
                        *(facets[name] for name in FACETS), " ".join(words),
                    )
                )  # fmt: skip
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute("CREATE INDEX bench_plain_document ON bench_plain USING gin (document)")
        cursor.execute("CREATE INDEX bench_plain_published ON bench_plain (published)")
        cursor.execute("VACUUM ANALYZE bench_plain")


def plain(condition: Callable[[Question], tuple[str, list[Any]]], rank: str) -> Way:
    """A view that asks the same condition eight times: for its page, its total, and once for each facet."""

    def ask(question: Question) -> Found:
        from django.db import connection

        where, given = condition(question)
        if question.division:
            where, given = f"{where} AND cpv LIKE %s", [*given, f"{question.division}%"]
        if question.country:
            where, given = f"{where} AND country = %s", [*given, question.country]
        if question.is_open:
            where = f"{where} AND deadline = 1"
        order, more = (rank, given[:1]) if question.words and rank else ("published DESC", [])
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM bench_plain WHERE {where} ORDER BY {order} LIMIT {PAGE}", [*given, *more])
            ids = [pk for (pk,) in cursor.fetchall()]
            cursor.execute(f"SELECT count(*) FROM bench_plain WHERE {where}", given)
            total = cursor.fetchone()[0]
            counts = {}
            for name in FACETS:
                cursor.execute(f"SELECT {name}, count(*) FROM bench_plain WHERE {where} GROUP BY 1", given)
                counts[name] = {value: count for value, count in cursor.fetchall() if value}
        return Found(ids, total, counts)

    return ask


def by_vector(question: Question) -> tuple[str, list[Any]]:
    if not question.words:
        return "true", []
    return "document @@ %s::tsquery", [" & ".join(f"'{word}'" for word in question.words)]


def by_icontains(question: Question) -> tuple[str, list[Any]]:
    where, given = ["true"], []
    for word in question.words:
        where.append("(UPPER(title) LIKE UPPER(%s) OR UPPER(body) LIKE UPPER(%s))")
        given += [f"%{word}%", f"%{word}%"]
    return " AND ".join(where), given


def full_text(directory: Path, rows: Rows) -> Way:
    load_plain(directory, rows)
    return plain(by_vector, "ts_rank(document, %s::tsquery) DESC")


def icontains(directory: Path, rows: Rows) -> Way:
    load_plain(directory, rows)
    return plain(by_icontains, "")


def tantivy(directory: Path, rows: Rows) -> Way:
    return Tantivy(directory, rows).ask


def fts5(directory: Path, rows: Rows) -> Way:
    return Fts5(directory, rows).ask


def batched(rows: Iterable[Row], size: int) -> Iterable[list[Row]]:
    batch: list[Row] = []
    for each in rows:
        batch.append(each)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
