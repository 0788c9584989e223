"""Work to do is a row in the caller's transaction; a relay publishes it, a lease protects it, a sweeper never forgets it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from coordination.models.jobs import Job

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=660)  # longer than the task limit of 600 s, shorter than the broker's 900 s
UNCLAIMED = timedelta(seconds=60)  # published and not claimed for so long: publish again
RETRY_AFTER = timedelta(seconds=15)
MOST_ATTEMPTS = 5


class Permanent(Exception):
    """A failure that no repetition mends; the job is parked at once with its reason."""


def add(kind: str, target: int, *, key: str = "") -> Job:
    """Write the work down, once per key, in the caller's transaction. Nobody talks to the broker here."""
    return Job.objects.get_or_create(key=key or f"{kind}:{target}", defaults={"kind": kind, "target": target, "publish_after": timezone.now()})[0]


def waiting(now: Any) -> Any:
    """Jobs that should be published now: new ones, unclaimed ones, and those whose lease ran out."""
    return Job.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), done_at=None, parked_at=None, publish_after__lte=now)


def publish(send: Any, limit: int = 100) -> int:
    """The relay's step: ring once for each waiting job. The row is stamped only after the broker took it."""
    rung = 0
    with transaction.atomic():
        for job in waiting(timezone.now()).select_for_update(skip_locked=True).order_by("publish_after", "id")[:limit]:
            send(job.kind, job.pk)
            now = timezone.now()
            Job.objects.filter(pk=job.pk).update(published_at=now, publish_after=now + UNCLAIMED)
            rung += 1
    return rung


def claim(job_id: int) -> Job | None:
    """Take the lease, or None while another holds it, or when the work is done or parked."""
    with transaction.atomic():
        now = timezone.now()
        job = Job.objects.select_for_update().filter(Q(lease_until=None) | Q(lease_until__lt=now), pk=job_id, done_at=None, parked_at=None).first()
        if job is None:
            return None
        job.attempts += 1
        job.lease_until = now + LEASE
        if job.attempts > MOST_ATTEMPTS:
            job.parked_at, job.fault = now, job.fault or "died without a word five times"
        job.save(update_fields=["attempts", "lease_until", "parked_at", "fault"])
        return None if job.parked_at else job


@contextmanager
def lease(job_id: int) -> Iterator[Job | None]:
    """Work under a lease: finished in the same transaction as its effects, retried on failure, parked with its cause."""
    job = claim(job_id)
    if job is None:
        yield None
        return
    try:
        with transaction.atomic():
            yield job
            Job.objects.filter(pk=job.pk).update(done_at=timezone.now(), lease_until=None, fault="")
    except Exception as error:
        give_back(job, error)
        logger.warning("job %s (%s) failed: %s", job.pk, job.kind, type(error).__name__)


def give_back(job: Job, error: Exception) -> None:
    """After a failure: wait and try again, or park with the reason. The reason is a class and our own words, never data."""
    now = timezone.now()
    words = str(error)[:180] if isinstance(error, Permanent) else type(error).__name__
    parked = isinstance(error, Permanent) or job.attempts >= MOST_ATTEMPTS
    Job.objects.filter(pk=job.pk).update(lease_until=None, fault=words, publish_after=now + RETRY_AFTER * job.attempts, parked_at=now if parked else None)


def retry(job: Job) -> None:
    """A person asks again after a parked job: it starts anew."""
    Job.objects.filter(pk=job.pk).update(parked_at=None, attempts=0, lease_until=None, fault="", publish_after=timezone.now())
