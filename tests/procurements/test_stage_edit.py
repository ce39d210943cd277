from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from procurements import publishing
from procurements.models import Notice, Stage
from tests import make

pytestmark = pytest.mark.django_db

STUDY = {
    "name": "Förstudie",
    "starts_on": "2027-01-01",
    "ends_on": "2027-03-31",
    "max_cost": "250 000",
    "suppliers": "5",
    "decision": "Tre bästa går vidare.",
}
TRIAL = {**STUDY, "name": "Prov", "starts_on": "2027-04-01", "ends_on": "2027-12-31", "max_cost": "900 000,50"}
PLAN = {"currency": "SEK", "price_cap": "2 000 000", "exit_rule": "Vi får avbryta efter varje etapp."}


@pytest.fixture
def draft(lists):
    return make.notice(kind="competition", published=False, at=timezone.now(), procedure="innovation")


def address(notice, page="stages"):
    return f"/sv/procurements/{notice.slug}/{page}/"


def typed(client, notice, *rows, **more):
    form = client.get(address(notice)).context["form"]
    fields = {f"stages-{place}-{name}": value for place, row in enumerate(rows) for name, value in row.items()}
    return {"revision": form.revision, "seen": form.seen, "stages-count": len(rows), **PLAN, **fields, **more}


def test_a_plan_is_saved_with_its_cap_and_its_way_out(draft, signed_in):
    client = signed_in(draft.edited_by)
    assert client.post(address(draft), typed(client, draft, STUDY, TRIAL)).status_code == 302
    now = Notice.objects.get(pk=draft.pk)
    assert (now.price_cap, now.currency, now.exit_rule) == (2_000_000, "SEK", PLAN["exit_rule"])
    study, trial = now.stages.all()
    assert (study.starts_on, study.ends_on, study.suppliers) == (date(2027, 1, 1), date(2027, 3, 31), 5)
    assert (study.max_cost, trial.max_cost) == (250_000, Decimal("900000.50"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": "2026-12-31"}, "ends_on"),
        ({"ends_on": "9999-12-31"}, "ends_on"),
        ({"starts_on": "i våras"}, "starts_on"),
        ({"max_cost": "-1"}, "max_cost"),
        ({"max_cost": "1" * 20}, "max_cost"),
        ({"suppliers": "0"}, "suppliers"),
        ({"suppliers": "99999999999"}, "suppliers"),
        ({"name": ""}, "name"),
        ({"decision": "x" * 2001}, "decision"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field_and_the_rest_kept(draft, signed_in, wrong, field):
    client = signed_in(draft.edited_by)
    response = client.post(address(draft), typed(client, draft, STUDY, {**TRIAL, **wrong}))
    assert response.status_code == 422
    assert [set(row.errors) for row in response.context["form"].rows] == [set(), {field}]
    assert 'value="Förstudie"' in response.content.decode()
    assert not Stage.objects.exists()


def test_costs_need_a_currency(draft, signed_in):
    client = signed_in(draft.edited_by)
    response = client.post(address(draft), typed(client, draft, STUDY, currency=""))
    assert response.status_code == 422
    assert 'href="#id_currency"' in response.content.decode()


def test_overlap_and_too_high_a_sum_are_warned_of_and_saved(draft, signed_in):
    client = signed_in(draft.edited_by)
    data = typed(client, draft, STUDY, {**TRIAL, "starts_on": "2027-03-01", "max_cost": "3 000 000"})
    response = client.post(address(draft), data, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["success", "warning", "warning"]
    assert Stage.objects.count() == 2


def test_a_new_row_keeps_the_plan_around_it_half_typed(draft, signed_in):
    client = signed_in(draft.edited_by)
    response = client.post(
        address(draft), typed(client, draft, STUDY, do="add", price_cap="tvåhundra", exit_rule="Halvt")
    )
    page = response.content.decode()
    assert (response.status_code, len(response.context["form"].rows)) == (200, 2)
    for kept in ("tvåhundra", "Halvt", "250 000", "2027-03-31"):
        assert kept in page
    assert not Stage.objects.exists()


def test_two_who_plan_see_both_lists(draft, signed_in):
    client = signed_in(draft.edited_by)
    mine, theirs = typed(client, draft, STUDY), typed(client, draft, TRIAL)
    client.post(address(draft), theirs)
    response = client.post(address(draft), mine)
    assert response.status_code == 409
    assert response.context["theirs"][0].startswith("Prov · ")
    assert response.context["yours"][0].startswith("Förstudie · ")
    assert Stage.objects.get().name == "Prov"


def test_the_public_page_has_the_timeline(draft, signed_in, client):
    editor = signed_in(draft.edited_by)
    editor.post(address(draft), typed(editor, draft, STUDY, TRIAL))
    draft.assets.create(position=0, name="Källkod", origin="result", level="use")
    preview = editor.get(f"/en/procurements/{draft.slug}/preview/").content.decode()
    publishing.publish(draft, by=draft.edited_by, at=timezone.now())
    for page in (preview, client.get(f"/en/procurements/{draft.slug}/").content.decode()):
        plan = page[page.index('id="stages"') :]
        for words in (
            "Förstudie",
            "31 March 2027",
            "250,000 SEK",
            "Tre bästa",
            "1,150,000.50 SEK",
            "2,000,000 SEK",
            "avbryta",
        ):
            assert words in plan


def test_the_publish_page_leads_to_the_page_where_it_is_put_right(draft, signed_in):
    page = signed_in(draft.edited_by).get(address(draft, "publish")).content.decode()
    assert address(draft, "stages") in page
    assert address(draft, "rights") in page
