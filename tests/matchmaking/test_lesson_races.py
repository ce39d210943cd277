"""Two colleagues at once."""

import pytest

from matchmaking import dismissing
from matchmaking.models import Match
from records.models import AuditEvent
from tests import make
from tests.threads import at_once


@pytest.mark.django_db(transaction=True)
def test_two_who_put_away_at_once_both_count_and_the_same_notice_once(at):
    supplier = make.supplier()
    anna, bo = make.member(supplier), make.member(supplier)
    search = make.subscription(organisation=supplier, by=anna)
    writer = make.member(make.buyer())
    buyer = writer.memberships.get().organisation
    first, second = (make.match(search, make.notice(buyer=buyer, by=writer), at=at).pk for _each in range(2))

    def put_away(pk, by):
        match = Match.objects.select_related("version", "subscription__organisation").get(pk=pk)
        return lambda: dismissing.dismiss(match, reason="field", by=by, at=at)

    acts = [put_away(first, anna), put_away(second, bo), put_away(first, bo), put_away(second, anna)]
    assert at_once(*acts) == [None] * 4
    assert search.lessons.get().points == 30
    assert AuditEvent.objects.filter(action="match.dismissed").count() == 2
