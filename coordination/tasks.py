"""Where Celery finds the ground's tasks."""

from celery import shared_task

from coordination import jobs
from coordination.keeping import disposal, subject
from coordination.models import SYSTEM
from coordination.notices import mail_notice
from coordination.paper import papers
from coordination.scope import set_reader

__all__ = ["dispose", "gather_subject", "mail_notice", "render_paper"]


@shared_task(name="render_paper")
def render_paper(job_id: int) -> None:
    """Print one ordered paper; a failure parks the job or lets it come again."""
    with jobs.lease(job_id) as job:
        if job is None:
            return
        set_reader(SYSTEM)
        papers.print_ordered(job.target)


@shared_task(name="dispose")
def dispose(job_id: int) -> None:
    """Destroy the next few things of an approved batch; what is left is the next job's."""
    with jobs.lease(job_id) as job:
        if job is None:
            return
        set_reader(SYSTEM)
        disposal.carry_on(job.target)


@shared_task(name="gather_subject")
def gather_subject(job_id: int) -> None:
    """Gather what is held of one person, after two people agreed."""
    with jobs.lease(job_id) as job:
        if job is None:
            return
        set_reader(SYSTEM)
        subject.gather(job.target)
