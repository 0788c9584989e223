"""The bodies of the sample data: five localities, what stood there before, and institutions that do not exist. Each app adds its own part.

Source: domain/demo_data.md 1-3 and 5. The rows stand in data/demo. Every institution's name carries "(mẫu)"; people appear as posts.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib.auth.hashers import make_password
from django.db import transaction

from coordination.folding import fold
from coordination.models import SYSTEM, Appointment, FactorSecret, LearnerCount, Location, Organisation, OrganisationSuccession, OrganisationSymbol, Post, Role, School, Unit, User
from coordination.models.organisations import OrganisationKind as Kind
from coordination.scope import reading_as

DATA = Path(__file__).parent / "data" / "demo"
DEMO_PASSWORD = "Truong-hoc-an-toan-2026"
FOUNDED = date(2025, 7, 1)
COUNTED = date(2026, 9, 5)

SAMPLE_USER = "hieutruong.bk-cs-01"
FIRST_TO_TRY = (
    SAMPLE_USER, "canbo.bk-cs-01", "hieutruong.bk-pt-02", "ca.phuong.ducxuan", "truongca.ducxuan", "pc04.bk", "vhxh.ducxuan", "ubnd.ducxuan",
    "chuyenvien.so.bk", "lanhdao.so.bk", "vanthu.so.bk", "dpo", "quantri",
)  # fmt: skip
WARD = "01840"
WARD_BODIES = {"ubnd.bk", "so.bk", "ca.bk", "pa03.bk", "pc04.bk", "ubnd.ducxuan", "vhxh.ducxuan", "ca.ducxuan"}
COUNSELLORS = ("bk-cs-01", "bk-pt-01", "dh-th-01", "q1-cs-01", "q1-pt-01", "ct-cs-01", "ct-pt-01", "hp-cs-01", "hp-pt-01")
ACCOUNTS = {
    Kind.DOET: (("chuyenvien.so", Role.DOET_OFFICER), ("lanhdao.so", Role.DOET_LEADER), ("treem.so", Role.CHILD_PROTECTION), ("vanthu.so", Role.CLERK)),
    Kind.COMMUNE_PC: (("ubnd", Role.COMMUNE_LEADER),),
    Kind.CULTURE_SOCIETY_OFFICE: (("vhxh", Role.COMMUNE_EDUCATION), ("treem", Role.CHILD_PROTECTION)),
    Kind.COMMUNE_POLICE: (("ca.phuong", Role.COMMUNE_OFFICER), ("truongca", Role.COMMUNE_CHIEF)),
    Kind.STEERING_COMMITTEE: (("bcd138", Role.COMMUNE_LEADER),),
}

Row = dict[str, str]
Account = tuple[str, Organisation, str]


class RealData(Exception):
    """The database belongs to real people."""


_parts: list[tuple[int, Callable[[], None]]] = []


def offer(order: int, part: Callable[[], None]) -> None:
    """Called by an app's ready(): its own sample data, loaded after what it stands on."""
    _parts.append((order, part))


def holder(username: str) -> Appointment:
    """The appointment behind a sample account."""
    return Appointment.objects.with_post().get(user__username=username)


def load() -> str:
    """Everything, once, in one transaction."""
    if User.objects.exists():
        if not User.objects.filter(username=SAMPLE_USER).exists():
            raise RealData("this database has users that are not the sample's; sample data never enters a real portal")
        return "sample data is there already"
    with reading_as(SYSTEM), transaction.atomic():
        load_localities()
        load_parts()
    return f"sample data loaded: {Organisation.objects.count()} bodies, {User.objects.count()} accounts"


def load_parts() -> None:
    """Every app's own sample data, each after what it stands on."""
    for _order, part in sorted(_parts, key=lambda entry: entry[0]):
        part()


def load_localities() -> None:
    """Cần Thơ, Quận 1, Bắc Kạn, Dư Hàng and Hải Phòng: every body and institution, and counsellors in a few schools."""
    settle(rows("bodies"), institutions())
    appoint([(f"tuvan.{school}", school_of(school).organisation, Role.COUNSELLOR) for school in COUNSELLORS])


def load_ward() -> None:
    """One ward alone: Thái Nguyên's Sở and police, phường Đức Xuân with its UBND, Phòng VH-XH, police and twelve establishments."""
    settle([row for row in rows("bodies") if row["handle"] in WARD_BODIES], [row for row in institutions() if row["unit"] == WARD])


def institutions() -> list[Row]:
    """The rows of the register."""
    return rows("institutions")


@cache
def rows(name: str) -> list[Row]:
    """The rows of one file."""
    with (DATA / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def body_of(handle: str) -> Organisation:
    """A body by its handle in bodies.tsv: `ca.ducxuan`, `so.hp`, `pgd.quan1`."""
    row = next(row for row in rows("bodies") if row["handle"] == handle)
    return Organisation.objects.get(name=row["name"], valid_to=day(row["valid_to"]))


def school_of(code: str) -> School:
    """A school by its code in institutions.tsv, in capitals or not."""
    return School.objects.select_related("organisation").get(organisation__posts__appointments__user__username=f"hieutruong.{code.lower()}")


def settle(bodies: list[Row], schools: list[Row]) -> None:
    """Bodies, then schools, then the accounts of both."""
    made = make_bodies(bodies)
    accounts = [account for row in bodies if not row["valid_to"] for account in accounts_of(row["handle"], made[row["handle"]])]
    accounts += [("dpo", made["so.bk"], Role.DPO), ("quantri", made["so.bk"], Role.SYSADMIN)]
    for row, school in zip(schools, make_schools(schools, made), strict=True):
        handle = row["code"].lower()
        accounts += [(f"hieutruong.{handle}", school.organisation, Role.PRINCIPAL), (f"canbo.{handle}", school.organisation, Role.SCHOOL_OFFICER)]
    appoint(accounts)


def make_bodies(wanted: list[Row]) -> dict[str, Organisation]:
    """Bodies by handle, with what they belong to, their symbols (the first is the current one) and who took over from them."""
    units = units_of(wanted)
    made = {row["handle"]: new_body(row, units) for row in wanted}
    Organisation.objects.bulk_create(made.values())
    for row in wanted:
        made[row["handle"]].parent = made.get(row["parent"])
    Organisation.objects.bulk_update(made.values(), ["parent"])
    OrganisationSymbol.objects.bulk_create(
        OrganisationSymbol(organisation=made[row["handle"]], symbol=symbol, is_current=place == 0) for row in wanted for place, symbol in enumerate(row["symbols"].split())
    )
    OrganisationSuccession.objects.bulk_create(OrganisationSuccession(before=made[row["handle"]], after=made[after]) for row in wanted for after in row["successors"].split())
    return made


def new_body(row: Row, units: dict[str, list[Unit]]) -> Organisation:
    """One body, in the unit that was in force while it worked."""
    ends = day(row["valid_to"])
    return Organisation(
        kind=row["kind"],
        name=row["name"],
        short_name=row["short_name"],
        folded=fold(row["name"]),
        initials=row["initials"],
        duty_phone=row["phone"],
        unit=in_force(units, row["unit"], ends - timedelta(days=1) if ends else COUNTED),
        valid_from=day(row["valid_from"]),
        valid_to=ends,
    )


def make_schools(wanted: list[Row], bodies: dict[str, Organisation]) -> list[School]:
    """Schools with their managing bodies, their numbers, and every unit in which they stood."""
    units = units_of(wanted)
    made = [
        Organisation(kind=Kind.SCHOOL, name=row["name"], folded=fold(row["name"]), unit=in_force(units, row["unit"], COUNTED), parent=bodies[row["managed_by"]], address=row["address"])
        for row in wanted
    ]
    Organisation.objects.bulk_create(made)
    pairs = list(zip(wanted, made, strict=True))
    schools = School.objects.bulk_create(
        School(organisation=body, school_type=row["type"], managing_body=body.parent, department=bodies[row["department"]]) for row, body in pairs
    )
    LearnerCount.objects.bulk_create(
        LearnerCount(school=school, counted_on=COUNTED, learners=int(row["learners"]), staff=int(row["staff"]), source="Số liệu mẫu") for row, school in zip(wanted, schools, strict=True)
    )
    first = {unit.code: unit for unit in Unit.objects.filter(code__in={row["first_unit"] for row in wanted}, valid_from=None)}
    Location.objects.bulk_create(stay for row, school in zip(wanted, schools, strict=True) for stay in stays(school, first[row["first_unit"]]))
    return schools


def stays(school: School, unit: Unit) -> Iterable[Location]:
    """From the first unit recorded to the one of today; where a unit was split, the ward of the school's address decides, before that the default."""
    starts = None
    while unit.valid_to:
        yield Location(school=school, unit=unit, starts_on=starts, ends_on=unit.valid_to)
        starts, links = unit.valid_to, unit.successions.select_related("new")
        unit = max(links, key=lambda link: (link.new_id == school.organisation.unit_id, link.is_default)).new
    yield Location(school=school, unit=unit, starts_on=starts)


def accounts_of(handle: str, organisation: Organisation) -> list[Account]:
    """Who works at a body: `ca.phuong.ducxuan`, `chuyenvien.so.bk`, `pa03.bk`."""
    word, _dot, place = handle.partition(".")
    held = ((word, Role.PROVINCE_POLICE), (f"truong{word}", Role.PROVINCE_POLICE_HEAD)) if organisation.kind == Kind.POLICE_DEPARTMENT else ACCOUNTS.get(organisation.kind, ())
    return [(f"{name}.{place}", organisation, role) for name, role in held]


def appoint(accounts: list[Account]) -> None:
    """Users named for their posts, with one password and a secret of their own for the codes, appointed since the founding day."""
    password = make_password(DEMO_PASSWORD)
    users = User.objects.bulk_create(User(username=username, email=f"{username}@example.vn", password=password) for username, _body, _role in accounts)
    posts = Post.objects.bulk_create(Post(organisation=body, role=role) for _username, body, role in accounts)
    Appointment.objects.bulk_create(Appointment(user=user, post=post, starts_on=FOUNDED) for user, post in zip(users, posts, strict=True))
    secrets = FactorSecret.objects.bulk_create(FactorSecret(secret=generate_totp_secret()) for _user in users)
    Authenticator.objects.bulk_create(Authenticator(user=user, type=Authenticator.Type.TOTP, data={"secret": str(secret.uid)}) for user, secret in zip(users, secrets, strict=True))


def units_of(wanted: list[Row]) -> dict[str, list[Unit]]:
    """Every unit that ever had one of the codes, by code."""
    found: dict[str, list[Unit]] = defaultdict(list)
    for unit in Unit.objects.filter(code__in={row["unit"] for row in wanted}):
        found[unit.code].append(unit)
    return found


def in_force(units: dict[str, list[Unit]], code: str, on: date) -> Unit | None:
    """The unit that had the code on a day; a ministry has none."""
    return next((unit for unit in units[code] if (unit.valid_from or date.min) <= on < (unit.valid_to or date.max)), None) if code else None


def day(text: str) -> date | None:
    """A day, or nothing where the file says nothing."""
    return date.fromisoformat(text) if text else None
