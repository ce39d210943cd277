import uuid

import pytest
from django.utils import timezone

from files.models import DownloadCount, StoredFile
from procurements import documenting, publishing
from procurements.models import Notice
from tests import make
from tests.files import corpus
from tests.procurements.uploads import ODD, received, with_documents

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(lists):
    notice = make.notice(published=False, at=timezone.now())
    with_documents(notice, ODD, at=timezone.now())
    return notice


@pytest.fixture
def published(draft):
    publishing.publish(draft, by=draft.edited_by, at=timezone.now())
    return Notice.objects.get(pk=draft.pk)


def fetch(client, notice, file=None):
    response = client.get(f"/sv/procurements/{notice.slug}/documents/{file or notice.documents.get().file_id}/")
    response.body = response.getvalue() if response.streaming else response.content
    return response


def test_a_published_document_is_fetched_by_anyone_under_the_name_it_was_uploaded_with(published, client):
    response = fetch(client, published)
    assert response.status_code == 200
    assert response.body.startswith(b"%PDF")
    assert "filename*=UTF-8''Behovsbeskrivning%20%E2%80%93%20%C3%85re%20%28v2%29.pdf" in response["Content-Disposition"]
    assert response["Content-Disposition"].startswith("attachment")
    assert "public" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_it_is_counted_without_a_name(published, client):
    fetch(client, published)
    fetch(client, published)
    assert DownloadCount.objects.get().count == 2
    assert {field.name for field in DownloadCount._meta.get_fields()} == {"id", "file", "on", "count"}


def test_a_draft_is_the_teams_alone(draft, client, signed_in):
    response = fetch(signed_in(draft.edited_by), draft)
    assert response.body.startswith(b"%PDF")
    assert "public" not in response["Cache-Control"]
    strangers = [client, *map(signed_in, (make.user(), make.member(make.buyer()), make.member(make.supplier())))]
    colleague = make.member(draft.procurement.organisation)
    assert {fetch(one, draft).status_code for one in [*strangers, signed_in(colleague)]} == {404}


def test_what_is_added_to_a_published_notice_is_not_public_until_it_is_published(published, client, signed_in):
    new = received(published, "ny.pdf", corpus.pdf(b"% ny\n"), at=timezone.now())
    documenting.add(published, files=[new], by=published.edited_by, at=timezone.now())
    assert fetch(client, published, new.pk).status_code == 404
    assert fetch(signed_in(published.edited_by), published, new.pk).status_code == 200


def test_every_file_that_was_ever_published_stays_reachable(published, client):
    old = published.documents.get()
    new = received(published, "ny.pdf", corpus.pdf(b"% ny\n"), at=timezone.now())
    seen = (old.title, str(old.file_id))
    documenting.change(
        published, old.lineage, seen=seen, title=old.title, file=new, by=published.edited_by, at=timezone.now()
    )
    publishing.publish(published, by=published.edited_by, at=timezone.now(), reason="Ny version.")
    assert fetch(client, published, old.file_id).status_code == 200
    page = client.get(f"/en/procurements/{published.slug}/").content.decode()
    assert "New version" in page
    assert f"/documents/{old.file_id}/" in page
    first = client.get(f"/en/procurements/{published.slug}/versions/1/").content.decode()
    assert f"/documents/{old.file_id}/" in first
    assert f"/documents/{new.pk}/" not in first
    documenting.remove(published, old.lineage, seen_file=str(new.pk), by=published.edited_by, at=timezone.now())
    publishing.publish(Notice.objects.get(pk=published.pk), by=published.edited_by, at=timezone.now(), reason="Utgår.")
    assert fetch(client, published, new.pk).status_code == 200


def test_a_file_of_another_notice_is_not_found_here(published, client):
    other = make.notice(at=timezone.now())
    assert fetch(client, other, published.documents.get().file_id).status_code == 404
    assert fetch(client, published, uuid.uuid4()).status_code == 404


def test_a_file_that_waits_for_the_scan_is_given_to_nobody(draft, signed_in):
    StoredFile.objects.update(state="held", scanned_at=None)
    assert fetch(signed_in(draft.edited_by), draft).status_code == 404


def test_the_key_of_a_file_tells_neither_order_nor_number(draft):
    assert draft.documents.get().file_id.version == 4
