from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from procurements.models import Notice
from tests import make
from tests.procurements.wizard import STEPS, address, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(lists):
    return make.notice(published=False, at=timezone.now())


def moment(*values):
    return {f"deadline_at_{part}": value for part, value in zip(("day", "clock", "fold"), values, strict=False)}


def test_what_was_typed_is_saved(draft, signed_in):
    response = post(signed_in(draft.edited_by), draft, title="En bättre rubrik", then="next")
    assert response.status_code == 302
    assert response["Location"].endswith("/edit/hearing/")
    assert Notice.objects.get().title == "En bättre rubrik"


def test_a_wrong_value_is_said_beside_its_field_and_everything_typed_is_kept(draft, signed_in):
    response = post(
        signed_in(draft.edited_by), draft, "time", contact_email="inte en adress", contact_name="Det jag skrev"
    )
    assert response.status_code == 422
    page = response.content.decode()
    assert "Det jag skrev" in page
    assert "inte en adress" in page
    assert response.context["form"].errors.keys() == {"contact_email"}
    assert Notice.objects.get().contact_name != "Det jag skrev"


@pytest.mark.parametrize(("step", "field"), [("need", "title"), ("need", "problem"), ("time", "contact_name")])
def test_nul_is_refused_beside_its_field(draft, signed_in, step, field):
    response = post(signed_in(draft.edited_by), draft, step, **{field: "a\x00b"})
    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_ten_megabytes_in_a_field_get_a_sentence_and_nothing_is_stored(draft, signed_in):
    response = post(signed_in(draft.edited_by), draft, problem="å" * 5_000_000)
    assert response.status_code == 422
    assert "problem" in response.context["form"].errors
    assert len(Notice.objects.get().problem) < 1000


def test_the_year_9999_is_refused(draft, signed_in):
    response = post(signed_in(draft.edited_by), draft, "time", **moment("9999-12-31", "23:59"))
    assert response.status_code == 422
    assert "deadline_at" in response.context["form"].errors


def test_an_hour_that_does_not_exist_is_refused(draft, signed_in):
    response = post(signed_in(draft.edited_by), draft, "time", **moment("2027-03-28", "02:30"))
    assert response.status_code == 422
    assert "deadline_at" in response.context["form"].errors


def test_an_hour_that_comes_twice_is_asked_about(draft, signed_in):
    client = signed_in(draft.edited_by)
    assert post(client, draft, "time", **moment("2027-10-31", "02:30")).status_code == 422
    assert post(client, draft, "time", **moment("2027-10-31", "02:30", "1")).status_code == 302
    assert Notice.objects.get().deadline_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)  # the second 02:30


def test_two_tabs_do_not_overwrite_each_other(draft, signed_in):
    client = signed_in(draft.edited_by)
    assert post(client, draft, title="Första flikens").status_code == 302
    response = post(client, draft, title="Andra flikens")
    assert response.status_code == 409
    page = response.content.decode()
    assert "Första flikens" in page
    assert "Andra flikens" in page
    assert Notice.objects.get().title == "Första flikens"
    again = {**STEPS["need"], "title": "Andra flikens", "revision": Notice.objects.get().revision}
    assert client.post(address(draft, "need"), again).status_code == 302


@pytest.mark.parametrize("page", ["edit", "edit/need", "publish", "preview", "interests"])
def test_strangers_find_no_page(draft, signed_in, page):
    for stranger in (make.user(), make.member(make.buyer()), make.member(make.supplier())):
        assert signed_in(stranger).get(f"/sv/procurements/{draft.slug}/{page}/").status_code == 404


def test_publishing_says_what_is_missing(draft, signed_in):
    client = signed_in(draft.edited_by)
    post(client, draft, tried="")
    response = client.get(f"/sv/procurements/{draft.slug}/publish/")
    [(_label, where, _sentence)] = response.context["problems"]
    assert where == address(Notice.objects.get(), "need") + "#id_tried"


def test_publishing_and_amending_through_the_pages(draft, signed_in):
    client = signed_in(draft.edited_by)
    post(client, draft)
    draft.refresh_from_db()
    assert client.post(f"/sv/procurements/{draft.slug}/publish/").status_code == 302
    published = Notice.objects.get()
    post(client, published, title="Ny rubrik")
    published.refresh_from_db()
    assert client.post(f"/sv/procurements/{published.slug}/publish/", {"reason": ""}).status_code == 422
    assert client.post(f"/sv/procurements/{published.slug}/publish/", {"reason": "Tydligare."}).status_code == 302
    page = client.get(Notice.objects.get().get_absolute_url()).content.decode()
    assert "Tydligare." in page
    assert "Tidig upptäckt av fall" in page  # what stood there before, in the difference


def test_the_public_page_tells_nothing_of_interest(draft, client):
    from procurements import interest

    notice = make.notice(at=timezone.now())
    before = client.get(notice.get_absolute_url()).content
    supplier = make.supplier(name="Hemliga AB")
    interest.register(
        notice.procurement,
        organisation=supplier,
        level="interested",
        message="",
        by=make.member(supplier),
        at=timezone.now() + timedelta(seconds=1),
    )
    assert _masked(client.get(notice.get_absolute_url()).content) == _masked(before)


def _masked(page):
    import re

    return re.sub(rb'X-CSRFToken[^}]*|csrfmiddlewaretoken" value="[^"]*', b"", page)


def test_a_value_is_typed_with_spaces_and_a_title_must_be_readable(draft, signed_in):
    competition = make.notice(kind="competition", published=False, at=timezone.now())
    client = signed_in(competition.edited_by)
    assert post(client, competition, "procedure", value="2 500 000,50", currency="SEK").status_code == 302
    competition.refresh_from_db()
    assert str(competition.value) == "2500000.50"
    about = {"language": "sv", "title": "\u200b\u202e!!!", "revision": competition.revision}
    response = client.post(address(competition, "about"), about)
    assert (response.status_code, set(response.context["form"].errors)) == (422, {"title"})
