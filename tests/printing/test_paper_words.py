"""What the paper says: numbers, dates, head lines, marks, and text that survives copying."""

import unicodedata
from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal
from io import BytesIO

import pypdf
import pytest

from coordination.paper import documents
from coordination.paper.documents import Column, Heading, OfficialPaper, Paragraph, Row, Table
from coordination.pdf import render_pdf
from tests.printing import papers


def text_of(paper: OfficialPaper) -> str:
    reader = pypdf.PdfReader(BytesIO(render_pdf("pdf/paper.html", paper.as_context())))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize(("value", "text"), [(13185, "13.185"), (Decimal("0.27"), "0,27"), (-1, "-1"), (1234567.5, "1.234.567,5"), (0, "0")])
def test_numbers_are_written_the_vietnamese_way(value: int | float | Decimal, text: str) -> None:
    assert documents.number(value) == text


def test_dates_get_zeros_where_the_decree_asks() -> None:
    assert documents.long_date(date(2026, 1, 5)) == "ngày 05 tháng 01 năm 2026"
    assert documents.long_date(date(2026, 3, 25)) == "ngày 25 tháng 3 năm 2026"
    assert documents.short_date(date(2026, 9, 15)) == "15/9/2026"
    assert documents.table_date(date(2026, 9, 5)) == "05/09/2026"
    assert documents.clock_time(datetime(2026, 12, 14, 18, 30, tzinfo=timezone.utc)) == "01:30 ngày 15/12/2026"


@pytest.mark.parametrize(("given", "shown"), [(5, "05"), ("7", "07"), (12, "12"), ("05a", "05a")])
def test_a_number_below_ten_gets_a_zero(given: int | str, shown: str) -> None:
    assert replace(papers.police(), number=given).number_text == shown


def test_symbols_join_without_spaces() -> None:
    assert documents.symbol("QCPH", "CATP", "SGDĐT") == "QCPH-CATP-SGDĐT"


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Ủy ban nhân dân thành phố Hải Phòng", ["UBND THÀNH PHỐ HẢI PHÒNG"]),
        ("Ủy ban nhân dân Thành phố Hồ Chí Minh", ["UBND THÀNH PHỐ", "HỒ CHÍ MINH"]),
        ("Công an thành phố Hải Phòng", ["CÔNG AN THÀNH PHỐ", "HẢI PHÒNG"]),
        ("", []),
    ],
)
def test_the_superior_is_abbreviated_and_broken_evenly(name: str, lines: list[str]) -> None:
    assert documents.superior_lines(name) == lines


def test_a_committee_as_issuer_is_written_in_full() -> None:
    assert documents.issuer_lines("Ủy ban nhân dân phường Lê Chân") == ["ỦY BAN NHÂN DÂN", "PHƯỜNG LÊ CHÂN"]
    assert documents.issuer_lines("Sở Giáo dục và Đào tạo") == ["SỞ GIÁO DỤC VÀ ĐÀO TẠO"]


def test_headings_are_numbered_by_level() -> None:
    levels = (1, 2, 3, 3, 2, 3, 1, 2)
    marks = [block.mark for block in documents.numbered(tuple(Heading("x", level) for level in levels))]
    assert marks == ["I.", "1.", "a)", "b)", "2.", "a)", "II.", "1."]
    assert documents.heading_mark(3, 5) == "đ)"
    assert [documents.roman(place) for place in (4, 9, 14, 20)] == ["IV", "IX", "XIV", "XX"]


@pytest.mark.parametrize("ending", ["Hết.", "Hết", "Hết./.", "Hết. "])
def test_the_text_ends_with_the_closing_mark(ending: str) -> None:
    assert documents.closed(iter((Paragraph(ending),)))[-1].text == "Hết./."


def test_a_text_that_ends_with_a_table_is_closed_under_it() -> None:
    table = Table((Column("A"),), (Row((1,)),))
    assert documents.closed(iter((table,))) == [table, Paragraph("./.")]


def test_a_row_must_fit_its_table() -> None:
    with pytest.raises(ValueError):
        Table((Column("A"), Column("B")), (Row((1,)),))


@pytest.mark.parametrize(("value", "text"), [("<5", "<5"), ("–", "–"), (None, ""), (13185, "13.185"), (date(2026, 9, 5), "05/09/2026")])
def test_cells_print_protected_counts_as_given(value: documents.Cell, text: str) -> None:
    assert documents.cell_text(value) == text


def test_copied_text_is_composed_and_equals_the_source() -> None:
    copied = text_of(papers.police())
    assert unicodedata.is_normalized("NFC", copied)
    for source in (papers.STACKED_MARKS, papers.LONG.strip(), *papers.RESULTS, "Lưu: VT."):
        assert source in copied


def test_decomposed_words_are_printed_composed() -> None:
    body = (Paragraph(unicodedata.normalize("NFD", papers.STACKED_MARKS)),)
    assert papers.STACKED_MARKS in text_of(replace(papers.minutes(), body=body))


def test_marks_of_html_in_figures_are_printed_as_text() -> None:
    hostile = "<script>alert(1)</script><img src='file:///etc/hostname'>{{ paper }}{% now %}&amp;"
    body = (Heading(hostile), Paragraph(hostile), Table((Column(hostile),), (Row((hostile,)),), (hostile,)), Paragraph("Hết"))
    copied = text_of(replace(papers.minutes(), subject=hostile, recipients=(hostile,), body=body)).replace(" ", "")
    assert copied.count(hostile.replace(" ", "")) == 6
    assert copied.count(hostile.upper().replace(" ", "")) == 1


def test_a_protected_count_reaches_the_paper_as_it_is() -> None:
    assert "<5" in text_of(papers.police())
