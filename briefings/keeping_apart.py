"""What a briefing lets go of when a case turns out to concern a school's leadership: its line in a planned agenda, and the school's part of what was concluded (practice.md 2.3)."""

from coordination import audit, clocks, duties
from coordination.models import SYSTEM, Duty, Notice, Post
from coordination.models.duties import DutyStatus
from coordination.scope import beyond_the_reader
from coordination.workflow import move

from briefings import agenda
from briefings.models import AgendaItem, Briefing, Conclusion
from briefings.workflow import BriefingStatus
from incidents.models import Incident, Referral


def let_go(incident: Incident, desk: Post) -> None:
    """At once, for every briefing of the ward: nobody of the school reads of the case at the table or in an inbox."""
    with beyond_the_reader("agendas and inboxes of every body that meets"):
        referrals = list(Referral.objects.visible_to(SYSTEM).filter(incident=incident).values_list("pk", flat=True))
        leave_agendas(incident, referrals)
        for conclusion in Conclusion.objects.visible_to(SYSTEM).filter(referral__in=referrals, owner_post__organisation_id=incident.school_id).select_related("briefing", "owner_post"):
            leave_school(conclusion, incident, desk)


def leave_agendas(incident: Incident, referrals: list[int]) -> None:
    """The lines of briefings that have not begun are taken out, and their running figures counted anew. What was frozen stays as it was met over."""
    about = AgendaItem.objects.visible_to(SYSTEM).filter(about_model=Referral._meta.label_lower, about_id__in=referrals, briefing__status=BriefingStatus.PLANNED)
    about.delete()
    for briefing in Briefing.objects.visible_to(SYSTEM).filter(commune_id=incident.commune_id, status=BriefingStatus.PLANNED).select_related("host__unit").select_for_update(of=("self",)):
        briefing.figures, briefing.figured_at = agenda.count(briefing), clocks.now()
        briefing.save(update_fields=["figures", "figured_at"])


def leave_school(conclusion: Conclusion, incident: Incident, desk: Post) -> None:
    """What the school was to do about the case is done by the desk of its managing body, until the same hour."""
    before, conclusion.owner_post = conclusion.owner_post_id, desk
    conclusion.save(update_fields=["owner_post"])
    audit.record("hand_over", conclusion, by=SYSTEM, before=before, after=desk.pk)
    for duty in duties.of(conclusion).select_for_update(of=("self",), no_key=True):
        leave_inbox(duty, conclusion, incident.school_id, desk)
    Notice.objects.visible_to(SYSTEM).filter(body_id=incident.school_id, link=conclusion.get_absolute_url()).delete()


def leave_inbox(duty: Duty, conclusion: Conclusion, school_id: int, desk: Post) -> None:
    """One clock."""
    if duty.status == DutyStatus.OPEN:
        duties.open(duty.kind, conclusion, owed_by=desk, due_at=duty.due_at, parties=[body for body in duty.parties if body != school_id])
        duty = move(duty, "waive", by=SYSTEM, done_at=clocks.now())
    duty.parties = [body for body in duty.parties if body != school_id]
    duty.save(update_fields=["parties"])
