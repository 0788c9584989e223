"""Write out the administrative units in force on a day, for other systems and for checking."""

import re
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination import clocks
from coordination.models.territory import Unit


class Command(BaseCommand):
    """`territory export`: level, code, full name and code of the parent, one unit a line, separated by tabs."""

    help = "territory export [--on YYYY-MM-DD]"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        export = acts.add_parser("export")
        export.add_argument("--on", metavar="YYYY-MM-DD")

    def handle(self, *args: Any, on: str | None, **options: Any) -> None:
        try:
            day = read_day(on) if on is not None else timezone.localdate(clocks.now())
        except ValueError:
            self.stderr.write(_("Ngày “%(day)s” không có trong lịch. Hãy viết theo mẫu YYYY-MM-DD, ví dụ 2026-11-22.") % {"day": on})
            raise SystemExit(2) from None
        for line in lines(day):
            self.stdout.write(line)


def read_day(text: str) -> date:
    """A day written YYYY-MM-DD, with the digits 0 to 9 alone."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)


def lines(day: date) -> list[str]:
    """The units of a day: provinces (2 digits), districts (3), communes (5), each by code."""
    rows = Unit.objects.on(day).order_by(Length("code"), "code").values_list("level", "code", "full_name", "parent__code")
    return ["\t".join([name, code, full_name, parent or ""]) for name, code, full_name, parent in rows]
