"""The acts of a return: open a period, ask, remind, submit."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from coordination import audit, clocks, duties, notices, periods, policy
from coordination.calendars import calendar_for
from coordination.models import SYSTEM, Appointment, Organisation, Post, School
from coordination.models.notices import NoticeKind
from coordination.models.organisations import OrganisationKind
from coordination.periods import Period
from coordination.scope import beyond_the_reader
from coordination.workflow import Refused, Stale, move
from reports import figures
from reports.models import QUARTER, Audience, Report, Return
from reports.workflow import ReturnStatus

BATCH = 1000
TICKS = ("asked_class_teachers", "asked_gate", "asked_hotline")
# When the portal itself reminds a school: the day before the due hour, the day after, and the third day after. Then a person asks.
REMINDERS = (timedelta(days=-1), timedelta(days=1), timedelta(days=3))
LAST_REMINDER = REMINDERS[-1] + timedelta(days=1)


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
    remind_by_the_clock()


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
def submit(item: Return, *, by: Appointment, nil: bool, ticks: dict[str, bool], seen: str, words: str = "", after_issue: bool = False) -> Return:
    """The head of the school confirms the counts, or signs that nothing happened after asking three places (ground.md 34).

    The counts are taken now and frozen; `seen` is the hash of what stood on the page. When the receiving body has issued its
    report, `after_issue` says that the school knows. Raises Refused in words, Stale when it was handed in before. The
    receiving body is told and the duty ends.
    """
    if item.status != ReturnStatus.OPEN:
        raise Stale("already submitted")
    refuse_a_closed_period(item, after_issue=after_issue)
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


def closed_by(item: Return) -> Report | None:
    """The report with which the receiving body has issued the period, if it has."""
    with beyond_the_reader("the school learns that its period has been issued, and under which number"):
        issued = Report.objects.unscoped("a return asks whether its period was issued").in_the_book()
        return issued.filter(issuer_id=item.managing_body_id, audience=Audience.EDUCATION, scheme=item.scheme, period_key=item.period_key).order_by("issued_at").first()


def refuse_a_closed_period(item: Return, *, after_issue: bool) -> None:
    """What was issued does not change: a school that comes later says that it knows (reporting.md 8, "báo cáo bổ sung")."""
    issued = None if after_issue else closed_by(item)
    if issued:
        raise Refused(
            _("Kỳ này đã chốt: %(body)s đã ban hành Báo cáo số %(number)s. Vẫn nộp được: đánh dấu ô “Nộp bổ sung” rồi nộp lại; số liệu sẽ vào báo cáo bổ sung.")
            % {"body": item.managing_body.called, "number": issued.number_words}
        )


def desk_of(item: Return) -> Post:
    """Who receives it in daily work: the Phòng VH-XH, or the Sở."""
    return Post.head_of(Organisation.objects.desk_of(item.managing_body))


@transaction.atomic
def remind(item: Return, *, by: Appointment) -> Return:
    """The receiving body asks again, once a day for each school; raises Stale for the second press."""
    locked = Return.objects.visible_to(by).select_for_update(of=("self",)).get(pk=item.pk)
    if locked.status != ReturnStatus.OPEN or not locked.is_over or locked.reminded_today:
        raise Stale("handed in, left out, not due yet, or reminded today")
    if not policy.can(by, "return.remind", locked):
        raise PermissionDenied("return.remind")
    tell_again(locked, by=by)
    return locked


@transaction.atomic
def remind_all(period: Period, *, by: Appointment) -> int:
    """Every school that has not handed in to the actor's body for the period, but once a day each; says how many were told."""
    missing = Return.objects.visible_to(by).of_period(period).filter(managing_body_id=by.body_id, status=ReturnStatus.OPEN).select_for_update(of=("self",)).order_by("pk")
    due = [item for item in missing if item.is_over and not item.reminded_today and policy.can(by, "return.remind", item)]
    for item in due:
        tell_again(item, by=by)
    return len(due)


@transaction.atomic
def remind_by_the_clock() -> int:
    """The loop's reminders: each of REMINDERS once; when the loop slept through two, only the later one is sent."""
    now = clocks.now()
    passed = Q(pk__in=[])
    for pause in REMINDERS:
        passed |= Q(due_at__lte=now - pause) & (Q(reminded_at=None) | Q(reminded_at__lt=F("due_at") + pause))
    waiting = Return.objects.unscoped("the clocks remind every school").filter(passed, status=ReturnStatus.OPEN, due_at__gt=now - LAST_REMINDER)
    due = list(waiting.select_related("school").select_for_update(of=("self",), skip_locked=True).order_by("pk")[:BATCH])
    for item in due:
        tell_again(item, by=SYSTEM)
    return len(due)


def tell_again(item: Return, *, by: Any) -> None:
    """The reminder itself: a notice to the head of the school, the hour on the row, a line in the trail."""
    item.reminded_at = clocks.now()
    item.save(update_fields=["reminded_at"])
    notices.tell(Post.head_of(item.school), NoticeKind.RETURN_REMINDED, item)
    audit.record("remind", item, by=by)


@transaction.atomic
def leave_out(item: Return, *, by: Appointment, reason: str) -> Return:
    """The receiving body lets a school off for one period, with a reason: it is not expected any more, and is told so."""
    done = move(item, "leave_out", by=by, left_out_reason=reason, left_out_at=clocks.now(), left_out_by=by)
    duties.discharge("return", done, act="waive")
    notices.tell(Post.head_of(done.school), NoticeKind.RETURN_LEFT_OUT, done)
    return done


@transaction.atomic
def take_back(item: Return, *, by: Appointment) -> Return:
    """The school is expected after all: the clocks ask it again."""
    done = move(item, "take_back", by=by, left_out_reason="", left_out_at=None, left_out_by=None, asked_at=None)
    notices.tell(Post.head_of(done.school), NoticeKind.RETURN_EXPECTED_AGAIN, done)
    return done
