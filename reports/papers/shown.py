"""The figures as they may be printed: what is hidden is decided once, per kind, for both versions of a paper."""

from collections.abc import Iterable
from typing import Any

from coordination.models import Unit
from coordination.models.territory import Level
from coordination.paper.documents import number
from reports import families
from reports.protection import HIDDEN, LOWEST_SHOWN, Hidden, hide, hide_all, is_small

NO_DATA = "…"  # nothing was recorded then, which is not the same as nothing happened
COMPARED = ("last_year", "change")


class Shown:
    """The figures as they may be printed for this unit: every number a reader sees is asked of here."""

    def __init__(self, figures: dict[str, Any], area: Unit) -> None:
        self.figures, self.lines, self.totals = figures, figures["lines"], figures["totals"]
        self.leaves_commune = area.level != Level.PROVINCE
        self.hidden = families.hidden(self.lines, figures["told_below"], cases_too=self.leaves_commune)

    def family(self, column: str) -> Hidden:
        """Which rows of a column are hidden."""
        return self.hidden[families.OF_COLUMN.get(column, families.CASES)]

    def cell(self, column: str, place: int) -> int | str:
        """One kind's number."""
        if column in COMPARED and not self.compared:
            return NO_DATA
        return self.family(column).cell(place, value_of(column, self.lines[place]["numbers"]))

    def sum(self, column: str, places: Iterable[int]) -> int | str:
        """A row made of several kinds: hidden as soon as one of them is."""
        cells = [self.cell(column, place) for place in places]
        return next((sign for sign in (HIDDEN, NO_DATA) if sign in cells), None) or sum(cells)

    def total(self, column: str) -> int | str:
        """The last row; a sum of zero is shown, like every zero, also where the total is hidden."""
        if column in COMPARED and not self.compared:
            return NO_DATA
        value = value_of(column, self.totals)
        return self.family(column).sum(value) if value or column == "change" else 0

    def counts(self, numbers: list[int], *, of_all_cases: bool) -> tuple[list[int | str], int | str]:
        """A list of counts of cases and its sum. Printed inside the province as they are; from a commune protected."""
        if not self.leaves_commune:
            return list(numbers), sum(numbers)
        rows = [[value] for value in numbers]
        hidden = hide_all(rows) if of_all_cases and self.hidden["cases"].total else hide(rows)
        return [hidden.cell(place, value) for place, value in enumerate(numbers)], hidden.sum(sum(numbers))

    @property
    def compared(self) -> bool:
        """Whether the portal has anything to say of the same period last year."""
        return self.figures["compared"]

    @property
    def missing(self) -> int | str:
        """Cases without a full report: said openly, unless it would tell a hidden total."""
        return self.hidden["cases"].sum(self.totals["missing"]) if self.totals["missing"] else 0

    def pair(self, first: int, second: int) -> tuple[int | str, int | str]:
        """Two counts of cases that stand for one another; from a commune shown together or not at all."""
        hidden = self.leaves_commune and (is_small(first) or is_small(second))
        return (HIDDEN, HIDDEN) if hidden else (first, second)


def value_of(column: str, numbers: dict[str, int]) -> int:
    """A printed number; the change is made of two others."""
    return numbers["cases"] - numbers["last_year"] if column == "change" else numbers[column]


def said(value: int | str) -> str:
    """A number in a sentence."""
    return "một số" if value == HIDDEN else number(value)


def hours(value: int | None, measured: int) -> float | str:
    """A median of minutes in hours; too few cases give no median."""
    return HIDDEN if value is None or measured < LOWEST_SHOWN else round(value / 60, 1)
