"""What a list looks like: its columns, its rows as they are read, and what is wrong with them in words."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from coordination.folding import fold
from coordination.paper.spreadsheets import DANGEROUS, Row, Unreadable
from coordination.web.forms import clean_text

HEADING_WITHIN = 10
LATEST_YEAR = 2100
FIRST_SCHOOL_YEAR = 1800


@dataclass(frozen=True)
class Column:
    """A column with its Vietnamese heading. `signed` text may begin with + or -: a telephone number."""

    key: str
    heading: str
    note: Any
    required: bool = False
    longest: int = 200
    signed: bool = False


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell."""

    row: int
    column: str
    value: str
    reason: str


@dataclass
class Line:
    """One row of the list while it is checked. A cell that is wrong reads as empty from then on."""

    number: int
    cells: dict[str, str]
    columns: dict[str, Column]
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        for column in self.columns.values():
            self.clean(column)

    def clean(self, column: Column) -> None:
        """The text of one cell, or its fault."""
        raw = self.cells.get(column.key, "")
        try:
            value = self.cells[column.key] = clean_text(raw)
        except ValidationError as error:
            return self.wrong(column.key, error.messages[0])
        if column.required and not value:
            return self.wrong(column.key, _("Chưa có “%(column)s”.") % {"column": column.heading})
        if len(value) > column.longest:
            return self.wrong(column.key, _("Quá dài: tối đa %(max)d ký tự.") % {"max": column.longest})
        if not column.signed and value.startswith(DANGEROUS):
            return self.wrong(column.key, _("Ô bắt đầu bằng ký tự của công thức (=, +, -, @). Gõ lại thành chữ."))
        return None

    def wrong(self, key: str, reason: str) -> None:
        """Note a fault; the cell counts as empty afterwards, so it is told once."""
        shown = "".join(letter for letter in self.cells.get(key, "") if letter.isprintable())[:80]
        self.faults.append(Fault(self.number, self.columns[key].heading, shown, reason))
        self.cells[key] = ""

    def text(self, key: str) -> str:
        """The cleaned text of a cell."""
        return self.cells.get(key, "")

    def one_of(self, key: str, choices: dict[str, Any]) -> Any:
        """The choice whose words the cell gives, with or without marks; None (and a fault) when there is none."""
        value = fold(self.text(key))
        found = next((choice for words, choice in choices.items() if value == fold(words)), None)
        if value and found is None:
            self.wrong(key, _("Không có trong danh sách. Ghi một trong: %(choices)s.") % {"choices": "; ".join(choices)})
        return found

    def day(self, key: str) -> date | None:
        """A day written d/m/Y."""
        value = self.text(key)
        if not value:
            return None
        try:
            found = datetime.strptime(value, "%d/%m/%Y").date()
        except ValueError:
            found = None
        if found is None or not FIRST_SCHOOL_YEAR <= found.year <= LATEST_YEAR:
            self.wrong(key, _("Ngày không đúng. Ghi theo dạng ngày/tháng/năm, ví dụ 01/09/2026."))
            return None
        return found

    def whole(self, key: str, most: int) -> int | None:
        """A whole number, points between thousands allowed."""
        value = self.text(key)
        if not value:
            return None
        digits = re.sub(r"(?<=\d)[. ](?=\d{3}\b)", "", value)
        if not re.fullmatch(r"[0-9]{1,7}", digits) or int(digits) > most:
            self.wrong(key, _("Không phải số nguyên từ 0 đến %(most)d.") % {"most": most})
            return None
        return int(digits)


@dataclass
class Plan:
    """What a checked list would do: rows to add with what is shown of each, rows that are there already, and every fault."""

    lines: list[Line]
    new: list[Any] = field(default_factory=list)
    already: int = 0

    @property
    def faults(self) -> list[Fault]:
        """In the order of the file."""
        return [fault for line in self.lines for fault in line.faults]

    @property
    def bad(self) -> int:
        """How many rows have a fault."""
        return sum(1 for line in self.lines if line.faults)


@dataclass(frozen=True)
class Sheet:
    """One kind of list: who may bring it in, its columns, how it is checked and written, and what the preview shows of a row."""

    kind: str
    act: str
    columns: tuple[Column, ...]
    check: Callable[[list[Line], Any], Plan]
    write: Callable[[Plan, Any], None]
    shown: tuple[Any, ...]
    show: Callable[[Any], tuple[Any, ...]]


def cut_table(rows: list[Row], sheet: Sheet) -> dict[str, Any]:
    """The rows below the headings as plain data, by the columns of the sheet; what stands in other columns is named and left out."""
    place, found, ignored = heading_of(rows, sheet)
    lines = [[row.number, [row.cells[spot] if spot is not None and spot < len(row.cells) else "" for spot in found]] for row in rows[place + 1 :]]
    lines = [line for line in lines if any(line[1])]
    if not lines:
        raise Unreadable(_("Dưới hàng tiêu đề chưa có dòng nào. Điền danh sách rồi tải lên lại."))
    return {"rows": lines, "ignored": ignored}


def heading_of(rows: list[Row], sheet: Sheet) -> tuple[int, list[int | None], list[str]]:
    """Where the headings stand, the place of each column, and headings that we do not know. Raises Unreadable with what is missing."""
    wanted = [fold(column.heading) for column in sheet.columns]
    place, names = max(enumerate([fold(cell) for cell in row.cells] for row in rows[:HEADING_WITHIN]), key=lambda pair: len(set(pair[1]) & set(wanted)))
    missing = [column.heading for column, name in zip(sheet.columns, wanted, strict=True) if column.required and name not in names]
    if missing:
        raise Unreadable(_("Thiếu cột: %(columns)s. Tải mẫu và giữ nguyên hàng tiêu đề.") % {"columns": ", ".join(missing)})
    doubled = [column.heading for column, name in zip(sheet.columns, wanted, strict=True) if names.count(name) > 1]
    if doubled:
        raise Unreadable(_("Cột bị lặp: %(columns)s. Xóa cột thừa rồi tải lên lại.") % {"columns": ", ".join(doubled)})
    ignored = [cell for cell, name in zip(rows[place].cells, names, strict=True) if name and name not in wanted]
    return place, [names.index(name) if name in names else None for name in wanted], ignored


def lines_of(table: dict[str, Any], sheet: Sheet) -> list[Line]:
    """The stored rows, read again by the sheet."""
    columns = {column.key: column for column in sheet.columns}
    return [Line(number, dict(zip(columns, cells, strict=True)), columns) for number, cells in table["rows"]]


def twice(lines: Iterable[Line], key: str) -> None:
    """The second row that says the same where each must be different is at fault, and names the first."""
    first: dict[str, int] = {}
    for line in lines:
        value = fold(line.text(key))
        if value and first.setdefault(value, line.number) != line.number:
            line.wrong(key, _("Trùng với dòng %(row)d của tệp.") % {"row": first[value]})
