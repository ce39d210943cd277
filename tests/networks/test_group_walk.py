"""A random walk over a buyer group's life (quality R10): often two acts at once on connections of their own, and rules that
hold after every step whatever was done, refused or repeated.

`./test` walks some three hundred steps; `./test --full` ten thousand.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts.grants import Role
from accounts.rules import Refused
from networks import grouping, signing, summing
from networks.models import BuyerGroup, GroupItem, Letter, Participant
from records.models import AuditEvent
from tests import make
from tests.threads import at_once
from tests.walking import walk

pytestmark = pytest.mark.django_db(transaction=True)

State = Participant.State
MANY = 6  # the first leads at first; the last two are outside
WHO = some.integers(0, MANY - 1)
OTHER = some.integers(0, MANY - 1)
TWICE = some.booleans()
WISHES = some.sampled_from(["committed", "option", "observer", "committed", "option", "nonsense"])
ANSWERS = some.sampled_from(["committed", "committed", "option", "observer", "left", "invited", "asked"])
# More than nothing, at most a thousand million: the rest is refused, as a sentence or by the form before it comes here.
VOLUMES = some.sampled_from(["1", "0.01", "250.5", "999999999", "1000000000"])
ABSURD = some.sampled_from(["0", "-1", "-0.01", "1000000000.01", "99999999999999"])
ITEMS = (("Personer med sensor", "personer"), ("Timmar", "timmar"), ("Sensorer", "stycken"))


class Life(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.at = make.NOW
        self.organisations = [make.buyer(inhabitants=1000 * n) for n in range(1, MANY + 1)]
        self.people = [make.member(each, role=Role.ADMIN) for each in self.organisations]
        self.first_event = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        group = make.group(lead=self.organisations[0], by=self.people[0], at=self.at)
        self.pk = group.pk
        self.frozen: set[int] = set()  # who stood on the list when it was fixed
        grouping.published(group, at=self.at)
        for who, state in ((1, "committed"), (2, "option"), (3, "observer")):
            place = grouping.invite(group, organisation=self.organisations[who], by=self.people[0], at=self.at)
            grouping.answer(place, state=state, by=self.people[who], at=self.at)
        signing.set_items(group, [(None, *item) for item in ITEMS[:2]], by=self.people[0], at=self.at)
        signing.send(group, to=group.participants.all(), sign_by=self.at.date(), by=self.people[0], at=self.at)

    # --- Acts -----------------------------------------------------------------------------------------------------------

    def do(self, *acts):
        """The acts, together where they are several; refusals as themselves. No other fault may come of any order of acts."""
        self.at += timedelta(seconds=1)

        def guarded(act):
            try:
                return act()
            except Refused as why:
                return why

        if len(acts) == 1:
            return [guarded(acts[0])]
        results = at_once(*[lambda act=act: guarded(act) for act in acts])
        faults = [each for each in results if isinstance(each, Exception) and not isinstance(each, Refused)]
        assert faults == []
        return results

    def group(self):
        return BuyerGroup.objects.select_related("lead").get(pk=self.pk)

    def place(self, who):
        return Participant.objects.filter(group=self.pk, organisation=self.organisations[who]).first()

    def leader(self):
        return self.people[self.organisations.index(self.group().lead)]

    def answering(self, who, state):
        place = self.place(who)
        return lambda: grouping.answer(place, state=state, by=self.people[who], at=self.at) if place else None

    def handing(self, to):
        group, place, by = self.group(), self.place(to), self.leader()
        return lambda: grouping.hand_over(group, to=place, by=by, at=self.at) if place else None

    @rule(who=WHO, twice=TWICE)
    def invite(self, who, twice):
        group, by = self.group(), self.leader()
        act = lambda: grouping.invite(group, organisation=self.organisations[who], by=by, at=self.at)  # noqa: E731
        self.do(*[act] * (1 + twice))

    @rule(who=some.sampled_from([MANY - 1, MANY - 2, MANY - 1, MANY - 2, 3, 1]), wish=WISHES, twice=TWICE)
    def ask(self, who, wish, twice):
        group = self.group()
        said = {"organisation": self.organisations[who], "wished_state": wish, "by": self.people[who], "at": self.at}
        self.do(*[lambda: grouping.ask(group, **said)] * (1 + twice))

    @rule(yes=some.booleans(), crossing=TWICE)
    def decide(self, yes, crossing):
        """The lead answers, while another of its administrators says the opposite or the asker takes it back."""
        by = self.leader()
        for place in Participant.objects.filter(group=self.pk, state=State.ASKED):
            who = self.organisations.index(place.organisation)
            acts = [lambda place=place, yes=yes: grouping.decide(place, accepted=yes, by=by, at=self.at)]
            if crossing:
                acts.append(lambda place=place, yes=not yes: grouping.decide(place, accepted=yes, by=by, at=self.at))
                acts.append(self.answering(who, "left"))
            self.do(*acts)

    @rule(who=WHO, state=ANSWERS, twice=TWICE)
    def answer(self, who, state, twice):
        self.do(*[self.answering(who, state)] * (1 + twice))

    @rule(to=WHO, other=OTHER, crossing=TWICE)
    def hand_over(self, to, other, crossing):
        """Two hand-overs cross, and a chosen successor leaves at the same moment."""
        acts = [self.handing(to)]
        if crossing:
            acts += [self.handing(other), self.answering(to, "left")]
        self.do(*acts)

    @rule(who=some.sampled_from(range(MANY)), gives=some.booleans(), twice=TWICE)
    def mandate(self, who, gives, twice):
        if place := self.place(who):
            act = lambda: grouping.set_mandate(place, gives=gives, by=self.people[who], at=self.at)  # noqa: E731
            self.do(*[act] * (1 + twice))

    @rule(many=some.integers(1, 3), backwards=some.booleans(), twice=TWICE)
    def set_items(self, many, backwards, twice):
        group, by = self.group(), self.leader()
        known = {(item.name, item.unit): item.pk for item in group.items.all()}
        rows = [(known.get(item), *item) for item in ITEMS[:many]]
        rows = rows[::-1] if backwards else rows
        self.do(*[lambda: signing.set_items(group, rows, by=by, at=self.at)] * (1 + twice))

    @rule(days=some.integers(0, 40), twice=TWICE)
    def send(self, days, twice):
        group, by, day = self.group(), self.leader(), self.at.date() + timedelta(days=days)
        to = list(group.participants.all())
        self.do(*[lambda: signing.send(group, to=to, sign_by=day, by=by, at=self.at)] * (1 + twice))

    def signature(self, letter, volumes):
        items = list(GroupItem.objects.filter(group=self.pk))
        said = {item.pk: Decimal(volume) for item, volume in zip(items, volumes, strict=False)}
        intent = signing.Intent(said, "Nina Nes", "Enhetschef", budget=Decimal(len(said) + 1), currency="NOK")
        by = self.people[self.organisations.index(letter.participant.organisation)]
        seen = signing.fingerprint(items)
        return lambda: signing.sign(letter, intent, seen=seen, language="sv", by=by, at=self.at)

    def letter(self, which):
        letters = (
            Letter.objects.waiting().filter(participant__group=self.pk).select_related("participant__organisation")
        )
        found = list(letters.select_related("participant__organisation", "participant__group").order_by("pk"))
        return found[which % len(found)] if found else None

    @rule(
        which=WHO,
        volumes=some.lists(VOLUMES, min_size=1, max_size=3),
        crossing=some.sampled_from(["", "twice", "left", "state"]),
    )
    def sign(self, which, volumes, crossing):
        """A letter is signed once, also when two sign it, or its organisation leaves or changes its answer meanwhile."""
        if (letter := self.letter(which)) is None:
            return
        who = self.organisations.index(letter.participant.organisation)
        beside = {"twice": self.signature(letter, volumes), "left": self.answering(who, "left")}
        beside["state"] = self.answering(who, "option")
        self.do(self.signature(letter, volumes), *([beside[crossing]] if crossing else []))

    @rule(which=WHO, twice=TWICE)
    def decline(self, which, twice):
        if (letter := self.letter(which)) is None:
            return
        by = self.people[self.organisations.index(letter.participant.organisation)]
        self.do(*[lambda: signing.decline(letter, reason="Nej.", by=by, at=self.at)] * (1 + twice))

    @rule(which=WHO, volume=ABSURD)
    def sign_nonsense(self, which, volume):
        """No volume that is nothing, less, or absurd is ever kept: the database refuses the whole signature."""
        if (letter := self.letter(which)) is None or not GroupItem.objects.filter(group=self.pk).exists():
            return
        [result] = at_once(self.signature(letter, [volume]))
        assert isinstance(result, Exception)
        letter.refresh_from_db()
        assert letter.signed_at is None

    @rule(days=some.one_of(some.none(), some.integers(-2, 60)), twice=TWICE)
    def edit(self, days, twice):
        group, by = self.group(), self.leader()
        until = None if days is None else self.at.date() + timedelta(days=days)
        said = {"name": f"Gruppen {days}", "purpose": group.purpose, "option_until": until}
        self.do(*[lambda: grouping.edit(group, **said, by=by, at=self.at)] * (1 + twice))

    @rule(who=WHO, crossing=TWICE)
    def fix_list(self, who, crossing):
        """The competition is published while somebody answers: before it, or it is too late."""
        group = self.group()
        acts = [lambda: grouping.fix_list(group, at=self.at)]
        if crossing:
            acts.append(self.answering(who, "committed"))
        was_fixed = group.list_fixed_at is not None
        self.do(*acts)
        if self.group().list_fixed_at and not was_fixed:
            self.frozen = self.standing()

    @rule(twice=TWICE)
    def free_list(self, twice):
        group = self.group()
        self.do(*[lambda: grouping.free_list(group, at=self.at)] * (1 + twice))

    @rule(who=WHO, crossing=some.sampled_from(["", "twice", "left"]))
    def use_option(self, who, crossing):
        place = self.place(who)
        if place is None or self.group().list_fixed_at is None:  # a call-off needs a contract
            return
        act = lambda: grouping.use_option(place, by=self.people[who], at=self.at)  # noqa: E731
        self.do(*[act, *{"": [], "twice": [act], "left": [self.answering(who, "left")]}[crossing]])

    @rule()
    def publish(self):
        grouping.published(self.group(), at=self.at)

    @rule(days=some.integers(1, 20))
    def time_passes(self, days):
        self.at += timedelta(days=days)

    # --- What holds after every step --------------------------------------------------------------------------------------

    def standing(self):
        return set(Participant.objects.standing().filter(group=self.pk).values_list("pk", flat=True))

    def events(self, *actions):
        return AuditEvent.objects.filter(pk__gt=self.first_event, action__in=actions).count()

    @invariant()
    def there_is_one_lead_and_it_is_committed(self):
        if hasattr(self, "pk"):
            group = self.group()
            assert group.participants.get(organisation=group.lead).state == State.COMMITTED

    @invariant()
    def every_state_followed_an_arrow_and_the_history_gives_the_present(self):
        if not hasattr(self, "pk"):
            return
        places = list(Participant.objects.filter(group=self.pk).prefetch_related("changes"))
        assert len({place.organisation_id for place in places}) == len(places)
        changes = 0
        for place in places:
            state = ""
            for change in sorted(place.changes.all(), key=lambda each: each.pk):
                assert change.from_state == state
                assert change.to_state in Participant.FOLLOWING[state]
                state = change.to_state
                changes += 1
            assert place.state == state
            assert bool(place.wished_state) == (state == State.ASKED)
            assert state in Participant.STANDING or not place.gives_mandate
        moves = ("created", "invited", "asked", "decided", "answered", "option_used")
        assert self.events(*[f"group.{move}" for move in moves]) == changes

    @invariant()
    def sums_are_of_the_rows_and_nobody_counts_who_left(self):
        if not hasattr(self, "pk"):
            return
        counted = {}
        in_force = Letter.objects.filter(participant__group=self.pk, signed_at__isnull=False, ended_at=None)
        for letter in in_force.select_related("participant").prefetch_related("volumes"):
            assert letter.participant.state != State.LEFT
            for volume in letter.volumes.all():
                assert 0 < volume.volume <= 10**9
                key = (volume.item_id, letter.participant.state)
                counted[key] = counted.get(key, 0) + volume.volume
        sums = summing.sums(self.group())
        for item, total in zip(sums.items, sums.totals, strict=True):
            assert total.committed == counted.get((item.pk, "committed"), 0)
            assert total.option == counted.get((item.pk, "option"), 0)
        waiting = Letter.objects.waiting().filter(participant__group=self.pk)
        assert not waiting.filter(participant__state=State.LEFT).exists()

    @invariant()
    def every_letter_is_written_down_once(self):
        if not hasattr(self, "pk"):
            return
        letters = Letter.objects.filter(participant__group=self.pk)
        assert self.events("letter.sent") == letters.count()
        assert self.events("letter.signed") == letters.exclude(signed_at=None).count()
        assert self.events("letter.declined") == letters.exclude(declined_at=None).count()

    @invariant()
    def nobody_new_stands_on_a_fixed_list(self):
        if hasattr(self, "pk") and self.group().list_fixed_at:
            assert self.standing() <= self.frozen


def test_three_hundred_steps_break_no_rule():
    walk(Life, walks=6, steps=50)


@pytest.mark.slow
def test_ten_thousand_steps_break_no_rule():
    walk(Life, walks=200, steps=50)
