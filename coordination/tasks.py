"""Where Celery finds the ground's tasks."""

from celery import shared_task

from coordination import jobs, papers
from coordination.models import SYSTEM
from coordination.notices import mail_notice
from coordination.scope import set_reader

__all__ = ["mail_notice", "render_paper"]


@shared_task(name="render_paper")
def render_paper(job_id: int) -> None:
    """Print one ordered paper; a failure parks the job or lets it come again."""
    with jobs.lease(job_id) as job:
        if job is None:
            return
        set_reader(SYSTEM)
        papers.print_ordered(job.target)
