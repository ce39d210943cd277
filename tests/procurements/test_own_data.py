"""A person's export has the person's own words in procurements, and nothing of a draft that the person may not read any more."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from accounts.exporting import everything_about
from procurements import concluding, interest, reviewing, unsaved
from tests import make

pytestmark = pytest.mark.django_db


def part(user):
    return json.loads(json.dumps(everything_about(user, at=make.NOW)["procurements"], cls=DjangoJSONEncoder))


def test_a_suppliers_questions_and_interests_are_in_the_export():
    notice, supplier = make.notice(title="Fallarm"), make.supplier(name="Sensorbolaget AB")
    person = make.member(supplier)
    make.question(notice=notice, organisation=supplier, by=person, text="Räknas trappor?")
    said = {"organisation": supplier, "level": "interested", "message": "Vi kan.", "by": person, "at": make.NOW}
    interest.register(notice.procurement, **said)
    mine = part(person)
    [question] = mine["questions"]
    assert (question["text"], question["title"], question["organisation__name"]) == (
        "Räknas trappor?", "Fallarm", "Sensorbolaget AB",
    )  # fmt: skip
    assert [one["message"] for one in mine["interests"]] == ["Vi kan."]
    assert part(make.member(supplier))["questions"] == [], "a colleague's words are the colleague's"


def test_a_procurers_words_are_in_the_export_without_the_draft():
    draft = make.notice(published=False, title="Hemlig titel")
    owner, colleague = draft.edited_by, make.member(draft.procurement.organisation)
    reviewing.comment(draft, field="title", text="Kortare?", by=colleague, at=make.NOW)
    review = reviewing.ask(draft, reviewer=colleague, message="Är den tydlig?", by=owner, at=make.NOW)
    reviewing.decide(review, verdict="changes", comment="Stryk.", revision=draft.revision, by=colleague, at=make.NOW)
    unsaved.keep(draft, step="need", typed=[("title", ["Halvskrivet"])], revision=1, by=owner, at=make.NOW)
    theirs, ours = part(colleague), part(owner)
    assert [one["text"] for one in theirs["comments"]] == ["Kortare?"]
    assert [one["comment"] for one in theirs["reviews_given"]] == ["Stryk."]
    assert [one["message"] for one in ours["reviews_asked_for"]] == ["Är den tydlig?"]
    assert [one["fields"] for one in ours["unsaved_texts"]] == [{"title": ["Halvskrivet"]}]
    assert [one["role"] for one in ours["team_places"]] == ["owner"]
    assert "Hemlig titel" not in json.dumps([theirs, ours])


def test_what_was_answered_to_suppliers_is_its_writers_without_the_suppliers_name():
    notice, supplier = make.notice(), make.supplier(name="Sensorbolaget AB")
    given = {"organisation": supplier, "level": "interested", "message": "Hej", "by": make.member(supplier)}
    shown = interest.register(notice.procurement, at=make.NOW, **given)
    concluding.answer(shown, text="Tack, bra idé.", by=notice.edited_by, at=make.NOW)
    mine = part(notice.edited_by)["answers_to_suppliers"]
    assert [one["text"] for one in mine] == ["Tack, bra idé."]
    assert "Sensorbolaget" not in json.dumps(mine)
