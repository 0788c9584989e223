"""The number of the request at hand, and the filter that gives it to every line of a process's log. Imports nothing: logging starts before the apps."""

import logging
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")


class NamesTheRequest(logging.Filter):
    """A line of the log carries the number that the request's lines of the trail carry (ASVS 16.2.2)."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always let it pass."""
        record.request_id = request_id.get() or "-"
        return True
