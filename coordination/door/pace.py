"""How many pages one appointment reads in a minute: far more than a person does, far fewer than a machine that copies (ASVS 5.0 V2.4.1)."""

import logging
import time

from django.conf import settings
from django.db import DatabaseError, transaction

from coordination import audit
from coordination.models.people import Appointment
from coordination.scope import reading_as

logger = logging.getLogger(__name__)
MINUTE = 60

_read: dict[int, tuple[int, int]] = {}


def wait_of(actor: Appointment, route: str) -> int:
    """Count one more page in this process; how many seconds to wait when the minute is used up, or 0."""
    minute, second = divmod(int(time.monotonic()), MINUTE)
    began, pages = _read.get(actor.pk, (minute, 0))
    pages = pages + 1 if began == minute else 1
    _read[actor.pk] = minute, pages
    if pages <= settings.PAGES_PER_MINUTE:
        return 0
    if pages == settings.PAGES_PER_MINUTE + 1:
        tell(actor, route)
    return MINUTE - second


def tell(actor: Appointment, route: str) -> None:
    """One line for a burst. The answer waits for it and never depends on it."""
    try:
        with transaction.atomic(), reading_as(actor):
            audit.add("pages.too_many", "", None, by=actor, detail={"route": route, "pages": settings.PAGES_PER_MINUTE})
    except DatabaseError as error:
        logger.warning("a burst of pages stayed unwritten: %s", type(error).__name__)
