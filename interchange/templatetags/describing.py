"""schema.org in the head of a page. The content policy lets it pass: it is a block of data, which no browser executes."""

import json
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Organisation
from interchange import describing
from knowledge.models import Article, ArticleVersion, Occasion
from procurements.models import Notice, NoticeVersion

register = template.Library()

# What could end the element, or begin a comment in it; JSON says the same with its number.
ESCAPED = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


@register.simple_tag
def described_notice(notice: Notice, version: NoticeVersion, buyers: Any, words: dict[str, Any]) -> SafeString:
    """`buyers` and `words` are those of the page: nothing is asked for twice."""
    facts = describing.of_notice(
        notice,
        version,
        [buyer.organisation for buyer in buyers],
        cpv=[label for _code, label in words["cpv"]],
        regions=dict(words["regions"]),
    )
    return _block(facts)


@register.simple_tag
def described_organisation(organisation: Organisation) -> SafeString:
    return _block({"@context": "https://schema.org", **describing.of_organisation(organisation)})


@register.simple_tag
def described_article(article: Article, version: ArticleVersion) -> SafeString:
    return _block(describing.of_article(article, version))


@register.simple_tag
def described_event(article: Article, version: ArticleVersion, occasion: Occasion) -> SafeString:
    return _block(describing.of_event(article, version, occasion))


def _block(facts: dict[str, Any]) -> SafeString:
    text = json.dumps(facts, ensure_ascii=False).translate(ESCAPED)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308  escaped above
