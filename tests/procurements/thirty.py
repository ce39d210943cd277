"""Thirty municipalities that buy together, and a ledger beside the arena that says what must be true after every step.

The ledger is kept by hand in the test: who stands how, whose letter counts, what was frozen. It shares no code with the arena.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.core import mail
from django.db import connection

from accounts.grants import Role
from networks import grouping, signing, summing
from networks.models import BuyerGroup, Participant
from notifications import sending
from notifications.models import Notification
from procurements import approving, publishing
from procurements.models import Notice
from records.models import AuditEvent
from tests import make

ALL = range(1, 31)
LEAD, LATE_COMER = 1, 31
COMMITTED, OPTIONS = range(1, 22), range(22, 31)  # the lead is the first of the committed
LAST_DAY = date(2027, 6, 30)  # for options


def currency(n):
    return "NOK" if n % 3 == 0 else "SEK"


def volumes(n):
    """What municipality n intends to buy: sensors, and every second one hours of training, too."""
    said = {"Sensorer": Decimal(10 * n)}
    return said | {"Utbildning": Decimal(n) + Decimal("0.50")} if n % 2 == 0 else said


def budget(n):
    return Decimal(1000 * n) + Decimal("0.25")


class Thirty:
    """The municipalities by number, with an administrator each, and the ledger."""

    def __init__(self):
        self.at = datetime(2026, 11, 22, 12, tzinfo=UTC)
        self.bodies, self.people = {}, {}
        for n in [*ALL, LATE_COMER]:
            country = "NO" if currency(n) == "NOK" else "SE"
            self.bodies[n] = make.buyer(name=f"Kommun {n:02}", country=country, inhabitants=1000 * n)
            self.people[n] = make.member(self.bodies[n], role=Role.ADMIN, email=f"kommun{n}@example.org")
        self.numbers = {body.pk: n for n, body in self.bodies.items()}
        self.group: BuyerGroup | None = None
        self.lead = LEAD
        self.states, self.in_force, self.frozen = {}, set(), {}
        self.audited = self.told = 0
        self.forget()

    def forget(self):
        """From here on counts what is new."""
        self.audited = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.told = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        mail.outbox.clear()

    @property
    def leader(self):
        return self.people[self.lead]

    def place(self, n):
        return Participant.objects.get(group=self.group, organisation=self.bodies[n])

    def standing(self, *states):
        return sorted(n for n, state in self.states.items() if state in states)

    def later(self, **time):
        self.at += timedelta(**time)

    # --- verbs with the actor and the clock filled in ---------------------------------------------------------------------

    def answer(self, n, state):
        grouping.answer(self.place(n), state=state, by=self.people[n], at=self.at)

    def sign(self, n):
        letter = self.place(n).letters.get()
        items = {item.name: item.pk for item in self.group.items.all()}
        said = {items[name]: volume for name, volume in volumes(n).items()}
        intent = signing.Intent(said, f"Chef {n}", "Kommundirektör", budget(n), currency(n))
        seen = signing.fingerprint(self.group.items.all())
        signing.sign(letter, intent, seen=seen, language="sv", by=self.people[n], at=self.at)

    def approve(self, notice, n):
        approving.give(
            notice,
            organisation=self.bodies[n],
            verdict="approved",
            comment="",
            revision=Notice.objects.get(pk=notice.pk).revision,
            by=self.people[n],
            at=self.at,
        )

    def publish(self, notice, *, approved_by):
        """Publishes, and enters into the ledger what the version must keep for ever."""
        version = publishing.publish(notice, by=self.leader, at=self.at)
        approvals = dict(approved_by)
        self.frozen[version.pk] = {
            n: (self.states[n], n == self.lead, approvals.get(n), volumes(n) if n in self.in_force else {})
            for n in self.standing("committed", "option", "observer")
        }
        notice.refresh_from_db()
        return version

    # --- what must be true ------------------------------------------------------------------------------------------------

    def check(self, *, did, told):
        """After a step: the log has exactly `did`, in order; exactly `told` heard, as (kind, number), each by one mail; and
        states, sums and everything frozen are what the ledger says."""
        connection.check_constraints()
        assert [event.action for event in AuditEvent.objects.filter(pk__gt=self.audited).order_by("pk")] == did
        heard = Notification.objects.filter(pk__gt=self.told).select_related("event", "recipient")
        assert Counter((each.event.kind, each.recipient.email) for each in heard) == Counter(
            (kind, f"kommun{n}@example.org") for kind, n in told
        )
        sending.send_due(lambda: self.at)  # several lines of one person at one moment are one mail
        assert sorted(address for sent in mail.outbox for address in sent.to) == sorted(
            {f"kommun{n}@example.org" for _kind, n in told}
        )
        self.check_states()
        self.check_sums()
        self.check_frozen()
        self.forget()

    def check_states(self):
        self.group.refresh_from_db()
        found = {self.numbers[each.organisation_id]: each.state for each in self.group.participants.all()}
        assert (found, self.group.lead) == (self.states, self.bodies[self.lead])

    def check_sums(self):
        sums = summing.sums(self.group)
        things = {item.name: total for item, total in zip(sums.items, sums.totals, strict=True)}
        for thing, total in things.items():
            assert (total.committed, total.option) == tuple(
                sum((volumes(n).get(thing, Decimal(0)) for n in self.counting(state)), Decimal(0))
                for state in ("committed", "option")
            ), thing
        for money in ("SEK", "NOK"):
            total = sums.budgets.get(money, summing.Total())
            assert (total.committed, total.option) == tuple(
                sum((budget(n) for n in self.counting(state) if currency(n) == money), Decimal(0))
                for state in ("committed", "option")
            ), money
        assert sums.signed == len(self.counting("committed")) + len(self.counting("option"))

    def counting(self, state):
        return [n for n in self.standing(state) if n in self.in_force]

    def check_frozen(self):
        for pk, expected in self.frozen.items():
            notice = Notice.objects.get(versions=pk)
            found = {}
            for row in notice.versions.get(pk=pk).buyers.prefetch_related("volumes"):
                n = self.numbers[row.organisation_id]
                said = {volume.item: volume.volume for volume in row.volumes.all()}
                found[n] = (row.state, row.is_lead, row.approved_at, said)
                assert row.approved_by == (self.people[n] if row.approved_at else None)
            assert found == expected
