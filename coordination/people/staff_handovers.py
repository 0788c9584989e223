"""Handover at a change of staff: duties stay with the post; what one person had in hand goes to whoever takes over; all of it is listed (ORG-5, security.md 3.6)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from coordination import audit, clocks, duties, notices
from coordination.models import Appointment, Duty, Organisation
from coordination.models.duties import DutyStatus
from coordination.models.notices import NoticeKind
from coordination.models.people import HEADS_OF_UNITS
from coordination.models.staff_handovers import StaffHandover
from coordination.web.words import hour_words
from coordination.workflow import Refused, Stale

MOST_LINES = 200
LOOK_BACK = timedelta(days=60)


@dataclass(frozen=True)
class Change:
    """Who gives, who takes, who writes it down. With `carried_out` unset a part only says what it would list."""

    leaver: Appointment
    successor: Appointment | None
    by: Appointment
    carried_out: bool = False

    @property
    def goes_over(self) -> bool:
        """Whether a part is to write."""
        return self.carried_out and self.successor is not None


@dataclass(frozen=True)
class Group:
    """One heading of the list: what lies open, line by line, in words of codes and kinds; `moved` when it went over by name."""

    words: str
    lines: tuple[str, ...]
    moved: bool = False

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {"words": self.words, "lines": list(self.lines), "moved": self.moved}


Part = Callable[[Change], Iterable[Group]]
_parts: list[tuple[int, str, Part]] = []
_own_clocks: set[str] = set()


def offer(order: int, name: str, part: Part, *, clocks_of_models: Iterable[str] = ()) -> None:
    """Called by an app's ready(): what of its own lies in the hands of whoever leaves. The clocks about `clocks_of_models` it lists itself."""
    _parts.append((order, name, part))
    _own_clocks.update(clocks_of_models)


def may_leave(actor: Any) -> Any:
    """Those whose work the actor may hand over: his own, and as head of a unit that of everybody in it; also of one who left lately."""
    since = clocks.today() - LOOK_BACK
    held = Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gt=since), starts_on__lte=clocks.today())
    mine = Q(pk=actor.pk)
    if actor.role in HEADS_OF_UNITS:
        mine |= Q(post__organisation__in=units_of(actor))
    return held.filter(mine).with_post().order_by("post__organisation__name", "post__role", "user__username")


def units_of(actor: Any) -> list[int]:
    """The actor's organisation and the offices that act for the same body."""
    return [each.pk for each in Organisation.objects.filter(Q(pk=actor.organisation.pk) | Q(parent_id=actor.organisation.pk)) if each.body_id == actor.body_id]


def may_take_over(leaver: Appointment) -> Any:
    """Holders of the same post, now or soon, and the unit's heads: nobody else is given what one person had in hand."""
    soon = clocks.today() + LOOK_BACK
    same = Q(post_id=leaver.post_id) | Q(post__organisation=leaver.organisation, post__role__in=HEADS_OF_UNITS)
    found = Appointment.objects.filter(same, Q(ends_on=None) | Q(ends_on__gt=clocks.today()), starts_on__lte=soon, user__is_active=True)
    return found.exclude(pk=leaver.pk).exclude(user_id=leaver.user_id).with_post().order_by("post__role", "user__username")


def listed(change: Change) -> list[Group]:
    """Everything open, in Vietnamese as it is printed: the post's clocks first, then each app's part."""
    with override("vi"):
        groups = [clocks_of(change.leaver)]
        for _place, _name, part in sorted(_parts, key=lambda entry: entry[:2]):
            groups += part(change)
    return [group for group in groups if group.lines]


def clocks_of(leaver: Appointment) -> Group:
    """The post's open duties: they belong to the post and stay with it (ground.md 16)."""
    rows = open_clocks(leaver).exclude(about_model__in=_own_clocks)
    return Group(_("Việc đang đến hạn của vị trí"), tuple(line_of(duty) for duty in rows[:MOST_LINES]))


def open_clocks(leaver: Appointment) -> Any:
    """Open duties of the post, the most urgent first."""
    return duties.every().filter(post_id=leaver.post_id, status=DutyStatus.OPEN).order_by("due_at")


def line_of(duty: Duty) -> str:
    """A duty as the inbox says it, with its hour."""
    return _("%(words)s – %(about)s, hạn %(hour)s") % {"words": duties.words_of(duty), "about": duty.about_words, "hour": hour_words(duty.due_at)}


@transaction.atomic
def record(leaver: Appointment, successor: Appointment, *, on: date, reason: str, by: Appointment) -> StaffHandover:
    """Write the list down and give over what one person had in hand. Raises Refused when the successor may not take it, Stale when it was recorded before."""
    if not may_leave(by).filter(pk=leaver.pk).exists() or not may_take_over(leaver).filter(pk=successor.pk).exists():
        raise Refused(_("Chọn người giao trong đơn vị mình và người nhận cùng vị trí, hoặc người đứng đầu đơn vị."))
    Appointment.objects.select_for_update(of=("self",), no_key=True).get(pk=leaver.pk)
    if StaffHandover.objects.visible_to(by).filter(leaver=leaver, successor=successor, on=on).exists():
        raise Stale("this handover was recorded before")
    groups = listed(Change(leaver, successor, by, carried_out=True))
    made = StaffHandover.objects.unscoped("a row just made").create(
        body_id=leaver.body_id,
        leaver=leaver,
        successor=successor,
        on=on,
        reason=reason,
        by=by,
        recorded_at=clocks.now(),
        passed=[group.as_json() for group in groups],
        parties=[leaver.body_id],
    )
    audit.record("hand_over_post", made, by=by, before=leaver.pk, after=successor.pk, lines=sum(len(group.lines) for group in groups))
    notices.tell(successor.post, NoticeKind.POST_HANDED_OVER, made)
    return made
