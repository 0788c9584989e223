"""Who owes what by when, and what discharges it. Called inside the action that causes it."""

from datetime import datetime
from typing import Any

from coordination import clocks
from coordination.calendars import calendar_for
from coordination.models.duties import Duty, DutyStatus
from coordination.models.people import SYSTEM, Post
from coordination.scope import beyond_the_reader
from coordination.workflow import move


def open(kind: str, about: Any, *, owed_by: Post, clock: str = "", due_at: datetime | None = None, parties: list[int] | None = None) -> Duty:
    """Start a clock for a post: by a clock value of the rules, or by an instant set by people.

    An open duty of the same kind, thing and post is returned as it stands. `about` offers `code` and `duty_words`.
    """
    now = clocks.now()
    province = owed_by.organisation.unit.province_id if owed_by.organisation.unit_id else None
    due_at = due_at or clocks.due(clock, now, calendar_for(province))
    body = owed_by.organisation.body_id
    with beyond_the_reader("a duty is owed by another post than the one that causes it"):
        return Duty.objects.unscoped("a duty is looked up by its thing").get_or_create(
            kind=kind,
            about_model=about._meta.label_lower,
            about_id=about.pk,
            post=owed_by,
            status=DutyStatus.OPEN,
            defaults={
                "body_id": body,
                "parties": sorted({body, *(parties or [])}),
                "about_code": about.code,
                "about_words": about.duty_words[:160],
                "clock": clock or "day",
                "opened_at": now,
                "due_at": due_at,
            },
        )[0]


def of(about: Any) -> Any:
    """The duties of a thing, whoever owes them; read by actions and by pages that already hold the thing in scope."""
    return Duty.objects.unscoped("reached from a row already in scope").filter(about_model=about._meta.label_lower, about_id=about.pk)


def discharge(kind: str, about: Any, *, act: str = "discharge") -> int:
    """End every open duty of a kind about a thing. The move that caused it has already been allowed and recorded."""
    with beyond_the_reader("the duty may be another post's"):
        open_ones = list(of(about).filter(kind=kind, status=DutyStatus.OPEN))
        for duty in open_ones:
            move(duty, act, by=SYSTEM, done_at=clocks.now())
    return len(open_ones)
