"""What was done, by whom: one line in the same transaction, a leaf hash, a seal every ten seconds, a proof on demand."""

import hashlib
import json
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from coordination import clocks
from coordination.models.trail import TrailLine, TrailSeal

DOMAIN = b"portal-trail-v1|"
GENESIS = bytes(32)
request_id: ContextVar[str] = ContextVar("request_id", default="")


def record(act: str, about: Any, *, by: Any, **detail: Any) -> TrailLine:
    """Write one line: who did what to which row, with ids, codes and counts. Business time and server time are both kept."""
    line = TrailLine(
        recorded_at=timezone.now(),
        happened_at=clocks.now(),
        actor_id=by.pk,
        actor_post="SYSTEM" if by.is_system else f"{by.role}@{by.post.organisation_id}",
        act=act,
        about_model=about._meta.label_lower,
        about_id=about.pk,
        request_id=request_id.get(),
        detail=detail,
    )
    line.leaf = leaf_of(line)
    write(line)
    return line


COLUMNS = ("uid", "recorded_at", "happened_at", "actor_id", "actor_post", "act", "about_model", "about_id", "request_id", "detail", "leaf")
INSERT = f"insert into {TrailLine._meta.db_table} ({', '.join(COLUMNS)}) values ({', '.join(['%s'] * len(COLUMNS))})"


def write(line: TrailLine) -> None:
    """Insert and read nothing back: the serving role may add to the trail but sees none of it."""
    values = {name: getattr(line, name) for name in COLUMNS} | {"detail": json.dumps(line.detail, ensure_ascii=False), "uid": str(line.uid)}
    with connection.cursor() as cursor:
        cursor.execute(INSERT, list(values.values()))


def leaf_of(line: TrailLine) -> bytes:
    """SHA-256 over the canonical JSON of everything the line says."""
    content = {
        "uid": str(line.uid),
        "recorded_at": line.recorded_at.timestamp(),
        "happened_at": line.happened_at.timestamp(),
        "actor": line.actor_id,
        "post": line.actor_post,
        "act": line.act,
        "model": line.about_model,
        "id": line.about_id,
        "request": line.request_id,
        "detail": line.detail,
    }
    return hashlib.sha256(DOMAIN + json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).digest()


def root_of(before: bytes, first: int, last: int, leaves: Iterator[bytes]) -> tuple[bytes, int]:
    """The root over a range of positions and the root before it, with the number of lines."""
    running, count = hashlib.sha256(DOMAIN + before + f"{first}|{last}|".encode()), 0
    for leaf in leaves:
        running.update(leaf)
        count += 1
    return running.digest(), count


def lines_between(first: int, last: int | None = None) -> Any:
    """Lines of a range of positions in the order of the seal."""
    lines = TrailLine.objects.filter(position__gte=first).order_by("position", "id")
    return lines if last is None else lines.filter(position__lt=last)


@transaction.atomic
def seal() -> TrailSeal | None:
    """Chain every line whose transaction has certainly ended. Run by the one loop process under SYSTEM."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        last = cursor.fetchone()[0]
    newest = TrailSeal.objects.order_by("-last").first()
    first = newest.last if newest else 0
    if last <= first or not lines_between(first, last).exists():
        return None
    before = bytes(newest.root) if newest else GENESIS
    leaves = (bytes(leaf) for leaf in lines_between(first, last).values_list("leaf", flat=True).iterator(chunk_size=5000))
    root, count = root_of(before, first, last, leaves)
    return TrailSeal.objects.create(first=first, last=last, lines=count, before=before, root=root)


@dataclass(frozen=True)
class Verdict:
    """What verification found: lines and seals read, and the first fault in words (empty when intact)."""

    lines: int
    seals: int
    unsealed: int
    root: str
    fault: str


def verify() -> Verdict:
    """Read the whole trail again: every leaf, every root, every link; stop at the first fault and name the row."""
    read, before, position = 0, GENESIS, 0
    seals = list(TrailSeal.objects.order_by("last"))
    for link in seals:
        leaves: list[bytes] = []
        for line in lines_between(link.first, link.last).iterator(chunk_size=5000):
            fault = fault_of(line)
            if fault:
                return Verdict(read, len(seals), 0, "", fault)
            leaves.append(bytes(line.leaf))
            read += 1
        root, count = root_of(before, link.first, link.last, iter(leaves))
        if (link.first, bytes(link.before)) != (position, before) or count != link.lines or root != bytes(link.root):
            return Verdict(read, len(seals), 0, "", f"seal {link.pk} (positions {link.first} to {link.last}): {count} lines found, {link.lines} sealed")
        before, position = bytes(link.root), link.last
    unsealed = 0
    for line in lines_between(position).iterator(chunk_size=5000):
        fault = fault_of(line)
        if fault:
            return Verdict(read, len(seals), unsealed, "", fault)
        unsealed += 1
    return Verdict(read + unsealed, len(seals), unsealed, before.hex() if seals else "", "")


def fault_of(line: TrailLine) -> str:
    """The row's name when its content no longer hashes to its leaf."""
    return "" if leaf_of(line) == bytes(line.leaf) else f"row {line.pk} ({line.act} {line.about_model} {line.about_id}): content and leaf differ"


def latest_root() -> str:
    """The newest root in hex, frozen with the figures of a briefing so that both sides hold it."""
    newest = TrailSeal.objects.aggregate(newest=Max("last"))["newest"]
    return bytes(TrailSeal.objects.get(last=newest).root).hex() if newest else ""
