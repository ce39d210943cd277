"""Whatever somebody types as a word: it is saved or refused, and found by the matcher where the preview finds it."""

from datetime import timedelta

import pytest

from matchmaking import engine, looking_back
from matchmaking.forms import SubscriptionForm
from matchmaking.models import Match, MatchFailure
from matchmaking.previewing import preview
from tests import make

pytestmark = pytest.mark.django_db
NEW = "/en/matches/saved-searches/new/"
WORDS = [
    *("İ" * 80, "ﬃ" * 80, "a-" * 40, "a/b." * 20, "x.se/" + "a/" * 37, "é̀" * 40, "日本語" * 26, "🙂" * 80, "a🙂b"),
    *("' OR 1=1 --", "\\", "\\'", "a & b | !c:*", "<b>x</b>", "%(x)s %s %%", "{a,b}", "NULL", '"a"', "~", "*", "a_b"),
    *("1e400", "-5", "+46 70 123", "2026-11-22", "C#", ".NET", "a:b:c", "P:33196", "w:fall", "N:SE224", "١٢٣"),
    *("fall\u200bsensor", "\u202efall", "word\u00a0word", "\x01\x02a", "a\x1fb", "a@b.se", "http://a.b/?q='x'&y=\\z"),
]


def test_they_are_found_where_the_preview_finds_them(at):
    anna = make.user()
    for language in ("sv", "nb", "fi"):
        make.notice(language=language, description=" ".join(WORDS), at=at - timedelta(hours=1))
    searches = [make.subscription(person=anna, words=[word]) for word in WORDS]
    searches += [make.subscription(person=anna, words=["fall"], excluded_words=[word]) for word in WORDS]
    engine.drain(at)
    assert not MatchFailure.objects.exists()
    assert Match.objects.count() > len(WORDS)
    for search in searches:
        matched = set(Match.objects.filter(subscription=search).values_list("version__notice", flat=True))
        assert {each.notice.pk for each in preview(search, at=at).found} == matched, search.words
    assert looking_back.drain(at) == len(searches)


def test_no_page_falls_over_them(signed_in):
    browser = signed_in(make.user())
    lines = "\r\n".join(WORDS[:30])
    for words in (lines, "\r\n".join(WORDS[30:]), "a\0b"):
        said = {"name": "x", "words": words, "excluded_words": words, "preview": "1"}
        assert browser.post(NEW, said).status_code in (200, 422)
    every = (
        "name",
        "cpv",
        "regions",
        "goals",
        "kinds",
        "languages",
        "value_from",
        "currency",
        "buyers",
        "buyers-words",
    )
    for word in ("a\0b", "' OR 1=1 --", "-5", "1e400", "١٢٣", "9" * 5000):
        assert browser.post(NEW, dict.fromkeys(every, word)).status_code == 422
        filters = ("q", "cpv", "goal", "region", "kind", "buyer", "country", "innovation")
        assert browser.get(NEW, dict.fromkeys(filters, word)).status_code in (200, 400)


def test_blanks_that_separate_reasons_are_spaces():
    form = SubscriptionForm({"name": "x", "words": "fall\x1fsensor\r\nfall  sensor\r\ntrygg\thet"}, usual="daily")
    assert form.is_valid()
    assert form.cleaned_data["words"] == ["fall sensor", "trygg het"]
