"""The trail as people see it: each his side's lines through the window that PostgreSQL keeps."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from coordination import audit
from coordination.models.trail import TrailLine
from coordination.trail import tree

EVER, NEVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00"), datetime.fromisoformat("9999-01-01T00:00:00+00:00")
# What of a record counts as seeing it, being let see it, and carrying it away.
SEEING = (audit.READ, "open_person", "open_restricted", "open_informant", "break_glass", "request_identity", "grant", "revoke", "order", "download")


@dataclass(frozen=True)
class Shown:
    """One line as far as a reader may see it."""

    id: int
    recorded_at: datetime
    actor_id: int | None
    actor_post: str
    act: str
    about_model: str
    about_id: int | None
    code: str
    detail: dict[str, Any]


def lines(*, own: bool, act: str = "", code: str = "", since: datetime = EVER, until: datetime = NEVER, below: int = tree.ABOVE_ALL, most: int) -> list[Shown]:
    """The newest lines of the reader's own acts, or of his side; PostgreSQL decides which those are."""
    with connection.cursor() as cursor:
        cursor.execute("select * from portal_trail_shown(%s, %s, %s, %s, %s, %s, %s)", [own, act, code, since, until, below, most])
        return [Shown(*row[:8], detail=json.loads(row[8])) for row in cursor.fetchall()]


_spoken: list[Callable[[set[str], Any], dict[str, str]]] = []


def tell_spoken(found: Callable[[set[str], Any], dict[str, str]]) -> None:
    """An app names the codes people say (ĐX-26-0147) for the codes of addresses, as far as the reader sees the records. Called by ready()."""
    _spoken.append(found)


def spoken(codes: Iterable[str], reader: Any) -> dict[str, str]:
    """The codes people say, by the code of the address: one query for each app that tells any."""
    wanted = set(codes) - {""}
    return {code: words for found in _spoken for code, words in found(wanted, reader).items()} if wanted else {}


def who_saw(code: str) -> Iterator[TrailLine]:
    """For SYSTEM: every reading, opening, paper and grant of a record, the first one first."""
    return TrailLine.objects.filter(act__in=SEEING, code=code).order_by("pk").iterator()
