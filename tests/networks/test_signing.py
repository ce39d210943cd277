from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.grants import Role
from accounts.rules import Refused
from networks import dividing, grouping, signing
from networks.models import Letter, LetterVolume
from notifications.models import Notification
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db
State = Letter.State


@pytest.fixture
def leda():
    return make.member(make.buyer(name="Agder"), role=Role.ADMIN, name="Leda")


@pytest.fixture
def group(leda, at):
    lead = leda.memberships.get().organisation
    made = make.group(lead=lead, by=leda, name="Fallsensorer")
    signing.set_items(made, [(None, "Sensor", "stycken"), (None, "Installation", "timmar")], by=leda, at=at)
    return made


@pytest.fixture
def place(group):
    return make.participant(group, make.buyer(name="Grimstad"))


@pytest.fixture
def anna(place):
    return make.member(place.organisation, role=Role.ADMIN, name="Anna")


@pytest.fixture
def sensor(group):
    return group.items.get(name="Sensor")


def intent(sensor, volume="10", **more):
    return signing.Intent(volumes={sensor.pk: Decimal(volume)}, name="Anna Nes", title="Rektor", **more)


def sign(letter, said, *, by, at, seen=None, language="sv"):
    seen = seen or signing.fingerprint(letter.participant.group.items.all())
    return signing.sign(letter, said, seen=seen, language=language, by=by, at=at)


def test_a_signed_letter_keeps_who_when_and_the_words(place, anna, sensor, leda, at):
    letter = make.letter(place, by=leda)
    assert letter.state(at) == State.SENT
    signed = sign(letter, intent(sensor, budget=Decimal("1200000.50"), currency="SEK"), by=anna, at=at, language="en")
    assert (signed.state(at), signed.signed_by, signed.signer_name, signed.signer_title) == (
        State.SIGNED,
        anna,
        "Anna Nes",
        "Rektor",
    )
    for words in ("not binding", "Grimstad", "Fallsensorer", "Sensor: 10 stycken", "1,200,000.50 SEK", "Anna Nes"):
        assert words in signed.text
    assert "Installation" not in signed.text


def test_the_words_of_a_letter_are_in_the_language_that_was_read(place, anna, sensor, at):
    signed = sign(make.letter(place), intent(sensor, "1200.5"), by=anna, at=at, language="nb")
    assert signed.language == "nb"
    assert "1\xa0200,50" in signed.text


def test_all_committed_and_option_holders_get_a_letter_and_nobody_else(group, place, leda, at):
    option = make.participant(group, make.buyer(), state="option")
    for state in ("invited", "observer", "left"):
        make.participant(group, make.buyer(), state=state)
    day = at.date() + timedelta(days=20)
    sent = signing.send(group, to=group.participants.all(), sign_by=day, by=leda, at=at)
    assert {letter.participant for letter in sent} == {group.participants.get(organisation=group.lead), place, option}
    assert signing.send(group, to=group.participants.all(), sign_by=day, by=leda, at=at) == []


def test_people_are_told_and_it_is_written_down_without_what_is_secret(place, anna, sensor, leda, at):
    letter = make.letter(place, by=leda)
    sign(letter, intent(sensor, "77777", budget=Decimal(88888), currency="SEK"), by=anna, at=at)
    told = Notification.objects.filter(event__kind__startswith="letter").values_list("recipient__name", "event__kind")
    assert {("Anna", "letter-sent"), ("Leda", "letter-signed")} <= set(told)
    assert ("Leda", "letter-sent") not in told
    events = AuditEvent.objects.filter(action__startswith="letter.").order_by("pk")
    assert list(events.values_list("action", flat=True)) == ["letter.sent", "letter.signed"]
    assert not any(secret in str(list(events.values("details"))) for secret in ("77777", "88888"))


def test_signing_twice_gives_the_first_signature(place, anna, sensor, at):
    letter = make.letter(place)
    first = sign(letter, intent(sensor, "10"), by=anna, at=at)
    second = sign(letter, intent(sensor, "99"), by=make.member(place.organisation, role=Role.ADMIN), at=at)
    assert (second.signed_by, second.text) == (anna, first.text)
    assert LetterVolume.objects.get().volume == 10


def test_changed_volumes_are_a_new_letter_and_the_old_one_stays_as_it_was(place, anna, sensor, leda, at):
    first = sign(make.letter(place, by=leda), intent(sensor, "10"), by=anna, at=at)
    second = make.letter(place, by=leda, at=at + timedelta(days=1))
    assert (second.number, list(Letter.objects.counting())) == (2, [first])
    second = sign(second, intent(sensor, "12"), by=anna, at=at + timedelta(days=2))
    first.refresh_from_db()
    assert (first.state(at), list(Letter.objects.counting())) == (State.ENDED, [second])
    assert first.volumes.get().volume == 10


def test_a_letter_that_waits_is_replaced_when_the_day_is_another(place, leda, at):
    first = make.letter(place, by=leda)
    second = make.letter(place, by=leda, sign_by=at.date() + timedelta(days=3))
    first.refresh_from_db()
    assert (first.state(at), second.state(at)) == (State.ENDED, State.SENT)


def test_who_declines_the_last_letter_has_no_letter_in_force(place, anna, sensor, leda, at):
    first = sign(make.letter(place, by=leda), intent(sensor), by=anna, at=at)
    second = signing.decline(make.letter(place, by=leda), reason="Ingen budget.", by=anna, at=at)
    again = signing.decline(second, reason="Annat skäl.", by=anna, at=at)
    first.refresh_from_db()
    assert (second.state(at), again.reason, first.state(at)) == (State.DECLINED, "Ingen budget.", State.ENDED)
    assert Notification.objects.filter(recipient=leda, event__kind="letter-declined").count() == 1
    with pytest.raises(Refused, match="declined"):
        sign(second, intent(sensor), by=anna, at=at)


def test_a_signed_letter_is_not_declined(place, anna, sensor, at):
    letter = sign(make.letter(place), intent(sensor), by=anna, at=at)
    with pytest.raises(Refused, match="signed"):
        signing.decline(letter, reason="Nej.", by=anna, at=at)


def test_an_overdue_letter_says_so_and_can_still_be_signed(place, anna, sensor, at):
    letter = make.letter(place, sign_by=timezone.localdate(at))
    late = at + timedelta(days=1)
    assert (letter.state(at), letter.state(late)) == (State.SENT, State.OVERDUE)
    assert sign(letter, intent(sensor), by=anna, at=late).state(late) == State.SIGNED


def test_only_administrators_of_the_organisation_answer(place, sensor, leda, at):
    letter = make.letter(place)
    for person in (leda, make.member(place.organisation), make.member(make.buyer(), role=Role.ADMIN)):
        with pytest.raises(Refused):
            sign(letter, intent(sensor), by=person, at=at)
        with pytest.raises(Refused):
            signing.decline(letter, reason="Nej.", by=person, at=at)


def test_only_administrators_of_the_lead_send_and_say_what_is_bought(group, place, anna, at):
    for person in (anna, make.member(group.lead)):
        with pytest.raises(Refused):
            signing.send(group, to=[place], sign_by=at.date(), by=person, at=at)
        with pytest.raises(Refused):
            signing.set_items(group, [], by=person, at=at)


def test_no_letter_is_sent_about_nothing_or_for_a_day_that_has_passed(group, place, leda, at):
    with pytest.raises(Refused, match="passed"):
        signing.send(group, to=[place], sign_by=at.date() - timedelta(days=1), by=leda, at=at)
    signing.set_items(group, [], by=leda, at=at)
    with pytest.raises(Refused, match="what you buy"):
        signing.send(group, to=[place], sign_by=at.date(), by=leda, at=at)


def test_nobody_signs_what_it_has_not_read(group, place, anna, sensor, leda, at):
    letter = make.letter(place, by=leda)
    seen = signing.fingerprint(group.items.all())
    signing.set_items(group, [(sensor.pk, "Kamera", "stycken")], by=leda, at=at)
    with pytest.raises(signing.ItemsChanged):
        sign(letter, intent(sensor), by=anna, at=at, seen=seen)
    with pytest.raises(Refused, match="how much"):
        sign(letter, signing.Intent({}, "A", "B"), by=anna, at=at)


def test_an_observer_signs_nothing_and_one_who_left_has_no_letter(place, anna, sensor, leda, at):
    letter = make.letter(place, by=leda)
    grouping.answer(place, state="observer", by=anna, at=at)
    with pytest.raises(Refused, match="committed or hold an option"):
        sign(letter, intent(sensor), by=anna, at=at)
    grouping.answer(place, state="left", by=anna, at=at)
    with pytest.raises(Refused, match="no longer in force"):
        sign(letter, intent(sensor), by=anna, at=at)


def test_a_letter_does_not_come_back_with_one_who_left(group, place, anna, sensor, leda, at):
    sign(make.letter(place, by=leda), intent(sensor), by=anna, at=at)
    grouping.answer(place, state="left", by=anna, at=at)
    grouping.invite(group, organisation=place.organisation, by=leda, at=at)
    grouping.answer(place, state="committed", by=anna, at=at)
    assert not Letter.objects.counting().exists()


def test_what_a_signed_letter_names_keeps_its_name_and_stays(group, place, anna, sensor, leda, at):
    sign(make.letter(place, by=leda), intent(sensor), by=anna, at=at)
    with pytest.raises(Refused, match="keeps its name"):
        signing.set_items(group, [(sensor.pk, "Sensor", "lådor")], by=leda, at=at)
    with pytest.raises(Refused, match="stays"):
        signing.set_items(group, [(None, "Kamera", "stycken")], by=leda, at=at)
    signing.set_items(group, [(None, "Kamera", "stycken"), (sensor.pk, "Sensor", "stycken")], by=leda, at=at)
    assert [str(item) for item in group.items.all()] == ["Kamera (stycken)", "Sensor (stycken)"]
    with pytest.raises(Refused, match="twenty"):
        signing.set_items(group, [(None, str(n), "stycken") for n in range(21)], by=leda, at=at)


def refused(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def test_what_the_cost_is_shared_by_stays(group, sensor, leda, at):
    installation = group.items.get(name="Installation")
    said = {"method": "volume", "total": Decimal(9), "currency": "NOK"}
    dividing.choose(group, **said, item=sensor, by=leda, at=at)
    with pytest.raises(Refused, match="Sensor"):
        signing.set_items(group, [(installation.pk, "Installation", "timmar")], by=leda, at=at)
    assert group.items.count() == 2


def test_the_database_freezes_what_was_answered(place, anna, sensor, at):
    letter = sign(make.letter(place), intent(sensor, budget=Decimal(5), currency="SEK"), by=anna, at=at)
    same = Letter.objects.filter(pk=letter.pk)
    changes = {
        "text": "Annat.", "budget": 6, "currency": "NOK", "signer_name": "Bo", "sign_by": at.date(), "signed_at": None,
        "signed_by": make.user(), "number": 7,
    }  # fmt: skip
    for field, value in changes.items():
        refused(lambda field=field, value=value: same.update(**{field: value}))
    refused(lambda: LetterVolume.objects.update(volume=11))
    refused(lambda: LetterVolume.objects.all().delete())
    refused(lambda: same.delete())
    refused(lambda: type(sensor).objects.filter(pk=sensor.pk).update(unit="lådor"))
    same.update(signed_by=None)  # a person who is erased
    same.update(ended_at=at)
    refused(lambda: same.update(ended_at=None))


def test_the_database_refuses_nonsense(place, sensor, at):
    letter = make.letter(place)
    for volume in (0, -1, 10**9 + 1):
        refused(lambda volume=volume: letter.volumes.create(item=sensor, volume=volume))
    same = Letter.objects.filter(pk=letter.pk)
    refused(lambda: same.update(budget=5))
    refused(lambda: same.update(currency="SEK"))
    refused(lambda: same.update(signed_at=at))
    refused(lambda: same.update(declined_at=at, signed_at=at, signer_name="A", signer_title="B", text="C"))
    refused(lambda: Letter.objects.create(participant=place, number=2, sent_at=at, sign_by=at.date()))
