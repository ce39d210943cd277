"""What every mail has in common: a subject that is one line, and a text part of readable width."""

import textwrap

WIDTH = 72  # characters a line of the text part; an address is never broken
LONGEST_SUBJECT = 200


def one_line(text: str) -> str:
    """Without line breaks and other control characters, so that nobody writes a header of their own."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(printable.split())[:LONGEST_SUBJECT]


def wrapped(text: str) -> str:
    """Lines of at most WIDTH characters where words allow it, never more than one empty line in a row."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        words = line.lstrip(" *")
        start = line[: len(line) - len(words)]
        under = " " * len(start)  # what a line goes on with stands under its words
        parts = textwrap.wrap(
            words, WIDTH, initial_indent=start, subsequent_indent=under, break_long_words=False, break_on_hyphens=False
        ) or [""]
        if parts != [""] or (lines and lines[-1]):
            lines += parts
    return "\n".join(lines) + "\n"
