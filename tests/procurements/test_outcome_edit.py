"""How it ended: every procurement says so, every supplier that wrote is answered, and only then is it done."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from notifications.models import Notification
from procurements import closing, concluding, interest, publishing, reminding, writing
from procurements.concluding import Chosen, Refused
from procurements.models import Feedback, Interest, News, Notice, Outcome
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db
AFTER = make.NOW + timedelta(days=40)
MONTH = timedelta(days=31)


@pytest.fixture
def competition():
    return make.notice(kind="competition", deadline_at=make.NOW + timedelta(days=39))


def owner_of(notice):
    return notice.procurement.team.get().user


def wrote(notice, message="Vi kan det här.", **fields):
    supplier = make.supplier()
    by = make.member(supplier)
    return interest.register(
        notice.procurement, organisation=supplier, level="interested", message=message, by=by, at=make.NOW, **fields
    )


def award(notice, at=AFTER, **fields):
    said = {
        "result": "awarded",
        "text": "Nordsensor valdes.",
        "tenders": 4,
        "decided_on": AFTER.date(),
        "winners": [Chosen("Nordsensor AB", is_small=True, is_new=True)],
        **fields,
    }
    return concluding.record_outcome(notice, by=owner_of(notice), at=at, **said)


def test_an_award_is_told_with_its_supplier_and_the_followers_hear(competition):
    outcome = award(competition)
    assert (outcome.number, outcome.get_result_display()) == (1, "A supplier was chosen")
    assert [(each.name, each.is_small, each.is_new) for each in outcome.winners.all()] == [
        ("Nordsensor AB", True, True)
    ]
    assert News.objects.get().kind == "outcome"
    assert AuditEvent.objects.filter(action="outcome.recorded").count() == 1


def test_saying_the_same_again_changes_nothing(competition):
    assert award(competition) == award(competition)
    assert Outcome.objects.count() == News.objects.count() == 1


def test_a_correction_says_why_and_the_first_outcome_stays(competition):
    award(competition)
    with pytest.raises(Refused) as refused:
        award(competition, tenders=5)
    assert set(refused.value.problems) == {"reason"}
    second = award(competition, tenders=5, reason="Ett anbud var feladresserat.")
    assert (second.number, competition.outcomes.count()) == (2, 2)


def test_what_is_public_is_never_rewritten(competition):
    outcome = award(competition)
    with pytest.raises(DatabaseError), transaction.atomic():
        Outcome.objects.filter(pk=outcome.pk).update(text="Något annat")
    with pytest.raises(DatabaseError), transaction.atomic():
        outcome.winners.all().delete()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"at": make.NOW}, ""),
        ({"result": "stopped"}, "result"),
        ({"result": "unsuitable", "winners": []}, "code"),
        ({"winners": []}, "winners"),
        ({"tenders": None}, "tenders"),
        ({"tenders": 0}, "tenders"),
        ({"result": "cancelled", "code": "other", "tenders": None}, "winners"),
        ({"tenders": 1, "winners": [Chosen("A"), Chosen("B")]}, "tenders"),
        ({"decided_on": (AFTER + timedelta(days=2)).date()}, "decided_on"),
    ],
)
def test_an_outcome_that_cannot_be_so_is_refused_beside_its_field(competition, fields, field):
    with pytest.raises(Refused) as refused:
        award(competition, **fields)
    assert field in refused.value.problems
    assert not Outcome.objects.exists()


def test_a_competition_past_its_deadline_awaits_its_outcome(competition):
    assert not concluding.awaiting_outcome(make.NOW).exists()
    assert list(concluding.awaiting_outcome(AFTER)) == [competition]
    award(competition)
    assert not concluding.awaiting_outcome(AFTER).exists()


def test_a_need_that_went_on_has_said_how_it_ended():
    need = make.notice(deadline_at=make.NOW + timedelta(days=10))
    assert list(concluding.awaiting_outcome(AFTER)) == [need]
    later = make.NOW + timedelta(days=1)
    competition = writing.go_on(need, kind="competition", by=owner_of(need), at=later)
    wording = {"deadline_at": AFTER + MONTH, "procedure": "open"}
    writing.save(competition, wording=wording, revision=competition.revision, by=owner_of(need), at=later)
    publishing.publish(competition, by=owner_of(need), at=later)
    assert not concluding.awaiting_outcome(AFTER).exists()


def test_what_came_from_another_system_is_not_chased(competition):
    Notice.objects.filter(pk=competition.pk).update(source_id="abc")
    assert not concluding.awaiting_outcome(AFTER).exists()


def test_it_is_overdue_thirty_days_after_it_closed_early(competition):
    closing.close(competition, by=owner_of(competition), at=make.NOW, reason="Vi väntar.")
    assert not concluding.overdue(make.NOW + timedelta(days=29, hours=23)).exists()
    assert concluding.overdue(make.NOW + timedelta(days=30)).exists()


def test_the_owner_is_reminded_once_a_week_however_often_the_round_runs(competition):
    late = AFTER + MONTH
    for at in (late, late, late + timedelta(days=6)):
        reminding.remind(at)
    told = Notification.objects.filter(event__kind="outcome-due", recipient=owner_of(competition))
    assert told.count() == 2  # the thirtieth day is in one week, the sixth day after it in the next
    award(competition, at=late)
    reminding.remind(late + MONTH)
    assert told.count() == 2


def test_little_interest_is_told_once_and_again_when_the_deadline_moves(competition):
    soon = competition.current_version.deadline_at - timedelta(days=6)
    told = Notification.objects.filter(event__kind="low-interest")
    reminding.remind(soon - timedelta(days=3))
    assert not told.exists()
    reminding.remind(soon)
    reminding.remind(soon + timedelta(hours=1))
    assert told.count() == 1


def test_enough_interest_needs_no_warning(competition):
    for _each in range(reminding.FEW):
        wrote(competition)
    reminding.remind(competition.current_version.deadline_at - timedelta(days=6))
    assert not Notification.objects.filter(event__kind="low-interest").exists()


def test_a_supplier_that_wrote_is_answered_and_hears_of_it(competition):
    made = wrote(competition)
    feedback = concluding.answer(made, text="Tack, ert exempel hjälpte oss.", by=owner_of(competition), at=AFTER)
    assert feedback.organisation == made.organisation
    assert Notification.objects.get(event__kind="feedback").recipient == made.registered_by
    assert (
        concluding.answer(made, text="Tack, ert exempel hjälpte oss.", by=owner_of(competition), at=AFTER) == feedback
    )
    assert Feedback.objects.count() == 1
    changed = concluding.answer(made, text="Tack igen.", by=owner_of(competition), at=AFTER + timedelta(hours=1))
    assert (changed.pk, changed.text) == (feedback.pk, "Tack igen.")


def test_an_empty_answer_is_no_answer(competition):
    with pytest.raises(Refused):
        concluding.answer(wrote(competition), text="  \n", by=owner_of(competition), at=AFTER)


def test_a_procurement_is_done_when_everyone_has_heard(competition):
    made, silent = wrote(competition), wrote(competition, message="")
    owner = owner_of(competition)
    with pytest.raises(Refused) as refused:
        concluding.conclude(competition.procurement, by=owner, at=AFTER)
    assert set(refused.value.problems) == {"outcome", "feedback"}
    award(competition)
    concluding.answer(made, text="Tack.", by=owner, at=AFTER)
    done = concluding.conclude(competition.procurement, by=owner, at=AFTER)
    assert done.concluded_at == AFTER
    assert concluding.conclude(done, by=owner, at=AFTER + MONTH).concluded_at == AFTER  # a second click
    assert AuditEvent.objects.filter(action="procurement.concluded").count() == 1
    assert not Feedback.objects.filter(organisation=silent.organisation).exists()  # nothing said, no answer owed


def test_what_is_open_cannot_be_concluded(competition):
    with pytest.raises(Refused) as refused:
        concluding.conclude(competition.procurement, by=owner_of(competition), at=make.NOW)
    assert "open" in refused.value.problems


# --- The pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def over(competition):
    """Closed already on the wall's clock."""
    closing.close(competition, by=owner_of(competition), at=make.NOW, reason="Vi har det vi behöver.")
    return competition


def typed(**fields):
    return {
        "result": "awarded",
        "text": "Nordsensor valdes.",
        "tenders": "4",
        "decided_on": "2026-11-20",
        "winner-TOTAL_FORMS": "1",
        "winner-INITIAL_FORMS": "0",
        "winner-0-name": "Nordsensor AB",
        "winner-0-is_small": "yes",
        "winner-0-is_new": "",
        **fields,
    }


def test_the_page_publishes_the_outcome_and_the_notice_shows_it(over, signed_in, client, lists):
    page = reverse("procurements:outcome_edit", args=[over.slug])
    assert signed_in(owner_of(over)).post(page, typed()).status_code == 302
    shown = client.get(over.get_absolute_url()).content.decode()
    assert "Nordsensor AB" in shown
    assert "Nordsensor valdes." in shown


def test_a_row_more_keeps_everything_typed(over, signed_in, lists):
    page = reverse("procurements:outcome_edit", args=[over.slug])
    shown = signed_in(owner_of(over)).post(page, typed(more="1", tenders="fyra")).content.decode()
    assert 'value="fyra"' in shown
    assert 'name="winner-1-name"' in shown
    assert not Outcome.objects.exists()


def test_a_fault_stands_beside_its_field_and_nothing_is_lost(over, signed_in, lists):
    page = reverse("procurements:outcome_edit", args=[over.slug])
    response = signed_in(owner_of(over)).post(page, typed(tenders="", **{"winner-0-value": "100"}))
    assert response.status_code == 422
    assert "Nordsensor valdes." in response.content.decode()


def test_what_is_open_has_no_outcome_page_yet(competition, signed_in, lists):
    response = signed_in(owner_of(competition)).get(reverse("procurements:outcome_edit", args=[competition.slug]))
    assert response.status_code == 302


def test_several_suppliers_get_one_answer_each(competition, signed_in):
    made = [wrote(competition), wrote(competition)]
    page = reverse("procurements:feedback_give", args=[competition.slug])
    client = signed_in(owner_of(competition))
    assert client.get(page, {"interest": [str(each.pk) for each in made]}).status_code == 200
    client.post(page, {"interest": [str(each.pk) for each in made], "text": "Tack för era exempel."})
    assert Feedback.objects.count() == 2


@pytest.mark.parametrize("named", ["", "nothing", "00000000-0000-0000-0000-000000000000"])
def test_a_key_that_is_nobody_s_is_not_found(competition, named, signed_in):
    page = reverse("procurements:feedback_give", args=[competition.slug])
    assert signed_in(owner_of(competition)).get(page, {"interest": named}).status_code == 404


def test_an_interest_of_another_procurement_is_not_found(competition, signed_in):
    foreign = wrote(make.notice())
    page = reverse("procurements:feedback_give", args=[competition.slug])
    assert signed_in(owner_of(competition)).get(page, {"interest": foreign.pk}).status_code == 404


def test_the_supplier_follows_its_interest_to_the_answer(competition, signed_in):
    made = wrote(competition)
    supplier, owner = signed_in(made.registered_by), owner_of(competition)
    own = reverse("procurements:interest_own")
    assert "Received" in supplier.get(own).content.decode()
    signed_in(owner).get(reverse("procurements:interest_list", args=[competition.slug]))
    assert "Read by the buyer" in supplier.get(own).content.decode()
    concluding.answer(made, text="Ert exempel hjälpte oss.", by=owner, at=AFTER)
    shown = supplier.get(own).content.decode()
    assert "Ert exempel hjälpte oss." in shown
    other = make.member(make.supplier())
    assert "Ert exempel hjälpte oss." not in signed_in(other).get(own).content.decode()


def test_reading_is_noted_once(competition, signed_in):
    made = wrote(competition)
    client = signed_in(owner_of(competition))
    for _each in range(2):
        client.get(reverse("procurements:interest_list", args=[competition.slug]))
    assert AuditEvent.objects.filter(action="interest.read").count() == 1
    assert Interest.objects.get(pk=made.pk).read_by == owner_of(competition)
