"""The worker's part: count, freeze, print, store. Harmless when delivered twice (ground.md 21)."""

from datetime import datetime
from typing import Any

from celery import shared_task
from django.db import connection
from django.utils.translation import gettext as _

from coordination import clocks, jobs, policy
from coordination.models import SYSTEM, Appointment, Job
from coordination.pdf import PdfFailed, render_pdf
from coordination.scope import set_reader
from coordination.sealed import masking
from reports import figures, files, papers, printing, signed, workbook
from reports.models import Report
from reports.workflow import ReportStatus


@shared_task(name="render_report")
def render_report(job_id: int) -> None:
    """Render one draft under SYSTEM, so that its figures are whole; a failure parks the job or lets it come again."""
    with jobs.lease(job_id) as job:
        if job is not None:
            report = report_of(job)
            if report.status == ReportStatus.ORDERED:
                render(report)


@shared_task(name="print_draft")
def print_draft(job_id: int) -> None:
    """Print a draft again with the words that people wrote, from the figures that were frozen with it."""
    with jobs.lease(job_id) as job:
        if job is not None:
            report = report_of(job)
            if report.status == ReportStatus.READY:
                printing.renew(report, pdf_hash=files.keep(paper_of(report, report.figures, report.snapshot_at)))


@shared_task(name="print_report")
def print_report(job_id: int) -> None:
    """Print one paper that has its number, from the figures that were frozen with its draft."""
    with jobs.lease(job_id) as job:
        if job is not None:
            report = report_of(job)
            if report.status == ReportStatus.NUMBERED:
                printing.keep_issued(report, pdf_hash=files.keep(paper_of(report, report.figures, report.snapshot_at)))


@shared_task(name=signed.SCAN)
def scan_signed_report(job_id: int) -> None:
    """Check one signed file; while no scanner answers, it comes again and nobody gets the file."""
    with jobs.lease(job_id, jobs.THREE_DAYS) as job:
        if job is not None:
            set_reader(SYSTEM)
            signed.scan(job.target)


def report_of(job: Job) -> Report:
    """The report of a job, with all that its letterhead names; refused when the policy no longer lets whoever asked read it."""
    set_reader(SYSTEM)
    report = Report.objects.unscoped("the worker renders for every unit").select_related("issuer__parent", "issuer__unit", "area__parent", "supplements").get(pk=job.target)
    if job.asked_by_id and not policy.can(Appointment.objects.with_post().get(pk=job.asked_by_id), "report.read", report):
        raise jobs.Permanent(_("Người yêu cầu không còn được xem báo cáo này."))
    return report


def render(report: Report) -> None:
    """The same figures for the same reader are printed once: a later order of them gets the same files."""
    taken_at = clocks.now()
    counted = figures.snapshot(report)
    digest = figures.hash_of(counted)
    wait_for_twins(digest)
    twin = twin_of(report, digest)
    if twin:
        printing.finish(report, counted=counted, taken_at=twin.snapshot_at, pdf_hash=twin.pdf_hash, sheet_hash=twin.sheet_hash)
        return
    content = paper_of(report, counted, taken_at)
    sheets = workbook.bytes_of(papers.fill(report, counted, taken_at))
    printing.finish(report, counted=counted, taken_at=taken_at, pdf_hash=files.keep(content), sheet_hash=files.keep(sheets, "xlsx"))


def paper_of(report: Report, counted: dict[str, Any], taken_at: datetime) -> bytes:
    """The paper as a PDF; a name in it, or what the printer says in words, parks the job."""
    paper = papers.fill(report, counted, taken_at)
    try:
        masking.refuse(paper, masking.secrets_of(report))
        return render_pdf("pdf/paper.html", paper.as_context())
    except (masking.Leak, PdfFailed) as failure:
        raise jobs.Permanent(str(failure)) from failure


def wait_for_twins(digest: str) -> None:
    """Two workers with the same figures: the second waits until the first has stored its file."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [digest])


def twin_of(report: Report, digest: str) -> Report | None:
    """A finished report of the same issuer, unit, reader, period and figures whose files are whole and bear nobody's words."""
    printed = Report.objects.unscoped("the worker renders for every unit").alike(report).filter(snapshot_hash=digest, words_version=0).exclude(status=ReportStatus.ORDERED)
    return next((twin for twin in printed.order_by("pk") if files.is_whole(twin.pdf_hash) and files.is_whole(twin.sheet_hash, "xlsx")), None)
