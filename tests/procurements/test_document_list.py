import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from files import counting
from files.models import StoredFile
from procurements import publishing
from procurements.models import Notice
from tests import make
from tests.files import corpus
from tests.procurements.uploads import ODD, upload, with_documents

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def draft(lists):
    return make.notice(published=False, at=timezone.now())


def address(notice):
    return f"/en/procurements/{notice.slug}/documents/"


def add(client, notice, *uploads, **more):
    return client.post(address(notice), {"do": "add", "uploads": list(uploads)}, **more)


def act(client, notice, document, do, **typed):
    seen = {"lineage": document.lineage, "seen_title": document.title, "seen_file": document.file_id}
    return client.post(address(notice), {"do": do, **seen, "title": document.title, **typed})


def titles(notice):
    return [one.title for one in notice.documents.all()]


def test_limits_stand_on_the_page_before_anything_is_chosen(draft, signed_in):
    page = signed_in(draft.edited_by).get(address(draft)).content.decode()
    for words in ("MB", "PDF, DOCX", "at most 50 documents", "No documents yet"):
        assert words in page


def test_several_files_are_added_at_once_with_their_names(draft, signed_in):
    client = signed_in(draft.edited_by)
    response = add(client, draft, upload(), upload("kravlista.pdf", corpus.pdf(b"% 2\n")))
    assert (response.status_code, response["Location"]) == (302, address(draft))
    assert titles(draft) == ["Behovsbeskrivning – Åre (v2)", "kravlista"]
    assert ODD in client.get(address(draft)).content.decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("faktura.pdf.exe", corpus.MACHINE),
        ("sida.pdf", corpus.PAGE),
        ("bild.png", corpus.SVG),
        ("tom.pdf", b""),
        ("a\u202efdp.exe", corpus.pdf()),
    ],
)
def test_a_hostile_file_is_refused_with_a_sentence_and_the_others_are_added(draft, signed_in, name, content):
    client = signed_in(draft.edited_by)
    response = add(client, draft, upload("god.pdf"), upload(name, content))
    assert response.status_code == 422
    [sentence] = response.context["refusals"]
    assert sentence.startswith("“")
    assert 'role="alert"' in response.content.decode()
    assert titles(draft) == ["god"]


def test_nothing_chosen_is_said(draft, signed_in):
    assert signed_in(draft.edited_by).post(address(draft), {"do": "add"}).status_code == 422


def test_more_than_ten_at_a_time_are_not_taken(draft, signed_in):
    response = add(
        signed_in(draft.edited_by), draft, *[upload(f"{n}.pdf", corpus.pdf(b"%%%d\n" % n)) for n in range(11)]
    )
    assert response.status_code == 422
    assert titles(draft) == []


def test_htmx_gets_the_list_alone_with_what_was_refused(draft, signed_in):
    client = signed_in(draft.edited_by)
    response = add(client, draft, upload(), upload("a.exe", corpus.MACHINE), headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 200
    assert page.lstrip().startswith('<div id="documents">')
    assert "1 document is added." in page
    assert "“a.exe”" in page


def test_a_document_is_renamed_and_replaced(draft, signed_in):
    client = signed_in(draft.edited_by)
    with_documents(draft, "a.pdf")
    before = draft.documents.get()
    response = act(client, draft, before, "change", title="Kravlista", file=upload("b.pdf", corpus.pdf(b"% b\n")))
    assert response.status_code == 302
    now = draft.documents.select_related("file").get()
    assert (now.title, now.file.name, now.lineage) == ("Kravlista", "b.pdf", before.lineage)


def test_a_refused_replacement_leaves_the_document_and_keeps_the_title_that_was_typed(draft, signed_in):
    client = signed_in(draft.edited_by)
    with_documents(draft, "a.pdf")
    document = draft.documents.get()
    response = act(client, draft, document, "change", title="Kravlista", file=upload("b.pdf", corpus.MACHINE))
    assert response.status_code == 422
    assert 'value="Kravlista"' in response.content.decode()
    assert set(response.context["wrong"].errors) == {"file"}
    assert draft.documents.get().file_id == document.file_id


def test_the_second_of_two_who_rename_is_told_and_keeps_what_was_typed(draft, signed_in):
    client = signed_in(draft.edited_by)
    with_documents(draft, "a.pdf")
    seen = draft.documents.get()
    assert act(client, draft, seen, "change", title="Kravlista").status_code == 302
    response = act(client, draft, seen, "change", title="Önskelista")
    page = response.content.decode()
    assert response.status_code == 409
    assert "“Kravlista”" in page
    assert 'value="Önskelista"' in page
    assert titles(draft) == ["Kravlista"]
    shown = response.context["wrong"].data
    seen.title = shown["seen_title"]
    assert act(client, draft, seen, "change", title="Önskelista").status_code == 302
    assert titles(draft) == ["Önskelista"]


def test_documents_are_moved_and_taken_away(draft, signed_in):
    client = signed_in(draft.edited_by)
    with_documents(draft, "a.pdf", "b.pdf")
    act(client, draft, draft.documents.get(title="b"), "up")
    assert titles(draft) == ["b", "a"]
    act(client, draft, draft.documents.get(title="b"), "down")
    assert titles(draft) == ["a", "b"]
    act(client, draft, draft.documents.get(title="a"), "remove")
    assert titles(draft) == ["b"]
    assert client.post(address(draft), {"do": "remove", "lineage": "nonsense"}).status_code == 404


def test_the_state_of_the_scan_is_shown(draft, signed_in, settings, tmp_path):
    settings.CLAMD = f"unix://{tmp_path / 'nobody-listens'}"
    client = signed_in(draft.edited_by)
    assert add(client, draft, upload()).status_code == 302
    assert StoredFile.objects.get().state == "held"
    page = client.get(address(draft)).content.decode()
    assert "Waits for the virus scan" in page
    assert f"/documents/{StoredFile.objects.get().pk}/" not in page


def test_how_often_a_document_was_fetched_is_for_those_with_a_place_on_the_team(draft, signed_in):
    with_documents(draft, "a.pdf")
    publishing.publish(draft, by=draft.edited_by, at=timezone.now())
    counting.count(draft.documents.get().file, at=timezone.now())
    assert "Fetched once" in signed_in(draft.edited_by).get(address(draft)).content.decode()
    admin = make.member(draft.procurement.organisation, role="admin")
    page = signed_in(admin).get(address(draft)).content.decode()
    assert "a.pdf" in page
    assert "Fetched" not in page


def test_what_is_added_after_publication_waits_for_an_amendment(draft, signed_in, client):
    publishing.publish(draft, by=draft.edited_by, at=timezone.now())
    editor = signed_in(draft.edited_by)
    add(editor, draft, upload())
    public = f"/en/procurements/{draft.slug}/"
    assert ODD not in client.get(public).content.decode()
    assert ODD in editor.get(public + "publish/").content.decode()
    now = Notice.objects.get(pk=draft.pk)
    publishing.publish(now, by=now.edited_by, at=timezone.now(), reason="Vi lade till en bilaga.")
    assert ODD in client.get(public).content.decode()


@pytest.mark.parametrize("path", ["documents/", "", "preview/", "versions/1/"])
def test_the_number_of_queries_does_not_follow_the_number_of_documents(draft, signed_in, path):
    def grow(count, reason):
        notice = Notice.objects.get(pk=draft.pk)
        with_documents(notice, *[f"{reason}{n}.pdf" for n in range(count)], at=timezone.now())
        for place in range(count):
            notice.assets.create(position=notice.assets.count(), name=f"{reason} {place}", origin="result", level="use")
            notice.stages.create(position=notice.stages.count(), name=f"{reason} {place}")
        publishing.publish(notice, by=notice.edited_by, at=timezone.now(), reason=reason)

    client = signed_in(draft.edited_by)
    grow(1, "ett")
    where = f"/en/procurements/{draft.slug}/{path}"
    client.get(where)
    with CaptureQueriesContext(connection) as few:
        assert client.get(where).status_code == 200
    grow(6, "sex")
    with CaptureQueriesContext(connection) as many:
        assert client.get(where).status_code == 200
    assert len(many) == len(few)
