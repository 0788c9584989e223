"""`manage.py retention`: the rules, the proposals of today, an archive of the trail."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coordination.keeping import disposal, retention
from coordination.models import SYSTEM
from coordination.scope import reading_as


class Command(BaseCommand):
    """Proposes and archives; nothing is destroyed from here (two people do that in the portal)."""

    help = "Retention: rules | propose | archive-trail --before DAY FILE"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words and what stands behind them."""
        words = parser.add_subparsers(dest="word", required=True)
        words.add_parser("rules", help="rule, how long, what then, who sees to it")
        words.add_parser("propose", help="what the loop does by itself: one batch a month for each body")
        archive = words.add_parser("archive-trail", help="sealed lines before a day and their seals into a new closed file; nothing is deleted")
        archive.add_argument("--before", type=date.fromisoformat, required=True)
        archive.add_argument("file", type=Path)

    def handle(self, *args: Any, word: str, **options: Any) -> None:
        """Answer as SYSTEM."""
        with reading_as(SYSTEM):
            getattr(self, word.replace("-", "_"))(**options)

    def rules(self, **_options: Any) -> None:
        """One rule a line."""
        for rule in retention.rules().values():
            self.stdout.write("\t".join((rule.rule, rule.keep or "-", rule.then, rule.by)))

    def propose(self, **_options: Any) -> None:
        """How many batches came to be."""
        self.stdout.write(f"proposed={disposal.propose()}")

    def archive_trail(self, before: date, file: Path, **_options: Any) -> None:
        """How many lines, and the root that proves them."""
        try:
            lines, root = retention.archive_trail(before, file)
        except FileExistsError as error:
            raise CommandError(f"{file} exists; an archive is never overwritten") from error
        self.stdout.write(f"lines={lines} root={root or '-'} file={file}")
