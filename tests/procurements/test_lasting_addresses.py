"""What was published answers for good at its address (product.md F1), stays in the archive (F2), and shows how it changed (F3)."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from lxml import etree

from accounts.models import Duty
from arena import merging
from procurements import closing, publishing
from procurements.models import Closing, Notice
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]
NOW = make.NOW
ENDS = [
    ("need", Closing.EARLY, "Closed"),
    ("need", Closing.WITHDRAWN, "Withdrawn"),
    ("consultation", Closing.CANCELLED, "Cancelled"),
    ("competition", Closing.WITHDRAWN, "Withdrawn"),
    ("competition", Closing.CANCELLED, "Cancelled"),
]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + timedelta(hours=1), tick=False) as travel:
        yield travel


@pytest.fixture
def editor():
    return make.member(make.buyer(name="Fjällviks kommun"))


def noticed(editor, **wording):
    return make.notice(buyer=editor.memberships.get().organisation, by=editor, **wording)


def amended(notice, editor, *, minutes=5, reason="Tydligare.", **wording):
    Notice.objects.filter(pk=notice.pk).update(**wording)
    publishing.publish(notice, by=editor, at=NOW + timedelta(minutes=minutes), reason=reason)
    notice.refresh_from_db()


def ended(notice, editor, way):
    code = "no-need" if way == Closing.CANCELLED else ""
    closing.close(notice, by=editor, at=NOW + timedelta(minutes=9), reason="Pengarna räckte inte.", way=way, code=code)


def words_of(address):
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(answer.content.decode())).split())


def addresses_of(slug):
    """All that the public could open."""
    yield from (reverse(f"procurements:{page}", args=[slug]) for page in ("notice_detail", "notice_record"))
    yield reverse("procurements:notice_version", args=[slug, 1])
    yield from (reverse(f"feeds:{page}", args=[slug]) for page in ("notice_changes", "notice_calendar"))


@pytest.mark.parametrize(("kind", "way", "word"), ENDS)
def test_what_has_ended_says_what_it_was_and_when_and_why_it_ended(kind, way, word, editor):
    notice = noticed(editor, kind=kind, title="Fall i hemmet")
    before = list(addresses_of(notice.slug))
    ended(notice, editor, way)
    page = words_of(notice.get_absolute_url())
    for said in (f"{word} 22 November 2026", "Pengarna räckte inte.", "Fall i hemmet", "Fjällviks kommun"):
        assert said in page
    assert all(Client().get(address).status_code == 200 for address in before)
    record = words_of(reverse("procurements:notice_record", args=[notice.slug]))
    assert "Pengarna räckte inte." in record


@pytest.mark.parametrize(("kind", "way", "word"), ENDS)
def test_what_has_ended_is_in_the_archive_and_not_among_what_is_open(kind, way, word, editor):
    notice = noticed(editor, kind=kind, title="Fallskydd i hemmet")
    ended(notice, editor, way)

    def found(query):
        return [row["notice"].pk for row in Client().get(f"/en/procurements/?{query}").context["rows"]]

    assert found("") == []
    assert found("state=closed&q=fallskydd") == [notice.pk]
    assert found("state=all") == [notice.pk]
    assert "Closed" in words_of("/en/procurements/?state=closed")


def test_what_has_run_out_stays_and_is_in_the_archive(editor, clock):
    notice = noticed(editor)
    clock.move_to(NOW + timedelta(days=400))
    assert all(Client().get(address).status_code == 200 for address in addresses_of(notice.slug))
    assert len(Client().get("/en/procurements/?state=closed").context["rows"]) == 1
    assert len(Client().get("/en/procurements/").context["rows"]) == 0


def test_every_title_that_it_has_had_leads_to_it_for_good(editor):
    notice = noticed(editor, title="Första namnet")
    slugs = [notice.slug]
    for minutes, title in enumerate(("Andra namnet", "Tredje namnet"), start=3):
        amended(notice, editor, minutes=minutes, title=title)
        slugs.append(notice.slug)
    for language in ("sv", "nb", "en"):
        for slug in slugs[:-1]:
            answer = Client().get(f"/{language}/procurements/{slug}/")
            assert (answer.status_code, answer["Location"]) == (301, f"/{language}/procurements/{slugs[-1]}/")
    assert slugs[0].rpartition("-")[2] == slugs[-1].rpartition("-")[2]


def test_a_buyer_that_became_another_leads_to_it_and_its_notices_stand(editor):
    old, new = editor.memberships.get().organisation, make.buyer(name="Storviks kommun")
    notice = noticed(editor)
    merging.merge(old, into=new, by=make.user(duty=Duty.ADMIN), at=NOW + timedelta(minutes=5))
    answer = Client().get(old.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (301, new.get_absolute_url())
    assert "Storviks kommun" in words_of(notice.get_absolute_url())
    feed = etree.fromstring(Client().get(f"/en/procurements/feed.atom?buyer={new.pk}").content)
    assert len(feed.findall("{*}entry")) == 1


def test_nobody_can_delete_what_was_published(editor):
    notice = noticed(editor)
    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).delete()
    assert Client().get(notice.get_absolute_url()).status_code == 200


def test_anyone_reads_what_was_changed_field_by_field_when_and_why(editor):
    notice = noticed(editor, title="Fall i hemmet")
    amended(notice, editor, summary="Nya ord om fall.", deadline_at=NOW + timedelta(days=60), reason="Fler hann inte.")
    pages = [notice.get_absolute_url(), reverse("procurements:notice_record", args=[notice.slug])]
    for page in map(words_of, pages):
        for said in (
            "Fler hann inte.",
            "Vi söker sätt att märka",
            "Nya ord om fall.",
            "21 January 2027",
            "22 December 2026",
        ):
            assert said in page
    first = words_of(reverse("procurements:notice_version", args=[notice.slug, 1]))
    assert "This version has been replaced." in first
    assert "Nya ord" not in first


def test_a_draft_that_goes_on_is_in_no_address(editor):
    notice = noticed(editor)
    Notice.objects.filter(pk=notice.pk).update(title="Hemligt nytt namn", summary="Hemlig text")
    for address in addresses_of(notice.slug):
        assert "hemlig" not in Client().get(address).content.decode().lower(), address
    assert Client().get(reverse("procurements:notice_version", args=[notice.slug, 2])).status_code == 404
