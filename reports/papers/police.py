"""The version for police: what happened by offence, what came of it, how fast both sides were (ground.md 30)."""

from typing import Any

from coordination.paper.documents import Appendix, Column, Heading, Paragraph, Row, Table
from reports.models import Report
from reports.papers.common import (
    COLUMNS, SOURCE_NOTE, Section, cases_words, exchange_words, kind_columns, opening, outcome_labels, outcome_numbers, outcomes_words, table_of, total_row, units_sentence, written,
)  # fmt: skip
from reports.papers.shown import Shown, hours
from reports.protection import LOWEST_SHOWN

PROPOSALS = Section("proposals", "Đề nghị phối hợp", "Nội dung đề nghị phối hợp trong kỳ tới.")
WRITTEN = (PROPOSALS,)


def fill(report: Report, shown: Shown, taken_at: Any) -> tuple[list[Any], list[Appendix]]:
    """Short: what happened by the names police use, what came of it, and how fast both sides were."""
    body = [
        *opening(report, shown, taken_at),
        Heading("Tình hình vụ việc"),
        Paragraph(units_sentence(shown.figures)),
        Paragraph(cases_words(report, shown)),
        Heading("Kết quả giải quyết"),
        Paragraph(outcomes_words(shown)),
        Heading("Trao đổi thông tin giữa hai bên"),
        Paragraph(exchange_words(shown)),
        Heading(PROPOSALS.title),
        *written(report, PROPOSALS),
    ]
    return body, [
        Appendix("Vụ việc theo hành vi", offences_table(shown), landscape=True),
        Appendix("Kết quả giải quyết của Công an", results_table(shown)),
        Appendix("Tính kịp thời của hai bên", both_sides_table(shown)),
    ]


def offences_table(shown: Shown) -> Table:
    """Appendix I under the names of the police side."""
    places: dict[str, list[int]] = {}
    for place, line in enumerate(shown.lines):
        places.setdefault(line["police_label"], []).append(place)
    rows = [Row((count, label, *(shown.sum(column, members) for column in COLUMNS))) for count, (label, members) in enumerate(places.items(), 1)]
    return table_of(shown, kind_columns(shown, "Hành vi, vụ việc"), (*rows, total_row(shown)))


def results_table(shown: Shown) -> Table:
    """Appendix II: the fixed list of practice.md 2.4."""
    cells, total = shown.counts(outcome_numbers(shown.figures), of_all_cases=False)
    rows = [Row((place, label, cell)) for place, (label, cell) in enumerate(zip(outcome_labels(), cells, strict=True), 1)]
    return table_of(shown, (Column("TT", 1), Column("Kết quả", 8, words=True), Column("Số lần chuyển", 2)), (*rows, Row(("", "Tổng cộng", total), strong=True)))


def both_sides_table(shown: Shown) -> Table:
    """Appendix III: clocks met and missed on each side, and the median hours."""
    times = shown.figures["responses"]
    rows = [
        Row((1, "Nhà trường: từ khi xảy ra đến khi báo nhanh", "", "", hours(times["first_word"], times["cases"]))),
        Row((2, "Nhà trường: báo cáo đầy đủ", *shown.pair(times["school"]["on_time"], times["school"]["late"]), "")),
        Row((3, "Công an: từ khi được chuyển đến khi nhận tin", *shown.pair(times["police"]["on_time"], times["police"]["late"]), hours(times["to_receive"], times["received"]))),
        Row((4, "Công an: từ khi nhận tin đến khi báo kết quả", "", "", hours(times["to_answer"], times["answered"]))),
    ]
    columns = (Column("TT", 2), Column("Bước", 14, words=True), Column("Đúng hạn", 4), Column("Quá hạn", 4), Column("Giờ (trung vị)", 5))
    return Table(columns, tuple(rows), (SOURCE_NOTE, f"“–”: dưới {LOWEST_SHOWN} vụ việc nên không nêu."))
