"""`manage.py keys rotate`: new field keys for old ones, while people work."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coordination import fields
from coordination.models.keys import FieldKey
from coordination.sealed import keys
from coordination.workflow import Refused


class Command(BaseCommand):
    """Where the keys stand; a new key and every value under it; an old key taken out of the file."""

    help = "status: which keys sealed how many values; rotate: a new key, every value under it; retire KEY: take an old key out of the file"

    def add_arguments(self, parser: CommandParser) -> None:
        """One act, and for `retire` the key."""
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("status")
        acts.add_parser("rotate").add_argument("--dry-run", action="store_true", help="count, and change nothing")
        acts.add_parser("retire").add_argument("key", metavar="KEY")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; what cannot be done is said in one sentence."""
        try:
            getattr(self, options["act"])(**options)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal

    def status(self, **options: Any) -> None:
        """One line for each key that is in the file or still has values."""
        counted, ring = keys.values_by_key(), fields.keyring()
        known = {key.name: key for key in FieldKey.objects.all()}
        for name in sorted({*counted, *ring.keys}, key=lambda name: (len(name), name)):
            key = known.get(name)
            state = "active" if name == ring.active else "old" if name in ring.keys else "missing"
            made = f"{key.made_at:%Y-%m-%d}" if key else "-"
            self.stdout.write(f"{name}\t{state}\tmade={made}\tvalues={counted[name]}")
        if lost := sum(count for name, count in counted.items() if name not in ring.keys):
            raise CommandError(f"values={lost} lie under keys that are not in the file")

    def rotate(self, *, dry_run: bool, **options: Any) -> None:
        """The counts of the rotation; exit 1 when a value could not be moved."""
        tally = keys.rotate(dry_run=dry_run)
        self.stdout.write(f"values={tally.values} resealed={tally.resealed} failed={tally.failed}")
        if tally.failed:
            sys.exit(1)

    def retire(self, *, key: str, **options: Any) -> None:
        """The key is gone from the file."""
        keys.retire(key)
        self.stdout.write(f"retired={key}. Backups made before its rotation open with the copy of the key file that was kept apart, and with nothing else.")
