"""How often a word stands in what is published: counted now and then, from published texts alone."""

import pytest

from matchmaking import counting
from matchmaking.models import WordFrequency
from tests import make

pytestmark = pytest.mark.django_db


def counts():
    return dict(WordFrequency.objects.values_list("lexeme", "notices"))


def test_each_lexeme_is_counted_once_a_notice_and_codes_with_what_lies_above_them():
    for _number in range(2):
        make.notice(title="Fallarm och fallarm", problem="Fallarm.")
    make.notice(language="nb", title="Fallalarm")
    assert counting.refresh()
    found = counts()
    assert (found["fallarm"], found["fallalarm"], found[""]) == (2, 1, 3)
    assert (found["L:sv"], found["P:33196"], found["P:331"]) == (2, 3, 3)


def test_a_draft_is_not_counted():
    make.notice(title="Fallarm")
    make.notice(title="Hemligheten", published=False)
    counting.refresh()
    assert "hem" not in counts()
    assert counts()[""] == 1


def test_it_counts_again_when_something_came_and_rests_when_nothing_did():
    make.notice(title="Fallarm")
    assert counting.refresh()
    assert not counting.refresh()
    make.notice(title="Halkvarnare")
    assert counting.refresh()
    assert "halkvarn" in counts()


def test_words_of_three_languages_that_are_one_word_have_one_key():
    for language, title in (("sv", "Larm"), ("nb", "Alarm"), ("en", "Alarm")):
        make.notice(language=language, title=title)
    counting.refresh()
    keys = set(WordFrequency.objects.filter(pk__in=["larm", "alarm"]).values_list("key", flat=True))
    assert len(keys) == 1


def test_an_empty_arena_can_be_counted():
    assert counting.refresh()
    assert counts() == {"": 0}


def test_the_bell_that_counts_is_rung():
    from django.conf import settings

    from matchmaking.tasks import count_words

    assert count_words.name in {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}
    make.notice(title="Fallarm")
    count_words()
    assert counts()["fallarm"] == 1
