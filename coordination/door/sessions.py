"""The session store: Django's own in PostgreSQL, whose rows know their user and device, and how long a session stands (settings.SESSION_ENGINE)."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from coordination.models.people import Role, User
from coordination.models.signins import Session

# Idle fifteen minutes for people who see cases, five for administrators; ten hours at most (ground.md, limits as data; security.md 2.4 row 12).
IDLE = timedelta(minutes=15)
IDLE_OF = {Role.SYSADMIN: timedelta(minutes=5)}
LONGEST = timedelta(hours=10)
DEVICE, BEGAN, SEEN = "device", "began", "seen"


class SessionStore(DatabaseStore):
    """Rights are never kept in a session; who it belongs to is a column, so that others of his can end it."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our row."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row with its columns, filled from what the session itself says."""
        row = super().create_model_instance(data)
        row.user_id, row.device_id = data.get(SESSION_KEY), data.get(DEVICE)
        row.began_at, row.seen_at = moment(data.get(BEGAN)), moment(data.get(SEEN))
        return row


def moment(seconds: float | None) -> datetime | None:
    """A point of the server's time as a column holds it."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def prolong(session: SessionBase, roles: Iterable[str], *, by_person: bool) -> int:
    """Let a session stand until its idle time is over, and never beyond its longest time: for how many seconds. What a page asks by itself prolongs nothing."""
    now = time.time()
    session.setdefault(BEGAN, now)
    if by_person or SEEN not in session:
        session[SEEN] = now
    idle = min((IDLE_OF.get(role, IDLE) for role in roles), default=IDLE)
    until = min(session[SEEN] + idle.total_seconds(), session[BEGAN] + LONGEST.total_seconds())
    left = max(1, round(until - now))
    session.set_expiry(left)
    return left


def sessions_of(user: User) -> Any:
    """Where somebody is signed in now."""
    return Session.objects.filter(user=user, expire_date__gt=timezone.now())


def end_all(user: User, *, keep: str | None = None) -> int:
    """End every session of somebody, at once and everywhere, but the one with the key `keep`; how many there were."""
    return Session.objects.filter(user=user).exclude(session_key=keep).delete()[0]


def sweep() -> None:
    """Rows of sessions that have run out are of no use."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
