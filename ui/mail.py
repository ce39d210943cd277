"""One way from a template to a mail: subject, text and HTML, all in the reader's language."""

import textwrap
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

WIDTH = 72  # characters a line of the text part; an address is never broken
LONGEST_SUBJECT = 200


def render_mail(stem: str, context: dict[str, Any], *, language: str) -> tuple[str, str, str]:
    """(subject, text, html) of `<stem>.subject.txt`, `<stem>.txt` and `<stem>.html`.

    The subject is one line whatever the context holds, so that nobody writes a header of their own.
    """
    facts = {"language": language, "site_name": settings.NAME, "base": settings.URL, **context}
    with translation.override(language):
        subject = one_line(_plain(f"{stem}.subject.txt", facts))
        text = wrapped(_plain(f"{stem}.txt", facts))
        html = get_template(f"{stem}.html").render({**facts, "subject": subject})
    return subject, text, html


def one_line(text: str) -> str:
    """Without line breaks and other control characters."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(printable.split())[:LONGEST_SUBJECT]


def wrapped(text: str) -> str:
    """Lines of at most WIDTH characters where words allow it, never more than one empty line in a row."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        parts = textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
        if parts != [""] or (lines and lines[-1]):
            lines += parts
    return "\n".join(lines) + "\n"


def _plain(template: str, facts: dict[str, Any]) -> str:
    # Plain text: an ampersand in a name is an ampersand.
    return str(get_template(template).template.render(Context(facts, autoescape=False)))  # type: ignore[attr-defined]
