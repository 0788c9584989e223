"""What the cases tell the trail about themselves: which rows an act must have made, and for which purpose a reader holds a case open."""

from django.db.models import Q

from coordination import audit
from coordination.models import Appointment
from coordination.trail import gaps, shown
from incidents import vault
from incidents.models import Incident, Opening, Person, Purpose, Referral


def purpose_in_force(incident: Incident, by: Appointment) -> str:
    """The purpose that the reader stated last for something of this case he still holds open."""
    return vault.openings_now(incident, by).values_list("purpose", flat=True).last() or ""


def spoken_codes(codes: set[str], reader: Appointment) -> dict[str, str]:
    """The codes people say, of the cases the reader sees; a code people say finds itself too."""
    found = Incident.objects.visible_to(reader).exclude(spoken_code="").filter(Q(code__in=codes) | Q(spoken_code__in=codes)).values_list("code", "spoken_code")
    return dict(found)


def offer() -> None:
    """Called by ready()."""
    shown.tell_spoken(spoken_codes)
    audit.tell_purpose("incidents.incident", purpose_in_force, dict(Purpose.choices))
    gaps.expect(Incident, "submit", "take_call", rows=~Q(spoken_code=""))
    gaps.expect(Referral, "refer")
    gaps.expect(Person, "add_person")
    gaps.expect(Opening, "open_person", "open_restricted", "open_informant", named="opening")
