"""Small counts on paper: 1 to 4 are hidden, and enough beside them that nothing can be computed back (ground.md 32, security.md 5.5).

Numbers that arithmetic ties together (pupils = girls + boys; cases = in school + at the gate + ...) form a *family* and a row is
hidden in the whole family or not at all. Rows of zeros are always shown. One sign stands for what is small and for what had to be
hidden with it, so the sign itself tells nothing.

Why nothing comes back: a reader knows that every hidden row holds at least one, and, where the total is shown, the sum over the
hidden rows of each column. With k rows hidden (two at least) that hold k + 4 together, any one of them may hold from one to five,
and any cell of a column that is not all zero may be zero or not. Where no such company is found, the total is hidden too.

The paper of a larger area is read beside those of its parts: what a part shows of a row, the row holds at least. Such rows are
worth less as company, by as much as the reader knows of them (`told`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

HIDDEN = "–"
LOWEST_SHOWN = 5  # inside the administration; for the public it would be 10


@dataclass(frozen=True)
class Hidden:
    """Which rows of a family are hidden, and whether its total is."""

    rows: frozenset[int]
    total: bool

    def cell(self, row: int, value: int) -> int | str:
        """A cell as it may be printed."""
        return HIDDEN if row in self.rows else value

    def sum(self, value: int) -> int | str:
        """The total as it may be printed."""
        return HIDDEN if self.total else value


NOTHING = Hidden(frozenset(), total=False)


def is_small(value: int) -> bool:
    """Few enough to point at somebody."""
    return 0 < value < LOWEST_SHOWN


def hide(rows: Sequence[Sequence[int]], told: Sequence[int] | None = None) -> Hidden:
    """Hide a family. Each row gives every number it tells, printed or implied; the first is the sum that says how much it holds.

    `told` is, for each row, how much of it the papers of smaller areas show.
    """
    told = told or [0] * len(rows)
    hidden = {place for place, values in enumerate(rows) if any(map(is_small, values))}
    if not hidden:
        return NOTHING
    if any(is_small(sum(column)) for column in zip(*rows, strict=True)):
        return Hidden(frozenset(hidden), total=True)
    company = sorted((place for place, values in enumerate(rows) if values[0] and place not in hidden), key=lambda place: rows[place][0])
    together = set(hidden)
    while not can_hide_together([rows[place][0] for place in together], [told[place] for place in together]):
        if not company:
            return Hidden(frozenset(hidden), total=True)
        together.add(company.pop(0))
    return Hidden(frozenset(together), total=False)


def can_hide_together(sums: Sequence[int], told: Sequence[int]) -> bool:
    """Whether rows with these sums may hide behind their common remainder: each may hold five, whatever the others hold at least."""
    least = [max(1, value) for value in told]
    return len(sums) > 1 and all(sum(sums) - (sum(least) - value) >= LOWEST_SHOWN for value in least)


def hide_all(rows: Sequence[Sequence[int]]) -> Hidden:
    """Hide every row that is not empty, and the total: for a table whose total another table had to hide."""
    return Hidden(frozenset(place for place, values in enumerate(rows) if values[0]), total=True)


def hide_parts(wholes: Sequence[int], parts: Sequence[int]) -> Hidden:
    """Hide parts of wholes that stand beside them in the open: the part or the rest may be small.

    A hidden part may be anything from zero to its whole, so with two hidden the common remainder tells nothing unless it is
    empty or full.
    """
    rows = frozenset(place for place, (whole, part) in enumerate(zip(wholes, parts, strict=True)) if is_small(part) or is_small(whole - part))
    remainder, room = sum(parts[place] for place in rows), sum(wholes[place] for place in rows)
    return Hidden(rows, total=bool(rows) and not (len(rows) > 1 and 0 < remainder < room))
