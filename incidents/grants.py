"""An office asks to see the people of one case; another person of it grants that for at most seven days, refuses, or takes it back (security.md 3.2 tables A and D)."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from coordination import audit, clocks, duties, notices, policy
from coordination.models import Appointment, Post, Role
from coordination.models.notices import NoticeKind
from coordination.scope import beyond_the_reader
from coordination.workflow import Refused, Stale, move
from incidents.conflict import answering_post
from incidents.models import IdentityRequest, Incident, Opening

ANSWER_WITHIN = "office:1d"
DUTY = "answer_request"


@transaction.atomic
def ask(incident: Incident, *, by: Appointment, purpose: str, reason: str, days: int) -> IdentityRequest:
    """Ask to see the names of one case. Raises Stale when the same request waits or runs, Refused when nobody could answer it."""
    if not policy.can(by, "person.request", incident):
        raise PermissionDenied("person.request")
    locked = Incident.objects.visible_to(by).select_for_update(of=("self",), no_key=True).filter(pk=incident.pk).first()
    if locked is None or not locked.is_live or pending(locked, by):
        raise Stale("not open to it, or asked before")
    if locked.restricted:
        raise Refused(_("Hồ sơ hạn chế không mở họ tên theo đề nghị. Việc khẩn cấp: dùng quyền khẩn cấp."))
    approver = approver_for(by, locked)
    request = IdentityRequest.objects.visible_to(by).create(
        incident=locked,
        by=by,
        at=clocks.now(),
        body_id=by.body_id,
        approver=approver,
        case_words=notices.stored_words(locked),
        parties=sorted({by.body_id, approver.organisation.body_id, locked.school_id} - locked.shut_bodies),
        kept_out=locked.kept_out,
        purpose=purpose,
        reason=reason,
        days=days,
    )
    audit.record("request_identity", request, by=by, incident=locked.pk, purpose=purpose, days=days)
    duties.open(DUTY, request, owed_by=approver, clock=ANSWER_WITHIN)
    notices.tell(approver, NoticeKind.IDENTITY_ASKED, request)
    return request


def pending(incident: Incident, by: Appointment) -> IdentityRequest | None:
    """The newest request of this appointment about the case that waits or is in force."""
    newest = IdentityRequest.objects.visible_to(by).filter(incident=incident, by=by).order_by("-at", "-pk").first()
    return newest if newest and (newest.status == "waiting" or newest.is_in_force) else None


def approver_for(by: Appointment, incident: Incident) -> Post:
    """The focal point for child protection of the asker's office, or, when nobody but the asker holds that post, of the Sở."""
    for organisation in (by.organisation, incident.department):
        post = Post.objects.filter(organisation=organisation, role=Role.CHILD_PROTECTION).select_related("organisation").first()
        if post and others_hold(post, by, incident):
            return post
    raise Refused(_("Đơn vị và Sở chưa có đầu mối bảo vệ trẻ em để trả lời đề nghị này. Đề nghị quản trị hệ thống lập vị trí đó."))


def others_hold(post: Post, by: Appointment, incident: Incident) -> bool:
    """Whether somebody else than this person holds the post today, from whom the case is not kept."""
    held = Appointment.objects.held_on(clocks.today()).filter(post=post).exclude(user_id=by.user_id)
    return held.exclude(user_id__in=incident.kept_out).exists()


@transaction.atomic
def grant(request: IdentityRequest, *, by: Appointment, days: int, note: str = "") -> IdentityRequest:
    """Allow it for so many days, not more than were asked for; the asker and the school are told."""
    now = clocks.now()
    done = move(request, "grant", by=by, answered_at=now, answered_by=by, answer=note, days=min(days, request.days), until=now + timedelta(days=min(days, request.days)))
    answered(done, NoticeKind.IDENTITY_GRANTED)
    with beyond_the_reader("the school of the case is told who may see its people"):
        incident = done.incident
        notices.tell(answering_post(incident), NoticeKind.IDENTITY_GRANTED, incident)
    return done


@transaction.atomic
def refuse(request: IdentityRequest, *, by: Appointment, note: str) -> IdentityRequest:
    """Not allowed, with the reason."""
    done = move(request, "refuse", by=by, answered_at=clocks.now(), answered_by=by, answer=note)
    answered(done, NoticeKind.IDENTITY_REFUSED)
    return done


def answered(request: IdentityRequest, kind: str) -> None:
    """The duty ends, the asker is told."""
    duties.discharge(DUTY, request)
    notices.tell(request.by.post, kind, request)


@transaction.atomic
def revoke(request: IdentityRequest, *, by: Appointment) -> IdentityRequest:
    """Take a grant back: what the asker holds open by it closes at once. Raises Stale when it has already run out."""
    if not request.is_in_force:
        raise Stale("the grant has run out")
    done = move(request, "revoke", by=by, revoked_at=clocks.now(), revoked_by=by)
    with beyond_the_reader("what another reader holds open closes with his grant"):
        Opening.objects.unscoped("what the asker holds open of the case").filter(incident_id=done.incident_id, by_id=done.by_id, until__gt=clocks.now()).update(until=clocks.now())
    notices.tell(done.by.post, NoticeKind.IDENTITY_REVOKED, done)
    return done


def requests_for(actor: Appointment) -> Any:
    """What the actor asked for, and what his post answers, the newest first."""
    return IdentityRequest.objects.visible_to(actor).select_related("by__post__organisation", "approver__organisation")
