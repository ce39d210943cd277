"""Opening XML from strangers, and asking it. Nothing is fetched, no entity opened, nothing grows (quality S6)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from lxml import etree

Element = etree._Element

MAX_BYTES = 10_000_000  # the biggest notice seen has 872 KB
NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
    "efext": "http://data.europa.eu/p27/eforms-ubl-extensions/1",
    "efac": "http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1",
    "efbc": "http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1",
}
ENCODINGS = (
    "UTF-8",
    "UTF-16",
    "UTF-16LE",
    "UTF-16BE",
    "ISO-8859-1",
    "ISO-8859-15",
    "WINDOWS-1252",
    "US-ASCII",
    "ASCII",
)
EXTENSION = "ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent/efext:EformsExtension"


def gettext_noop(sentence: str) -> str:
    """Marks a sentence for the catalogues without asking Django for it; whoever shows it translates it."""
    return sentence


class NotReadable(Exception):
    """The file is not a notice that can be read. `sentence` says why; `detail` what was found, untranslated."""

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(f"{sentence} ({detail})" if detail else sentence)
        self.sentence, self.detail = sentence, detail


TOO_BIG = gettext_noop("The file has more than 10 MB; no notice is that big.")
TOO_MANY = gettext_noop("The notice has more lots, organisations or contracts than any notice has.")


def open_document(xml: bytes) -> Element:
    """The root element. Raises NotReadable for whatever is not a small, whole XML document without a document type.

    A document type is refused rather than ignored: no notice has one, and every trick with entities needs one.
    """
    if not xml.strip():
        raise NotReadable(gettext_noop("The file is empty."))
    if len(xml) > MAX_BYTES:
        raise NotReadable(TOO_BIG)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as why:  # ValueError: encodings that do not fit
        line = getattr(why, "lineno", None)
        broken = gettext_noop("The file is not well-formed XML.")
        raise NotReadable(broken, f"line {line}" if line else "") from why
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotReadable(gettext_noop("The file declares a document type (DTD), which no notice does."))
    encoding = (root.getroottree().docinfo.encoding or "UTF-8").upper()
    if encoding not in ENCODINGS:
        raise NotReadable(gettext_noop("The file is written in an encoding that no notice has."), encoding[:40])
    return root


@cache
def compiled(path: str) -> etree.XPath:
    return etree.XPath(path.replace("$X", EXTENSION), namespaces=NAMESPACES)


def nodes(node: Element, path: str) -> list[Element]:
    """The elements at an XPath below the node; `$X` stands for the way into eForms' extensions."""
    found = compiled(path)(node)
    return [one for one in found if isinstance(one, Element)] if isinstance(found, list) else []


def content(node: Element) -> str:
    """The element's own text, without white space around it."""
    return (node.text or "").strip()


def first(node: Element, *paths: str) -> str:
    """The first text that is not empty, at the first path that has one."""
    return next(iter(every(node, *paths)), "")


def every(node: Element, *paths: str) -> tuple[str, ...]:
    """The texts that are not empty, in document order, path after path; each once."""
    return tuple(dict.fromkeys(listed(one for path in paths for one in nodes(node, path))))


def listed(elements: Iterable[Element]) -> list[str]:
    return [text for text in map(content, elements) if text]


def is_true(node: Element, path: str) -> bool:
    return first(node, path).lower() in ("true", "1")
