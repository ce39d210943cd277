"""What the page of a buyer group shows of the texts that it writes and has published."""

import pytest

from tests import make
from tests.procurements.joint import joint

pytestmark = pytest.mark.django_db
TITLE = "Vi söker en tyst fallsensor"


@pytest.fixture
def shared():
    return joint()


def test_those_who_take_part_go_from_the_group_to_what_is_published(shared, signed_in):
    notice = shared.competition(title=TITLE)
    for name in ("Arendal", "Grimstad", "Oslo", "Tvedestrand"):
        page = signed_in(shared.people[name]).get(shared.group.get_absolute_url())
        assert f'href="{notice.get_absolute_url()}">{TITLE}</a>' in page.text


def test_a_draft_is_seen_by_those_alone_who_may_read_it(shared, signed_in):
    make.notice(group=shared.group, by=shared.leda, published=False, title=TITLE)
    pages = {
        name: signed_in(person).get(shared.group.get_absolute_url()).text for name, person in shared.people.items()
    }
    assert {name for name, page in pages.items() if TITLE in page} == {"Arendal", "Grimstad", "Oslo", "Risør"}
