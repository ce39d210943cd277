"""Thirty municipalities buy together: the coordinator, a committed one, an option holder and a supplier by hand, the rest by verbs.

The ledger beside the arena (`tests.procurements.thirty`) says after each step who stands how, and what the sums are.
"""

import io
import zipfile
from datetime import date

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.grants import Role
from accounts.rules import Refused
from networks import dividing, grouping
from networks.models import BuyerGroup, CostKey, GroupTask
from notifications.models import Notification
from procurements.models import CallOff, Interest, Notice, Requirement
from records.models import AuditEvent
from tests import make
from tests.browser import joint
from tests.browser import workbench as work
from tests.browser.following import PATIENCE, Follower, settled
from tests.browser.hands import in_the_ways
from tests.browser.rehearsal import HOLDER, LEAVER, MEMBER, Rehearsal
from tests.notifications import kit
from tests.procurements.thirty import ALL, COMMITTED, LATE_COMER, LEAD, budget, currency, volumes
from ui import moments

OTHERS = [n for n in ALL if n not in (LEAD, MEMBER, HOLDER)]
TASK = "Räkna om volymerna före jul"
ASKS = "%(organisation)s asks you to approve a text before it is published for all who buy together"


@in_the_ways()  # a minute and a half each: all nine in the second tier; test_thirty.py counts the same case at every run
def test_thirty_municipalities_buy_together(language, way, lists, sink, walker_of):
    thirty = Rehearsal(language)
    company = make.supplier(name="Sensorbolaget AB")
    seller = make.member(company, role=Role.ADMIN, name="Selma Säljare", language=language)
    people = (thirty.people[LEAD], thirty.people[MEMBER], thirty.people[HOLDER], seller)
    lead, member, holder, supplier = (walker_of(person, language, way) for person in people)
    leads, buys, may_buy, sells = heard = [Follower(person, sink, language) for person in people]

    the_group_is_founded(thirty, lead)
    they_answer(thirty, member, holder, leads, buys, may_buy)
    they_sign(thirty, lead, member, holder, leads, buys, may_buy)
    they_share_cost_and_work(thirty, lead, member)
    need = the_need_is_approved_and_published(thirty, lead, member, leads, buys, may_buy)
    the_supplier_is_interested(thirty, supplier, need)
    one_leaves(thirty, lead, supplier, leads)
    competition = the_competition_fixes_the_list(thirty, lead, member, supplier, need, leads, buys, may_buy, sells)
    late = walker_of(thirty.people[LATE_COMER], language, way)
    nobody_comes_late(thirty, late)
    all_who_follow_hear(thirty, lead, competition, supplier, company, sells)
    an_option_is_used(thirty, lead, holder, supplier, competition, leads, may_buy)
    who_is_late_takes_the_packet(thirty, late, competition)
    the_lead_is_handed_over(thirty, lead, member, competition, leads, buys)

    kit.wait_until(settled, PATIENCE)
    for each in heard:
        assert each.subjects() == each.expected
        lines = Notification.objects.filter(
            recipient=each.person, mail_due_at=None
        )  # a daily one waits for the morning
        assert set(lines.exclude(mail_items__mail__state="sent").values_list("event__kind", flat=True)) == set()
    assert actions() == AUDITED
    walkers = (lead, member, holder, supplier, late)
    print(f"{language}, {way}: {sum(one.pages for one in walkers)} pages in {lead.seconds:.0f} s of script time")


AUDITED = [
    *("group.created", "group.items_set", "group.edited", "group.invited", "group.invited"),
    *("group.answered", "group.answered", *("group.invited", "group.answered") * 27),
    *("letter.sent",) * 30,
    *("letter.signed",) * 30,
    *("group.cost_key_set", "group.task_created", "group.task_done"),
    *("notice.drafted", "requirements.set", "requirements.answered"),
    *("approval.asked", "approval.given"),
    *("approval.asked", *("approval.given",) * 20, "notice.published"),
    *("interest.registered", "group.answered"),
    *("notice.drafted", "approval.asked", *("approval.given",) * 19, "group.list_fixed", "notice.published"),
    *("notice.message_sent", "notice.closed", "outcome.recorded"),
    *("call_off.asked", "group.option_used", "call_off.approved"),
    *("group.handed_over", "procurement.handed-over"),
]


def actions():
    """What the log says was done, in order, but for saves of the text: while one types, their number varies."""
    about = r"^(group|letter|requirements|notice|approval|interest|outcome|call_off|procurement)\W"
    done = AuditEvent.objects.filter(action__regex=about).exclude(action="notice.edited")
    return list(done.order_by("pk").values_list("action", flat=True))


def the_group_is_founded(thirty, lead):
    joint.found_group(lead)
    thirty.group, thirty.states[LEAD] = BuyerGroup.objects.get(), "committed"
    joint.look(lead, "group-founded")
    joint.say_what_is_bought(lead)
    joint.set_last_day(lead, 200)
    for n in (MEMBER, HOLDER):
        joint.invite(lead, thirty.name(n))
        thirty.states[n] = "invited"
        lead.sees(thirty.name(n))
    assert [(item.name, item.unit) for item in thirty.group.items.all()] == list(joint.THINGS)
    assert BuyerGroup.objects.get().option_until == date.fromisoformat(work.day(200))
    thirty.holds()


def they_answer(thirty, member, holder, leads, buys, may_buy):
    invited = "%(organisation)s is invited to buy together: %(group)s."
    told = {
        "committed": "%(organisation)s commits itself in the buyer group %(group)s.",
        "option": "%(organisation)s takes an option to join the buyer group %(group)s.",
    }
    for n, hands, hears, state in ((MEMBER, member, buys, "committed"), (HOLDER, holder, may_buy, "option")):
        hears.hears(invited, organisation=thirty.name(n), group=joint.GROUP)
        joint.answer_invitation(hands, state)
        thirty.states[n] = state
        hands.sees(joint.PURPOSE)
        leads.hears(told[state], organisation=thirty.name(n), group=joint.GROUP)

    def join(n):
        grouping.invite(thirty.group, organisation=thirty.bodies[n], by=thirty.leader, at=thirty.at)
        thirty.join(n, "committed" if n in COMMITTED else "option")

    thirty.all_do(join, OTHERS)
    leads.hears_much(27)
    assert (len(thirty.standing("committed")), len(thirty.standing("option"))) == (21, 9)
    thirty.holds()


def they_sign(thirty, lead, member, holder, leads, buys, may_buy):
    joint.open_group(lead)
    joint.send_letters(lead, 9)
    asked = "%(organisation)s is asked for a letter of intent in %(group)s, to be signed by %(day)s."
    signed = "%(organisation)s has signed its letter of intent in %(group)s."
    leads.hears(asked, organisation=thirty.name(LEAD), group=joint.GROUP, day=thirty.day(9))
    for n, hands, hears in ((MEMBER, member, buys), (HOLDER, holder, may_buy)):
        hears.hears(asked, organisation=thirty.name(n), group=joint.GROUP, day=thirty.day(9))
        joint.sign_letter(hands, thirty.things(n), thirty.typed(budget(n)), currency(n))
        thirty.in_force.add(n)
        leads.hears(signed, organisation=thirty.name(n), group=joint.GROUP)
        thirty.holds()

    joint.open_group(lead)
    lead.sees(thirty.number(budget(MEMBER)))
    lead.sees(thirty.number(budget(HOLDER)))
    thirty.all_do(thirty.sign, [n for n in ALL if n not in (MEMBER, HOLDER)])
    thirty.in_force.update(ALL)
    leads.hears_much(28)
    thirty.holds()
    lead.page.reload()
    joint.look(lead, "group-signed")
    for thing, _unit in joint.THINGS:
        for state in ("committed", "option"):
            lead.sees(thirty.number(thirty.sum_of(thing, state)))
    money = lead.page.locator("main table[aria-labelledby=budgets], main [aria-labelledby=budgets] table")
    for code in ("SEK", "NOK"):  # a row each, never added
        row = money.locator("tbody tr").filter(has_text=code).inner_text().replace("\xa0", " ").split("\t")
        said = [thirty.number(thirty.money(code, state)).replace("\xa0", " ") for state in ("committed", "option")]
        assert [each.strip() for each in row] == [code, *said]


def they_share_cost_and_work(thirty, lead, member):
    joint.choose_cost_key(lead, "1200000", "SEK")
    joint.look(lead, "cost-key")
    now, everyone = dividing.tables(CostKey.objects.get())
    for table, count in ((now, 21), (everyone, 30)):
        assert (len(table.rows), table.percent, table.amount) == (count, 100, 1200000)
    joint.share_task(lead, TASK, thirty.name(MEMBER))
    joint.finish_task(member)
    assert GroupTask.objects.get(title=TASK).done_by == thirty.people[MEMBER]


def everyone_approves(thirty, lead, member, notice, leads, buys, may_buy, picture=""):
    """The lead has asked; the member reads and approves by hand, all others by the verb."""
    asks = {"organisation": thirty.name(LEAD)}
    for each in (buys, may_buy):
        each.hears(ASKS, **asks)
    joint.approve(member, picture)
    leads.hears("%(organisation)s approves your text", organisation=thirty.name(MEMBER))
    others = [n for n in thirty.standing("committed") if n not in (LEAD, MEMBER)]
    thirty.all_do(lambda n: thirty.approve(notice, n), others)
    leads.hears_much(len(others))


def row_of(hands, name):
    return hands.page.locator("main tbody tr").filter(has_text=name)


def the_need_is_approved_and_published(thirty, lead, member, leads, buys, may_buy):
    joint.describe_need(lead)
    need = Notice.objects.get()
    joint.write_requirement(lead, joint.REQUIREMENT)
    key = Requirement.objects.get().pk
    joint.answer_requirement(member, key, "must", "Vi har natt utan personal på plats.")
    joint.look(member, "requirements")
    stand = Requirement.objects.get().stands.get()
    assert (stand.organisation, stand.stand) == (thirty.bodies[MEMBER], "must")

    joint.open_approvals(lead)
    joint.look(lead, "approvals-to-ask")
    joint.ask_for_approval(lead, "Läs gärna hela texten.")
    for each in (buys, may_buy):
        each.hears(ASKS, organisation=thirty.name(LEAD))
    joint.approve(member, "approve")
    leads.hears("%(organisation)s approves your text", organisation=thirty.name(MEMBER))
    joint.open_approvals(lead)
    assert thirty.say("Approved") in row_of(lead, thirty.name(MEMBER)).inner_text()
    joint.change_text(lead, "affected", "Fyratusen personer över åttio år, i trettio kommuner.")
    assert thirty.say("Has not answered") in row_of(lead, thirty.name(MEMBER)).inner_text()
    joint.ask_for_approval(lead, "Nu står det hur många kommunerna är.")
    everyone_approves(thirty, lead, member, need, leads, buys, may_buy, "approve-again")
    joint.open_approvals(lead)
    joint.look(lead, "approvals-done")
    joint.publish(lead)
    thirty.published(need)
    joint.look(lead, "need-of-the-lead")
    return need


def the_supplier_is_interested(thirty, supplier, need):
    work.find_notice(supplier, "Fallsensor")
    joint.look(supplier, "need-of-the-supplier")
    supplier.sees(thirty.name(LEAD))
    who = supplier.page.locator("section[aria-labelledby=who-buys]")
    assert thirty.say("Lead") in who.locator("tbody tr").first.inner_text()
    assert who.locator("tbody tr").count() == 30
    for thing, _unit in joint.THINGS:
        for state in ("committed", "option"):
            supplier.sees(thirty.number(thirty.sum_of(thing, state)))
    for n in (MEMBER, HOLDER):
        supplier.does_not_see(thirty.number(budget(n)))
    work.show_interest(supplier)
    assert Interest.objects.get().procurement == need.procurement


def one_leaves(thirty, lead, supplier, leads):
    before = thirty.sum_of("Sensorer", "committed")
    thirty.all_do(lambda n: thirty.join(n, "left"), [LEAVER])
    thirty.in_force.discard(LEAVER)
    left = "%(organisation)s does not take part in the buyer group %(group)s."
    leads.hears(left, organisation=thirty.name(LEAVER), group=joint.GROUP)
    thirty.holds()
    after = thirty.sum_of("Sensorer", "committed")
    assert before - after == 70
    joint.open_group(lead)
    joint.look(lead, "group-left")
    lead.sees(thirty.number(after))
    work.find_notice(supplier, "Fallsensor")
    since = supplier.page.locator("section[aria-labelledby=who-buys] .note")
    today = moments.say_day(timezone.localdate(), thirty.language)
    assert since.locator("li").all_inner_texts() == [
        thirty.say("%(name)s left on %(day)s.", name=thirty.name(LEAVER), day=today)
    ]


def the_competition_fixes_the_list(thirty, lead, member, supplier, need, leads, buys, may_buy, sells):
    joint.call(lead, need.get_absolute_url().replace("/en/", f"/{thirty.language}/"))
    competition = Notice.objects.get(kind="competition")
    joint.ask_for_approval(lead, "")
    everyone_approves(thirty, lead, member, competition, leads, buys, may_buy)
    address = joint.publish(lead)
    competition.refresh_from_db()
    thirty.published(competition)
    thirty.group.refresh_from_db()
    assert thirty.group.list_fixed_at
    sells.hears("The next step is here: %(title)s")
    work.find_notice(supplier, "Fallsensor")
    assert supplier.path == address
    joint.look(supplier, "competition")
    supplier.sees(thirty.say("The list of who buys and who may join is fixed since:"))
    assert supplier.page.locator("section[aria-labelledby=who-buys] tbody").first.locator("tr").count() == 29
    return competition


def nobody_comes_late(thirty, late):
    asks = {"organisation": thirty.bodies[LATE_COMER], "by": thirty.people[LATE_COMER], "at": timezone.now()}
    with translation.override("en"), pytest.raises(Refused):
        grouping.ask(thirty.group, wished_state="committed", **asks)
    work.find_notice(late, "Fallsensor")
    late.follow("/ask/")
    joint.look(late, "ask-too-late")
    late.sees(thirty.say("The list of buyers is fixed"))
    late.sees(thirty.say("Who is late can procure the same itself, and learn from what this group does."))
    states = late.page.locator("main [name=wished_state]").evaluate_all("all => all.map(one => one.value)")
    assert states == ["observer"]
    thirty.holds()


def all_who_follow_hear(thirty, lead, competition, supplier, company, sells):
    address = f"/{thirty.language}/procurements/{competition.slug}/"
    joint.write_to_all(lead, address)
    sells.hears("%(subject)s: a message about %(title)s", subject=joint.SUBJECT)
    supplier.follow("/inbox/", "header")
    assert supplier.page.locator(".rows h3 button.link").filter(has_text=joint.SUBJECT).count() == 1
    work.close_early(lead, address)
    sells.hears("Closed early: %(title)s")
    work.tell_outcome(lead, company)
    sells.hears("How it ended: %(title)s")


def an_option_is_used(thirty, lead, holder, supplier, competition, leads, may_buy):
    address = f"/{thirty.language}/procurements/{competition.slug}/"
    joint.open_notice_of_the_group(holder, address)
    joint.look(holder, "contract-of-the-holder")
    joint.call_off(holder)
    asked = "%(name)s wants to use its option, and waits for your answer"
    leads.hears(asked, name=thirty.name(HOLDER))
    joint.decide_call_off(lead)
    joint.look(lead, "call-offs")
    thirty.states[HOLDER] = "committed"
    commits = "%(organisation)s commits itself in the buyer group %(group)s."
    leads.hears(commits, organisation=thirty.name(HOLDER), group=joint.GROUP)
    may_buy.hears("Your call-off is approved, and %(name)s is committed", name=thirty.name(HOLDER))
    assert {volume.item.name: volume.volume for volume in CallOff.objects.get().volumes.all()} == volumes(HOLDER)
    thirty.holds()
    joint.open_what_interests(supplier)
    assert supplier.path == address
    joint.look(supplier, "contract-of-the-supplier")
    today = moments.say_day(timezone.localdate(), thirty.language)
    used = "%(name)s used its option on %(day)s, and is committed."
    supplier.sees(thirty.say(used, name=thirty.name(HOLDER), day=today))


def who_is_late_takes_the_packet(thirty, late, competition):
    joint.find_what_is_over(late, f"/{thirty.language}/procurements/{competition.slug}/")
    joint.look(late, "contract-of-the-late")
    with translation.override(thirty.language):
        late.sees(gettext("How to procure the same"))
    late.sees(thirty.name(LATE_COMER))
    name, content = late.download("main a[href$='/packet/']")
    assert name.endswith(".zip")
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


def the_lead_is_handed_over(thirty, lead, member, competition, leads, buys):
    joint.hand_over_lead(lead, thirty.name(MEMBER))
    thirty.lead = MEMBER
    buys.hears(
        "%(organisation)s now leads the buyer group %(group)s.", organisation=thirty.name(MEMBER), group=joint.GROUP
    )
    thirty.holds()
    competition.procurement.refresh_from_db()
    assert competition.procurement.organisation == thirty.bodies[MEMBER]
    joint.open_newest_line(member)
    joint.look(member, "group-of-the-new-lead")
    member.sees(thirty.say("You lead this group"))
    lead.does_not_see(thirty.say("You lead this group"))
