"""Sealed lines leave the database: into a file of the day, whole seals in their order, without a gap or a double whatever stops the loop."""

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from coordination import loop
from coordination.models import SYSTEM, TrailLine, TrailSeal
from coordination.scope import reading_as
from coordination.trail import sealing, shipping, tree, verifying
from coordination.trail.shipping import Changed
from tests.coordination.test_trail import tamper, write


@pytest.fixture
def folder(committed: str, settings: Any, tmp_path: Path) -> Path:
    """Where lines go in this test."""
    settings.TRAIL_FOLDER = tmp_path / "kept"
    return shipping.folder()


def seal(*lines: int) -> None:
    """So many seals of so many lines each."""
    for many in lines:
        write(many)
        with reading_as(SYSTEM):
            sealing.seal()


def ship() -> int:
    with reading_as(SYSTEM):
        return shipping.ship()


def told(folder: Path) -> list[dict[str, Any]]:
    """Everything in the files, in order."""
    return [json.loads(line) for path in sorted(folder.iterdir()) for line in path.read_text().splitlines()]


def check(folder: Path) -> None:
    """What a collector can reckon by itself: every leaf, every tree, every link; and that it holds exactly the lines of the trail."""
    before, nodes, ids = tree.GENESIS, [], []
    for row in told(folder):
        if "seal" not in row:
            leaf = tree.leaf_of(tree.encode(row["line"]))
            assert leaf.hex() == row["leaf"]
            nodes.append(tree.node_of(row["id"], row["position"], leaf))
            ids.append(row["id"])
            continue
        link = row["seal"]
        assert (link["before"], link["lines"], link["tree"]) == (before.hex(), len(nodes), tree.tree_of(nodes).hex())
        before = tree.root_of(before, link["first"], link["last"], len(nodes), tree.tree_of(nodes))
        assert link["root"] == before.hex()
        nodes = []
    with reading_as(SYSTEM):
        assert ids == [int(row[verifying.ID]) for row in verifying.rows_between(0, TrailSeal.objects.order_by("-last")[0].last)] and nodes == []


def test_every_sealed_line_leaves_once_in_its_order_and_proves_itself(folder: Path) -> None:
    assert ship() == 0
    seal(3, 1)
    assert (ship(), ship()) == (4, 0)
    seal(2)
    write(5)
    assert ship() == 2, "what is not sealed yet waits"
    check(folder)
    with reading_as(SYSTEM):
        assert [path.name for path in folder.iterdir()] == [f"{TrailSeal.objects.order_by('last')[0].sealed_at + timedelta(hours=7):%Y-%m-%d}.jsonl"]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o640}


def test_what_was_cut_short_anywhere_goes_on_there(folder: Path) -> None:
    seal(2, 3, 2)
    ship()
    path = next(folder.iterdir())
    whole = path.read_bytes()
    for cut in [0, 1, len(whole) - 1, len(whole), whole.index(shipping.MARK) + 1, *random.Random(7).sample(range(len(whole)), 40)]:
        path.write_bytes(whole[:cut])
        ship()
        assert path.read_bytes() == whole, cut
    check(folder)


def test_a_long_seal_is_found_behind_its_many_lines(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipping, "STEP", 64)
    seal(1, 30)
    ship()
    path = next(folder.iterdir())
    whole = path.read_bytes()
    path.write_bytes(whole[:-400])
    assert ship() == 30 and path.read_bytes() == whole
    assert ship() == 0


def test_days_follow_each_other_and_a_clock_that_was_set_back_opens_no_older_file(folder: Path) -> None:
    seal(1, 1, 1, 1)
    with reading_as(SYSTEM):
        seals = list(TrailSeal.objects.order_by("last"))
    for number, days in enumerate((3, 1, 2, 1)):
        tamper(f"update coordination_trailseal set sealed_at = sealed_at - interval '{days} days' where id = {seals[number].pk}")
    assert (ship(), ship()) == (4, 0)
    assert [path.read_text().count('"seal":') for path in sorted(folder.iterdir())] == [1, 3]
    check(folder)


def test_what_was_changed_outside_or_does_not_follow_stops_it(folder: Path) -> None:
    seal(2)
    ship()
    path = next(folder.iterdir())
    whole = path.read_bytes()
    path.write_bytes(whole[:40] + b"x")
    with pytest.raises(Changed):
        ship()
    path.write_bytes(whole.replace(b'"root":"', b'"root":"00'))
    seal(1)
    with pytest.raises(Changed, match="does not follow"):
        ship()
    path.write_bytes(whole)
    assert ship() == 1
    check(folder)


def test_at_most_so_many_lines_leave_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipping, "MOST_LINES", 3)
    seal(2, 2, 2)
    assert [ship(), ship(), ship()] == [4, 2, 0]
    check(folder)


def test_the_loop_does_it_right_after_the_sealing(folder: Path) -> None:
    names = [chore.name for chore in loop.ground_chores()]
    assert names[names.index("seal") + 1] == "ship"
    write(2)
    for chore in loop.ground_chores():
        if chore.name in {"seal", "ship"}:
            loop.do_when_due(chore)
    check(folder)
    with reading_as(SYSTEM):
        assert TrailLine.objects.count() == 2
