from datetime import timedelta

import pytest
from django.utils import timezone

from procurements import publishing, writing
from procurements.models import Asset, Notice, Schedule
from tests import make

pytestmark = pytest.mark.django_db

CODE = {"name": "Källkod", "origin": "result", "level": "share", "motive": ""}
SENSOR = {"name": "Sensor", "origin": "background", "level": "use", "motive": ""}
EMPTY = dict.fromkeys(CODE, "")


@pytest.fixture
def draft(lists):
    return make.notice(kind="competition", published=False, at=timezone.now())


def address(notice, page="rights"):
    return f"/sv/procurements/{notice.slug}/{page}/"


def typed(client, notice, *rows, **more):
    """What a browser sends of the page as it stands, with these rows typed into it."""
    form = client.get(address(notice)).context["form"]
    fields = {f"assets-{place}-{name}": value for place, row in enumerate(rows) for name, value in row.items()}
    return {"revision": form.revision, "seen": form.seen, "assets-count": len(rows), **fields, **more}


def test_rows_are_saved_in_order_and_empty_ones_left_out(draft, signed_in):
    client = signed_in(draft.edited_by)
    response = client.post(address(draft), typed(client, draft, CODE, EMPTY, SENSOR))
    assert (response.status_code, response["Location"]) == (302, address(draft))
    assert [(one.name, one.origin, one.level) for one in draft.assets.all()] == [
        ("Källkod", "result", "share"),
        ("Sensor", "background", "use"),
    ]


def test_the_page_tells_what_each_level_leads_to(draft, signed_in):
    page = signed_in(draft.edited_by).get(f"/en/procurements/{draft.slug}/rights/").content.decode()
    for words in ("PRV", "lowest level", "Take over", "For the price", "For small companies"):
        assert words in page


def test_taking_over_asks_for_a_motive_beside_its_field_and_keeps_the_rest(draft, signed_in):
    client = signed_in(draft.edited_by)
    response = client.post(address(draft), typed(client, draft, SENSOR, {**CODE, "level": "own"}))
    assert response.status_code == 422
    form = response.context["form"]
    assert [set(row.errors) for row in form.rows] == [set(), {"motive"}]
    page = response.content.decode()
    assert 'href="#id_assets-1-motive"' in page
    assert 'value="Sensor"' in page
    assert not Asset.objects.exists()
    motive = {**CODE, "level": "own", "motive": "Vi ska ge ut koden."}
    assert client.post(address(draft), typed(client, draft, SENSOR, motive)).status_code == 302


def test_taking_over_what_was_there_before_is_warned_of_and_saved(draft, signed_in):
    client = signed_in(draft.edited_by)
    row = {**SENSOR, "level": "own", "motive": "Annars låses vi in."}
    response = client.post(address(draft), typed(client, draft, row), follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["success", "warning"]
    assert Asset.objects.get().level == "own"


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"origin": ""}, {"level": "steal"}, {"name": "a\x00b"}, {"name": "x" * 201}]
)
def test_a_row_that_is_begun_is_to_be_finished(draft, signed_in, wrong):
    client = signed_in(draft.edited_by)
    response = client.post(address(draft), typed(client, draft, {**CODE, **wrong}))
    assert response.status_code == 422
    assert set(response.context["form"].rows[0].errors) == set(wrong)


@pytest.mark.parametrize(
    ("do", "names"),
    [
        ("add", ["Källkod", "", None]),
        ("remove-0", [""]),
        ("down-0", ["", "Källkod"]),
        ("up-1", ["", "Källkod"]),
        ("up-0", ["Källkod", ""]),
        ("remove-99", ["Källkod", ""]),
        ("nonsense", ["Källkod", ""]),
    ],
)
def test_adding_moving_and_taking_away_rows_keeps_what_is_typed_and_saves_nothing(draft, signed_in, do, names):
    client = signed_in(draft.edited_by)
    half = {**EMPTY, "motive": "halvskrivet"}
    response = client.post(address(draft), typed(client, draft, CODE, half, do=do))
    assert response.status_code == 200
    form = response.context["form"]
    assert [row.initial.get("name") for row in form.rows] == names
    assert "halvskrivet" in response.content.decode()
    assert form.revision == draft.revision
    assert not Asset.objects.exists()


def test_htmx_gets_the_rows_alone(draft, signed_in):
    client = signed_in(draft.edited_by)
    data = typed(client, draft, CODE, do="add")
    page = client.post(address(draft), data, headers={"HX-Request": "true"}).content.decode()
    assert page.lstrip().startswith('<div id="rows">')
    assert 'value="Källkod"' in page


def test_there_are_at_most_thirty_rows(draft, signed_in):
    client = signed_in(draft.edited_by)
    response = client.post(address(draft), typed(client, draft, *[CODE] * 30, do="add"))
    assert len(response.context["form"].rows) == 30
    assert client.post(address(draft), typed(client, draft, CODE) | {"assets-count": 999_999}).status_code == 302
    assert Asset.objects.count() == 1


def test_two_who_list_assets_see_both_lists_and_overwrite_nothing(draft, signed_in):
    client = signed_in(draft.edited_by)
    mine, theirs = typed(client, draft, CODE), typed(client, draft, SENSOR)
    assert client.post(address(draft), theirs).status_code == 302
    response = client.post(address(draft), mine)
    assert response.status_code == 409
    assert [line.split(" · ")[0] for line in response.context["theirs"]] == ["Sensor"]
    assert [line.split(" · ")[0] for line in response.context["yours"]] == ["Källkod"]
    assert Asset.objects.get().name == "Sensor"
    form = response.context["form"]
    assert client.post(address(draft), {**mine, "revision": form.revision, "seen": form.seen}).status_code == 302
    assert Asset.objects.get().name == "Källkod"


def test_a_colleague_who_changes_the_text_is_no_conflict(draft, signed_in):
    client = signed_in(draft.edited_by)
    mine = typed(client, draft, CODE)
    writing.save(draft, wording={"title": "Ny titel"}, revision=1, by=draft.edited_by, at=timezone.now())
    assert client.post(address(draft), mine).status_code == 302
    now = Notice.objects.get(pk=draft.pk)
    assert (now.title, now.assets.get().name) == ("Ny titel", "Källkod")


def test_a_second_click_changes_nothing(draft, signed_in):
    client = signed_in(draft.edited_by)
    data = typed(client, draft, CODE)
    for _click in range(2):
        assert client.post(address(draft), data).status_code == 302
    assert Notice.objects.get(pk=draft.pk).revision == 2


def test_a_page_that_lost_its_rows_on_the_way_takes_none_away(draft, signed_in):
    client = signed_in(draft.edited_by)
    client.post(address(draft), typed(client, draft, CODE))
    data = typed(client, draft)
    del data["assets-count"]
    assert client.post(address(draft), data).status_code == 400
    assert Asset.objects.count() == 1


def test_a_text_that_waits_for_its_moment_is_not_changed(draft, signed_in):
    client, at = signed_in(draft.edited_by), timezone.now()
    Schedule.objects.create(
        notice=draft, revision=1, publish_at=at + timedelta(days=1), set_by=draft.edited_by, set_at=at
    )
    response = client.post(address(draft), typed(client, draft, CODE))
    assert response.status_code == 409
    assert 'value="Källkod"' in response.content.decode()
    assert not Asset.objects.exists()


def test_the_public_page_has_the_box_with_background_and_results_apart(draft, signed_in, client):
    editor = signed_in(draft.edited_by)
    editor.post(address(draft), typed(editor, draft, CODE, {**SENSOR, "level": "own", "motive": "Annars låses vi in."}))
    preview = editor.get(f"/en/procurements/{draft.slug}/preview/").content.decode()
    publishing.publish(draft, by=draft.edited_by, at=timezone.now())
    for page in (preview, client.get(f"/en/procurements/{draft.slug}/").content.decode()):
        box = page[page.index('id="rights"') :]
        assert box.index("Background") < box.index("Sensor") < box.index("Result") < box.index("Källkod")
        assert "Annars låses vi in." in box


def test_a_notice_without_assets_has_no_box(draft, client):
    publishing.publish(draft, by=draft.edited_by, at=timezone.now())
    assert 'id="rights"' not in client.get(f"/en/procurements/{draft.slug}/").content.decode()
