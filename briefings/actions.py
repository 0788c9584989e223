"""The acts of a briefing: plan, amend, refresh, hold, attend, conclude, withdraw, close; and of a conclusion: carry out, confirm."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from briefings import agenda
from briefings.models import AgendaItem, Attendance, Briefing, BriefingKind, Conclusion
from briefings.workflow import BriefingStatus
from coordination import audit, clocks, duties, notices, policy
from coordination.models import SYSTEM, Appointment, Organisation, Post
from coordination.models.duties import DutyStatus
from coordination.models.notices import NoticeKind
from coordination.models.organisations import OrganisationKind
from coordination.periods import period_at
from coordination.scope import beyond_the_reader
from coordination.workflow import Stale, move
from incidents.models import Referral

KINDS = {OrganisationKind.COMMUNE_POLICE: BriefingKind.WORKING, OrganisationKind.COMMUNE_PC: BriefingKind.COMMITTEE}


def host_of(actor: Appointment) -> Organisation:
    """The body that hosts what this actor plans: a Phòng VH-XH plans for its UBND."""
    return Organisation.objects.select_related("unit").get(pk=actor.body_id)


def parties_of(host: Organisation, day: date) -> list[int]:
    """Who meets: the host, the commune's police and UBND, and every school standing in the commune that day."""
    offices = (Organisation.objects.police_of(host.unit_id, day), Organisation.objects.committee_of(host.unit_id, day))
    schools = Organisation.objects.on(day).filter(kind=OrganisationKind.SCHOOL, unit_id=host.unit_id).values_list("pk", flat=True)
    return sorted({host.pk, *schools} | {office.pk for office in offices if office})


def number_in(host: Organisation, school_year: int) -> int:
    """The next number of the host's school year; the host's row is held, so two plans never share one."""
    Organisation.objects.select_for_update(no_key=True).get(pk=host.pk)
    last = Briefing.objects.unscoped("numbers count every briefing of the host").filter(host=host, school_year=school_year).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def school_year_of(day: date) -> int:
    """The year in which the school year of a day began (ground.md 19)."""
    return period_at("school_year", day).year


@transaction.atomic
def plan(*, by: Appointment, answers: dict[str, Any]) -> Briefing:
    """The host names day, place, chair and secretary; agenda and running figures are laid out at once."""
    host = host_of(by)
    day = clocks.local(answers["meets_at"]).date()
    school_year = school_year_of(day)
    briefing = Briefing(
        host=host,
        commune=host.unit,
        kind=KINDS[host.kind],
        school_year=school_year,
        number=number_in(host, school_year),
        parties=parties_of(host, day),
        figured_at=clocks.now(),
        **answers,
    )
    briefing.figures = agenda.count(briefing)
    briefing.save()
    agenda.lay_out(briefing, by=by)
    audit.record("plan", briefing, by=by, number=briefing.number, parties=len(briefing.parties))
    return briefing


def held_by_host(briefing: Briefing, act: str, by: Appointment, status: str) -> Briefing:
    """The briefing locked in this state, for an act that changes no status. Raises Stale or PermissionDenied."""
    locked = Briefing.objects.visible_to(by).select_for_update(of=("self",)).get(pk=briefing.pk)
    if not policy.can(by, f"briefing.{act}", locked):
        raise PermissionDenied(act)
    if locked.status != status:
        raise Stale(f"{act}: already {locked.status}")
    return locked


@transaction.atomic
def amend(briefing: Briefing, *, by: Appointment, answers: dict[str, Any]) -> Briefing:
    """Another day, hour, place, chair or secretary, while nobody has met; a day in another school year takes its next number."""
    locked = held_by_host(briefing, "open", by, BriefingStatus.PLANNED)
    for name, value in answers.items():
        setattr(locked, name, value)
    day = clocks.local(locked.meets_at).date()
    locked.parties = parties_of(locked.host, day)
    if locked.school_year != school_year_of(day):
        locked.school_year = school_year_of(day)
        locked.number = number_in(locked.host, locked.school_year)
    locked.save()
    audit.record("amend", locked, by=by)
    return refresh(locked, by=by)


@transaction.atomic
def refresh(briefing: Briefing, *, by: Appointment) -> Briefing:
    """Agenda and running figures anew, as long as the briefing is only planned. Allowed to whoever may open it."""
    locked = held_by_host(briefing, "open", by, BriefingStatus.PLANNED)
    locked.figures, locked.figured_at = agenda.count(locked), clocks.now()
    locked.save(update_fields=["figures", "figured_at"])
    agenda.lay_out(locked, by=by)
    audit.record("refresh", locked, by=by)
    return locked


@transaction.atomic
def hold(briefing: Briefing, *, by: Appointment) -> Briefing:
    """Open the meeting: figures and agenda are counted once more and then stand still, under the trail's newest root."""
    now = clocks.now()
    with beyond_the_reader("the newest root of the trail is printed in minutes"):
        root = audit.latest_root()
    briefing = move(briefing, "open", by=by, held_at=now, figures=agenda.count(briefing), figured_at=now, root=root)
    agenda.lay_out(briefing, by=by)
    return briefing


@transaction.atomic
def attend(briefing: Briefing, *, by: Appointment, came: dict[int, tuple[bool, str]]) -> None:
    """Who is in the room, by body; saying it again replaces what was said."""
    locked = held_by_host(briefing, "conclude", by, BriefingStatus.HELD)
    Attendance.objects.visible_to(by).filter(briefing=locked).delete()
    rows = [Attendance(briefing=locked, body_id=body, present=present, reason="" if present else reason) for body, (present, reason) in came.items()]
    Attendance.objects.visible_to(by).bulk_create(rows)
    audit.record("attend", locked, by=by, present=sum(row.present for row in rows), absent=sum(not row.present for row in rows))


@transaction.atomic
def conclude(briefing: Briefing, *, by: Appointment, text: str, owner_post: Post, due_on: date, item: AgendaItem | None = None) -> Conclusion:
    """One numbered conclusion with owner and day; with a line of the agenda it returns to that case."""
    locked = held_by_host(briefing, "conclude", by, BriefingStatus.HELD)
    about = item.about_id if item and item.about_model == Referral._meta.label_lower else None
    conclusion = Conclusion.objects.visible_to(by).create(
        briefing=locked,
        number=conclusions_of(locked, by).count() + 1,
        text=text,
        owner_post=owner_post,
        due_on=due_on,
        referral_id=about,
        named_to=item.named_to if item and about else [],
        agreed_at=clocks.now(),
    )
    audit.record("conclude", conclusion, by=by, briefing=locked.pk, owner=owner_post.pk, due_on=due_on.isoformat())
    return conclusion


def conclusions_of(briefing: Briefing, actor: Any) -> Any:
    """The conclusions of a briefing in their order."""
    return Conclusion.objects.visible_to(actor).filter(briefing=briefing).order_by("number")


@transaction.atomic
def withdraw(briefing: Briefing, *, by: Appointment, number: int) -> None:
    """Take back a conclusion written wrongly, before the meeting ends; those after it move up. Raises Stale when it is gone."""
    locked = held_by_host(briefing, "conclude", by, BriefingStatus.HELD)
    conclusion = conclusions_of(locked, by).filter(number=number).first()
    if conclusion is None:
        raise Stale("withdraw: already gone")
    audit.record("withdraw", conclusion, by=by, briefing=locked.pk, number=number)
    conclusion.delete()
    for later in conclusions_of(locked, by).filter(number__gt=number):
        later.number -= 1
        later.save(update_fields=["number"])


@transaction.atomic
def close(briefing: Briefing, *, by: Appointment) -> Briefing:
    """End the meeting: each conclusion becomes a duty of its owner until 17:00 of its day, and the owner is told."""
    briefing = move(briefing, "close", by=by, closed_at=clocks.now())
    for conclusion in conclusions_of(briefing, by).select_related("briefing", "owner_post__organisation__unit"):
        owner = conclusion.owner_post
        duties.open("conclusion", conclusion, owed_by=owner, due_at=clocks.at(conclusion.due_on, clocks.CLOSING), parties=[briefing.host_id])
        notices.tell(owner, NoticeKind.CONCLUSION_OWED, conclusion)
    return briefing


@transaction.atomic
def carry_out(conclusion: Conclusion, *, by: Appointment, note: str) -> Conclusion:
    """The owner says what was done: its duty ends and the secretary is told. Not before the meeting has ended."""
    if Briefing.objects.visible_to(by).get(pk=conclusion.briefing_id).status != BriefingStatus.CLOSED:
        raise Stale("carry_out: the meeting has not ended")
    conclusion = move(conclusion, "carry_out", by=by, carried_out_at=clocks.now(), carried_out_note=note)
    duties.discharge("conclusion", conclusion)
    notices.tell(conclusion.briefing.secretary_post, NoticeKind.CONCLUSION_DONE, conclusion)
    return conclusion


@transaction.atomic
def confirm(conclusion: Conclusion, *, by: Appointment) -> Conclusion:
    """The host agrees that it is done; the owner's duty is confirmed with it."""
    conclusion = move(conclusion, "confirm", by=by, confirmed_at=clocks.now())
    with beyond_the_reader("the duty may be another post's"):
        for duty in duties.of(conclusion).filter(kind="conclusion", status=DutyStatus.DONE):
            move(duty, "confirm", by=SYSTEM)
    return conclusion
