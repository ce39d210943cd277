"""A hard word that explains itself: a button that opens a note beside it, with no script (the Popover API of HTML)."""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from taxonomy.glossary import anchor
from taxonomy.models import Term


def explained_word(term: Term, words: SafeString | str, language: str, *, name: str) -> SafeString:
    """`words` as a button, and the note in the same language; `name` is unique on the page. It may stand in a sentence."""
    with translation.override(language):
        return format_html(
            '<button type="button" class="term" popovertarget="{name}">{words}</button>'
            '<span popover id="{name}" class="explanation" role="note"><b>{label}</b> {definition} '
            '<a href="{page}#{place}">{more}</a></span>',
            name=name,
            words=words,
            label=term.label(language),
            definition=term.definition(language),
            page=reverse("taxonomy:glossary"),
            place=anchor(term),
            more=_("In the glossary"),
        )
