"""Verification: every leaf, tree, link and checkpoint read again, as plain values; the first fault is named and bounded."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from io import BytesIO
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Sum

from coordination import clocks
from coordination.models.trail import TrailCheckpoint, TrailLine, TrailSeal
from coordination.trail import tree
from coordination.trail.checkpoints import NONE_BEFORE, Checkpoint, NotACheckpoint, known_keys, parse

BATCH = 20_000
# As text throughout, hours as the shortest number that is the same float: what is hashed is put together without making Python values first.
ROWS = f"""copy (select id, position, uid, extract(epoch from recorded_at)::float8, extract(epoch from happened_at)::float8, coalesce(actor_id::text, 'null'), actor_post, act,
about_model, coalesce(about_id::text, 'null'), request_id, detail, code, wrote, encode(leaf, 'hex') from {TrailLine._meta.db_table}
where (position, id) > ({{0}}, {{1}}) and position >= {{0}} and position < {{2}} order by position, id limit {BATCH}) to stdout"""

Row = Sequence[str]
ID, POSITION, RECORDED, HAPPENED, ACT, MODEL, ABOUT, DETAIL, WROTE, STORED = 0, 1, 3, 4, 7, 8, 9, 11, 13, 14


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
        while row is not None and (place := int(row[POSITION])) < seal.last:
            leaves.append(leaf := leaf_of(row))
            nodes.append(tree.node_of(int(row[ID]), place, leaf))
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
    if leaf.hex() != row[STORED]:
        raise Broken(f"row {row[ID]} ({row[ACT]} {row[MODEL]} {row[ABOUT]}): content and leaf differ")
    return leaf


def content_of(row: Row) -> str:
    """What the line says, as it was hashed when it was written."""
    wrote = row[WROTE] if row[WROTE] == "{}" else canonical(row[WROTE])
    return tree.content_of(row[2], seconds(row[RECORDED]), seconds(row[HAPPENED]), *row[5:11], often(row[DETAIL]), row[12], wrote)


def seconds(number: str) -> str:
    """A float of PostgreSQL as Python writes it."""
    return number if "." in number else repr(float(number))


def canonical(stored: str) -> str:
    """A JSON column, in canonical form."""
    return tree.encode(json.loads(stored))


# Many lines say the same few things: that a case was read, and under which act.
often = lru_cache(maxsize=20_000)(canonical)


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
    start, end = Start(), tree.ABOVE_ALL
    if since:
        start = start_behind(seals.filter(sealed_at__lt=clocks.midnight(since)))
        seals = seals.filter(first__gte=start.position)
    if until:
        seals = seals.filter(sealed_at__lt=clocks.midnight(until + timedelta(days=1)))
    read = [as_plain(seal) for seal in seals]
    if until:
        end = read[-1].last if read else start.position
    stored = TrailCheckpoint.objects.order_by("pk").values_list("text", flat=True)
    texts = [] if until else list(stored)
    return check(Trail(rows_between(start.position, end), read, texts, list(against), known_keys() if texts else set(), start))


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
    """Lines of a range of positions in the order of the seals, read in pieces."""
    place = (first, -(2**62))
    while piece := copied(*place, last):
        yield from piece
        place = (int(piece[-1][POSITION]), int(piece[-1][ID]))


def copied(position: int, pk: int, last: int) -> list[Row]:
    """The next piece behind a place, as the columns of PostgreSQL's own text."""
    taken = BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(ROWS.format(int(position), int(pk), int(last)), taken)
    return [fields(line) for line in taken.getvalue().decode().split("\n")[:-1]]


def fields(line: str) -> Row:
    """The columns of one line; what PostgreSQL escaped stands as it was."""
    if "\\" not in line:
        return line.split("\t")
    return [ESCAPED.sub(lambda found: UNESCAPED.get(found[1], found[1]), column) for column in line.split("\t")]


ESCAPED = re.compile(r"\\(.)")
UNESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
