"""`manage.py periods at nd09_quarter 2026-11-25`: the reporting period a day or an instant lies in."""

import sys
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from coordination import periods
from coordination.management.commands.clocks import read_instant


class Command(BaseCommand):
    """Print label, first day and last day, separated by tabs; nothing when no period holds the day; exit 2 when asked nonsense."""

    help = "The period of a scheme that a day or an instant lies in."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """`at SCHEME INSTANT`."""
        parser.add_argument("act", choices=["at"])
        parser.add_argument("scheme", metavar="SCHEME", help=", ".join(periods.SCHEMES))
        parser.add_argument("instant", metavar="INSTANT", help="An ISO 8601 instant (Việt Nam time when it has no offset) or a day.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find the period and print it."""
        try:
            periods.scheme_named(options["scheme"])
            period = periods.period_at(options["scheme"], read_moment(options["instant"]))
        except ValueError as mistake:
            self.stderr.write(str(mistake))
            sys.exit(2)
        if period is None:
            self.stderr.write(_("Không có kỳ nào của “%(scheme)s” chứa thời điểm này.") % {"scheme": options["scheme"]})
            return
        self.stdout.write(f"{period.label}\t{period.first}\t{period.last}")


def read_moment(text: str) -> date | datetime:
    """A day when the text is one, otherwise an instant."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return read_instant(text)
    return day if 1976 <= day.year <= 2900 else read_instant(text)
