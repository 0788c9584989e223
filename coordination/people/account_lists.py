"""The administrator's list of accounts: narrowed by what stands in the address, in the order of the user names, with what each row says."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from coordination import audit, clocks, policy
from coordination.door.factors import SECOND_FACTORS
from coordination.folding import fold
from coordination.models import AccountReview, Appointment, TrailLine, User
from coordination.models.people import Suspension
from coordination.people.postings import IDLE, NOTICE
from coordination.scope import beyond_the_reader
from coordination.web import params
from coordination.web.paging import PAGE
from coordination.workflow import Stale

ENDS_SOON = timedelta(days=30)
REVIEWED_EVERY = timedelta(days=183)  # every six months (domain/privacy.md 4)


class State(models.TextChoices):
    """What an administrator looks for."""

    UNOPENED = "unopened", _("Chưa mở lần đầu")
    ONE_FACTOR = "one_factor", _("Chưa có bước xác thực thứ hai")
    IDLE = "idle", _("Lâu không dùng")
    SUSPENDED = "suspended", _("Đang tạm ngừng")
    ENDS_SOON = "ends_soon", _("Sắp thôi giữ vị trí")


READ = {"q": params.text(80), "state": params.one_of(State.values)}


@dataclass(frozen=True)
class Row:
    """One account as the list and its own page show it."""

    user: User
    held: list[Appointment]
    states: list[State]


def with_what_is_said(users: Any) -> Any:
    """Whether there is a second factor, when it was last used, what is held now or soon."""
    today, now = clocks.today(), clocks.now()
    held = Appointment.objects.with_post().filter(Q(ends_on=None) | Q(ends_on__gt=today), Q(ends_at=None) | Q(ends_at__gt=now)).order_by("starts_on", "pk")
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    return users.annotate(has_factor=Exists(factor), used_at=Greatest("last_login", "active_since")).prefetch_related(Prefetch("appointments", held, to_attr="held"))


def filtered(users: Any, asked: dict[str, Any]) -> Any:
    """Accounts whose name, or a unit of which, fits each word, and that stand in the state asked for."""
    for word in fold(asked["q"] or "").split():
        there = Appointment.objects.filter(user=OuterRef("pk"), post__organisation__folded__contains=word)
        users = users.filter(Q(username__contains=word) | Exists(there))
    return users.filter(stands(asked["state"])) if asked["state"] else users


def stands(state: str) -> Q:
    """The same question as `states_of`, asked of the database."""
    opened = ~Q(password__startswith="!")
    soon = Appointment.objects.filter(user=OuterRef("pk"), ends_on__gt=clocks.today(), ends_on__lte=clocks.today() + ENDS_SOON)
    return {
        State.UNOPENED: ~opened & Q(is_active=True),
        State.ONE_FACTOR: opened & Q(is_active=True, has_factor=False),
        State.IDLE: opened & Q(is_active=True, used_at__lte=clocks.now() - IDLE + NOTICE),
        State.SUSPENDED: Q(is_active=False),
        State.ENDS_SOON: Q(Exists(soon)),
    }[State(state)]


def states_of(user: User) -> list[State]:
    """What deserves attention about an account, in words."""
    if not user.is_active:
        return [State.SUSPENDED]
    found = [] if user.is_open else [State.UNOPENED]
    if user.is_open and not user.has_factor:
        found.append(State.ONE_FACTOR)
    if user.is_open and user.used_at <= clocks.now() - IDLE + NOTICE:
        found.append(State.IDLE)
    last = clocks.today() + ENDS_SOON
    return found + ([State.ENDS_SOON] if any(held.ends_on and held.ends_on <= last for held in user.held) else [])


def page(users: Any, after: tuple[Any, ...] | None) -> tuple[list[Row], str]:
    """Fifty accounts in the order of their names from a cursor on, and where the next page begins."""
    if after:
        if len(after) != 1 or not isinstance(after[0], str):
            raise BadRequest("cursor")
        users = users.filter(username__gt=after[0])
    found = list(users.order_by("username")[: PAGE + 1])
    return [row_of(user) for user in found[:PAGE]], params.make_cursor([found[PAGE - 1].username]) if len(found) > PAGE else ""


def row_of(user: User) -> Row:
    """What is said of one account."""
    return Row(user, user.held, states_of(user))


def last_review(actor: Any) -> AccountReview | None:
    """When the list was last gone through."""
    return AccountReview.objects.visible_to(actor).select_related("by__user").order_by("-reviewed_at", "-pk").first()


@transaction.atomic
def confirm_review(*, by: Appointment, accounts: int) -> AccountReview:
    """Đã rà soát: once a day at most. Raises Stale on the second press."""
    if not policy.can(by, "account.review"):
        raise PermissionDenied("account.review")
    done = last_review(by)
    if done and clocks.local(done.reviewed_at).date() == clocks.today():
        raise Stale("reviewed today")
    made = AccountReview.objects.visible_to(by).create(by=by, reviewed_at=clocks.now(), accounts=accounts, parties=[by.body_id])
    audit.record("review_accounts", made, by=by, accounts=accounts)
    return made


def review_is_due(review: AccountReview | None) -> bool:
    """Whether half a year has passed."""
    return review is None or review.reviewed_at + REVIEWED_EVERY <= clocks.now()


# What was done to an account, in the words of the trail

EVENTS = {
    "appoint": _("Được giao vị trí"),
    "invite_account": _("Được cấp mã mời"),
    "refuse_code": _("Có người nhập sai mã mời"),
    "open_account": _("Mở tài khoản, đặt mật khẩu"),
    "reset": _("Được duyệt cấp lại mật khẩu, bước xác thực thứ hai"),
    "reset_account": _("Mật khẩu, bước xác thực thứ hai cũ bị gỡ"),
    "suspend_account": _("Tạm ngừng"),
    "reopen": _("Được duyệt mở lại"),
    "reopen_account": _("Mở lại"),
    "end_appointment": _("Ghi thôi giữ vị trí"),
    "hand_back": _("Việc đang giải quyết trở về vị trí"),
    "review_accounts": _("Rà soát tài khoản"),
    "ask": _("Gửi đề nghị"),
    "warn_idle": _("Được báo sắp tạm ngừng vì lâu không dùng"),
}
MOST_EVENTS = 50


def events_of(user: User) -> list[dict[str, Any]]:
    """The trail's lines about an account (security.md 3.2 D: account events): what, when, by which post, and why it was shut."""
    with beyond_the_reader("an administrator reads the events of an account"):
        lines = list(TrailLine.objects.filter(about_model="coordination.user", about_id=user.pk, act__in=EVENTS).order_by("-id")[:MOST_EVENTS])
    posts = {held.pk: held for held in Appointment.objects.with_post().filter(pk__in={line.actor_id for line in lines})}
    return [{"at": line.happened_at, "words": EVENTS[line.act], "by": posts.get(line.actor_id), "why": Suspension(line.detail["why"]).label if line.detail.get("why") else ""} for line in lines]
