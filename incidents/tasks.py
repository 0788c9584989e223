"""Where Celery finds the tasks of the cases."""

from celery import shared_task

from coordination import jobs
from coordination.models import SYSTEM
from coordination.scope import set_reader
from incidents import attachments


@shared_task(name=attachments.SCAN)
def scan_attachment(job_id: int) -> None:
    """Check one file; while no scanner answers, it comes again and the file stays where nobody gets it."""
    with jobs.lease(job_id, jobs.THREE_DAYS) as job:
        if job is None:
            return
        set_reader(SYSTEM)
        attachments.scan(job.target)
