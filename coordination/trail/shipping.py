"""What is sealed leaves the database: every ten seconds the new lines are added to a file of the day, for a collector on another machine (ASVS 16.4.3).

Nothing is remembered about how far it came: the end of the newest file says it, so that after a stop there is neither a gap nor a double.
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from coordination import clocks
from coordination.models.trail import TrailSeal
from coordination.trail import tree
from coordination.trail.verifying import ID, POSITION, STORED, content_of, rows_between

LOCK = 4_021_982
MOST_LINES, MOST_SEALS = 20_000, 500  # at once: what has waited long does not hold up the loop
STEP = 65_536
MARK = b'\n{"seal":'


class Changed(Exception):
    """The file no longer holds what was written into it: nothing is added before somebody has looked."""


def folder() -> Path:
    """Beside the checkpoints."""
    return settings.TRAIL_FOLDER / "lines"


@dataclass(frozen=True)
class Reached:
    """The newest file, the last seal that stands whole in the files, and the bytes behind it: the beginning of the next, where the last time was cut short."""

    newest: str = ""
    last: int = 0
    root: str = tree.GENESIS.hex()
    held: bytes = b""


@transaction.atomic
def ship() -> int:
    """Add what was sealed since the last time, whole seals, under SYSTEM; says how many lines."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    folder().mkdir(parents=True, exist_ok=True, mode=0o750)
    place, lines = reached(), 0
    for seal in TrailSeal.objects.filter(last__gt=place.last).order_by("last")[:MOST_SEALS]:
        if lines >= MOST_LINES:
            break
        if bytes(seal.before).hex() != place.root:
            raise Changed(f"{place.newest}: the next seal of the database does not follow the last one of the file")
        newest = max(place.newest, f"{clocks.local(seal.sealed_at):%Y-%m-%d}.jsonl")
        add(folder() / newest, written(seal), place.held)
        place, lines = Reached(newest, seal.last, bytes(seal.root).hex()), lines + seal.lines
    return lines


def reached() -> Reached:
    """Where the files end; asked of their ends alone."""
    held = b""
    names = sorted(path.name for path in folder().glob("*.jsonl"))
    for name in reversed(names):
        seal, behind = end_of(folder() / name)
        held = behind + held
        if seal:
            return Reached(names[-1], seal["last"], seal["root"], held)
    return Reached(newest=names[-1] if names else "", held=held)


def end_of(path: Path) -> tuple[dict[str, Any] | None, bytes]:
    """The last whole seal of a file, None without one, and what follows it."""
    with path.open("rb") as file:
        place, tail = file.seek(0, os.SEEK_END), b""
        while place:
            place, size = max(0, place - STEP), min(place, STEP)
            file.seek(place)
            tail = file.read(size) + tail
            start = tail.rfind(MARK, 0, max(0, tail.rfind(b"\n"))) + 1
            if start:
                end = tail.index(b"\n", start) + 1
                return json.loads(tail[start:end])["seal"], tail[end:]
        return None, tail


def written(seal: TrailSeal) -> Iterator[bytes]:
    """The lines of a seal in their order, and the seal itself behind them. Ids, codes, counts and hashes, as the trail holds them."""
    for row in rows_between(seal.first, seal.last):
        yield f'{{"id":{row[ID]},"position":{row[POSITION]},"leaf":"{row[STORED]}","line":{content_of(row)}}}\n'.encode()
    link = {"first": seal.first, "last": seal.last, "lines": seal.lines, "before": bytes(seal.before).hex(), "tree": bytes(seal.tree or b"").hex(), "root": bytes(seal.root).hex()}
    yield f'{{"seal":{tree.encode(link)}}}\n'.encode()


def add(path: Path, pieces: Iterable[bytes], held: bytes) -> None:
    """Add pieces to the end of a file, but for those that stand there already; on the disk before anybody counts on it."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640), "ab") as file:
        for piece in pieces:
            known, held = held[: len(piece)], held[len(piece) :]
            if not piece.startswith(known):
                raise Changed(path.name)
            file.write(piece[len(known) :])
        if held:
            raise Changed(path.name)
        file.flush()
        os.fsync(file.fileno())
