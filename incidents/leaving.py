"""The cases' part of the end of an appointment: whoever has left handles nothing; the duty was always the post's (ground.md 5)."""

from coordination import audit
from coordination.models import SYSTEM, Appointment
from incidents.models import Referral
from incidents.workflow import OPEN_REFERRALS


def hand_back(held: Appointment) -> int:
    """Open referrals that he handled have no handler until somebody of the post works on them; their clocks run on."""
    mine = Referral.objects.unscoped("whoever has left handles no referral anywhere").filter(handler=held, status__in=OPEN_REFERRALS)
    rows = list(mine.select_for_update(of=("self",), no_key=True).order_by("pk").only("pk", "incident", "handler"))
    for referral in rows:
        audit.record("hand_back", referral, by=SYSTEM, incident=referral.incident_id, before=held.pk)
    mine.update(handler=None)
    return len(rows)
