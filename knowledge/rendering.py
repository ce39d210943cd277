"""What the words of an article may be: HTML that does no harm and that everybody can read, when stored and when shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from lxml import html as writer
from markdown_it import MarkdownIt

from knowledge import mending

LONGEST = 200_000  # characters of HTML; a person would call a third of it a very long article
LONGEST_MARKDOWN = 60_000
LANGUAGES = ("sv", "nb", "en", "da", "fi", "de", "fr", "se")  # that a part of an article may be in

INLINE = {"a", "br", "code", "em", "img", "span", "strong", "sub", "sup"}
TAGS = {
    *INLINE,
    *("p", "hr", "h2", "h3", "h4", "pre", "blockquote", "ul", "ol", "li", "figure", "figcaption"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
SPANS = {"colspan", "rowspan"}
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "th": {"scope", *SPANS},
    "td": SPANS,
    "*": {"lang"},
}
SCHEMES = {"http", "https", "mailto"}
PICTURE = re.compile(r"/guidance/pictures/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")  # `picture_detail`

# What other programs write, let through as far as `mending`, which makes our own elements of it.
LOOSE_TAGS = {*TAGS, *mending.RENAMED, *mending.BOXES, "h1", "h5", "h6", "font"}
LOOSE_ATTRIBUTES = {**ATTRIBUTES, "*": {"lang", "style", "class"}, "a": {"href", "name"}}
GONE_WITH_CONTENT = {"script", "style", "title", "template", "noscript", "iframe", "object", "select", "svg", "math"}

# Raw HTML in Markdown stays visible text; the first library has no pictures.
markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


@dataclass(frozen=True)
class Sanitised:
    html: str
    notes: list[str]  # what was changed or taken away, in the reader's language


def sanitise(html: str) -> str:
    """What is stored: the elements of TAGS alone, headings and tables in order. The same again when repeated."""
    return sanitised(html).html


def sanitised(html: str) -> Sanitised:
    """`sanitise`, with sentences about what an editor would miss or wonder at."""
    body = mending.mend(_cleaned(html, LOOSE_TAGS, LOOSE_ATTRIBUTES))
    made = "".join([escape(body.root.text or ""), *(writer.tostring(child, encoding="unicode") for child in body.root)])
    return Sanitised(_cleaned(made, TAGS, ATTRIBUTES, rel="noopener noreferrer").strip(), _notes(body.changes))


def shown(html: str) -> SafeString:
    """What a page shows. What was stored is cleaned once more: other hands may have written the row."""
    late = {"img": {"loading": "lazy", "decoding": "async"}}
    made = _cleaned(html, TAGS, ATTRIBUTES, rel="noopener noreferrer", added=late)
    # A wide table scrolls by itself, by keyboard too; after cleaning, a tag is written in one way alone.
    made = re.sub(r"<table( lang=\"\w+\")?>", r'<div class="table" tabindex="0"><table\1>', made)
    made = made.replace("</table>", "</table></div>")
    return mark_safe(made)  # noqa: S308  the one place where an article's words become HTML


def render(body: str) -> str:
    """Markdown (CommonMark and tables), as the files of the first library have it, as HTML to be stored."""
    return sanitise(markdown.render(body[:LONGEST_MARKDOWN]))


def language_names() -> list[tuple[str, str]]:
    """The languages that a part of an article may be in, by name in the reader's language."""
    names = {
        "sv": _("Swedish"),
        "nb": _("Norwegian bokmål"),
        "en": _("English"),
        "da": _("Danish"),
        "fi": _("Finnish"),
        "de": _("German"),
        "fr": _("French"),
        "se": _("Northern Sami"),
    }
    return [(code, names[code]) for code in LANGUAGES]


def pictures_in(html: str) -> set[str]:
    """The ids of the pictures that the HTML shows or leads to."""
    return set(re.findall(f'"{PICTURE.pattern}"', html))


def obstacles(html: str) -> list[str]:
    """What must be mended before the text can be published, a sentence each."""
    count = sum(picture.get("alt") is None for picture in mending.parse(html or "<p></p>").iter("img"))
    if not count:
        return []
    return [
        ngettext(
            "%(count)s picture has no text for those who cannot see it. Describe it, or say that it is decoration.",
            "%(count)s pictures have no text for those who cannot see them. Describe them, or say that they are decoration.",
            count,
        )
        % {"count": count}
    ]


def remarks(html: str) -> list[str]:
    """What should be mended, a sentence each: `obstacles` first, then what makes the text harder to read than need be."""
    root = mending.parse(html or "<p></p>")
    found = obstacles(html)
    levels = [int(element.tag[1]) for element in root.iter("h2", "h3", "h4")]
    if any(level > before + 1 for before, level in zip([1, *levels], levels, strict=False)):
        found.append(_("A level of heading is skipped. It is put in order when you save."))
    for table in root.iter("table"):
        caption = next(table.iter("caption"), None)
        name = mending.text_of(caption) if caption is not None else ""
        if next(table.iter("th"), None) is None:
            found.append(
                _("The table “%(name)s” has no header row or header column. Set one.") % {"name": name}
                if name
                else _("A table has no header row or header column. Set one.")
            )
        if any(not mending.text_of(cell) for cell in list(table.iter("th"))[1:]):  # the corner alone may be empty
            found.append(_("A header in a table is empty. Say what it heads."))
        if not name:
            found.append(_("A table has no caption. Say in a few words what it shows."))
    for link in root.iter("a"):
        found.extend(_about_link(mending.text_of(link)))
    return list(dict.fromkeys(found))


SAYS_NOTHING = {
    *("här", "klicka här", "tryck här", "läs mer", "mer", "länk", "länken", "denna länk", "den här länken", "se här"),
    *("her", "klikk her", "trykk her", "les mer", "mer her", "lenke", "lenken", "denne lenken", "se her"),
    *("here", "click here", "read more", "more", "link", "the link", "this link", "this", "see here", "learn more"),
}


def _about_link(words: str) -> list[str]:
    said = words.lower().strip(" .:!…>»→")
    if said in SAYS_NOTHING:
        return [_("The link “%(words)s” does not say where it leads. Let its words name the page.") % {"words": words}]
    if re.match(r"(https?://|www\.)", said):
        short = words if len(words) <= 60 else f"{words[:59]}…"
        return [_("The link “%(words)s” is a bare address. Write the name of the page instead.") % {"words": short}]
    return []


def _notes(changes: mending.Changes) -> list[str]:
    notes = []
    if changes.headings:
        notes.append(
            ngettext(
                "The level of %(count)s heading was changed, so that no level is skipped.",
                "The levels of %(count)s headings were changed, so that no level is skipped.",
                changes.headings,
            )
            % {"count": changes.headings}
        )
    if changes.pictures:
        notes.append(
            ngettext(
                "%(count)s picture from another place was taken away. Add it as a picture of this article.",
                "%(count)s pictures from another place were taken away. Add them as pictures of this article.",
                changes.pictures,
            )
            % {"count": changes.pictures}
        )
    if changes.links:
        notes.append(
            ngettext(
                "%(count)s link had an address that cannot be used, and is plain text now.",
                "%(count)s links had addresses that cannot be used, and are plain text now.",
                changes.links,
            )
            % {"count": changes.links}
        )
    return notes


def _cleaned(
    html: str,
    tags: set[str],
    attributes: dict[str, set[str]],
    rel: str | None = None,
    added: dict[str, dict[str, str]] | None = None,
) -> str:
    return nh3.clean(
        html,
        tags=tags,
        clean_content_tags=GONE_WITH_CONTENT,
        attributes=attributes,
        url_schemes=SCHEMES,
        link_rel=rel,
        set_tag_attribute_values=added,
        attribute_filter=_keep_attribute,
    )


def _keep_attribute(tag: str, attribute: str, value: str) -> str | None:
    is_kept = True
    if attribute == "href":
        is_kept = _may_lead_to(value)
    elif attribute == "src":
        is_kept = bool(PICTURE.fullmatch(value))
    elif attribute == "lang":
        is_kept = value in LANGUAGES
    elif attribute == "scope":
        is_kept = value in ("col", "row")
    elif attribute in ("width", "height", "start", *SPANS):
        is_kept = bool(re.fullmatch(r"[1-9]\d{0,3}", value))
    return value if is_kept else None


def _may_lead_to(address: str) -> bool:
    if re.match(r"[\s\x00-\x20]*[/\\]{2}", address) or re.match(r"[\s\x00-\x20]*[/\\][\s\x00-\x20]*[/\\]", address):
        return False  # "//elsewhere": it looks like a path of ours and is not
    place = re.split(r"[/?]", address.strip(), maxsplit=1)[0].lower()
    return (
        place.startswith("#") or ":" not in place or place.split(":", 1)[0] in SCHEMES
    )  # nothing like "java%0ascript:" either
