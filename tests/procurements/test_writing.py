from datetime import timedelta

import pytest

from accounts.grants import Role
from procurements import documenting, parts, publishing, writing
from procurements.models import Kind, Notice
from tests import make

pytestmark = pytest.mark.django_db


def test_a_second_save_of_an_old_page_is_refused_and_nothing_is_overwritten():
    notice = make.notice(published=False)
    seen = notice.revision
    writing.save(notice, wording={"title": "Annas"}, revision=seen, by=notice.edited_by, at=make.NOW)
    with pytest.raises(writing.Stale) as refused:
        writing.save(notice, wording={"title": "Bos"}, revision=seen, by=notice.edited_by, at=make.NOW)
    assert refused.value.notice.title == "Annas"
    assert Notice.objects.get(pk=notice.pk).title == "Annas"


def test_saving_what_already_stands_there_is_harmless():
    notice = make.notice(published=False)
    writing.save(notice, wording={"title": "Ny"}, revision=notice.revision, by=notice.edited_by, at=make.NOW)
    again = writing.save(notice, wording={"title": "Ny"}, revision=notice.revision, by=notice.edited_by, at=make.NOW)
    assert again.revision == notice.revision + 1


@pytest.mark.parametrize(
    "who",
    [
        lambda buyer: make.user(),
        lambda buyer: make.member(make.buyer()),
        lambda buyer: make.member(buyer, role=Role.READER),
    ],
    ids=["nobody's", "another buyer's", "a reader"],
)
def test_only_a_writer_of_the_organisation_may_begin(who):
    buyer = make.buyer()
    with pytest.raises(writing.NotAllowed):
        writing.begin(organisation=buyer, kind=Kind.NEED, by=who(buyer), at=make.NOW, wording={"title": "x"})


def test_an_organisation_that_is_not_verified_cannot_begin():
    organisation = make.organisation()
    with pytest.raises(writing.NotAllowed):
        writing.begin(
            organisation=organisation, kind=Kind.NEED, by=make.member(organisation), at=make.NOW, wording={"title": "x"}
        )


def test_the_next_notice_of_the_chain_begins_with_what_was_written_before():
    need = make.notice()
    draft = writing.go_on(need, kind=Kind.COMPETITION, by=need.edited_by, at=make.NOW)
    assert draft.procurement == need.procurement
    assert (draft.problem, draft.cpv, draft.deadline_at) == (need.problem, need.cpv, None)
    assert writing.go_on(need, kind=Kind.COMPETITION, by=need.edited_by, at=make.NOW) == draft


def ended(notice, closed_as, **fields):
    Notice.objects.filter(pk=notice.pk).update(closed_at=make.NOW, closed_as=closed_as, closed_reason="Skäl", **fields)
    notice.refresh_from_db()


def test_a_second_competition_cannot_begin_beside_one_that_is_out():
    competition = make.notice(kind="competition")
    with pytest.raises(writing.StillRunning):
        writing.go_on(competition, kind=Kind.COMPETITION, by=competition.edited_by, at=make.NOW)
    ended(competition, "early")  # tenders are being read
    with pytest.raises(writing.StillRunning):
        writing.go_on(competition, kind=Kind.COMPETITION, by=competition.edited_by, at=make.NOW)
    assert competition.procurement.notices.count() == 1


@pytest.mark.parametrize(("closed_as", "code"), [("withdrawn", ""), ("cancelled", "no-rece")])
def test_a_competition_that_came_to_nothing_is_announced_again_and_linked(closed_as, code):
    competition = make.notice(kind="competition")
    ended(competition, closed_as, closed_code=code)
    again = writing.go_on(competition, kind=Kind.COMPETITION, by=competition.edited_by, at=make.NOW)
    assert again.procurement == competition.procurement
    assert [link.earlier for link in again.links.all()] == [competition]
    assert writing.go_on(competition, kind=Kind.COMPETITION, by=competition.edited_by, at=make.NOW) == again
    assert again.links.count() == 1


def test_the_parts_come_along_and_what_is_announced_again_has_its_documents_too():
    consultation = make.notice(kind="consultation")
    asset = {"name": "Källkod", "origin": "result", "level": "own", "motive": "Vi ska kunna byta leverantör."}
    parts.replace(consultation, "assets", [asset])
    documenting.add(consultation, files=[make.stored_file()], by=consultation.edited_by, at=make.NOW)
    competition = writing.go_on(consultation, kind=Kind.COMPETITION, by=consultation.edited_by, at=make.NOW)
    assert parts.rows_of(competition, "assets") == [asset]
    assert parts.rows_of(competition, "documents") == []

    documenting.add(competition, files=[make.stored_file(name="Krav.pdf")], by=competition.edited_by, at=make.NOW)
    Notice.objects.filter(pk=competition.pk).update(procedure="open", deadline_at=make.NOW + timedelta(days=40))
    publishing.publish(competition, by=competition.edited_by, at=make.NOW)
    ended(competition, "cancelled", closed_code="no-rece")
    again = writing.go_on(competition, kind=Kind.COMPETITION, by=competition.edited_by, at=make.NOW)
    assert {name: parts.rows_of(again, name) for name in parts.PARTS} == {
        name: parts.rows_of(competition, name) for name in parts.PARTS
    }
    assert again.documents.get().added_by == competition.edited_by


def test_a_consultation_may_go_on_to_a_competition():
    consultation = make.notice(kind="consultation")
    assert not writing.go_on(consultation, kind=Kind.COMPETITION, by=consultation.edited_by, at=make.NOW).links.exists()
