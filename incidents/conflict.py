"""A case that concerns the school's own leadership: who is kept out, who stands in, who answers for the school (practice.md 2.3)."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q

from coordination import clocks
from coordination.models import SYSTEM, Appointment, DataRequest, DisposalItem, Duty, Hold, Notice, Organisation, Post, Role, SubjectExport
from coordination.scope import beyond_the_reader
from incidents.models import Attachment, BreakGlass, IdentityRequest, Incident, Referral

LEADERS = frozenset({Role.PRINCIPAL, Role.SCHOOL_OFFICER})


def answering_post(incident: Incident) -> Post:
    """Who owes what the school owes and hears what it hears: its head; in a conflict the desk of the managing body, so that nothing lies in a box of the school."""
    return desk_of(incident) if incident.stand_in_id else Post.head_of(incident.school)


def desk_of(incident: Incident) -> Post:
    """The desk of the managing body: the Phòng VH-XH, or the Sở."""
    return Post.head_of(Organisation.objects.desk_of(incident.jurisdiction))


def take_over(incident: Incident, *, by: Appointment, happened: datetime | None = None) -> None:
    """Mark the case as one of conflict: `by` stands in for the school, its leaders are kept out by person. The caller saves FIELDS."""
    concerned = LEADERS if by.body_id != incident.school_id else {Role.PRINCIPAL}
    days = {clocks.today(), clocks.local(happened).date() if happened else clocks.today()}
    incident.stand_in = by
    incident.kept_out = sorted(set(holders(incident.school_id, concerned, days)) - {by.user_id})
    incident.parties = sorted({*incident.parties, by.body_id} - ({incident.school_id} - {by.body_id}))


def give_back(incident: Incident) -> None:
    """An unsent form whose tick was taken back, or a head who is told after all."""
    incident.stand_in, incident.kept_out, incident.untold = None, [], False


FIELDS = ("stand_in", "kept_out", "untold", "parties")
# Rows about a case that are walled by themselves: they know whom it is kept from.
WALLED_APART = (Referral, BreakGlass, IdentityRequest)
PART = "vu-viec"  # the name under which the cases give what they hold of one person (incidents/keeping.py)


def spread(incident: Incident) -> None:
    """Whoever is kept out of a case now is kept out of what is walled beside it, of its clocks and bells; and its school no longer sees who asked or broke a glass."""
    with beyond_the_reader("what is walled beside a case follows it, also out of the reader's own sight"):
        for model in WALLED_APART:
            for row in model.objects.visible_to(SYSTEM).filter(incident=incident).select_for_update(of=("self",), no_key=True):
                row.kept_out = incident.kept_out
                if hasattr(row, "parties"):
                    row.parties = sorted({*row.parties, incident.school_id} - incident.shut_bodies)
                row.save(update_fields=["kept_out", *(["parties"] if hasattr(row, "parties") else [])])
        keeping = tell_keeping(incident)
        beside = [row for model in WALLED_APART for row in model.objects.visible_to(SYSTEM).filter(incident=incident)]
        tell_boxes([incident, *beside, *keeping])


def tell_keeping(incident: Incident) -> list[Any]:
    """Holds, exports and requests about a case, and its lines in a batch; whoever wrote a request down knows what he wrote."""
    label = Incident._meta.label_lower
    files = Attachment.objects.visible_to(SYSTEM).filter(incident=incident).values("pk")
    items = Q(about_model=label, about_id=incident.pk) | Q(about_model=Attachment._meta.label_lower, about_id__in=files)
    DisposalItem.objects.visible_to(SYSTEM).filter(items).update(kept_out=incident.kept_out)
    rows = [*Hold.objects.visible_to(SYSTEM).filter(about_model=label, about_id=incident.pk), *SubjectExport.objects.visible_to(SYSTEM).filter(part=PART, about_id=incident.pk)]
    rows += DataRequest.objects.visible_to(SYSTEM).filter(requests_naming(incident)).select_related("recorded_by") if incident.spoken_code else []
    for row in rows:
        row.kept_out = [user for user in incident.kept_out if not isinstance(row, DataRequest) or user != row.recorded_by.user_id]
        row.save(update_fields=["kept_out"])
    return rows


def requests_naming(incident: Incident) -> Q:
    """Requests of people that name the case by its number, at its school or at none."""
    return Q(case_code=incident.spoken_code) & (Q(school=None) | Q(school=incident.school_id))


def tell_boxes(things: list[Any]) -> None:
    """The clocks about these things, and the lines of every bell that lead to them."""
    for thing in things:
        Duty.objects.visible_to(SYSTEM).filter(about_model=thing._meta.label_lower, about_id=thing.pk).update(kept_out=thing.kept_out)
        Notice.objects.visible_to(SYSTEM).filter(link__contains=f"/{thing.code}/").update(kept_out=thing.kept_out)


def holders(school_id: int, roles: Any, days: set[date]) -> Any:
    """The users who held one of these posts of the school on one of the days: today's, and those of the day of the event."""
    held = Q(pk__in=[])
    for day in days:
        held |= Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gt=day))
    return Appointment.objects.filter(held, post__organisation_id=school_id, post__role__in=roles).values_list("user_id", flat=True)
