"""The one loop process: relay, sweeper, sealer and clocks, exactly one at a time by an advisory lock (ground.md 21)."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection, transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from coordination import jobs
from coordination.celery import app
from coordination.models import SYSTEM
from coordination.scope import reading_as
from coordination.startup import machine
from coordination.trail import checkpoints, sealing, shipping

logger = logging.getLogger(__name__)
LOCK = 4_021_977
TICK = 0.5


@dataclass
class Chore:
    """Something done every so many seconds, under SYSTEM."""

    name: str
    every: float
    work: Callable[[], Any]
    next_at: float = 0.0


_chores: list[Chore] = []


def do_every(seconds: float, name: str, work: Callable[[], Any]) -> None:
    """Called by an app's ready() for a chore of its own."""
    _chores.append(Chore(name, seconds, work))


def ring(kind: str, job_id: int) -> None:
    """Publish one id to the broker, without retries: the next tick is the retry."""
    app.send_task(kind, args=[job_id], retry=False)


def relay() -> None:
    """Publish waiting jobs; a broker that is down or hangs costs this process its two seconds and nobody else anything."""
    try:
        jobs.publish(ring)
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("the broker does not answer: %s", type(error).__name__)


def under_system(work: Callable[[], Any]) -> Callable[[], Any]:
    """Run a chore in a transaction that PostgreSQL knows as SYSTEM's."""

    def run() -> None:
        with reading_as(SYSTEM):
            work()

    return run


def ground_chores() -> list[Chore]:
    """What the ground itself must do."""
    return [
        Chore("relay", TICK, relay),
        Chore("seal", 10, under_system(sealing.seal)),
        Chore("ship", 10, under_system(shipping.ship)),
        Chore("checkpoint", 600, under_system(checkpoints.make)),
        Chore("clock", 3600, machine.tell_of_the_clock),
    ]


def alone() -> bool:
    """Take the lock that only one loop can hold; it lives as long as the connection."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [LOCK])
        return cursor.fetchone()[0]


def run(stopping: Callable[[], bool]) -> None:
    """Do every chore when its time comes until told to stop; a chore that fails is logged and tried again."""
    chores = ground_chores() + [Chore(chore.name, chore.every, under_system(chore.work)) for chore in _chores]
    mine = False
    while not stopping():
        try:
            mine = mine or alone()
            if mine:
                for chore in chores:
                    do_when_due(chore)
        except DatabaseError as error:
            logger.warning("the database does not answer: %s", type(error).__name__)
            mine = False
            connection.close()
        time.sleep(TICK)


def do_when_due(chore: Chore) -> None:
    """One chore at its hour."""
    if time.monotonic() < chore.next_at:
        return
    chore.next_at = time.monotonic() + chore.every
    try:
        chore.work()
    except DatabaseError:
        raise
    except Exception:
        logger.exception("chore %s failed", chore.name)
    assert not transaction.get_connection().in_atomic_block
