"""`manage.py audit verify`: is the trail intact?"""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from coordination import audit
from coordination.models import SYSTEM
from coordination.scope import reading_as


class Command(BaseCommand):
    """Reads the whole trail again and says what it found."""

    help = "Verify the trail: rows, roots, first bad row; exit 1 when it is broken"

    def add_arguments(self, parser: CommandParser) -> None:
        """One word so far."""
        parser.add_argument("act", choices=["verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Print and exit 0 or 1."""
        with reading_as(SYSTEM):
            verdict = audit.verify()
        self.stdout.write(f"rows={verdict.lines} unsealed={verdict.unsealed} seals={verdict.seals} root={verdict.root or '-'} bad={verdict.fault or 'none'}")
        if verdict.fault:
            sys.exit(1)
