"""Work to do is a row in the caller's transaction; a relay rings for it, a lock proves that its worker lives, nothing is forgotten."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination import clocks
from coordination.models.jobs import Job
from coordination.models.people import Appointment

logger = logging.getLogger(__name__)
LOCKS = 4_021_978  # the first key of every job's lock; the second is the job
UNCLAIMED = timedelta(seconds=60)  # rung for and not claimed for so long: ring again
MOMENT = timedelta(seconds=2)  # between claiming a job and holding its lock
SOON = tuple(timedelta(seconds=seconds) for seconds in (15, 30, 45, 60))
# What waits for a server outside, of mail or against viruses, waits three days before somebody must look (security.md 6.3).
THREE_DAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, *[120] * 36))
MOST_ATTEMPTS = len(SOON) + 1
MOST_DEATHS = 15  # more attempts than failures: a killed worker is seldom its job's fault, but a job that kills its workers must end


class Permanent(Exception):
    """A failure that no repetition mends; the job is parked at once with its reason."""


def add(kind: str, target: int, *, key: str = "", by: Appointment | None = None) -> Job:
    """Write the work down, once per key, in the caller's transaction. Nobody talks to the broker here.

    `by`: who asked for it and must still hold his post when it is done (security.md 2.4 row 5).
    """
    return Job.objects.get_or_create(key=key or f"{kind}:{target}", defaults={"kind": kind, "target": target, "publish_after": timezone.now(), "asked_by": by})[0]


def drop(kind: str, target: int) -> None:
    """Newer work on the same thing makes this needless, also where it failed."""
    Job.objects.filter(kind=kind, target=target, done_at=None).update(done_at=timezone.now(), parked_at=None)


def held() -> list[int]:
    """Jobs whose worker lives: its transaction holds the lock. When the worker or its line to PostgreSQL dies, the lock is gone at once."""
    here = "(select oid from pg_database where datname = current_database())"
    with connection.cursor() as cursor:
        cursor.execute(f"select objid::bigint from pg_locks where locktype = 'advisory' and objsubid = 2 and classid = %s and database = {here}", [LOCKS])
        return [row[0] for row in cursor.fetchall()]


def waiting(now: Any) -> Any:
    """Jobs to ring for now: new ones, those to be tried again, unclaimed ones, and those whose worker is dead."""
    return Job.objects.filter(done_at=None, parked_at=None, publish_after__lte=now).exclude(pk__in=held())


def publish(send: Any, limit: int = 100) -> int:
    """The relay's step: ring once for each waiting job. The row is stamped only after the broker took it."""
    rung = 0
    with transaction.atomic():
        for job in waiting(timezone.now()).select_for_update(skip_locked=True).order_by("publish_after", "id")[:limit]:
            send(job.kind, job.pk)
            now = timezone.now()
            Job.objects.filter(pk=job.pk).update(published_at=now, publish_after=now + UNCLAIMED, claimed_at=None)
            rung += 1
    return rung


def claim(job_id: int, failures: int = MOST_ATTEMPTS) -> Job | None:
    """Count the attempt and say so, or None while another works on it, or when the work is done or parked."""
    with transaction.atomic():
        now = timezone.now()
        job = Job.objects.select_for_update().filter(Q(claimed_at=None) | Q(publish_after__lte=now), pk=job_id, done_at=None, parked_at=None).first()
        if job is None or job.pk in held():
            return None
        job.attempts += 1
        job.claimed_at, job.publish_after = now, now + MOMENT * job.attempts
        if job.attempts > failures + MOST_DEATHS:
            job.parked_at, job.fault = now, job.fault or "its workers died without a word"
        job.save(update_fields=["attempts", "claimed_at", "publish_after", "parked_at", "fault"])
        return None if job.parked_at else job


def lock(job: Job) -> Job | None:
    """Hold the job until this transaction ends, or None when another holds it or was quicker."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s, %s)", [LOCKS, job.pk])
        mine = cursor.fetchone()[0]
    return job if mine and Job.objects.filter(pk=job.pk, done_at=None).exists() else None


def refuse_when_over(job: Job) -> None:
    """Raise Permanent when whoever asked for the work no longer holds the post he asked in: his rights are those of now, not of the order."""
    if job.asked_by_id and not Appointment.objects.held_on(clocks.today()).filter(pk=job.asked_by_id).exists():
        raise Permanent(_("Người yêu cầu không còn giữ vị trí công tác khi văn bản được tạo."))


@contextmanager
def lease(job_id: int, pauses: Sequence[timedelta] = SOON) -> Iterator[Job | None]:
    """Work on a job as the only one. The lock, the effects and the word "done" are one transaction: a worker that dies leaves none of them.

    A failure is tried again after the next of `pauses`; after the last the job is parked with its cause. Whoever asked must hold his
    post when the work begins and still when it ends.
    """
    job = claim(job_id, len(pauses) + 1)
    if job is None or was_left(job, pauses):
        yield None
        return
    try:
        with transaction.atomic():
            mine = lock(job)
            yield mine
            if mine:
                refuse_when_over(job)
                Job.objects.filter(pk=job.pk).update(done_at=timezone.now(), claimed_at=None, fault="")
    except Exception as error:
        give_back(job, error, pauses)
        logger.warning("job %s (%s) failed: %s", job.pk, job.kind, type(error).__name__)


def was_left(job: Job, pauses: Sequence[timedelta]) -> bool:
    """Whether the job is parked before it begins, because its asker's post is over."""
    try:
        refuse_when_over(job)
    except Permanent as over:
        give_back(job, over, pauses)
        return True
    return False


def give_back(job: Job, error: Exception, pauses: Sequence[timedelta]) -> None:
    """After a failure: wait and try again, or park with the reason. The reason is a class and our own words, never data."""
    now = timezone.now()
    words = str(error)[:180] if isinstance(error, Permanent) else type(error).__name__
    parked = isinstance(error, Permanent) or job.attempts > len(pauses)
    pause = timedelta(0) if parked else pauses[job.attempts - 1]
    Job.objects.filter(pk=job.pk).update(claimed_at=None, fault=words, publish_after=now + pause, parked_at=now if parked else None)


def retry(job: Job, *, by: Appointment | None = None) -> None:
    """A person asks again after a parked job: it starts anew, by the rights of whoever asks now."""
    Job.objects.filter(pk=job.pk).update(asked_by=by, parked_at=None, attempts=0, claimed_at=None, fault="", publish_after=timezone.now())
