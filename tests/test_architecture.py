"""What must hold of the code as a whole."""

import re
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
ROOMS = [app for app in settings.INSTALLED_APPS if (ROOT / app / "__init__.py").exists()]
SOURCES = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
TEMPLATES = sorted(path.relative_to(ROOT / "templates") for path in (ROOT / "templates").rglob("*.html"))


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_the_checks_have_nothing_to_say():
    call_command("check", fail_level="WARNING", stdout=StringIO(), stderr=StringIO())


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_a_template_compiles(name):
    get_template(str(name))


def test_no_room_has_a_drawer_for_everything():
    forbidden = {"services.py", "utils.py", "helpers.py", "signals.py", "common.py", "core.py"}
    assert [path for path in SOURCES if path.name in forbidden] == []


def test_nothing_is_marked_safe_outside_the_sanitiser():
    allowed = {
        "knowledge/rendering.py",
        "knowledge/templatetags/guidance.py",
        "knowledge/terms.py",  # sanitised text, with buttons of ours
        "interchange/templatetags/describing.py",  # data for programs, escaped as JSON
    }
    found = {
        str(path.relative_to(ROOT)) for path in SOURCES if re.search(r"\bmark_safe\(|\bSafeString\(", path.read_text())
    }
    assert found <= allowed
    trusted = {"django/forms/field.html"}  # a field's help text is written in our code
    unescaped = re.compile(r"\|\s*safe\b|autoescape off")
    found = {str(path) for path in TEMPLATES if unescaped.search((ROOT / "templates" / path).read_text())}
    assert found <= trusted


def test_no_template_carries_a_style_or_a_script_of_its_own():
    inline = re.compile(r"\sstyle=|<style|<script(?![^>]*\ssrc=)(?![^>]*application/json)|\son[a-z]+=\"")
    pages = [path for path in (ROOT / "templates").rglob("*.html") if "mail" not in path.relative_to(ROOT).parts]
    assert [str(path.relative_to(ROOT)) for path in pages if inline.search(path.read_text())] == []


def test_the_clock_is_read_at_the_edge():
    """Only views, tasks, commands and middleware ask what time it is; everything below is told (architecture, part 3)."""
    edge = re.compile(
        r"views\.py$|_views\.py$|tasks\.py$|management/|middleware\.py$|unsent\.py$|migrations/|^arena/|verify|adapter\.py$|forms\.py$|persons\.py$|hearing\.py$"
    )
    callers = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if "timezone.now()" in path.read_text() and not edge.search(str(path.relative_to(ROOT)))
    ]
    assert callers == []


@pytest.mark.parametrize("language", ["sv", "nb"])
def test_every_sentence_is_translated(language):
    catalogue = polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))
    assert [entry.msgid for entry in catalogue if not entry.obsolete and not entry.translated()] == []
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == []


@pytest.mark.parametrize("language", ["sv", "nb"])
def test_the_compiled_catalogue_is_fresh(language):
    folder = ROOT / "locale" / language / "LC_MESSAGES"
    source = {
        (entry.msgctxt, entry.msgid): (entry.msgstr, entry.msgstr_plural)
        for entry in polib.pofile(str(folder / "django.po"))
        if not entry.obsolete
    }
    compiled = {
        (entry.msgctxt, entry.msgid): (entry.msgstr, entry.msgstr_plural)
        for entry in polib.mofile(str(folder / "django.mo"))
    }
    assert source == compiled


@pytest.mark.skipif(not shutil.which("xgettext"), reason="xgettext is not on this machine; CI installs it")
def test_no_sentence_is_missing_from_the_catalogue(tmp_path):
    copy = tmp_path / "arena"
    ignored = shutil.ignore_patterns(".venv", ".data", ".git", "node_modules", "tests", "bench")
    shutil.copytree(ROOT, copy, ignore=ignored)
    before = polib.pofile(str(copy / "locale/sv/LC_MESSAGES/django.po"))
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "-l", "sv", "--no-location", "--no-obsolete"],
        cwd=copy,
        check=True,
        capture_output=True,
    )
    after = polib.pofile(str(copy / "locale/sv/LC_MESSAGES/django.po"))
    known = {(entry.msgctxt, entry.msgid) for entry in before if not entry.obsolete}
    assert [entry.msgid for entry in after if (entry.msgctxt, entry.msgid) not in known] == []
