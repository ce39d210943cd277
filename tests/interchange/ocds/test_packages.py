"""What all releases of a procurement say together, put together as the standard says, with no word to the net."""

import json

import pytest
from ocdsmerge import Merger  # type: ignore[import-untyped]
from ocdsmerge.rules import get_merge_rules  # type: ignore[import-untyped]

from interchange.ocds import packages
from procurements import concluding
from procurements.models import Lot, VersionText
from tests import make
from tests.interchange.ocds import standard
from tests.interchange.ocds.test_releases import amend, end

pytestmark = pytest.mark.django_db


@pytest.fixture
def releases():
    """A competition that says all that it can, changed, closed, awarded and corrected."""
    notice = make.notice(
        kind="competition", cpv=["33196000", "33190000"], strategic=["inn-pur"], environment=["circ-econ"],
        value=5, currency="SEK",
    )  # fmt: skip
    Lot.objects.create(
        version=notice.current_version, identifier="LOT-0001", cpv=["33196000", "33190000"], regions=["SE224"],
        strategic=["inn-pur"], value=3, currency="SEK", framework="fa-wo-rc",
    )  # fmt: skip
    VersionText.objects.create(version=notice.current_version, language="nb", title="Tidlig", description="Tekst")
    amend(notice, title="Ett nytt namn", regions=["NO091"])
    end(notice, "awarded", tenders=2, winners=[concluding.Chosen("Fel AB")], days=2)
    end(notice, "awarded", tenders=2, winners=[concluding.Chosen("Rätt AB")], reason="Fel.", days=3)
    return packages.releases_of_procurement(notice.procurement)


def test_what_was_said_last_stands(releases):
    found = packages.compiled(releases)
    assert (found["tag"], found["ocid"]) == (["compiled"], releases[0]["ocid"])
    assert found["tender"]["title"] == "Ett nytt namn"
    assert found["tender"]["status"] == "complete"
    assert len(found["tender"]["amendments"]) == 4  # a change, the closing, two outcomes
    assert {award["status"] for award in found["awards"]} == {"active", "cancelled"}
    assert found["date"] == releases[-1]["date"] == max(release["date"] for release in releases)


@standard.needed
def test_our_rules_say_what_the_schemas_say(releases):
    rules = get_merge_rules(standard.release_schema())
    theirs = Merger(merge_rules=rules).create_compiled_release(json.loads(json.dumps(releases)))
    assert packages.compiled(releases) == theirs
    assert packages.MERGE_RULES.items() <= rules.items()


@standard.needed
def test_no_list_that_we_write_lacks_its_rule(releases):
    """Every list of objects without keys of their own has a rule: without one they would be put together in no order."""

    def lists(value, path=()):
        if isinstance(value, list):
            if any(isinstance(one, dict) for one in value):
                yield path
            for one in value:
                yield from lists(one, path)
        elif isinstance(value, dict):
            for name, inner in value.items():
                yield from lists(inner, (*path, name))

    rules = get_merge_rules(standard.release_schema())
    written = {path for release in releases for path in lists(release)}
    assert {path for path in written if rules.get(path)} <= packages.MERGE_RULES.keys()


@standard.needed
def test_a_record_is_valid(releases):
    record = packages.record_package(releases, uri="https://arena.example/record.json")
    assert standard.problems(record) == []


def test_the_same_facts_make_the_same_bytes(releases):
    one, other = (packages.package(releases, uri="https://arena.example") for _ in range(2))
    assert json.dumps(one) == json.dumps(other)
    assert one["publishedDate"] == releases[-1]["date"]
