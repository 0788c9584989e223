"""One form for every line of a process: instant with its zone, level, logger, number of the request. Imports nothing: logging starts before the apps."""

import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")


class Line(logging.Formatter):
    """2026-11-22T04:05:06.789+00:00 WARNING django.request [9f…] words. The same zone for every process, whatever its machine says (ASVS 16.2.2)."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  (logging's own name)
        """The instant in UTC."""
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        """With the number that the request's lines of the trail carry. What follows the first line is set in: nobody's words begin a line of their own."""
        record.request_id = request_id.get() or "-"
        return super().format(record).replace("\r", "\\r").replace("\n", "\n    ")


SETTINGS: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "coordination.logs.Line"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # The web server brings a form of its own, and is given ours (coordination/startup/webserver.py).
    "loggers": {"coordination": {"level": "INFO"}, "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}
