"""The vault: which purposes may be stated for opening a sealed identity, when a sentence is asked besides, what is open now, and closing it again (security.md 3.1)."""

import hashlib
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db import transaction

from coordination import audit, clocks, policy
from coordination.models import Appointment, Role
from incidents.models import AttachmentOpening, IdentityRequest, Incident, Informant, Opening, Person, Purpose
from incidents.models.grants import RequestStatus

LASTS = timedelta(minutes=15)
ONE_IN = 10
SHORTEST = 10

HEADS = frozenset({Role.COMMUNE_CHIEF, Role.PROVINCE_POLICE_HEAD, Role.CHILD_PROTECTION})
WORKING = HEADS | {Role.PRINCIPAL, Role.SCHOOL_OFFICER, Role.COMMUNE_OFFICER, Role.PROVINCE_POLICE, Role.COMMUNE_EDUCATION, Role.DOET_OFFICER}
# Who may state which purpose. Who looks over the work of others inspects and audits; a request of the person concerned is answered by the school or the focal point.
STATED_BY: dict[str, frozenset[str]] = {
    Purpose.CASE: WORKING,
    Purpose.CHILD: WORKING,
    Purpose.FAMILY: WORKING,
    Purpose.EMERGENCY: WORKING,
    Purpose.COURT: HEADS | {Role.PRINCIPAL},
    Purpose.SUBJECT: frozenset({Role.PRINCIPAL, Role.CHILD_PROTECTION}),
    Purpose.INSPECTION: HEADS,
    Purpose.AUDIT: HEADS,
}
OF_INFORMANTS = frozenset({Purpose.CASE, Purpose.CHILD, Purpose.COURT, Purpose.EMERGENCY})
# What an office may ask a grant for: nothing that waits a day, and nothing that is only its own everyday work.
OF_REQUESTS = (Purpose.CHILD, Purpose.FAMILY, Purpose.INSPECTION, Purpose.SUBJECT, Purpose.COURT)


def purposes_for(actor: Appointment, incident: Incident) -> list[tuple[str, Any]]:
    """The purposes this reader may choose from; who opens by a grant alone, the purpose that was granted."""
    granted = granted_purposes(actor, incident)
    codes = granted if granted is not None else [code for code, roles in STATED_BY.items() if actor.role in roles]
    return [(code, Purpose(code).label) for code in codes]


def informant_purposes(actor: Appointment) -> list[tuple[str, Any]]:
    """The purposes for which this reader may ask who told it."""
    return [(code, Purpose(code).label) for code, roles in STATED_BY.items() if code in OF_INFORMANTS and actor.role in roles]


def granted_purposes(actor: Appointment, incident: Incident) -> list[str] | None:
    """What was granted to a reader who may open names by a grant alone; None for everybody else."""
    standing = policy.TABLE.get((actor.role, "person.open"), frozenset()) & incident.relations_to(actor)
    return [request.purpose for request in grants_in_force(incident, actor)] if standing == {"granted"} else None


def grants_in_force(incident: Incident, actor: Appointment) -> list[Any]:
    """The reader's own grants for this case that still run."""
    asked = IdentityRequest.objects.visible_to(actor).filter(incident=incident, by=actor, status=RequestStatus.GRANTED, until__gt=clocks.now())
    return list(asked.order_by("until"))


def asks_sentence(actor: Appointment, incident: Incident, person: Person | None = None) -> bool:
    """Whether this opening is the one in ten that asks for a sentence: the same all day for the same reader and thing, so that trying again does not help."""
    said = "|".join(("vault", actor.user.username, incident.spoken_code, person.pseudonym if person else "", clocks.today().isoformat()))
    return hashlib.sha256(said.encode()).digest()[0] * ONE_IN < 256


def held_open(incident: Incident, by: Appointment) -> dict[int | None, datetime]:
    """The people this appointment holds open now, and until when; None among them means the restricted case itself."""
    return latest(openings_now(incident, by).filter(informant=None).values_list("person_id", "until"))


def informants_open(incident: Incident, by: Appointment) -> dict[int | None, datetime]:
    """The informants this appointment holds open now, and until when."""
    return latest(openings_now(incident, by).filter(informant__isnull=False).values_list("informant_id", "until"))


def openings_now(incident: Incident, by: Appointment) -> Any:
    """Every opening of this appointment that still runs."""
    return Opening.objects.visible_to(by).filter(incident=incident, by=by, until__gt=clocks.now()).order_by("until")


def latest(rows: Any) -> dict[int | None, datetime]:
    """The last end of each thing; rows come by their ends."""
    return dict(rows)


def seconds_until(until: datetime) -> int:
    """When a page that shows something open asks itself anew, so that no name stays on a screen."""
    return max(0, int((until - clocks.now()).total_seconds())) + 1


def minutes_until(until: datetime) -> int:
    """Whole minutes left, the running one counted."""
    return max(0, ceil((until - clocks.now()) / timedelta(minutes=1)))


@transaction.atomic
def close_all(incident: Incident, *, by: Appointment) -> int:
    """Đóng lại: everything this reader holds open of the case, before its time is over."""
    files = AttachmentOpening.objects.visible_to(by).filter(incident=incident, by=by, until__gt=clocks.now())
    closed = openings_now(incident, by).update(until=clocks.now()) + files.update(until=clocks.now())
    if closed:
        audit.record("close_openings", incident, by=by, openings=closed)
    return closed


@transaction.atomic
def open_informant(informant: Informant, *, by: Appointment, purpose: str) -> Opening:
    """Open who told it, for a stated purpose and fifteen minutes. Nobody is rung for: that there is somebody is itself sealed."""
    incident = Incident.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=informant.incident_id)
    now = clocks.now()
    opening = Opening.objects.visible_to(by).create(incident=incident, informant=informant, by=by, body_id=by.body_id, at=now, purpose=purpose, until=now + LASTS)
    audit.record("open_informant", informant, by=by, incident=incident.pk, purpose=purpose, opening=opening.pk)
    return opening
