"""Invitations: a one-time code, bound to an account and its post, by which the holder sets his password (security.md 2.4 row 54)."""

import secrets
from datetime import timedelta
from functools import cache
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from coordination import audit, clocks, notices, policy
from coordination.codes import ALPHABET
from coordination.door.accounts import count_failure, forget_failures
from coordination.models import SYSTEM, Appointment, Invitation, Organisation, Post, Role, User
from coordination.models.notices import NoticeKind
from coordination.people import postings
from coordination.scope import beyond_the_reader, reading_as
from coordination.workflow import Refused, Stale

STANDS = timedelta(days=7)
LENGTH = 16
# Letters that people take for others when they read a code aloud or copy it by hand.
MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1", "u": "v", " ": None, "-": None})


def spoken(code: str) -> str:
    """The code in groups, as it is shown and handed over."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4)).upper()


def read(typed: str) -> str:
    """A code as it was typed, back to what was made."""
    return typed.strip().lower().translate(MISREAD)


def new_secret() -> str:
    """Eighty random bits in letters that can be read aloud."""
    return "".join(secrets.choice(ALPHABET) for _letter in range(LENGTH))


@cache
def of_nobody() -> str:
    """The hash of a code that nobody has: an unknown name costs the same time as a known one."""
    return make_password(new_secret())


@transaction.atomic
def invite(user: User, *, by: Appointment) -> str:
    """Make the code of an account that nobody has opened, and mail its holder where to use it; a code made before opens nothing any more.

    Says the code, this once: only its hash is kept. Raises Stale when the account is open, shut, or holds no post: an open account is
    changed by two people (coordination.people.account_requests), never by one with a code.
    """
    locked = postings.taken(user, "invite", by)
    held = postings.current(locked).first()
    if locked.is_open or not locked.is_active or held is None:
        raise Stale("nothing to open")
    code, now = new_secret(), clocks.now()
    with beyond_the_reader("invitations are seen by the portal alone"):
        Invitation.objects.filter(user=locked, used_at=None).delete()
        made = Invitation.objects.create(user=locked, post=held.post, code_hash=make_password(code), made_by=by, made_at=now, expires_at=now + STANDS)
    audit.record("invite_account", locked, by=by, invitation=made.pk, post=held.post_id)
    notices.tell(held.post, NoticeKind.ACCOUNT_INVITED, made, only=locked)
    return code


@transaction.atomic
def first_administrator(username: str, email: str, body: Organisation) -> str:
    """Somebody must be the first: makes the account and the post of an administrator where nobody keeps the accounts yet, and says its code once.

    Only whoever has the machine can call it (`manage.py accounts first`); a line of the trail tells of it. Raises Refused where an administrator is already.
    """
    if postings.administrators_of(body):
        raise Refused(f"{body.name} has an administrator already: he makes the accounts.")
    if User.objects.filter(username=username).exists():
        raise Refused(f"{username} is taken.")
    user = User.objects.create_user(username, None, email)
    post = Post.objects.get_or_create(organisation=body, role=Role.SYSADMIN)[0]
    held = Appointment.objects.create(user=user, post=post, starts_on=clocks.today())
    code, now = new_secret(), clocks.now()
    made = Invitation.objects.create(user=user, post=post, code_hash=make_password(code), made_by=held, made_at=now, expires_at=now + STANDS)
    audit.record("invite_account", user, by=SYSTEM, invitation=made.pk, post=post.pk)
    return code


def invite_all(users: Any, *, by: Appointment) -> list[tuple[User, Appointment, str]]:
    """A code for each of these accounts that waits for one and is kept here; who, in which post, which code."""
    if not policy.can(by, "account.invite"):
        raise PermissionDenied("account.invite")
    return [(user, postings.current(user).first(), invite(user, by=by)) for user in users if policy.can(by, "account.invite", user)]


def waiting(users: Any) -> Any:
    """Those among accounts that nobody has opened and that hold a post."""
    held = Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gt=clocks.today()), user=OuterRef("pk"))
    return users.filter(Exists(held), password__startswith="!", is_active=True).order_by("username")


def open_with(username: str, code: str) -> Invitation | None:
    """The invitation that this name and this code open together, or None: whatever is wrong, the same work is done and nothing else is said."""
    with reading_as(SYSTEM):
        found = Invitation.objects.select_related("user", "post").filter(user__username=username.strip().lower(), used_at=None).order_by("-made_at").first()
    right = check_password(read(code), found.code_hash if found else of_nobody())
    return found if found and right and stands(found) else None


def stands(invitation: Invitation) -> bool:
    """Whether an invitation may still be taken up: its week, its account, its post."""
    user = invitation.user
    return clocks.now() < invitation.expires_at and user.is_active and not user.is_open and postings.current(user).filter(post=invitation.post_id).exists()


@transaction.atomic
def take_up(invitation: Invitation, password: str) -> User:
    """The holder's first password; the code is used. Raises Stale when another press was first."""
    with reading_as(SYSTEM):
        locked = Invitation.objects.select_for_update(of=("self",)).filter(pk=invitation.pk, used_at=None).first()
        if locked is None:
            raise Stale("used already")
        user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=locked.user_id)
        if user.is_open:
            raise Stale("opened already")
        user.set_password(password)
        user.active_since, user.warned_at = clocks.now(), None
        user.save(update_fields=["password", "active_since", "warned_at"])
        locked.used_at = clocks.now()
        locked.save(update_fields=["used_at"])
        audit.record("open_account", user, by=postings.current(user).filter(post=locked.post_id).first(), invitation=locked.pk)
    return user


def counted_as(username: str) -> str:
    """The name under which wrong invitation codes are counted: apart from wrong passwords, delayed alike."""
    return f"{username.strip().upper().lower()[:80]} / loi-moi"


def succeeded(request: HttpRequest, username: str) -> None:
    """A right code forgets the wrong ones before it."""
    forget_failures(request, counted_as(username))


def failed(request: HttpRequest, username: str) -> None:
    """A wrong code makes this client wait longer for this account, as a wrong password does (coordination.door.accounts)."""
    count_failure(request, counted_as(username))
    user = User.objects.filter(username=username.strip().lower()).first()
    if user:
        with reading_as(SYSTEM):
            audit.record("refuse_code", user, by=SYSTEM)
