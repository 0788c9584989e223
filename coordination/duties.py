"""Who owes what by when, and what discharges it. Called inside the action that causes it."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coordination import clocks, policy
from coordination.calendars import calendar_for
from coordination.models.duties import Duty, DutyStatus
from coordination.models.people import SYSTEM, Post
from coordination.notices import kept_out_of, stored_words
from coordination.scope import beyond_the_reader
from coordination.workflow import move

_kinds: dict[str, tuple[Any, str, str]] = {}


def name(kind: str, words: Any, route: str, act: str) -> None:
    """An app names a kind of duty it opens: the words of the inbox, the route (by code) where it is discharged, what opens that page. Called by ready()."""
    _kinds[kind] = (words, route, act)


def kinds_for(actor: Any) -> list[str]:
    """The kinds whose pages this role may open: a clerk of the Sở does not see what its officers owe."""
    return [kind for kind, (_words, _route, act) in _kinds.items() if policy.can(actor, act)]


def words_of(duty: Duty) -> Any:
    """What the inbox calls the duty."""
    return _kinds[duty.kind][0] if duty.kind in _kinds else duty.kind


def address_of(duty: Duty) -> str:
    """Where the duty is discharged."""
    return reverse(_kinds[duty.kind][1], args=[duty.about_code]) if duty.kind in _kinds else ""


def open(kind: str, about: Any, *, owed_by: Post, clock: str = "", due_at: datetime | None = None, parties: list[int] | None = None) -> Duty:
    """Start a clock for a post: by a clock value of the rules, or by an instant set by people.

    An open duty of the same kind, thing and post is returned as it stands. `about` offers `code` (or `page_code`, when its duties are discharged on another thing's page) and `duty_words`;
    it may offer `shut_bodies`, which see none of its clocks.
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
                "parties": sorted({body, *(parties or [])} - getattr(about, "shut_bodies", set())),
                "about_code": getattr(about, "page_code", "") or about.code,
                "about_words": stored_words(about),
                "clock": clock or "day",
                "opened_at": now,
                "due_at": due_at,
                "kept_out": kept_out_of(about),
            },
        )[0]


def every() -> Any:
    """Every duty that PostgreSQL shows this reader; for pages that already hold the thing in scope."""
    return Duty.objects.unscoped("reached from a row already in scope")


def of(about: Any) -> Any:
    """The duties of a thing, whoever owes them."""
    return every().filter(about_model=about._meta.label_lower, about_id=about.pk)


def discharge(kind: str, about: Any, *, act: str = "discharge") -> int:
    """End every open duty of a kind about a thing. The move that caused it has already been allowed and recorded."""
    with beyond_the_reader("the duty may be another post's"):
        open_ones = list(of(about).filter(kind=kind, status=DutyStatus.OPEN))
        for duty in open_ones:
            move(duty, act, by=SYSTEM, done_at=clocks.now())
    return len(open_ones)
