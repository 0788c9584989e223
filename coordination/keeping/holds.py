"""Holds: asked by a chief of police, set by a supervisor, or set by child protection; what is held is not destroyed (security.md 5.4)."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from coordination import audit, clocks, duties, notices, policy
from coordination.keeping.retention import Keeper, keeper_of
from coordination.models import SYSTEM, Appointment, Hold, Organisation, Post, Role
from coordination.models.keeping import HoldKind, HoldStatus
from coordination.models.notices import NoticeKind
from coordination.models.organisations import OrganisationKind
from coordination.people.postings import dpo_of
from coordination.scope import beyond_the_reader
from coordination.workflow import Stale, move

DECIDE = "decide_hold"
CLOCK = "office:1d"


def in_force() -> Any:
    """Every hold that runs today, for whoever is about to destroy: PostgreSQL must know SYSTEM as the reader."""
    today = clocks.today()
    running = Q(ends_on=None) | Q(ends_on__gt=today)
    return Hold.objects.unscoped("what is held binds everybody, also those who may not know of it").filter(running, status=HoldStatus.HELD, starts_on__lte=today)


def held_ids(label: str) -> list[int]:
    """The keys of every held row of a kind, for SYSTEM."""
    return list(in_force().filter(about_model=label).values_list("about_id", flat=True))


def is_held(thing: Any) -> bool:
    """Whether something is held now; asked under the lock of its row by whatever destroys it."""
    with beyond_the_reader("who destroys may not know of the hold, and is bound by it"):
        return in_force().filter(about_model=thing._meta.label_lower, about_id=thing.pk).exists()


def refuse_held(thing: Any) -> None:
    """Raise Stale for a held thing: every act that destroys asks here first."""
    if is_held(thing):
        raise Stale("it is held")


def supervisors(actor: Any) -> Any:
    """The police departments of the actor's province, one of whose heads is asked to set a police hold."""
    province = actor.organisation.unit.province_id
    return Organisation.objects.on(clocks.today()).filter(kind=OrganisationKind.POLICE_DEPARTMENT, unit=province).order_by("name")


def may_place(thing: Any, actor: Any) -> bool:
    """Whether the reader may ask for a hold of this thing, or set one."""
    return policy.can(actor, "hold.ask", thing) or policy.can(actor, "hold.set", thing)


@transaction.atomic
def place(keeper: Keeper, thing: Any, *, by: Appointment, reason: str, ends_on: date | None, to: Organisation | None = None) -> Hold:
    """Ask a supervisor's department for a hold from today on, or set it at once when one may. Raises Stale when one of the same side already stands."""
    if not may_place(thing, by):
        raise PermissionDenied("hold.set")
    locked = keeper.model.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=thing.pk)
    kind = HoldKind.POLICE if by.is_police else HoldKind.CHILD
    _body, department = keeper.bodies(locked)
    asked = to.pk if to else by.body_id
    with beyond_the_reader("a hold of the same side may have been asked for elsewhere"):
        standing = Hold.objects.unscoped("a hold of the same side").filter(about_model=keeper.label, about_id=locked.pk, kind=kind, status__in=(HoldStatus.ASKED, HoldStatus.HELD))
        if standing.exists():
            raise Stale("a hold of this side already stands")
    hold = Hold.objects.visible_to(by).create(
        kind=kind, about_model=keeper.label, about_id=locked.pk, about_code=keeper.code(locked), addressed_to_id=asked,
        parties=sorted({by.body_id, department.pk, asked}), reason=reason, starts_on=clocks.today(), ends_on=ends_on, asked_by=by, asked_at=clocks.now(), kept_out=notices.kept_out_of(locked),
    )  # fmt: skip
    audit.record("ask", hold, by=by, thing=locked.pk)
    if policy.can(by, "hold.set", hold):
        return set_hold(hold, by=by)
    post = Post.objects.get_or_create(organisation_id=asked, role=Role.PROVINCE_POLICE_HEAD)[0]
    duties.open(DECIDE, hold, owed_by=post, clock=CLOCK, parties=[by.body_id])
    notices.tell(post, NoticeKind.HOLD_ASKED, hold)
    return hold


@transaction.atomic
def set_hold(hold: Hold, *, by: Appointment) -> Hold:
    """From now on nothing of it is destroyed; who asked and the data-protection officer are told."""
    with beyond_the_reader("whoever destroys it now is waited for, also by who does not see it"):
        keeper_of(hold.about_model).model.objects.visible_to(SYSTEM).select_for_update(of=("self",), no_key=True).filter(pk=hold.about_id).first()
    held = move(hold, "set", by=by, set_by=by, set_at=clocks.now())
    duties.discharge(DECIDE, held)
    if held.asked_by_id != by.pk:
        notices.tell(held.asked_by.post, NoticeKind.HOLD_SET, held)
    department = Organisation.objects.filter(pk__in=held.parties, kind=OrganisationKind.DOET).first()
    if department:
        notices.tell(dpo_of(department), NoticeKind.HOLD_SET, held)
    return held


@transaction.atomic
def decline(hold: Hold, *, by: Appointment, reason: str) -> Hold:
    """The supervisor does not set it; who asked is told."""
    declined = move(hold, "decline", by=by, ended_at=clocks.now(), end_reason=reason)
    duties.discharge(DECIDE, declined)
    notices.tell(declined.asked_by.post, NoticeKind.HOLD_ENDED, declined)
    return declined


@transaction.atomic
def lift(hold: Hold, *, by: Appointment, reason: str) -> Hold:
    """The hold ends before its day, with a reason."""
    lifted = move(hold, "lift", by=by, ended_at=clocks.now(), end_reason=reason)
    notices.tell(lifted.asked_by.post, NoticeKind.HOLD_ENDED, lifted)
    return lifted


def shown_to(thing: Any, actor: Any) -> Hold | None:
    """The running hold of a thing, for a reader who may know of it."""
    if not policy.can(actor, "hold.list"):
        return None
    seen = Hold.objects.visible_to(actor).filter(about_model=thing._meta.label_lower, about_id=thing.pk)
    today = clocks.today()
    return seen.filter(Q(ends_on=None) | Q(ends_on__gt=today), status=HoldStatus.HELD, starts_on__lte=today).order_by("pk").first()
