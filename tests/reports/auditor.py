"""An attacker with every printed table before him: he solves what can be solved and tries every whole number that fits."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations


def solved(unknowns: int, equations: Sequence[Sequence[int]]) -> set[int]:
    """The unknowns that the equations determine (coefficients and right side), by elimination in exact fractions."""
    rows = [[Fraction(value) for value in equation] for equation in equations]
    pivots: dict[int, int] = {}
    for column in range(unknowns):
        place = next((place for place, row in enumerate(rows) if place not in pivots.values() and row[column]), None)
        if place is None:
            continue
        pivot = rows[place][column]
        rows[place] = [value / pivot for value in rows[place]]
        for other, row in enumerate(rows):
            if other != place and row[column]:
                rows[other] = [value - row[column] * lead for value, lead in zip(row, rows[place], strict=True)]
        pivots[column] = place
    return {column for column, place in pivots.items() if not any(rows[place][other] for other in range(unknowns) if other != column)}


def shares(total: int, places: int) -> Iterator[tuple[int, ...]]:
    """Every way to share a total among places."""
    for bars in combinations(range(total + places - 1), places - 1):
        edges = (-1, *bars, total + places - 1)
        yield tuple(right - left - 1 for left, right in zip(edges, edges[1:], strict=False))


def recovered(rows: Sequence[Sequence[int]], hidden: Sequence[int]) -> list[tuple[int, int]]:
    """Cells of hidden rows that only one whole number fits, zeros aside.

    The attacker knows each column's sum over the hidden rows, and that no hidden row is empty. Columns add up to the row, so
    a column leaves others free: what rows it leaves empty, the mass of the other columns must be able to fill.
    """
    found = []
    sums = [sum(rows[place][column] for place in hidden) for column in range(len(rows[0]))]
    for column, total in enumerate(sums):
        elsewhere = sum(sums) - total
        possible: list[set[int]] = [set() for _row in hidden]
        for share in shares(total, len(hidden)):
            if share.count(0) <= elsewhere:
                for row, value in enumerate(share):
                    possible[row].add(value)
            if all(len(values) > 1 for values in possible):
                break
        found += [(hidden[row], column) for row, values in enumerate(possible) if len(values) == 1 and rows[hidden[row]][column]]
    return found
