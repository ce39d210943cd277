"""`{% load explaining %}`, then `{% term "innovation partnership" %}` wherever a novice meets the word."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language, gettext

from taxonomy.explaining import explained_word
from taxonomy.glossary import terms

register = template.Library()


@register.simple_tag(takes_context=True)
def term(context: template.Context, name: str, words: str = "") -> SafeString:
    """The term of the glossary with this English name, in the page's language or in the `words` of its place."""
    found, language = terms()[name], (get_language() or "sv")[:2]
    place = int(context.render_context.get("explained") or 0) + 1
    context.render_context["explained"] = place
    return explained_word(found, words or found.label(language), language, name=f"word-{slugify(name)}-{place}")


@register.simple_tag(takes_context=True)
def hard_words(context: template.Context, *names: str) -> SafeString:
    """A line that explains the words of a page: `{% hard_words "lead buyer" "option holder" %}`."""
    words = format_html_join(" · ", "{}", ((term(context, name),) for name in names))
    return format_html('<p class="small quiet instruction">{} {}</p>', gettext("What the words mean:"), words)
