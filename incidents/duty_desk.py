"""Trực ban Công an writes down what was told by phone, or what the police found themselves; the school completes it (domain/practice.md 2.2, 2.7)."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from coordination import audit, clocks, duties, notices, policy
from coordination.models import Appointment, Organisation, SpokenCounter
from coordination.models.notices import NoticeKind
from coordination.workflow import Stale, move
from incidents import actions, referral_actions, rules
from incidents.conflict import take_over
from incidents.models import Incident, Origin, PhoneCall, Referral
from incidents.models.cases import Called
from incidents.models.referrals import Ground
from incidents.workflow import IncidentStatus

LOOK_BACK = timedelta(hours=24)
MOST_SHOWN = 20
GROUND = {Origin.CALL: Ground.CALL, Origin.POLICE: Ground.POLICE}
TOLD = {Origin.CALL: NoticeKind.INCIDENT_CALLED_IN, Origin.POLICE: NoticeKind.INCIDENT_FROM_POLICE}


def schools_of(by: Appointment) -> Any:
    """The schools that stand in the ward of the desk today."""
    return Organisation.objects.on(clocks.today()).filter(unit_id=by.organisation.unit_id, school__isnull=False).order_by("name")


def recent_cases(by: Appointment, school: Organisation | None = None) -> list[Referral]:
    """Open cases of the last day that lie with this desk, of one school or of all: what is told on the phone may be among them."""
    rows = Referral.objects.visible_to(by).at(by.body_id).still_open().filter(incident__status=IncidentStatus.SUBMITTED, sent_at__gte=clocks.now() - LOOK_BACK)
    if school:
        rows = rows.filter(incident__school=school)
    return list(rows.select_related("incident__kind", "incident__school").defer("incident__summary", "incident__place_detail").order_by("-sent_at", "-pk")[:MOST_SHOWN])


@transaction.atomic
def take_call(
    key: uuid.UUID, *, by: Appointment, school: Organisation, origin: str, answers: dict[str, Any], caller: str = "", called_at: datetime | None = None, said_when: str = "", conflict: bool = False
) -> Incident:
    """A case of the school, sent on its behalf and at once in the hands of this desk; the school's head is told and owes the full report.

    With `conflict` it concerns the school's leadership: nobody of the school is told, the desk of the managing body owes the school's part (practice.md 2.3).
    The same form sent twice files once; with other answers it raises Stale.
    """
    if not policy.can(by, "incident.take_call") or not schools_of(by).filter(pk=school.pk).exists():
        raise PermissionDenied("incident.take_call")
    said = actions.hash_of(answers, "|".join((said_when or answers["occurred_at"].isoformat(), school.code, origin, caller, str(called_at or ""))), conflict=conflict)
    case, is_new = actions.row_behind(key, by, school.pk)
    if not is_new:
        if case.content_hash == said:
            return case
        raise Stale("the form was sent with other answers")
    if conflict:
        take_over(case, by=by, happened=answers["occurred_at"])
    referral = Referral.objects.visible_to(by).create(incident=case, to_org=by.organisation, ground=GROUND[origin], caller=caller, sent_at=clocks.now(), kept_out=case.kept_out)
    incident = opened(case, by=by, origin=origin, answers=answers, said=said)
    if conflict:
        audit.record("keep_out", incident, by=by, people=len(incident.kept_out))
    audit.record("refer", referral, by=by, incident=incident.pk, to=by.body_id, ground=referral.ground)
    if called_at:
        call = PhoneCall.objects.visible_to(by).create(incident=incident, by=by, at=clocks.now(), called=Called.DUTY_DESK, called_at=called_at)
        audit.record("log_call", call, by=by, incident=incident.pk, called=call.called)
    clock = rules.clock_for("police_acknowledge", incident.severity, incident.kind)
    duties.open("acknowledge", referral, owed_by=referral_actions.police_desk(referral), clock=clock, parties=incident.parties)
    referral_actions.receive(referral, by=by)
    actions.start_clocks(incident)
    notices.tell(actions.school_post(incident), TOLD[origin], incident)
    return incident


def opened(case: Incident, *, by: Appointment, origin: str, answers: dict[str, Any], said: str) -> Incident:
    """The case as it stands once it is sent: with its number, its origin, and everybody who may see it."""
    now = clocks.now()
    book = Organisation.objects.committee_of(case.commune_id, clocks.today()) or case.jurisdiction
    return move(
        case,
        "take_call",
        by=by,
        **answers,
        origin=origin,
        content_hash=said,
        restricted=answers["kind"].restricted,
        filed_at=now,
        stand_in=case.stand_in,
        kept_out=case.kept_out,
        spoken_code=SpokenCounter.next_code(book, clocks.local(now).year, apart=case.department if case.stand_in_id else None),
        parties=sorted({*actions.parties_of(case, answers["severity"]), by.body_id}),
    )
