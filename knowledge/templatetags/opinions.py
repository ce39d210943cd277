"""`{% load opinions %}`, then `{% opinion article version %}` at the foot of an article."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from knowledge.models import Article, ArticleVersion
from knowledge.opining import Share, page_token

register = template.Library()


@register.inclusion_tag("knowledge/_opinion.html", takes_context=True)
def opinion(context: template.Context, article: Article, version: ArticleVersion) -> dict[str, Any]:
    return {"article": article, "read": page_token(version), "csrf_token": context.get("csrf_token")}


@register.simple_tag
def opinion_share(article: int, shares: dict[int, Share]) -> str:
    """What its readers said of an article as a whole, in words; "" while too few have answered."""
    share = shares.get(article)
    if share is None or share.percent is None:
        return ""
    said = {"percent": share.percent, "said": share.said}
    return _("%(percent)d %% of %(said)d readers say that this article helped") % said
