"""Buyers, networks, plans and code lists: what everyone may know, and no more."""

import pytest

from accounts.models import Organisation
from interchange.api import cursors, shapes
from tests import make
from tests.interchange.api.asking import ask, held, problem

pytestmark = pytest.mark.django_db


def items(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()["items"]


def walk(address, size=2):
    found, cursor = [], None
    while True:
        said = ask(address, {"size": size, **({"cursor": cursor} if cursor else {})}).json()
        found += said["items"]
        if not (cursor := said["next"]):
            return found


class TestOrganisations:
    def test_buyers_are_there_and_suppliers_and_persons_are_not(self):
        buyer = make.buyer(name="Asarums kommun")
        make.supplier()
        make.notice(buyer=make.buyer(name="Östra kommun"))
        assert [one["name"] for one in items(ask("organisations"))] == ["Asarums kommun", "Östra kommun"]
        assert [one["slug"] for one in items(ask("organisations", {"q": "asarum", "country": "SE"}))] == [buyer.slug]

    def test_pages_hold_each_once(self):
        made = sorted(make.buyer(name=f"Kommun {number}").slug for number in range(5))
        assert sorted(one["slug"] for one in walk("organisations")) == made

    def test_one_is_told_with_its_networks(self, lists):
        buyer = make.buyer()
        network = make.network(leader=buyer)
        said = ask(f"organisations/{buyer.slug}").json()
        held(shapes.OrganisationInNetworks(), said)
        assert [one["slug"] for one in said["networks"]] == [network.slug]

    def test_one_that_was_merged_leads_to_the_other(self):
        old, new = make.buyer(), make.buyer()
        Organisation.objects.filter(pk=old.pk).update(merged_into=new)
        answer = ask(f"organisations/{old.slug}")
        assert (answer.status_code, answer["Location"]) == (301, f"/api/v1/organisations/{new.slug}")

    def test_a_supplier_is_not_a_buyer(self):
        assert problem(ask(f"organisations/{make.supplier().slug}")) == (404, "not-found")


class TestNetworks:
    def test_a_network_tells_who_is_in_it_and_nothing_of_what_is_inside(self, lists, django_assert_max_num_queries):
        network = make.network(plan="Vi planerar tillsammans.")
        make.joined(network, make.buyer())
        said = ask(f"networks/{network.slug}").json()
        held(shapes.Network(), said)
        assert sorted(one["role"]["code"] for one in said["members"]) == ["leader", "member"]
        assert [one["slug"] for one in walk("networks")] == [network.slug]
        with django_assert_max_num_queries(5):
            ask("networks")


class TestPlans:
    def test_only_what_is_for_everyone(self, lists):
        plan = make.plan(title="Öppen plan")
        make.plan(title="För köpare", audience="buyers")
        [said] = walk("plans")
        held(shapes.Plan(), said)
        assert (said["title"], said["quarter"]) == (plan.title, "2027-Q2")


class TestCodes:
    def test_the_lists_are_listed(self, lists):
        names = [one["name"] for one in items(ask("codes"))]
        assert names[:3] == ["cpv", "nuts", "goals"]
        assert "procurement-procedure-type" in names
        assert len(items(ask("codes/goals"))) == 17

    def test_codes_have_their_words_in_three_languages(self, lists):
        [first, *_rest] = items(ask("codes/cpv", {"under": "33"}))
        held(shapes.ListedCode(), first)
        assert first["code"].startswith("33")
        assert set(first["labels"]) == {"sv", "nb", "en"}

    @pytest.mark.parametrize("name", ["nuts", "goals", "procurement-procedure-type"])
    def test_pages_hold_each_once_in_order(self, name, lists):
        whole = [one["code"] for one in items(ask(f"codes/{name}", {"size": 1000}))]
        found = [one["code"] for one in walk(f"codes/{name}", size=max(3, len(whole) // 3))]
        assert found == whole
        assert len(set(whole)) == len(whole)

    @pytest.mark.parametrize(
        ("address", "kind", "position"),
        [
            ("organisations", "organisations", ("\0", 1)),
            ("organisations", "organisations", ("\ud800", 1)),
            ("networks", "networks", ("a", 10**30)),
            ("plans", "plans", ("some day", 1)),
            ("codes/cpv", "codes cpv", ("\0",)),
            ("codes/goals", "codes goals", ("three",)),
            ("codes/goals", "codes goals", ("9" * 100,)),
        ],
    )
    def test_a_cursor_that_somebody_else_made_is_a_problem(self, address, kind, position, lists):
        assert problem(ask(address, {"cursor": cursors.write(kind, *position)})) == (400, "broken-cursor")

    def test_a_list_that_is_none(self):
        assert problem(ask("codes/colours")) == (404, "not-found")
