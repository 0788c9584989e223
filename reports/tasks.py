"""The worker's part: count, freeze, print, store. Harmless when delivered twice (ground.md 21)."""

from celery import shared_task
from django.db import connection

from coordination import clocks, jobs
from coordination.models import SYSTEM
from coordination.pdf import PdfFailed, render_pdf
from coordination.scope import set_reader
from reports import actions, figures, files, papers
from reports.models import Report
from reports.workflow import ReportStatus


@shared_task(name="render_report")
def render_report(job_id: int) -> None:
    """Render one report under SYSTEM, so that its figures are whole; a failure parks the job or lets it come again."""
    with jobs.lease(job_id) as job:
        if job is None:
            return
        set_reader(SYSTEM)
        report = Report.objects.unscoped("the worker renders for every unit").select_related("issuer__parent", "area__parent").get(pk=job.target)
        if report.status == ReportStatus.ORDERED:
            render(report)


def render(report: Report) -> None:
    """The same figures for the same reader are printed once: a later order of them gets the same file."""
    taken_at = clocks.now()
    counted = figures.snapshot(report)
    digest = figures.hash_of(counted)
    wait_for_twins(digest)
    twin = twin_of(report, digest)
    if twin:
        actions.finish(report, counted=counted, taken_at=twin.snapshot_at, pdf_hash=twin.pdf_hash)
        return
    try:
        content = render_pdf("pdf/paper.html", papers.fill(report, counted, taken_at).as_context())
    except PdfFailed as failure:
        raise jobs.Permanent(str(failure)) from failure
    actions.finish(report, counted=counted, taken_at=taken_at, pdf_hash=files.keep(content))


def wait_for_twins(digest: str) -> None:
    """Two workers with the same figures: the second waits until the first has stored its file."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [digest])


def twin_of(report: Report, digest: str) -> Report | None:
    """A finished report of the same issuer, unit, reader, period and figures whose file is whole."""
    ready = Report.objects.unscoped("the worker renders for every unit").filter(
        snapshot_hash=digest, issuer=report.issuer, area=report.area, audience=report.audience, scheme=report.scheme, period_key=report.period_key, status=ReportStatus.READY
    )
    return next((twin for twin in ready.order_by("pk") if files.is_whole(twin.pdf_hash)), None)
