"""Sentences and tables that both versions of the quarter print."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from coordination.paper.documents import Column, Paragraph, Row, Table, clock_time, number
from incidents.figures import PERSONS
from incidents.workflow import Outcome
from reports.figures import units_reported
from reports.models import Report
from reports.papers.shown import HIDDEN, NO_DATA, Shown, hours, said

COLUMNS = {
    "cases": ("Số vụ", 4),
    "pupils": ("Học sinh liên quan", 5),
    "pupils_female": ("Nữ", 4),
    "victims_under_16": ("Dưới 16 tuổi bị ảnh hưởng", 6),
    "injured": ("Bị thương", 5),
    "deaths": ("Tử vong", 5),
    "in_school": ("Trong trường", 5),
    "gate": ("Cổng trường", 5),
    "elsewhere": ("Trên đường, nơi khác", 5),
    "online": ("Trên mạng", 5),
    "last_year": ("Cùng kỳ", 5),
    "change": ("Tăng, giảm", 5),
}
SOURCE_NOTE = "[Tự tổng hợp] từ các vụ việc đã gửi trên hệ thống."
HIDDEN_NOTE = "“–”: số từ 1 đến 4, và số phải che cùng để không tính ngược được; che để bảo vệ học sinh."
NO_DATA_NOTE = "“…”: không có số liệu cùng kỳ năm trước trên hệ thống."
MISSING_NOTE = "Còn vụ việc chưa có báo cáo đầy đủ nên chưa tính vào các cột về người."
BY_HAND = "[Đơn vị nhập] {what}"


@dataclass(frozen=True)
class Section:
    """A section that people write: the key of its text, its heading, what belongs in it."""

    key: str
    title: str
    asks: str


def written(report: Report, section: Section) -> list[Paragraph]:
    """What people wrote, each line a paragraph; the place that waits for it as long as nobody did."""
    lines = [line for line in report.said.get(section.key, "").split("\n") if line]
    return [Paragraph(line) for line in lines or [BY_HAND.format(what=section.asks)]]


def opening(report: Report, shown: Shown, taken_at: Any) -> list[Paragraph]:
    """What the reader must know before the figures: which paper this one corrects, which communes it is about, how far the data go."""
    words = [supplement_note(shown.figures), *cluster_notes(report, shown.figures), running_note(shown.figures, taken_at)]
    return [Paragraph(text) for text in words if text]


def supplement_note(figures: dict[str, Any]) -> str:
    """A correction is a paper of its own (reporting.md 8)."""
    return f"Báo cáo này bổ sung, thay thế số liệu của Báo cáo số {figures['supplements']}." if figures["supplements"] else ""


def cluster_notes(report: Report, figures: dict[str, Any]) -> list[str]:
    """How a former district is counted: by the communes of today, each in one area alone."""
    cluster = figures["cluster"]
    if not cluster:
        return []
    many, names = number(len(cluster["communes"])), ", ".join(cluster["communes"])
    notes = [f"Số liệu tính theo {many} đơn vị hành chính cấp xã hiện nay thuộc địa bàn {report.area.in_sentence} trước ngày 01/7/2025: {names}."]
    if cluster["partly_inside"]:
        notes.append(f"Có một phần diện tích từ địa bàn khác, được tính trọn vào đây: {', '.join(cluster['partly_inside'])}.")
    if cluster["counted_elsewhere"]:
        notes.append(f"Có một phần diện tích từ {report.area.in_sentence} nhưng được tính trọn vào địa bàn khác: {', '.join(cluster['counted_elsewhere'])}.")
    return notes


def running_note(figures: dict[str, Any], taken_at: Any) -> str:
    """A window that is still open says how far the data go."""
    return "" if figures["closed"] else f"Kỳ báo cáo chưa kết thúc; số liệu tính đến {clock_time(taken_at)}."


def units_sentence(figures: dict[str, Any]) -> str:
    """Who handed in."""
    units = figures["units"]
    return (
        f"Đã có {units_reported(figures)} đơn vị nộp số liệu kỳ, trong đó đúng hạn {number(units['on_time'])}, muộn {number(units['late'])}; "
        f"chưa nộp {number(units['missing'])}."
    )


def exchange_words(shown: Shown) -> str:
    """How much went from schools to police, and how fast."""
    times = shown.figures["responses"]
    _parts, sent = shown.counts(outcome_numbers(shown.figures), of_all_cases=False)
    first, received = hours(times["first_word"], times["cases"]), hours(times["to_receive"], times["received"])
    words = f"Các cơ sở giáo dục đã báo nhanh {said(shown.total('cases'))} vụ việc; chuyển Công an {said(sent)} vụ việc."
    speeds = (("từ khi xảy ra đến khi báo nhanh", first), ("từ khi chuyển tin đến khi Công an nhận tin", received))
    known = "; ".join(f"{step} {number(value)} giờ" for step, value in speeds if value != HIDDEN)
    return f"{words} Thời gian trung vị: {known}." if known else words


def cases_words(report: Report, shown: Shown) -> str:
    """The one sentence everybody looks for."""
    total, before = shown.total("cases"), shown.total("last_year")
    words = f"Trong kỳ ghi nhận {said(total)} vụ việc liên quan đến {said(shown.total('pupils'))} học sinh"
    if not shown.compared:
        return f"{words}; cùng kỳ năm trước không có số liệu trên hệ thống."
    words = f"{words}; cùng kỳ năm trước {said(before)} vụ việc"
    change = shown.total("change")
    if change == HIDDEN:
        return f"{words}."
    trend = "không thay đổi" if change == 0 else f"tăng {number(change)} vụ" if change > 0 else f"giảm {number(-change)} vụ"
    return f"{words} ({trend})."


def outcomes_words(shown: Shown) -> str:
    """What police answered."""
    counted, total = shown.counts(outcome_numbers(shown.figures), of_all_cases=False)
    if not total:
        return "Trong kỳ không có vụ việc chuyển Công an."
    parts = [f"{str(label).lower()}: {said(value)}" for label, value in zip(outcome_labels(), counted, strict=True) if value]
    return f"Kết quả của Công an đối với {said(total)} lần chuyển: " + "; ".join(parts) + "."


def kind_columns(shown: Shown, first: str) -> tuple[Column, ...]:
    """The head of Appendix I; columns that only the full report fills say how many are missing (ground.md 30)."""
    lacking = 0 if shown.missing == HIDDEN else shown.missing
    numbers = (Column(title, width, missing=lacking if name in PERSONS else 0) for name, (title, width) in COLUMNS.items())
    return (Column("TT", 3), Column(first, 16, words=True), *numbers)


def table_of(shown: Shown, columns: tuple[Column, ...], rows: Iterable[Row]) -> Table:
    """A table of counts with its notes: where the numbers come from, and why some are not there."""
    rows = tuple(rows)
    signs = {HIDDEN: HIDDEN_NOTE, NO_DATA: NO_DATA_NOTE}
    notes = [note for sign, note in signs.items() if any(sign in row.cells for row in rows)]
    return Table(columns, rows, (SOURCE_NOTE, *notes, *((MISSING_NOTE,) if shown.missing == HIDDEN else ())))


def total_row(shown: Shown) -> Row:
    """Tổng cộng."""
    return Row(("", "Tổng cộng", *(shown.total(column) for column in COLUMNS)), strong=True)


def outcome_labels() -> list[str]:
    """The fixed list, and those still waiting."""
    return [*(str(outcome.label) for outcome in Outcome), "Đang giải quyết, chưa có kết quả"]


def outcome_numbers(figures: dict[str, Any]) -> list[int]:
    """In the order of the labels."""
    return [figures["outcomes"].get(key, 0) for key in (*Outcome.values, "")]
