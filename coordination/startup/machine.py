"""Is the machine's clock kept right by others? Deadlines, codes of the second factor and the trail stand on it (ASVS 16.2.2)."""

import ctypes
import logging
from pathlib import Path

logger = logging.getLogger(__name__)
TIMESYNC = Path("/run/systemd/timesync/synchronized")  # systemd-timesyncd makes it after its first answer
KEPT, ALONE, UNKNOWN = "synchronised", "not synchronised", "unknown"
NOT_KEPT = 5  # TIME_ERROR of adjtimex(2): nobody has set the clock right for long
ROOM = 512  # bytes, more than struct timex takes on any machine; all zero asks and changes nothing


def asked_of_the_kernel() -> int:
    """What adjtimex(2) answers: 0 to 4 while a service keeps the clock, 5 when none does, -1 where asking is forbidden."""
    return ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(ROOM))


def clock() -> str:
    """One of three words. A container and a closed service may not ask; then the file of systemd-timesyncd decides, and without it nobody knows."""
    answer = asked_of_the_kernel()
    if answer == NOT_KEPT:
        return ALONE
    return KEPT if answer >= 0 or TIMESYNC.exists() else UNKNOWN


def tell_of_the_clock() -> None:
    """A line of the log, once an hour, unless all is well."""
    if (said := clock()) != KEPT:
        logger.warning("the clock of this machine: %s", said)
