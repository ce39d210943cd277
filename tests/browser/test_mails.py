"""Mails of every registered kind in a real page: axe, dark and light, on a telephone; and the validators where they are installed."""

import shutil
import subprocess

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User
from notifications import kinds, rendering
from notifications.kinds import Change
from notifications.rendering import Entry
from tests.browser.looking import OPTIONS, violations


@pytest.fixture
def mails(monkeypatch):
    """{name: html}: a digest with an entry of every kind, and a mail with one entry alone."""
    monkeypatch.setattr(rendering, "SHOWN", 100)
    person = User(pk=1, name="Anna Berg", email="anna@example.org")
    with translation.override("sv"):
        all_kinds = [
            Entry(
                f"{kind.label}: ett ovanligt långt ärendenamn med {'Sammansättning' * 4}", f"/sv/{kind.code}/", kind.change,
                "Behov · Eslövs kommun · svara senast fredag 14 mars 2025 kl. 23.59 (svensk tid)", [str(kind.description)],
                ["CPV 33196 Hjälpmedel", "ordet fall"], [f"kind:{kind.code}"],
            )
            for kind in kinds.all_kinds()
        ]  # fmt: skip
        all_kinds.sort(key=lambda entry: list(Change).index(entry.change))
        found = {"all": all_kinds, "one": all_kinds[:1]}
        return {name: html(entries, person) for name, entries in found.items()}


def html(entries, person):
    context = {**rendering.context_of(entries, person, "sv"), "unsubscribe_url": "http://localhost:8000/x"}
    return render_to_string("mail/notifications/lines.html", context)


def test_mails_of_every_kind_are_accessible_and_fit_a_telephone(open_page, mails):
    wrong = []
    dark = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    for scheme, name, options in (("light", "all", OPTIONS), ("light", "one", OPTIONS), ("dark", "all", dark)):
        page = open_page(width=320, scheme=scheme)
        page.set_content(mails[name])
        wrong += [(scheme, name, each["id"], each["nodes"][0]["html"]) for each in violations(page, options)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append((scheme, name, "scrolls sideways", ""))
    assert wrong == []


@pytest.mark.parametrize("tool", [["vnu", "--stdout"], ["html-validate"]], ids=lambda tool: tool[0])
def test_validators_accept_the_mails(tool, tmp_path, mails):
    if not shutil.which(tool[0]):
        pytest.skip(f"{tool[0]} is not installed here")
    for number, words in enumerate(mails.values()):
        (tmp_path / f"{number}.html").write_text(words)
    answered = subprocess.run([*tool, *map(str, tmp_path.glob("*.html"))], capture_output=True, text=True, check=False)
    assert answered.returncode == 0, answered.stdout
