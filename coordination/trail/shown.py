"""The trail as people see it: each his side's lines through the window that PostgreSQL keeps, and of a case which offices saw it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from coordination import audit
from coordination.models.organisations import Organisation
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


@dataclass(frozen=True)
class Seen:
    """That an office saw a case: when, how, and for which purpose; not who in the office."""

    recorded_at: datetime
    office: Organisation
    act: str
    purpose: str


def seen_by_offices(incident: Any) -> list[Seen]:
    """The access list of a case for its owner side (its school and the managing body), the newest first; empty for everybody else."""
    with connection.cursor() as cursor:
        cursor.execute("select recorded_at, organisation_id, act, coalesce(purpose, '') from portal_trail_of_case(%s, %s)", [incident.code, list(SEEING)])
        found = cursor.fetchall()
    offices = Organisation.objects.in_bulk({row[1] for row in found})
    return [Seen(at, offices[office], act, purpose) for at, office, act, purpose in found if office in offices]


def who_saw(code: str) -> Iterator[TrailLine]:
    """For SYSTEM: every reading, opening, paper and grant of a record, the first one first."""
    return TrailLine.objects.filter(act__in=SEEING, code=code).order_by("pk").iterator()
