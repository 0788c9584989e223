"""Keyset pages: the price of page 100,000 is the price of page one (performance.md D2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Q

from coordination import clocks
from coordination.web.params import make_cursor

PAGE = 50
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Page:
    """Rows of one page and where the next begins (empty when there is none)."""

    rows: list[Any]
    after: str


def page_of(rows: Any, *, time: str, after: tuple[Any, ...] | None, size: int = PAGE, ascending: bool = False) -> Page:
    """A page ordered by a time column and the key, newest first (or soonest first), starting after a cursor."""
    sign, way = ("", "gt") if ascending else ("-", "lt")
    if after:
        moment, key = read_place(after)
        # The bound alone lets PostgreSQL begin at the cursor; the choice behind it parts the rows of that instant.
        rows = rows.filter(Q(**{f"{time}__{way}": moment}) | Q(**{f"pk__{way}": key}), **{f"{time}__{way}e": moment})
    found = list(rows.order_by(f"{sign}{time}", f"{sign}pk")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], make_cursor([getattr(last, time).isoformat(), last.pk]) if last else "")


def read_place(after: tuple[Any, ...]) -> tuple[datetime, int]:
    """The instant and key of a cursor; ours, but of another list it may not fit: 400."""
    try:
        moment, key = after
        return clocks.local(datetime.fromisoformat(moment)), int(key)
    except (ValueError, TypeError, OverflowError) as error:
        raise BadRequest("cursor") from error


def capped_count(rows: Any) -> int:
    """How many, counted to a thousand and one and no further (1001 means "hơn 1.000")."""
    return len(rows.order_by().values_list("pk", flat=True)[: MOST_COUNTED + 1])
