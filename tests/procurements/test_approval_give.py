"""The pages of approvals (C8): who has answered, reading and answering, and who is told and reminded."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.grants import Role
from accounts.models import Membership
from networks import grouping
from notifications import kinds
from notifications.models import Notification
from procurements import approving, publishing, reminding, todo, writing
from procurements.models import Approval, ApprovalRound, Notice
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return make.group()


@pytest.fixture
def oslo(group):
    return make.participant(group, make.buyer(name="Oslo", slug="oslo"))


@pytest.fixture
def boss(oslo):
    return make.member(oslo.organisation, role=Role.ADMIN)


@pytest.fixture
def notice(group, oslo):
    return make.notice(group=group, published=False)


def url(page, notice):
    return reverse(f"procurements:approval_{page}", args=[notice.slug])


def ask(notice, *, answer_by=None):
    return approving.ask(notice, message="Titta på tiden.", answer_by=answer_by, by=notice.edited_by, at=make.NOW)


def approve(notice, oslo, boss, verdict="approved", comment=""):
    return approving.give(
        notice,
        organisation=oslo.organisation,
        verdict=verdict,
        comment=comment,
        revision=Notice.objects.get(pk=notice.pk).revision,
        by=boss,
        at=make.NOW,
    )


def save(notice, **wording):
    writing.save(notice, wording=wording, revision=notice.revision, by=notice.edited_by, at=make.NOW)


def texts(user):
    return [str(thing.text) for thing in todo.for_person(user, at=make.NOW)]


def test_the_lead_asks_and_the_participant_approves_and_it_is_published(signed_in, notice, boss):
    lead = signed_in(notice.edited_by)
    publish = reverse("procurements:notice_publish", args=[notice.slug])
    page = lead.get(publish).content.decode()
    assert "Oslo" in page
    assert url("list", notice) in page
    assert lead.post(publish, {"revision": notice.revision, "when": "now"}).status_code == 422
    day = (make.NOW + timedelta(days=400)).date().isoformat()
    assert lead.post(url("ask", notice), {"message": "Läs.", "answer_by": day}).url == url("list", notice)
    other = signed_in(boss)
    page = other.get(url("give", notice)).content.decode()
    assert "Läs." in page
    assert notice.problem in page
    decision = {"revision": notice.revision, "verdict": "approved", "organisation": "oslo"}
    assert other.post(url("give", notice), decision).url == url("list", notice)
    assert "Oslo" in lead.get(url("list", notice)).content.decode()
    lead.post(publish, {"revision": notice.revision, "when": "now"})
    assert Notice.objects.published().filter(pk=notice.pk).exists()


def test_a_day_that_has_passed_is_said_beside_its_field(signed_in, notice):
    client = signed_in(notice.edited_by)
    page = client.post(url("ask", notice), {"message": "Viktigt.", "answer_by": "2020-01-01"})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"answer_by"}
    assert "Viktigt." in page.content.decode()


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [({"verdict": "changes", "comment": ""}, "comment"), ({"comment": "Kortare tid."}, "verdict")],
)
def test_a_decision_that_is_not_whole_keeps_what_was_typed(signed_in, notice, boss, sent, wrong):
    page = signed_in(boss).post(url("give", notice), {"revision": notice.revision, **sent})
    assert page.status_code == 422
    assert wrong in page.context["form"].errors
    assert sent["comment"] in page.content.decode()


def test_words_stay_when_the_text_was_changed_meanwhile(signed_in, notice, boss):
    client = signed_in(boss)
    save(notice, title="En annan titel")
    sent = {"revision": notice.revision, "verdict": "changes", "comment": "Flytta sista dag."}
    page = client.post(url("give", notice), sent)
    assert page.status_code == 422
    assert "Flytta sista dag." in page.content.decode()
    assert "En annan titel" in page.content.decode()
    assert not Approval.objects.exists()
    again = {**sent, "revision": page.context["form"]["revision"].value()}
    assert client.post(url("give", notice), again).status_code == 302
    assert Approval.objects.get().verdict == "changes"


def test_the_page_says_what_has_changed_since_the_last_approval(signed_in, notice, oslo, boss):
    approve(notice, oslo, boss)
    save(notice, title="En annan titel")
    page = signed_in(boss).get(url("give", notice))
    assert len(page.context["changed_since"]) == 1


def test_an_amendment_is_shown_beside_what_is_public(signed_in, notice, oslo, boss):
    approve(notice, oslo, boss)
    publishing.publish(notice, by=notice.edited_by, at=make.NOW)
    old = notice.title
    save(Notice.objects.get(pk=notice.pk), title="En annan titel")
    page = signed_in(boss).get(url("give", notice)).content.decode()
    assert f"<del>{old}</del>" in page


def test_whoever_binds_two_answers_for_each(signed_in, group, notice, boss):
    lund = make.participant(group, make.buyer(name="Lund", slug="lund"))
    Membership.objects.create(user=boss, organisation=lund.organisation, role="admin", started_at=make.NOW)
    client = signed_in(boss)
    for name in ("lund", "oslo"):
        decision = {"revision": notice.revision, "verdict": "approved", "organisation": name}
        assert client.post(url("give", notice), decision).status_code == 302
    assert {one.organisation.slug for one in Approval.objects.all()} == {"lund", "oslo"}
    assert client.get(url("give", notice), {"organisation": "nowhere"}).status_code == 404


def test_nobody_else_finds_the_pages(signed_in, group, notice, oslo, boss):
    observer = make.participant(group, make.buyer(), state="observer")
    for user in (make.user(), make.member(oslo.organisation), make.member(observer.organisation, role=Role.ADMIN)):
        client = signed_in(user)
        assert {client.get(url(page, notice)).status_code for page in ("list", "give")} == {404}
    grouping.answer(oslo, state="left", by=boss, at=make.NOW)
    assert signed_in(boss).get(url("give", notice)).status_code == 404


def test_a_notice_of_one_buyer_has_no_such_page(signed_in):
    alone = make.notice(published=False)
    assert signed_in(alone.edited_by).get(url("list", alone)).status_code == 404


def test_it_stands_among_what_waits_until_it_is_answered_or_changed(notice, oslo, boss):
    waits = "Those who buy with you wait for your approval"
    assert waits not in texts(boss)
    ask(notice)
    assert waits in texts(boss)
    assert waits not in texts(notice.edited_by)
    save(notice, title="Nytt")
    assert waits not in texts(boss), "the lead asks anew when the text is ready"
    notice.refresh_from_db()
    ask(notice)
    approve(notice, oslo, boss, "changes", "Flytta sista dag.")
    assert waits not in texts(boss)
    assert "Someone who buys with you asks for changes" in texts(notice.edited_by)
    approving.give(
        notice,
        organisation=oslo.organisation,
        verdict="approved",
        comment="",
        revision=notice.revision,
        by=boss,
        at=make.NOW + timedelta(minutes=1),
    )
    assert "Someone who buys with you asks for changes" not in texts(notice.edited_by)


def test_an_option_holder_is_told_and_has_nothing_to_do(group):
    bergen = make.participant(group, make.buyer(), state="option")
    boss = make.member(bergen.organisation, role=Role.ADMIN)
    ask(make.notice(group=group, published=False))
    assert texts(boss) == []
    assert Notification.objects.filter(recipient=boss, event__kind="approval-asked").exists()


def test_those_who_have_not_answered_are_reminded_once_the_day_before(group, notice, oslo, boss):
    lund = make.participant(group, make.buyer())
    other = make.member(lund.organisation, role=Role.ADMIN)
    asked = ask(notice, answer_by=make.NOW.date() + timedelta(days=5))
    approve(notice, lund, other)
    reminding.remind(make.NOW + timedelta(days=3))
    reminded = Notification.objects.filter(event__kind="approval-due")
    assert not reminded.exists()
    for hours in (0, 2):
        reminding.remind(make.NOW + timedelta(days=4, hours=hours))
    assert boss in {one.recipient for one in reminded}
    assert other not in {one.recipient for one in reminded}
    assert reminded.filter(recipient=boss).count() == 1

    def seen():
        listed = kinds.with_subjects(reminded.filter(recipient=boss).select_related("event", "recipient"))
        return [kinds.line(one, "en").title for one in listed if kinds.may_see(one)]

    [line] = seen()
    assert line == "Your approval of a text is awaited by 27 November 2026"
    approve(notice, oslo, boss)
    assert seen() == []
    assert ApprovalRound.objects.get() == asked


def test_no_line_names_the_draft(notice, oslo, boss):
    ask(notice, answer_by=make.NOW.date() + timedelta(days=5))
    approve(notice, oslo, boss)
    listed = kinds.with_subjects(Notification.objects.select_related("event", "recipient"))
    said = [kinds.line(one, "en") for one in listed if one.event.kind.startswith("approval") and kinds.may_see(one)]
    assert len(said) >= 2
    assert not any(notice.title in line.title + line.text for line in said)


def test_the_list_costs_the_same_for_many(signed_in, group, notice, django_assert_max_num_queries):
    for _each in range(5):
        make.participant(group, make.buyer())
    client = signed_in(notice.edited_by)
    client.get(url("list", notice))
    with django_assert_max_num_queries(22) as few:
        client.get(url("list", notice))
    for _each in range(5):
        make.participant(group, make.buyer())
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(url("list", notice))


def test_the_words_of_one_buyer_are_for_those_who_write_and_not_for_the_other_buyers(
    signed_in, group, notice, oslo, boss
):
    other = make.participant(group, make.buyer(name="Bergen"), state="option")
    approve(notice, oslo, boss, verdict="changes", comment="Vår budget räcker inte.")

    def reads(user):
        return "Vår budget" in signed_in(user).get(url("list", notice)).content.decode()

    assert reads(notice.edited_by)
    assert reads(boss)
    assert reads(make.member(group.lead, role=Role.ADMIN))
    assert not reads(make.member(other.organisation, role=Role.ADMIN))
