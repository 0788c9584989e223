"""`manage.py policy show`: the table for the review of every six months. `manage.py policy mutate`: is each of its cells held by a test? (security.md 3.2)"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from coordination import policy, policy_words
from coordination.models.people import Role

COLUMNS = [*Role.values, policy.SERVICE]
# The very tests that hold the policy; they need no database. A checkout always holds its tests.
TESTS = "tests.test_access"
CHECKS = (
    "test_the_policy_says_what_was_written_down_cell_by_cell",
    "test_what_asks_for_a_fresh_proof_and_what_shows_sealed_things_is_what_was_written_down",
    "test_nobody_may_do_anything",
    "test_every_relation_of_the_policy_has_words",
)
Check = Callable[[], None]
OTHER_MINUTES, OTHER_LEVEL = 60, "L5"


@dataclass(frozen=True)
class Flip:
    """One cell, and what it is turned into for a moment; None empties it."""

    table: dict[Any, Any]
    cell: Any
    value: Any
    words: str

    def survives(self, checks: list[Check]) -> bool:
        """Whether no test notices."""
        absent = object()
        before = self.table.get(self.cell, absent)
        try:
            if self.value is None:
                self.table.pop(self.cell, None)
            else:
                self.table[self.cell] = self.value
            return not any(fails(check) for check in checks)
        finally:
            self.table.pop(self.cell, None)
            if before is not absent:
                self.table[self.cell] = before


def fails(check: Check) -> bool:
    """Whether a test says no."""
    try:
        check()
    except AssertionError:
        return True
    return False


def widest(role: str) -> frozenset[str]:
    """The widest grant of a role's column: without limit where it has one, otherwise the most relations."""
    return max((cell for (holder, _act), cell in policy.TABLE.items() if holder == role), key=lambda cell: ("any" in cell, len(cell), sorted(cell)), default=frozenset({"any"}))


def flips() -> Iterator[Flip]:
    """Every cell once: a granted one emptied, an empty one given the widest grant of its column; and whatever asks for a proof or shows sealed things, turned round."""
    for role in COLUMNS:
        most = widest(role)
        for act in policy.GRANTS:
            granted = policy.TABLE.get((role, act))
            yield Flip(policy.TABLE, (role, act), None if granted else most, f"{role} {act}: {'emptied' if granted else 'given ' + ' '.join(sorted(most))}")
    for table, other, name in ((policy.STEP_UP, OTHER_MINUTES, "fresh proof"), (policy.SEALED_READS, OTHER_LEVEL, "sealed")):
        for act in policy.GRANTS:
            yield Flip(table, act, None if act in table else other, f"{name} {act}: {'no longer asked' if act in table else 'asked'}")
        for act in list(table):
            yield Flip(table, act, other, f"{name} {act}: {other}")


def survivors(checks: list[Check]) -> tuple[int, list[str]]:
    """How many flips were tried, and those that no test noticed."""
    tried = list(flips())
    return len(tried), [flip.words for flip in tried if flip.survives(checks)]


def checks_of(names: tuple[str, ...]) -> list[Check]:
    """The tests themselves, called as they stand."""
    tests = import_module(TESTS)
    return [getattr(tests, name) for name in names]


def shown() -> list[list[str]]:
    """The table: an act and its words, a cell for each role, minutes of a fresh proof, level of what it shows."""
    heading = ["act", "words", *COLUMNS, "fresh_proof_minutes", "shows"]
    cells = {act: [" ".join(sorted(policy.TABLE.get((role, act), ()))) or "-" for role in COLUMNS] for act in policy.GRANTS}
    return [heading, *([act, str(policy_words.ACT_WORDS[act]), *cells[act], str(policy.STEP_UP.get(act, "-")), policy.SEALED_READS.get(act, "-")] for act in policy.GRANTS)]


class Command(BaseCommand):
    """Needs no database."""

    help = "policy show (TSV) | policy mutate (exit 1 when a flipped cell goes unnoticed)"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One of two words."""
        parser.add_argument("act", choices=["show", "mutate"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Print; exit 1 when a flip survives."""
        if options["act"] == "show":
            for row in shown():
                self.stdout.write("\t".join(row))
            return
        checks = checks_of(CHECKS)
        if any(fails(check) for check in checks):
            sys.exit("A test of the policy fails before anything is flipped: mend it first.")
        tried, left = survivors(checks)
        for words in left:
            self.stdout.write(words)
        self.stdout.write(f"cells={(len(COLUMNS) + 2) * len(policy.GRANTS)} flips={tried} survivors={len(left)}")
        if left:
            sys.exit(1)
