"""Guidance: articles of five genres with one life, the facts that some have, and what stands around them."""

from knowledge.models.around import ArticlePicture, ArticleSearch, Banner, LinkUse, Opinion, OutsideLink
from knowledge.models.articles import (
    SOON,
    Article,
    ArticleQuerySet,
    ArticleSlug,
    ArticleText,
    ArticleVersion,
    Audience,
    Genre,
    Role,
    Words,
)
from knowledge.models.facts import Attendance, CaseFacts, Occasion, TemplateFile, TemplateFollower
from knowledge.models.publishing import Publication

__all__ = [
    "SOON",
    "Article",
    "ArticlePicture",
    "ArticleQuerySet",
    "ArticleSearch",
    "ArticleSlug",
    "ArticleText",
    "ArticleVersion",
    "Attendance",
    "Audience",
    "Banner",
    "CaseFacts",
    "Genre",
    "LinkUse",
    "Occasion",
    "Opinion",
    "OutsideLink",
    "Publication",
    "Role",
    "TemplateFile",
    "TemplateFollower",
    "Words",
]
