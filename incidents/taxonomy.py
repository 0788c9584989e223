"""The taxonomy and its clocks, from the shipped files into their tables; read again at any time without harm."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.db import transaction

from coordination.clocks import Clock
from incidents.models.taxonomy import ClockRule, Kind, SourceKind

DATA = Path(__file__).parent / "data"
YES_OR_NO = {"yes": True, "no": False}


def load_taxonomy(using: str = "default") -> tuple[int, int]:
    """Load kinds and clock rules and say how many of each.

    A file row replaces the table row of the same code and first day: to change a kind in a province, end it and add a row
    with a later first day. A clock set by an agreement stays as the agreement has it.
    """
    kinds, rules = list(read_kinds()), list(read_clock_rules())
    with transaction.atomic(using=using):
        upsert(kinds, ["code", "valid_from"], using)
        agreed = set(ClockRule.objects.using(using).filter(source_kind=SourceKind.AGREEMENT).values_list("step", "severity"))
        upsert([rule for rule in rules if (rule.step, rule.severity) not in agreed], ["step", "severity"], using)
    return len(kinds), len(rules)


def labels() -> Iterator[str]:
    """What kinds are called; anybody may read it."""
    yield from Kind.objects.values_list("label", flat=True)


def upsert(rows: list[Kind] | list[ClockRule], key: list[str], using: str) -> None:
    """Insert the rows, or bring those of the same key up to date, in one statement."""
    model = type(rows[0])
    columns = [field.name for field in model._meta.concrete_fields if not field.primary_key and field.name not in key]
    model.objects.using(using).bulk_create(rows, update_conflicts=True, unique_fields=key, update_fields=columns)


def read_kinds() -> Iterator[Kind]:
    """The kinds of `data/kinds.tsv`, unsaved, checked field by field; their order in a group is that of the file."""
    for place, row in enumerate(rows_of("kinds.tsv"), 1):
        kind = Kind(
            **{name: row[name] for name in ("code", "group", "label", "min_severity", "report", "at_once_to", "police_offence", "source", "source_kind")},
            child_protection=YES_OR_NO[row["child_protection"]],
            restricted=YES_OR_NO[row["restricted"]],
            most_used=int(row["most_used"]) if row["most_used"] else None,
            place=place,
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        )
        kind.clean_fields()
        yield kind


def read_clock_rules() -> Iterator[ClockRule]:
    """The clocks of `data/deadlines.tsv`, unsaved and checked."""
    for row in rows_of("deadlines.tsv"):
        rule = ClockRule(**row)
        rule.clean_fields()
        Clock.read(rule.clock)
        yield rule


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """The rows of a tab-separated file by column name; quotation marks are ordinary letters."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
