"""Two people at one text: the second is shown both, nothing is overwritten, and one button settles it (A3, R10)."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from procurements import comparing, writing
from procurements.models import Notice, Unsaved
from tests import make
from tests.procurements.wizard import STEPS, address, post, shown


@pytest.fixture
def draft(lists):
    return make.notice(published=False, at=timezone.now(), **{**STEPS["need"], "deadline_at": None})


@pytest.fixture
def both(draft, signed_in):
    """Anna saves two answers while Bo, who has opened the page before, writes a third and one of the same."""
    anna = make.member(draft.procurement.organisation, role="admin", name="Anna Ek")
    bo = signed_in(draft.edited_by)
    seen = shown(bo, draft, "need")
    post(signed_in(anna), draft, problem="Larmet kommer alltid för sent.", affected="Annas ord")
    answer = post(bo, draft, problem="Larmet kommer mycket för sent.", tried="Bos ord", **seen)
    return bo, answer


def conflict(answer, name):
    return next(one for one in answer.context["conflicts"] if one.name == name)


@pytest.mark.django_db
def test_the_second_is_refused_and_shown_both_texts_with_the_difference_marked(both, draft):
    _bo, answer = both
    assert answer.status_code == 409
    page = answer.content.decode()
    saved = Notice.objects.get()
    assert "Anna Ek" in page
    assert f"{timezone.localtime(saved.edited_at):%H:%M}" in page
    assert "<ins>alltid</ins>" in page
    assert "<ins>mycket</ins>" in page
    assert (saved.problem, saved.tried) == ("Larmet kommer alltid för sent.", "Knapp")


@pytest.mark.django_db
def test_each_answer_has_a_choice_and_what_only_the_colleague_touched_is_hers(both):
    _bo, answer = both
    assert [one.name for one in answer.context["conflicts"]] == ["problem", "affected", "tried"]
    assert (conflict(answer, "problem").is_mine, conflict(answer, "tried").is_mine) == (True, True)
    assert conflict(answer, "affected").is_mine is False


@pytest.mark.django_db
def test_one_button_saves_the_choice(both, draft):
    bo, answer = both
    choice = {"revision": answer.context["revision"], "seen": answer.context["seen"], "keep-problem": "mine",
              "keep-affected": "theirs", "keep-tried": "mine"}  # fmt: skip
    typed = {"problem": "Larmet kommer mycket för sent.", "tried": "Bos ord"}
    assert post(bo, draft, **typed, **choice).status_code == 302
    saved = Notice.objects.get()
    assert (saved.problem, saved.affected, saved.tried) == ("Larmet kommer mycket för sent.", "Annas ord", "Bos ord")
    assert not Unsaved.objects.exists()


@pytest.mark.django_db
def test_a_third_save_meanwhile_is_shown_too(both, draft):
    bo, answer = both
    old = {"revision": answer.context["revision"], "seen": answer.context["seen"]}
    stored = Notice.objects.get()
    writing.save(
        stored, wording={"problem": "En tredje"}, revision=stored.revision, by=stored.edited_by, at=timezone.now()
    )
    again = post(bo, draft, problem="Bos", **old)
    assert again.status_code == 409
    assert conflict(again, "problem").theirs == "En tredje"


@pytest.mark.django_db
def test_what_was_typed_waits_when_the_page_is_opened_again(both, draft):
    bo, _answer = both
    page = bo.get(address(draft, "need"))
    assert conflict(page, "tried").yours == "Bos ord"
    assert 'name="choosing"' in page.content.decode()


@pytest.mark.django_db
def test_a_page_that_is_given_back_for_a_fault_does_not_pass_for_a_newer_one(draft, signed_in):
    """Bo's page has a fault and comes back after Anna saved: he has still not seen hers."""
    anna = make.member(draft.procurement.organisation, role="admin", name="Anna Ek")
    bo = signed_in(draft.edited_by)
    seen = shown(bo, draft, "need")
    post(signed_in(anna), draft, problem="Annas")
    back = post(bo, draft, title="", problem="Bos", **seen)
    assert back.status_code == 422
    again = {"revision": back.context["revision"], "seen": back.context["seen"]}
    assert post(bo, draft, problem="Bos", **again).status_code == 409
    assert Notice.objects.get().problem == "Annas"


@pytest.mark.django_db
def test_the_same_save_sent_again_is_no_conflict(draft, signed_in):
    """A double click, or a retry after a cut connection (R6)."""
    client = signed_in(draft.edited_by)
    answers = [post(client, draft, problem="En gång").status_code for _ in range(3)]
    assert answers == [302, 302, 302]
    assert Notice.objects.get().revision == draft.revision + 1


@pytest.mark.django_db
def test_a_revision_that_is_no_number_saves_nothing(draft, signed_in):
    client = signed_in(draft.edited_by)
    for nonsense in ("", "x", "-1", "9" * 40, "1e9"):
        assert post(client, draft, problem="Fel", revision=nonsense).status_code == 422
    assert (
        post(client, draft, problem="Fel", revision=99, seen="problem:00000000 x y:z:w __class__:1").status_code == 409
    )
    assert Notice.objects.get().problem == draft.problem


def test_pieces_put_together_are_the_texts():
    for theirs, yours in (
        ("a b c", "a x c"),
        ("", "ny"),
        ("samma", "samma"),
        ("å\nä ö!", "å ä\n\nö?"),
        ("ord " * 5000, "x"),
    ):
        one, other = comparing.pieces(theirs, yours)
        assert "".join(piece.words for piece in one) == theirs
        assert "".join(piece.words for piece in other) == yours


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_refused_every_time():
    notice = make.notice(published=False)
    for number in range(25):
        seen, outcomes = Notice.objects.get(), []
        start = threading.Barrier(2)

        def save(text, seen=seen, start=start, outcomes=outcomes):
            start.wait()
            try:
                writing.save(seen, wording={"problem": text}, revision=seen.revision, by=notice.edited_by, at=make.NOW)
                outcomes.append(text)
            except writing.Stale as stale:
                outcomes.append(f"refused: {stale.notice.problem}")  # what the other wrote
            finally:
                connection.close()

        pair = [threading.Thread(target=save, args=(f"{number} {who}",)) for who in ("Anna", "Bo")]
        for thread in pair:
            thread.start()
        for thread in pair:
            thread.join()
        kept = Notice.objects.get().problem
        assert kept.startswith(f"{number} ")
        assert sorted(outcomes) == sorted([kept, f"refused: {kept}"])
