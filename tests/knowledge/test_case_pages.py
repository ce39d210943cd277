"""A case in the browser's words: made in a few clicks, read by everybody, and two clicks from the packet (D4, C15)."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Duty
from knowledge import case_news, casing, publishing, writing
from knowledge.models import Article, CaseFacts, Genre
from notifications import kinds
from notifications.models import Notification
from procurements import teaming
from procurements.models import TeamRole
from tests import make

pytestmark = pytest.mark.django_db
FACTS = {
    "buyer_name": "Fjällviks kommun", "country": "SWE", "procedure": "open", "goals": ["3"], "suppliers": "Varnaren AB",
    "value": "2100000", "currency": "SEK", "measure": "fall per 1 000 vårddygn", "before": "7.0", "after": "5.6",
    "measured_on": "2026-10-31", "others_may_use": "yes",
}  # fmt: skip


@pytest.fixture
def curator():
    return make.user(duty=Duty.CURATOR)


def awarded(at):
    """Published and awarded a while before now, as the pages' clock asks."""
    return make.awarded(make.notice(kind="competition", at=at), at=at)


def public_case(notice, curator, at, **facts):
    article = casing.begin(notice.procurement, language="sv", by=curator, at=at)
    casing.change(article, facts, seen=article.case.edited_at, by=curator, at=at + timedelta(seconds=1))
    text = article.texts.get()
    said = {"title": text.title, "summary": "Kort.", "body": text.body, "revision": text.revision}
    writing.save(article, "sv", **said, by=curator, at=at)
    publishing.publish(article, languages=["sv"], by=None, at=at)
    article.refresh_from_db()
    return article


def test_an_editor_makes_a_case_in_three_forms(curator, at, lists, signed_in):
    notice, client = awarded(at), signed_in(curator)
    assert client.post(reverse("knowledge:case_create"), {"procurement": "a\0b"}).status_code == 404
    page = client.get(reverse("knowledge:case_create"), {"q": "fall"})
    assert notice.procurement.ocid in page.content.decode()
    made = client.post(reverse("knowledge:case_create"), {"procurement": notice.procurement.ocid}, follow=True)
    article = Article.objects.get(genre=Genre.CASE)
    assert made.redirect_chain[-1][0] == reverse("knowledge:case_edit", args=[article.slug])
    seen = article.case.edited_at.isoformat()
    saved = client.post(made.redirect_chain[-1][0], {**FACTS, "seen": seen})
    assert saved.status_code == 302
    case = CaseFacts.objects.get()
    assert (str(case.before), str(case.after), case.others_may_use, case.goals) == ("7.00", "5.60", True, [3])
    assert client.get(reverse("knowledge:case_create")).context["page_obj"].paginator.count == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"buyer_name": ""}, "buyer_name"),
        ({"currency": ""}, "currency"),
        ({"after": ""}, "after"),
        ({"measure": ""}, "measure"),
        ({"measured_on": ""}, "measured_on"),
        ({"began_on": "2026-11-02", "contract_on": "2026-11-01"}, "contract_on"),
        ({"goals": ["18"]}, "goals"),
        ({"country": "XXX"}, "country"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(wrong, field, curator, at, lists, signed_in):
    article = casing.begin(awarded(at).procurement, language="sv", by=curator, at=at)
    seen = article.case.edited_at
    page = signed_in(curator).post(
        reverse("knowledge:case_edit", args=[article.slug]), {**FACTS, **wrong, "seen": seen.isoformat()}
    )
    assert page.status_code == 200
    assert field in page.context["form"].errors
    assert "Varnaren AB" in page.content.decode()
    assert CaseFacts.objects.get().edited_at == seen


def test_facts_that_a_colleague_saved_are_not_overwritten_unseen(curator, at, lists, signed_in):
    article = casing.begin(awarded(at).procurement, language="sv", by=curator, at=at)
    client, address = signed_in(curator), reverse("knowledge:case_edit", args=[article.slug])
    casing.change(article, {"suppliers": "Andra AB"}, seen=at, by=curator, at=at + timedelta(seconds=5))
    page = client.post(address, {**FACTS, "seen": at.isoformat()})
    assert page.status_code == 409
    assert CaseFacts.objects.get().suppliers == "Andra AB"
    again = page.context["form"]["seen"].value()
    assert client.post(address, {**FACTS, "seen": again}).status_code == 302
    assert CaseFacts.objects.get().suppliers == "Varnaren AB"


def test_a_visitor_sees_the_facts_and_reaches_the_packet_in_two_clicks(curator, lists, client):
    at = timezone.now() - timedelta(days=2)
    notice = awarded(at)
    article = public_case(
        notice, curator, at, measure="fall per vårddygn", before="7.0", after="5.6", measured_on=at.date()
    )
    page = client.get(article.get_absolute_url())
    words = page.content.decode()
    for part in ("fall per vårddygn", "20", notice.procurement.organisation.name, 'class="share"'):
        assert part in words
    who = f"{notice.get_absolute_url()}#may-use"
    packet = reverse("procurements:packet_download", args=[notice.slug])
    assert who in words
    assert packet in words
    there = client.get(notice.get_absolute_url()).content.decode()
    assert 'id="may-use"' in there
    assert 'id="the-same"' in there
    assert packet in there
    zipped = client.get(packet)
    assert "README.html" in zipfile.ZipFile(io.BytesIO(b"".join(zipped))).namelist()


def test_the_procurement_s_page_leads_back_to_its_case(curator, lists, client):
    at = timezone.now() - timedelta(days=2)
    notice = awarded(at)
    address = reverse("knowledge:procurement_case", args=[notice.slug])
    assert f'data-hx-get="{address}"' in client.get(notice.get_absolute_url()).content.decode()
    assert client.get(address).context["version"] is None
    article = public_case(notice, curator, at)
    for headers in ({}, {"HX-Request": "true"}):
        page = client.get(address, headers=headers)
        assert article.get_absolute_url() in page.content.decode()
    publishing.archive(article, by=curator, at=at)
    assert article.get_absolute_url() not in client.get(address).content.decode()


def test_the_page_of_a_case_costs_the_same_whatever_it_tells(curator, lists, client, django_assert_max_num_queries):
    at = timezone.now() - timedelta(days=2)
    article = public_case(awarded(at), curator, at)
    client.get(article.get_absolute_url())
    with django_assert_max_num_queries(24):
        client.get(article.get_absolute_url())


def test_the_list_of_cases_is_filtered_and_shows_their_facts(curator, lists, client):
    at = timezone.now() - timedelta(days=2)
    article = public_case(awarded(at), curator, at, measure="fall", before="7.0", after="5.6", measured_on=at.date())
    address = reverse("knowledge:article_list")
    page = client.get(address, {"genre": "case", "has_effect": "on"}).content.decode()
    assert article.case.buyer_name in page
    assert article.get_absolute_url() in page
    none = client.get(address, {"genre": "case", "procedure": "nothing"})
    assert none.status_code == 200


def told(kind="case-public"):
    lines = Notification.objects.filter(event__kind=kind).select_related("event", "recipient")
    return kinds.with_subjects(lines)


def test_the_team_hears_once_that_a_case_is_public(curator, at, lists):
    notice = awarded(at)
    owner = notice.edited_by
    assert case_news.tell_due(at) == 0
    article = casing.begin(notice.procurement, language="sv", by=curator, at=at)
    assert case_news.tell_due(at) == 0  # nobody but editors knows of it
    text = article.texts.get()
    writing.save(
        article, "sv", title="Fall", summary="Kort.", body=text.body, revision=text.revision, by=curator, at=at
    )
    publishing.publish(article, languages=["sv"], by=None, at=at)
    assert case_news.tell_due(at) == 1
    assert case_news.tell_due(at + timedelta(days=1)) == 0
    [line] = told()
    assert line.recipient == owner
    assert kinds.may_see(line)
    said = kinds.line(line, "en")
    assert said.url == article.get_absolute_url()
    assert "Fall" in said.title


def test_who_has_left_the_team_sees_the_line_no_more(curator, at, lists):
    notice = awarded(at)
    colleague = make.member(notice.procurement.organisation)
    place = teaming.place(notice.procurement, user=colleague, role=TeamRole.READER, by=notice.edited_by, at=at)
    public_case(notice, curator, at)
    case_news.tell_due(at)
    assert [kinds.may_see(line) for line in told() if line.recipient == colleague] == [True]
    place.delete()
    assert [kinds.may_see(line) for line in told() if line.recipient == colleague] == [False]
