"""How a case ends without being closed: withdrawn as a mistake, or merged into the one it repeats; and how its circle is narrowed later."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from coordination import audit, clocks, duties, notices, openwork, policy
from coordination.models import SYSTEM, Appointment, Duty, Notice, Post
from coordination.models.duties import DutyStatus
from coordination.models.notices import NoticeKind
from coordination.scope import beyond_the_reader
from coordination.workflow import Stale, move
from incidents import actions
from incidents.conflict import FIELDS, desk_of, give_back, spread, take_over
from incidents.models import Incident, Referral
from incidents.workflow import IncidentStatus, ReferralStatus

OF_A_CASE = ("full_report", "look", "close")
OF_A_REFERRAL = ("acknowledge", "answer", "reply", "acknowledge_result", "rule")
NOT_YET_TAKEN = (ReferralStatus.SENT, ReferralStatus.SEEN)


def may_still_withdraw(incident: Incident) -> bool:
    """Until the police have received it; from then on it is they who say "Không có dấu hiệu vi phạm"."""
    return not actions.referrals_of(incident).exclude(status__in=NOT_YET_TAKEN).exists()


@transaction.atomic
def withdraw(incident: Incident, *, by: Appointment, reason: str) -> Incident:
    """Rút (báo nhầm): every clock of the case stops, the other side is told, the page stays. Raises Stale when the police were first.

    The case is locked before its referrals are: whoever receives one at the same moment either is found here, or finds it recalled.
    """
    locked = Incident.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
    open_ones = hold_open(locked)
    if locked.status != IncidentStatus.SUBMITTED or not may_still_withdraw(locked):
        raise Stale("not open, or already with the police")
    told = actions.told_about(locked)
    done = move(locked, "withdraw", by=by, ended_at=clocks.now(), ended_reason=reason)
    stop(done, open_ones, by=by)
    ring(told, NoticeKind.INCIDENT_WITHDRAWN, done, by=by)
    return done


def hold_open(incident: Incident) -> list[Referral]:
    """The open referrals of a case already locked. Whoever works on one of them now is waited for; then they are read again, because he may have passed it on."""
    held = actions.referrals_of(incident).still_open()
    list(held.select_for_update(of=("self",), no_key=True))
    return list(held.all())


def stop(incident: Incident, open_ones: Iterable[Referral], *, by: Appointment) -> None:
    """Nobody owes anything about the case any more."""
    for referral in open_ones:
        move(referral, "recall", by=by)
        for kind in OF_A_REFERRAL:
            duties.discharge(kind, referral, act="waive")
    for kind in OF_A_CASE:
        duties.discharge(kind, incident, act="waive")


def ring(posts: Iterable[Post], kind: str, incident: Incident, *, by: Appointment) -> None:
    """Tell posts that were on the other side before the case ended."""
    for post in posts:
        if post.organisation.body_id != by.body_id:
            notices.tell(post, kind, incident)


# Merging


def candidates(incident: Incident, by: Appointment) -> Any:
    """Cases into which this one may go: open ones of the same school, as grave at least, sealed as tightly, known to the same people.

    So nothing is told to anybody who did not know it, and no severity falls on the way.
    """
    rows = Incident.objects.visible_to(by).filter(school_id=incident.school_id, status=IncidentStatus.SUBMITTED, severity__gte=incident.severity, kept_out=incident.kept_out)
    rows = rows.filter(stand_in__isnull=incident.stand_in_id is None).exclude(pk=incident.pk)
    if incident.restricted:
        rows = rows.filter(restricted=True)
    return rows.select_related("kind").defer("summary", "place_detail", "ended_reason").order_by("-filed_at", "-pk")


@transaction.atomic
def merge(incident: Incident, *, by: Appointment, into: Incident) -> Incident:
    """Nhập vào vụ khác: the surviving case is told where the other was; its people, calls and words stay with it and stay readable.

    Both rows are locked in the order of their keys, so of A into B and B into A at the same moment one is done and the other raises Stale.
    """
    rows = {row.pk: row for row in Incident.objects.visible_to(by).filter(pk__in=(incident.pk, into.pk)).select_for_update(of=("self",), no_key=True).order_by("pk")}
    if len(rows) != 2 or any(row.status != IncidentStatus.SUBMITTED for row in rows.values()):
        raise Stale("one of the two is no longer open")
    duplicate, survivor = rows[incident.pk], rows[into.pk]
    if not policy.can(by, "incident.merge", survivor):
        raise PermissionDenied("incident.merge")
    if not candidates(duplicate, by).filter(pk=survivor.pk).exists():
        raise Stale("it may not go into that case")
    open_ones, told = hold_open(duplicate), actions.told_about(duplicate)
    done = move(duplicate, "merge", by=by, ended_at=clocks.now(), merged_into=survivor)
    stop(done, open_ones, by=by)
    Incident.objects.visible_to(by).filter(merged_into=done).update(merged_into=survivor)
    pass_on(open_ones, survivor, by=by)
    ring(told, NoticeKind.INCIDENT_MERGED, done, by=by)
    return done


def pass_on(open_ones: Iterable[Referral], survivor: Incident, *, by: Appointment) -> None:
    """Police who had the other case have the surviving one, or get it now."""
    known = set(actions.referrals_of(survivor).values_list("to_org_id", flat=True))
    for referral in open_ones:
        if referral.to_org_id not in known:
            actions.refer(survivor, by=by, ground=referral.ground, reason=referral.reason, to=referral.to_org)


def merged_here(incident: Incident, actor: Any) -> list[Incident]:
    """The cases that went into this one, as far as the reader sees them."""
    return list(Incident.objects.visible_to(actor).filter(merged_into=incident).only("code", "spoken_code", "ended_at").order_by("ended_at"))


# A conflict found later


@transaction.atomic
def keep_out(incident: Incident, *, by: Appointment) -> Incident:
    """It turns out that the school's leadership is concerned: from now on they see nothing, whoever says so stands in, the desk of the managing body owes the school's part.

    What was merged into the case tells of the same event and goes along.
    """
    rows = Incident.objects.visible_to(by).filter(Q(pk=incident.pk) | Q(merged_into=incident.pk)).select_for_update(of=("self",), no_key=True).order_by("pk")
    cases = {row.pk: row for row in rows}
    locked = cases.get(incident.pk)
    if locked is None:
        raise Stale("somebody else kept it apart")
    if not policy.can(by, "incident.keep_out", locked):
        raise PermissionDenied("incident.keep_out")
    if locked.stand_in_id or not locked.is_live:
        raise Stale("already kept apart, or not open")
    for case in cases.values():
        keep_apart(case, by=by)
    actions.tell_others(locked, NoticeKind.INCIDENT_AMENDED, by=by)
    return locked


def keep_apart(incident: Incident, *, by: Appointment) -> None:
    """One case already locked. Police who work on it now are waited for, so that what they tell the school is taken away too."""
    hold_open(incident)
    take_over(incident, by=by, happened=incident.occurred_at)
    incident.save(update_fields=list(FIELDS))
    spread(incident)
    empty_boxes(incident)
    openwork.case_was_kept_apart(incident, desk_of(incident))
    audit.record("keep_out", incident, by=by, people=len(incident.kept_out))


def empty_boxes(incident: Incident) -> None:
    """Take the case out of the school's inbox and bell; what the school owed is owed by the desk of the managing body until the same hour."""
    about = [incident, *actions.referrals_of(incident)]
    desk = desk_of(incident)
    with beyond_the_reader("what lies in the school's boxes moves to the managing body"):
        for thing in about:
            for duty in duties.of(thing).filter(parties__contains=[incident.school_id]).select_for_update(of=("self",), no_key=True):
                hand_over(duty, thing, incident.school_id, desk)
        Notice.objects.unscoped("a case in conflict leaves the school's bell").filter(body_id=incident.school_id, link=incident.get_absolute_url()).delete()


def hand_over(duty: Duty, thing: Any, school_id: int, desk: Post) -> None:
    """One clock leaves the school: an open one of its own goes to the desk, and the school no longer sees any."""
    if duty.body_id == school_id and duty.status == DutyStatus.OPEN:
        duties.open(duty.kind, thing, owed_by=desk, due_at=duty.due_at, parties=duty.parties)
        duty = move(duty, "waive", by=SYSTEM, done_at=clocks.now())
    duty.parties = [body for body in duty.parties if body != school_id]
    duty.save(update_fields=["parties"])


# A head who was not told


@transaction.atomic
def tell_head(incident: Incident, *, by: Appointment) -> Incident:
    """Báo Hiệu trưởng: the deputy had chosen not to tell him of a restricted case; from now on it is the school's like any other (security.md 3.5).

    Never of a case of conflict. Raises Stale when it is none of those, or he was told before.
    """
    locked = Incident.objects.visible_to(by).select_for_update(of=("self",), no_key=True).filter(pk=incident.pk).first()
    if locked is None or not locked.untold:
        raise Stale("told before, or a conflict")
    if not policy.can(by, "incident.tell_head", locked):
        raise PermissionDenied("incident.tell_head")
    desk = desk_of(locked)
    give_back(locked)
    locked.parties = sorted({*locked.parties, locked.school_id})
    locked.save(update_fields=list(FIELDS))
    with beyond_the_reader("what the desk owed in the school's place is the school's again"):
        spread(locked)
        fill_boxes(locked, desk)
    audit.record("tell_head", locked, by=by)
    notices.tell(actions.school_post(locked), NoticeKind.HEAD_TOLD, locked)
    return locked


SCHOOLS_PART = ("full_report", "reply", "acknowledge_result", "close")


def fill_boxes(incident: Incident, desk: Post) -> None:
    """The clocks of the school's part go from the desk to the school's head, until the same hour; the school sees the others run."""
    for thing in (incident, *actions.referrals_of(incident)):
        for duty in duties.of(thing).filter(status=DutyStatus.OPEN).select_for_update(of=("self",), no_key=True):
            if duty.kind in SCHOOLS_PART and duty.post_id == desk.pk:
                duties.open(duty.kind, thing, owed_by=actions.school_post(incident), due_at=duty.due_at, parties=[*duty.parties, incident.school_id])
                move(duty, "waive", by=SYSTEM, done_at=clocks.now())
            else:
                duty.parties = sorted({*duty.parties, incident.school_id})
                duty.save(update_fields=["parties"])
