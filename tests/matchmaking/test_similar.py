"""Who else has the need of a draft: found over languages, never from what is not published."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaking import counting, similar
from matchmaking.models import WordFrequency
from procurements import closing, writing
from tests import make

pytestmark = pytest.mark.django_db

NOTHING = dict.fromkeys(("summary", "affected", "cost_today", "desired_effect", "tried", "description"), "…")
SWEDISH = {
    "language": "sv",
    "title": "Fallarm för äldre hemma",
    "problem": "Äldre som bor ensamma faller på natten och blir liggande.",
}
NORWEGIAN = {
    "language": "nb",
    "title": "Fallalarm i omsorgsboliger",
    "problem": "Beboere blir funnet sent etter ulykker.",
}
ENGLISH = {
    "language": "en",
    "title": "A fall detector for sheltered housing",
    "problem": "Residents are found hours later.",
}
ROAD = {
    "language": "sv",
    "title": "Asfalt på gator och vägar",
    "problem": "Gatorna har hål efter vintern.",
    "cpv": ["45233223"],
    "goals": [9],
}


def need(said, **fields):
    return make.notice(**{**NOTHING, **said, **fields})


def draft(said, **fields):
    return need(said, published=False, **fields)


def titles(notice, at=make.NOW + timedelta(hours=1)):
    counting.refresh()
    return [row.notice.current_version.title for row in similar.similar_for_team(notice, at=at).rows]


def reasons_of(notice):
    counting.refresh()
    [row] = similar.similar_for_team(notice, at=make.NOW).rows
    return {reason.kind: reason.values for reason in row.likeness.reasons}


def test_the_same_need_is_found_in_two_other_languages_and_another_one_is_not(lists):
    need(NORWEGIAN, cpv=["33196100"])
    need(ENGLISH, cpv=["33196000"])
    need(ROAD)
    assert set(titles(draft(SWEDISH, cpv=["33196100"]))) == {NORWEGIAN["title"], ENGLISH["title"]}


def test_words_that_share_no_letters_with_the_others_are_joined_by_what_they_mean(lists):
    need({"language": "en", "title": "A fall detector", "problem": "Nobody comes."}, cpv=["33196000"])
    found = reasons_of(draft({"language": "nb", "title": "Fallalarm", "problem": "Ingen kommer."}, cpv=["33196100"]))
    assert found["meaning"] == ("fall detector",)
    assert found["cpv"] == ("33196",)


def test_a_draft_without_codes_is_understood_by_its_words(lists):
    need(NORWEGIAN, cpv=["33196100"])
    assert titles(draft(SWEDISH, cpv=[])) == [NORWEGIAN["title"]]


def test_the_reasons_say_the_words_as_they_were_written_and_what_else_is_the_same(lists):
    other = make.buyer(region="SE224", inhabitants=50_000)
    need({**SWEDISH, "title": "Fallarm om natten"}, buyer=other, regions=["SE224"], cpv=["33196100"])
    mine = make.buyer(region="SE224", inhabitants=70_000)
    found = reasons_of(draft(SWEDISH, buyer=mine, regions=["SE224"], cpv=["33196100"]))
    assert "fallarm" in found["words"]
    assert "natten" in found["words"]
    assert found["region"] == ("SE224",)
    assert found["size"] == ("50000",)
    assert "meaning" not in found, "it is the same language: the words say it"


def test_before_anything_was_counted_the_few_notices_are_found_all_the_same(lists):
    need({**SWEDISH, "title": "Fallarm om natten"})
    assert not WordFrequency.objects.exists()
    assert len(similar.similar_for_team(draft(SWEDISH), at=make.NOW).rows) == 1


def test_an_empty_arena_says_nobody(lists):
    assert titles(draft(SWEDISH)) == []


def test_ones_own_needs_are_not_others(lists):
    buyer = make.buyer()
    need({**SWEDISH, "title": "Fallarm om natten"}, buyer=buyer)
    assert titles(draft(SWEDISH, buyer=buyer)) == []


def test_those_who_take_part_in_the_buyer_group_are_not_others(lists):
    group = make.group()
    partner = make.buyer()
    make.participant(group, partner)
    need({**SWEDISH, "title": "Fallarm om natten"}, buyer=partner)
    by = make.member(group.lead)
    notice = writing.begin(organisation=group.lead, kind="need", by=by, at=make.NOW, wording=SWEDISH, buyer_group=group)
    assert titles(notice) == []


def test_a_procurement_is_one_row_with_its_newest_notice(lists):
    first = need({**SWEDISH, "title": "Fallarm om natten"})
    by = make.member(first.procurement.organisation)
    make_public(writing.go_on(first, kind="consultation", by=first.edited_by, at=make.NOW), by=first.edited_by)
    found = similar.similar_for_team(draft(SWEDISH), at=make.NOW + timedelta(hours=2))
    assert [row.notice.kind for row in found.rows] == ["consultation"]
    assert found.buyers == 1
    assert by


def make_public(notice, *, by):
    from procurements import publishing

    notice.deadline_at = make.NOW + timedelta(days=20)
    notice.save()
    publishing.publish(notice, by=by, at=make.NOW + timedelta(hours=1))


def test_one_that_is_open_stands_before_one_that_has_ended(lists):
    ended = need({**SWEDISH, "title": "Fallarm ett"})
    closing.close(ended, by=ended.edited_by, at=make.NOW, reason="Löst.")
    need({**SWEDISH, "title": "Fallarm två"})
    assert titles(draft(SWEDISH)) == ["Fallarm två", "Fallarm ett"]


def test_at_most_five_are_shown_and_all_are_counted(lists):
    for number in range(7):
        need({**SWEDISH, "title": f"Fallarm om natten {number}"})
    counting.refresh()
    found = similar.similar_for_team(draft(SWEDISH), at=make.NOW)
    assert (len(found.rows), found.buyers) == (5, 7)


def test_the_same_question_has_the_same_answer_and_ties_an_order(lists):
    for _number in range(3):
        need({**SWEDISH, "title": "Fallarm om natten"})
    counting.refresh()
    notice = draft(SWEDISH)
    answers = [similar.similar_for_team(notice, at=make.NOW) for _number in range(3)]
    assert answers[0] == answers[1] == answers[2]
    keys = [row.notice.procurement_id for row in answers[0].rows]
    assert keys == sorted(keys, reverse=True)


def test_drafts_of_others_change_neither_answer_nor_points(lists):
    need({**SWEDISH, "title": "Fallarm om natten"})
    notice = draft(SWEDISH)
    counting.refresh()
    before = similar.similar_for_team(notice, at=make.NOW)
    for number in range(4):
        draft({**SWEDISH, "title": f"Fallarm som ingen får se {number}"})
    counting.count(counting.NoticeSearch.objects.count())
    assert similar.similar_for_team(notice, at=make.NOW) == before


def test_the_working_text_over_a_published_need_is_neither_found_nor_asked_about(lists):
    other = need(ROAD)
    other.title, other.problem = SWEDISH["title"], SWEDISH["problem"]
    other.save()
    assert titles(draft(SWEDISH, cpv=[])) == []
    need({**SWEDISH, "title": "Fallarm om natten"})
    found = similar.similar_in_public(other, without=[], at=make.NOW)
    assert found.rows == []


def test_only_stop_words_find_nobody(lists):
    need(SWEDISH)
    said = {"language": "sv", "title": "och att det", "problem": "vi ska ha det som vi behöver"}
    assert titles(draft(said, cpv=[], goals=[], regions=[])) == []


@pytest.mark.parametrize("language", ["sv", "fi", "xx", ""])
def test_what_is_nonsense_or_endless_takes_a_second_at_most(lists, language):
    need(SWEDISH)
    notice = draft(SWEDISH)
    notice.language = language
    notice.title = "' | \\ & ! <-> :* \0 fall'larm"
    notice.problem = " ".join(f"ord{'abcdefghij'[n % 10]}{n:x}" for n in range(30_000))[:200_000]
    notice.cpv = [f"{10_000_000 + n * 10:08d}" for n in range(500)] + ["nonsense", "", "3"]
    notice.goals, notice.regions = list(range(1, 18)), ["SE224"] * 50 + ["??"]
    began = time.perf_counter()
    similar.similar_for_team(notice, at=make.NOW)
    assert time.perf_counter() - began < 1


def test_the_number_of_queries_depends_on_nothing(lists):
    notice = draft(SWEDISH)
    need({**SWEDISH, "title": "Fallarm om natten"})
    counting.refresh()

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            similar.similar_for_team(notice, at=make.NOW)
        return len(captured)

    queries()  # the meanings are read once a process
    one = queries()
    for number in range(6):
        need({**SWEDISH, "title": f"Fallarm nummer {number}"})
    counting.refresh()
    assert queries() == one <= 8
