"""The acts of a report: order it, finish the draft, write its words, issue it under a number, print the issued paper, keep the signed file."""

import json
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from coordination import audit, clocks, jobs, notices, periods, policy
from coordination.models import SYSTEM, Appointment, Job, Organisation, Unit
from coordination.models.notices import NoticeKind
from coordination.paper.documents import table_date
from coordination.workflow import Refused, Stale, move
from reports import areas, figures, files, papers, signed
from reports.models import Audience, Report
from reports.papers import letterhead
from reports.workflow import ReportStatus

BATCH = 1000


# The draft


@transaction.atomic
def order(*, by: Appointment, audience: str, scheme: str, period_key: str, area: Unit | None = None) -> Report:
    """Ask for the paper of the actor's own body: a row and its job in one transaction. An order that still waits is the same order."""
    if not policy.can(by, "report.order"):
        raise PermissionDenied("report.order")
    issuer = Organisation.objects.select_related("unit").get(pk=by.body_id)
    area = area or issuer.unit
    if (reason := why_not(issuer, audience, area)) is not None:
        raise Refused(reason)
    period = periods.period_by_key(scheme, period_key)
    key = {"issuer": issuer, "area": area, "audience": audience, "scheme": scheme, "period_key": period_key}
    report, made = Report.objects.visible_to(by).get_or_create(
        **key,
        status=ReportStatus.ORDERED,
        defaults={"first": period.first, "last": period.last, "parties": [issuer.pk], "supplements": issued_like(Report(**key), by), "ordered_by": by, "ordered_at": clocks.now()},
    )
    if made:
        jobs.add("render_report", report.pk, key=report.job_key, by=by)
        audit.record("order", report, by=by, audience=audience, period=period_key, area=area.pk)
    return report


def audiences_of(issuer: Organisation) -> list[Audience]:
    """Police bodies issue their own version alone; the education line issues both (practice.md 2.8)."""
    return [Audience.POLICE] if issuer.is_police else list(Audience)


def why_not(issuer: Organisation, audience: str, area: Unit) -> str | None:
    """Why this body may not print this version of this area; None when it may."""
    if audience not in audiences_of(issuer):
        return _("Đơn vị Công an chỉ lập bản gửi Công an.")
    if area not in areas.offered_to(issuer):
        return _("Địa bàn này ngoài phạm vi của đơn vị. Chọn một địa bàn trong danh sách.")
    if audience == Audience.EDUCATION and area != issuer.unit:
        return _("Bản gửi ngành Giáo dục lập cho toàn địa bàn của đơn vị. Chọn lại địa bàn, hoặc chọn bản gửi Công an.")
    return None


def issued_like(report: Report, by: Any) -> Report | None:
    """The latest issued paper about the same thing: what comes after it is a supplementary report (reporting.md 8)."""
    return Report.objects.visible_to(by).alike(report).in_the_book().first()


def is_at_work(report: Report) -> bool:
    """Whether its page watches a job: a draft whose words were never written waits for nothing, nor does an issued paper."""
    return report.status in (ReportStatus.ORDERED, ReportStatus.NUMBERED) or report.status == ReportStatus.READY and report.words_version > 0


def job_of(report: Report) -> Job:
    """The work behind a report already in scope."""
    return Job.objects.get(key=report.job_key)


@transaction.atomic
def finish(report: Report, *, counted: dict[str, Any], taken_at: Any, pdf_hash: str, sheet_hash: str) -> Report:
    """The worker's last step: figures, hashes and files in one row; whoever ordered it is told."""
    made = {"figures": counted, "snapshot_hash": figures.hash_of(counted), "snapshot_at": taken_at, "units_reported": figures.units_reported(counted)}
    done = move(report, "finish", by=SYSTEM, **made, pdf_hash=pdf_hash, sheet_hash=sheet_hash)
    notices.tell(done.ordered_by.post, NoticeKind.REPORT_READY, done)
    return done


# Its words


@transaction.atomic
def write(report: Report, *, by: Appointment, words: dict[str, str], seen: int) -> Report:
    """What no row can tell, by section; the worker prints the draft again from the same frozen figures.

    Raises Refused when somebody else wrote since the page was opened. The same words again change nothing.
    """
    locked = Report.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=report.pk)
    if locked.status != ReportStatus.READY:
        raise Stale(f"write: already {locked.status}")
    if not policy.can(by, "report.write", locked):
        raise PermissionDenied("report.write")
    if words == {key: locked.said.get(key, "") for key in words}:
        return locked
    if seen != locked.words_version:
        raise Refused(_("Có người vừa lưu phần lời của báo cáo này. Chép lại phần đã viết, mở lại trang rồi bổ sung."))
    locked.words, locked.words_version, locked.failure_told_at = json.dumps(words, ensure_ascii=False), seen + 1, None
    locked.save(update_fields=["words", "words_version", "failure_told_at"])
    jobs.drop("print_draft", locked.pk)
    jobs.add("print_draft", locked.pk, key=locked.job_key, by=by)
    audit.record("write", locked, by=by, sections=[key for key, text in words.items() if text])
    return locked


@transaction.atomic
def renew(report: Report, *, pdf_hash: str) -> None:
    """The worker's last step for a draft with new words. What was issued or written anew meanwhile has a job of its own."""
    drafts = Report.objects.unscoped("the worker renders for every unit").filter(pk=report.pk, status=ReportStatus.READY, words_version=report.words_version)
    if drafts.update(pdf_hash=pdf_hash):
        audit.record("renew", report, by=SYSTEM, pdf=pdf_hash)


def refuse_empty_sections(report: Report) -> None:
    """An issued paper has no place that still waits for words; asked of the locked row, which nobody can empty any more."""
    if (reason := why_not_issued(report)) is not None:
        raise Refused(reason)


def why_not_issued(report: Report) -> str | None:
    """Which sections nobody has written; None when all are."""
    lacking = papers.lacking(report)
    if not lacking:
        return None
    titles = "; ".join(section.title for section in lacking)
    return _("Còn %(count)d mục chưa có lời: %(titles)s. Soạn phần lời trước khi ban hành; mục không có gì thì ghi “Không.”") % {"count": len(lacking), "titles": titles}


# The issued paper


@transaction.atomic
def issue(report: Report, *, by: Appointment, number: int, symbol: str, issued_on: date, signing: str) -> Report:
    """The clerk gives number and date (practice.md 2.9); the worker prints the same frozen figures again without DỰ THẢO.

    Raises Refused in words, Stale when somebody was first.
    """
    if report.status != ReportStatus.READY:
        raise Stale(f"issue: already {report.status}")
    Organisation.objects.select_for_update(no_key=True).get(pk=report.issuer_id)  # one number of a body at a time
    if symbol not in letterhead.symbols_of(report.issuer) or signing not in letterhead.SIGNERS[report.issuer.kind]:
        raise Refused(_("Ký hiệu hoặc người ký không thuộc đơn vị. Chọn trong danh sách."))
    refuse_wrong_day(report, issued_on)
    refuse_second_original(report, by)
    refuse_taken_number(report, by, number, symbol, issued_on)
    done = move(report, "issue", by=by, number=number, symbol=symbol, issued_on=issued_on, signing=signing, issued_at=clocks.now(), issued_by=by)
    refuse_empty_sections(done)
    jobs.drop("print_draft", done.pk)
    jobs.add("print_report", done.pk, key=done.job_key, by=by)
    return done


def refuse_wrong_day(report: Report, issued_on: date) -> None:
    """A paper is not older than its figures, and nobody signs tomorrow."""
    if issued_on < clocks.local(report.snapshot_at).date():
        raise Refused(_("Ngày ban hành trước ngày chốt số liệu (%(day)s). Nhập lại ngày ban hành.") % {"day": table_date(clocks.local(report.snapshot_at).date())})
    if issued_on > clocks.today():
        raise Refused(_("Ngày ban hành chưa đến. Nhập hôm nay hoặc một ngày trước."))


def refuse_second_original(report: Report, by: Appointment) -> None:
    """After one paper of a period went out, only a report that says that it supplements it may follow."""
    latest = issued_like(report, by)
    if latest and latest.pk not in (report.pk, report.supplements_id):
        raise Refused(
            _("Kỳ này đã ban hành Báo cáo số %(number)s ngày %(day)s sau khi lập bản dự thảo này. Lập lại để có báo cáo bổ sung.")
            % {"number": latest.number_words, "day": table_date(latest.issued_on)}
        )


def refuse_taken_number(report: Report, by: Appointment, number: int, symbol: str, issued_on: date) -> None:
    """Number, symbol, body and year name one paper (NĐ 30/2020, Phụ lục VI); the words say which has it."""
    taken = Report.objects.visible_to(by).in_the_book().filter(issuer=report.issuer_id, number=number, symbol=symbol, issued_on__year=issued_on.year).exclude(pk=report.pk).first()
    if taken:
        raise Refused(
            _("Số %(number)s năm %(year)d đã cấp cho “%(paper)s”, ngày %(day)s. Xem lại sổ văn bản rồi nhập số khác.")
            % {"number": taken.number_words, "year": issued_on.year, "paper": taken.duty_words, "day": table_date(taken.issued_on)}
        )


@transaction.atomic
def keep_issued(report: Report, *, pdf_hash: str) -> Report:
    """The worker's last step for an issued paper; whoever gave the number is told."""
    done = move(report, "print", by=SYSTEM, issued_hash=pdf_hash)
    notices.tell(done.issued_by.post, NoticeKind.REPORT_ISSUED, done)
    return done


@transaction.atomic
def keep_signed(report: Report, *, by: Appointment, content: bytes) -> Report:
    """The file that came back from the body's own signing tool, once; it stands beside what the portal printed."""
    locked = Report.objects.visible_to(by).select_for_update(of=("self",)).get(pk=report.pk)
    if locked.status != ReportStatus.ISSUED or locked.signed_hash:
        raise Stale("not issued yet, or the signed file is there already")
    if not policy.can(by, "report.sign", locked):
        raise PermissionDenied("report.sign")
    locked.signed_hash, locked.signed_at = files.keep(content), clocks.now()
    locked.save(update_fields=["signed_hash", "signed_at"])
    signed.wait_for_check(locked)
    audit.record("sign", locked, by=by, pdf=locked.signed_hash)
    return locked


# When the printer fails


@transaction.atomic
def retry(report: Report, *, by: Appointment) -> Report:
    """Ask again after a failure; raises Stale while the job still stands or when it is done."""
    job = Job.objects.select_for_update().get(key=report.job_key)
    if job.state != "parked":
        raise Stale("the job is not parked")
    report.failure_told_at = None
    report.save(update_fields=["failure_told_at"])
    jobs.retry(job, by=by)
    audit.record("retry", report, by=by)
    return report


@transaction.atomic
def tell_of_failures() -> int:
    """Whoever asked last for a paper whose job was parked is told once, whatever parked it."""
    parked = Job.objects.filter(kind__in=("render_report", "print_draft", "print_report"), target=OuterRef("pk"), parked_at__isnull=False)
    failed = Report.objects.unscoped("the loop watches every report").filter(Exists(parked), failure_told_at=None).exclude(status=ReportStatus.ISSUED)
    found = list(failed.select_related("ordered_by__post__organisation", "issued_by__post__organisation").select_for_update(of=("self",), skip_locked=True)[:BATCH])
    for report in found:
        notices.tell((report.issued_by or report.ordered_by).post, NoticeKind.REPORT_FAILED, report)
        report.failure_told_at = clocks.now()
        report.save(update_fields=["failure_told_at"])
    return len(found)
