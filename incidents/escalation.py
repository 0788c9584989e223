"""A clock of the police that ran out: told to the chief of the unit at once, and at s4 a little later to the province police (domain/practice.md 2.4)."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from coordination import clocks, duties, notices
from coordination.calendars import calendar_for
from coordination.models import Appointment, Duty, Organisation, Post, Role
from coordination.models.duties import DutyStatus
from coordination.models.notices import NoticeKind
from coordination.models.organisations import OrganisationKind
from incidents import rules
from incidents.models import Referral, Severity

WATCHED = ("acknowledge", "answer")
FOCAL_DEPARTMENT = "PA03"  # the department of the province police that answers for schools (domain/organisations.md 4)
AT_ONCE = 100


def escalate_all() -> None:
    """Both steps, each once for each clock; run by the loop under SYSTEM."""
    for duty in overdue().filter(escalated_at=None).select_related("post__organisation").select_for_update(of=("self",), skip_locked=True)[:AT_ONCE]:
        tell_chief(duty)
    waiting = overdue().filter(about_id=OuterRef("pk"))
    gravest = Referral.objects.unscoped("the clocks watch every referral").filter(Exists(waiting), escalated_at=None, incident__severity=Severity.S4)
    for referral in gravest.select_related("to_org__unit", "incident__kind").select_for_update(of=("self",), skip_locked=True)[:AT_ONCE]:
        tell_province(referral)


def overdue() -> Any:
    """The clocks of police that have run out."""
    return duties.every().filter(kind__in=WATCHED, about_model=Referral._meta.label_lower, status=DutyStatus.OPEN, due_at__lt=clocks.now())


def tell_chief(duty: Duty) -> None:
    """The chief of the unit that owes it; where nobody holds that post, the post that owes it."""
    chief = held_today(Post.objects.filter(organisation=duty.post.organisation, role=Role.COMMUNE_CHIEF)).first()
    duty.escalated_at = clocks.now()
    duty.save(update_fields=["escalated_at"])
    notices.tell(chief or duty.post, NoticeKind.ESCALATED, Overdue(duty, duty.post.organisation))


def tell_province(referral: Referral) -> None:
    """Outside the commune for s4 only, once for each unit that has the case, when the time of the table has passed since the clock ran out."""
    duty = overdue().filter(about_id=referral.pk).order_by("due_at").first()
    clock = rules.clock_for("escalate", referral.incident.severity, referral.incident.kind)
    if duty is None or clocks.due(clock, duty.due_at, calendar_for(referral.to_org.unit.province_id)) > clocks.now():
        return
    referral.escalated_at = clocks.now()
    referral.save(update_fields=["escalated_at"])
    post = province_post(referral.to_org)
    if post:
        notices.tell(post, NoticeKind.ESCALATED, Overdue(duty, referral.to_org))


def province_post(police: Organisation) -> Post | None:
    """The post of the Công an tỉnh of the same province; where nobody holds it, that of its department for schools."""
    department = Q(organisation__kind=OrganisationKind.POLICE_DEPARTMENT, organisation__symbols__symbol=FOCAL_DEPARTMENT, organisation__symbols__is_current=True)
    above = Post.objects.filter(Q(organisation__kind=OrganisationKind.PROVINCE_POLICE) | department, organisation__unit_id=police.unit.province_id, role=Role.PROVINCE_POLICE)
    found = {post.organisation.kind: post for post in held_today(above).exclude(organisation=police).select_related("organisation")}
    return found.get(OrganisationKind.PROVINCE_POLICE) or found.get(OrganisationKind.POLICE_DEPARTMENT)


def held_today(posts: Any) -> Any:
    """Those to which somebody is appointed."""
    return posts.filter(Exists(Appointment.objects.held_on(clocks.today()).filter(post=OuterRef("pk"))))


class Overdue:
    """What a notice needs of an overdue clock: its words, the unit that owes it, and the inbox as its link; whoever is told may not see the case."""

    def __init__(self, duty: Duty, police: Organisation) -> None:
        self.duty_words, self.kept_out = f"{duty.about_words} – {police.called}", duty.kept_out

    def get_absolute_url(self) -> str:
        """The inbox."""
        return "/"
