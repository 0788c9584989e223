"""Requests of the people concerned, with the clocks of NĐ 356/2025/NĐ-CP Art. 5: a word within two working days, then ten to twenty days."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from coordination import audit, clocks, duties, notices
from coordination.calendars import calendar_for
from coordination.keeping import subject
from coordination.models import Appointment, DataRequest, Organisation, Role, School
from coordination.models.keeping import RefusalGround, RequestKind, RequestStatus
from coordination.models.notices import NoticeKind
from coordination.people.postings import dpo_of, guardian_of
from coordination.workflow import Refused, Stale, move

FIRST_WORD, CARRY_OUT, PREPARE = "answer_request", "carry_out_request", "prepare_request"
FIRST_WORD_CLOCK = "office:2d"


@dataclass(frozen=True)
class Times:
    """Days for one kind of request: by oneself, through a processor or third party, and the most by which it may be extended once."""

    own: int
    through: int
    extension: int


# NĐ 356/2025/NĐ-CP Art. 5. Protective measures have no longer time through a processor.
TIMES = {
    RequestKind.SEE: Times(10, 15, 10),
    RequestKind.DELETE: Times(20, 30, 20),
    RequestKind.WITHDRAW: Times(15, 20, 15),
    RequestKind.PROTECT: Times(15, 15, 15),
}
# Luật 91/2025/QH15 Art. 14, 19: data processed without consent under Art. 19 are not deleted on request.
NO_DELETION = frozenset({RefusalGround.LIFE, RefusalGround.CRIME, RefusalGround.STATE})


def days_for(request: DataRequest) -> int:
    """How many days the request may take from its receipt."""
    times = TIMES[RequestKind(request.kind)]
    return times.through if request.through_processor else times.own


def end_of_day(day: date) -> Any:
    """The last working hour of a day: a day of the law ends with the office."""
    return clocks.at(day, time(17))


@transaction.atomic
def record(*, by: Appointment, answers: dict[str, Any]) -> DataRequest:
    """A request is written down: by the data-protection officer, or by a principal for the person. Both clocks run from its receipt."""
    own = by.organisation if by.role == Role.PRINCIPAL else None
    school = own or answers["school"]
    body, department = bodies_of(school, by)
    apart = sorted(subject.kept_from(answers["case_code"], school) - {by.user_id})
    office = guardian_of(body, department, apart).organisation
    request = DataRequest(
        **answers | {"school": school}, asked_from=own, office_id=office.body_id, department=department, recorded_by=by, recorded_at=clocks.now(), kept_out=apart,
        parties=sorted({office.body_id, department.pk} | ({own.pk} if own else set())),
    )  # fmt: skip
    request.due_at = end_of_day(clocks.local(request.received_at).date() + timedelta(days=days_for(request)))
    request.save()
    officer = dpo_of(department)
    first = clocks.due(FIRST_WORD_CLOCK, request.received_at, calendar_for(department.unit_id))
    duties.open(FIRST_WORD, request, owed_by=officer, due_at=first, parties=request.parties)
    duties.open(CARRY_OUT, request, owed_by=officer, due_at=request.due_at, parties=request.parties)
    if own:
        notices.tell(officer, NoticeKind.REQUEST_RECEIVED, request)
    audit.record("ask", request, by=by, kind=request.kind)
    return request


def bodies_of(school: Organisation | None, by: Appointment) -> tuple[Organisation, Organisation]:
    """Who manages the school, and its Sở; without a school the Sở of the one who writes it down."""
    if school is None:
        return by.organisation, by.organisation
    row = School.objects.select_related("managing_body", "department").get(organisation=school)
    return row.managing_body, row.department


@transaction.atomic
def acknowledge(request: DataRequest, *, by: Appointment) -> DataRequest:
    """The person was answered within two working days; the office prepares what was asked."""
    acknowledged = move(request, "acknowledge", by=by, acknowledged_at=clocks.now())
    duties.discharge(FIRST_WORD, acknowledged)
    post = preparer_of(acknowledged)
    duties.open(PREPARE, acknowledged, owed_by=post, due_at=acknowledged.due_at, parties=acknowledged.parties)
    notices.tell(post, NoticeKind.REQUEST_RECEIVED, acknowledged)
    return acknowledged


def preparer_of(request: DataRequest) -> Any:
    """The child-protection post of the office."""
    return guardian_of(request.office, request.department, request.kept_out)


@transaction.atomic
def prepare(request: DataRequest, *, by: Appointment, prepared: str) -> DataRequest:
    """The office says what it found and did; the data-protection officer decides."""
    under_way = move(request, "prepare", by=by, prepared_by=by, prepared=prepared)
    duties.discharge(PREPARE, under_way)
    notices.tell(dpo_of(under_way.department), NoticeKind.REQUEST_PREPARED, under_way)
    return under_way


@transaction.atomic
def finish(request: DataRequest, *, by: Appointment, answer: str) -> DataRequest:
    """The second person agrees; the person was answered."""
    return end(move(request, "finish", by=by, answer=answer, ended_at=clocks.now()))


@transaction.atomic
def refuse(request: DataRequest, *, by: Appointment, ground: str, answer: str) -> DataRequest:
    """Not carried out, on one of the grounds of the law; only a request for deletion can fail on Art. 19."""
    if ground in NO_DELETION and request.kind != RequestKind.DELETE:
        raise Refused(_("Căn cứ này chỉ dùng cho yêu cầu xóa dữ liệu. Chọn căn cứ khác."))
    return end(move(request, "refuse", by=by, ground=ground, answer=answer, ended_at=clocks.now()))


def end(request: DataRequest) -> DataRequest:
    """Every clock of the request stops; the school that wrote it down is told."""
    for kind in (FIRST_WORD, PREPARE, CARRY_OUT):
        duties.discharge(kind, request)
    if request.asked_from_id:
        notices.tell(request.recorded_by.post, NoticeKind.REQUEST_ENDED, request)
    return request


@transaction.atomic
def extend(request: DataRequest, *, by: Appointment, days: int, reason: str) -> DataRequest:
    """Once, by at most as many days as the law gives the request (NĐ 356 Art. 5), with a reason that the person is told."""
    locked = DataRequest.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    if locked.extended_until or locked.status not in (RequestStatus.ACKNOWLEDGED, RequestStatus.UNDER_WAY):
        raise Stale("already extended, or over")
    most = TIMES[RequestKind(locked.kind)].extension
    if not 1 <= days <= most:
        raise Refused(_("Chỉ được gia hạn một lần, tối đa %(days)s ngày.") % {"days": most})
    locked.extended_until = locked.due_at + timedelta(days=days)
    locked.extension_reason = reason
    locked.save(update_fields=["extended_until", "extension_reason"])
    owed = [(CARRY_OUT, dpo_of(locked.department))] + ([(PREPARE, preparer_of(locked))] if locked.status == RequestStatus.ACKNOWLEDGED else [])
    for kind, post in owed:
        duties.discharge(kind, locked, act="waive")
        duties.open(kind, locked, owed_by=post, due_at=locked.extended_until, parties=locked.parties)
    audit.record("extend", locked, by=by, days=days)
    return locked
