"""The list of educational establishments: who manages each follows from its type unless the list says otherwise."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from coordination import clocks
from coordination.folding import fold
from coordination.importing.places import Bodies, NotFound, Places, is_there, reach_of, registered
from coordination.importing.sheets import Column, Line, Plan, Sheet
from coordination.models import LearnerCount, Location, Organisation, RegisterCode, School, Unit
from coordination.models.imports import ListKind
from coordination.models.organisations import OrganisationKind, SchoolType

BATCH = 1000
MOST_LEARNERS = 100_000
SOURCE = "Danh sách nhập"
# Mầm non to THCS answer to the UBND of the commune, THPT, GDTX and the centres for disabled children to the Sở (domain/organisations.md 2).
UNDER_THE_COMMUNE = {SchoolType.PRESCHOOL, SchoolType.INDEPENDENT_CLASS, SchoolType.PRIMARY, SchoolType.LOWER_SECONDARY}
UNDER_THE_DEPARTMENT = {SchoolType.UPPER_SECONDARY, SchoolType.CONTINUING, SchoolType.SPECIAL, SchoolType.ATTACHED}
MAY_MANAGE = {OrganisationKind.COMMUNE_PC, OrganisationKind.DOET, OrganisationKind.PROVINCE_PC}

COLUMNS = (
    Column("code", "Mã", gettext_lazy("Mã của cơ sở trong ngành, mỗi cơ sở một mã."), required=True, longest=30),
    Column("name", "Tên", gettext_lazy("Tên đầy đủ."), required=True),
    Column("short", "Tên ngắn", gettext_lazy("Tên thường gọi, có thể để trống."), longest=120),
    Column("type", "Loại hình", gettext_lazy("Một loại hình trong danh sách bên dưới."), required=True),
    Column("place", "Xã, phường", gettext_lazy("Tên có cả loại (phường Đức Xuân), mã 5 số, hoặc tên cũ. Thêm tên tỉnh sau dấu phẩy nếu trùng tên."), required=True),
    Column("managing", "Cơ quan quản lý", gettext_lazy("Tên hoặc mã. Để trống: mầm non đến THCS về UBND xã, phường; THPT, GDTX, giáo dục trẻ khuyết tật về Sở.")),
    Column("address", "Địa chỉ", gettext_lazy("Có thể để trống.")),
    Column("learners", "Số người học", gettext_lazy("Số nguyên, có thể để trống.")),
    Column("staff", "Số nhà giáo, nhân viên", gettext_lazy("Số nguyên, có thể để trống.")),
    Column("since", "Từ ngày", gettext_lazy("Ngày thành lập, dạng ngày/tháng/năm, có thể để trống.")),
)


@dataclass(frozen=True)
class NewSchool:
    """A row that may be written."""

    code: str
    name: str
    short: str
    kind: str
    unit: Unit
    managing: Organisation
    department: Organisation
    address: str
    learners: int | None
    staff: int | None
    since: date | None


def type_labels() -> dict[str, str]:
    """The types in Vietnamese, as they are written in a list whatever language the importer reads."""
    with override(settings.LANGUAGE_CODE):
        return {str(label): value for value, label in SchoolType.choices}


def check(lines: list[Line], by: Any) -> Plan:
    """Every row against the map, the bodies, the schools that are there and the other rows."""
    plan, reach = Plan(lines), reach_of(by)
    known = registered(lines)
    places, bodies = Places(reach), Bodies(reach)
    rows = [(line, new_school(line, places, bodies)) for line in lines if not is_there(line, known, plan)]
    refuse_namesakes(rows)
    plan.new = [row for line, row in rows if row and not line.faults]
    return plan


def new_school(line: Line, places: Places, bodies: Bodies) -> NewSchool | None:
    """The row with its place and its managing body, or its faults."""
    kind = line.one_of("type", type_labels())
    unit = place_of(line, places)
    learners, staff, since = line.whole("learners", MOST_LEARNERS), line.whole("staff", MOST_LEARNERS), line.day("since")
    department = bodies.at.get((OrganisationKind.DOET, unit.parent_id)) if unit else None
    if unit and not department:
        line.wrong("place", _("Chưa có Sở GD&ĐT của %(province)s trong danh sách cơ quan. Nhập cơ quan trước.") % {"province": unit.parent.in_sentence})
    if not (kind and unit and department):
        return None
    managing = managing_of(line, kind, unit, department, bodies)
    if line.faults or managing is None:
        return None
    texts = {name: line.text(name) for name in ("code", "name", "short", "address")}
    return NewSchool(**texts, kind=kind, unit=unit, managing=managing, department=department, learners=learners, staff=staff, since=since)


def place_of(line: Line, places: Places) -> Unit | None:
    """The commune of the row."""
    if not line.text("place"):
        return None
    try:
        return places.commune(line.text("place"))
    except NotFound as error:
        line.wrong("place", str(error))
        return None


def managing_of(line: Line, kind: str, unit: Unit, department: Organisation, bodies: Bodies) -> Organisation | None:
    """The body that the list names, or the one that the type asks for."""
    if line.text("managing"):
        named = bodies.named(line.text("managing"))
        if named is None or named.kind not in MAY_MANAGE:
            line.wrong("managing", _("Không thấy cơ quan quản lý này. Ghi tên hoặc mã của UBND xã, phường hoặc của Sở, hoặc để trống."))
            return None
        return named
    if kind in UNDER_THE_DEPARTMENT:
        return department
    if kind not in UNDER_THE_COMMUNE:
        line.wrong("managing", _("Loại hình này không có cơ quan quản lý theo quy định chung. Ghi tên hoặc mã cơ quan."))
        return None
    committee = bodies.at.get((OrganisationKind.COMMUNE_PC, unit.pk))
    if committee is None:
        line.wrong("place", _("Chưa có UBND của %(unit)s trong danh sách cơ quan. Nhập cơ quan trước.") % {"unit": unit.in_sentence})
    return committee


def refuse_namesakes(rows: list[tuple[Line, NewSchool | None]]) -> None:
    """The same name in the same commune is the same school, in the portal or in the list."""
    made = [(line, (fold(row.name), row.unit.pk)) for line, row in rows if row]
    there = Organisation.objects.on(clocks.today()).filter(kind=OrganisationKind.SCHOOL, folded__in={name for _line, (name, _unit) in made})
    taken = set(there.values_list("folded", "unit_id"))
    for line, key in made:
        if key in taken:
            line.wrong("name", _("Đã có cơ sở cùng tên ở xã, phường này."))
        taken.add(key)


def write(plan: Plan, by: Any) -> None:
    """The rows with their codes, places and numbers, in bulk."""
    rows: list[NewSchool] = plan.new
    made = Organisation.objects.bulk_create(
        [
            Organisation(
                kind=OrganisationKind.SCHOOL, name=row.name, short_name=row.short, folded=fold(row.name), parent=row.managing, unit=row.unit, address=row.address, valid_from=row.since
            )
            for row in rows
        ],
        batch_size=BATCH,
    )
    RegisterCode.objects.bulk_create([RegisterCode(organisation=body, code=row.code) for body, row in zip(made, rows, strict=True)], batch_size=BATCH)
    schools = School.objects.bulk_create(
        [School(organisation=body, school_type=row.kind, managing_body=row.managing, department=row.department) for body, row in zip(made, rows, strict=True)], batch_size=BATCH
    )
    Location.objects.bulk_create([Location(school=school, unit=row.unit, starts_on=row.since) for school, row in zip(schools, rows, strict=True)], batch_size=BATCH)
    counted = [(school, row) for school, row in zip(schools, rows, strict=True) if row.learners is not None]
    LearnerCount.objects.bulk_create(
        [LearnerCount(school=school, counted_on=clocks.today(), learners=row.learners, staff=row.staff, source=SOURCE) for school, row in counted], batch_size=BATCH
    )


SCHOOLS = Sheet(
    kind=ListKind.SCHOOLS,
    act="register.import_schools",
    columns=COLUMNS,
    check=check,
    write=write,
    shown=(gettext_lazy("Mã"), gettext_lazy("Tên"), gettext_lazy("Xã, phường"), gettext_lazy("Cơ quan quản lý")),
    show=lambda row: (row.code, row.name, row.unit.full_name, row.managing.called),
)
