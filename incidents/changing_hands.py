"""The cases' part of a handover at a change of staff: what one officer handles, what one person drafted, and what is open in the unit (ORG-5, ground.md 5)."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from coordination import audit
from coordination.clocks import today
from coordination.models import Appointment
from coordination.models.people import POLICE_ROLES, SCHOOL_ROLES
from coordination.people.staff_handovers import MOST_LINES, Change, Group, line_of, open_clocks
from coordination.scope import beyond_the_reader
from coordination.web.words import hour_words
from incidents import passing_on
from incidents.models import Incident, Referral
from incidents.workflow import OPEN_REFERRALS, IncidentStatus

CLOCKS = ("incidents.incident", "incidents.referral")


def change_hands(change: Change) -> Iterator[Group]:
    """Cases that concern a leadership are on no list: whoever is kept out of one may read it (security.md 3.4)."""
    yield clocks(change)
    if change.goes_over and leaves_empty(change):
        with beyond_the_reader("what waits for a post that nobody holds any more is answered one level up"):
            passing_on.one_level_up(change.leaver.post, by=change.by)
    if change.leaver.role in POLICE_ROLES:
        yield handled(change)
    elif change.leaver.role in SCHOOL_ROLES:
        yield drafts(change)
    yield Group(_("Vụ việc đang mở của đơn vị"), tuple(str(case.duty_words) for case in listable(change).filter(status=IncidentStatus.SUBMITTED).order_by("filed_at")[:MOST_LINES]))


def listable(change: Change) -> Any:
    """The cases that whoever writes the list sees and that are about no leadership."""
    return Incident.objects.visible_to(change.by).filter(stand_in=None, kept_out=[]).select_related("kind").defer("summary", "place_detail", "ended_reason")


def clocks(change: Change) -> Group:
    """The post's clocks about those cases."""
    codes = set(listable(change).filter(code__in=open_clocks(change.leaver).filter(about_model__in=CLOCKS).values("about_code")).values_list("code", flat=True))
    rows = [duty for duty in open_clocks(change.leaver).filter(about_model__in=CLOCKS) if duty.about_code in codes]
    return Group(_("Việc đang đến hạn về vụ việc"), tuple(line_of(duty) for duty in rows[:MOST_LINES]))


def leaves_empty(change: Change) -> bool:
    """Whether nobody but the leaver holds the post, and whoever takes over holds another one: what waits for it would wait for nobody."""
    others = Appointment.objects.held_on(today()).filter(post=change.leaver.post_id).exclude(user=change.leaver.user_id)
    return change.successor.post_id != change.leaver.post_id and not others.exists()


def handled(change: Change) -> Group:
    """Open referrals in one officer's own hands go to whoever takes over, who then opens what a handler may open."""
    rows = Referral.objects.visible_to(change.by).filter(handler=change.leaver, status__in=OPEN_REFERRALS, incident__in=listable(change).order_by().values("pk"))
    held = list(rows.select_related("incident__kind").order_by("sent_at").select_for_update(of=("self",), no_key=True))
    lines = tuple(str(referral.duty_words) for referral in held)
    if change.goes_over and change.successor.role in POLICE_ROLES:
        for referral in held:
            referral.handler = change.successor
            referral.save(update_fields=["handler"])
            audit.record("hand_over", referral, by=change.by, before=change.leaver.pk, after=change.successor.pk)
    return Group(_("Vụ việc đang trực tiếp giải quyết"), lines, moved=True)


def drafts(change: Change) -> Group:
    """Drafts are seen by their author alone, so they are counted by their hour and kind, and go to whoever takes over at the school."""
    found = Incident.objects.unscoped("a draft is its author's; the handover gives it another").filter(author=change.leaver, status=IncidentStatus.DRAFT, stand_in=None, kept_out=[])
    rows = list(found.select_related("kind").order_by("pk").select_for_update(of=("self",), no_key=True).defer("summary", "place_detail", "ended_reason"))
    lines = tuple(f"{case.duty_words}, {hour_words(case.occurred_at)}" if case.occurred_at else str(case.duty_words) for case in rows)
    goes = not takes_for_himself(change)
    if change.goes_over and goes and change.successor.role in SCHOOL_ROLES:
        for case in rows:
            case.author = change.successor
            case.save(update_fields=["author"])
            audit.record("hand_over", case, by=change.by, before=change.leaver.pk, after=change.successor.pk)
    return Group(_("Bản nháp báo nhanh chưa gửi"), lines, moved=goes)


def takes_for_himself(change: Change) -> bool:
    """Whether a head would take what somebody who still holds his post wrote for himself alone: it may be about the head (security.md 3.5)."""
    if change.successor is None or change.successor.user_id != change.by.user_id:
        return False
    return Appointment.objects.held_on(today()).filter(pk=change.leaver.pk).exists()
