"""What apps offer to agendas and reports without being imported from their left (ground.md 20)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from coordination.models.organisations import Organisation


@dataclass(frozen=True)
class WorkItem:
    """One open thing for an agenda: a code and a kind, never a name (ground.md 33).

    `school_id` is whose it is; its name is shown to the bodies in `named_to` alone, and so is the link.
    """

    kind: str
    code: str
    words: str
    about_model: str
    about_id: int
    due_at: datetime | None = None
    late: bool = False
    school_id: int | None = None
    named_to: tuple[int, ...] = ()
    link: str = ""


@dataclass(frozen=True)
class FigureRow:
    """One line of figures: a label and its numbers."""

    label: str
    numbers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseLine:
    """One thing that another app knows of a case, for its line of time: when, in words for this reader, and where it stands."""

    at: datetime
    words: str
    link: str


KeptApart = Callable[[Any, Any], None]
AgendaProvider = Callable[[Organisation, Any], Iterable[WorkItem]]
FigureProvider = Callable[[Organisation, Any, Any], list[FigureRow]]
CaseLineProvider = Callable[[Any, Any], Iterable[CaseLine]]

_agenda: dict[str, AgendaProvider] = {}
_figures: dict[str, FigureProvider] = {}
_case_lines: dict[str, CaseLineProvider] = {}
_kept_apart: dict[str, KeptApart] = {}


def offer_agenda(name: str, provider: AgendaProvider) -> None:
    """An app names the open work it brings to a body's briefing. Called by ready()."""
    _agenda[name] = provider


def offer_figures(name: str, provider: FigureProvider) -> None:
    """An app names the figures it counts for a body between two instants. Called by ready()."""
    _figures[name] = provider


def offer_case_lines(name: str, provider: CaseLineProvider) -> None:
    """An app on the right of the cases names what it knows of one, for the actor who reads it. Called by ready()."""
    _case_lines[name] = provider


def offer_keeping_apart(name: str, part: KeptApart) -> None:
    """An app on the right of the cases says how its own rows let go of one that is kept from its school from now on. Called by ready()."""
    _kept_apart[name] = part


def case_was_kept_apart(case: Any, desk: Any) -> None:
    """A case leaves the rooms in which its school sits; `desk` is the post that owes the school's part now. In the transaction of the act."""
    for part in _kept_apart.values():
        part(case, desk)


def agenda_for(body: Organisation, actor: Any) -> dict[str, list[WorkItem]]:
    """Everything open that concerns a body, as far as the actor who prepares its briefing may see it, by provider."""
    return {name: list(provider(body, actor)) for name, provider in _agenda.items()}


def figures_for(body: Organisation, start: Any, end: Any) -> dict[str, list[FigureRow]]:
    """Everything counted for a body in a window, by provider."""
    return {name: provider(body, start, end) for name, provider in _figures.items()}


def case_lines(case: Any, actor: Any) -> list[CaseLine]:
    """What the apps on the right know of a case already in scope, for this actor."""
    return [line for provider in _case_lines.values() for line in provider(case, actor)]
