"""The sample ward: phường Đức Xuân and its bodies, with institutions that do not exist. Each app adds its own part.

Source: domain/demo_data.md 1-5. Every institution's name carries "(mẫu)"; people appear as posts.
"""

import csv
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from coordination.models import SYSTEM, Appointment, LearnerCount, Organisation, OrganisationSymbol, Post, Role, School, Unit, User
from coordination.models.organisations import OrganisationKind as Kind
from coordination.models.organisations import SchoolType
from coordination.scope import reading_as

DATA = Path(__file__).parent / "data" / "demo"
DEMO_PASSWORD = "Truong-hoc-an-toan-2026"
FOUNDED = date(2025, 7, 1)
COUNTED = date(2026, 9, 5)
UNDER_THE_DEPARTMENT = {SchoolType.UPPER_SECONDARY, SchoolType.SPECIAL, SchoolType.CONTINUING, SchoolType.COLLEGE}

SAMPLE_USER = "hieutruong.bk-cs-01"


class RealData(Exception):
    """The database belongs to real people."""


_parts: list[tuple[int, Callable[[], None]]] = []


def offer(order: int, part: Callable[[], None]) -> None:
    """Called by an app's ready(): its own sample data, loaded after what it stands on."""
    _parts.append((order, part))


def load() -> str:
    """Everything, once, in one transaction."""
    if User.objects.exists():
        if not User.objects.filter(username=SAMPLE_USER).exists():
            raise RealData("this database has users that are not the sample's; sample data never enters a real portal")
        return "sample data is there already"
    with reading_as(SYSTEM), transaction.atomic():
        load_ward()
        load_parts()
    return f"sample data loaded: {Organisation.objects.count()} bodies, {User.objects.count()} accounts"


def load_parts() -> None:
    """Every app's own sample data, each after what it stands on."""
    for _order, part in sorted(_parts, key=lambda entry: entry[0]):
        part()


def body(kind: str, name: str, unit: Unit | None, *, symbol: str = "", parent: Organisation | None = None, initials: str = "", short: str = "", phone: str = "") -> Organisation:
    """One body with its symbol."""
    made = Organisation.objects.create(kind=kind, name=name, short_name=short, unit=unit, parent=parent, initials=initials, duty_phone=phone, valid_from=FOUNDED)
    if symbol:
        OrganisationSymbol.objects.create(organisation=made, symbol=symbol)
    return made


def account(username: str, organisation: Organisation, role: str, password: str) -> Appointment:
    """A user named for his post, appointed since the founding day."""
    user = User.objects.create(username=username, email=f"{username}@example.vn", password=password)
    post = Post.objects.get_or_create(organisation=organisation, role=role)[0]
    return Appointment.objects.create(user=user, post=post, starts_on=FOUNDED)


def load_ward() -> None:
    """Thái Nguyên's Sở and police, and the ward with its UBND, Phòng VH-XH, police and twelve establishments."""
    password = make_password(DEMO_PASSWORD)
    province = Unit.objects.on(COUNTED).get(level="province", code="19")
    ward = Unit.objects.on(COUNTED).get(level="commune", code="01840")
    committee = body(Kind.PROVINCE_PC, "Ủy ban nhân dân tỉnh Thái Nguyên", province, symbol="UBND", short="UBND tỉnh Thái Nguyên")
    department = body(Kind.DOET, "Sở Giáo dục và Đào tạo tỉnh Thái Nguyên", province, symbol="SGDĐT", parent=committee, short="Sở GD&ĐT Thái Nguyên")
    police = body(Kind.PROVINCE_POLICE, "Công an tỉnh Thái Nguyên", province, symbol="CAT")
    desks = [
        body(Kind.POLICE_DEPARTMENT, f"{name} - Công an tỉnh Thái Nguyên", province, symbol=code, parent=police, short=f"{code} Công an tỉnh Thái Nguyên")
        for code, name in (("PA03", "Phòng An ninh chính trị nội bộ"), ("PC04", "Phòng Cảnh sát điều tra tội phạm về ma túy"))
    ]
    people_committee = body(Kind.COMMUNE_PC, "Ủy ban nhân dân phường Đức Xuân", ward, symbol="UBND", parent=committee, initials="ĐX", short="UBND phường Đức Xuân")
    office = body(
        Kind.CULTURE_SOCIETY_OFFICE, "Phòng Văn hóa - Xã hội phường Đức Xuân", ward, symbol="VHXH", parent=people_committee, short="Phòng VH-XH phường Đức Xuân"
    )
    ward_police = body(Kind.COMMUNE_POLICE, "Công an phường Đức Xuân", ward, symbol="CAP", parent=police, phone="0900 000 113")
    for username, organisation, role in (
        ("ca.phuong.ducxuan", ward_police, Role.COMMUNE_OFFICER),
        ("truongca.ducxuan", ward_police, Role.COMMUNE_CHIEF),
        ("vhxh.ducxuan", office, Role.COMMUNE_EDUCATION),
        ("ubnd.ducxuan", people_committee, Role.COMMUNE_LEADER),
        ("chuyenvien.so.bk", department, Role.DOET_OFFICER),
        ("lanhdao.so.bk", department, Role.DOET_LEADER),
        ("pa03.bk", desks[0], Role.PROVINCE_POLICE),
        ("pc04.bk", desks[1], Role.PROVINCE_POLICE),
        ("vanthu.so.bk", department, Role.CLERK),
        ("dpo", department, Role.DPO),
        ("quantri", department, Role.SYSADMIN),
    ):
        account(username, organisation, role, password)
    for row in institutions():
        load_school(row, ward, people_committee, department, password)


def institutions() -> Iterable[dict[str, str]]:
    """The rows of the register."""
    with (DATA / "institutions.tsv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t")


def load_school(row: dict[str, str], ward: Unit, people_committee: Organisation, department: Organisation, password: str) -> None:
    """One establishment, its numbers, and the accounts of its principal and of the deputy in charge of safety."""
    managing = department if row["type"] in UNDER_THE_DEPARTMENT else people_committee
    name = row["name"] if "(mẫu)" in row["name"] else f"{row['name']} (mẫu)"
    organisation = body(Kind.SCHOOL, name, ward, parent=managing)
    school = School.objects.create(organisation=organisation, school_type=row["type"], managing_body=managing, department=department)
    LearnerCount.objects.create(school=school, counted_on=COUNTED, learners=int(row["learners"]), staff=int(row["staff"]), source="Số liệu mẫu")
    handle = row["code"].lower()
    account(f"hieutruong.{handle}", organisation, Role.PRINCIPAL, password)
    account(f"canbo.{handle}", organisation, Role.SCHOOL_OFFICER, password)
