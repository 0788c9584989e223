"""Tables in and out: XLSX or CSV read as plain text with every limit checked first, and XLSX written so that no cell is ever a formula."""

import csv
import warnings
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from itertools import islice
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook

# Limits of security.md threat 22, narrowed to what ten thousand rows of a register need.
MOST_BYTES = 2_400_000
MOST_UNPACKED = 20_000_000
MOST_ENTRIES = 200
MOST_RATIO = 100
MOST_ROWS = 10_000
MOST_COLUMNS = 40
LAST_ROW = 1_048_576  # of a sheet of Excel; a forged row number further down would be walked to one by one
LONGEST_CELL = 500
HEAD = 10
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class Unreadable(Exception):
    """The file is not a table that we take; the message says why and what to do."""


@dataclass(frozen=True)
class Row:
    """One row as it stands in the file: its number there, and its cells as text."""

    number: int
    cells: list[str]


def read_table(data: bytes) -> list[Row]:
    """The rows that hold something, from an XLSX or a CSV file. Nothing in the file is computed, fetched or run."""
    if not data:
        raise Unreadable(_("Tệp rỗng. Chọn lại tệp có dữ liệu."))
    if len(data) > MOST_BYTES:
        raise Unreadable(_("Tệp quá lớn: tối đa %(size)s MB. Chia danh sách thành nhiều tệp.") % {"size": "2,4"})
    if data.startswith(b"PK"):
        rows = read_xlsx(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("Đây là tệp Excel kiểu cũ (.xls) hoặc tệp có mật khẩu. Mở tệp, bỏ mật khẩu và lưu lại thành .xlsx."))
    else:
        rows = read_csv(data)
    filled = [row for row in rows if any(row.cells)]
    if not filled:
        raise Unreadable(_("Tệp không có dòng nào. Chọn lại tệp có dữ liệu."))
    if len(filled) > MOST_ROWS + 1:
        raise Unreadable(_("Tệp có quá nhiều dòng: tối đa 10.000 dòng. Chia danh sách thành nhiều tệp."))
    return filled


# CSV


def read_csv(data: bytes) -> list[Row]:
    """Comma, semicolon or tab, UTF-8 with or without its mark."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(not_a_table()) from error
    if "\0" in text:
        raise Unreadable(not_a_table())
    head = "\n".join(text.splitlines()[:HEAD])
    delimiter = max(",;\t", key=head.count)
    lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [Row(number, [trimmed(cell) for cell in cells[:MOST_COLUMNS]]) for number, cells in enumerate(lines, 1)]
    except csv.Error as error:
        raise Unreadable(_("Dòng %(row)d của tệp CSV không đọc được (thường do thiếu dấu ngoặc kép). Sửa dòng đó hoặc lưu tệp thành .xlsx.") % {"row": lines.line_num}) from error


def not_a_table() -> str:
    """Said of everything that is neither kind."""
    return _("Tệp không phải XLSX hoặc CSV (mã hóa UTF-8). Tải mẫu, điền rồi lưu thành .xlsx hoặc “CSV UTF-8”.")


def trimmed(cell: str) -> str:
    """A cell without the spaces around it, and not endless."""
    return cell.strip()[: LONGEST_CELL + 1]


# XLSX


def read_xlsx(data: bytes) -> list[Row]:
    """The first sheet that is shown, as its values stand: a formula counts as the value last saved with it."""
    refuse_bombs(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # styles and extensions that we do not need
            book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
            sheet = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), None)
            if sheet is None:
                raise Unreadable(_("Tệp không có trang tính nào. Tải mẫu và điền vào trang đầu."))
            sheet.reset_dimensions()  # what the file says about its size may be wrong
            lines = enumerate(sheet.iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS, values_only=True), 1)
            filled = (Row(number, [text_of(value) for value in cells]) for number, cells in lines if cells.count(None) < len(cells))
            return list(islice(filled, MOST_ROWS + 2))
    except Unreadable:
        raise
    except Exception as error:  # whatever a forged file makes the reader raise, it is the file that is at fault
        raise Unreadable(_("Tệp XLSX bị hỏng nên không đọc được. Mở bằng Excel hoặc LibreOffice và lưu lại.")) from error


def refuse_bombs(data: bytes) -> None:
    """Before anything is unpacked: how many parts, how large, how tightly packed, no passwords, macros or entities.

    A part never gives more than the size it declares (zipfile stops there), so the sum of what is declared is the bound.
    """
    try:
        with ZipFile(BytesIO(data)) as packed:
            parts = packed.infolist()
            total = sum(part.file_size for part in parts)
            if len(parts) > MOST_ENTRIES or total > MOST_UNPACKED or total > MOST_RATIO * len(data):
                raise Unreadable(_("Tệp XLSX mở ra quá lớn. Xóa hình ảnh, trang tính thừa và dòng trống rồi lưu lại."))
            if any(part.flag_bits & 1 for part in parts):
                raise Unreadable(_("Tệp có mật khẩu. Bỏ mật khẩu rồi lưu lại."))
            if any(part.filename.lower().endswith((".bin", ".zip", ".xlsx")) for part in parts if "printerSettings" not in part.filename):
                raise Unreadable(_("Tệp có chứa macro hoặc tệp lồng bên trong. Lưu lại thành .xlsx không macro."))
            if any(b"<!DOCTYPE" in (text := packed.read(part)) or b"<!ENTITY" in text for part in parts if part.filename.lower().endswith((".xml", ".rels"))):
                raise Unreadable(not_a_table())
    except (BadZipFile, NotImplementedError, OSError, EOFError, ValueError, RuntimeError, zlib.error) as error:
        raise Unreadable(not_a_table()) from error


def text_of(value: Any) -> str:
    """A cell as a person reads it: days as d/m/Y, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return trimmed(str(value))


# Out


def neutral(value: Any) -> Any:
    """A cell that no program takes for a formula (OWASP, CSV injection): dangerous text gets an apostrophe in front."""
    if not isinstance(value, str):
        return value
    text = "".join(letter for letter in value if letter >= " " or letter in "\n\t")
    return f"'{text}" if text.lstrip(" '\"").startswith(DANGEROUS) or text.startswith(DANGEROUS) else text


def write_xlsx(sheets: dict[str, Iterable[Iterable[Any]]]) -> bytes:
    """A workbook of sheets, each a name and its rows."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([neutral(value) for value in row])
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def write_csv(rows: Iterable[Iterable[Any]]) -> bytes:
    """The same as CSV, with the mark by which Excel knows UTF-8."""
    made = StringIO(newline="")
    csv.writer(made).writerows([neutral(value) for value in row] for row in rows)
    return made.getvalue().encode("utf-8-sig")
