"""`manage.py audit`: is the trail intact, who saw a record, a proof for outsiders, what has no line, a signed checkpoint now."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from coordination import clocks
from coordination.models import SYSTEM, TrailLine
from coordination.scope import reading_as
from coordination.trail import checkpoints, gaps, proofs, shown, verifying
from coordination.trail.checkpoints import Checkpoint, NotACheckpoint


class Command(BaseCommand):
    """One word, one question to the trail; exit code 1 when the answer is bad."""

    help = "The trail: verify | prove EVENT | who-saw RECORD | gaps | checkpoint"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words and what stands behind them."""
        words = parser.add_subparsers(dest="word", required=True)
        verify = words.add_parser("verify", help="read everything again; name the first bad row")
        verify.add_argument("--against", type=Path, help="a checkpoint kept outside, or a folder of them")
        verify.add_argument("--from", dest="since", type=date.fromisoformat, help="seals of this day and later, taking the earlier ones as they are")
        verify.add_argument("--to", dest="until", type=date.fromisoformat, help="seals of this day and earlier")
        words.add_parser("prove", help="a proof of one line that docs/check-proof.py checks").add_argument("event", help="number of the line")
        words.add_parser("who-saw", help="every reading, opening, paper and grant of a record").add_argument("record", help="the code in its address, or its spoken code")
        words.add_parser("gaps", help="rows without a line, lines without a row, rows changed past the portal")
        words.add_parser("checkpoint", help="seal and sign now; prints the checkpoint")

    def handle(self, *args: Any, word: str, **options: Any) -> None:
        """Answer as SYSTEM."""
        with reading_as(SYSTEM):
            getattr(self, word.replace("-", "_"))(**options)

    def verify(self, against: Path | None, since: date | None, until: date | None, **_options: Any) -> None:
        """Rows, seals, root, checkpoints, first fault."""
        if against and (since or until):
            raise CommandError("--against asks about the whole trail; leave out --from and --to")
        found = verifying.verify(against=kept(against) if against else [], since=since, until=until)
        self.stdout.write(f"rows={found.lines} unsealed={found.unsealed} seals={found.seals} checkpoints={found.checkpoints} root={found.root or '-'} bad={found.fault or 'none'}")
        if found.fault:
            sys.exit(1)

    def prove(self, event: str, **_options: Any) -> None:
        """JSON to standard output."""
        line = TrailLine.objects.filter(pk=int(event)).first() if event.isascii() and event.isdigit() and len(event) < 19 else None
        if line is None:
            raise CommandError("there is no such line")
        try:
            self.stdout.write(json.dumps(proofs.prove(line), indent=1, ensure_ascii=False))
        except proofs.NotYet as reason:
            raise CommandError(str(reason)) from reason

    def who_saw(self, record: str, **_options: Any) -> None:
        """Hour, post, what, with which policy act, for which purpose."""
        for line in shown.who_saw(code_of(record)):
            said = line.detail
            self.stdout.write("\t".join([f"{clocks.local(line.recorded_at):%Y-%m-%d %H:%M:%S}", line.actor_post, line.act, str(said.get("act", "-")), str(said.get("purpose", "-")), f"line {line.pk}"]))

    def gaps(self, **_options: Any) -> None:
        """One finding a line."""
        findings = 0
        for findings, finding in enumerate(gaps.findings(), 1):
            self.stdout.write(finding)
        self.stdout.write(f"findings={findings}")
        if findings:
            sys.exit(1)

    def checkpoint(self, **_options: Any) -> None:
        """The text that both sides keep."""
        made = checkpoints.make()
        if made is None:
            raise CommandError("the trail is empty")
        self.stdout.write(made.text, ending="")


def kept(place: Path) -> list[Checkpoint]:
    """The checkpoint of a file, or all of a folder."""
    try:
        found = [checkpoints.parse(path.read_text()) for path in (sorted(place.glob("*.txt")) if place.is_dir() else [place])]
    except (OSError, ValueError, NotACheckpoint) as error:
        raise CommandError(f"{place}: {error}") from error
    if not found:
        raise CommandError(f"{place}: no checkpoint")
    return found


def code_of(record: str) -> str:
    """The code in the address behind what was given: itself, or that of the record with such a spoken code."""
    for model in gaps.models_with("spoken_code"):
        found = model.objects.visible_to(SYSTEM).filter(~Q(spoken_code=""), spoken_code=record).values_list("code", flat=True).first()
        if found:
            return found
    return record
