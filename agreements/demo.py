"""Sample agreements: the ten real papers of the seeds, and invented ones for every province, ward and twenty schools (domain/demo_data.md 4).

Drafted and signed through the ordinary actions under a set clock. A paper whose bodies are not in the sample data is left out.
"""

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from agreements import actions
from agreements.models import Agreement
from coordination import clocks, demo
from coordination.models import SYSTEM, Appointment, Organisation, School
from coordination.models.organisations import OrganisationKind as Kind
from coordination.scope import reading_as

DATA = Path(__file__).parent / "data"
NINE = time(9, 0)
WRITTEN_AHEAD = timedelta(days=20)
PROVINCES = ("ct", "q1", "bk", "hp")
FIVE_YEARS, ONE_YEAR = (date(2026, 1, 1), date(2031, 12, 31)), (date(2026, 1, 1), date(2026, 12, 31))
SCHOOLS_OPEN, SCHOOLS_CLOSE = date(2026, 9, 7), date(2027, 8, 31)
# phường Đức Xuân and phường Bắc Kạn have 26 institutions: six without a programme, three whose programme ends in so many days.
WARDS_OF_PROGRAMMES = {"01840", "01843"}
WITHOUT = {"BK-MN-06", "BK-TH-05", "BK-CD-01", "BK-MN-08", "BK-TH-06", "BK-PT-03"}
ENDS_IN = {"BK-MN-01": 30, "BK-TH-02": 60, "BK-CS-04": 85}

Row = dict[str, str]


def load() -> None:
    """The real ones, then the invented ones from the top of the tree to the schools."""
    made = load_real()
    patterns = {row["name"]: row for row in rows("patterns")}
    for place in PROVINCES:
        made[f"ubnd.{place}"] = regulation(place, patterns["province"], made.get("root"))
    wards = [row for row in demo.rows("bodies") if row["kind"] == Kind.COMMUNE_PC and not row["valid_to"]]
    for row in wards:
        made[row["unit"]] = programme(row, patterns["ward"], made[row["parent"]])
    ward_of = {row["unit"]: row["handle"].removeprefix("ubnd.") for row in wards}
    schools = [row for row in demo.institutions() if row["unit"] in WARDS_OF_PROGRAMMES and row["code"] not in WITHOUT]
    for place, row in enumerate(schools):
        school_programme(row, ward_of[row["unit"]], f"MẪU-{place + 2:02d}", patterns["school"], made[row["unit"]])


def rows(name: str) -> list[Row]:
    """The rows of one file."""
    with (DATA / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def load_real() -> dict[str, Agreement | None]:
    """The papers that the seeds or the press name, by their names in the file; the system enters them as they were published."""
    made: dict[str, Agreement | None] = {}
    for row in rows("sample_agreements"):
        starts_on, ends_on = demo.day(row["starts_on"]), demo.day(row["ends_on"])
        given = answers(row, title=row["title"], term=(starts_on, ends_on), parent=made.get(row["parent"]))
        made[row["name"]] = enter(row["bodies"].split(), given, signed_on=demo.day(row["signed_on"]), number=row["number"])
    return made


def regulation(place: str, pattern: Row, root: Agreement | None) -> Agreement | None:
    """The regulation of a province's Sở and police for five years."""
    return enter_pattern([f"so.{place}", f"ca.{place}"], pattern, term=FIVE_YEARS, parent=root, signed_on=date(2026, 3, 16), number="MẪU-01", people=(f"chuyenvien.so.{place}", f"vanthu.so.{place}"))


def programme(row: Row, pattern: Row, above: Agreement | None) -> Agreement | None:
    """The programme of a ward's People's Committee and police for the year."""
    ward = row["handle"].removeprefix("ubnd.")
    return enter_pattern([row["handle"], f"ca.{ward}"], pattern, term=ONE_YEAR, parent=above, signed_on=date(2026, 4, 10), number="MẪU-01", people=(f"vhxh.{ward}", f"ubnd.{ward}"))


def school_programme(row: Row, ward: str, number: str, pattern: Row, above: Agreement | None) -> Agreement | None:
    """The programme of a school with its ward, for the school year or to a day soon after the day of loading."""
    ends_on = clocks.today() + timedelta(days=ENDS_IN[row["code"]]) if row["code"] in ENDS_IN else SCHOOLS_CLOSE
    bodies = [f"ubnd.{ward}", row["code"], f"ca.{ward}"]
    return enter_pattern(
        bodies, pattern, place=row["name"], term=(SCHOOLS_OPEN, ends_on), parent=above, signed_on=SCHOOLS_OPEN, number=number, people=(f"vhxh.{ward}", f"ubnd.{ward}")
    )


def enter_pattern(handles: list[str], pattern: Row, *, term: tuple[date, date], parent: Agreement | None, place: str = "", people: tuple[str, str], **signed: Any) -> Agreement | None:
    """An invented paper, named for the area of its issuer or for a school, drafted and signed by those whose work it is."""
    issuer = found(handles[0])
    if issuer is None:
        return None
    title = pattern["title"] % {"place": place or issuer.unit.in_sentence}
    drafter, signer = (Appointment.objects.with_post().get(user__username=username) for username in people)
    return enter(handles, answers(pattern, title=title, term=term, parent=parent), drafter=drafter, signer=signer, **signed)


def answers(row: Row, *, title: str, term: tuple[date | None, date | None], parent: Agreement | None) -> dict[str, Any]:
    """A draft as its form would give it; the files have "|" between legal bases."""
    said = {"kind": row["kind"], "symbol": row["symbol"], "legal_bases": row["legal_bases"].replace("|", "\n"), "public": row["public"] == "yes"}
    return said | {"title": title, "starts_on": term[0], "ends_on": term[1], "parent": parent}


def enter(handles: list[str], given: dict[str, Any], *, signed_on: date | None, number: str, drafter: Any = SYSTEM, signer: Any = SYSTEM) -> Agreement | None:
    """Drafted three weeks before it was signed; nothing when one of its bodies is not loaded."""
    bodies = [found(handle) for handle in handles]
    if not all(bodies):
        return None
    with clocks.set_to(morning((signed_on or clocks.today()) - WRITTEN_AHEAD)), reading_as(drafter):
        agreement = actions.draft(by=drafter, issuer=bodies[0], answers=given | {"bodies": bodies[1:]})
    if signed_on is None:
        return agreement
    with clocks.set_to(morning(signed_on)), reading_as(signer):
        return actions.sign(agreement, by=signer, signed_on=signed_on, number=number, symbol=given["symbol"] if number else "")


def found(handle: str) -> Organisation | None:
    """A body of the sample data by its handle, a school by its code; nothing when it is not loaded."""
    try:
        return demo.school_of(handle).organisation if handle.isupper() else demo.body_of(handle)
    except (Organisation.DoesNotExist, School.DoesNotExist):
        return None


def morning(day: date) -> datetime:
    """Nine o'clock of a day."""
    return clocks.at(day, NINE)
