"""Office documents: Office Open XML (ISO/IEC 29500) and OpenDocument (ISO/IEC 26300), without macros or stowaways."""

import re
from collections.abc import Callable
from xml.parsers import expat

from files.sniffing import zips
from files.sniffing.names import PROGRAMS, extension_of
from files.sniffing.verdicts import Budget, Wrong

OFFICE = "application/vnd.openxmlformats-officedocument."
WORD, SHEET, SLIDES = "wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation"
OPEN = "application/vnd.oasis.opendocument."
TYPES, RELATIONS, MANIFEST = "[Content_Types].xml", "_rels/.rels", "META-INF/manifest.xml"
XML = {"xml", "rels", "vml", "rdf"}
PROGRAM_HEADS = (b"MZ", b"\x7fELF", b"#!")
MACRO_TYPES = re.compile(r"macroenabled|macrosheet|vbaproject|activex", re.IGNORECASE)
MACRO_PARTS = re.compile(r"vbaproject|vbadata|(^|/)(macrosheets|activex)/", re.IGNORECASE)
MODULES = re.compile(r"(Basic/.*/(?!script-l[bc]\.xml$)[^/]+|Scripts/.*[^/])", re.IGNORECASE)
FETCHED = {"attachedTemplate", "oleObject", "frame", "subDocument", "package"}  # loaded as the document is opened
CALLS = (b"DDEAUTO", b"vnd.sun.star.script:")


def docx(data: bytes, budget: Budget) -> str:
    return _office(data, WORD, budget)


def xlsx(data: bytes, budget: Budget) -> str:
    return _office(data, SHEET, budget)


def pptx(data: bytes, budget: Budget) -> str:
    return _office(data, SLIDES, budget)


def odt(data: bytes, budget: Budget) -> str:
    return _open(data, "text", budget)


def ods(data: bytes, budget: Budget) -> str:
    return _open(data, "spreadsheet", budget)


def odp(data: bytes, budget: Budget) -> str:
    return _open(data, "presentation", budget)


def _office(data: bytes, kind: str, budget: Budget) -> str:
    types: set[str] = set()
    names: set[str] = set()
    for member in zips.members(data, budget):
        names.add(member.name)
        if MACRO_PARTS.search(member.name):
            raise Wrong("active")
        content = _check_part(member, budget)
        if member.name == TYPES:
            _each(content, lambda _tag, given: types.add(given.get("ContentType", "")))
        elif member.name.endswith(".rels"):
            _each(content, _check_relation)
    if not {TYPES, RELATIONS} <= names:
        raise Wrong("mismatch")
    if any(MACRO_TYPES.search(given) for given in types):
        raise Wrong("active")
    if f"{OFFICE}{kind}.main+xml" not in types:
        raise Wrong("mismatch")
    return OFFICE + kind


def _check_relation(_tag: str, given: dict[str, str]) -> None:
    if given.get("TargetMode") == "External" and given.get("Type", "").rpartition("/")[2] in FETCHED:
        raise Wrong("active")


def _open(data: bytes, kind: str, budget: Budget) -> str:
    first, manifest = None, None
    for member in zips.members(data, budget):
        if MODULES.fullmatch(member.name):
            raise Wrong("active")
        content = _check_part(member, budget)
        if first is None:
            first = (member.name, member.is_stored, content)
        if member.name == MANIFEST:
            manifest = content
    if manifest is None or first != ("mimetype", True, f"{OPEN}{kind}".encode()):
        raise Wrong("mismatch")
    _each(manifest, _check_entry)
    return OPEN + kind


def _check_entry(tag: str, _given: dict[str, str]) -> None:
    if tag.rpartition(":")[2] == "encryption-data":
        raise Wrong("encrypted")


def _check_part(member: zips.Member, budget: Budget) -> bytes:
    """The part's bytes. A document may hold documents (a chart's table); anything that runs, or that hides, it may not."""
    if member.is_folder:
        return b""
    content, extension = member.content(), extension_of(member.name)
    if content.startswith(zips.OLE) or extension in PROGRAMS:
        raise Wrong("embedded")
    if content.startswith(PROGRAM_HEADS):
        raise Wrong("embedded")
    if content.startswith(zips.BEGIN) or "/embeddings/" in member.name.lower():
        inner = {"docx": docx, "xlsx": xlsx, "pptx": pptx, "odt": odt, "ods": ods, "odp": odp}.get(extension)
        if inner is None:
            raise Wrong("embedded")
        inner(content, budget)
    if extension in XML:
        _check_no_entities(content)
        if any(call in content for call in CALLS):
            raise Wrong("active")
    return content


def _check_no_entities(content: bytes) -> None:
    """A document type with declarations of its own is how a page of text grows to gigabytes, or reads other files."""
    if content.strip():
        _each(content, _stop, until_first=True)


class _Enough(Exception):
    """The root element has begun: no document type can follow."""


def _stop(_tag: str, _given: dict[str, str]) -> None:
    raise _Enough


def _each(content: bytes, element: Callable[[str, dict[str, str]], None], *, until_first: bool = False) -> None:
    """Calls `element(tag, attributes)` for each element."""
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def declared(_name: str, _system: str | None, _public: str | None, has_declarations: bool) -> None:
        if has_declarations:
            raise Wrong("bomb")

    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = element
    try:
        parser.Parse(content[: 1 << 16] if until_first else content, not until_first)
    except _Enough:
        return
    except expat.ExpatError:
        raise Wrong("broken") from None
    if until_first and len(content) >= 1 << 16:
        raise Wrong("broken")  # sixty thousand letters before the root: to hide something from this check
