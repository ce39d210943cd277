"""Saving while one types: nothing is lost, nothing is overwritten, and the log stays readable (A2, A3)."""

import pytest
from django.utils import timezone

from procurements.models import Notice, Schedule, Unsaved
from records.models import AuditEvent
from tests import make
from tests.procurements.wizard import address, autosave, post, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(lists):
    return make.notice(published=False, at=timezone.now())


def edits():
    return AuditEvent.objects.filter(action="notice.edited")


def test_what_is_typed_goes_into_the_text_and_the_page_is_told_the_time(draft, signed_in):
    response = autosave(signed_in(draft.edited_by), draft, problem="Halvskriven mening")
    saved = Notice.objects.get()
    assert (response.status_code, saved.problem) == (200, "Halvskriven mening")
    page = response.content.decode()
    assert f"{timezone.localtime(saved.edited_at):%H:%M}" in page
    assert f'name="revision" id="id_revision" value="{saved.revision}" data-hx-swap-oob="true"' in page


def test_the_page_goes_on_with_what_the_answer_said(draft, signed_in):
    client = signed_in(draft.edited_by)
    first = autosave(client, draft, problem="Ett")
    again = autosave(client, draft, problem="Ett två", revision=first.context["revision"], seen=first.context["seen"])
    assert (again.status_code, Notice.objects.get().problem) == (200, "Ett två")


def test_an_unchanged_text_writes_nothing(draft, signed_in):
    client = signed_in(draft.edited_by)
    autosave(client, draft)
    before = Notice.objects.get()
    autosave(client, before)
    after = Notice.objects.get()
    assert (after.revision, after.edited_at) == (before.revision, before.edited_at)
    assert not Unsaved.objects.exists()


def test_the_same_sentence_is_not_said_twice(draft, signed_in):
    client = signed_in(draft.edited_by)
    first = autosave(client, draft)
    again = autosave(client, Notice.objects.get(), said=first.context["said"])
    assert "HX-Reswap" not in first.headers
    assert again.headers["HX-Reswap"] == "none"


def test_what_is_not_complete_is_kept_for_its_writer_and_the_rest_is_saved(draft, signed_in):
    client = signed_in(draft.edited_by)
    response = autosave(client, draft, "time", contact_email="upphandling@", contact_name="Enheten")
    assert response.status_code == 200
    saved = Notice.objects.get()
    assert (saved.contact_name, saved.contact_email) == ("Enheten", "upphandling@example.org")
    page = client.get(address(draft, "time"))
    assert page.context["form"].errors.keys() == {"contact_email"}
    assert 'value="upphandling@"' in page.content.decode()
    colleague = make.member(draft.procurement.organisation, role="admin")
    assert 'value="upphandling@"' not in signed_in(colleague).get(address(draft, "time")).content.decode()
    assert post(client, saved, "time").status_code == 302  # a save by hand ends it
    assert not Unsaved.objects.exists()


def test_what_was_typed_can_be_thrown_away(draft, signed_in):
    client = signed_in(draft.edited_by)
    autosave(client, draft, "time", contact_email="upphandling@")
    assert post(client, draft, "time", contact_email="upphandling@", then="drop").status_code == 302
    assert not Unsaved.objects.exists()
    assert client.get(address(draft, "time")).context["form"].is_bound is False


def test_a_colleague_who_was_first_is_not_overwritten_and_what_is_typed_is_kept(draft, signed_in):
    anna = make.member(draft.procurement.organisation, role="admin", name="Anna Ek")
    seen = shown(signed_in(draft.edited_by), draft, "need")
    post(signed_in(anna), draft, problem="Annas text")
    client = signed_in(draft.edited_by)
    response = autosave(client, draft, problem="Min text", **seen)
    assert response.status_code == 409
    assert "Anna Ek" in response.content.decode()
    assert Notice.objects.get().problem == "Annas text"
    page = client.get(address(draft, "need"))
    [conflict] = [one for one in page.context["conflicts"] if one.name == "problem"]
    assert (conflict.theirs, conflict.yours, conflict.is_mine) == ("Annas text", "Min text", True)


def test_while_two_texts_stand_side_by_side_nothing_is_saved_by_itself(draft, signed_in):
    client = signed_in(draft.edited_by)
    response = autosave(client, draft, problem="Min text", choosing="1")
    assert response.status_code == 200
    assert Notice.objects.get().problem != "Min text"
    assert Unsaved.objects.get().fields["problem"] == ["Min text"]


def test_a_colleague_at_another_step_disturbs_nobody(draft, signed_in):
    anna = make.member(draft.procurement.organisation, role="admin")
    client = signed_in(draft.edited_by)
    seen = shown(client, draft, "need")
    assert post(signed_in(anna), draft, "time", contact_name="Annas enhet").status_code == 302
    assert autosave(client, draft, problem="Min text", **seen).status_code == 200
    saved = Notice.objects.get()
    assert (saved.problem, saved.contact_name) == ("Min text", "Annas enhet")


def test_a_page_brought_back_by_the_back_button_overwrites_nothing(draft, signed_in):
    client = signed_in(draft.edited_by)
    old = shown(client, draft, "need")
    post(client, draft, problem="Nyare text")
    assert "no-store" in client.get(address(draft, "need")).headers["Cache-Control"]
    response = autosave(client, draft, problem="Äldre text, från en sida som låg kvar", **old)
    assert response.status_code == 409
    assert Notice.objects.get().problem == "Nyare text"


def test_while_a_publication_waits_what_is_typed_is_kept_beside_the_text(draft, signed_in):
    now = timezone.now()
    Schedule.objects.create(
        notice=draft, revision=1, publish_at=now + timezone.timedelta(days=1), set_by=draft.edited_by, set_at=now
    )
    assert autosave(signed_in(draft.edited_by), draft, problem="Sent").status_code == 409
    assert Notice.objects.get().problem != "Sent"
    assert Unsaved.objects.get().fields["problem"] == ["Sent"]


def test_the_log_has_one_line_an_hour_for_what_saves_itself(draft, signed_in, time_machine):
    client = signed_in(draft.edited_by)
    for number in range(5):
        autosave(client, Notice.objects.get(), problem=f"Text {number}")
    assert edits().count() == 1
    post(client, Notice.objects.get(), problem="Sparat för hand")
    assert edits().count() == 2
    anna = make.member(draft.procurement.organisation, role="admin")
    autosave(signed_in(anna), Notice.objects.get(), problem="Annas")
    assert edits().count() == 3
    time_machine.move_to(timezone.now() + timezone.timedelta(minutes=61))
    autosave(signed_in(draft.edited_by), Notice.objects.get(), problem="En timme senare")
    assert edits().count() == 4


def test_a_page_that_is_left_is_answered_with_nothing_and_one_sent_by_hand_with_the_step(draft, signed_in):
    client = signed_in(draft.edited_by)
    path = address(draft, "need") + "autosave/"
    data = {"revision": 1, "title": "Ny", "language": "sv"}
    assert client.post(path, data, headers={"Sec-Fetch-Mode": "no-cors"}).status_code == 204
    assert client.post(path, {**data, "revision": 2})["Location"].startswith("/sv/procurements/")


@pytest.mark.parametrize(
    "text",
    [
        "a\x00b", "\u202etxet desrever", "Zalgo ĉ̷͈o̵͎m̶̰e̷͔s", "'; DROP TABLE notices; --", "<script>alert(1)</script>",
        "{% raise %}{{ 7*7 }}", "👩‍👩‍👧‍👦" * 100, "\ufeff\u200b", "NULL", "1e400", "﷽" * 500, "\ud83d".encode("utf-8", "replace").decode(),
    ],
    ids=range(12),
)  # fmt: skip
def test_whatever_is_typed_is_saved_or_kept(draft, signed_in, text):
    client = signed_in(draft.edited_by)
    for step, field in (
        ("need", "problem"),
        ("time", "contact_email"),
        ("hearing", "cpv-words"),
        ("time", "deadline_at_day"),
    ):
        response = autosave(client, Notice.objects.get(), step, **{field: text})
        assert response.status_code == 200
        page = client.get(address(draft, step))
        assert page.status_code == 200
        assert "<script>alert(1)" not in page.content.decode()


def test_ten_megabytes_are_neither_saved_nor_kept_and_the_line_says_so(draft, signed_in):
    response = autosave(signed_in(draft.edited_by), draft, problem="å" * 5_000_000)
    assert response.status_code == 200
    assert not Unsaved.objects.exists()
    assert len(Notice.objects.get().problem) < 1000
    assert response.context["kept"] is False


def test_the_number_of_queries_is_known(draft, signed_in, django_assert_num_queries):
    client = signed_in(draft.edited_by)
    autosave(client, draft, problem="Ett")
    for number in range(6):
        draft.refresh_from_db()
        with django_assert_num_queries(15):
            autosave(client, draft, problem=f"Text {number}")
        make.notice(
            published=False, buyer=draft.procurement.organisation, by=draft.edited_by, title=f"Ett annat {number}"
        )
