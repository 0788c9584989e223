"""Waiting requests for names and uses of the emergency right follow the post that answers them: to another unit's, or one level up when nobody holds it any more (security.md 3.3, 3.6)."""

from collections.abc import Iterable
from typing import Any

from coordination import audit, clocks, duties, notices
from coordination.models import SYSTEM, Post, Role
from coordination.models.duties import DutyStatus
from coordination.models.notices import NoticeKind
from coordination.people.postings import dpo_of
from coordination.workflow import move
from incidents import break_glass
from incidents.grants import DUTY, others_hold
from incidents.models import BreakGlass, IdentityRequest
from incidents.models.grants import GlassStatus, RequestStatus


def waiting() -> tuple[Any, Any]:
    """Requests and uses that nobody has answered yet, for SYSTEM."""
    asked = IdentityRequest.objects.visible_to(SYSTEM).filter(status=RequestStatus.WAITING).select_related("incident__department", "approver__organisation", "by")
    used = BreakGlass.objects.visible_to(SYSTEM).filter(status=GlassStatus.WAITING)
    used = used.select_related("incident__department", "reviewer__organisation", "overseer__organisation", "by__post__organisation")
    return asked.select_for_update(of=("self",), no_key=True).order_by("pk"), used.select_for_update(of=("self",), no_key=True).order_by("pk")


def first_of(posts: Iterable[Post | None], row: Any, otherwise: Post) -> Post:
    """The first of these that somebody else holds than whoever asked, and from whom the case is not kept."""
    return next((post for post in posts if post and others_hold(post, row.by, row.incident)), otherwise)


def focal_of(department: Any) -> Post:
    """The focal point for child protection of a Sở."""
    return Post.objects.select_related("organisation").get_or_create(organisation=department, role=Role.CHILD_PROTECTION)[0]


def to_approver(request: IdentityRequest, post: Post, *, by: Any) -> None:
    """Another focal point answers, until the same hour."""
    if request.approver == post:
        return
    before, request.approver = request.approver, post
    take_along(request, before, post, DUTY, by=by)
    request.save(update_fields=["approver", "parties"])
    notices.tell(post, NoticeKind.IDENTITY_ASKED, request)


def to_reviewer(glass: BreakGlass, post: Post, overseer: Post, *, by: Any) -> None:
    """Another superior looks over it, until the same hour; data protection may be another's too."""
    before, glass.reviewer, glass.overseer = glass.reviewer, post, overseer
    glass.parties = sorted({*glass.parties, overseer.organisation.body_id})
    if before != post:
        take_along(glass, before, post, break_glass.OVERSEE if post == overseer else break_glass.REVIEW, by=by)
        notices.tell(post, NoticeKind.GLASS_BROKEN, break_glass.ForReview(glass))
    glass.save(update_fields=["reviewer", "overseer", "parties"])


def take_along(row: Any, before: Post, post: Post, kind: str, *, by: Any) -> None:
    """The clock goes to the post that answers now, whose body sees the row; the trail names both."""
    row.parties = sorted({*row.parties, post.organisation.body_id})
    for duty in duties.of(row).filter(post=before, status=DutyStatus.OPEN).select_for_update(of=("self",), no_key=True):
        duties.open(kind, row, owed_by=post, due_at=duty.due_at)
        move(duty, "waive", by=SYSTEM, done_at=clocks.now())
    audit.record("hand_over", row, by=by, before=before.pk, after=post.pk)


def one_level_up(post: Post, *, by: Any) -> None:
    """Nobody holds the post any more: what waits for it is answered by the next above; by data protection when there is none. PostgreSQL must know SYSTEM."""
    asked, used = waiting()
    for request in asked.filter(approver=post):
        to_approver(request, focal_of(request.incident.department), by=by)
    for glass in used.filter(reviewer=post):
        overseer = dpo_of(glass.incident.department)
        above = [one for one in break_glass.reviewers_for(glass.by, glass.incident) if one.pk != post.pk]
        to_reviewer(glass, first_of(above, glass, overseer), overseer, by=by)
