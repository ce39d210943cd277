"""From HTML as programs leave it on the clipboard to the few elements that an article is made of, in an order that holds.

It shapes and nothing more: what may stand in a page at all is decided by `rendering`, before and after.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import html
from lxml.html import HtmlElement

BLOCKS = {"p", "h2", "h3", "h4", "ul", "ol", "blockquote", "pre", "table", "figure", "hr"}
RENAMED = {
    "b": "strong",
    "i": "em",
    "tt": "code",
    "kbd": "code",
    "samp": "code",
    "cite": "em",
    "address": "p",
    "dt": "p",
}
BOXES = {"div", "section", "article", "main", "header", "footer", "aside", "center", "dl", "dd", "details", "summary"}
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # characters that no text of XML has
HEADING = re.compile(r"h[1-6]$")
WORD_HEADING = re.compile(r"\b(?:MsoHeading|Heading|Rubrik|Overskrift)(\d)\b|\b(MsoTitle)\b")
WORD_LIST = re.compile(r"mso-list:\s*l\d+\s+level(\d+)", re.IGNORECASE)
WORD_MARKER = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
BULLET = re.compile(r"^\W+$|^o$")  # Word draws the ring of its second level with the letter o
BOLD = re.compile(r"(?<!-)\bfont-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE)
NOT_BOLD = re.compile(r"(?<!-)\bfont-weight:\s*(?:normal|[1-5]00)", re.IGNORECASE)
ITALIC = re.compile(r"(?<!-)\bfont-style:\s*italic", re.IGNORECASE)


@dataclass
class Changes:
    """How many of each were changed or taken away: what the editor is told."""

    headings: int = 0
    pictures: int = 0
    links: int = 0


@dataclass
class Body:
    root: HtmlElement  # a div around it all
    changes: Changes = field(default_factory=Changes)


def parse(text: str) -> HtmlElement:
    """A tree of HTML that nh3 has written, so that it is well-formed; libxml2 takes no more than 255 levels of it."""
    return html.fragment_fromstring(UNSEEN.sub("", text), create_parent="div")


def mend(text: str) -> Body:
    body = Body(parse(text))
    root = body.root
    _drop_what_says_nothing(body)
    _translate_word_and_google(root)
    _unwrap_boxes(root)
    for box in [root, *root.iter("blockquote")]:
        _wrap_loose_text(box)
    for paragraph in [
        *root.iter("p", "h2", "h3", "h4", "li", "blockquote", "ul", "ol"),
        *root.iter("figcaption", "caption"),
    ]:
        if paragraph is not root and _is_empty(paragraph):
            _drop(paragraph)
    _drop_empty_tables(root)
    _put_headings_in_order(body)
    for table in root.iter("table"):
        _say_what_headers_head(table)
    for cell in root.iter("li", "td", "th"):
        _unwrap_lone_paragraph(cell)
    for block in root.iter("p", "h2", "h3", "h4", "li", "td", "th", "caption", "figcaption"):
        _strip(block)
    _break_lines(root)
    return body


def text_of(element: HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _is_empty(element: HtmlElement) -> bool:
    return not str(element.text_content()).strip() and next(element.iter("img", "hr", "table"), None) is None


def _drop_what_says_nothing(body: Body) -> None:
    for picture in list(body.root.iter("img")):
        if not picture.get("src"):
            body.changes.pictures += 1
            _drop(picture)
    for link in list(body.root.iter("a")):
        if not link.get("href"):
            # A place to jump to is no loss; an address that leads where none of ours may lead is told.
            body.changes.links += bool(text_of(link)) and link.get("name") is None
            link.drop_tag()


def _translate_word_and_google(root: HtmlElement) -> None:
    _gather_word_lists(root)
    for element in list(root.iter()):
        style = element.get("style", "")
        classes = element.get("class", "")
        if element.tag in ("b", "strong") and NOT_BOLD.search(style):
            element.drop_tag()  # Google Docs puts one round everything
            continue
        if element.tag == "p" and (found := WORD_HEADING.search(classes)):
            element.tag = f"h{min(int(found[1] or 1), 6)}"
        if element.tag in ("span", "font"):
            _translate_span(element, style)
        elif isinstance(element.tag, str):
            element.tag = RENAMED.get(element.tag, element.tag)
    for element in root.iter():
        for name in ("style", "class", "name"):
            element.attrib.pop(name, None)


def _translate_span(element: HtmlElement, style: str) -> None:
    """A style that means something becomes the element that says it; a language stays; the rest goes."""
    if element.get("lang"):
        element.tag = "span"
    elif BOLD.search(style) and ITALIC.search(style):
        element.tag = "strong"
        inner = html.Element("em")
        inner.text, element.text = element.text, None
        inner.extend(list(element))
        element.append(inner)
    elif BOLD.search(style):
        element.tag = "strong"
    elif ITALIC.search(style):
        element.tag = "em"
    else:
        element.drop_tag()


def _gather_word_lists(root: HtmlElement) -> None:
    """Word writes a list as paragraphs that say their level in a style, with the sign before the text in a span."""
    open_lists: list[HtmlElement] = []  # one a level, outermost first
    last: HtmlElement | None = None
    for paragraph in list(root.iter("p", "h1", "h2", "h3")):
        found = WORD_LIST.search(paragraph.get("style", ""))
        if found is None or paragraph.tag != "p":
            continue
        level = min(int(found[1]), 6)
        if (
            last is None
            or paragraph.getprevious() is not (open_lists[0] if open_lists else None)
            or (last.tail or "").strip()
        ):
            open_lists = []
        is_numbered = _take_marker(paragraph)
        after = paragraph.tail
        del open_lists[level:]
        while len(open_lists) < level:
            made = html.Element("ol" if is_numbered else "ul")
            if open_lists:
                items = open_lists[-1]
                if len(items) == 0:
                    items.append(html.Element("li"))
                items[-1].append(made)
            else:
                paragraph.addprevious(made)
            open_lists.append(made)
        item = html.Element("li")
        item.text = paragraph.text
        item.extend(list(paragraph))
        open_lists[-1].append(item)
        paragraph.text, paragraph.tail = None, None
        paragraph.getparent().remove(paragraph)
        last = open_lists[0]
        last.tail = after
        for name in ("style", "class"):
            item.attrib.pop(name, None)


def _take_marker(paragraph: HtmlElement) -> bool:
    """Takes the bullet or the number away that Word wrote into the text; returns whether it was a number."""
    for span in paragraph.iter("span"):
        if WORD_MARKER.search(span.get("style", "")):
            marker = text_of(span)
            _drop(span)
            return not BULLET.match(marker)
    return False


def _unwrap_boxes(root: HtmlElement) -> None:
    """A box with blocks in it goes and leaves them; one with words alone was meant as a paragraph."""
    for box in reversed([element for element in root.iter() if element.tag in BOXES and element is not root]):
        if box.getparent().tag in ("li", "td", "th") and len(box.getparent()) == 1:
            box.drop_tag()
        elif any(child.tag in BLOCKS for child in box):
            _wrap_loose_text(box)
            box.drop_tag()
        else:
            box.tag = "p"
    for figure in list(root.iter("figure")):
        if next(figure.iter("img", "table"), None) is None:
            figure.tag = "div"
            for caption in list(figure.iter("figcaption")):
                caption.tag = "p"
            _wrap_loose_text(figure)
            figure.drop_tag()
    for caption in list(root.iter("figcaption")):
        if caption.getparent().tag != "figure":
            caption.tag = "p"
    for paragraph in list(root.iter("p")):
        if len(paragraph) == 1 and paragraph[0].tag == "img" and not text_of(paragraph):
            paragraph.tag = "figure"
    for picture in list(root.iter("img")):
        if picture.getparent() is root:
            tail, picture.tail = picture.tail, None
            figure = html.Element("figure")
            picture.addprevious(figure)
            figure.append(picture)
            figure.tail = tail
    for inner_list in list(root.iter("ul", "ol")):
        if inner_list.getparent().tag in ("ul", "ol"):  # Google Docs writes it beside the item that it belongs to
            item = inner_list.getprevious()
            if item is None or item.tag != "li":
                item = html.Element("li")
                inner_list.addprevious(item)
            inner_list.tail = None
            item.append(inner_list)
    for heading in list(root.iter("h1", "h2", "h3", "h4", "h5", "h6")):
        for inner in list(heading.iter("strong", "p")):
            inner.drop_tag()  # a heading is bold by itself


def _wrap_loose_text(box: HtmlElement) -> None:
    """Words that stand by themselves become paragraphs; an empty line between them begins a new one."""
    made: list[HtmlElement] = []
    paragraph: HtmlElement | None = None

    def say(words: str) -> None:
        nonlocal paragraph
        for place, part in enumerate(re.split(r"\n[ \t\r]*\n", words)):
            if place:
                paragraph = None
            if paragraph is None:
                if not part.strip():
                    continue
                paragraph = html.Element("p")
                made.append(paragraph)
                part = part.lstrip()
            if len(paragraph):
                paragraph[-1].tail = (paragraph[-1].tail or "") + part
            else:
                paragraph.text = (paragraph.text or "") + part

    say(box.text or "")
    for child in list(box):
        after, child.tail = child.tail or "", None
        if child.tag in BLOCKS or HEADING.match(str(child.tag)) or child.tag in BOXES:
            paragraph = None
            made.append(child)
        elif child.tag == "br" and paragraph is None:
            pass
        else:
            if paragraph is None:
                paragraph = html.Element("p")
                made.append(paragraph)
            paragraph.append(child)
        say(after)
    box.text = None
    for child in list(box):
        box.remove(child)
    box.extend(made)


def _drop_empty_tables(root: HtmlElement) -> None:
    for row in list(root.iter("tr")):
        if next(row.iterchildren("td", "th"), None) is None:
            _drop(row)
    for table in list(root.iter("table")):
        if next(table.iter("tr"), None) is None:
            for caption in table.iter("caption"):
                caption.tag = "p"
            for part in list(table.iter("thead", "tbody", "tfoot")):
                part.drop_tag()
            table.drop_tag()


def _put_headings_in_order(body: Body) -> None:
    """The levels that are used become h2, h3, h4, and none is skipped on the way down: the page itself has the h1."""
    headings = [element for element in body.root.iter() if HEADING.match(str(element.tag))]
    used = sorted({element.tag for element in headings})
    before = 1
    for element in headings:
        level = min(2 + used.index(element.tag), before + 1, 4)
        body.changes.headings += element.tag != f"h{level}"
        element.tag, before = f"h{level}", level


def _say_what_headers_head(table: HtmlElement) -> None:
    for number, row in enumerate(table.iter("tr")):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        heads_columns = number == 0 and (len(cells) == 1 or any(cell.tag == "th" for cell in cells[1:]))
        for place, cell in enumerate(cells):
            cell.attrib.pop("scope", None)
            if cell.tag == "th":
                cell.set("scope", "row" if place == 0 and not heads_columns else "col")


def _unwrap_lone_paragraph(cell: HtmlElement) -> None:
    """`<td><p>words</p></td>` says no more than `<td>words</td>`; in a list item, its list may follow the words."""
    if len(cell) == 0 or cell[0].tag != "p" or cell[0].attrib or (cell.text or "").strip():
        return
    if all(child.tag in ("ul", "ol") for child in cell[1:]):
        cell.text = None
        cell[0].tail = (cell[0].tail or "").strip() or None
        cell[0].drop_tag()


def _strip(block: HtmlElement) -> None:
    block.text = (block.text or "").lstrip() or None
    if len(block):
        block[-1].tail = (block[-1].tail or "").rstrip() or None
    else:
        block.text = (block.text or "").rstrip() or None


def _break_lines(root: HtmlElement) -> None:
    """A line for each block, row and item: whoever reads the HTML, or what changed in it, reads lines."""
    for element in root.iter("ul", "ol", "table", "thead", "tbody", "tr", "blockquote", "figure"):
        if element.tag in ("tr", "figure") or (element.text or "").strip():
            continue
        element.text = "\n"
    for element in root.iter(*BLOCKS, "li", "tr", "thead", "tbody", "caption"):
        if element is not root and not (element.tail or "").strip():
            element.tail = "\n"
    for item in root.iter("li", "td", "th"):
        if len(item) and item[-1].tail == "\n":
            item[-1].tail = None
