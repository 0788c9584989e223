"""What an official paper is before it is printed: plain frozen data in the terms of Nghị định 30/2020/NĐ-CP."""

import textwrap
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
INTERNAL = "LƯU HÀNH NỘI BỘ"  # ô 11; on every paper with rows about single cases
LETTERS = "abcdđeghiklmnopqrstuvxy"  # the order of điểm a), b), c), d), đ) …
ABBREVIATED = {"ỦY BAN NHÂN DÂN": "UBND", "HỘI ĐỒNG NHÂN DÂN": "HĐND"}
SCHOOLS = ("TRƯỜNG MẦM NON", "TRƯỜNG TIỂU HỌC", "TRƯỜNG THCS", "TRƯỜNG THPT", "TRƯỜNG CAO ĐẲNG")
TOGETHER = ("THÀNH PHỐ", "ĐẶC KHU")  # unit words that a line break never parts
HEAD_LETTERS = 24  # capitals of 13 points that fit the left part of the head
SUBJECT_LETTERS = 64  # bold letters of 14 points that fit a line of the subject

Cell = str | int | float | Decimal | date | None


def number(value: int | float | Decimal) -> str:
    """A dot for thousands and a comma for decimals: 13.185 and 0,27."""
    return f"{value:,}".translate(str.maketrans(",.", ".,"))


def two_digits(value: int, below: int) -> str:
    """`value` with a leading zero when it is under `below` (day and number: 10, month: 3; NĐ 30 Phụ lục I, II.4)."""
    return f"{value:02d}" if value < below else str(value)


def long_date(day: date) -> str:
    """ngày 05 tháng 01 năm 2026, the form of the head of a paper."""
    return f"ngày {two_digits(day.day, 10)} tháng {two_digits(day.month, 3)} năm {day.year}"


def blank_date(year: int) -> str:
    """The same line with room for a hand, on a paper that is not issued yet."""
    gap = "\N{NO-BREAK SPACE}" * 6
    return f"ngày{gap}tháng{gap}năm {year}"


def short_date(day: date) -> str:
    """15/9/2026, the form of a data window."""
    return f"{two_digits(day.day, 10)}/{two_digits(day.month, 3)}/{day.year}"


def table_date(day: date) -> str:
    """05/09/2026, the form inside tables."""
    return f"{day:%d/%m/%Y}"


def clock_time(instant: datetime) -> str:
    """08:30 ngày 15/12/2026, in the time of Vietnam."""
    local = instant.astimezone(VIETNAM)
    return f"{local:%H:%M} ngày {short_date(local)}"


def roman(value: int) -> str:
    """I, II, III … for headings and appendices; an official paper stays far below XL."""
    return "X" * (value // 10) + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[value % 10]


def symbol(kind: str, *bodies: str) -> str:
    """BC-SGDĐT: the kind's abbreviation and the symbol each head fixed for its body (never derived from a name)."""
    return "-".join((kind, *bodies))


def superior_lines(name: str) -> list[str]:
    """The line above the issuer: capitals, common words abbreviated (UBND)."""
    line = name.upper()
    for words, short in ABBREVIATED.items():
        line = line.replace(words, short)
    return balanced(line, HEAD_LETTERS)


def issuer_lines(name: str) -> list[str]:
    """The issuer in full capitals; a people's committee or council stands on lines of its own, as on its seal, and so does a long school's kind."""
    line = name.upper()
    apart = [*ABBREVIATED, *(SCHOOLS if len(line) > HEAD_LETTERS else ())]
    for words in apart:
        if line.startswith(words + " "):
            return [words, *balanced(line.removeprefix(words + " "), HEAD_LETTERS)]
    return balanced(line, HEAD_LETTERS)


def balanced(text: str, letters: int) -> list[str]:
    """As few lines as `letters` a line allow, as even as they can be."""
    text = unicodedata.normalize("NFC", text)
    for words in TOGETHER:
        text = text.replace(words, words.replace(" ", "\N{NO-BREAK SPACE}"))
    lines = wrapped(text, letters)
    while letters > 1 and len(closer := wrapped(text, letters - 1)) == len(lines):
        letters, lines = letters - 1, closer
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def wrapped(text: str, letters: int) -> list[str]:
    return textwrap.wrap(text, letters, break_long_words=False, break_on_hyphens=False)


def cell_text(value: Cell) -> str:
    """One cell as printed. Text stays as it is: a protected count arrives as "<5" or "–". None leaves the cell empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return table_date(value)
    return number(value)


@dataclass(frozen=True)
class Heading:
    """A title in the body; its number (I., 1., a)) is given at printing."""

    text: str
    level: int = 1
    mark: str = ""
    block = "heading"

    @property
    def printed(self) -> str:
        return f"{self.mark} {self.text.upper() if self.level == 1 else self.text}"


@dataclass(frozen=True)
class Paragraph:
    """Plain text of the body; `basis` makes it a legal basis (căn cứ), in italics."""

    text: str
    basis: bool = False
    block = "paragraph"


@dataclass(frozen=True)
class Blank:
    """Room for a hand: the label, a dotted line to what stands after it or to the margin, and more whole lines."""

    label: str = ""
    after: str = ""
    more: int = 0
    block = "blank"

    @property
    def lines(self) -> range:
        """The whole lines below."""
        return range(self.more)


@dataclass(frozen=True)
class Column:
    """One column. `missing` counts the cases whose full report has not come, so that the column lacks them."""

    title: str
    width: int = 1
    words: bool = False
    missing: int = 0


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]
    strong: bool = False

    @property
    def printed(self) -> list[str]:
        return [cell_text(value) for value in self.cells]


@dataclass(frozen=True)
class Table:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    block = "table"

    def __post_init__(self) -> None:
        if any(len(row.cells) != len(self.columns) for row in self.rows):
            raise ValueError("a row has more or fewer cells than the table has columns")

    @property
    def widths(self) -> list[str]:
        """The share of each column in percent, written for a style sheet."""
        total = sum(column.width for column in self.columns)
        return [f"{100 * column.width / total:.3f}%" for column in self.columns]

    @property
    def printed_rows(self) -> list[tuple[Row, list[tuple[Column, str]]]]:
        return [(row, list(zip(self.columns, row.printed, strict=True))) for row in self.rows]

    @property
    def lacks(self) -> bool:
        return any(column.missing for column in self.columns)


Block = Heading | Paragraph | Blank | Table


@dataclass(frozen=True)
class Appendix:
    """One appendix on pages of its own, numbered by itself."""

    title: str
    table: Table
    landscape: bool = False


@dataclass(frozen=True)
class Snapshot:
    """The frozen figures a paper was made from, and what the trail stood under by then (`trail`, a printed line)."""

    hash: str
    taken_at: datetime
    units_reported: str
    trail: str = ""

    @property
    def taken(self) -> str:
        return clock_time(self.taken_at)


@dataclass(frozen=True)
class OfficialPaper:
    """One named document (Mẫu 1.4), minutes and records (Mẫu 1.9) when a secretary signs too, or a form without number when it has no symbol.

    `made_at` is the only time the file knows. Names are given as people write them; capitals and abbreviations
    are made here. The signer's name is never printed: its room is left for the signature, and so is that of the
    `witnesses`, who sign a record beside secretary and chair. `across` stands over each page of what is not the paper itself.
    """

    issuer: str
    kind: str
    subject: str
    made_at: datetime
    signer: str
    symbol: str = ""
    superior: str = ""
    number: int | str | None = None
    place: str = ""
    day: date | None = None
    data_window: tuple[date, date] | None = None
    addressees: tuple[str, ...] = ()
    body: tuple[Block, ...] = ()
    authority: tuple[str, ...] = ()
    secretary: str = ""
    witnesses: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    appendices: tuple[Appendix, ...] = ()
    snapshot: Snapshot | None = None
    draft: bool = True
    across: str = ""
    circulation: str = ""

    def as_context(self) -> dict[str, Any]:
        """What `render_pdf("pdf/paper.html", …)` needs."""
        return {"paper": self, "made_at": self.made_at}

    @property
    def title(self) -> str:
        return f"{self.kind.capitalize()}: {self.subject}"

    @property
    def heading(self) -> str:
        return self.kind.upper()

    @property
    def superior_lines(self) -> list[str]:
        return superior_lines(self.superior)

    @property
    def issuer_lines(self) -> list[str]:
        return issuer_lines(self.issuer)

    @property
    def subject_lines(self) -> list[str]:
        return balanced(self.subject, SUBJECT_LETTERS)

    @property
    def number_text(self) -> str:
        """01 … 09 with a zero; room for a hand while no number is given."""
        if self.number is None:
            return "\N{NO-BREAK SPACE}" * 8
        return two_digits(int(self.number), 10) if str(self.number).isdecimal() else str(self.number)

    @property
    def place_and_date(self) -> str:
        """Hải Phòng, ngày 05 tháng 01 năm 2027; minutes carry no such line (Mẫu 1.9)."""
        if self.secretary:
            return ""
        day = long_date(self.day) if self.day else blank_date(self.made_at.astimezone(VIETNAM).year)
        return f"{self.place}, {day}"

    @property
    def window(self) -> str:
        if self.data_window is None:
            return ""
        first, last = self.data_window
        return f"(Số liệu từ ngày {short_date(first)} đến hết ngày {short_date(last)})"

    @property
    def watermark(self) -> str:
        """What stands across each page: that it is a draft, or what else it is instead of the paper."""
        return self.across or ("DỰ THẢO" if self.draft else "")

    @property
    def signing_lines(self) -> list[str]:
        """TM., KT. … and the post, in capitals."""
        return [line.upper() for line in (*self.authority, self.signer)]

    @property
    def blocks(self) -> list[Block]:
        """The body as printed: headings numbered, the last paragraph closed with "./."."""
        return closed(numbered(self.body))

    @property
    def numbered_appendices(self) -> list[tuple[str, Appendix]]:
        """Phụ lục I, II …; a single appendix carries no number."""
        if len(self.appendices) == 1:
            return [("Phụ lục", self.appendices[0])]
        return [(f"Phụ lục {roman(place)}", appendix) for place, appendix in enumerate(self.appendices, start=1)]

    @property
    def sent_with(self) -> str:
        """The line under an appendix title: number, date and body; room for a hand while they are not given (NĐ 30 Phụ lục I, III)."""
        gap = "\N{NO-BREAK SPACE}" * 6
        day = long_date(self.day) if self.day else f"ngày{gap}tháng{gap}năm{gap}"
        return f"(Kèm theo {self.kind.capitalize()} số {self.number_text}/{self.symbol} {day} của {self.issuer})"


def numbered(body: tuple[Block, ...]) -> Iterator[Block]:
    """Give each heading its mark: I., then 1., then a); a deeper count starts again under each higher one."""
    counts: Counter[int] = Counter()
    for block in body:
        if not isinstance(block, Heading):
            yield block
            continue
        counts[block.level] += 1
        for deeper in range(block.level + 1, 4):
            counts[deeper] = 0
        yield replace(block, mark=heading_mark(block.level, counts[block.level]))


def heading_mark(level: int, place: int) -> str:
    return {1: f"{roman(place)}.", 2: f"{place}."}.get(level) or f"{LETTERS[place - 1]})"


def closed(blocks: Iterator[Block]) -> list[Block]:
    """End the text with "./." as every template of Phụ lục III does."""
    result = list(blocks)
    last = result.pop() if result and isinstance(result[-1], Paragraph) else Paragraph("")
    return [*result, replace(last, text=last.text.rstrip(" ./") + "./.")]
