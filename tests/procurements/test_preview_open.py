"""A draft for somebody without an account (A19): a secret address that ends, and answers alike when it does not open."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from notifications.models import Notification
from procurements import previewing
from procurements.models import PreviewLink
from tests import make
from tests.answers import masked

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return make.notice(published=False, problem="Larmet kommer för sent.")


def linked(draft, *, days=7, at=None):
    return previewing.create(
        draft, label="Brukarrådet", days=days, by=draft.edited_by, at=at or timezone.now()
    )  # fmt: skip


def address(token):
    return reverse("procurements:preview_open", args=[token])


def test_whoever_has_the_address_reads_the_draft_and_no_machine_keeps_it(draft, client):
    _link, token = linked(draft)
    answer = client.get(address(token))
    assert draft.problem in answer.content.decode()
    assert 'name="robots" content="noindex' in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]


def test_only_a_digest_of_the_secret_is_kept(draft):
    link, token = linked(draft)
    assert len(token) >= 43  # 256 bits
    assert token not in str(PreviewLink.objects.filter(pk=link.pk).values())


def test_revoked_ended_and_never_made_answer_the_same(draft, client):
    revoked, first = linked(draft)
    for _click in range(2):
        previewing.revoke(revoked, by=draft.edited_by, at=timezone.now())
    _ended, second = linked(draft, at=timezone.now() - timedelta(days=8))
    answers = {masked(client.get(address(token)), token)[::2] for token in (first, second, "x" * 43)}
    [(status, _body)] = answers
    assert status == 404


@pytest.mark.parametrize(("days", "lasts"), [(1, 1), (30, 30), (31, 30), (0, 1)])
def test_it_opens_for_a_month_at_most(draft, days, lasts):
    link, _token = linked(draft, days=days, at=make.NOW)
    assert link.expires_at == make.NOW + timedelta(days=lasts)


def test_a_comment_comes_back_to_the_draft_once_and_the_writers_hear(draft, client, signed_in):
    _link, token = linked(draft)
    said = {"name": "Eva i brukarrådet", "field": "problem", "text": "Det händer också på natten."}
    for _click in range(2):
        assert client.post(address(token), said).status_code == 302
    page = signed_in(draft.edited_by).get(reverse("procurements:review_detail", args=[draft.slug])).content.decode()
    assert page.count("Det händer också på natten.") >= 1
    assert draft.comments.count() == 1
    assert Notification.objects.get(event__kind="draft-comment").recipient == draft.edited_by
    assert "Det händer också" not in client.get(address(token)).content.decode()


@pytest.mark.parametrize(
    "said",
    [{}, {"name": "A", "text": "x" * 4001}, {"name": "A", "text": "a\0b"}, {"name": "A", "field": "id", "text": "b"}],
)
def test_nonsense_is_answered_beside_the_field(draft, client, said):
    _link, token = linked(draft)
    assert client.post(address(token), said).status_code == 422
    assert not draft.comments.exists()


def test_nobody_floods_a_draft(draft):
    link, _token = linked(draft, at=make.NOW)
    for place in range(previewing.BURST):
        previewing.comment(link, name="A", field="", text=f"Ord {place}", at=make.NOW)
    with pytest.raises(previewing.TooManyComments):
        previewing.comment(link, name="A", field="", text="Ett till", at=make.NOW)
    later = make.NOW + previewing.BURST_LASTS + timedelta(seconds=1)
    previewing.comment(link, name="A", field="", text="Ett till", at=later)


def test_the_address_is_shown_once(draft, signed_in, client):
    owner, page = signed_in(draft.edited_by), reverse("procurements:preview_links", args=[draft.slug])
    made = owner.post(page, {"label": "Brukarrådet", "days": 7}).content.decode()
    start = made.index("/procurements/preview/")
    token = made[start:].split("/")[3]
    assert client.get(address(token)).status_code == 200
    assert token not in owner.get(page).content.decode()
    assert "Brukarrådet" in owner.get(page).content.decode()
    link = draft.preview_links.get()
    owner.post(reverse("procurements:preview_link_revoke", args=[draft.slug, link.pk]))
    assert client.get(address(token)).status_code == 404


def test_there_are_not_ever_more_open_links(draft):
    for _one in range(previewing.MOST_LINKS):
        linked(draft)
    with pytest.raises(previewing.TooManyLinks):
        linked(draft)
