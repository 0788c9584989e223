"""The version of the education line: the outline of domain/reporting.md 4 and its first three appendices."""

from collections.abc import Iterable
from typing import Any

from coordination.paper.documents import Appendix, Column, Heading, Paragraph, Row, Table, number
from incidents.figures import DIRECT
from incidents.models.cases import Handling
from reports.models import Report
from reports.papers.common import (
    COLUMNS, SOURCE_NOTE, Section, cases_words, exchange_words, kind_columns, opening, outcome_labels, outcome_numbers, outcomes_words, table_of, total_row, units_sentence, written,
)  # fmt: skip
from reports.papers.shown import Shown, hours, said
from reports.protection import LOWEST_SHOWN, hide, hide_parts

DIRECTING = Section("directing", "Công tác chỉ đạo, văn bản phối hợp", "Văn bản chỉ đạo; quy chế, chương trình, kế hoạch phối hợp đã ký, đã ban hành trong kỳ.")
UNDER_RESULTS = (
    Section("teaching", "Tuyên truyền, giáo dục pháp luật", "Số buổi, số người tham dự theo chủ đề."),
    Section("prevention", "Phòng ngừa, mô hình", "Mô hình mới, mô hình duy trì."),
    Section("gates", "Giao thông cổng trường", "Điểm ùn tắc, ca trực, biện pháp."),
    Section("inspections", "Kiểm tra liên ngành", "Số cuộc, kết quả."),
    Section("support", "Tư vấn, hỗ trợ học sinh", "Số lượt, hình thức."),
)
GAPS = Section("gaps", "Tồn tại, khó khăn, nguyên nhân", "Khó khăn và nguyên nhân.")
AHEAD = Section("ahead", "Phương hướng kỳ tới; kiến nghị", "Nhiệm vụ kỳ tới, kiến nghị với cấp trên và các bên phối hợp.")
WRITTEN = (DIRECTING, *UNDER_RESULTS, GAPS, AHEAD)


def fill(report: Report, shown: Shown, taken_at: Any) -> tuple[list[Any], list[Appendix]]:
    """Six sections whose facts are counted; what no row can tell is written by the unit."""
    body = [
        *opening(report, shown, taken_at),
        Heading("Đặc điểm, tình hình"),
        Paragraph(register_words(report, shown.figures)),
        Paragraph(units_sentence(shown.figures)),
        Heading(DIRECTING.title),
        *written(report, DIRECTING),
        Heading("Kết quả thực hiện"),
        Heading("Trao đổi thông tin", 2),
        Paragraph(exchange_words(shown)),
        *results_by_hand(report),
        Heading("Tình hình vụ việc và kết quả xử lý"),
        Paragraph(cases_words(report, shown)),
        *groups_words(shown),
        Paragraph(outcomes_words(shown)),
        Heading(GAPS.title),
        Paragraph(gaps_words(shown)),
        *written(report, GAPS),
        Heading(AHEAD.title),
        *written(report, AHEAD),
    ]
    return body, [
        Appendix("Vụ việc theo loại", kinds_table(shown), landscape=True),
        Appendix("Kết quả xử lý", handling_table(shown)),
        Appendix("Báo cáo kịp thời", timeliness_table(shown), landscape=True),
    ]


def register_words(report: Report, figures: dict[str, Any]) -> str:
    """Establishments by level, learners and staff."""
    rows = figures["register"]
    schools, learners, staff = (sum(row[name] for row in rows) for name in ("schools", "learners", "staff"))
    each = ", ".join(f"{row['type']} {number(row['schools'])}" for row in rows)
    here = report.area.in_sentence
    return f"Trên địa bàn {here} có {number(schools)} cơ sở giáo dục ({each}) với {number(learners)} người học, {number(staff)} cán bộ, giáo viên, nhân viên."


def results_by_hand(report: Report) -> Iterable[Heading | Paragraph]:
    """What the portal does not count yet."""
    for section in UNDER_RESULTS:
        yield Heading(section.title, 2)
        yield from written(report, section)


def groups_words(shown: Shown) -> Iterable[Paragraph]:
    """Groups with cases in the period, in the order of the taxonomy."""
    parts = []
    for name, places in groups_of(shown.lines):
        value = shown.sum("cases", places)
        if name and value:
            parts.append(f"{name}: {said(value)} vụ")
    if parts:
        yield Paragraph("Theo nhóm: " + "; ".join(parts) + ".")


def groups_of(lines: list[dict[str, Any]]) -> list[tuple[str, list[int]]]:
    """The places of the lines of each group; restricted ones, without a group, come last."""
    groups: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        groups.setdefault(line["group_label"], []).append(place)
    return list(groups.items())


def gaps_words(shown: Shown) -> str:
    """What is late or missing, as counted."""
    units, late = shown.figures["units"], shown.figures["responses"]
    _met, school = shown.pair(late["school"]["on_time"], late["school"]["late"])
    _kept, received = shown.pair(late["police"]["on_time"], late["police"]["late"])
    return (
        f"Đơn vị nộp muộn: {number(units['late'])}; chưa nộp: {number(units['missing'])}. Vụ việc chưa có báo cáo đầy đủ: {said(shown.missing)}; "
        f"báo cáo đầy đủ quá hạn: {said(school)}; Công an nhận tin quá hạn: {said(received)}."
    )


def kinds_table(shown: Shown) -> Table:
    """Appendix I by group and kind; a group's number is hidden as soon as one of its kinds is."""
    rows = []
    for name, places in groups_of(shown.lines):
        if name:
            rows.append(Row((shown.lines[places[0]]["group"], name, *(shown.sum(column, places) for column in COLUMNS)), strong=True))
        for count, place in enumerate(places, 1):
            rows.append(Row((count if name else "", shown.lines[place]["label"], *(shown.cell(column, place) for column in COLUMNS))))
    return table_of(shown, kind_columns(shown, "Loại vụ việc"), (*rows, total_row(shown)))


def handling_table(shown: Shown) -> Table:
    """Appendix II: what schools did, then what police answered."""
    labels = [str(item.label) for item in Handling]
    numbers = [shown.figures["handling"].get(item.value, 0) for item in Handling]
    rows = [*section_rows(shown, "I", "Xử lý của nhà trường (theo báo cáo đầy đủ)", labels, numbers, of_all_cases=True)]
    rows.append(Row(("", "Chưa có báo cáo đầy đủ", shown.missing)))
    rows += section_rows(shown, "II", "Kết quả của Công an", outcome_labels(), outcome_numbers(shown.figures), of_all_cases=False)
    return table_of(shown, (Column("TT", 1), Column("Kết quả", 8, words=True), Column("Số vụ", 2)), rows)


def section_rows(shown: Shown, mark: str, title: str, labels: list[str], numbers: list[int], *, of_all_cases: bool) -> list[Row]:
    """A titled part of a list of counts."""
    cells, total = shown.counts(numbers, of_all_cases=of_all_cases)
    return [Row((mark, title, total), strong=True), *(Row((place, label, cell)) for place, (label, cell) in enumerate(zip(labels, cells, strict=True), 1))]


def timeliness_table(shown: Shown) -> Table:
    """Appendix III: who handed in when, by commune and for the schools of the Sở; cases that police told the school of are counted neutrally."""
    lines = shown.figures["returns"]
    handed = [line["on_time"] + line["late"] for line in lines]
    nil = hide_parts(handed, [line["nil"] for line in lines])
    others = hide([[line["found_by_other"]] for line in lines])
    rows = [
        Row(
            (place, "Trường trực thuộc Sở" if line["line"] == DIRECT else line["name"], line["expected"], line["on_time"], line["late"], line["missing"],
             others.cell(place - 1, line["found_by_other"]), nil.cell(place - 1, line["nil"]),
             hours(line["first_word"], line["cases"]), hours(line["to_receive"], line["received"]))
        )
        for place, line in enumerate(lines, 1)
    ]  # fmt: skip
    sums = [sum(line[name] for line in lines) for name in ("expected", "on_time", "late", "missing")]
    times = shown.figures["responses"]
    totals = (others.sum(sum(line["found_by_other"] for line in lines)), nil.sum(sum(line["nil"] for line in lines)))
    total = Row(("", "Tổng cộng", *sums, *totals, hours(times["first_word"], times["cases"]), hours(times["to_receive"], times["received"])), strong=True)
    columns = (
        Column("TT", 3), Column("Tuyến báo cáo", 10, words=True), Column("Số đơn vị", 4), Column("Đúng hạn", 4), Column("Muộn", 4), Column("Chưa nộp", 4),
        Column("Công an thông báo", 5), Column("Không phát sinh", 5), Column("Giờ báo nhanh (trung vị)", 6), Column("Giờ Công an nhận tin (trung vị)", 6),
    )  # fmt: skip
    return Table(columns, (*rows, total), (SOURCE_NOTE, f"“–”: dưới {LOWEST_SHOWN} vụ việc hoặc đơn vị nên không nêu."))
