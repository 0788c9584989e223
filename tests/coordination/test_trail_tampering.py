"""Whatever is changed in a sealed trail is found; and how fast it is read again, and what a line costs to write.

The ordinary run makes 100 random forgeries in memory. `python3 manage.py selftest tests/coordination/test_trail_tampering.py -m long -s`
makes 1,000, reads 200,000 lines of a database, measures the cost of a line beside a plain insert, and prints what it measured.
"""

import hashlib
import json
import os
import random
import statistics
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, connections

from coordination import audit
from coordination.models import SYSTEM, TrailLine
from coordination.scope import reading_as
from coordination.trail import checkpoints, sealing, tree, verifying
from coordination.trail.verifying import Row, Seal, Trail, Verdict, check
from tests.world import World

ACTS = ["submit", "read", "refer", "receive", "answer", "open_person", "refused"]
OURS, THEIRS = Ed25519PrivateKey.from_private_bytes(bytes(range(32))), Ed25519PrivateKey.from_private_bytes(bytes(32))
BEGUN = datetime(2026, 11, 20, 2, tzinfo=UTC)
(ID, POSITION, UID, RECORDED, HAPPENED, ACTOR, POST, ACT, MODEL, ABOUT, REQUEST, DETAIL, CODE, WROTE, LEAF) = range(15)


@dataclass(frozen=True)
class Book:
    """A trail as plain values: lines, seals, checkpoints in the database; and the newest checkpoint as kept outside."""

    rows: list[Row]
    seals: list[Seal]
    points: list[str]
    outside: str

    def verdict(self, *, against: bool = True) -> Verdict:
        """What verification says of it."""
        kept = [checkpoints.parse(self.outside)] if against else []
        rows = sorted(self.rows, key=lambda row: (int(row[POSITION]), int(row[ID])))
        return check(Trail(rows, sorted(self.seals, key=lambda seal: seal.last), self.points, kept, {checkpoints.public_of(OURS)}))


def line(dice: random.Random, number: int) -> Row:
    """A line as the database gives it."""
    hour = repr((BEGUN + timedelta(seconds=number, microseconds=dice.randrange(1_000_000))).timestamp())
    detail = json.dumps({"incident": dice.randrange(500), "level": "L3"}) if dice.random() < 0.6 else "{}"
    wrote = json.dumps({"status": f"{dice.getrandbits(64):016x}"}) if dice.random() < 0.3 else "{}"
    said = (str(uuid.UUID(int=dice.getrandbits(128))), hour, hour, str(dice.randrange(1, 90)), "principal@7", dice.choice(ACTS), "incidents.incident", str(dice.randrange(500)), "f" * 16, detail)
    return with_leaf((str(number), str(1000 + number // 2), *said, "0" * 13 if dice.random() < 0.5 else "", wrote, ""))


def with_leaf(row: Row) -> Row:
    """The line with the leaf that fits what it says, as whoever knows the code can compute it."""
    return (*row[:LEAF], tree.leaf_of(verifying.content_of(row)).hex())


def position_of(row: Row) -> int:
    """Where it stands."""
    return int(row[POSITION])


def node_of(row: Row) -> bytes:
    """The line as a leaf of its seal's tree."""
    return tree.node_of(int(row[ID]), int(row[POSITION]), bytes.fromhex(row[LEAF]))


def sealed(rows: list[Row], breaks: list[int], key: Ed25519PrivateKey = OURS, former: str = checkpoints.NONE_BEFORE) -> tuple[list[Seal], list[str]]:
    """Seals over ranges of positions that end at the breaks, and a checkpoint after each third."""
    seals, points, before, first = [], [], tree.GENESIS, 0
    for number, last in enumerate(breaks):
        nodes = [node_of(row) for row in rows if first <= position_of(row) < last]
        top = tree.tree_of(nodes)
        root = tree.root_of(before, first, last, len(nodes), top)
        seals.append(Seal(number + 1, first, last, len(nodes), before, top, root))
        before, first = root, last
        if number % 3 == 2:
            size = sum(seal.lines for seal in seals)
            points.append(checkpoints.signed(key, size=size, last=last, root=root.hex(), time=(BEGUN + timedelta(minutes=number)).isoformat(), previous=former))
            former = hashlib.sha256(points[-1].encode()).hexdigest()
    return seals, points


@pytest.fixture(scope="module")
def book() -> Book:
    """Sixty lines in twelve seals under four checkpoints."""
    dice = random.Random(2026)
    rows = [line(dice, number) for number in range(60)]
    seals, points = sealed(rows, [1000 + 30 * (part + 1) // 12 for part in range(12)])
    return Book(rows, seals, points, points[-1])


def changed(row: Row, column: int, dice: random.Random) -> Row:
    """The line with another value in one column."""
    before = row[column]
    if column in (DETAIL, WROTE):
        after = json.dumps({"status": f"{dice.getrandbits(32):08x}"})
    elif column in (ID, POSITION, ACTOR, ABOUT):
        after = str(int(before) + dice.choice([-1, 1, 1000]))
    elif column in (RECORDED, HAPPENED):
        after = repr(float(before) + dice.choice([-0.000001, 0.000001, 86400.0]))
    elif column == LEAF:
        after = f"{int(before[0], 16) ^ 1:x}{before[1:]}"
    else:
        after = before + "x" if not before else before[:-1] + chr(ord(before[-1]) ^ 1)
    return (*row[:column], after, *row[column + 1 :])


def edit(book: Book, dice: random.Random) -> Book:
    """One column of one line; half of the time with a leaf that fits again."""
    place, column = dice.randrange(len(book.rows)), dice.randrange(15)
    row = changed(book.rows[place], column, dice)
    row = with_leaf(row) if column != LEAF and dice.random() < 0.5 else row
    return replace(book, rows=[*book.rows[:place], row, *book.rows[place + 1 :]])


def delete(book: Book, dice: random.Random) -> Book:
    """One line taken out, or some."""
    gone = {row[ID] for row in dice.sample(book.rows, dice.choice([1, 1, 2, 5]))}
    return replace(book, rows=[row for row in book.rows if row[ID] not in gone])


def insert(book: Book, dice: random.Random) -> Book:
    """A well-formed line put in under a seal."""
    made = line(dice, dice.randrange(1_000, 2_000))
    return replace(book, rows=[*book.rows, (made[0], dice.choice(book.rows)[POSITION], *made[2:])])


def swap(book: Book, dice: random.Random) -> Book:
    """Two lines changed round: their places, or what they say."""
    one, other = dice.sample(range(len(book.rows)), 2)
    rows = list(book.rows)
    cut = 2 if dice.random() < 0.5 else 1
    rows[one], rows[other] = (*rows[one][:cut], *rows[other][cut:]), (*rows[other][:cut], *rows[one][cut:])
    return replace(book, rows=rows)


def retime(book: Book, dice: random.Random) -> Book:
    """An hour moved, with a leaf that fits."""
    place = dice.randrange(len(book.rows))
    row, by = book.rows[place], dice.choice([-3600.0, 60.0, 0.000001])
    row = with_leaf((*row[:RECORDED], repr(float(row[RECORDED]) + by), repr(float(row[HAPPENED]) + by), *row[ACTOR:]))
    return replace(book, rows=[*book.rows[:place], row, *book.rows[place + 1 :]])


def truncate(book: Book, dice: random.Random) -> Book:
    """The newest seals cut off with their lines and checkpoints, as if nothing had happened since."""
    kept = book.seals[: dice.randrange(len(book.seals))]
    last = kept[-1].last if kept else 0
    points = [text for text in book.points if checkpoints.parse(text).last <= last]
    return replace(book, rows=[row for row in book.rows if position_of(row) < last], seals=kept, points=points)


def reseal(book: Book, dice: random.Random) -> Book:
    """All rights over the database, without the key: a line changed and everything sealed anew, signed by another key or not at all."""
    forged = retime(book, dice) if dice.random() < 0.5 else delete(book, dice)
    breaks = [seal.last for seal in book.seals if any(seal.first <= position_of(row) < seal.last for row in forged.rows)]
    seals, points = sealed(forged.rows, breaks, THEIRS)
    return replace(forged, seals=seals, points=dice.choice([points, book.points, []]))


def forge_a_seal(book: Book, dice: random.Random) -> Book:
    """One column of one seal, or a seal gone."""
    place = dice.randrange(len(book.seals))
    seal = book.seals[place]
    column = dice.choice(["first", "last", "lines", "before", "tree", "root", "gone"])
    if column == "gone":
        return replace(book, seals=book.seals[:place] + book.seals[place + 1 :])
    value = getattr(seal, column)
    other = value + 1 if isinstance(value, int) else bytes([value[0] ^ 1]) + value[1:]
    return replace(book, seals=[*book.seals[:place], seal._replace(**{column: other}), *book.seals[place + 1 :]])


def forge_a_checkpoint(book: Book, dice: random.Random) -> Book:
    """A checkpoint of the database changed, gone, or put in."""
    place = dice.randrange(len(book.points) - 1)
    text = book.points[place]
    forged = [text.replace("size ", "size 1", 1), text.replace("root ", "root 0", 1), text.replace("last ", "last 9", 1), text.replace("time 2026", "time 2025", 1), text[:-8] + "AAAAAAA\n", None]
    other = dice.choice(forged)
    return replace(book, points=[*book.points[:place], *([other] if other else []), *book.points[place + 1 :]])


FORGERIES: list[Callable[[Book, random.Random], Book]] = [edit, edit, edit, delete, insert, swap, retime, truncate, reseal, forge_a_seal, forge_a_checkpoint]


def test_the_made_up_trail_is_intact(book: Book) -> None:
    said = book.verdict()
    assert (said.fault, said.lines, said.seals, said.checkpoints, said.unsealed) == ("", 60, 12, 4, 0)


@pytest.mark.parametrize("many", [100, pytest.param(1_000, marks=pytest.mark.long)])
def test_every_random_forgery_is_found(book: Book, many: int) -> None:
    dice, missed = random.Random(many), []
    for number in range(many):
        forge = FORGERIES[number % len(FORGERIES)]
        forged = forge(book, dice)
        if forged != book and not forged.verdict().fault:
            missed.append((number, forge.__name__))
    assert missed == []


@pytest.mark.parametrize("column", range(15))
def test_every_column_counts_also_with_a_leaf_that_fits(book: Book, column: int) -> None:
    dice = random.Random(column)
    for place in (0, 31, 59):
        row = with_leaf(changed(book.rows[place], column, dice)) if column != LEAF else changed(book.rows[place], column, dice)
        assert replace(book, rows=[*book.rows[:place], row, *book.rows[place + 1 :]]).verdict(against=False).fault, column


def test_a_cut_tail_is_found_with_a_checkpoint_kept_outside_and_only_with_it(book: Book) -> None:
    cut = replace(book, rows=[row for row in book.rows if position_of(row) < book.seals[5].last], seals=book.seals[:6], points=book.points[:2])
    assert cut.verdict(against=False).fault == ""
    assert "no longer holds the 60 lines" in cut.verdict().fault


def test_sealing_anew_without_the_key_is_found_inside_the_database_too(book: Book) -> None:
    rows = book.rows[1:]
    seals, points = sealed(rows, [seal.last for seal in book.seals], THEIRS)
    assert "signed by a key that is not ours" in replace(book, rows=rows, seals=seals, points=points).verdict(against=False).fault
    assert "no longer holds" in replace(book, rows=rows, seals=seals).verdict(against=False).fault


def test_a_fault_names_its_row_or_bounds_its_damage(book: Book) -> None:
    assert replace(book, rows=[changed(book.rows[7], ACT, random.Random(1)), *book.rows[:7], *book.rows[8:]]).verdict().fault.startswith("row 7 ")
    assert replace(book, rows=[*book.rows[:7], *book.rows[8:]]).verdict().fault.startswith("seal 2 (positions 1002 to 1005): ")


def test_seals_of_the_first_days_still_hold(book: Book) -> None:
    """They hashed their leaves in a row and kept no tree."""
    old = [row for row in book.rows if position_of(row) < book.seals[2].last]
    first = Seal(1, 0, book.seals[2].last, len(old), tree.GENESIS, None, tree.flat_root_of(tree.GENESIS, 0, book.seals[2].last, [bytes.fromhex(row[LEAF]) for row in old]))
    expected = hashlib.sha256(b"portal-trail-v1|" + bytes(32) + f"0|{first.last}|".encode())
    for row in old:
        expected.update(bytes.fromhex(row[LEAF]))
    assert first.root == expected.digest()
    assert replace(book, rows=old, seals=[first], points=[]).verdict(against=False).fault == ""
    assert replace(book, rows=old[1:], seals=[first], points=[]).verdict(against=False).fault


def test_what_a_line_says_is_canonical_json(book: Book) -> None:
    for row in book.rows:
        said = verifying.content_of(row)
        assert said == json.dumps(json.loads(said), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    strange = ("u", "1.5", repr(0.1 + 0.2), None, 'a"b\\c\n', "ĐX\u2028", "m", None, "", '{"a":"\\u0001"}', "c", '{"b":1}')
    said = tree.content_of(*strange)
    assert json.loads(said) == {"uid": "u", "recorded_at": 1.5, "happened_at": 0.1 + 0.2, "actor": None, "post": strange[4], "act": strange[5], "model": "m", "id": None, "request": "", "detail": {"a": "\x01"}, "code": "c", "wrote": {"b": 1}}


@pytest.mark.parametrize("many", [1, 2, 3, 5, 8, 13, 64, 100])
def test_every_way_up_a_tree_leads_to_its_root(many: int) -> None:
    nodes = [hashlib.sha256(bytes([number])).digest() for number in range(many)]
    for place, node in enumerate(nodes):
        for side, other in tree.path_of(nodes, place):
            node = hashlib.sha256(b"\1" + (bytes.fromhex(other) + node if side == "L" else node + bytes.fromhex(other))).digest()
        assert node == tree.tree_of(nodes)


# Measured

MANY = 200_000


def fill(many: int) -> None:
    """So many lines in a database, as they would have been written."""
    dice = random.Random(7)
    with connections["owner"].cursor() as cursor, connections["owner"].cursor().connection.cursor() as plain:
        cursor.execute("select set_config('portal.reader', 'system', false)")
        for start in range(0, many, 10_000):
            rows = [line(dice, start + number) for number in range(10_000)]
            values = b",".join(plain.mogrify("(%s,%s,to_timestamp(%s::float8),to_timestamp(%s::float8),%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)", stored(row)) for row in rows)
            plain.execute(b"insert into coordination_trailline (position,uid,recorded_at,happened_at,actor_id,actor_post,act,about_model,about_id,request_id,detail,code,wrote,leaf) values " + values)
        cursor.execute("analyze coordination_trailline")


def stored(row: Row) -> Row:
    """The columns of an insert; an hour of to_timestamp is a float rounded to microseconds, as the one hashed was."""
    return (int(row[POSITION]) - 1000, *row[2:LEAF], bytes.fromhex(row[LEAF]))


def work_of(pid: int) -> float:
    """The seconds a processor has worked for a process: what a busy machine beside it does not lengthen."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


class Spent:
    """The work of a block, of Python and of PostgreSQL behind it together, and the time on the wall."""

    def __enter__(self) -> "Spent":
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            self.pids = [os.getpid(), cursor.fetchone()[0]]
        self.begun, self.before = time.perf_counter(), sum(map(work_of, self.pids))
        return self

    def __exit__(self, *_raised: object) -> None:
        self.work, self.wall = sum(map(work_of, self.pids)) - self.before, time.perf_counter() - self.begun


@pytest.mark.long
def test_two_hundred_thousand_lines_are_verified_fast_enough(committed: str) -> None:
    """At least 50,000 rows in a second of one core (security.md 4)."""
    fill(MANY)
    with reading_as(SYSTEM):
        assert sealing.seal()
    runs = []
    for _ in range(3):
        with reading_as(SYSTEM), Spent() as spent:
            said = verifying.verify()
        assert (said.fault, said.lines) == ("", MANY)
        runs.append(spent)
    best = min(runs, key=lambda run: run.work)
    print(f"\n{MANY:,} lines verified: {MANY / best.work:,.0f} rows in a second of one core, {MANY / min(run.wall for run in runs):,.0f} on the wall")
    assert MANY / best.work >= 50_000


@pytest.mark.long
def test_a_line_costs_little_more_than_a_plain_insert(committed: str) -> None:
    """A line of the trail beside a plain insert into a table of the same columns, indexes and wall, each in a transaction of its own, in turns (at most 1.25 times)."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("create table plain_copy (like coordination_trailline including all)")
        cursor.execute("call portal_wall('plain_copy', 'portal_is_system()')")
        cursor.execute("grant insert on plain_copy to portal_app; grant usage on all sequences in schema public to portal_app")
    principal = World().actor("principal")
    about = principal.organisation
    plain = audit.INSERT.replace(TrailLine._meta.db_table, "plain_copy")

    line = ["", BEGUN, BEGUN, principal.pk, "principal@7", "look", "coordination.organisation", about.pk, "", '{"number":1}', about.code, "{}", bytes(32)]

    def recorded() -> None:
        audit.record("look", about, by=principal, number=1)

    def written() -> None:
        audit.write((str(uuid.uuid4()), *line[1:]))

    def inserted() -> None:
        with connection.cursor() as cursor:
            cursor.execute(plain, [str(uuid.uuid4()), *line[1:]])

    acts = (recorded, written, inserted)
    runs: dict[Any, list[Spent]] = {act: [] for act in acts}
    for _ in range(40):
        for act, blocks in runs.items():
            with Spent() as spent:
                for _ in range(50):
                    with reading_as(principal):
                        act()
            blocks.append(spent)
    work = [statistics.median(spent.work for spent in runs[act]) * 1000 / 50 for act in acts]
    wall = [statistics.median(spent.wall for spent in runs[act]) * 1000 / 50 for act in acts]
    print(f"\nof one core: a plain insert {work[2]:.3f} ms, a line {work[1]:.3f} ms ({work[1] / work[2]:.2f} times), made and written {work[0]:.3f} ms ({work[0] / work[2]:.2f} times); on the wall {wall[2]:.3f}, {wall[1]:.3f}, {wall[0]:.3f} ms")
    assert work[0] / work[2] <= 1.25
