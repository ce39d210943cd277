"""The steps of the wizard: where one is, what is done and what is missing, and how one goes on (A2)."""

import time

import pytest
from django.urls import reverse
from django.utils import timezone

from procurements import steps
from procurements.models import Kind, Notice, Schedule
from tests import make
from tests.procurements.wizard import STEPS, address, post

pytestmark = pytest.mark.django_db
WRITTEN = {
    "title": "Tidig upptäckt av fall",
    "problem": "",
    "affected": "",
    "cost_today": "",
    "desired_effect": "",
    "tried": "",
    "deadline_at": None,
}


@pytest.fixture
def draft(lists):
    return make.notice(published=False, at=timezone.now(), **WRITTEN)


def place(context, name):
    return next(one for one in context["places"] if one.step.name == name)


def test_the_list_of_steps_says_where_one_is_and_what_is_missing(draft, signed_in):
    response = signed_in(draft.edited_by).get(address(draft, "need"))
    assert place(response.context, "need").missing == 5
    assert place(response.context, "hearing").is_filled
    assert not place(response.context, "documents").is_filled
    page = response.content.decode()
    assert page.count('aria-current="step"') == 1
    assert f'<a href="{address(draft, "need")}" aria-current="step">' in page


def test_the_bare_address_leads_to_the_first_step_that_lacks_something(draft, signed_in):
    client = signed_in(draft.edited_by)
    assert client.get(f"/sv/procurements/{draft.slug}/edit/")["Location"] == address(draft, "need")
    competition = make.notice(kind="competition", published=False, at=timezone.now(), regions=[], by=draft.edited_by,
                              buyer=draft.procurement.organisation)  # fmt: skip
    assert client.get(f"/sv/procurements/{competition.slug}/edit/")["Location"] == address(competition, "codes")


def test_a_missing_answer_has_an_address(draft, signed_in):
    client = signed_in(draft.edited_by)
    found = client.get(f"/sv/procurements/{draft.slug}/edit/?field=tried")
    assert found["Location"] == address(draft, "need") + "#id_tried"
    assert client.get(f"/sv/procurements/{draft.slug}/edit/?field=documents")["Location"] == reverse(
        "procurements:document_list", args=[draft.slug]
    )
    assert client.get(f"/sv/procurements/{draft.slug}/edit/?field=nonsense").status_code == 302


def test_saving_goes_on_to_the_next_step_and_at_last_to_the_check(draft, signed_in):
    client = signed_in(draft.edited_by)
    leads = {}
    for step in ("need", "hearing", "time"):
        leads[step] = post(client, Notice.objects.get(), step, then="next")["Location"]
    assert leads["need"] == address(draft, "hearing")
    assert leads["hearing"] == address(draft, "time")
    assert leads["time"].endswith("/documents/")
    assert post(client, Notice.objects.get(), "need", then="publish")["Location"].endswith("/publish/")
    assert post(client, Notice.objects.get(), "need", then="")["Location"] == address(draft, "need")


def test_a_step_keeps_what_other_steps_ask_for(draft, signed_in):
    client = signed_in(draft.edited_by)
    before = Notice.objects.get()
    assert post(client, before, "time", contact_name="Enheten").status_code == 302
    after = Notice.objects.get()
    assert (after.title, after.cpv, after.contact_name) == (before.title, before.cpv, "Enheten")


def test_pages_of_parts_are_steps_too(signed_in, lists):
    competition = make.notice(kind="competition", published=False, at=timezone.now())
    client = signed_in(competition.edited_by)
    assert client.get(address(competition, "rights"))["Location"] == reverse(
        "procurements:asset_edit", args=[competition.slug]
    )
    urls = [one.url for one in client.get(address(competition, "about")).context["places"]]
    assert len(urls) == 10
    assert all(client.get(url).status_code == 200 for url in urls)


@pytest.mark.parametrize("kind", [Kind.NEED, Kind.COMPETITION])
def test_every_column_is_asked_for_in_one_step(kind):
    asked = [name for step in steps.steps_of(kind) for name in step.fields]
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("step", ["nonsense", "procedure"])
def test_a_step_that_is_not_of_this_notice_is_not_found(draft, signed_in, step):
    client = signed_in(draft.edited_by)
    assert client.get(address(draft, step)).status_code == 404
    assert client.post(address(draft, step)).status_code == 404


def test_while_a_publication_waits_the_text_is_read_only(draft, signed_in):
    now = timezone.now()
    Schedule.objects.create(
        notice=draft, revision=draft.revision, publish_at=now + timezone.timedelta(days=1), set_by=draft.edited_by,
        set_at=now,
    )  # fmt: skip
    client = signed_in(draft.edited_by)
    page = client.get(address(draft, "need")).content.decode()
    assert "<textarea" not in page
    assert reverse("procurements:schedule_take_back", args=[draft.slug]) in page
    post(client, draft, "need", problem="Ändrat ändå")
    assert Notice.objects.get().problem == ""
    assert Notice.objects.get().unsaved.get().fields["problem"] == ["Ändrat ändå"]  # nothing is lost


def test_a_need_written_by_a_newcomer_can_be_published_with_five_answers(signed_in, lists):
    """The machine's part of ten minutes: a handful of pages, each in well under a second."""
    buyer = make.buyer()
    client = signed_in(make.member(buyer))
    began = time.monotonic()
    first = client.post("/sv/procurements/new/", {"title": "Tidig upptäckt av fall"})
    draft = Notice.objects.get()
    assert first["Location"] == address(draft, "need")
    five = {name: text for name, text in STEPS["need"].items() if name != "title"}
    saved = client.post(
        first["Location"], {**five, "title": draft.title, "revision": draft.revision, "then": "publish"}
    )
    client.get(saved["Location"])
    client.post(saved["Location"], {"revision": Notice.objects.get().revision})
    assert Notice.objects.get().current_version is not None
    assert time.monotonic() - began < 10


def test_a_second_click_begins_nothing_more(signed_in, lists):
    client = signed_in(make.member(make.buyer()))
    key = client.get("/sv/procurements/new/").context["form"]["key"].value()
    answers = [client.post("/sv/procurements/new/", {"title": "Ett behov", "key": key})["Location"] for _ in range(3)]
    assert len(set(answers)) == 1
    assert Notice.objects.count() == 1


def test_the_number_of_queries_is_the_same_however_much_is_written(draft, signed_in, django_assert_max_num_queries):
    client = signed_in(draft.edited_by)
    client.get(address(draft, "need"))  # the session is written once a minute
    with django_assert_max_num_queries(18) as few:
        client.get(address(draft, "need"))
    for number in range(5):
        other = make.notice(at=timezone.now(), title=f"Ett annat behov {number}")
        other.assets.create(position=0, name="Data", origin="result", level="use")
    for position in range(4):
        draft.assets.create(position=position, name="Data", origin="result", level="use")
        draft.stages.create(position=position, name="Steg")
    with django_assert_max_num_queries(18) as many:
        client.get(address(draft, "need"))
    assert len(many) <= len(few)
