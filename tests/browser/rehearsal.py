"""The thirty municipalities of `tests.procurements.thirty` with the real clock, of whom three are played by hand."""

from datetime import date

from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from tests.browser import workbench as work
from tests.procurements.thirty import LATE_COMER, LEAD, Thirty, budget, currency, volumes
from ui import moments

MEMBER, HOLDER, LEAVER = 2, 24, 7  # in SEK, in NOK; both of the first two need both things


class Rehearsal(Thirty):
    """The thirty, where the clock is the real one and the persons read one language."""

    def __init__(self, language):
        super().__init__()
        self.language = language
        for n in (LEAD, MEMBER, HOLDER, LATE_COMER):
            self.people[n].language = language
            self.people[n].save()

    def name(self, n):
        return self.bodies[n].name

    def say(self, sentence, **words):
        with translation.override(self.language):
            return gettext(sentence) % words if words else gettext(sentence)

    def number(self, value):
        return moments.number(value, self.language)

    def day(self, days):
        return moments.say_day(date.fromisoformat(work.day(days)), self.language)

    def typed(self, value):
        """A number as the person writes it."""
        return f"{value:f}" if self.language == "en" else f"{value:f}".replace(".", ",")

    def things(self, n):
        return {item.pk: self.typed(volumes(n)[item.name]) for item in self.group.items.all()}

    def all_do(self, verb, numbers):
        """In one transaction, so that whoever hears of it hears once."""
        self.at = timezone.now()
        with transaction.atomic():
            for n in numbers:
                verb(n)

    def join(self, n, state):
        self.answer(n, state)
        self.states[n] = state

    def holds(self):
        """States and sums in the database are what the ledger says."""
        connection.check_constraints()
        self.check_states()
        self.check_sums()

    def sum_of(self, thing, *states):
        return sum(volumes(n).get(thing, 0) for n in self.counting(*states))

    def money(self, code, state):
        return sum(budget(n) for n in self.counting(state) if currency(n) == code)

    def published(self, notice):
        """Who stands in its version, and who of them approved exactly that text."""
        notice.refresh_from_db()
        rows = notice.current_version.buyers.select_related("organisation")
        assert {self.numbers[row.organisation_id]: row.state for row in rows} == {
            n: state for n, state in self.states.items() if state in ("committed", "option")
        }
        assert [self.numbers[row.organisation_id] for row in rows if row.is_lead] == [self.lead]
        approved = {self.numbers[row.organisation_id] for row in rows if row.approved_at}
        assert approved == {n for n in self.standing("committed") if n != self.lead}
