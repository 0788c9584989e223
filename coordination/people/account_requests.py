"""Requests about accounts: somebody asks, an administrator looks, where one is not enough a second person confirms; then it is done (security.md 2.4 row 54, 3.2 D)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from coordination import audit, clocks, notices, policy
from coordination.models import SYSTEM, AccountRequest, Appointment, Organisation, Post, Role, User
from coordination.models.accounts import WAITING, RequestKind, RequestStatus
from coordination.models.notices import NoticeKind
from coordination.models.organisations import OrganisationKind as Kind
from coordination.models.people import SCHOOL_ROLES, SECOND_PERSON_ROLES
from coordination.people import postings
from coordination.scope import beyond_the_reader
from coordination.workflow import Refused, Stale, move

# Which posts a body has. An administrator and the data protection officer are never made by a list.
ROLES_AT = {
    Kind.SCHOOL: SCHOOL_ROLES,
    Kind.COMMUNE_POLICE: {Role.COMMUNE_OFFICER, Role.COMMUNE_CHIEF},
    Kind.POLICE_DEPARTMENT: {Role.PROVINCE_POLICE, Role.PROVINCE_POLICE_HEAD},
    Kind.PROVINCE_POLICE: {Role.PROVINCE_POLICE, Role.PROVINCE_POLICE_HEAD},
    Kind.COMMUNE_PC: {Role.COMMUNE_LEADER, Role.CLERK},
    Kind.CULTURE_SOCIETY_OFFICE: {Role.COMMUNE_EDUCATION, Role.CHILD_PROTECTION},
    Kind.DOET: {Role.DOET_OFFICER, Role.DOET_LEADER, Role.CHILD_PROTECTION, Role.CLERK},
}
# What the head of a unit may propose for it (security.md 3.2 D); an administrator may propose every post of the bodies he keeps.
PROPOSES = {
    Role.PRINCIPAL: {Role.SCHOOL_OFFICER, Role.COUNSELLOR},
    Role.COMMUNE_CHIEF: {Role.COMMUNE_OFFICER},
    Role.PROVINCE_POLICE_HEAD: {Role.PROVINCE_POLICE},
    Role.CHILD_PROTECTION: {Role.COMMUNE_EDUCATION, Role.DOET_OFFICER},
}
# Never made by a list: an administrator proposes them, a second person confirms.
WATCHERS_AT = {Kind.DOET: {Role.SYSADMIN, Role.DPO}, Kind.PROVINCE_POLICE: {Role.SYSADMIN}}


def chooses_the_unit(actor: Any) -> bool:
    """An administrator proposes for any unit he keeps; the head of a unit for his own alone."""
    return bool(actor.role == Role.SYSADMIN)


def roles_for(actor: Any, organisation: Organisation) -> set[str]:
    """The posts of a body that the actor may propose: of his own unit, or of the bodies he keeps."""
    if not (postings.keeps(actor, organisation) if chooses_the_unit(actor) else organisation.pk == actor.organisation.pk):
        return set()
    there = ROLES_AT.get(organisation.kind, set()) | WATCHERS_AT.get(organisation.kind, set())
    return there if chooses_the_unit(actor) else there & PROPOSES.get(actor.role, set())


def offered_to(actor: Any) -> set[str]:
    """Every post that the actor could propose somewhere."""
    if chooses_the_unit(actor):
        return set().union(*ROLES_AT.values(), *WATCHERS_AT.values())
    return roles_for(actor, actor.organisation)


@dataclass(frozen=True)
class Wanted:
    """Who should hold which post, from when until when (`ends`: the first day on which no longer)."""

    username: str
    email: str
    organisation: Organisation
    role: str
    starts: date
    ends: date | None
    reason: str


# Asking


@transaction.atomic
def propose(wanted: Wanted, *, by: Appointment) -> AccountRequest:
    """Đề nghị giao vị trí: for somebody with or without an account. Raises Refused in words when it cannot be given."""
    if not policy.can(by, "account.propose") or wanted.role not in roles_for(by, wanted.organisation):
        raise PermissionDenied("account.propose")
    user = User.objects.filter(username=wanted.username).first()
    refuse_impossible(wanted, user if user and may_name(user, by) else None, by)
    post = Post.objects.get_or_create(organisation=wanted.organisation, role=wanted.role)[0]
    dates = {"starts_on": wanted.starts, "ends_on": wanted.ends}
    return ask(RequestKind.APPOINT, post, by=by, username=wanted.username, user=user if user and is_his(user, wanted.email) else None, email=wanted.email, reason=wanted.reason, **dates)


def is_his(user: User, email: str) -> bool:
    """Whether an account is that of the person with this address."""
    return user.email.lower() == email.lower()


def refuse_impossible(wanted: Wanted, user: User | None, by: Appointment) -> None:
    """Never one's own rights; one address for one user; nothing for a shut account; no post twice.

    `user` is the account of that name as far as the asker may know of it. Of one elsewhere he learns nothing: the administrator does (`clash_of`).
    """
    if wanted.username == by.user.username:
        raise Refused(_("Không tự giao vị trí cho tài khoản của mình."))
    if user is None:
        return
    if not is_his(user, wanted.email):
        raise Refused(_("Tên đăng nhập này đã có với thư điện tử khác."))
    if not user.is_active:
        raise Refused(_("Tài khoản này đang tạm ngừng. Đề nghị mở lại trước."))
    if postings.current(user).filter(post__organisation=wanted.organisation, post__role=wanted.role).exists():
        raise Refused(_("Tài khoản này đang giữ vị trí đó."))


@transaction.atomic
def ask_reset(user: User, *, by: Appointment, reason: str) -> AccountRequest:
    """Đề nghị cấp lại: a colleague of the same body, or an administrator, says that the holder lost password or second factor. Raises Refused in words."""
    if not policy.can(by, "account.ask_reset") or not may_name(user, by):
        raise PermissionDenied("account.ask_reset")
    held = next(iter(watched_first(user)), None)
    if held is None or not user.is_active or not user.is_open:
        raise Refused(_("Tài khoản này đang tạm ngừng, chưa mở lần đầu hoặc không còn giữ vị trí nào, nên không cấp lại được."))
    return ask(RequestKind.RESET, held.post, by=by, username=user.username, user=user, reason=reason)


def may_name(user: User, by: Any) -> bool:
    """Whether somebody may ask for this account: one of his own body, or one he keeps. Never his own: whoever is signed in changes his own factors himself."""
    if user.pk == by.user_id:
        return False
    colleague = any(held.body_id == by.body_id for held in postings.current(user))
    return colleague or by.role == Role.SYSADMIN and User.objects.visible_to(by).filter(pk=user.pk).exists()


@transaction.atomic
def ask_reopen(user: User, *, by: Appointment, reason: str) -> AccountRequest:
    """Mở lại: asked and approved by the administrator in one; where the account holds a watched post a second person confirms. Raises Stale when it is not shut."""
    locked = postings.taken(user, "reopen", by)
    held = watched_first(locked)
    if locked.is_active:
        raise Stale("not suspended")
    if not held:
        raise Refused(_("Tài khoản này không còn giữ vị trí nào. Đề nghị giao vị trí trước."))
    return approve(ask(RequestKind.REOPEN, held[0].post, by=by, username=locked.username, user=locked, reason=reason), by=by)


def watched_first(user: User) -> list[Appointment]:
    """What somebody holds, the posts that ask for a second person before the others: a request about the account is decided where those are."""
    return sorted(postings.current(user), key=lambda each: each.role not in SECOND_PERSON_ROLES)


def ask(kind: str, post: Post, *, by: Appointment, **said: Any) -> AccountRequest:
    """The row, in the sight of all whom it concerns; the administrators are told. Raises Stale while the same request waits."""
    parties = {post.organisation.body_id, by.body_id} | {head.organisation.body_id for head in postings.heads_of(post.organisation)}
    keepers = postings.administrators_of(post.organisation)
    parties |= {keeper.body_id for keeper in keepers}
    try:
        with transaction.atomic():
            made = AccountRequest.objects.visible_to(by).create(kind=kind, post=post, asked_by=by, asked_at=clocks.now(), parties=sorted(parties), **said)
    except IntegrityError as error:
        raise Stale("the same request waits already") from error
    audit.record("ask", made, by=by, kind=kind, post=post.pk, account=made.user_id)
    for keeper in keepers:
        if keeper.pk != by.pk:
            notices.tell(keeper.post, NoticeKind.ACCOUNT_ASKED, made)
    return made


# Deciding


def clash_of(request: AccountRequest) -> str:
    """Why a post cannot be given to the account of that name, for who decides; "" when it can. A name is one in the whole portal, so somebody has to learn it."""
    user = User.objects.filter(username=request.username).first() if request.kind == RequestKind.APPOINT else None
    if user and not is_his(user, request.email):
        return _("Tên đăng nhập này là của người khác (thư điện tử khác). Không chấp thuận, và nhờ đơn vị ghi tên đăng nhập khác.")
    return _("Tài khoản này đang tạm ngừng. Đề nghị mở lại trước.") if user and not user.is_active else ""


def refuse_clash(request: AccountRequest) -> None:
    """Raises Refused in words; the step is taken back with it."""
    if words := clash_of(request):
        raise Refused(words)


@transaction.atomic
def approve(request: AccountRequest, *, by: Appointment) -> AccountRequest:
    """The administrator's word. Where one person is enough it is done; otherwise the heads who may confirm are told. Raises Refused when the name is another's."""
    approved = move(request, "approve", by=by, approved_by=by, approved_at=clocks.now())
    refuse_clash(approved)
    if not approved.needs_second:
        with beyond_the_reader("the portal carries out what was decided"):
            done = move(approved, "finish", by=SYSTEM, ended_at=clocks.now())
        return carry_out(done, by=by)
    for head in postings.heads_of(approved.post.organisation):
        notices.tell(head, NoticeKind.ACCOUNT_ASKED, approved)
    return approved


@transaction.atomic
def confirm(request: AccountRequest, *, by: Appointment) -> AccountRequest:
    """The second person: another administrator or a head; never the one who approved, never the holder. Both names stand in the row and in the trail."""
    done = move(request, "confirm", by=by, confirmed_by=by, ended_at=clocks.now())
    refuse_clash(done)
    return carry_out(done, by=by)


@transaction.atomic
def refuse(request: AccountRequest, *, by: Appointment, refusal: str) -> AccountRequest:
    """No, with the reason; whoever asked is told."""
    done = move(request, "refuse", by=by, refusal=refusal, ended_at=clocks.now())
    notices.tell(done.asked_by.post, NoticeKind.ACCOUNT_DECIDED, done)
    return done


@transaction.atomic
def withdraw(request: AccountRequest, *, by: Appointment) -> AccountRequest:
    """Whoever asked takes it back."""
    return move(request, "withdraw", by=by, ended_at=clocks.now())


# Doing


def carry_out(request: AccountRequest, *, by: Appointment) -> AccountRequest:
    """What was asked and decided; the trail names who asked, who approved and who confirmed. Raises Stale when the account changed meanwhile."""
    names = {"asked_by": request.asked_by_id, "approved_by": request.approved_by_id, "confirmed_by": request.confirmed_by_id}
    user = {RequestKind.APPOINT: appoint, RequestKind.RESET: reset, RequestKind.REOPEN: open_again}[request.kind](request, by)
    audit.record(request.kind, user, by=by, request=request.pk, post=request.post_id, **names)
    notices.tell(request.asked_by.post, NoticeKind.ACCOUNT_DECIDED, request)
    return request


def appoint(request: AccountRequest, by: Appointment) -> User:
    """The account, without a password that works, and its appointment."""
    user = User.objects.filter(username=request.username).first() or User.objects.create_user(request.username, None, request.email)
    starts = max(request.starts_on, clocks.today())
    if not user.is_active or not is_his(user, request.email) or request.ends_on and request.ends_on <= starts:
        raise Stale("the account was shut or changed, or the days are over")
    if postings.current(user).filter(post=request.post_id).exists():
        raise Stale("held already")
    Appointment.objects.create(user=user, post=request.post, starts_on=starts, ends_on=request.ends_on)
    request.user = user
    request.save(update_fields=["user"])
    return user


def reset(request: AccountRequest, by: Appointment) -> User:
    """Password, factors and sessions are gone; the holder and his superior are told; an administrator makes the code."""
    user = locked_user(request)
    if not user.is_active or not user.is_open:
        raise Stale("shut or never opened")
    notices.tell(request.post, NoticeKind.ACCOUNT_RESET, request, only=user)
    if superior := postings.superior_of(request.post):
        notices.tell(superior, NoticeKind.ACCOUNT_RESET, request)
    postings.shut_out(user, by=by)
    return user


def open_again(request: AccountRequest, by: Appointment) -> User:
    """The account is open; its password and factors are those from before."""
    user = locked_user(request)
    if user.is_active:
        raise Stale("open already")
    postings.reopen(user, by=by)
    return user


def locked_user(request: AccountRequest) -> User:
    """The account of a request, held until the end of the transaction."""
    return User.objects.select_for_update(of=("self",), no_key=True).get(pk=request.user_id)


def refuse_over(request: AccountRequest) -> None:
    """Raises Stale when nothing waits any more."""
    if request.status not in WAITING:
        raise Stale(f"already {request.status}")


def turn_of(request: AccountRequest) -> str:
    """Whose turn it is, in words."""
    if request.status == RequestStatus.ASKED:
        return _("Chờ quản trị tài khoản của tỉnh xem xét.")
    if request.status == RequestStatus.APPROVED:
        heads = "; ".join(str(head) for head in postings.heads_of(request.post.organisation) if head.pk != request.post_id)
        return _("Chờ người thứ hai xác nhận: quản trị khác, hoặc %(heads)s.") % {"heads": heads} if heads else _("Chờ quản trị khác, hoặc lãnh đạo cơ quan của quản trị xác nhận.")
    return ""


def may_invite(request: AccountRequest, actor: Any) -> bool:
    """Whether what was done waits for a code that this reader makes."""
    user = request.user
    return bool(request.status == RequestStatus.DONE and user and user.is_active and not user.is_open and policy.can(actor, "account.invite", user))


def about(user: User, actor: Any) -> Any:
    """The latest requests about an account, among those the actor sees."""
    return AccountRequest.objects.visible_to(actor).filter(username=user.username).order_by("-asked_at", "-pk")[:20]


def waiting_for(actor: Any) -> Any:
    """Requests that wait for somebody, among those the actor sees."""
    return AccountRequest.objects.visible_to(actor).filter(status__in=WAITING)
