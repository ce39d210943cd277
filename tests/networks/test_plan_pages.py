import html
import re
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.grants import Role
from networks.models import Network, Plan
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]


@pytest.fixture(autouse=True)
def today(at):
    with time_machine.travel(at, tick=False):
        yield


def url(name, *args):
    return reverse(f"networks:{name}", args=args)


@pytest.fixture
def lund():
    return make.buyer(name="Lunds kommun")


@pytest.fixture
def anna(lund):
    return make.member(lund)


@pytest.fixture
def network(lund):
    return make.network(leader=lund, name="Trygga hem")


def text(answer):
    return html.unescape(answer.content.decode())


def counted(page):
    return page.context["page_obj"].paginator.count


def cells(page):
    """The overview's counts that are not nothing: theme, column, count."""
    grid = page.context["grid"]
    return {(row["goal"], name): count for row in grid["rows"] for _value, name, count in row["cells"] if count}


def test_everybody_sees_what_is_meant_for_everyone_and_nothing_else(client, lund, network):
    make.plan(organisation=lund, title="Öppen plan")
    make.plan(organisation=lund, title="Bland köpare", audience="buyers")
    make.plan(organisation=lund, title="I nätverket", audience="members", network=network)
    for visitor in (client, client_of(make.member(make.supplier()))):
        page = visitor.get(url("plan_list"))
        assert "Öppen plan" in text(page)
        assert "Bland köpare" not in text(page)
        assert "I nätverket" not in text(page)
        assert (counted(page), cells(page)) == (1, {("3", "Q2 2027"): 1})
        assert "network" not in [one["name"] for one in page.context["filters"]]


def client_of(person):
    from django.test import Client

    made = Client()
    made.force_login(person)
    return made


def test_a_plan_for_members_changes_nothing_that_others_see(client, lund, network):
    """Twins: with and without the plan, pages and counts are the same for whoever may not know of it."""
    outsider = client_of(make.member(make.buyer()))
    make.plan(organisation=lund)
    pages = [url("plan_list"), f"{url('plan_list')}?goal=3", network.get_absolute_url(), lund.get_absolute_url()]

    def seen(who):
        return [re.sub(r'csrfmiddlewaretoken" value="[^"]*', "", who.get(page).content.decode()) for page in pages]

    before = [seen(client), seen(outsider)]
    hidden = make.plan(organisation=lund, title="I nätverket", audience="members", network=network, goals=[3, 12])
    assert [seen(client), seen(outsider)] == before
    assert outsider.get(hidden.get_absolute_url()).status_code == 404
    member = client_of(make.member(lund, role=Role.READER))
    assert "I nätverket" in text(member.get(url("plan_list")))


def test_the_overview_counts_themes_by_quarter_and_what_comes_later(client, lund):
    make.plan(organisation=lund, goals=[3, 11])
    make.plan(organisation=lund, goals=[3])
    make.plan(organisation=lund, goals=[], starts_on=date(2030, 1, 1))
    page = client.get(url("plan_list"))
    assert cells(page) == {("3", "Q2 2027"): 2, ("11", "Q2 2027"): 1, ("0", "Later"): 1}
    assert [one["name"] for one in page.context["by_quarter"]] == ["Q2 2027", "Later"]
    links = re.findall(r'href="(\?[^"]*goal=\d+&quarter=[^"]*|\?[^"]*quarter=[^"&]*&goal=\d+[^"]*)"', text(page))
    assert links
    for link in links:
        assert counted(client.get(url("plan_list") + link)) > 0


def test_every_count_is_what_its_link_finds(client, lund):
    oslo = make.buyer(name="Oslo kommune", country="NO")
    make.plan(organisation=lund, goals=[3], regions=["SE224"])
    make.plan(organisation=lund, goals=[12], regions=["SE110"], wants_partners=False)
    make.plan(organisation=oslo, goals=[3, 12], regions=["NO081"], starts_on=date(2031, 1, 1))
    chosen = {"goal": "3"}
    page = client.get(url("plan_list"), chosen)
    assert counted(page) == 2
    for one in page.context["filters"]:
        for value, _label, count in one["choices"]:
            found = client.get(url("plan_list"), chosen | {one["name"]: value})
            assert (one["name"], value, counted(found)) == (one["name"], value, count)


def test_nonsense_in_the_address_finds_nothing_and_breaks_nothing(client, lund):
    make.plan(organisation=lund)
    for asked in ({"goal": "x"}, {"quarter": "igår"}, {"page": "-4"}, {"sort": "popular"}):
        assert client.get(url("plan_list"), asked).status_code == 200


def test_no_plan_at_all_and_no_plan_that_fits_say_what_to_do(client, lund, anna):
    assert "Nobody has told of a plan yet" in text(client.get(url("plan_list")))
    assert url("plan_create") in text(client_of(anna).get(url("plan_list")))
    make.plan(organisation=lund)
    assert "No plan fits" in text(client.get(url("plan_list"), {"goal": "7"}))


def test_a_quarter_that_has_passed_stands_with_its_buyer_alone(client, lund, at):
    with time_machine.travel(date(2026, 2, 1)):
        make.plan(organisation=lund, title="I våras", starts_on=date(2026, 4, 1), at=at.replace(month=2))
    assert counted(client.get(url("plan_list"))) == 0
    page = client.get(url("plan_list"), {"buyer": lund.slug})
    assert counted(page) == 1
    assert "The quarter has passed" in text(page)


def test_the_list_costs_the_same_however_many_plans(client, lund, anna, network, django_assert_num_queries):
    browser = client_of(anna)
    make.plan(organisation=lund, network=network, regions=["SE224"])
    browser.get(url("plan_list"))
    with CaptureQueriesContext(connection) as few:
        browser.get(url("plan_list"))
    for goal in range(1, 9):
        one = make.plan(goals=[goal], regions=["NO081", "SE110"], starts_on=date(2027 + goal % 4, 7, 1))
        Plan.objects.filter(pk=one.pk).update(network=make.network())
    with django_assert_num_queries(len(few)):
        browser.get(url("plan_list"))


def test_the_plans_of_a_network_stand_on_its_page_for_those_who_may_read_them(client, lund, anna, network):
    make.plan(organisation=lund, title="Öppen plan", network=network)
    make.plan(organisation=lund, title="I nätverket", network=network, audience="members")
    page = text(client.get(network.get_absolute_url()))
    assert "Öppen plan" in page
    assert "I nätverket" not in page
    assert "I nätverket" in text(client_of(anna).get(network.get_absolute_url()))


def test_a_plan_is_told_changed_and_withdrawn_in_the_browser(anna, lund, network):
    browser = client_of(anna)
    assert browser.get(url("plan_create"), {"network": network.slug}).status_code == 200
    typed = {
        "title": "Fallsensorer i 400 hem",
        "starts_on": "2027-04-01",
        "goals": ["3"],
        "regions": ["SE224"],
        "audience": "members",
    }
    page = browser.post(url("plan_create"), typed)
    assert page.context["form"].errors.keys() == {"network"}
    assert "Fallsensorer i 400 hem" in text(page)
    answer = browser.post(url("plan_create"), typed | {"network": network.pk, "wants_partners": "on"})
    plan = Plan.objects.get()
    assert answer.url == plan.get_absolute_url()
    assert (plan.network, plan.audience, plan.regions, plan.goals) == (network, "members", ["SE224"], [3])
    assert browser.get(url("plan_edit", plan.pk)).status_code == 200
    browser.post(url("plan_edit", plan.pk), typed | {"audience": "everyone", "title": "Sensorer"})
    plan.refresh_from_db()
    assert (plan.title, plan.audience, plan.wants_partners, plan.network) == ("Sensorer", "everyone", False, None)
    assert browser.get(url("plan_withdraw", plan.pk)).status_code == 200
    assert browser.post(url("plan_withdraw", plan.pk)).url == url("plan_list")
    assert browser.get(plan.get_absolute_url()).status_code == 404


def test_from_a_plan_its_buyer_goes_on_and_other_buyers_get_in_touch(client, lund, anna):
    plan = make.plan(organisation=lund, title="Larm & sensorer", text="Vi vill veta mer.")
    boss = make.member(lund, role=Role.ADMIN)
    page = text(client_of(boss).get(plan.get_absolute_url()))
    need = f"{reverse('procurements:notice_create')}?title=Larm%20%26%20sensorer"
    assert need in page
    assert 'value="Larm & sensorer"' in text(client_of(boss).get(need))
    group = f"{url('group_create')}?plan={plan.pk}"
    assert group in page
    form = client_of(boss).get(group).context["form"]
    assert (form["name"].value(), form["purpose"].value()) == ("Larm & sensorer", "Vi vill veta mer.")
    contact = f"{url('approach_create')}?plan={plan.pk}"
    assert contact not in page
    assert contact in text(client_of(make.member(make.buyer())).get(plan.get_absolute_url()))
    assert contact not in text(client_of(make.member(make.supplier())).get(plan.get_absolute_url()))
    assert "Log in" in text(client.get(plan.get_absolute_url()))


@pytest.mark.parametrize("page", ["plan_edit", "plan_withdraw"])
def test_another_buyer_finds_no_such_page(page, lund):
    plan = make.plan(organisation=lund)
    other = client_of(make.member(make.buyer(), role=Role.ADMIN))
    assert other.get(url(page, plan.pk)).status_code == 404
    assert other.post(url(page, plan.pk)).status_code == 404
    reader = client_of(make.member(lund, role=Role.READER))
    assert reader.get(url(page, plan.pk)).status_code == 404


def test_no_network_takes_the_address_of_the_plans(lund):
    for name in ("Plans", "Approaches"):
        make.network(name=name)
    assert not Network.objects.filter(slug__in=["plans", "approaches"]).exists()
