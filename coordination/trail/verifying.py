"""Verification: every leaf, tree, link and checkpoint read again, as plain values; the first fault is named and bounded."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Sum

from coordination import clocks
from coordination.models.trail import TrailCheckpoint, TrailLine, TrailSeal
from coordination.trail import tree
from coordination.trail.checkpoints import NONE_BEFORE, Checkpoint, NotACheckpoint, known_keys, parse

BATCH = 5000
ABOVE_ALL = 2**63 - 1
# A number of PostgreSQL as Python wrote it: seconds as the nearest float, JSON as text.
ROWS = f"""select id, position, uid::text, extract(epoch from recorded_at)::float8, extract(epoch from happened_at)::float8, actor_id, actor_post, act,
about_model, about_id, request_id, detail::text, code, wrote::text, leaf from {TrailLine._meta.db_table} where position >= %s and position < %s order by position, id"""

Row = tuple[Any, ...]
ID, POSITION, ACT, MODEL, ABOUT, DETAIL, WROTE, STORED = 0, 1, 7, 8, 9, 11, 13, 14


class Seal(NamedTuple):
    """A link of the chain as it stands in the database."""

    pk: int
    first: int
    last: int
    lines: int
    before: bytes
    tree: bytes | None
    root: bytes


@dataclass
class Verdict:
    """What verification found: lines, seals and checkpoints read, and the first fault in words (empty when intact)."""

    lines: int = 0
    seals: int = 0
    unsealed: int = 0
    checkpoints: int = 0
    root: str = ""
    fault: str = ""


@dataclass
class Start:
    """Where a verification begins: at the first line, or behind a seal that is taken as it is."""

    root: bytes = tree.GENESIS
    position: int = 0
    size: int = 0


@dataclass
class Trail:
    """Everything to be checked, from the database or made up by a test."""

    rows: Iterable[Row]
    seals: list[Seal]
    checkpoints: list[str] = field(default_factory=list)
    against: list[Checkpoint] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    start: Start = field(default_factory=Start)


class Broken(Exception):
    """The first fault, in words."""


def check(trail: Trail) -> Verdict:
    """Read everything again; stop at the first fault."""
    said = Verdict()
    try:
        reached = check_chain(trail, said)
        check_checkpoints(trail, reached, said)
    except Broken as broken:
        said.root, said.fault = "", str(broken)
    return said


def check_chain(trail: Trail, said: Verdict) -> dict[str, tuple[int, int]]:
    """Every line and link; gives the size and the position at each root."""
    rows, before, position, size = iter(trail.rows), trail.start.root, trail.start.position, trail.start.size
    row, reached = next(rows, None), {before.hex(): (size, position)}
    for seal in trail.seals:
        nodes, leaves = [], []
        while row is not None and row[POSITION] < seal.last:
            leaves.append(leaf := leaf_of(row))
            nodes.append(tree.node_of(row[ID], row[POSITION], leaf))
            row = next(rows, None)
        said.lines += len(nodes)
        check_link(seal, nodes, leaves, before, position)
        before, position, size = seal.root, seal.last, size + len(nodes)
        reached[before.hex()] = (size, position)
        said.seals, said.root = said.seals + 1, before.hex()
    while row is not None:
        leaf_of(row)
        said.unsealed, row = said.unsealed + 1, next(rows, None)
    said.lines += said.unsealed
    return reached


def leaf_of(row: Row) -> bytes:
    """The leaf of a line, computed anew; Broken when it is not the stored one."""
    leaf = tree.leaf_of(content_of(row))
    if leaf != bytes(row[STORED]):
        raise Broken(f"row {row[ID]} ({row[ACT]} {row[MODEL]} {row[ABOUT]}): content and leaf differ")
    return leaf


def content_of(row: Row) -> str:
    """What the line says, as it was hashed when it was written."""
    detail, wrote = row[DETAIL], row[WROTE]
    detail = detail if detail == "{}" else tree.encode(json.loads(detail))
    wrote = wrote if wrote == "{}" else tree.encode(json.loads(wrote))
    return tree.content_of(*row[2:11], detail, row[12], wrote)


def check_link(seal: Seal, nodes: list[bytes], leaves: list[bytes], before: bytes, position: int) -> None:
    """Broken unless the seal follows the one before and covers exactly these lines."""
    if len(nodes) != seal.lines or not nodes:
        raise Broken(f"{name_of(seal)}: {len(nodes)} lines found, {seal.lines} sealed")
    if seal.tree is None:
        root, top = tree.flat_root_of(before, seal.first, seal.last, leaves), None
    else:
        top = tree.tree_of(nodes)
        root = tree.root_of(before, seal.first, seal.last, seal.lines, top)
    if (seal.first, seal.before, seal.tree, seal.root) != (position, before, top, root):
        raise Broken(f"{name_of(seal)}: its lines or the seal before it are no longer those that were sealed")


def name_of(seal: Seal) -> str:
    """A seal and the damage it bounds."""
    return f"seal {seal.pk} (positions {seal.first} to {seal.last})"


def check_checkpoints(trail: Trail, reached: dict[str, tuple[int, int]], said: Verdict) -> None:
    """Broken unless each stored checkpoint is ours, follows the one before and fits the chain; and those kept outside fit it too."""
    previous = None
    for text in trail.checkpoints:
        try:
            point = parse(text)
        except NotACheckpoint as error:
            raise Broken(f"checkpoint {said.checkpoints + 1}: {error}") from error
        if point.key not in trail.keys:
            raise Broken(f"checkpoint of {point.time:%d/%m/%Y %H:%M}: signed by a key that is not ours")
        if point.previous != (previous.hash if previous else NONE_BEFORE) and trail.start.position == 0:
            raise Broken(f"checkpoint of {point.time:%d/%m/%Y %H:%M}: the one before it is gone or changed")
        require(point, reached, trail.start)
        previous, said.checkpoints = point, said.checkpoints + 1
    for point in trail.against:
        require(point, reached, trail.start)


def require(point: Checkpoint, reached: dict[str, tuple[int, int]], start: Start) -> None:
    """Broken unless the chain passed exactly through the checkpoint; one before the start of a partial reading is left aside."""
    if point.last < start.position or reached.get(point.root) == (point.size, point.last):
        return
    raise Broken(f"checkpoint of {point.time:%d/%m/%Y %H:%M}: the trail no longer holds the {point.size} lines under root {point.root[:16]}; lines were cut off or sealed anew")


# From the database


def verify(*, against: Iterable[Checkpoint] = (), since: date | None = None, until: date | None = None) -> Verdict:
    """The trail of the database: all of it with what is not sealed yet, or the seals of some days."""
    seals = TrailSeal.objects.order_by("last")
    start, end = Start(), ABOVE_ALL
    if since:
        start = start_behind(seals.filter(sealed_at__lt=midnight(since)))
        seals = seals.filter(first__gte=start.position)
    if until:
        seals = seals.filter(sealed_at__lt=midnight(until + timedelta(days=1)))
    read = [as_plain(seal) for seal in seals]
    if until:
        end = read[-1].last if read else start.position
    stored = TrailCheckpoint.objects.order_by("pk").values_list("text", flat=True)
    texts = [] if until else list(stored)
    return check(Trail(rows_between(start.position, end), read, texts, list(against), known_keys() if texts else set(), start))


def midnight(day: date) -> datetime:
    """The beginning of a day here."""
    return datetime.combine(day, time.min, clocks.ZONE)


def start_behind(earlier: Any) -> Start:
    """Behind the last of the earlier seals, which is taken as it is."""
    newest = earlier.last()
    if newest is None:
        return Start()
    return Start(bytes(newest.root), newest.last, earlier.aggregate(size=Sum("lines"))["size"])


def as_plain(seal: TrailSeal) -> Seal:
    """A seal as plain values."""
    return Seal(seal.pk, seal.first, seal.last, seal.lines, bytes(seal.before), None if seal.tree is None else bytes(seal.tree), bytes(seal.root))


def rows_between(first: int, last: int) -> Iterator[Row]:
    """Lines of a range of positions as plain values, in the order of the seals, read in pieces."""
    with connection.chunked_cursor() as cursor:
        cursor.itersize = BATCH
        cursor.execute(ROWS, [first, last])
        while piece := cursor.fetchmany(BATCH):
            yield from piece
