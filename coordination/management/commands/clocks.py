"""`manage.py clocks due office:1d 2026-11-20T16:30`: when a clock runs out, by the nationwide calendar."""

import sys
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from coordination import clocks
from coordination.calendars import calendar_for


class Command(BaseCommand):
    """Print one due instant, ISO 8601 with its offset; exit 2 with a sentence when asked nonsense."""

    help = "When a clock of a kind (office:1d, office:4h, safety:30m), started at an instant, runs out."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """`due KIND START`."""
        parser.add_argument("act", choices=["due"])
        parser.add_argument("kind", metavar="KIND")
        parser.add_argument("start", metavar="START", help="An ISO 8601 instant; Việt Nam time when it has no offset.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work it out and print it."""
        try:
            start = read_instant(options["start"])
            clocks.Clock.read(options["kind"])
        except ValueError as mistake:
            self.stderr.write(str(mistake))
            sys.exit(2)
        self.stdout.write(clocks.due(options["kind"], start, calendar_for(None)).isoformat())


def read_instant(text: str) -> datetime:
    """An instant from ISO 8601; without an offset it is Việt Nam time. A day alone is no instant."""
    try:
        instant = datetime.fromisoformat(text)
        has_hour = ":" in text or "T" in text.upper()
        instant = clocks.local(instant if instant.tzinfo else instant.replace(tzinfo=clocks.ZONE))
    except (ValueError, OverflowError):
        has_hour = False
    if not has_hour or not 1976 <= instant.year <= 2900:
        raise ValueError(_("Không đọc được thời điểm “%(text)s”. Ghi ngày và giờ theo ISO 8601, ví dụ 2026-11-25T10:42 hoặc 2026-11-25T10:42:00+07:00.") % {"text": text})
    return instant
