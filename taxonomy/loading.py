"""Loading the lists: the starter lists in taxonomy/data, and over them whole lists from a directory.

A directory holds CSV files shaped like ours (code, en, sv, nb, retired), or an unpacked eForms SDK (codelists/*.gc and
translations/code_*.xml). Loading twice changes nothing. A blank never overwrites a label. A code that its whole list
no longer has is kept and marked retired.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from lxml import etree

from taxonomy import codes
from taxonomy.models import GONE, Code, CpvCode, EverydayWord, Goal, Region, Term

STARTER = Path(__file__).resolve().parent / "data"
OWN = {"goals": "number", "terms": "en", "everyday": "word"}  # lists that have other columns, and what names a row
ISO2 = {"EL": "GR", "UK": "GB"}  # where NUTS and ISO 3166 differ
TRANSLATIONS = {"en": ("en",), "sv": ("sv",), "nb": ("nb", "no", "nob", "nor")}
GENERICODE = {
    "code": "code",
    "Name": "name",
    "eng_label": "en",
    "swe_label": "sv",
    "nob_label": "nb",
    "nor_label": "nb",
}

Row = dict[str, str]
Rows = dict[str, Row]  # by code


class NotReadable(Exception):
    """The directory or one of its files cannot be read; says which and why."""


@dataclass(frozen=True)
class Counts:
    """What a load did, in rows. `skipped` codes were not well-formed."""

    added: int = 0
    changed: int = 0
    retired: int = 0
    unchanged: int = 0
    skipped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.added + other.added,
            self.changed + other.changed,
            self.retired + other.retired,
            self.unchanged + other.unchanged,
            self.skipped + other.skipped,
        )


@dataclass
class Lists:
    """Rows by list name, and the names of the lists that are whole: what those lack has been retired."""

    rows: dict[str, Rows]
    whole: set[str]

    def over(self, starter: "Lists") -> "Lists":
        """What is blank here is taken from the starter lists, and so is what is missing, unless the list is whole."""
        rows: dict[str, Rows] = {name: dict(some) for name, some in starter.rows.items() if name not in self.whole}
        for name, some in self.rows.items():
            under = starter.rows.get(name, {})
            laid = {code: under.get(code, {}) | {k: v for k, v in row.items() if v} for code, row in some.items()}
            rows[name] = rows.get(name, {}) | laid
        return Lists(rows, self.whole)


@transaction.atomic
def load(directory: Path | None = None) -> Counts:
    """Load the starter lists, and over them those of `directory`. All or nothing; NotReadable says what is wrong."""
    lists = read_csv(STARTER)
    lists.whole.clear()
    if directory:
        lists = read(directory).over(lists)
    counts = _store_cpv(lists) + _store_regions(lists) + _store_own(lists)
    for name in sorted(lists.rows.keys() - OWN.keys() - {"cpv", "nuts"}):
        counts += _store_codes(name, lists)
    return counts


# --- Reading ----------------------------------------------------------------------------------------------------------


def read(directory: Path) -> Lists:
    for folder in (directory / "codelists", directory):
        if any(folder.glob("*.gc")):
            return read_sdk(folder, directory / "translations")
    lists = read_csv(directory)
    if not lists.rows:
        raise NotReadable(_("There are no code lists in %(directory)s.") % {"directory": directory})
    return lists


def read_csv(directory: Path) -> Lists:
    lists = Lists({}, set())
    for path in sorted(directory.glob("*.csv")):
        key = OWN.get(path.stem, "code")
        try:
            with path.open(newline="", encoding="utf-8-sig") as file:
                reader = csv.DictReader(file)
                if key not in (reader.fieldnames or ()):
                    continue  # some other table
                rows = {_key(row, key): row for row in reader if row[key]}
        except (UnicodeDecodeError, csv.Error) as why:
            raise NotReadable(_("%(file)s cannot be read: %(why)s") % {"file": path.name, "why": why}) from why
        lists.rows[path.stem] = rows
        lists.whole.add(path.stem)
    return lists


def _key(row: Row, key: str) -> str:
    return f"{row['word'].lower()}|{row['language']}" if key == "word" else row[key]


def read_sdk(folder: Path, translations: Path) -> Lists:
    """The lists of an eForms SDK. A file such as `legal-basis_eforms-legal-basis.gc` is a part of `legal-basis`."""
    lists = Lists(defaultdict(dict), set())
    for path in sorted(folder.glob("*.gc")):
        name, _sign, part = path.stem.partition("_")
        for row in _rows_of(path):
            lists.rows[name].setdefault(row["code"], {}).update(row)
        if not part:
            lists.whole.add(name)
    for language, suffixes in TRANSLATIONS.items():
        for suffix in suffixes:
            path = translations / f"code_{suffix}.xml"
            if path.exists():
                _translate(lists, language, path)
    for row in lists.rows.get("nuts", {}).values():
        row.setdefault("label", row.get("name", ""))
    return lists


def _elements(path: Path, tag: str) -> Iterable[etree._Element]:
    try:
        for _event, element in etree.iterparse(
            str(path), tag=f"{{*}}{tag}", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        ):
            yield element
            element.clear()
    except etree.XMLSyntaxError as why:
        raise NotReadable(_("%(file)s cannot be read: %(why)s") % {"file": path.name, "why": why}) from why


def _rows_of(path: Path) -> Iterable[Row]:
    for element in _elements(path, "Row"):
        row = {"retired": ""}
        for value in element:
            column = GENERICODE.get(value.get("ColumnRef", ""))
            if column:
                row[column] = "".join(map(str, value.itertext())).strip()
        row.setdefault("en", row.get("name", ""))
        if row.get("code"):
            yield row


def _translate(lists: Lists, language: str, path: Path) -> None:
    """Labels from a property file: <entry key="code|name|innovative-acquisition.mar-nov">...</entry>."""
    for entry in _elements(path, "entry"):
        kind, _sign, name = entry.get("key", "").rpartition("|")
        list_name, _sign, code = name.partition(".")
        if kind == "code|name" and code in lists.rows.get(list_name, {}):
            lists.rows[list_name][code][language] = (entry.text or "").strip()


# --- Storing ----------------------------------------------------------------------------------------------------------


def _merge(
    queryset: models.QuerySet[Any],
    wanted: Mapping[str, dict[str, Any]],
    key: Callable[[Any], str],
    *,
    whole: bool = False,
) -> Counts:
    """Make the rows as wanted, in one read and as few writes as needed."""
    model = queryset.model
    existing = {key(row): row for row in queryset}
    new = [model(**fields) for code, fields in wanted.items() if code not in existing]
    changed: list[models.Model] = []
    columns: set[str] = set()
    gone = 0
    for code, row in existing.items():
        if code in wanted:
            fields = {
                name: value
                for name, value in wanted[code].items()
                if value != getattr(row, name) and (value not in ("", False) or (whole and name == "retired"))
            }
        else:
            fields = {"retired": GONE} if whole and not row.retired else {}
            gone += len(fields)
        if fields:
            for name, value in fields.items():
                setattr(row, name, value)
            changed.append(row)
            columns |= fields.keys()
    model._default_manager.bulk_create(new, batch_size=1000)
    if changed:
        model._default_manager.bulk_update(changed, columns, batch_size=500)
    return Counts(
        added=len(new),
        changed=len(changed) - gone,
        retired=gone,
        unchanged=len(existing) - len(changed),
    )


def _labels(row: Row) -> dict[str, Any]:
    return {"label_en": row.get("en", ""), "label_sv": row.get("sv", ""), "label_nb": row.get("nb", "")}


def _store_cpv(lists: Lists) -> Counts:
    rows = {code: row for code, row in lists.rows.get("cpv", {}).items() if codes.CPV.fullmatch(code)}
    known = rows.keys() | set(CpvCode.objects.values_list("pk", flat=True))

    def parent(code: str) -> str | None:
        above = (prefix.ljust(8, "0") for prefix in reversed(codes.cpv_ancestors(code)[:-1]))
        return next((each for each in above if each in known), None)

    wanted = {
        code: {
            "code": code,
            "parent_id": parent(code),
            "level": codes.cpv_level(code),
            "retired": row.get("retired", ""),
            **_labels(row),
        }
        for code, row in rows.items()
    }
    skipped = Counts(skipped=len(lists.rows.get("cpv", {})) - len(rows))
    return skipped + _merge(
        CpvCode.objects.all(), wanted, lambda row: str(row.pk), whole=bool(rows) and "cpv" in lists.whole
    )


def _store_regions(lists: Lists) -> Counts:
    rows = {code: row for code, row in lists.rows.get("nuts", {}).items() if codes.NUTS.fullmatch(code)}
    known = rows.keys() | set(Region.objects.values_list("pk", flat=True))
    wanted = {
        code: {
            "code": code,
            "parent_id": next((above for above in reversed(codes.nuts_ancestors(code)[:-1]) if above in known), None),
            "level": len(code) - 2,
            "country": ISO2.get(code[:2], code[:2]),
            "name": row.get("label", ""),
            "in_2021": row.get("in_2021") == "1",
            "in_2024": row.get("in_2024") == "1",
            "retired": row.get("retired", ""),
            **_labels(row),
        }
        for code, row in rows.items()
    }
    skipped = Counts(skipped=len(lists.rows.get("nuts", {})) - len(rows))
    return skipped + _merge(
        Region.objects.all(), wanted, lambda row: str(row.pk), whole=bool(rows) and "nuts" in lists.whole
    )


def _store_codes(name: str, lists: Lists) -> Counts:
    wanted = {
        code: {
            "list": name,
            "code": code,
            "retired": row.get("retired", ""),
            "iso2": row.get("iso2", ""),
            **_labels(row),
        }
        for code, row in lists.rows[name].items()
    }
    return _merge(Code.objects.of(name), wanted, lambda row: str(row.code), whole=bool(wanted) and name in lists.whole)


def _store_own(lists: Lists) -> Counts:
    goals = {
        number: {
            "number": int(number),
            **_labels(row),
            **{f"short_{language}": row[f"short_{language}"] for language in ("en", "sv", "nb")},
        }
        for number, row in lists.rows["goals"].items()
    }
    terms = {name: term_fields(row) for name, row in lists.rows["terms"].items()}
    everyday = {
        key: {"word": row["word"].lower(), "language": row["language"], "cpv": row["cpv"].split()}
        for key, row in lists.rows["everyday"].items()
    }
    return (
        _merge(Goal.objects.all(), goals, lambda row: str(row.number))
        + _merge(Term.objects.all(), terms, lambda row: str(row.en))
        + _merge(EverydayWord.objects.all(), everyday, lambda row: f"{row.word}|{row.language}")
    )


def term_fields(row: Row) -> dict[str, Any]:
    """The columns of a `Term`, of a row of terms.csv."""
    fields: dict[str, Any] = {language: row[language] for language in ("en", "sv", "nb")}
    fields["phrases"] = [fields["en"].lower(), fields["sv"].lower(), fields["nb"].lower()]
    for language in ("en", "sv", "nb"):
        synonyms = [each.strip() for each in row.get(f"synonyms_{language}", "").split(";") if each.strip()]
        fields[f"definition_{language}"] = row[f"definition_{language}"]
        fields[f"synonyms_{language}"] = synonyms
        fields["phrases"] += [each.lower() for each in synonyms]
    fields["phrases"] = sorted(set(fields["phrases"]))
    return fields
