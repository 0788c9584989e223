"""Who told the school or the desk: written down once, read by the handler and the writer alone (security.md 3.5)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from coordination import audit, clocks, policy
from coordination.models import Appointment
from incidents import actions
from incidents.models import Incident, Informant


@transaction.atomic
def write(incident: Incident, *, by: Appointment, answers: dict[str, str]) -> Informant:
    """One informant of a case; nobody is rung for, and no list counts him."""
    if not policy.can(by, "informant.write", incident):
        raise PermissionDenied("informant.write")
    locked = actions.sent(incident, by)
    before = actions.pressed_before(Informant, locked, by, **answers)
    if before:
        return before
    informant = Informant.objects.visible_to(by).create(incident=locked, by=by, at=clocks.now(), **answers)
    audit.record("add_informant", informant, by=by, incident=locked.pk)
    return informant
