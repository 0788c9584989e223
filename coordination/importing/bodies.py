"""The list of bodies: committees, education offices and police of a province and of its communes; above whom each stands follows from its kind."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from coordination.folding import fold
from coordination.importing.places import Bodies, NotFound, Places, is_there, reach_of, registered
from coordination.importing.sheets import Column, Line, Plan, Sheet
from coordination.models import Organisation, OrganisationSymbol, RegisterCode, Unit
from coordination.models.imports import ListKind
from coordination.models.organisations import OrganisationKind as Kind

# In the order in which they can be written: a body stands under one of an earlier kind in its province, an office in its own commune.
UNDER = {
    Kind.PROVINCE_PC: None,
    Kind.DOET: Kind.PROVINCE_PC,
    Kind.PROVINCE_POLICE: None,
    Kind.POLICE_DEPARTMENT: Kind.PROVINCE_POLICE,
    Kind.COMMUNE_PC: Kind.PROVINCE_PC,
    Kind.CULTURE_SOCIETY_OFFICE: Kind.COMMUNE_PC,
    Kind.COMMUNE_POLICE: Kind.PROVINCE_POLICE,
}
OF_A_PROVINCE = {Kind.PROVINCE_PC, Kind.DOET, Kind.PROVINCE_POLICE, Kind.POLICE_DEPARTMENT}
# Without the body above it, it cannot do its work: an office acts for its committee.
NEEDS_ITS_PARENT = {Kind.CULTURE_SOCIETY_OFFICE, Kind.POLICE_DEPARTMENT}

COLUMNS = (
    Column("code", "Mã", gettext_lazy("Mã định danh của cơ quan, mỗi cơ quan một mã."), required=True, longest=30),
    Column("name", "Tên", gettext_lazy("Tên đầy đủ."), required=True),
    Column("short", "Tên ngắn", gettext_lazy("Tên thường gọi, có thể để trống."), longest=120),
    Column("kind", "Loại cơ quan", gettext_lazy("Một loại trong danh sách bên dưới."), required=True),
    Column("place", "Đơn vị hành chính", gettext_lazy("Tỉnh, thành phố hoặc xã, phường: tên có cả loại, hoặc mã."), required=True),
    Column("initials", "Chữ viết tắt", gettext_lazy("Hai, ba chữ mở đầu mã vụ việc, ví dụ ĐX. Để trống: chữ đầu của tên xã, phường."), longest=8),
    Column("symbol", "Ký hiệu văn bản", gettext_lazy("Ký hiệu cơ quan dùng trên văn bản, có thể để trống."), longest=30),
    Column("phone", "Điện thoại trực", gettext_lazy("Có thể để trống."), longest=20, signed=True),
    Column("since", "Từ ngày", gettext_lazy("Ngày thành lập, dạng ngày/tháng/năm, có thể để trống.")),
)


@dataclass(frozen=True)
class NewBody:
    """A row that may be written."""

    code: str
    name: str
    short: str
    kind: str
    unit: Unit
    initials: str
    symbol: str
    phone: str
    since: date | None

    @property
    def above(self) -> tuple[str | None, int]:
        """The kind and the place of the body it stands under."""
        return UNDER[self.kind], self.unit.pk if self.kind == Kind.CULTURE_SOCIETY_OFFICE else self.unit.province_id


def kind_labels() -> dict[str, str]:
    """The kinds that a list may hold, in Vietnamese."""
    with override(settings.LANGUAGE_CODE):
        return {str(kind.label): kind for kind in UNDER}


def check(lines: list[Line], by: Any) -> Plan:
    """Every row against the map, the bodies that are there and the other rows."""
    plan, reach = Plan(lines), reach_of(by)
    known = registered(lines)
    places, bodies = Places(reach), Bodies(reach)
    rows = [(line, new_body(line, places)) for line in lines if not is_there(line, known, plan)]
    refuse_seconds(rows, bodies)
    refuse_orphans(rows, bodies)
    plan.new = sorted((row for line, row in rows if row and not line.faults), key=lambda row: list(UNDER).index(row.kind))
    return plan


def new_body(line: Line, places: Places) -> NewBody | None:
    """The row with its place, or its faults."""
    kind, since = line.one_of("kind", kind_labels()), line.day("since")
    unit = None
    if kind and line.text("place"):
        try:
            unit = places.province(line.text("place")) if kind in OF_A_PROVINCE else places.commune(line.text("place"))
        except NotFound as error:
            line.wrong("place", str(error))
    if line.faults or not unit:
        return None
    initials = line.text("initials") or ("".join(word[0].upper() for word in unit.name.split())[:8] if kind == Kind.COMMUNE_PC else "")
    texts = {name: line.text(name) for name in ("code", "name", "short", "symbol", "phone")}
    return NewBody(**texts, kind=kind, unit=unit, initials=initials, since=since)


def refuse_seconds(rows: list[tuple[Line, NewBody | None]], bodies: Bodies) -> None:
    """A place has one body of each kind, but several departments of its police, which differ by name."""
    taken = {(kind, unit): body.called for (kind, unit), body in bodies.at.items() if kind != Kind.POLICE_DEPARTMENT}
    names = set(bodies.called)
    for line, row in rows:
        if row is None:
            continue
        several = row.kind == Kind.POLICE_DEPARTMENT
        if several and fold(row.name) in names or not several and (row.kind, row.unit.pk) in taken:
            line.wrong("kind", _("Đã có cơ quan loại này ở %(unit)s.") % {"unit": row.unit.in_sentence})
        taken[row.kind, row.unit.pk] = row.name
        names.add(fold(row.name))


def refuse_orphans(rows: list[tuple[Line, NewBody | None]], bodies: Bodies) -> None:
    """An office without its committee, a department without its police."""
    coming = {(row.kind, row.unit.pk) for line, row in rows if row and not line.faults}
    for line, row in rows:
        if row and row.kind in NEEDS_ITS_PARENT and row.above not in coming and row.above not in bodies.at:
            line.wrong("kind", _("Chưa có cơ quan cấp trên trực tiếp (%(kind)s) trong hệ thống hoặc trong tệp.") % {"kind": UNDER[row.kind].label})


def write(plan: Plan, by: Any) -> None:
    """Kind after kind, so that who stands above is there before who stands below."""
    at = dict(Bodies(reach_of(by)).at)
    for kind in UNDER:
        rows: list[NewBody] = [row for row in plan.new if row.kind == kind]
        made = Organisation.objects.bulk_create([organisation(row, at.get(row.above)) for row in rows], batch_size=1000)
        at |= {(body.kind, body.unit_id): body for body in made}
        RegisterCode.objects.bulk_create([RegisterCode(organisation=body, code=row.code) for body, row in zip(made, rows, strict=True)], batch_size=1000)
        OrganisationSymbol.objects.bulk_create(
            [OrganisationSymbol(organisation=body, symbol=row.symbol) for body, row in zip(made, rows, strict=True) if row.symbol], batch_size=1000
        )


def organisation(row: NewBody, above: Organisation | None) -> Organisation:
    """The body as it will stand."""
    return Organisation(
        kind=row.kind, name=row.name, short_name=row.short, folded=fold(row.name), unit=row.unit, parent=above, initials=row.initials, duty_phone=row.phone, valid_from=row.since
    )


BODIES = Sheet(
    kind=ListKind.BODIES,
    act="register.import_bodies",
    columns=COLUMNS,
    check=check,
    write=write,
    shown=(gettext_lazy("Mã"), gettext_lazy("Tên"), gettext_lazy("Loại cơ quan"), gettext_lazy("Đơn vị hành chính")),
    show=lambda row: (row.code, row.name, str(Kind(row.kind).label), row.unit.full_name),
)
