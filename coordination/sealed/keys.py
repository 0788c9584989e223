"""Rotation of the field keys while people work: a new key for new values, the old values moved over in small batches, the old key retired apart.

Nothing is remembered about how far a rotation came: what still lies under another key is what remains, so a killed one goes on where it was
(security.md 2.4 row 33, 5.1; ground.md 27).
"""

import base64
import json
import logging
import os
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from coordination import audit, clocks, fields
from coordination.fields import EncryptedTextField, SealBroken, place_of
from coordination.models import SYSTEM
from coordination.models.keys import FieldKey
from coordination.scope import reading_as
from coordination.workflow import Refused

logger = logging.getLogger(__name__)
LOCK = 4_021_979
KEY_BYTES = 32
BATCH = 200
MOST_PASSES = 20
PAUSE = 0.5  # seconds, for whoever holds a row to let go of it
# A task runs for ten minutes at most: whoever read a value before the pass has stored it by then.
GRACE = timedelta(minutes=20)


@dataclass
class Tally:
    """How many sealed values there are, how many were moved, how many could not be; and those a writer was just busy with."""

    values: int = 0
    resealed: int = 0
    failed: int = 0
    busy: int = 0


@dataclass(frozen=True)
class Sealed:
    """One sealed value that lies in no EncryptedTextField. `put` stores a new one if the old one still stands, and says whether."""

    value: bytes
    bound_to: str
    put: Callable[[bytes], bool]


_offered: dict[str, Callable[[], Iterable[Sealed]]] = {}


def offer(name: str, walk: Callable[[], Iterable[Sealed]]) -> None:
    """An app names sealed values that lie elsewhere than in an EncryptedTextField; the walk yields every one of them. Called by ready()."""
    _offered[name] = walk


# Where sealed values lie


@dataclass(frozen=True)
class Shelf:
    """A table with its sealed columns."""

    model: type[models.Model]

    @cached_property
    def columns(self) -> list[str]:
        """Its sealed columns."""
        return [field.column for field in self.model._meta.concrete_fields if isinstance(field, EncryptedTextField)]

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def key(self) -> str:
        """The column of its primary key."""
        return self.model._meta.pk.column

    @property
    def key_type(self) -> str:
        """That column's type, for arrays."""
        return self.model._meta.pk.db_type(connection)


def shelves() -> list[Shelf]:
    """Every table that has a sealed column."""
    found = [Shelf(model) for model in apps.get_models() if not model._meta.proxy and model._meta.managed]
    return sorted((shelf for shelf in found if shelf.columns), key=lambda shelf: shelf.table)


@contextmanager
def seeing_everything() -> Iterator[Any]:
    """A short transaction of SYSTEM in the role that also reaches the police's own notes; reading may take as long as the tables are large."""
    with reading_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute("select set_config('role', 'portal_police', true), set_config('statement_timeout', '0', true)")
        yield cursor


def name_in(column: str) -> str:
    """SQL: the id of the key that sealed the value of a column."""
    return f'substring("{column}" from 3 for get_byte("{column}", 1))'


def values_by_key() -> Counter[str]:
    """How many values each key has sealed, everywhere."""
    counted: Counter[str] = Counter()
    for shelf in shelves():
        for column in shelf.columns:
            with seeing_everything() as cursor:
                cursor.execute(f"""select convert_from({name_in(column)}, 'UTF8'), count(*) from {shelf.table} where length("{column}") > 1 group by 1""")
                counted.update(dict(cursor.fetchall()))
    for walk in _offered.values():
        with reading_as(SYSTEM):
            counted.update(fields.key_of(sealed.value) for sealed in walk())
    return counted


# The file


def stored_keys() -> dict[str, Any]:
    """The file as it stands; unreadable, it is a fault of the installation."""
    fields.keyring(afresh=True)
    return json.loads(settings.FIELD_KEYS_FILE.read_text())


def replace_file(stored: dict[str, Any]) -> None:
    """The whole file anew in one step: readers find the old one or the new one, never half of one. Only its owner may read it."""
    path: Path = settings.FIELD_KEYS_FILE
    before, fresh = path.stat(), path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        os.fchown(file.fileno(), before.st_uid, before.st_gid)
        file.write(json.dumps(stored))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def next_name(held: Iterable[str]) -> str:
    """k2 after k1; a name is never used again, not even that of a retired key."""
    used = {*held, *FieldKey.objects.values_list("name", flat=True)}
    numbers = [int(name[1:]) for name in used if re.fullmatch(r"k\d+", name)]
    return f"k{max(numbers, default=0) + 1}"


def new_key() -> FieldKey:
    """The next key: written down first, then put into the file as the active one, so that a kill between the two is mended by the next call."""
    stored = stored_keys()
    key = unfinished() or FieldKey.objects.create(name=next_name(stored["keys"]), made_at=clocks.now())
    if key.name not in stored["keys"]:
        stored["keys"][key.name] = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    replace_file(stored | {"active": key.name})
    return key


def unfinished() -> FieldKey | None:
    """The key to which a broken-off rotation was moving everything."""
    return FieldKey.objects.filter(finished_at=None, retired_at=None).order_by("-pk").first()


# The rotation


@contextmanager
def alone() -> Iterator[None]:
    """One rotation at a time; the lock goes with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise Refused("another rotation is running")
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])


def rotate(*, dry_run: bool = False) -> Tally:
    """A new active key, and every sealed value under it; a rotation that was broken off goes on with its key."""
    with alone():
        if dry_run:
            return rehearse()
        key = new_key()
        logger.info("rotation to key %s", key.name)
        tally = move_all(key.name)
        with reading_as(SYSTEM):
            if not tally.busy:
                key.finished_at = clocks.now()
                key.save(update_fields=["finished_at"])
            audit.record("rotate", key, by=SYSTEM, key=key.name, values=tally.values, resealed=tally.resealed, failed=tally.failed)
    return tally


def rehearse() -> Tally:
    """Every value opened and sealed anew in memory; nothing is stored. What fails here would fail then."""
    tally = Tally(values=values_by_key().total())
    for shelf in shelves():
        for _rows in batches(shelf, "", tally):
            pass
    for walk in _offered.values():
        with reading_as(SYSTEM):
            for sealed in walk():
                checked(sealed.value, sealed.bound_to, tally)
    return tally


def move_all(name: str) -> Tally:
    """Pass after pass until one finds nothing under another key; what a writer held in his hands is found by the next."""
    whole = Tally()
    for _pass in range(MOST_PASSES):
        this = Tally()
        for shelf in shelves():
            move_shelf(shelf, name, this)
        for walk in _offered.values():
            move_offered(walk, name, this)
        whole.resealed += this.resealed
        whole.failed, whole.busy = this.failed, this.busy
        if not this.resealed and not this.busy:
            break
        if this.busy:
            time.sleep(PAUSE)
    whole.values = values_by_key().total()
    whole.failed += whole.busy
    return whole


def move_shelf(shelf: Shelf, name: str, tally: Tally) -> None:
    """Every row of a table that has a value under another key."""
    for rows in batches(shelf, name, tally):
        stored = swap(shelf, rows)
        tally.resealed += stored
        tally.busy += sum(row.values for row in rows) - stored


def batches(shelf: Shelf, name: str, tally: Tally) -> Iterator[list["Moved"]]:
    """Rows with a value under another key than `name`, as they would be under the active one: some at a time, in the order of the primary key."""
    columns, last = ", ".join(f'"{column}"' for column in shelf.columns), []
    other = " or ".join(f'length("{column}") > 1 and {name_in(column)} <> %s' for column in shelf.columns)
    while True:
        after = f"{shelf.key} > %s and " if last else ""
        with seeing_everything() as cursor:
            words = f"select {shelf.key}, uid, {columns} from {shelf.table} where {after}({other}) order by {shelf.key} limit {BATCH}"
            cursor.execute(words, [*last, *[name.encode()] * len(shelf.columns)])
            rows = cursor.fetchall()
        if not rows:
            return
        last = [rows[-1][0]]
        yield [row for row in (moved_row(shelf, name, row, tally) for row in rows) if row]


@dataclass(frozen=True)
class Moved:
    """A row as it was read, and as it shall be; how many of its values change."""

    key: Any
    before: list[bytes]
    after: list[bytes]
    values: int


def moved_row(shelf: Shelf, name: str, row: tuple[Any, ...], tally: Tally) -> Moved | None:
    """The row under the active key; a value that does not open is left as it is."""
    key, uid, *sealed = row
    before = [bytes(value) for value in sealed]
    after, values = list(before), 0
    for place, column in enumerate(shelf.columns):
        if len(before[place]) > 1 and fields.key_of(before[place]) != name:
            moved = checked(before[place], place_of(shelf.table, column, uid), tally)
            if moved is not None:
                after[place], values = moved, values + 1
    return Moved(key, before, after, values) if values else None


def checked(value: bytes, bound_to: str, tally: Tally) -> bytes | None:
    """The value under the active key; one that does not open is counted, and named by its place alone."""
    try:
        return resealed(value, bound_to)
    except SealBroken:
        tally.failed += 1
        logger.warning("a value does not open: %s", bound_to)
        return None


def resealed(value: bytes, bound_to: str) -> bytes:
    """The same content under the active key, opened once more before it may replace anything."""
    content = fields.open_bytes(value, bound_to)
    fresh = fields.seal_bytes(content, bound_to)
    if fields.open_bytes(fresh, bound_to) != content:
        raise SealBroken(bound_to)
    return fresh


def swap(shelf: Shelf, rows: list[Moved]) -> int:
    """Store what was moved where nobody has written since, in one statement that waits for no lock. Says how many values."""
    if not rows:
        return 0
    before, after = [f"before_{place}" for place in range(len(shelf.columns))], [f"after_{place}" for place in range(len(shelf.columns))]
    stands = " and ".join(f'here."{column}" = moved.{old}' for column, old in zip(shelf.columns, before, strict=True))
    becomes = ", ".join(f'"{column}" = moved.{new}' for column, new in zip(shelf.columns, after, strict=True))
    free = f"select {shelf.key} from {shelf.table} where {shelf.key} = any(%s::{shelf.key_type}[]) order by {shelf.key} for no key update skip locked"
    arrays = ", ".join([f"%s::{shelf.key_type}[]", *["%s::bytea[]"] * (2 * len(shelf.columns))])
    keys = [row.key for row in rows]
    lists = [[row.before[place] for row in rows] for place in range(len(before))] + [[row.after[place] for row in rows] for place in range(len(after))]
    with seeing_everything() as cursor:
        cursor.execute(
            f"with free as materialized ({free}), moved as (select * from unnest({arrays}) as moved(key, {', '.join(before + after)})) "
            f"update {shelf.table} here set {becomes} from moved join free on free.{shelf.key} = moved.key where here.{shelf.key} = moved.key and {stands} returning here.{shelf.key}",
            [keys, keys, *lists],
        )
        stored = {row[0] for row in cursor.fetchall()}
    return sum(row.values for row in rows if row.key in stored)


def move_offered(walk: Callable[[], Iterable[Sealed]], name: str, tally: Tally) -> None:
    """The values an app keeps elsewhere, one at a time."""
    with reading_as(SYSTEM):
        for sealed in walk():
            moved = checked(sealed.value, sealed.bound_to, tally) if fields.key_of(sealed.value) != name else None
            if moved is not None:
                stored = sealed.put(moved)
                tally.resealed += stored
                tally.busy += not stored


# The end of a key


@transaction.atomic
def retire(name: str) -> FieldKey:
    """Take a key out of the file for good. Refused while a value may still need it; backups older than its rotation cannot be read without it."""
    stored = stored_keys()
    if name not in stored["keys"]:
        raise Refused(f"{name} is not in the file")
    if name == stored["active"]:
        raise Refused(f"{name} is the active key: rotate first")
    current = FieldKey.objects.filter(name=stored["active"]).first()
    if current is None or current.finished_at is None:
        raise Refused("the rotation away from it is not finished")
    if clocks.now() < current.finished_at + GRACE:
        raise Refused(f"the rotation ended less than {GRACE.seconds // 60} minutes ago: a running task may still store a value under {name}")
    if left := values_by_key()[name]:
        raise Refused(f"values={left} still lie under {name}: rotate again")
    key, _made = FieldKey.objects.get_or_create(name=name, defaults={"made_at": clocks.now(), "finished_at": clocks.now()})
    key.retired_at = clocks.now()
    key.save(update_fields=["retired_at"])
    with reading_as(SYSTEM):
        audit.record("retire", key, by=SYSTEM, key=name)
    del stored["keys"][name]
    replace_file(stored)
    return key
