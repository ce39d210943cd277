"""A rehearsal of one joint procurement from the first invitation to the last option, with thirty municipalities (C2-C8).

Through the verbs, in a real database; after every step `Thirty.check` holds the arena against a ledger kept by hand.
"""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.rules import Refused
from networks import grouping, signing
from procurements import approving, calling_off, concluding, handing_over, publishing, writing
from procurements.concluding import Chosen
from tests import make
from tests.procurements.thirty import ALL, COMMITTED, LAST_DAY, LATE_COMER, LEAD, OPTIONS, Thirty, volumes

pytestmark = pytest.mark.django_db
LEAVES, CALLS_OFF, TOO_LATE, NEXT_LEAD = 7, 25, 26, 2
GUESTS = [n for n in ALL if n != LEAD]


@pytest.fixture
def thirty():
    return Thirty()


@pytest.mark.slow
def test_thirty_municipalities_buy_together(thirty):
    they_find_each_other(thirty)
    they_sign_letters(thirty)
    need = the_need_is_published(thirty)
    consultation = the_consultation_is_published(thirty, need)
    competition = one_leaves_before_the_competition(thirty, consultation)
    the_competition_fixes_the_list(thirty, competition)
    a_late_comer_can_only_observe(thirty)
    the_contract_is_awarded(thirty, competition)
    an_option_is_used(thirty, competition)
    no_option_is_used_late_or_by_strangers(thirty, competition)
    the_lead_is_handed_over(thirty, competition)


def they_find_each_other(thirty):
    thirty.group = grouping.create(
        name="Fallsensorer", purpose="Ett behov.", lead=thirty.bodies[LEAD], by=thirty.leader, at=thirty.at
    )
    thirty.states[LEAD] = "committed"
    thirty.check(did=["group.created"], told=[])

    thirty.later(hours=1)
    for n in GUESTS:
        grouping.invite(thirty.group, organisation=thirty.bodies[n], by=thirty.leader, at=thirty.at)
        thirty.states[n] = "invited"
    thirty.check(did=["group.invited"] * 29, told=[("group-invitation", n) for n in GUESTS])

    thirty.later(hours=1)
    for n in GUESTS:
        thirty.states[n] = "committed" if n in COMMITTED else "option"
        thirty.answer(n, thirty.states[n])
    assert (len(thirty.standing("committed")), len(thirty.standing("option"))) == (21, 9)
    thirty.check(did=["group.answered"] * 29, told=[("group-answer", LEAD)] * 29)


def they_sign_letters(thirty):
    group, at = thirty.group, thirty.at
    signing.set_items(
        group, [(None, "Sensorer", "stycken"), (None, "Utbildning", "timmar")], by=thirty.leader, at=thirty.at
    )
    grouping.edit(group, name=group.name, purpose=group.purpose, option_until=LAST_DAY, by=thirty.leader, at=at)
    thirty.check(did=["group.items_set", "group.edited"], told=[])

    thirty.later(hours=1)
    signing.send(
        group, to=group.participants.all(), sign_by=at.date() + timedelta(days=9), by=thirty.leader, at=thirty.at
    )
    thirty.check(did=["letter.sent"] * 30, told=[("letter-sent", n) for n in ALL])

    thirty.later(hours=1)
    for n in ALL:
        thirty.sign(n)
        thirty.in_force.add(n)
    thirty.check(did=["letter.signed"] * 30, told=[("letter-signed", LEAD)] * 30)


def the_need_is_published(thirty):
    thirty.later(days=1)
    need = make.notice(group=thirty.group, by=thirty.leader, published=False, at=thirty.at)
    thirty.check(did=["notice.drafted"], told=[])
    approved = everyone_approves(thirty, need)
    version = thirty.publish(need, approved_by=approved)
    assert version.buyers.count() == 30
    thirty.check(did=["notice.published"], told=[])
    return need


def everyone_approves(thirty, notice):
    """The lead asks all who buy or may buy; nothing is public before the last of the committed has said yes."""
    approving.ask(notice, message="Läs gärna.", answer_by=None, by=thirty.leader, at=thirty.at)
    others = [n for n in thirty.standing("committed", "option") if n != thirty.lead]
    thirty.check(did=["approval.asked"], told=[("approval-asked", n) for n in others])

    thirty.later(hours=1)
    needed = [n for n in others if thirty.states[n] == "committed"]
    for n in needed[:-1]:
        thirty.approve(notice, n)
    with pytest.raises(publishing.NotAgreed, match=thirty.bodies[needed[-1]].name):
        publishing.publish(notice, by=thirty.leader, at=thirty.at)
    thirty.approve(notice, needed[-1])
    thirty.check(did=["approval.given"] * len(needed), told=[("approval-given", LEAD)] * len(needed))
    return [(n, thirty.at) for n in needed]


def the_consultation_is_published(thirty, need):
    thirty.later(days=1)
    consultation = writing.go_on(need, kind="consultation", by=thirty.leader, at=thirty.at)
    ends = {"deadline_at": thirty.at + timedelta(days=20), "summary": "Berätta vad som går."}
    consultation = writing.save(
        consultation, wording=ends, revision=consultation.revision, by=thirty.leader, at=thirty.at
    )
    thirty.check(did=["notice.drafted", "notice.edited"], told=[])
    approved = everyone_approves(thirty, consultation)
    thirty.publish(consultation, approved_by=approved)
    thirty.check(did=["notice.published"], told=[])
    return consultation


def one_leaves_before_the_competition(thirty, consultation):
    thirty.later(days=21)
    competition = writing.go_on(consultation, kind="competition", by=thirty.leader, at=thirty.at)
    wording = {"deadline_at": thirty.at + timedelta(days=40), "procedure": "open", "regions": ["SE224", "NO091"]}
    competition = writing.save(
        competition, wording=wording, revision=competition.revision, by=thirty.leader, at=thirty.at
    )
    approving.ask(competition, message="", answer_by=None, by=thirty.leader, at=thirty.at)
    others = [n for n in GUESTS if n in thirty.standing("committed", "option")]
    thirty.check(
        did=["notice.drafted", "notice.edited", "approval.asked"], told=[("approval-asked", n) for n in others]
    )

    thirty.later(hours=1)
    stay = [n for n in COMMITTED if n not in (LEAD, LEAVES)]
    for n in stay:
        thirty.approve(competition, n)
    assert [each.organisation for each in approving.missing(competition)] == [thirty.bodies[LEAVES]]
    thirty.check(did=["approval.given"] * 19, told=[("approval-given", LEAD)] * 19)

    thirty.answer(LEAVES, "left")  # with it go its letter, its volumes and its approval
    thirty.states[LEAVES] = "left"
    thirty.in_force.discard(LEAVES)
    assert approving.missing(competition) == []
    thirty.check(did=["group.answered"], told=[("group-answer", LEAD)])

    changed = {"summary": "Nu utan Kommun 07."}  # another text, and every approval is needed anew
    competition.refresh_from_db()
    competition = writing.save(
        competition, wording=changed, revision=competition.revision, by=thirty.leader, at=thirty.at
    )
    assert len(approving.missing(competition)) == 19
    thirty.check(did=["notice.edited"], told=[])
    return competition


def the_competition_fixes_the_list(thirty, competition):
    thirty.later(hours=1)
    approved = everyone_approves(thirty, competition)
    version = thirty.publish(competition, approved_by=approved)
    assert version.buyers.count() == 29
    assert version.buyers.get(position=1).is_lead
    thirty.check(did=["group.list_fixed", "notice.published"], told=[])
    assert thirty.group.list_fixed_at == thirty.at
    with pytest.raises(Refused, match="published with the competition"):
        grouping.edit(
            thirty.group,
            name=thirty.group.name,
            purpose=thirty.group.purpose,
            option_until=LAST_DAY + timedelta(days=1),
            by=thirty.leader,
            at=thirty.at,
        )
    for n, state in ((3, "option"), (CALLS_OFF, "committed")):
        with pytest.raises(Refused, match="list of buyers was fixed"):
            thirty.answer(n, state)
    thirty.check(did=[], told=[])


def a_late_comer_can_only_observe(thirty):
    thirty.later(days=1)
    asks = {"organisation": thirty.bodies[LATE_COMER], "by": thirty.people[LATE_COMER], "at": thirty.at}
    for wished in ("committed", "option"):
        with pytest.raises(Refused, match="nobody can be added"):
            grouping.ask(thirty.group, wished_state=wished, **asks)
    thirty.check(did=[], told=[])

    asked = grouping.ask(thirty.group, wished_state="observer", **asks)
    thirty.states[LATE_COMER] = "asked"
    thirty.check(did=["group.asked"], told=[("group-request", LEAD)])
    grouping.decide(asked, accepted=True, by=thirty.leader, at=thirty.at)
    thirty.states[LATE_COMER] = "observer"
    thirty.check(did=["group.decided"], told=[("group-decision", LATE_COMER)])


def the_contract_is_awarded(thirty, competition):
    option = {
        "organisation": thirty.bodies[CALLS_OFF],
        "volumes": {},
        "message": "",
        "by": thirty.people[CALLS_OFF],
        "at": thirty.at,
    }
    with pytest.raises(Refused, match="no contract yet"):
        calling_off.ask(competition.procurement, **option)
    thirty.later(days=45)
    concluding.record_outcome(
        competition,
        result="awarded",
        text="Sensorn som varnar före.",
        decided_on=thirty.at.date(),
        tenders=4,
        winners=[Chosen("Sensorbolaget AB", value=Decimal("1200000"), currency="SEK")],
        by=thirty.leader,
        at=thirty.at,
    )
    thirty.check(did=["outcome.recorded"], told=[])
    assert thirty.group.list_fixed_at  # a contract keeps the list


def of_items(thirty, n, share=1):
    items = {item.name: item.pk for item in thirty.group.items.all()}
    return {items[name]: volume * share for name, volume in volumes(n).items()}


def an_option_is_used(thirty, competition):
    thirty.later(days=1)
    acts = {"organisation": thirty.bodies[CALLS_OFF], "message": "Vi är med.", "by": thirty.people[CALLS_OFF]}
    with pytest.raises(Refused, match="at most 250 stycken"):
        calling_off.ask(competition.procurement, volumes=of_items(thirty, CALLS_OFF, share=2), at=thirty.at, **acts)
    asked = calling_off.ask(competition.procurement, volumes=of_items(thirty, CALLS_OFF), at=thirty.at, **acts)
    again = calling_off.ask(competition.procurement, volumes=of_items(thirty, CALLS_OFF), at=thirty.at, **acts)
    assert again == asked
    thirty.check(did=["call_off.asked"], told=[("call-off-asked", LEAD)])

    thirty.later(days=1)
    with pytest.raises(Refused, match="administrator of the lead"):
        calling_off.approve(asked, by=thirty.people[NEXT_LEAD], at=thirty.at)
    calling_off.approve(asked, by=thirty.leader, at=thirty.at)
    thirty.states[CALLS_OFF] = "committed"  # the sums follow; what was published does not
    thirty.check(
        did=["group.option_used", "call_off.approved"], told=[("group-answer", LEAD), ("call-off-decided", CALLS_OFF)]
    )
    assert (len(thirty.standing("committed")), len(thirty.standing("option"))) == (21, 8)
    assert thirty.place(CALLS_OFF).called_off_at == thirty.at


def no_option_is_used_late_or_by_strangers(thirty, competition):
    in_time = thirty.at
    thirty.at = thirty.at.replace(year=2027, month=7, day=1, hour=8)
    for n, at, why in (
        (TOO_LATE, thirty.at, "The last day to use an option was"),
        (LATE_COMER, in_time, "does not stand on it"),
        (LEAVES, in_time, "does not stand on it"),
        (3, in_time, "buys by this contract already"),
    ):
        with pytest.raises(Refused, match=why):
            calling_off.ask(
                competition.procurement,
                organisation=thirty.bodies[n],
                volumes=of_items(thirty, n),
                message="",
                by=thirty.people[n],
                at=at,
            )
    thirty.check(did=[], told=[])
    assert sorted(OPTIONS) == sorted([*thirty.standing("option"), CALLS_OFF])


def the_lead_is_handed_over(thirty, competition):
    thirty.later(days=1)
    former = thirty.leader
    with pytest.raises(Refused, match="committed can take over"):
        handing_over.hand_over_lead(thirty.group, to=thirty.place(TOO_LATE), by=former, at=thirty.at)
    handing_over.hand_over_lead(thirty.group, to=thirty.place(NEXT_LEAD), by=former, at=thirty.at)
    thirty.lead = NEXT_LEAD
    thirty.check(did=["group.handed_over", "procurement.handed-over"], told=[("group-lead", NEXT_LEAD)])
    competition.procurement.refresh_from_db()
    assert competition.procurement.organisation == thirty.bodies[NEXT_LEAD]
    with pytest.raises(Refused, match="administrator of the lead"):
        grouping.invite(thirty.group, organisation=thirty.bodies[LATE_COMER], by=former, at=thirty.at)
    with pytest.raises(Refused, match="lead is always committed"):
        thirty.answer(NEXT_LEAD, "left")
    thirty.check(did=[], told=[])
