"""Reference data of every app, loaded by one command: the map, the calendar, the taxonomy, the rules' clocks."""

from collections.abc import Callable

from coordination.calendars import load_calendar
from coordination.territory import load_territory

Loader = Callable[[str], object]
_loaders: dict[str, Loader] = {"territory": load_territory, "calendar": load_calendar}


def offer(name: str, loader: Loader) -> None:
    """Called by an app's ready() for reference data of its own."""
    _loaders[name] = loader


def load_all(using: str) -> dict[str, object]:
    """Run every loader on a database alias; each is idempotent."""
    return {name: loader(using) for name, loader in _loaders.items()}
