"""What Prometheus reads: how old what waits is, how the tasks beat, what became of mails. Nothing about people or pages.

Whoever has the token may not learn of interest from it (quality 4.3). So nothing is told apart by kind, notice or
organisation, confidential lines are not counted at all (arena/watching.py), and mails that go their usual way are counted in
whole hundreds: one more of them is one registered interest as well as one suggestion, and neither can be seen.
"""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from arena import watching
from matchmaking.models import MatchRun
from notifications import health as mail
from notifications.models import Mail

TROUBLE = {Mail.State.UNKNOWN, Mail.State.FAILED, Mail.State.STALE, Mail.State.RETURNED}  # counted one by one


class Arena(Collector):
    def __init__(self, at: datetime) -> None:
        self.at = at

    def collect(self) -> Iterator[Metric]:
        yield from self.waiting()
        yield from self.beating()
        mails = GaugeMetricFamily(
            "arena_mails", "Mails by state; what is no trouble in whole hundreds.", labels=["state"]
        )
        for state, number in mail.counts().items():
            mails.add_metric([state], number if state in TROUBLE else number // 100 * 100)
        yield mails
        yield GaugeMetricFamily("arena_match_runs", "Versions of notices that were matched.", MatchRun.objects.count())
        anchor = watching.anchor_age(self.at)
        about = "How long the oldest seal has waited for the audit log's anchor; 0 where the file is not seen."
        yield GaugeMetricFamily("arena_anchor_waiting_seconds", about, anchor.total_seconds() if anchor else 0)

    def waiting(self) -> Iterator[Metric]:
        number = GaugeMetricFamily("arena_queue_length", "How much waits; mails in whole hundreds.", labels=["queue"])
        age = GaugeMetricFamily("arena_queue_oldest_seconds", "For how long the oldest has waited.", labels=["queue"])
        for queue in watching.queues(self.at):
            usual = queue.mail_state and queue.mail_state not in TROUBLE
            number.add_metric([queue.code], queue.number // 100 * 100 if usual else queue.number)
            age.add_metric([queue.code], (self.at - queue.since).total_seconds() if queue.since else 0)
        yield number
        yield age

    def beating(self) -> Iterator[Metric]:
        age = GaugeMetricFamily("arena_task_age_seconds", "Since the task last ended well.", labels=["task"])
        stopped = GaugeMetricFamily("arena_task_stopped", "1: it should have ended well long ago.", labels=["task"])
        runs = CounterMetricFamily("arena_task_runs", "How often the task began.", labels=["task"])
        failures = CounterMetricFamily("arena_task_failures", "How often the task failed.", labels=["task"])
        for state in watching.states(self.at):
            stopped.add_metric([state.task], state.is_stopped)
            if state.pulse and state.pulse.finished_at:
                age.add_metric([state.task], (self.at - state.pulse.finished_at).total_seconds())
            runs.add_metric([state.task], state.pulse.runs if state.pulse else 0)
            failures.add_metric([state.task], state.pulse.failures if state.pulse else 0)
        yield from (age, stopped, runs, failures)


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """In Prometheus' text format, for whoever has the token; for others there is no such page."""
    given = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        raise Http404
    registry = CollectorRegistry()
    registry.register(Arena(timezone.now()))
    return HttpResponse(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")
