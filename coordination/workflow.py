"""The one gate for a change of status: a row of a move table, a lock, a question to the policy, a line of the trail."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from coordination import audit, policy


class Stale(Exception):
    """Somebody was first: the row is no longer in a state from which this move starts. Answered 409."""


class Refused(Exception):
    """What was asked does not fit what is known; the message says in words what to do. Answered 422, with the form still filled."""


class MissingValue(Exception):
    """A move was called without something its table row asks for: a fault of ours, never of the reader."""


@dataclass(frozen=True)
class Move:
    """From which states, to which state, and what must be given. Who may is the policy's business alone."""

    sources: frozenset[str] | set[str]
    target: str
    needs: list[str] = field(default_factory=list)
    label: str = ""

    def require(self, values: dict[str, Any]) -> None:
        """Raise MissingValue unless every needed value is given and not empty."""
        missing = [name for name in self.needs if values.get(name) in (None, "")]
        if missing:
            raise MissingValue(", ".join(missing))


@transaction.atomic
def move(item: Any, act: str, *, by: Any, **values: Any) -> Any:
    """Lock the row (others may still add rows that point to it), check the table and the policy, write the status and the trail line together.

    Raises Stale when the row has moved on, PermissionDenied when the policy says no, MissingValue when a need is not met.
    """
    locked = type(item).objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=item.pk)
    step = item.MOVES[act]
    if locked.status not in step.sources:
        raise Stale(f"{act}: already {locked.status}")
    if not policy.can(by, f"{item.policy_name}.{act}", locked):
        raise PermissionDenied(act)
    step.require(values)
    before, locked.status = locked.status, step.target
    for name, value in values.items():
        setattr(locked, name, value)
    locked.save(update_fields=["status", *values])
    audit.record(act, locked, by=by, before=before, after=locked.status)
    return locked


class Moving:
    """Mixin of every model with a status: its buttons come from the same table as its gate."""

    MOVES: dict[str, Move]
    policy_name: str

    def moves_open_to(self, actor: Any) -> list[str]:
        """The acts this actor could do to the row as it stands."""
        return [act for act, step in self.MOVES.items() if self.status in step.sources and policy.can(actor, f"{self.policy_name}.{act}", self)]
