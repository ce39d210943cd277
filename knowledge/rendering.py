"""From Markdown, as an editor typed it, to HTML that can do no harm and keeps the page's outline in order."""

from __future__ import annotations

import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

LONGEST = 60_000  # characters of Markdown; what a person would call a very long article

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li"),
    *("a", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"scope"}}
SCHEMES = {"http", "https", "mailto"}

# Raw HTML stays visible text; images are not loaded from elsewhere (and none are kept here yet).
markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def render(body: str) -> SafeString:
    """Markdown (CommonMark and tables) as sanitised HTML; the headings begin at h2, because the page has the h1."""
    tokens = markdown.parse(body[:LONGEST])
    _put_headings_in_order(tokens)
    for token in tokens:
        if token.type == "th_open":
            token.attrs = {"scope": "col"}  # and the alignment goes: our pages allow no style attributes
    return clean(markdown.renderer.render(tokens, markdown.options, {}))


def clean(html: str) -> SafeString:
    """HTML with what is on the list alone. Also for what was cleaned before: other hands may have written the row."""
    made = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
        attribute_filter=_keep_attribute,
    )
    # A wide table scrolls by itself, by keyboard too; after cleaning, a table is written in one way alone.
    made = made.replace("<table>", '<div class="table" tabindex="0"><table>').replace("</table>", "</table></div>")
    return mark_safe(made)  # noqa: S308  the one place where an article's words become HTML


def _put_headings_in_order(tokens: list[Token]) -> None:
    """The levels that are used become h2, h3, h4 ... in their order: `#` and `###` alone are h2 and h3."""
    levels = sorted({token.tag for token in tokens if token.type == "heading_open"})
    new = {tag: f"h{min(2 + place, 6)}" for place, tag in enumerate(levels)}
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = new[token.tag]


def _keep_attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        place = re.split(r"[/?]", value.strip(), maxsplit=1)[0].lower()
        if re.match(r"[\s\x00-\x20]*[/\\]{2}", value):
            return None  # "//elsewhere": it looks like a path of ours and is not
        if ":" in place and place.split(":", 1)[0] not in SCHEMES:
            return None  # nothing that even looks like another scheme, as "java%0ascript:"
    if attribute == "scope" and value != "col":
        return None
    return value
