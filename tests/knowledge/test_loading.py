import re
from shutil import copy
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.models import Duty
from knowledge import publishing, writing
from knowledge.loading import LIBRARY, load_library
from knowledge.models import Article, ArticleVersion
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(tmp_path):
    """Of the library one article and one template: what holds of two holds of all."""
    (tmp_path / "templates").mkdir()
    for path in [*LIBRARY.glob("skriv-ett-behov.*"), *LIBRARY.glob("templates/effektplan.*")]:
        copy(path, tmp_path / path.relative_to(LIBRARY))
    return tmp_path


def test_the_library_is_published_in_every_language(at, capsys):
    call_command("load_library")
    assert "22 articles of guidance published, 18 files" in capsys.readouterr().out
    for article in Article.objects.public():
        assert {version.language for version in article.versions.all()} == dict(settings.LANGUAGES).keys()
        assert article.phases


def test_loading_again_changes_nothing(at, few):
    load_library(at, library=few)
    assert load_library(at, library=few) == []
    assert ArticleVersion.objects.count() == 6


def test_what_editors_did_is_never_overwritten(at, few):
    load_library(at, library=few)
    curator = make.user(duty=Duty.CURATOR)
    article = Article.objects.get(slug="skriv-ett-behov")
    bound: dict[str, Any] = {"phases": [], "themes": [], "role": "curator", "owner": curator, "review_by": at.date()}
    writing.bind(article, slug="behov", **bound, by=curator, at=at)
    writing.save(article, "sv", title="Vår", summary="Vår.", body="Vår egen.", revision=1, by=curator, at=at)
    publishing.archive(article, by=curator, at=at)
    assert load_library(at, library=few) == []
    assert Article.objects.get(slug="behov").archived_at


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.md")), ids=lambda path: path.name)
def test_an_article_of_the_library_names_sources_and_is_not_legal_advice(path):
    text = path.read_text(encoding="utf-8")
    assert re.search(r"^## (Källor|Kilder|Sources)$", text, re.MULTILINE)
    assert re.search(r"inte juridisk rådgivning|ikke juridisk rådgivning|not legal advice", text)
    body = text.split("---\n", 2)[2]
    assert len(body.split()) > 290
    if path.stem.endswith(".sv"):
        assert 300 <= len(body.split()) <= 620
