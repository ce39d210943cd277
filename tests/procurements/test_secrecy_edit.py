"""Interest is closed by default, on the country's ground, and opens by decision alone (quality part 4.2)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.grants import Role
from procurements import closing, concluding, interest, secrecy
from procurements.concluding import Chosen
from procurements.models import Closing, Release, SecrecyDecision
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db
AFTER = make.NOW + timedelta(days=40)


@pytest.fixture
def competition():
    return make.notice(kind="competition", deadline_at=make.NOW + timedelta(days=39))


def owner_of(notice):
    return notice.procurement.team.get(role="owner").user


def interested(notice, name, at=make.NOW):
    supplier = make.supplier(name=name)
    return interest.register(
        notice.procurement,
        organisation=supplier,
        level="interested",
        message="Hemligt ord",
        by=make.member(supplier),
        at=at,
    )


def award(notice):
    concluding.record_outcome(
        notice,
        result="awarded",
        text="Nordsensor valdes.",
        tenders=2,
        decided_on=AFTER.date(),
        winners=[Chosen("Nordsensor AB")],
        by=owner_of(notice),
        at=AFTER,
    )


def release(notice, what="number", at=AFTER, **fields):
    said = {"ground": "osl-19-3", "motive": "Tilldelningen är beslutad.", **fields}
    return secrecy.release(notice.procurement, what=what, by=owner_of(notice), at=at, **said)


def public_page(notice, at=AFTER):
    with time_machine.travel(at, tick=False):
        return Client().get(notice.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("country", "code"), [("SE", "osl-19-3"), ("NO", "offl-23"), ("DK", "eu-21")])
def test_the_country_of_the_buyer_gives_the_ground(country, code):
    notice = make.notice(buyer=make.buyer(country=country))
    assert secrecy.ground_of(notice.procurement).code == code


def test_the_newest_decision_holds_and_the_earlier_stay():
    notice = make.notice()
    by = owner_of(notice)
    said = {"valid_until": None, "by": by, "at": make.NOW}
    secrecy.decide(notice.procurement, ground="osl-31-16", motive="Affärsuppgifter.", **said)
    secrecy.decide(
        notice.procurement, ground="osl-31-16", motive="Affärsuppgifter.", **said
    )  # the second of two clicks
    secrecy.decide(notice.procurement, ground="osl-19-3", motive="", **said)
    notice.procurement.refresh_from_db()
    assert secrecy.ground_of(notice.procurement).code == "osl-19-3"
    assert SecrecyDecision.objects.count() == 2
    assert AuditEvent.objects.filter(action="secrecy.decided").count() == 2


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"ground": "offl-23"}, "ground"),
        ({"ground": "market-dialogue"}, "motive"),
        ({"valid_until": make.NOW.date()}, "valid_until"),
    ],
)
def test_a_decision_that_the_law_does_not_know_is_refused(fields, problem):
    notice = make.notice()
    said = {"ground": "osl-19-3", "valid_until": None, "motive": "", **fields}
    with pytest.raises(secrecy.Refused) as refused:
        secrecy.decide(notice.procurement, by=owner_of(notice), at=make.NOW, **said)
    assert list(refused.value.problems) == [problem]


def test_nothing_is_released_while_it_is_open(competition):
    with pytest.raises(secrecy.Refused, match="still open"):
        release(competition, at=make.NOW)


def test_nothing_is_released_before_the_outcome_is_told(competition):
    with pytest.raises(secrecy.Refused, match="First say how it ended"):
        release(competition)
    award(competition)
    assert release(competition).what == "number"


def test_a_need_that_goes_on_has_not_ended():
    need = make.notice(deadline_at=make.NOW + timedelta(days=39))
    concluding.record_outcome(
        need, result="went-on", text="Vi går vidare.", decided_on=AFTER.date(), by=owner_of(need), at=AFTER
    )
    with pytest.raises(secrecy.Refused, match="First say how it ended"):
        release(need)


def test_a_cancelled_one_does_not_open_by_itself_and_can_be_released(competition):
    interested(competition, "Fjällsensor AB")
    said = {"way": Closing.CANCELLED, "code": "no-rece", "reason": "Inga anbud."}
    closing.close(competition, by=owner_of(competition), at=make.NOW, **said)
    assert "showed interest" not in public_page(competition, make.NOW)
    assert release(competition, at=make.NOW)


def test_a_day_that_passes_opens_nothing(competition):
    interested(competition, "Fjällsensor AB")
    secrecy.decide(
        competition.procurement,
        ground="osl-19-3",
        valid_until=date(2026, 12, 1),
        motive="",
        by=owner_of(competition),
        at=make.NOW,
    )
    award(competition)
    assert "Fjällsensor" not in public_page(competition)
    assert not secrecy.released_of(competition.procurement)


def test_exactly_what_was_released_is_shown(competition):
    interested(competition, "Fjällsensor AB")
    interested(competition, "Åkerlarm AB")
    award(competition)
    competition.refresh_from_db()
    assert "visade intresse" not in public_page(competition)
    release(competition)
    page = public_page(competition)
    assert ">2 " in page
    assert "Tilldelningen är beslutad." in page
    assert "Fjällsensor" not in page
    release(competition, what="names")
    page = public_page(competition)
    assert page.index("Fjällsensor AB") < page.index("Åkerlarm AB")
    assert "Hemligt ord" not in page


def test_names_can_be_released_without_the_line_of_the_number(competition):
    interested(competition, "Fjällsensor AB")
    award(competition)
    release(competition, what="names")
    released = secrecy.released_of(competition.procurement)
    assert (released.number, released.names) == (None, ("Fjällsensor AB",))


def test_a_release_shows_what_stood_at_its_moment(competition):
    """A competition that is run again in the same procurement leaks nothing new."""
    first = interested(competition, "Fjällsensor AB")
    gone = interested(competition, "Åkerlarm AB")
    interest.withdraw(gone, by=gone.registered_by, at=make.NOW + timedelta(days=1))
    award(competition)
    release(competition)
    release(competition, what="names")
    type(first).objects.filter(pk=first.pk).update(withdrawn_at=AFTER + timedelta(days=1))
    late = interested(make.notice(), "Ny aktör AB", at=make.NOW)
    type(late).objects.filter(pk=late.pk).update(
        procurement=competition.procurement, received_at=AFTER + timedelta(days=2)
    )
    released = secrecy.released_of(competition.procurement)
    assert (released.number, released.names) == (1, ("Fjällsensor AB",))


def test_a_release_is_made_once_and_leaves_its_trace(competition):
    award(competition)
    first = release(competition)
    assert release(competition, motive="Något annat", at=AFTER + timedelta(days=1)) == first
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.create(
            procurement=competition.procurement, what="number", ground="x", motive="x", decided_at=AFTER
        )
    (event,) = AuditEvent.objects.filter(action="interest.released")
    assert event.details == {"what": "number", "ground": "osl-19-3"}


@pytest.mark.parametrize("fields", [{"motive": " "}, {"ground": "offl-23"}, {"what": "messages"}])
def test_a_release_has_a_ground_and_a_motive(fields, competition):
    award(competition)
    with pytest.raises(secrecy.Refused):
        release(competition, **fields)


def test_the_page_is_for_those_who_answer_for_the_procurement(competition, signed_in):
    buyer = competition.procurement.organisation
    address = reverse("procurements:secrecy_edit", args=[competition.slug])
    colleague = make.member(buyer)
    competition.procurement.team.create(
        user=colleague, organisation=competition.procurement.organisation, role="editor", added_at=make.NOW
    )
    assert signed_in(owner_of(competition)).get(address).status_code == 200
    assert signed_in(make.member(buyer, role=Role.ADMIN)).get(address).status_code == 200
    for outsider in (colleague, make.member(buyer), make.member(make.buyer()), make.user()):
        assert signed_in(outsider).get(address).status_code == 404


def test_the_page_decides_releases_and_keeps_the_history(competition, signed_in):
    interested(competition, "Fjällsensor AB")
    award(competition)
    client = signed_in(owner_of(competition))
    address = reverse("procurements:secrecy_edit", args=[competition.slug]).replace("/sv/", "/en/")
    with time_machine.travel(AFTER, tick=False):
        said = {"act": "decide", "ground": "osl-31-16", "motive": "Affärsuppgifter."}
        assert client.post(address, said).status_code == 302
        said = {"act": "release", "release-what": "names", "release-ground": "osl-19-3", "release-motive": "Klart."}
        assert client.post(address, said).status_code == 302
        page = client.get(address).content.decode()
    assert "OSL 31 kap. 16 §" in page
    assert "Affärsuppgifter." in page
    assert "Klart." in page
    assert "not legal advice" in page
    assert 'value="names"' not in page, "what is released cannot be released again"
    assert "Fjällsensor AB" in public_page(competition)


def test_the_page_says_what_is_wrong_and_releases_nothing(competition, signed_in):
    client = signed_in(owner_of(competition))
    address = reverse("procurements:secrecy_edit", args=[competition.slug]).replace("/sv/", "/en/")
    with time_machine.travel(make.NOW, tick=False):
        assert "still open" in client.get(address).content.decode()
        said = {"act": "release", "release-what": "names", "release-ground": "osl-19-3", "release-motive": "Klart."}
        answer = client.post(address, said)
        assert answer.status_code == 422
        assert "Nothing was released" in answer.content.decode()
        answer = client.post(address, {"act": "decide", "ground": "market-dialogue"})
        assert answer.status_code == 422
        assert "another ground" in answer.content.decode()
    assert not Release.objects.exists()


def test_the_public_page_asks_as_much_of_the_database_however_many_are_interested(competition):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            public_page(competition, make.NOW)
        return len(asked)

    queries()
    none = queries()
    for number in range(4):
        interested(competition, f"Bolag {number} AB")
    assert queries() == none
