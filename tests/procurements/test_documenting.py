import uuid
from threading import Barrier, Thread

import pytest
from django.db import connection

from procurements import documenting, publishing, writing
from procurements.models import Notice, Schedule, VersionDocument
from tests import make
from tests.files import corpus
from tests.procurements.uploads import ODD, received, with_documents

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(lists):
    return make.notice(published=False)


def titles(notice):
    return [one.title for one in notice.documents.all()]


def change(notice, document, *, by=None, file=None, title=None, seen=None):
    return documenting.change(
        notice,
        document.lineage,
        seen=seen or (document.title, str(document.file_id)),
        title=document.title if title is None else title,
        file=file,
        by=by or notice.edited_by,
        at=make.NOW,
    )


def test_a_document_is_titled_after_its_file(draft):
    with_documents(draft, ODD, "kravlista.pdf")
    assert titles(draft) == ["Behovsbeskrivning – Åre (v2)", "kravlista"]


def test_adding_the_same_file_twice_adds_it_once(draft):
    file = received(draft)
    for _click in range(2):
        documenting.add(draft, files=[file, file], by=draft.edited_by, at=make.NOW)
    assert draft.documents.count() == 1


def test_a_document_is_added_to_what_a_colleague_saved_meanwhile(draft):
    seen = Notice.objects.get(pk=draft.pk)
    writing.save(draft, wording={"title": "Kollegans titel"}, revision=1, by=draft.edited_by, at=make.NOW)
    with_documents(seen, "a.pdf")
    with_documents(seen, "b.pdf")
    now = Notice.objects.get(pk=draft.pk)
    assert (now.title, titles(now)) == ("Kollegans titel", ["a", "b"])


def test_a_notice_has_at_most_fifty_documents(draft):
    file = received(draft)
    rows = [documenting._row(uuid.uuid4(), str(place), file, draft.edited_by, make.NOW) for place in range(50)]
    writing.save(draft, wording={}, having={"documents": rows}, revision=1, by=draft.edited_by, at=make.NOW)
    with pytest.raises(documenting.TooMany):
        with_documents(draft, "femtioett.pdf")
    assert draft.documents.count() == 50


def test_a_replaced_document_keeps_its_lineage_and_the_published_file_stays(draft):
    with_documents(draft, "a.pdf")
    publishing.publish(draft, by=draft.edited_by, at=make.NOW)
    before = draft.documents.get()
    newer = received(draft, "a.pdf", corpus.pdf(b"% newer\n"))
    change(draft, before, file=newer)
    publishing.publish(draft, by=draft.edited_by, at=make.NOW, reason="Ny version.")
    history = VersionDocument.objects.filter(version__notice=draft, lineage=before.lineage)
    assert [one.file_id for one in history.order_by("version__number")] == [before.file_id, newer.pk]


def test_two_who_replace_the_same_document_do_not_overwrite_each_other(draft):
    with_documents(draft, "a.pdf")
    document = draft.documents.get()
    first, second = (received(draft, "a.pdf", corpus.pdf(b"%% %d\n" % n)) for n in (1, 2))
    change(draft, document, file=first)
    with pytest.raises(documenting.Changed) as conflict:
        change(draft, document, file=second)
    assert conflict.value.standing.file_id == first.pk
    assert draft.documents.get().file_id == first.pk
    change(draft, document, file=second, seen=(document.title, str(first.pk)))  # having seen theirs
    assert draft.documents.get().file_id == second.pk


def test_one_renames_while_another_replaces_and_both_get_what_they_did(draft):
    with_documents(draft, "a.pdf")
    document = draft.documents.get()
    newer = received(draft, "a.pdf", corpus.pdf(b"% newer\n"))
    change(draft, document, file=newer)
    change(draft, document, title="Kravlista")
    now = draft.documents.get()
    assert (now.title, now.file_id) == ("Kravlista", newer.pk)


def test_two_who_rename_the_same_document_do_not_overwrite_each_other(draft):
    with_documents(draft, "a.pdf")
    document = draft.documents.get()
    change(draft, document, title="Kravlista")
    with pytest.raises(documenting.Changed):
        change(draft, document, title="Önskelista")
    assert titles(draft) == ["Kravlista"]


def test_what_a_colleague_replaced_is_not_taken_away_unseen(draft):
    with_documents(draft, "a.pdf", "b.pdf")
    document = draft.documents.all()[0]
    change(draft, document, file=received(draft, "a.pdf", corpus.pdf(b"% newer\n")))
    with pytest.raises(documenting.Changed):
        documenting.remove(draft, document.lineage, seen_file=str(document.file_id), by=draft.edited_by, at=make.NOW)
    assert draft.documents.count() == 2


def test_taking_away_twice_is_harmless_and_changing_what_is_gone_is_said(draft):
    with_documents(draft, "a.pdf", "b.pdf")
    document = draft.documents.all()[0]
    for _click in range(2):
        documenting.remove(draft, document.lineage, seen_file=str(document.file_id), by=draft.edited_by, at=make.NOW)
    assert titles(draft) == ["b"]
    with pytest.raises(documenting.Changed) as gone:
        change(draft, document, title="c")
    assert gone.value.standing is None


def test_documents_stand_in_the_order_they_are_moved_to(draft):
    with_documents(draft, "a.pdf", "b.pdf", "c.pdf")
    last = draft.documents.get(title="c")
    for _step in range(3):  # the third has nowhere to go
        documenting.move(draft, last.lineage, by_steps=-1, by=draft.edited_by, at=make.NOW)
    assert titles(draft) == ["c", "a", "b"]


def test_documents_wait_with_a_text_that_is_to_be_published(draft):
    Schedule.objects.create(
        notice=draft, revision=1, publish_at=make.NOW.replace(year=2027), set_by=draft.edited_by, set_at=make.NOW
    )
    with pytest.raises(writing.Locked):
        with_documents(draft, "a.pdf")


@pytest.mark.django_db(transaction=True)
def test_two_who_replace_at_the_same_moment_get_one_file_and_one_sentence():
    draft = make.notice(published=False)
    with_documents(draft, "a.pdf")
    document = draft.documents.get()
    files = [received(draft, "a.pdf", corpus.pdf(b"%% %d\n" % n)) for n in (1, 2)]
    ready, outcomes = Barrier(2), []

    def replace(file):
        ready.wait()
        try:
            change(draft, document, file=file)
            outcomes.append("saved")
        except documenting.Changed:
            outcomes.append("told")
        finally:
            connection.close()

    hands = [Thread(target=replace, args=[file]) for file in files]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(outcomes) == ["saved", "told"]
    assert draft.documents.get().file_id in {file.pk for file in files}
