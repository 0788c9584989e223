"""`manage.py canaries`: does anything of what lies sealed stand anywhere else?"""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coordination.sealed import canaries


class Command(BaseCommand):
    """Looks through a dump, logs, sessions, the broker, temporary files, papers and reports; exit 1 when something is found."""

    help = "Look for sealed values outside their columns: dump, logs, sessions, broker, temporary files, papers"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the logs are, when not beside the key file."""
        parser.add_argument("--logs", metavar="FOLDER", type=Path, action="append", default=[])
        parser.add_argument("--temp", metavar="FOLDER", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Name each hit by place and column, never by its words."""
        try:
            swept = canaries.sweep(logs=options["logs"], temp=options["temp"])
        except canaries.Blind as blind:
            raise CommandError(str(blind)) from blind
        for hit in swept.hits:
            self.stdout.write(f"{hit.place}\t{hit.value}")
        self.stderr.write(f"values={swept.values} left_out={swept.left_out} (too short, placeholders, or public words)")
        self.stdout.write(f"places={swept.places} hits={len(swept.hits)}")
        if swept.hits:
            sys.exit(1)
