"""The acts of the line: open a period, ask, remind, submit; order a report, finish it, try again."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from coordination import audit, clocks, duties, jobs, notices, periods, policy
from coordination.calendars import calendar_for
from coordination.models import SYSTEM, Appointment, Job, Organisation, Post, School
from coordination.models.notices import NoticeKind
from coordination.models.organisations import OrganisationKind
from coordination.periods import Period
from coordination.workflow import Stale, move
from reports import figures
from reports.models import QUARTER, Report, Return
from reports.workflow import ReportStatus, ReturnStatus

BATCH = 1000
TICKS = ("asked_class_teachers", "asked_gate", "asked_hotline")


class Refused(Exception):
    """What was answered does not fit what is known; the message says what to do. Answered 422."""


# Returns


@transaction.atomic
def open_period(scheme: str, key: str) -> int:
    """One expected row for every school in force, once; harmless when repeated. Says how many were made."""
    period = periods.period_by_key(scheme, key)
    missing = without_return(period)
    for start in range(0, len(missing), BATCH):
        Return.objects.unscoped("the clocks open a period for every school").bulk_create(new_returns(missing[start : start + BATCH], period), ignore_conflicts=True)
    return len(missing)


def without_return(period: Period) -> list[School]:
    """Schools in force in the period that have no row yet, in the order of the grid: commune, type, name."""
    there = Return.objects.unscoped("the clocks open a period for every school").of_period(period).filter(school=OuterRef("organisation_id"))
    in_force = Organisation.objects.on(min(clocks.today(), period.last)).filter(unit__isnull=False)
    schools = School.objects.filter(~Exists(there), organisation__in=in_force).select_related("organisation__unit")
    return list(schools.order_by("organisation__unit__full_name", "school_type", "organisation__name"))


def new_returns(schools: list[School], period: Period) -> list[Return]:
    """Rows that copy where each school stands and to whom it answers today."""
    places = {school.organisation.unit_id for school in schools}
    committees = dict(Organisation.objects.on(clocks.today()).filter(kind=OrganisationKind.COMMUNE_PC, unit__in=places).values_list("unit_id", "pk"))
    return [new_return(school, period, committees.get(school.organisation.unit_id)) for school in schools]


def new_return(school: School, period: Period, committee: int | None) -> Return:
    """One expected row. THPT answer to the Sở and are known to the commune as schools in its place (practice.md 2.8)."""
    unit = school.organisation.unit
    return Return(
        school=school.organisation,
        managing_body_id=school.managing_body_id,
        department_id=school.department_id,
        commune=unit,
        province_id=unit.province_id,
        parties=sorted({school.organisation_id, school.managing_body_id, school.department_id} | ({committee} if committee else set())),
        scheme=period.scheme,
        period_key=period.key,
        first=period.first,
        last=period.last,
        created_at=clocks.now(),
        due_at=periods.due_dates(period, calendar_for(unit.province_id))["school"],
    )


def keep_periods() -> None:
    """The loop's chore: the rows of the running quarter, and the duties that have come near."""
    running = periods.period_at(QUARTER, clocks.now())
    open_period(QUARTER, running.key)
    ask_for_returns()


@transaction.atomic
def ask_for_returns() -> int:
    """From the first day of the window's last month the head of each school owes the return: not months ahead."""
    this_month = clocks.today().replace(day=1)
    next_month = this_month.replace(year=this_month.year + this_month.month // 12, month=this_month.month % 12 + 1)
    waiting = Return.objects.unscoped("the clocks ask every school").filter(status=ReturnStatus.OPEN, asked_at=None, last__lt=next_month)
    asked = list(waiting.select_related("school__unit").select_for_update(of=("self",), skip_locked=True).order_by("pk")[:BATCH])
    for item in asked:
        duties.open("return", item, owed_by=Post.head_of(item.school), due_at=item.due_at, parties=[item.school_id, item.managing_body_id])
        item.asked_at = clocks.now()
    Return.objects.unscoped("the clocks ask every school").bulk_update(asked, ["asked_at"])
    return len(asked)


@transaction.atomic
def submit(item: Return, *, by: Appointment, nil: bool, ticks: dict[str, bool], seen: str, words: str = "") -> Return:
    """The head of the school confirms the counts, or signs that nothing happened after asking three places (ground.md 34).

    The counts are taken now and frozen; `seen` is the hash of what stood on the page. Raises Refused in words, Stale when
    it was handed in before. The receiving body is told and the duty ends.
    """
    if item.status != ReturnStatus.OPEN:
        raise Stale("already submitted")
    counted = figures.of_school(item.school, item.period)
    refuse_contradictions(item, counted["totals"]["cases"], nil=nil, ticks=ticks, same=seen == figures.hash_of(counted))
    done = move(item, "submit", by=by, figures=counted, nil=nil, words=words, submitted_at=clocks.now(), submitted_by=by, **(ticks if nil else {}))
    duties.discharge("return", done)
    notices.tell(desk_of(done), NoticeKind.RETURN_FILED, done)
    return done


def refuse_contradictions(item: Return, cases: int, *, nil: bool, ticks: dict[str, bool], same: bool) -> None:
    """What a return may not say."""
    if not item.is_over:
        raise Refused(_("Kỳ này chưa kết thúc. Nộp từ 00:00 ngày %(day)s.") % {"day": f"{clocks.local(item.opens_at):%d/%m/%Y}"})
    if nil and cases:
        raise Refused(_("Trong kỳ nhà trường đã báo %(count)d vụ việc, không thể nộp “Không phát sinh”. Xem số liệu bên dưới rồi xác nhận.") % {"count": cases})
    if not nil and not cases:
        raise Refused(_("Trong kỳ nhà trường chưa báo vụ việc nào. Nếu có vụ việc, gửi báo nhanh trước; nếu không, chọn “Trong kỳ không phát sinh vụ việc”."))
    if nil and not all(ticks.get(name) for name in TICKS):
        raise Refused(_("Cần hỏi đủ ba nơi trước khi nộp “Không phát sinh”: giáo viên chủ nhiệm, bảo vệ và trực cổng, đường dây nóng hoặc hộp thư."))
    if not same:
        raise Refused(_("Số liệu vừa thay đổi sau khi trang được mở. Xem lại số liệu mới bên dưới rồi nộp."))


def desk_of(item: Return) -> Post:
    """Who receives it in daily work: the Phòng VH-XH, or the Sở."""
    return Post.head_of(Organisation.objects.desk_of(item.managing_body))


@transaction.atomic
def remind(item: Return, *, by: Appointment) -> Return:
    """The receiving body asks again, once a day for each school; raises Stale for the second press."""
    locked = Return.objects.visible_to(by).select_for_update(of=("self",)).get(pk=item.pk)
    if locked.status != ReturnStatus.OPEN or not locked.is_over or locked.reminded_today:
        raise Stale("handed in, not due yet, or reminded today")
    if not policy.can(by, "return.remind", locked):
        raise PermissionDenied("return.remind")
    locked.reminded_at = clocks.now()
    locked.save(update_fields=["reminded_at"])
    notices.tell(Post.head_of(locked.school), NoticeKind.RETURN_REMINDED, locked)
    audit.record("remind", locked, by=by)
    return locked


# Reports


@transaction.atomic
def order(*, by: Appointment, audience: str, scheme: str, period_key: str) -> Report:
    """Ask for the paper of the actor's own body: a row and its job in one transaction. An order that still waits is the same order."""
    if not policy.can(by, "report.order"):
        raise PermissionDenied("report.order")
    issuer = Organisation.objects.select_related("unit").get(pk=by.body_id)
    period = periods.period_by_key(scheme, period_key)
    report, made = Report.objects.visible_to(by).get_or_create(
        issuer=issuer,
        area=issuer.unit,
        audience=audience,
        scheme=scheme,
        period_key=period_key,
        status=ReportStatus.ORDERED,
        defaults={"first": period.first, "last": period.last, "parties": [issuer.pk], "ordered_by": by, "ordered_at": clocks.now()},
    )
    if made:
        jobs.add("render_report", report.pk, key=report.job_key)
        audit.record("order", report, by=by, audience=audience, period=period_key)
    return report


def job_of(report: Report) -> Job:
    """The work behind a report already in scope."""
    return Job.objects.get(key=report.job_key)


@transaction.atomic
def finish(report: Report, *, counted: dict[str, Any], taken_at: Any, pdf_hash: str) -> Report:
    """The worker's last step: figures, hashes and file in one row; whoever ordered it is told."""
    done = move(report, "finish", by=SYSTEM, figures=counted, snapshot_hash=figures.hash_of(counted), snapshot_at=taken_at, units_reported=figures.units_reported(counted), pdf_hash=pdf_hash)
    notices.tell(done.ordered_by.post, NoticeKind.REPORT_READY, done)
    return done


@transaction.atomic
def retry(report: Report, *, by: Appointment) -> Report:
    """Ask again after a failure; raises Stale while the job still stands or when it is done."""
    job = Job.objects.select_for_update().get(key=report.job_key)
    if job.state != "parked":
        raise Stale("the job is not parked")
    report.failure_told_at = None
    report.save(update_fields=["failure_told_at"])
    jobs.retry(job)
    audit.record("retry", report, by=by)
    return report


@transaction.atomic
def tell_of_failures() -> int:
    """Whoever ordered a report whose job was parked is told once, whatever parked it."""
    parked = Job.objects.filter(kind="render_report", target=OuterRef("pk"), parked_at__isnull=False)
    failed = Report.objects.unscoped("the loop watches every report").filter(Exists(parked), status=ReportStatus.ORDERED, failure_told_at=None)
    found = list(failed.select_related("ordered_by__post__organisation").select_for_update(of=("self",), skip_locked=True)[:BATCH])
    for report in found:
        notices.tell(report.ordered_by.post, NoticeKind.REPORT_FAILED, report)
        report.failure_told_at = clocks.now()
        report.save(update_fields=["failure_told_at"])
    return len(found)
