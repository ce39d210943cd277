import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_the_gallery_shows_every_component(client):
    page = client.get(reverse("ui:gallery")).content.decode()
    components = {path.stem for path in (settings.BASE_DIR / "templates" / "components").glob("*.html")}
    assert components == set(re.findall(r'id="component-(\w+)"', page))


def test_the_gallery_is_no_part_of_the_product(client, settings):
    settings.PRODUCTION = True
    assert client.get(reverse("ui:gallery")).status_code == 404


def test_no_page_of_ours_carries_a_style_or_a_script_of_its_own():
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        source = path.read_text()
        assert not re.search(r"\sstyle=|\son\w+=|javascript:", source), path
        assert "mail" in path.parts or "<style" not in source, path
        assert not re.search(r"<script(?![^>]*(\ssrc=|application/json))", source), path


def test_a_page_weighs_little(client):
    page = client.get(reverse("ui:gallery")).content
    assert b"htmx-2.min.js" in page
    files = ["arena.css", "mark.svg", "django_htmx/htmx-2.min.js"]
    weight = len(page) + sum(Path(finders.find(name) or name).stat().st_size for name in files)
    assert weight < 200_000
