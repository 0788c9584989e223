"""What does not fit between the records and the trail: rows that no act made, acts whose row is gone, rows changed past the portal."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from coordination.models.people import SYSTEM
from coordination.models.trail import TrailLine
from coordination.trail.values import columns_of, hash_of

# What may take a row away, or empty it, by the rules of keeping.
ENDINGS = frozenset({"dispose", "erase", "discard"})
EVERY = Q()


@dataclass(frozen=True)
class Expected:
    """Rows of one model that only these acts bring into being; `rows` leaves out what is no act yet, as a draft."""

    model: Any
    acts: frozenset[str]
    rows: Q
    apart: frozenset[str]
    named: str


_expected: list[Expected] = []


def expect(model: Any, *acts: str, rows: Q = EVERY, apart: Iterable[str] = (), named: str = "") -> None:
    """An app names a kind of record and the acts that make it. `apart` are columns that change without a line of their row; with `named`
    the lines are about another row and name this one in their detail. Called by ready()."""
    _expected.append(Expected(model, frozenset(acts), rows, frozenset(apart), named))


def models_with(column: str) -> list[Any]:
    """The expected models that have a column."""
    return [each.model for each in _expected if any(each_column.name == column for each_column in each.model._meta.concrete_fields)]


def findings() -> Iterator[str]:
    """Everything that does not fit, as ids; for SYSTEM."""
    for each in _expected:
        heard = hear(each)
        rows = every(each.model)
        there, needed = (set(found.values_list("pk", flat=True)) for found in (rows, rows.filter(each.rows)))
        name = each.model._meta.label_lower
        yield from (f"row without a line: {name} {pk}" for pk in sorted(needed - heard.made))
        yield from (f"line without a row: {name} {pk}" for pk in sorted(heard.made - heard.ended - there))
        yield from changed(each, rows, heard.told)


def every(model: Any) -> Any:
    """Every row of a model, scoped or public."""
    rows = model._default_manager.all()
    return rows.visible_to(SYSTEM) if hasattr(rows, "visible_to") else rows


@dataclass
class Heard:
    """What the lines say of one kind of record: rows made, rows taken away or emptied, and each row's columns as last told."""

    made: set[int] = field(default_factory=set)
    ended: set[int] = field(default_factory=set)
    told: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))


def hear(each: Expected) -> Heard:
    """The lines about one kind of record, first to last."""
    heard = Heard()
    lines = TrailLine.objects.order_by("position", "pk")
    if each.named:
        found = lines.filter(act__in=each.acts, detail__has_key=each.named).values_list(f"detail__{each.named}", flat=True)
        heard.made.update(found.iterator(chunk_size=5000))
        return heard
    about = lines.filter(about_model=each.model._meta.label_lower).values_list("about_id", "act", "wrote")
    for pk, act, wrote in about.iterator(chunk_size=5000):
        if act in each.acts:
            heard.made.add(pk)
        if act in ENDINGS:
            heard.ended.add(pk)
            heard.told.pop(pk, None)
        heard.told[pk] |= wrote
    return heard


def changed(each: Expected, rows: Any, told: dict[int, dict[str, str]]) -> Iterator[str]:
    """Rows of which a column no longer says what the trail last told of it."""
    columns = [column for column in columns_of(each.model) if column.name not in each.apart]
    for row in rows.order_by("pk").iterator(chunk_size=500):
        known = told.get(row.pk, {})
        differing = [column.name for column in columns if column.name in known and known[column.name] != hash_of(row, column)]
        if differing:
            yield f"changed past the portal: {each.model._meta.label_lower} {row.pk} {', '.join(differing)}"
