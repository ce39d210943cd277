"""Markdown as a Word document (ECMA-376, Office Open XML): what a template needs, and nothing that somebody else must have installed.

Headings are headings, lists are lists, and the first row of a table is its header on every page, so that a screen reader finds
its way; the language is said. The same Markdown gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import escape

from markdown_it.token import Token

from knowledge.rendering import markdown

LOCALES = {"sv": "sv-SE", "nb": "nb-NO", "en": "en-GB"}
EPOCH = (2026, 1, 1, 0, 0, 0)  # of every entry: when a file was made says nothing
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
BULLETS, NUMBERS = 1, 2  # numId of a list; each numbered list gets a number of its own, from 2 on
MARGINS = (
    'w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" w:header="708" w:footer="708" w:gutter="0"'  # 2.5 cm
)
PAGE_WIDTH = 9070  # between the margins of an A4 page, in twentieths of a point

TYPES = f"""<Types xmlns="{PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/word/document.xml" ContentType="{MAIN}.document.main+xml"/>\
<Override PartName="/word/styles.xml" ContentType="{MAIN}.styles+xml"/>\
<Override PartName="/word/numbering.xml" ContentType="{MAIN}.numbering+xml"/>\
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"""
RELATIONS = f"""<Relationships xmlns="{PACKAGE}/relationships">\
<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>\
<Relationship Id="r2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"""
OF_DOCUMENT = f"""<Relationships xmlns="{PACKAGE}/relationships">\
<Relationship Id="r1" Type="{OFFICE}/styles" Target="styles.xml"/>\
<Relationship Id="r2" Type="{OFFICE}/numbering" Target="numbering.xml"/></Relationships>"""


def docx_of(text: str, *, title: str, language: str) -> bytes:
    """The document. `language` is one of the arena's; headings of `text` begin at `#`, and `title` is the document's property."""
    blocks = "".join(_Blocks(markdown.parse(text)).all())
    size = f'<w:pgSz w:w="11906" w:h="16838"/><w:pgMar {MARGINS}/>'
    document = f'<w:document xmlns:w="{WORD}"><w:body>{blocks}<w:sectPr>{size}</w:sectPr></w:body></w:document>'
    core = (
        f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:language>{LOCALES.get(language, language)}</dc:language></cp:coreProperties>"
    )
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS,
        "docProps/core.xml": core,
        "word/document.xml": document,
        "word/_rels/document.xml.rels": OF_DOCUMENT,
        "word/styles.xml": _styles(LOCALES.get(language, language)),
        "word/numbering.xml": _numbering(text),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{content}')
    return file.getvalue()


class _Blocks:
    """The body of a document, from Markdown's tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = iter(tokens)
        self.lists: list[int] = []  # numId of each list that is open, outermost first
        self.numbered = NUMBERS - 1

    def all(self) -> Iterator[str]:
        for token in self.tokens:
            match token.type:
                case "heading_open":
                    yield _paragraph(next(self.tokens), style=f"Heading{token.tag[1]}")
                case "paragraph_open":
                    yield _paragraph(next(self.tokens), numbering=self._place())
                case "bullet_list_open":
                    self.lists.append(BULLETS)
                case "ordered_list_open":
                    self.numbered += 1
                    self.lists.append(self.numbered)
                case "bullet_list_close" | "ordered_list_close":
                    self.lists.pop()
                case "table_open":
                    yield self._table()

    def _place(self) -> str:
        if not self.lists:
            return ""
        return f'<w:numPr><w:ilvl w:val="{len(self.lists) - 1}"/><w:numId w:val="{self.lists[-1]}"/></w:numPr>'

    def _table(self) -> str:
        rows: list[list[str]] = []
        for token in self.tokens:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("th_open", "td_open"):
                rows[-1].append(_paragraph(next(self.tokens), style="TableHead" if token.type == "th_open" else ""))
        width = PAGE_WIDTH // max(len(rows[0]), 1)
        cell = f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        made = "".join(
            f"<w:tr>{'<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>' if number == 0 else ''}"
            + "".join(f"{cell}{content}</w:tc>" for content in row)
            + "</w:tr>"
            for number, row in enumerate(rows)
        )
        grid = f'<w:gridCol w:w="{width}"/>' * len(rows[0])
        look = (
            '<w:tblLook w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        )
        head = f'<w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{PAGE_WIDTH}" w:type="dxa"/>{look}</w:tblPr>'
        return f"<w:tbl>{head}<w:tblGrid>{grid}</w:tblGrid>{made}</w:tbl><w:p/>"


def _paragraph(inline: Token, *, style: str = "", numbering: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{numbering}</w:pPr>{''.join(_runs(inline))}</w:p>"


def _runs(inline: Token) -> Iterator[str]:
    bold = slanted = False
    for token in inline.children or []:
        match token.type:
            case "strong_open" | "strong_close":
                bold = token.type == "strong_open"
            case "em_open" | "em_close":
                slanted = token.type == "em_open"
            case "hardbreak":
                yield "<w:r><w:br/></w:r>"
            case "text" | "code_inline" | "softbreak":
                words = " " if token.type == "softbreak" else token.content
                look = ("<w:b/>" if bold else "") + ("<w:i/>" if slanted else "")
                look = f"<w:rPr>{look}</w:rPr>" if look else ""
                yield f'<w:r>{look}<w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def _styles(locale: str) -> str:
    def style(
        name: str, label: str, size: int, *, level: int | None = None, bold: bool = True, after: int = 120
    ) -> str:
        outline = (
            ""
            if level is None
            else f'<w:keepNext/><w:spacing w:before="320" w:after="{after}"/><w:outlineLvl w:val="{level}"/>'
        )
        weight = "<w:b/>" if bold else ""
        return (
            f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{label}"/><w:basedOn w:val="Normal"/>'
            f'<w:pPr>{outline}</w:pPr><w:rPr>{weight}<w:sz w:val="{size}"/></w:rPr></w:style>'
        )

    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="7A8A86"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        f'<w:styles xmlns:w="{WORD}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" '
        f'w:cs="Calibri"/><w:sz w:val="22"/><w:lang w:val="{locale}"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
        '<w:spacing w:after="120" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
        + style("Heading1", "heading 1", 40, level=0)
        + style("Heading2", "heading 2", 30, level=1)
        + style("Heading3", "heading 3", 25, level=2)
        + style("TableHead", "Table Head", 22)
        + '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>'
        + f'{edges}</w:tblBorders><w:tblCellMar><w:left w:w="90" w:type="dxa"/><w:right w:w="90" w:type="dxa"/>'
        + "</w:tblCellMar></w:tblPr></w:style></w:styles>"
    )


def _numbering(text: str) -> str:
    def kind(number: int, form: str, sign: str) -> str:
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            f'<w:lvlText w:val="{sign.replace("N", str(level + 1))}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{(level + 1) * 425}" w:hanging="425"/></w:pPr></w:lvl>'
            for level in range(4)
        )
        return (
            f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        )

    ordered = sum(token.type == "ordered_list_open" for token in markdown.parse(text))
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    lists = "".join(
        f'<w:num w:numId="{NUMBERS + place}"><w:abstractNumId w:val="2"/>{again}</w:num>' for place in range(ordered)
    )
    return (
        f'<w:numbering xmlns:w="{WORD}">{kind(1, "bullet", "•")}{kind(2, "decimal", "%N.")}'
        f'<w:num w:numId="{BULLETS}"><w:abstractNumId w:val="1"/></w:num>{lists}</w:numbering>'
    )
