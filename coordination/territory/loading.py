"""Load the dated units and successions that stand in coordination/data/territory."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.db import models, transaction

from coordination.folding import fold
from coordination.models.territory import Kind, Level, Unit, UnitSuccession

FOLDER = Path(__file__).resolve().parent.parent / "data" / "territory"
LEVELS = {2: Level.PROVINCE, 3: Level.DISTRICT, 5: Level.COMMUNE}
WORDS = {
    Kind.PROVINCE: "Tỉnh",
    Kind.CITY: "Thành phố",
    Kind.URBAN_DISTRICT: "Quận",
    Kind.RURAL_DISTRICT: "Huyện",
    Kind.TOWN: "Thị xã",
    Kind.CITY_OF_PROVINCE: "Thành phố",
    Kind.WARD: "Phường",
    Kind.COMMUNE: "Xã",
    Kind.TOWNSHIP: "Thị trấn",
    Kind.SPECIAL_ZONE: "Đặc khu",
}
Identity = tuple[str, date | None]


def load_territory(using: str) -> dict[str, int]:
    """Bring the tables to the state of the files and count what stands there. Rows are added or corrected, never removed."""
    sources = {row["source"]: row["text"] for row in rows("sources")}
    with transaction.atomic(using=using):
        units = load_units(using, sources)
        links = load_successions(using, sources, units)
    return {"units": len(units), "successions": links}


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one file, by the names in its first line."""
    with (FOLDER / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def day(text: str) -> date | None:
    """A day, or nothing where the file says nothing."""
    return date.fromisoformat(text) if text else None


def load_units(using: str, sources: dict[str, str]) -> dict[Identity, Unit]:
    """Write the units, provinces first, since a child needs the key of its parent."""
    by_code: dict[str, list[Unit]] = defaultdict(list)
    waiting = list(rows("units"))
    for length in LEVELS:
        batch = [unit_of(row, sources, by_code) for row in waiting if len(row["code"]) == length]
        write(using, batch, key=["code", "level", "valid_from"])
        for unit in batch:
            by_code[unit.code].append(unit)
    return {(unit.code, unit.valid_from): unit for same in by_code.values() for unit in same}


def unit_of(row: dict[str, str], sources: dict[str, str], by_code: dict[str, list[Unit]]) -> Unit:
    """One row as a unit: the level is told by the length of the code, the parent by its code and the days."""
    unit = Unit(code=row["code"], kind=row["kind"], name=row["name"], valid_from=day(row["valid_from"]), valid_to=day(row["valid_to"]))
    unit.level = LEVELS[len(unit.code)]
    unit.full_name = f"{WORDS[Kind(unit.kind)]} {unit.name}"
    unit.folded = fold(unit.full_name)
    unit.source = sources[row["source"]]
    if row["parent"]:
        unit.parent_id = next(parent.pk for parent in by_code[row["parent"]] if covers(parent, unit))
    return unit


def covers(parent: Unit, unit: Unit) -> bool:
    """Whether the parent was in force during the whole life of the unit."""
    first, last = date.min, date.max
    return (parent.valid_from or first) <= (unit.valid_from or first) and (unit.valid_to or last) <= (parent.valid_to or last)


def load_successions(using: str, sources: dict[str, str], units: dict[Identity, Unit]) -> int:
    """Write what became of every ended unit."""
    links = [
        UnitSuccession(
            old_id=units[row["old"], day(row["old_from"])].pk,
            new_id=units[row["new"], day(row["new_from"])].pk,
            on=day(row["on"]),
            whole=row["whole"] == "1",
            is_default=row["default"] == "1",
            source=sources[row["source"]],
        )
        for row in rows("successions")
    ]
    write(using, links, key=["old", "new"])
    return len(links)


def write(using: str, batch: list[models.Model], key: list[str]) -> None:
    """Insert in bulk what is not there yet; a row of the same key takes the values of the file."""
    rows_of = type(batch[0])._default_manager.using(using)
    columns = [field.attname for field in rows_of.model._meta.concrete_fields if not field.primary_key]
    there = {row[1:]: row[0] for row in rows_of.values_list("pk", *columns)}
    for item in batch:
        item.pk = there.get(tuple(getattr(item, column) for column in columns))
    missing = [item for item in batch if item.pk is None]
    changing = [column for column in columns if column.removesuffix("_id") not in key]
    rows_of.bulk_create(missing, batch_size=2000, update_conflicts=True, unique_fields=key, update_fields=changing)
