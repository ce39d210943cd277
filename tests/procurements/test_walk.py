"""A random walk over one procurement's life (quality R10): often two acts at once on connections of their own, and rules that
hold after every step whatever was done, refused or repeated.

`./test` walks a few hundred steps with a seed of its own; `./test --full` ten thousand.
"""

from datetime import date, timedelta

import pytest
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts import rules
from procurements import (
    answering,
    asking,
    closing,
    concluding,
    interest,
    publishing,
    scheduling,
    writing,
)
from procurements.models import Interest, Notice, Question, Schedule
from records.models import AuditEvent
from tests import make
from tests.threads import at_once
from tests.walking import walk

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = some.sampled_from(["Tidig upptäckt", "Färre fall", "Tryggare nätter", "Ett annat ord"])
# What a rule may answer with: a sentence to the person. Anything else is a fault.
REFUSALS = (
    rules.Refused, writing.Stale, writing.Locked, publishing.NotPublishable, interest.Refused, asking.Refused,
    concluding.Refused, answering.Stale, answering.NotReady,
)  # fmt: skip


class Life(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.at = make.NOW
        self.notice = make.notice(kind="competition", published=False, deadline_at=make.NOW + timedelta(days=30))
        self.owner = self.notice.edited_by
        self.suppliers = [(company := make.supplier(), make.member(company)) for _each in range(2)]
        self.closed = None
        self.concluded = None

    # --- Acts; `twice` does one at once on two connections of their own -----------------------------------------

    def do(self, act, *, twice=False):
        """The results; refusals as themselves. What is neither is raised: no traceback may come of any order of acts."""
        self.at += timedelta(seconds=1)

        def run():
            try:
                return act()
            except REFUSALS as why:
                return why

        results = at_once(run, run) if twice else [run()]
        faults = [each for each in results if isinstance(each, Exception) and not isinstance(each, REFUSALS)]
        assert faults == []
        return results

    def fresh(self):
        return Notice.objects.select_related("current_version", "procurement").get(pk=self.notice.pk)

    @rule(title=WORDS, behind=some.integers(0, 2), twice=some.booleans())
    def save(self, title, behind, twice):
        before = self.fresh()
        revision = max(1, before.revision - behind)
        results = self.do(
            lambda: writing.save(before, wording={"title": title}, revision=revision, by=self.owner, at=self.at),
            twice=twice,
        )
        after = self.fresh()
        if any(isinstance(each, writing.Stale | writing.Locked) for each in results) and not twice:
            assert (after.title, after.revision) == (before.title, before.revision)

    @rule(reason=some.sampled_from(["", "Tydligare ord."]), minor=some.booleans(), twice=some.booleans())
    def publish(self, reason, minor, twice):
        notice = self.fresh()
        self.do(
            lambda: publishing.publish(notice, by=self.owner, at=self.at, reason=reason, is_minor=minor), twice=twice
        )

    @rule(hours=some.integers(1, 48), twice=some.booleans())
    def schedule(self, hours, twice):
        notice = self.fresh()
        self.do(
            lambda: scheduling.schedule(
                notice,
                publish_at=self.at + timedelta(hours=hours),
                revision=notice.revision,
                by=self.owner,
                at=self.at,
                reason="Tydligare ord.",
            ),
            twice=twice,
        )

    @rule(twice=some.booleans())
    def take_back(self, twice):
        for waiting in Schedule.objects.waiting().filter(notice=self.notice).select_related("notice"):
            self.do(lambda waiting=waiting: scheduling.take_back(waiting, by=self.owner, at=self.at), twice=twice)

    @rule(twice=some.booleans())
    def keep_promises(self, twice):
        self.do(lambda: scheduling.drain(at=self.at), twice=twice)

    @rule(who=some.integers(0, 1), words=some.sampled_from(["", "Vi kan."]), twice=some.booleans())
    def register(self, who, words, twice):
        company, person = self.suppliers[who]
        self.do(
            lambda: interest.register(
                self.notice.procurement,
                organisation=company,
                level="interested",
                message=words,
                by=person,
                at=self.at,
            ),
            twice=twice,
        )

    @rule(who=some.integers(0, 1), twice=some.booleans())
    def withdraw(self, who, twice):
        company, person = self.suppliers[who]
        for active in Interest.objects.active().filter(procurement=self.notice.procurement, organisation=company):
            self.do(lambda active=active: interest.withdraw(active, by=person, at=self.at), twice=twice)

    @rule(who=some.integers(0, 1), twice=some.booleans())
    def ask(self, who, twice):
        company, person = self.suppliers[who]
        self.do(
            lambda: asking.ask(self.notice, organisation=company, text="Hur många?", by=person, at=self.at),
            twice=twice,
        )

    @rule(twice=some.booleans())
    def answer_questions(self, twice):
        waiting = list(Question.objects.waiting().filter(notice=self.notice))
        for question in waiting:
            words = {"question_text": "Hur många?", "answer": "Omkring tvåhundra."}
            self.do(
                lambda question=question, words=words: answering.draft(
                    question, **words, revision=question.draft_revision, by=self.owner, at=self.at
                )
            )
        drafted = list(Question.objects.waiting().filter(notice=self.notice))
        self.do(lambda: answering.release(drafted, by=self.owner, at=self.at), twice=twice)

    @rule(way=some.sampled_from(["early", "withdrawn", "cancelled"]), twice=some.booleans(), chance=some.integers(0, 3))
    def close(self, way, twice, chance):
        if chance:  # else every walk ends after a few steps
            return
        notice = self.fresh()
        if notice.current_version is None:
            return
        self.do(
            lambda: closing.close(
                notice, by=self.owner, at=self.at, reason="Det räcker.", way=closing.Closing(way), code="other"
            ),
            twice=twice,
        )

    @rule(days=some.integers(1, 40))
    def time_passes(self, days):
        self.at += timedelta(days=days)

    @rule(twice=some.booleans())
    def tell_the_outcome(self, twice):
        notice = self.fresh()
        if notice.current_version is None:
            return
        day: date = self.at.date()
        self.do(
            lambda: concluding.record_outcome(
                notice,
                result="unsuitable",
                code="other",
                text="Inget anbud passade.",
                decided_on=day,
                by=self.owner,
                at=self.at,
                reason="Rättat.",
            ),
            twice=twice,
        )

    @rule(twice=some.booleans())
    def answer_suppliers(self, twice):
        for owed in concluding.unanswered().filter(procurement=self.notice.procurement):
            self.do(lambda owed=owed: concluding.answer(owed, text="Tack.", by=self.owner, at=self.at), twice=twice)

    @rule(twice=some.booleans())
    def conclude(self, twice):
        self.do(lambda: concluding.conclude(self.notice.procurement, by=self.owner, at=self.at), twice=twice)

    # --- What holds after every step ------------------------------------------------------------------------------------

    @invariant()
    def versions_are_numbered_without_a_gap_and_the_last_is_public(self):
        if not hasattr(self, "notice"):
            return
        notice = self.fresh()
        versions = list(notice.versions.order_by("number"))
        assert [each.number for each in versions] == list(range(1, len(versions) + 1))
        assert notice.current_version == (versions[-1] if versions else None)
        events = AuditEvent.objects.filter(subject_type="procurements.notice", subject_id=str(notice.pk))
        assert events.filter(action__in=["notice.published", "notice.amended"]).count() == len(versions)

    @invariant()
    def nothing_is_open_past_its_deadline_or_after_it_closed(self):
        if not hasattr(self, "notice"):
            return
        notice = self.fresh()
        version = notice.current_version
        is_open = Notice.objects.open(self.at).filter(pk=notice.pk).exists()
        assert is_open == notice.is_open(self.at)
        if version is None or notice.closed_at or version.deadline_at <= self.at:
            assert not is_open

    @invariant()
    def a_supplier_is_interested_once_and_each_registration_is_written_down(self):
        if not hasattr(self, "notice"):
            return
        rows = Interest.objects.filter(procurement=self.notice.procurement)
        active = [each.organisation_id for each in rows.active()]
        assert len(active) == len(set(active))
        keys = [str(key) for key in rows.values_list("pk", flat=True)]
        events = AuditEvent.objects.filter(subject_type="procurements.interest", subject_id__in=keys)
        assert events.filter(action="interest.registered").count() == len(keys)
        assert events.filter(action="interest.withdrawn").count() == len(keys) - len(active)

    @invariant()
    def answers_are_numbered_without_a_gap(self):
        if not hasattr(self, "notice"):
            return
        answered = Question.objects.answered().filter(notice=self.notice)
        numbers = sorted(answered.values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        assert all(question.answers.count() == 1 for question in answered)

    @invariant()
    def an_end_is_an_end(self):
        if not hasattr(self, "notice"):
            return
        notice = self.fresh()
        assert self.closed in (None, (notice.closed_at, notice.closed_as))
        assert self.concluded in (None, notice.procurement.concluded_at)
        if notice.closed_at:
            self.closed = (notice.closed_at, notice.closed_as)
        if self.concluded is None and notice.procurement.concluded_at:
            self.concluded = notice.procurement.concluded_at
            assert not concluding.awaiting_outcome(self.at).filter(pk=notice.pk).exists()
            assert not concluding.unanswered().filter(procurement=notice.procurement).exists()


def test_a_few_hundred_steps_break_no_rule():
    walk(Life, walks=8, steps=40)


@pytest.mark.slow
def test_ten_thousand_steps_break_no_rule():
    walk(Life, walks=200, steps=50)
