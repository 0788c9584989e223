"""What apps offer to agendas and reports without being imported from their left (ground.md 20)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from coordination.models.organisations import Organisation


@dataclass(frozen=True)
class WorkItem:
    """One open thing for an agenda: a code and a kind, never a name (ground.md 33)."""

    kind: str
    code: str
    words: str
    about_model: str
    about_id: int
    due_at: datetime | None = None
    late: bool = False


@dataclass(frozen=True)
class FigureRow:
    """One line of figures: a label and its numbers."""

    label: str
    numbers: dict[str, int] = field(default_factory=dict)


AgendaProvider = Callable[[Organisation], Iterable[WorkItem]]
FigureProvider = Callable[[Organisation, Any, Any], list[FigureRow]]

_agenda: dict[str, AgendaProvider] = {}
_figures: dict[str, FigureProvider] = {}


def offer_agenda(name: str, provider: AgendaProvider) -> None:
    """An app names the open work it brings to a body's briefing. Called by ready()."""
    _agenda[name] = provider


def offer_figures(name: str, provider: FigureProvider) -> None:
    """An app names the figures it counts for a body between two instants. Called by ready()."""
    _figures[name] = provider


def agenda_for(body: Organisation) -> dict[str, list[WorkItem]]:
    """Everything open that concerns a body, by provider."""
    return {name: list(provider(body)) for name, provider in _agenda.items()}


def figures_for(body: Organisation, start: Any, end: Any) -> dict[str, list[FigureRow]]:
    """Everything counted for a body in a window, by provider."""
    return {name: provider(body, start, end) for name, provider in _figures.items()}
