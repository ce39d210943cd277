"""An import: a job with a row a file, each notice in a transaction of its own, so that none can spoil the others."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count

from accounts.models import User
from interchange.eforms.document import NotReadable, gettext_noop
from interchange.eforms.reader import NotProcurement, read
from interchange.importing import import_notice
from interchange.models import IMPORT, ImportedFile, Outcome
from interchange.unpacking import Found
from records.models import Job

log = logging.getLogger(__name__)
PROGRESS_EVERY = 25  # files


def receive(
    found: Iterable[Found],
    *,
    source: str,
    at: datetime,
    by: User | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Job:
    """Imports every file and reports each. The job's summary counts the outcomes, as in {"new": 3, "failed": 1}.

    `clock` tells the time at the end; without one the job ends at `at`.
    """
    job = Job.objects.create(kind=IMPORT, by=by, started_at=at, summary={"source": source})
    counts: Counter[str] = Counter()
    for file in found:
        outcome = receive_one(job, file, source=source, at=at)
        counts[outcome] += 1
        if counts.total() % PROGRESS_EVERY == 0:
            write_progress(job, counts)
    job.finished_at = clock() if clock else at
    job.total = counts.total()
    write_progress(job, counts)
    return job


def receive_one(job: Job, file: Found, *, source: str, at: datetime) -> Outcome:
    """One file: notice and report in one transaction, or the report of its failure alone."""
    digest = hashlib.sha256(file.content).hexdigest() if file.content is not None else ""
    row = ImportedFile(job=job, name=file.name[:400], sha256=digest)
    try:
        if file.content is None:
            row.outcome = Outcome.SKIPPED if file.is_left_out else Outcome.FAILED
            row.reason, row.detail = file.problem, file.detail[:200]
        else:
            with transaction.atomic():
                imported = import_notice(read(file.content), source=source, at=at)
                row.outcome, row.version = imported.outcome, imported.version
                row.save()
                return imported.outcome
    except NotReadable as why:
        row.outcome = Outcome.SKIPPED if isinstance(why, NotProcurement) else Outcome.FAILED
        row.reason, row.detail = why.sentence, why.detail[:200]
    except (OperationalError, InterfaceError):
        raise  # the database is gone: nothing more can be read or reported
    except Exception as why:  # a fault of ours in one notice must not lose the others
        log.exception("The notice in %s could not be stored.", row.name)
        row.outcome, row.detail = Outcome.FAILED, type(why).__name__
        row.reason = gettext_noop("The notice could not be stored. The log says more.")
    row.version = None
    row.save()
    return Outcome(row.outcome)


def reported(job: Job) -> Counter[str]:
    """What the job's rows say, by outcome: after a worker was killed they are right, and the job's own numbers may lag."""
    rows = ImportedFile.objects.filter(job=job).order_by().values_list("outcome").annotate(Count("pk"))
    return Counter(dict(rows))


def write_progress(job: Job, counts: Counter[str]) -> None:
    """The counts, beside what else the summary holds; `total` and `finished_at` as the caller set them."""
    job.done, job.failed = counts.total(), counts[Outcome.FAILED]
    job.summary = {**job.summary, **{str(name): number for name, number in counts.items()}}
    job.save(update_fields=["done", "failed", "summary", "total", "finished_at"])
