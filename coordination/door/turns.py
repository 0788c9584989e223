"""Logins are costly: one password is hashed at a time, a few wait, and the rest are asked to come again, so that a burst never starves the other pages.

The places are advisory locks of PostgreSQL, so they count across all processes; a process that dies gives its place back by itself.
Measured in docs/performance.md.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

PLACES = 4_021_980  # the names of our locks in PostgreSQL
MOST_IN_THE_HOUSE = 3  # hashed and waiting together; the web server has eight threads, so at least five serve pages
COME_AGAIN_IN = 3  # seconds

View = Callable[..., HttpResponse]


class Full(Exception):
    """Nobody else can wait now."""


def taken(place: int) -> bool:
    """Take a place if it is free."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [PLACES, place])
        return cursor.fetchone()[0]


def give_back(place: int) -> None:
    """Free a place."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_unlock(%s, %s)", [PLACES, place])


@contextmanager
def turn() -> Iterator[None]:
    """A place in the house, then one's turn; Full when the house is full or the turn does not come."""
    place = next((place for place in range(1, 1 + MOST_IN_THE_HOUSE) if taken(place)), None)
    if place is None:
        raise Full
    try:
        wait_for_turn()
        try:
            yield
        finally:
            give_back(0)
    finally:
        give_back(place)


def wait_for_turn() -> None:
    """Until nobody else hashes; PostgreSQL's lock_timeout bounds it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s, %s)", [PLACES, 0])
    except OperationalError as error:
        raise Full from error


def costly(view: View) -> View:
    """A view whose POST hashes a password: it waits its turn, or answers 503 with what was typed but the password."""

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **captured: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **captured)
        try:
            with turn():
                return view(request, *args, **captured)
        except Full:
            return busy(request)

    return inside


def busy(request: HttpRequest) -> HttpResponse:
    """503: many people are signing in; the name stays, the password is typed again."""
    context = {"login": request.POST.get("login", ""), "next": request.POST.get("next", ""), "seconds": COME_AGAIN_IN}
    answer = render(request, "account/busy.html", context, status=503)
    answer["Retry-After"] = str(COME_AGAIN_IN)
    return answer
