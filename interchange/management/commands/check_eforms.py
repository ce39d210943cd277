"""Checks the eForms notices that leave the arena against the schemas of an unpacked eForms SDK. Nothing is fetched."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from lxml import etree

from interchange.eforms import writing
from interchange.eforms.document import open_document
from procurements.models import Notice

SCHEMAS = Path("schemas", "maindoc")  # in an SDK: "UBL-ContractNotice-2.3.xsd" and others


def schemas_of(sdk: Path) -> dict[str, etree.XMLSchema]:
    """The schema of each document, by the name of its root. Raises CommandError where there is none, or one that is broken."""
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    found: dict[str, etree.XMLSchema] = {}
    for file in sorted((sdk / SCHEMAS).glob("*.xsd")):
        try:
            document = etree.parse(file, parser)
            names = document.xpath("/xs:schema/xs:element/@name", namespaces={"xs": "http://www.w3.org/2001/XMLSchema"})
            found |= {str(name): etree.XMLSchema(document) for name in names}  # type: ignore[union-attr]
        except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as why:
            raise CommandError(f"{file.name} is no schema that can be used: {why}") from why
    if not found:
        raise CommandError(f"There is no schema in {sdk / SCHEMAS}.")
    return found


def published(slugs: list[str]) -> Iterable[Notice]:
    notices = Notice.objects.published().select_related("current_version", "procurement__organisation")
    if not slugs:
        yield from notices.order_by("pk").iterator(chunk_size=200)
    for slug in slugs:
        notice = notices.at_address(slug).first()
        if notice is None:
            raise CommandError(f"There is no published notice {slug}.")
        yield notice


class Command(BaseCommand):
    help = (
        "Writes published notices as eForms and checks them: against the schemas of an unpacked eForms SDK when --sdk names its "
        "directory; else only that each is one whole document. Names what is wrong, and fails when anything is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "slugs", nargs="*", help="the last part of a notice's address; all that are published without"
        )
        parser.add_argument(
            "--sdk", type=Path, help="the directory of an unpacked eForms SDK, with schemas/maindoc in it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        schemas = schemas_of(options["sdk"]) if options["sdk"] else {}
        if not schemas:
            self.stdout.write(
                "No schema is at hand (--sdk DIR): only that each notice is one whole document is checked."
            )
        counted = wrong = 0
        for notice in published(options["slugs"]):
            if not writing.has_form(notice):
                continue
            counted += 1
            problems = self.problems(notice, schemas)
            wrong += bool(problems)
            for problem in problems:
                self.stdout.write(f"{notice.slug}: {problem}")
        self.stdout.write(f"{counted} notices were checked; {wrong} have problems.")
        if wrong:
            raise CommandError("Not every notice is valid.")

    def problems(self, notice: Notice, schemas: dict[str, etree.XMLSchema]) -> list[str]:
        version = notice.current_version
        assert version is not None
        version.notice = notice
        root = open_document(writing.write(version))
        name = etree.QName(root).localname
        if not schemas:
            return []
        if name not in schemas:
            return [f"the SDK has no schema for {name}"]
        schema = schemas[name]
        if schema.validate(root):
            return []
        return [f"line {entry.line}: {entry.message}" for entry in schema.error_log]  # type: ignore[attr-defined]
