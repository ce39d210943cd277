"""A person's export has the person's own words in networks and groups, and nobody else's."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from accounts.exporting import everything_about
from accounts.grants import Role
from networks import grouping, joining
from tests import make

pytestmark = pytest.mark.django_db


def part(user):
    return json.loads(json.dumps(everything_about(user, at=make.NOW)["networks"], cls=DjangoJSONEncoder))


def test_what_one_wrote_and_signed_is_in_the_export_and_not_in_a_colleagues(network, leader, lena, at):
    joining.post(network, text="Vi ses i mars.", organisation=leader, by=lena, at=at)
    place = make.participant(make.group(name="Fall"), leader, state="invited")
    item = place.group.items.create(name="Sensor", unit="st", position=0)
    grouping.answer(place, state="committed", by=lena, at=at)
    make.letter(place, signer=lena, volumes={item: 4})
    plan = make.plan(organisation=leader, by=lena, title="Fallarm")
    mine = part(lena)
    assert [one["text"] for one in mine["posts"]] == ["Vi ses i mars."]
    assert [one["in_group"] for one in mine["letters_signed"]] == ["Fall"]
    assert [one["title"] for one in mine["plans"]] == [plan.title]
    assert [one["to_state"] for one in mine["answers_in_groups"]] == ["committed"]
    theirs = part(make.member(leader, role=Role.ADMIN))
    assert not any(theirs.values())
