"""Quyền khẩn cấp: one case of one's own area that one cannot otherwise open, read for sixty minutes, told to everybody at once, reviewed within 72 hours (security.md 3.3)."""

import unicodedata
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from coordination import audit, clocks, duties, notices, policy
from coordination.codes import is_code
from coordination.folding import fold
from coordination.models import SYSTEM, Appointment, OrganisationSymbol, Post, Role, User
from coordination.models.notices import NoticeKind
from coordination.people.postings import dpo_of
from coordination.scope import beyond_the_reader
from coordination.workflow import Refused, Stale, move
from incidents import casefile
from incidents.conflict import answering_post, desk_of
from incidents.escalation import FOCAL_DEPARTMENT
from incidents.grants import others_hold
from incidents.models import BreakGlass, Incident, Person
from incidents.models.cases import SENT
from incidents.models.grants import GlassStatus, Verdict

REVIEW_WITHIN = timedelta(hours=72)
CLOCK = "safety:72h"
MANY, LATELY = 3, timedelta(days=30)
AT_ONCE = 100
REVIEW, OVERSEE = "review_glass", "oversee_glass"


# Finding a case without seeing it


def area_of(actor: Appointment) -> Q:
    """Where the role may break a glass (table D): a ward's police in the ward, a department's in the province, an office for its own schools."""
    if actor.role in (Role.COMMUNE_OFFICER, Role.COMMUNE_CHIEF):
        return Q(commune_id=actor.organisation.unit_id) | Q(school__unit_id=actor.organisation.unit_id)
    if actor.role in (Role.PROVINCE_POLICE, Role.PROVINCE_POLICE_HEAD):
        return Q(province_id=actor.organisation.unit.province_id)
    return Q(jurisdiction_id=actor.body_id) | Q(department_id=actor.body_id)


def find(actor: Appointment, *, code: str, school: str) -> Incident | None:
    """The one case with this number or address at this school; whether it is absent, elsewhere or kept from the actor, the answer is the same None."""
    typed = unicodedata.normalize("NFC", code).strip()
    address = next((part for part in urlsplit(typed).path.split("/") if is_code(part)), "")
    named = Q(code=address) if address else Q(spoken_code=typed.upper())
    with beyond_the_reader("a case is sought by its exact number, of which nothing is shown"):
        found = Incident.objects.visible_to(SYSTEM).filter(SENT, area_of(actor), named, school__folded=fold(school)).exclude(kept_out__contains=[actor.user_id])
        return found.select_related("kind", "school", "jurisdiction", "department", "stand_in__post").first()


def missed(actor: Appointment) -> None:
    """A number that led to nothing: who tried is kept, for numbers must not be tried out."""
    audit.record("glass_missed", actor, by=actor)


def can_open_anyway(incident: Incident, actor: Appointment) -> bool:
    """Whether the ordinary way is open: the texts and the names, after a purpose where one is asked."""
    return all(policy.can(actor, act, incident) for act in ("incident.read_text", "person.open")) and (not incident.restricted or policy.can(actor, "incident.read_restricted", incident))


# Breaking it


@transaction.atomic
def break_glass(incident: Incident, *, by: Appointment, cause: str, reason: str, paper: str, again: str = "") -> BreakGlass:
    """Open one case to one reader for sixty minutes. `incident` is what find() found. Raises Refused when the right is suspended or not needed.

    What the reader holds open already is given back as it stands: a second press is no second use.
    """
    if not policy.can(by, "glass.break"):
        raise PermissionDenied("glass.break")
    User.objects.select_for_update(no_key=True).get(pk=by.user_id)  # one press after the other: what is counted below is whole
    held = held_open(incident, by)
    if held:
        return held
    if suspended(by):
        raise Refused(_("Quyền khẩn cấp của bạn đang tạm dừng: có lần dùng chưa được soát xét trong 72 giờ, hoặc bị kết luận không đúng. Liên hệ bộ phận bảo vệ dữ liệu cá nhân."))
    if must_say_again(by) and not again:
        raise Refused(_("Bạn đã dùng quyền khẩn cấp nhiều lần trong 30 ngày. Nêu vì sao không đi đường thường."))
    with beyond_the_reader("the case is none of the reader's; the glass reaches its owner and the reviewers"):
        incident = Incident.objects.visible_to(SYSTEM).select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
        if by.user_id in incident.kept_out:
            raise Stale("kept apart meanwhile")
        if can_open_anyway(incident, by):
            raise Refused(_("Bạn đã mở được hồ sơ này theo đường thường; không cần quyền khẩn cấp."))
        reviewer, overseer = reviewer_for(by, incident), dpo_of(incident.department)
        glass = BreakGlass.objects.visible_to(SYSTEM).create(
            incident=incident,
            by=by,
            at=clocks.now(),
            until=clocks.now() + BreakGlass.LASTS,
            body_id=by.body_id,
            case_words=notices.stored_words(incident),
            parties=sorted({post.organisation.body_id for post in (reviewer, overseer)} | {by.body_id} | ({incident.school_id, incident.jurisdiction_id} - incident.shut_bodies)),
            kept_out=incident.kept_out,
            reviewer=reviewer,
            overseer=overseer,
            cause=cause,
            reason=reason,
            paper=paper,
            again=again,
        )
        tell_everybody(glass, incident)
    audit.record("break_glass", glass, by=by, incident=incident.pk, cause=cause)
    return glass


def held_open(incident: Incident, by: Appointment) -> BreakGlass | None:
    """The reader's own use on this case that still runs."""
    return BreakGlass.objects.visible_to(by).filter(incident=incident, by=by, until__gt=clocks.now()).first()


def tell_everybody(glass: BreakGlass, incident: Incident) -> None:
    """At once: the supervisor of the unit, who owes the review; the owner of the record; data protection."""
    duties.open(OVERSEE if glass.reviewer == glass.overseer else REVIEW, glass, owed_by=glass.reviewer, clock=CLOCK)
    for post in {glass.reviewer, glass.overseer}:
        notices.tell(post, NoticeKind.GLASS_BROKEN, ForReview(glass))
    for post in {answering_post(incident), desk_of(incident)} - {glass.by.post}:
        notices.tell(post, NoticeKind.GLASS_BROKEN, incident)


class ForReview:
    """What a notice to a reviewer needs: the stored words, and the page of the review."""

    def __init__(self, glass: BreakGlass) -> None:
        self.duty_words, self.link, self.kept_out = glass.case_words, glass.review_url, glass.kept_out

    def get_absolute_url(self) -> str:
        """The page of the review."""
        return self.link


def reviewer_for(by: Appointment, incident: Incident) -> Post:
    """The nearest superior with somebody in his post who is not the user himself; when there is none, data protection (table D)."""
    return next((post for post in reviewers_for(by, incident) if others_hold(post, by, incident)), dpo_of(incident.department))


def reviewers_for(by: Appointment, incident: Incident) -> list[Post]:
    """Who looks over a use by a role, the nearest first: chief, then head of the department for schools; the focal point of the office, then of the Sở."""
    near = Post.objects.filter(organisation=by.organisation).select_related("organisation")
    if by.role == Role.COMMUNE_OFFICER:
        return [*near.filter(role=Role.COMMUNE_CHIEF), *heads_of_departments(by)]
    if by.role == Role.COMMUNE_CHIEF:
        return heads_of_departments(by)
    if by.role == Role.PROVINCE_POLICE:
        return list(near.filter(role=Role.PROVINCE_POLICE_HEAD))
    if by.role in (Role.COMMUNE_EDUCATION, Role.DOET_OFFICER):
        above = Post.objects.filter(organisation=incident.department, role=Role.CHILD_PROTECTION).select_related("organisation")
        return [*near.filter(role=Role.CHILD_PROTECTION), *above]
    return []


def heads_of_departments(by: Appointment) -> list[Post]:
    """Heads of the province's police departments, that of the department for schools first."""
    province = by.organisation.unit.province_id
    posts = Post.objects.filter(role=Role.PROVINCE_POLICE_HEAD, organisation__unit_id=province).select_related("organisation").order_by("pk")
    focal = set(OrganisationSymbol.objects.filter(symbol=FOCAL_DEPARTMENT, is_current=True, organisation__unit_id=province).values_list("organisation_id", flat=True))
    return sorted(posts, key=lambda post: post.organisation_id not in focal)


# How often, and whether still


def uses_of(actor: Appointment) -> Any:
    """Every use by this person, from whatever post; to be asked beyond the reader."""
    return BreakGlass.objects.visible_to(SYSTEM).filter(by__user_id=actor.user_id)


def uses_lately(actor: Appointment) -> int:
    """How often the person broke a glass in thirty days."""
    with beyond_the_reader("uses of one person from all his posts"):
        return uses_of(actor).filter(at__gt=clocks.now() - LATELY).count()


def must_say_again(actor: Appointment) -> bool:
    """Above three uses in thirty days one more question is asked."""
    return uses_lately(actor) >= MANY


def suspended(actor: Appointment) -> bool:
    """Whether a use of this person was left unreviewed, or found wrong, and was not yet restored."""
    with beyond_the_reader("uses of one person from all his posts"):
        return uses_of(actor).filter(suspended_at__isnull=False, restored_at=None).exists()


# Reading through it


def people_in(incident: Incident) -> list[Any]:
    """The people of the case with their names; who told it is not among them."""
    return list(casefile.children(Person, incident).order_by("pk"))


@transaction.atomic
def close(glass: BreakGlass, *, by: Appointment) -> BreakGlass:
    """Đóng lại before the hour is over."""
    locked = BreakGlass.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=glass.pk)
    if not policy.can(by, "glass.close", locked):
        raise PermissionDenied("glass.close")
    if not locked.is_open:
        raise Stale("closed before")
    locked.until = clocks.now()
    locked.save(update_fields=["until"])
    audit.record("close_glass", locked, by=by, incident=locked.incident_id)
    return locked


# Looking over it


@transaction.atomic
def review(glass: BreakGlass, *, by: Appointment, verdict: str, note: str) -> BreakGlass:
    """Somebody else says whether it was right. A wrong use ends at once and suspends the right; a right one that was looked at late gives it back."""
    now = clocks.now()
    wrong = verdict == Verdict.WRONG
    ends = {"suspended_at": glass.suspended_at or now, "until": min(glass.until, now)} if wrong else {"restored_at": now} if glass.suspended_at else {}
    done = move(glass, "review", by=by, verdict=verdict, note=note, reviewed_at=now, reviewed_by=by, **ends)
    for kind in (REVIEW, OVERSEE):
        duties.discharge(kind, done)
    notices.tell(done.by.post, NoticeKind.GLASS_REVIEWED, done)
    if wrong and by.post_id != done.overseer_id:
        notices.tell(done.overseer, NoticeKind.GLASS_SUSPENDED, ForReview(done))
    return done


@transaction.atomic
def restore(glass: BreakGlass, *, by: Appointment) -> BreakGlass:
    """Data protection gives the right back after a use that was found wrong."""
    locked = BreakGlass.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=glass.pk)
    if not policy.can(by, "glass.restore", locked):
        raise PermissionDenied("glass.restore")
    if not may_restore(locked, by):
        raise Stale("nothing to restore")
    locked.restored_at = clocks.now()
    locked.save(update_fields=["restored_at"])
    audit.record("restore_glass", locked, by=by, user=locked.by_id)
    notices.tell(locked.by.post, NoticeKind.GLASS_REVIEWED, locked)
    return locked


def may_restore(glass: BreakGlass, actor: Appointment) -> bool:
    """A suspended use that was reviewed and not yet restored."""
    stands = glass.suspended_at is not None and glass.restored_at is None and glass.status == GlassStatus.REVIEWED
    return stands and policy.can(actor, "glass.restore", glass)


def suspend_unreviewed() -> int:
    """After 72 hours without a review its user breaks no other glass, and data protection is told; run by the loop under SYSTEM."""
    late = BreakGlass.objects.visible_to(SYSTEM).filter(status=GlassStatus.WAITING, suspended_at=None, at__lte=clocks.now() - REVIEW_WITHIN)
    found = list(late.select_related("by__post__organisation", "overseer__organisation").select_for_update(of=("self",), skip_locked=True).order_by("pk")[:AT_ONCE])
    for glass in found:
        glass.suspended_at = clocks.now()
        glass.save(update_fields=["suspended_at"])
        audit.record("suspend_glass", glass, by=SYSTEM, user=glass.by_id)
        notices.tell(glass.overseer, NoticeKind.GLASS_SUSPENDED, ForReview(glass))
        notices.tell(glass.by.post, NoticeKind.GLASS_SUSPENDED, glass)
    return len(found)
