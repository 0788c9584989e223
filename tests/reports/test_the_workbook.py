"""The twin in columns: what the paper shows, number for number, and nothing that it hides."""

import random
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.urls import reverse
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from coordination.paper.documents import Appendix, Column, OfficialPaper, Row, Table
from reports import files, papers, workbook
from reports.models import Report
from tests.reports.province import communes, throw
from tests.reports.quarter import Q3, expect, issued, ordered, rendered, written
from tests.world import NOW, World

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def store(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def lived(world: World) -> World:
    expect()
    ward = communes(world)[0]
    dice = random.Random(5)
    for _case in range(12):
        throw(world, ward, dice, Q3.begins.replace(hour=8))
    return world


def sheets(report: Report) -> list[Worksheet]:
    book = load_workbook(BytesIO(files.read(report.sheet_hash, "xlsx")))
    return list(book.worksheets)


@pytest.mark.parametrize(("who", "audience"), [("doet", "education"), ("doet", "police"), ("culture", "education"), ("culture", "police")])
def test_each_cell_is_that_of_the_paper(lived: World, who: str, audience: str) -> None:
    report = rendered(ordered(lived, who, audience=audience))
    paper = papers.fill(report, report.figures, report.snapshot_at)
    found = sheets(report)
    assert [sheet.title for sheet in found] == ["Phụ lục I", "Phụ lục II", "Phụ lục III"]
    hidden = 0
    for sheet, appendix in zip(found, paper.appendices, strict=True):
        cells = [list(row) for row in sheet.iter_rows(values_only=True)]
        table = [list(row.cells) for row in appendix.table.rows]
        first = next(place for place, row in enumerate(cells) if row[0] == "TT") + 1
        width = len(appendix.table.columns)
        said = [[None if value == "" else value for value in row] for row in table]
        assert [row[:width] for row in cells[first : first + len(table)]] == said
        assert all(not isinstance(value, str) or not value.lstrip("-").replace(".", "").isdigit() for row in said for value in row), "numbers are numbers"
        hidden += sum(value == "–" for row in said for value in row)
    assert hidden


def test_the_head_says_whose_when_and_under_which_hash(lived: World) -> None:
    report = rendered(ordered(lived))
    for sheet in sheets(report):
        words = " ".join(str(row[0]) for row in sheet.iter_rows(max_row=7, values_only=True))
        for said in ("Sở Giáo dục và Đào tạo", "quý III năm 2026", "(Số liệu từ ngày 15/6/2026 đến hết ngày 14/9/2026)", "Chốt số liệu lúc 09:00 ngày 20/11/2026", report.snapshot_hash):
            assert said in words, said


def test_a_text_is_never_a_formula() -> None:
    evil = ("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "=HYPERLINK(\"http://x\")")
    table = Table((Column("=cmd"), Column("Số")), tuple(Row((text, -3)) for text in evil), ("=note",))
    paper = OfficialPaper(issuer="=issuer", kind="Báo cáo", subject="+subject", symbol="BC", made_at=NOW, signer="", appendices=(Appendix("@title", table),))
    (sheet,) = load_workbook(BytesIO(workbook.bytes_of(paper))).worksheets
    texts = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert all(cell.data_type == "s" and not cell.value.startswith(("=", "+", "-", "@", "\t")) for cell in texts)
    assert sum(cell.value == -3 for row in sheet.iter_rows() for cell in row) == len(evil)


def test_it_lies_beside_the_paper_and_stays_when_the_paper_is_issued(lived: World) -> None:
    report = rendered(ordered(lived))
    address = reverse("reports:sheets", args=[report.code])
    answer = lived.client("doet").get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, SPREADSHEET)
    assert address in lived.client("doet").get(report.get_absolute_url()).content.decode()
    assert issued(lived, written(lived, report)).sheet_hash == report.sheet_hash
    files.place_of(report.sheet_hash, "xlsx").unlink()
    assert lived.client("doet").get(address).status_code == 503


def test_before_the_worker_is_done_there_is_none(lived: World) -> None:
    assert lived.client("doet").get(reverse("reports:sheets", args=[ordered(lived).code])).status_code == 409
