"""The standard's own schemas beside the project, with the extensions that we declare, and what they find wrong with a package."""

import csv
import io
import json
import re
import zipfile
from functools import cache

import jsonschema  # type: ignore[import-untyped]
import pytest

from interchange.ocds.codes import REASON_OF_NO_AWARD, RESELLER, TAKES_PART_AS
from interchange.ocds.packages import EXTENSIONS
from tests.interchange.truth import CASES

FOLDER = CASES.parent / "ocds"
OUR_OWN = {REASON_OF_NO_AWARD, TAKES_PART_AS, RESELLER}  # that no list of the standard has; these lists are open
SCHEMA = "standard-1__1__5/schema"
needed = pytest.mark.skipif(
    not FOLDER.exists(), reason="The standard beside the project is not here: set ARENA_CASES_DIR."
)


@cache
def release_schema():
    """Of the version that we write, with our extensions merged into it."""
    schema = json.loads(_read("release-schema.json"))
    for folder in extension_folders():
        _merge(schema, json.loads((folder / "release-schema.json").read_text()))
    return schema


def extension_folders():
    named = re.findall(r"ocds_(\w+)_extension/([^/]+)/", " ".join(EXTENSIONS))
    return [FOLDER / "extensions" / name / version for name, version in named]


@cache
def codelists():
    """{file: codes}, with what the extensions add ("+partyRole.csv")."""
    found = {}
    with zipfile.ZipFile(FOLDER / "standard-1__1__5-schema.zip") as archive:
        for name in archive.namelist():
            if name.startswith(f"{SCHEMA}/codelists/") and name.endswith(".csv"):
                found[name.rpartition("/")[2]] = _codes(archive.read(name).decode())
    for folder in extension_folders():
        for file in folder.glob("codelists/*.csv"):
            found.setdefault(file.name.lstrip("+"), set()).update(_codes(file.read_text()))
    return found


def _codes(text):
    return {row["Code"] for row in csv.DictReader(io.StringIO(text))}


def problems(package):
    """What is wrong with a package of releases or records: against the schema, fields in no schema, codes in no list."""
    releases = package.get("releases", [])
    for record in package.get("records", []):
        releases = [*releases, *record["releases"], record["compiledRelease"]]
    found = []
    for release in releases:
        errors = _validator().iter_errors(release)
        found += [f"{release['id']} {error.json_path}: {error.message[:200]}" for error in errors]
        found += [f"{release['id']} {one}" for one in _strange(release, release_schema(), "")]
    return found


@cache
def _validator():
    return jsonschema.Draft4Validator(release_schema(), format_checker=jsonschema.FormatChecker())


def _strange(value, schema, path):
    """Fields that no schema has, and codes outside of their lists."""
    schema = _resolved(schema)
    if isinstance(value, list):
        items = _resolved(schema.get("items", {}))
        for one in value:
            yield from _strange(one, items | {"codelist": schema.get("codelist")}, path)
    elif isinstance(value, dict):
        patterns = schema.get("patternProperties", {})
        for name, inner in value.items():
            if name in schema.get("properties", {}):
                yield from _strange(inner, schema["properties"][name], f"{path}/{name}")
            elif not any(re.match(pattern, name) for pattern in patterns):
                yield f"{path}/{name} is in no schema"
    elif (codes := schema.get("codelist")) and value not in codelists()[codes] | OUR_OWN:
        yield f"{path}: {value} is not in {codes}"


def _resolved(schema):
    while "$ref" in schema:
        schema = release_schema()["definitions"][schema["$ref"].rpartition("/")[2]]
    return schema


def _read(name):
    with zipfile.ZipFile(FOLDER / "standard-1__1__5-schema.zip") as archive:
        return archive.read(f"{SCHEMA}/{name}").decode()


def _merge(schema, patch):
    """A JSON merge patch (RFC 7396)."""
    for name, value in patch.items():
        if value is None:
            schema.pop(name, None)
        elif isinstance(value, dict):
            _merge(schema.setdefault(name, {}), value)
        else:
            schema[name] = value
