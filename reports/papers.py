"""Fills the official paper of a report from its frozen figures. Its words are Vietnamese by law and are not translated.

Two versions of one count (ground.md 30). What is hidden is decided once, per kind, so that the police version, whose rows are
sums of kinds, tells nothing that the other one hides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import override

from coordination import clocks, periods
from coordination.documents import Appendix, Cell, Column, Heading, OfficialPaper, Paragraph, Row, Snapshot, Table, clock_time, number, symbol
from coordination.models import Organisation, OrganisationSymbol, Unit
from coordination.models.organisations import OrganisationKind
from coordination.models.territory import Level
from incidents.figures import DIRECT, PERSONS, PLACES
from incidents.models.cases import Handling
from incidents.workflow import Outcome
from reports.figures import hash_of, units_reported
from reports.models import Audience, Report
from reports.protection import HIDDEN, LOWEST_SHOWN, NOTHING, Hidden, hide, hide_all, hide_parts, is_small

SUBJECT = "Kết quả công tác phối hợp bảo đảm an ninh, trật tự, an toàn trường học {period}"
CASES = ("cases", *PLACES, "last_year")
PERSON_FAMILIES = {"pupils": "pupils", "pupils_female": "pupils", "victims_under_16": "victims_under_16", "injured": "injured", "deaths": "deaths"}
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
MISSING_NOTE = "Còn vụ việc chưa có báo cáo đầy đủ nên chưa tính vào các cột về người."
BY_HAND = "[Đơn vị nhập] {what}"


@dataclass(frozen=True)
class Letterhead:
    """Who issues, and to whom."""

    superior: str
    issuer: str
    symbol: str
    place: str
    authority: tuple[str, ...]
    signer: str
    addressees: tuple[str, ...]
    recipients: tuple[str, ...]


def letterhead_of(report: Report) -> Letterhead:
    """Names and symbols as each body fixed them; a People's Committee of a commune has no line above its own name (NĐ 30/2020)."""
    issuer, area = report.issuer, report.area
    signs = OrganisationSymbol.objects.filter(organisation=issuer, is_current=True).order_by("pk").values_list("symbol", flat=True)[:1]
    provincial = issuer.kind == OrganisationKind.DOET
    authority, signer = (("KT. Giám đốc",), "Phó Giám đốc") if provincial else (("TM. Ủy ban nhân dân", "KT. Chủ tịch"), "Phó Chủ tịch")
    to, copied = addressees_of(report)
    return Letterhead(
        superior=issuer.parent.name if provincial and issuer.parent_id else "",
        issuer=issuer.name.removesuffix(f" {area.in_sentence}") if provincial else issuer.name,
        symbol=symbol("BC", *signs),
        place=area.name,
        authority=authority,
        signer=signer,
        addressees=to,
        recipients=("Như trên", *copied, "Lưu: VT"),
    )


def addressees_of(report: Report) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The education version goes up its own line; the police version goes beside it, "để p/h"."""
    police = police_beside(report.area)
    if report.audience == Audience.POLICE:
        return (f"{police} (để p/h)",), ()
    above = report.issuer.parent.name if report.issuer.kind == OrganisationKind.DOET and report.issuer.parent_id else department_over(report.area)
    return (above,), (f"{police} (để p/h)",)


def police_beside(area: Unit) -> str:
    """Công an tỉnh for a province, Công an xã (phường) for a commune."""
    kind = OrganisationKind.PROVINCE_POLICE if area.level == Level.PROVINCE else OrganisationKind.COMMUNE_POLICE
    found = Organisation.objects.on(clocks.today()).filter(kind=kind, unit=area).first()
    return found.name if found else f"Công an {area.in_sentence}"


def department_over(area: Unit) -> str:
    """The Sở of a commune's province."""
    found = Organisation.objects.on(clocks.today()).filter(kind=OrganisationKind.DOET, unit=area.province_id).first()
    return found.name if found else "Sở Giáo dục và Đào tạo"


class Shown:
    """The figures as they may be printed for this unit: every number a reader sees is asked of here."""

    def __init__(self, figures: dict[str, Any], area: Unit) -> None:
        self.figures, self.lines, self.totals = figures, figures["lines"], figures["totals"]
        self.leaves_commune = area.level != Level.PROVINCE
        self.hidden = {family: hide([self.family_row(family, line) for line in self.lines]) for family in ("pupils", "victims_under_16", "injured", "deaths")}
        self.hidden["cases"] = hide([self.family_row("cases", line) for line in self.lines]) if self.leaves_commune else NOTHING

    @staticmethod
    def family_row(family: str, line: dict[str, Any]) -> list[int]:
        """Every number a row tells in a family; boys are implied by pupils and girls."""
        numbers = line["numbers"]
        if family == "pupils":
            return [numbers["pupils"], numbers["pupils_female"], numbers["pupils"] - numbers["pupils_female"]]
        if family == "cases":
            return [numbers["cases"] + numbers["last_year"], *(numbers[name] for name in CASES)]
        return [numbers[family]]

    def family(self, column: str) -> Hidden:
        """Which rows of a column are hidden."""
        return self.hidden[PERSON_FAMILIES.get(column, "cases")]

    def cell(self, column: str, place: int) -> int | str:
        """One kind's number."""
        return self.family(column).cell(place, value_of(column, self.lines[place]["numbers"]))

    def sum(self, column: str, places: Iterable[int]) -> int | str:
        """A row made of several kinds: hidden as soon as one of them is."""
        cells = [self.cell(column, place) for place in places]
        return HIDDEN if HIDDEN in cells else sum(cells)

    def total(self, column: str) -> int | str:
        """The last row; a sum of zero is shown, like every zero, also where the total is hidden."""
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


def hours(value: int | None, measured: int) -> str:
    """A median of minutes in hours; too few cases give no median."""
    return HIDDEN if value is None or measured < LOWEST_SHOWN else number(round(value / 60, 1))


def fill(report: Report, figures: dict[str, Any], taken_at: Any) -> OfficialPaper:
    """The whole paper: a draft without number and date until somebody issues it (ground.md 31)."""
    with override("vi"):
        head, shown = letterhead_of(report), Shown(figures, report.area)
        label = report.period.label
        version = education if report.audience == Audience.EDUCATION else police
        body, appendices = version(report, shown, taken_at)
        return OfficialPaper(
            superior=head.superior,
            issuer=head.issuer,
            kind="Báo cáo",
            subject=SUBJECT.format(period=label[0].lower() + label[1:]),
            symbol=head.symbol,
            made_at=taken_at,
            signer=head.signer,
            authority=head.authority,
            place=head.place,
            data_window=(report.first, report.last),
            addressees=head.addressees,
            body=tuple(body),
            recipients=head.recipients,
            appendices=tuple(appendices),
            snapshot=Snapshot(hash_of(figures), taken_at, units_reported(figures)),
        )


# The version of the education line: the outline of domain/reporting.md 4


def education(report: Report, shown: Shown, taken_at: Any) -> tuple[list[Any], list[Appendix]]:
    """Six sections whose facts are counted; what no row can tell is left to the unit, and says so."""
    body = [
        *running_note(report, shown, taken_at),
        Heading("Đặc điểm, tình hình"),
        Paragraph(register_words(report, shown.figures)),
        Paragraph(units_sentence(shown.figures)),
        Heading("Công tác chỉ đạo, văn bản phối hợp"),
        Paragraph(BY_HAND.format(what="Văn bản chỉ đạo; quy chế, chương trình, kế hoạch phối hợp đã ký, đã ban hành trong kỳ.")),
        Heading("Kết quả thực hiện"),
        Heading("Trao đổi thông tin", 2),
        Paragraph(exchange_words(shown)),
        *by_hand_sections(),
        Heading("Tình hình vụ việc và kết quả xử lý"),
        Paragraph(cases_words(report, shown)),
        *groups_words(shown),
        Paragraph(outcomes_words(shown)),
        Heading("Tồn tại, khó khăn, nguyên nhân"),
        Paragraph(gaps_words(shown)),
        Paragraph(BY_HAND.format(what="Khó khăn và nguyên nhân.")),
        Heading("Phương hướng kỳ tới; kiến nghị"),
        Paragraph(BY_HAND.format(what="Nhiệm vụ kỳ tới, kiến nghị với cấp trên và các bên phối hợp.")),
    ]
    return body, [
        Appendix("Vụ việc theo loại", kinds_table(shown), landscape=True),
        Appendix("Kết quả xử lý", handling_table(shown)),
        Appendix("Báo cáo kịp thời", timeliness_table(shown)),
    ]


def running_note(report: Report, shown: Shown, taken_at: Any) -> list[Paragraph]:
    """A window that is still open says how far the data go."""
    if shown.figures["closed"]:
        return []
    return [Paragraph(f"Kỳ báo cáo chưa kết thúc; số liệu tính đến {clock_time(taken_at)}.")]


def register_words(report: Report, figures: dict[str, Any]) -> str:
    """Establishments by level, learners and staff."""
    rows = figures["register"]
    schools, learners, staff = (sum(row[name] for row in rows) for name in ("schools", "learners", "staff"))
    each = ", ".join(f"{row['type']} {number(row['schools'])}" for row in rows)
    here = report.area.in_sentence
    return f"Trên địa bàn {here} có {number(schools)} cơ sở giáo dục ({each}) với {number(learners)} người học, {number(staff)} cán bộ, giáo viên, nhân viên."


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
    speeds = [(f"từ khi xảy ra đến khi báo nhanh {first} giờ", first), (f"từ khi chuyển đến khi Công an nhận tin {received} giờ", received)]
    known = "; ".join(text for text, value in speeds if value != HIDDEN)
    return f"{words} Thời gian trung vị: {known}." if known else words


def by_hand_sections() -> Iterable[Heading | Paragraph]:
    """What the portal does not count yet."""
    for title, what in (
        ("Tuyên truyền, giáo dục pháp luật", "Số buổi, số người tham dự theo chủ đề."),
        ("Phòng ngừa, mô hình", "Mô hình mới, mô hình duy trì."),
        ("Giao thông cổng trường", "Điểm ùn tắc, ca trực, biện pháp."),
        ("Kiểm tra liên ngành", "Số cuộc, kết quả."),
        ("Tư vấn, hỗ trợ học sinh", "Số lượt, hình thức."),
    ):
        yield Heading(title, 2)
        yield Paragraph(BY_HAND.format(what=what))


def cases_words(report: Report, shown: Shown) -> str:
    """The one sentence everybody looks for."""
    total, before = shown.total("cases"), shown.total("last_year")
    words = f"Trong kỳ ghi nhận {said(total)} vụ việc liên quan đến {said(shown.total('pupils'))} học sinh"
    if before == 0:
        return f"{words}; cùng kỳ năm trước chưa có số liệu trên hệ thống."
    words = f"{words}; cùng kỳ năm trước {said(before)} vụ việc"
    change = shown.total("change")
    if change == HIDDEN:
        return f"{words}."
    trend = "không thay đổi" if change == 0 else f"tăng {number(change)} vụ" if change > 0 else f"giảm {number(-change)} vụ"
    return f"{words} ({trend})."


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


def outcomes_words(shown: Shown) -> str:
    """What police answered."""
    counted, total = shown.counts(outcome_numbers(shown.figures), of_all_cases=False)
    if not total:
        return "Trong kỳ không có vụ việc chuyển Công an."
    parts = [f"{str(label).lower()} {said(value)}" for label, value in zip(outcome_labels(), counted, strict=True) if value]
    return f"Kết quả của Công an đối với {said(total)} lần chuyển: " + "; ".join(parts) + "."


def gaps_words(shown: Shown) -> str:
    """What is late or missing, as counted."""
    units, late = shown.figures["units"], shown.figures["responses"]
    _met, school = shown.pair(late["school"]["on_time"], late["school"]["late"])
    _kept, received = shown.pair(late["police"]["on_time"], late["police"]["late"])
    return (
        f"Đơn vị nộp muộn: {number(units['late'])}; chưa nộp: {number(units['missing'])}. Vụ việc chưa có báo cáo đầy đủ: {said(shown.missing)}; "
        f"báo cáo đầy đủ quá hạn: {said(school)}; Công an nhận tin quá hạn: {said(received)}."
    )


def kind_columns(shown: Shown, first: str) -> tuple[Column, ...]:
    """The head of Appendix I; columns that only the full report fills say how many are missing (ground.md 30)."""
    lacking = 0 if shown.missing == HIDDEN else shown.missing
    numbers = (Column(title, width, missing=lacking if name in PERSONS else 0) for name, (title, width) in COLUMNS.items())
    return (Column("TT", 3), Column(first, 16, words=True), *numbers)


def table_of(shown: Shown, columns: tuple[Column, ...], rows: Iterable[Row]) -> Table:
    """A table of counts with its notes: where the numbers come from, and why some are not there."""
    rows = tuple(rows)
    hidden = any(HIDDEN in row.cells for row in rows)
    return Table(columns, rows, (SOURCE_NOTE, *((HIDDEN_NOTE,) if hidden else ()), *((MISSING_NOTE,) if shown.missing == HIDDEN else ())))


def kinds_table(shown: Shown) -> Table:
    """Appendix I by group and kind. A group carries sums of cases where those are printed in the open, never of persons."""
    rows = []
    for name, places in groups_of(shown.lines):
        if name:
            rows.append(Row((shown.lines[places[0]]["group"], name, *(group_cell(shown, column, places) for column in COLUMNS)), strong=True))
        for count, place in enumerate(places, 1):
            rows.append(Row((str(count) if name else "", shown.lines[place]["label"], *(shown.cell(column, place) for column in COLUMNS))))
    return table_of(shown, kind_columns(shown, "Loại vụ việc"), (*rows, total_row(shown)))


def group_cell(shown: Shown, column: str, places: list[int]) -> Cell:
    """The sum of a group's cases; nothing where single rows are protected, so that only one sum stands over them."""
    return None if column in PERSONS or shown.leaves_commune else shown.sum(column, places)


def total_row(shown: Shown) -> Row:
    """Tổng cộng."""
    return Row(("", "Tổng cộng", *(shown.total(column) for column in COLUMNS)), strong=True)


def outcome_labels() -> list[str]:
    """The fixed list, and those still waiting."""
    return [*(str(outcome.label) for outcome in Outcome), "Đang giải quyết, chưa có kết quả"]


def outcome_numbers(figures: dict[str, Any]) -> list[int]:
    """In the order of the labels."""
    return [figures["outcomes"].get(key, 0) for key in (*Outcome.values, "")]


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
    return [Row((mark, title, total), strong=True), *(Row((str(place), label, cell)) for place, (label, cell) in enumerate(zip(labels, cells, strict=True), 1))]


def timeliness_table(shown: Shown) -> Table:
    """Appendix III: who handed in when, by commune and for the schools of the Sở; counts of papers, not of cases."""
    lines = shown.figures["returns"]
    handed = [line["on_time"] + line["late"] for line in lines]
    nil = hide_parts(handed, [line["nil"] for line in lines])
    rows = [
        Row(
            (place, "Trường trực thuộc Sở" if line["line"] == DIRECT else line["name"], line["expected"], line["on_time"], line["late"], line["missing"],
             nil.cell(place - 1, line["nil"]), hours(line["first_word"], line["cases"]), hours(line["to_receive"], line["received"]))
        )
        for place, line in enumerate(lines, 1)
    ]  # fmt: skip
    sums = [sum(line[name] for line in lines) for name in ("expected", "on_time", "late", "missing")]
    times = shown.figures["responses"]
    total = Row(("", "Tổng cộng", *sums, nil.sum(sum(line["nil"] for line in lines)), hours(times["first_word"], times["cases"]), hours(times["to_receive"], times["received"])), strong=True)
    columns = (
        Column("TT", 3), Column("Tuyến báo cáo", 10, words=True), Column("Số đơn vị", 4), Column("Đúng hạn", 4), Column("Muộn", 4), Column("Chưa nộp", 4),
        Column("Không phát sinh", 5), Column("Giờ báo nhanh (trung vị)", 6), Column("Giờ Công an nhận tin (trung vị)", 6),
    )  # fmt: skip
    return Table(columns, (*rows, total), (SOURCE_NOTE, f"“–”: dưới {LOWEST_SHOWN} vụ việc hoặc đơn vị nên không nêu."))


# The version for police: by offence, results, both sides' times


def police(report: Report, shown: Shown, taken_at: Any) -> tuple[list[Any], list[Appendix]]:
    """Short: what happened by the names police use, what came of it, and how fast both sides were."""
    body = [
        *running_note(report, shown, taken_at),
        Heading("Tình hình vụ việc"),
        Paragraph(units_sentence(shown.figures)),
        Paragraph(cases_words(report, shown)),
        Heading("Kết quả giải quyết"),
        Paragraph(outcomes_words(shown)),
        Heading("Trao đổi thông tin giữa hai bên"),
        Paragraph(exchange_words(shown)),
        Heading("Đề nghị phối hợp"),
        Paragraph(BY_HAND.format(what="Nội dung đề nghị Công an phối hợp trong kỳ tới.")),
    ]
    return body, [
        Appendix("Vụ việc theo hành vi", offences_table(shown), landscape=True),
        Appendix("Kết quả giải quyết của Công an", results_table(shown)),
        Appendix("Kịp thời của hai bên", both_sides_table(shown)),
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
