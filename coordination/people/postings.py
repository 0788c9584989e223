"""Who holds a post until when: shutting and opening an account, the end of an appointment to the second, idle accounts (security.md 2.4 row 6, domain/privacy.md 4)."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from coordination import audit, clocks, notices, policy
from coordination.door import sessions
from coordination.models import SYSTEM, Appointment, Organisation, Post, Role, User
from coordination.models.notices import NoticeKind
from coordination.models.organisations import OrganisationKind
from coordination.models.people import HEADS_OF_UNITS, Suspension, administered_by
from coordination.scope import beyond_the_reader
from coordination.workflow import Refused, Stale

# Inactive accounts are shut after 45 days (TCVN 14423:2026 as in domain/privacy.md 4); the holder hears of it a week before.
IDLE = timedelta(days=45)
NOTICE = timedelta(days=7)
MOST_AT_ONCE = 200

Part = Callable[[Appointment], int]
_parts: list[tuple[str, Part]] = []


def offer(name: str, part: Part) -> None:
    """Called by an app's ready(): what of its own goes back to the post when somebody's appointment is over; it says how many."""
    _parts.append((name, part))


# Who stands above whom


def heads_of(organisation: Organisation) -> Any:
    """The posts that answer for the staff of a unit: its own head, then the head of the unit above it; a police unit's also those of the province's departments."""
    above = organisation.parent_id
    bodies = Q(organisation=organisation.pk) | Q(organisation=above)
    if organisation.is_police:
        bodies |= Q(organisation__parent=above, organisation__kind=OrganisationKind.POLICE_DEPARTMENT)
    return Post.objects.filter(bodies, role__in=HEADS_OF_UNITS).select_related("organisation").order_by("pk")


def superior_of(post: Post) -> Post | None:
    """The one head who is told what happens to the holder of a post; a head's own superior is the one above."""
    found = [head for head in heads_of(post.organisation) if head.pk != post.pk]
    return next((head for head in found if head.organisation_id == post.organisation_id), None) or next(iter(found), None)


def guardian_of(body: Organisation, department: Organisation, apart: Iterable[int] = ()) -> Post:
    """The child-protection post that reviews and prepares for a body; where nobody holds one, or only users of `apart`, the Sở's (security.md 3.3: one level up)."""
    desk = Organisation.objects.desk_of(body)
    held = Appointment.objects.held_on(clocks.today()).filter(post__organisation=desk, post__role=Role.CHILD_PROTECTION).exclude(user_id__in=apart)
    return Post.objects.get_or_create(organisation=desk if held.exists() else department, role=Role.CHILD_PROTECTION)[0]


def dpo_of(department: Organisation) -> Post:
    """The data-protection officer of a Sở."""
    return Post.objects.select_related("organisation").get_or_create(organisation=department, role=Role.DPO)[0]


def administrators_of(organisation: Organisation) -> Any:
    """The appointments of those who keep the accounts of a body."""
    held = Appointment.objects.held_on(clocks.today()).with_post().filter(post__role=Role.SYSADMIN)
    return [each for each in held.order_by("pk") if keeps(each, organisation)]


def keeps(actor: Any, organisation: Organisation) -> bool:
    """Whether an administrator keeps the accounts of a body."""
    return Organisation.objects.filter(administered_by(actor), pk=organisation.pk).exists()


def current(user: User) -> Any:
    """What somebody holds now or will hold, the account shut or not."""
    now, today = clocks.now(), clocks.today()
    return Appointment.objects.with_post().filter(Q(ends_on=None) | Q(ends_on__gt=today), Q(ends_at=None) | Q(ends_at__gt=now), user=user).order_by("starts_on", "pk")


# The acts


def taken(user: User, act: str, by: Any) -> User:
    """The account locked, in the reach of who acts. Raises PermissionDenied."""
    locked = User.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if not policy.can(by, f"account.{act}", locked):
        raise PermissionDenied(act)
    return locked


@transaction.atomic
def suspend(user: User, *, by: Any, why: str) -> User:
    """Tạm ngừng: at once and by one person, whatever the post: what closes a door never waits. The superior is told. Raises Stale when it is shut already."""
    locked = taken(user, "suspend", by)
    if not locked.is_active:
        raise Stale("suspended already")
    locked.is_active, locked.suspended_at, locked.suspension = False, clocks.now(), why
    locked.save(update_fields=["is_active", "suspended_at", "suspension"])
    ended = sessions.end_all(locked)
    audit.record("suspend_account", locked, by=by, why=why, sessions=ended)
    tell_superiors(locked, NoticeKind.ACCOUNT_SUSPENDED)
    return locked


def tell_superiors(user: User, kind: str) -> None:
    """Whoever stands above each of the posts of an account hears of it."""
    for held in current(user):
        if superior := superior_of(held.post):
            notices.tell(superior, kind, user)


def reopen(user: User, *, by: Any) -> None:
    """The account may be used again; idleness counts anew. Called by the request that was decided (coordination.people.account_requests)."""
    user.is_active, user.suspended_at, user.suspension, user.active_since, user.warned_at = True, None, "", clocks.now(), None
    user.save(update_fields=["is_active", "suspended_at", "suspension", "active_since", "warned_at"])
    audit.record("reopen_account", user, by=by)


def shut_out(user: User, *, by: Any) -> None:
    """Nothing the holder knows or has opens the account any more: password, second factors, links and sessions are gone until an invitation is taken up."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    factors = Authenticator.objects.filter(user=user).delete()[0]
    links = SocialAccount.objects.filter(user=user).delete()[0]
    audit.record("reset_account", user, by=by, factors=factors, links=links, sessions=sessions.end_all(user))


@transaction.atomic
def end(held: Appointment, *, by: Any, at: datetime) -> Appointment:
    """Thôi giữ vị trí: from that instant on the appointment opens nothing (half-open: at noon it is over). What it handled goes back to the post.

    Raises Refused for an hour that has passed or is later than the end that is set, Stale when it is over already.
    """
    taken(held.user, "end", by)
    locked = Appointment.objects.select_for_update(of=("self",), no_key=True).get(pk=held.pk)
    if not keeps(by, held.organisation):
        raise PermissionDenied("end")
    if not current(held.user).filter(pk=locked.pk).exists():
        raise Stale("over already")
    day = clocks.local(at).date()
    if day < locked.starts_on or locked.ends_on and day >= locked.ends_on or locked.ends_at and at > locked.ends_at:
        raise Refused(_("Vị trí này bắt đầu sau, hoặc đã ghi kết thúc sớm hơn giờ này. Chọn giờ trong thời gian giữ vị trí."))
    locked.ends_at, locked.ends_on = at, day + clocks.ONE_DAY
    locked.save(update_fields=["ends_at", "ends_on"])
    audit.record("end_appointment", locked.user, by=by, appointment=locked.pk, post=locked.post_id, at=at.isoformat())
    if at <= clocks.now():
        hand_back(locked)
    return locked


def hand_back(held: Appointment) -> None:
    """After the end: each app gives what this person had in hand back to the post, and his sessions end (ground.md 5)."""
    with beyond_the_reader("what somebody handled goes back to the post when he leaves it"):
        returned = {name: part(held) for name, part in _parts}
    held.handed_back_at = clocks.now()
    held.save(update_fields=["handed_back_at"])
    audit.record("hand_back", held.user, by=SYSTEM, appointment=held.pk, sessions=sessions.end_all(held.user), **returned)


def hand_back_all() -> int:
    """The loop's chore: appointments whose end has come."""
    over = Q(ends_on__lte=clocks.today()) | Q(ends_at__lte=clocks.now())
    rows = Appointment.objects.filter(over, ends_on__isnull=False, handed_back_at=None).select_related("user").order_by("ends_on", "pk")
    found = list(rows.select_for_update(of=("self",), skip_locked=True)[:MOST_AT_ONCE])
    for held in found:
        hand_back(held)
    return len(found)


# Idle accounts


def idle_since(instant: datetime) -> Any:
    """Open accounts that nobody has used since an instant. A session lasts ten hours at most, so that the last sign-in is the last use, to the day."""
    rows = User.objects.filter(is_active=True).exclude(password__startswith="!")
    return rows.annotate(used_at=Greatest("last_login", "active_since")).filter(used_at__lte=instant)


def watch_idle() -> tuple[int, int]:
    """The loop's chore: tell a week before, then shut; how many of each. The sample's accounts are for whoever comes by, and nobody is absent from them."""
    if settings.DEMO:
        return 0, 0
    now = clocks.now()
    untold = Q(warned_at=None) | Q(warned_at__lt=F("used_at"))
    warned = [warn(user) for user in idle_since(now - IDLE + NOTICE).filter(untold).order_by("pk")[:MOST_AT_ONCE]]
    told = idle_since(now - IDLE).filter(warned_at__lte=now - NOTICE, warned_at__gte=F("used_at")).order_by("pk")
    shut = [suspend(user, by=SYSTEM, why=Suspension.IDLE) for user in told[:MOST_AT_ONCE] if not is_last_administrator(user)]
    return len(warned), len(shut)


def warn(user: User) -> None:
    """One notice to the holder, a week before."""
    user.warned_at = clocks.now()
    user.save(update_fields=["warned_at"])
    for held in current(user)[:1]:
        notices.tell(held.post, NoticeKind.ACCOUNT_IDLE, user, only=user)
    audit.record("warn_idle", user, by=SYSTEM)


def is_last_administrator(user: User) -> bool:
    """Whether shutting the account would leave a province nobody who can open one again."""
    return any(all(each.user_id == user.pk for each in administrators_of(held.organisation)) for held in current(user) if held.role == Role.SYSADMIN)
