"""The printed tables as a workbook: one sheet per appendix, cell by cell what the paper shows and nothing more."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from coordination.paper.documents import VIETNAM, Appendix, OfficialPaper, Table
from coordination.paper.spreadsheets import neutral

LETTERS_PER_WIDTH = 2.2  # a column of width 1 on paper, in letters of a sheet
THIN = Side(style="thin")
FRAME = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
BOLD, QUIET = Font(bold=True), Font(italic=True, size=9)


def bytes_of(paper: OfficialPaper) -> bytes:
    """The workbook of a paper."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = paper.issuer
    book.properties.title = paper.title
    book.properties.created = paper.made_at.astimezone(VIETNAM).replace(tzinfo=None)
    for name, appendix in paper.numbered_appendices:
        fill(book.create_sheet(name), paper, name, appendix)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def fill(sheet: Worksheet, paper: OfficialPaper, name: str, appendix: Appendix) -> None:
    """One appendix: what it belongs to, its table, its notes."""
    for text in heading(paper, name, appendix):
        sheet.append([neutral(text)])
        sheet.cell(sheet.max_row, 1).font = BOLD
    sheet.append([])
    first = sheet.max_row + 1
    write_table(sheet, appendix.table)
    sheet.freeze_panes = sheet.cell(first + 1, 3)
    for note in appendix.table.notes:
        sheet.append([neutral(note)])
        sheet.cell(sheet.max_row, 1).font = QUIET
    sheet.page_setup.orientation = "landscape" if appendix.landscape else "portrait"
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True


def heading(paper: OfficialPaper, name: str, appendix: Appendix) -> list[str]:
    """Whose figures, of which window, frozen when, under which hash: as on the paper."""
    lines = [paper.issuer, f"{name}. {appendix.title}", paper.subject, paper.window]
    if paper.snapshot:
        lines += [f"Chốt số liệu lúc {paper.snapshot.taken}; {paper.snapshot.units_reported} đơn vị đã báo cáo.", f"Mã kiểm tra số liệu: {paper.snapshot.hash}"]
    return [line for line in lines if line]


def write_table(sheet: Worksheet, table: Table) -> None:
    """Heads and rows in frames, numbers as numbers."""
    sheet.append([neutral(f"{column.title} (thiếu {column.missing})" if column.missing else column.title) for column in table.columns])
    dress(sheet, strong=True, table=table)
    for row in table.rows:
        sheet.append([neutral(value) for value in row.cells])
        dress(sheet, strong=row.strong, table=table)
    for place, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = max(6, column.width * LETTERS_PER_WIDTH)


def dress(sheet: Worksheet, *, strong: bool, table: Table) -> None:
    """Frames, weight and alignment of the last row."""
    for place, column in enumerate(table.columns, 1):
        cell = sheet.cell(sheet.max_row, place)
        cell.border, cell.font = FRAME, Font(bold=strong)
        cell.alignment = Alignment(horizontal="left" if column.words and not strong else "center", vertical="center", wrap_text=True)
