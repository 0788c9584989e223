"""Find a unit by its own name or by a name it had: "du hang" finds phường Lê Chân."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.db import connection
from django.db.models import Case, Q, When
from django.utils.translation import gettext as _

from coordination.folding import fold, vi_sort_key
from coordination.models.territory import Unit
from coordination.territory.loading import WORDS

CANDIDATES = 200
# Every way from a unit found by name to the units that hold its land on the day asked. A way is a row of keys.
WAYS = """
with recursive way (last, keys, sure, alive) as (
    select id, array[id], true, valid_to is null or valid_to > %(day)s
      from coordination_unit where id = any(%(found)s)
    union all
    select new.id, way.keys || new.id, way.sure and link.is_default, new.valid_to is null or new.valid_to > %(day)s
      from way
      join coordination_unitsuccession link on link.old_id = way.last
      join coordination_unit new on new.id = link.new_id
     where not way.alive and link."on" <= %(day)s
)
select keys, sure from way where alive
"""


@dataclass(frozen=True)
class Found:
    """A unit in force, and the way that led to it: itself alone, or a name of the past and what followed."""

    unit: Unit
    way: tuple[Unit, ...]
    sure: bool

    @property
    def path(self) -> str:
        """The way in words, empty for a unit found by its own name."""
        steps = [unit.in_sentence for unit in self.way]
        if len(steps) == 1:
            return ""
        steps[0] = _("%(unit)s (đến %(day)s)") % {"unit": steps[0], "day": f"{self.way[0].valid_to - timedelta(days=1):%d/%m/%Y}"}
        return " → ".join(steps)


def find_units(query: str, *, on: date, limit: int = 20) -> list[Found]:
    """Units in force on a day whose name, or a predecessor's, has words beginning like the query. Three database queries."""
    words = fold(query)
    if not words:
        return []
    whole = whole_names(words)
    places = {key: place for place, key in enumerate(named_like(words, on))}
    ways = ways_to_the_day(list(places), on)
    units = Unit.objects.select_related("parent").in_bulk({key for keys, _sure in ways for key in keys})
    best: dict[int, tuple[tuple, Found]] = {}
    for keys, sure in ways:
        found = Found(units[keys[-1]], without_echo([units[key] for key in keys]), sure)
        order = (len(found.way) > 1, found.way[0].folded not in whole, not sure, places[keys[0]], vi_sort_key(found.unit.name))
        if found.unit.pk not in best or order < best[found.unit.pk][0]:
            best[found.unit.pk] = (order, found)
    return [found for _order, found in sorted(best.values(), key=lambda pair: pair[0])][:limit]


def named_like(words: str, on: date) -> list[int]:
    """Units of that day or before it whose name fits, the nearest and the living first."""
    fits = Q(folded__startswith=words) | Q(folded__contains=f" {words}")
    near = Case(When(folded__in=whole_names(words), then=0), default=1)
    alive = Case(When(Q(valid_to=None) | Q(valid_to__gt=on), then=0), default=1)
    begun = Unit.objects.filter(Q(valid_from=None) | Q(valid_from__lte=on))
    return list(begun.filter(fits).order_by(near, alive, "name", "pk").values_list("pk", flat=True)[:CANDIDATES])


def ways_to_the_day(found: list[int], on: date) -> list[tuple[list[int], bool]]:
    """The ways of WAYS; "sure" when every step takes the successor proposed by default."""
    with connection.cursor() as cursor:
        cursor.execute(WAYS, {"found": found, "day": on})
        return cursor.fetchall()


def whole_names(words: str) -> set[str]:
    """The folded names that the words give in full, with or without what the unit is called."""
    return {words, *(f"{fold(called)} {words}" for called in WORDS.values())}


def without_echo(way: list[Unit]) -> tuple[Unit, ...]:
    """Leave out a step that only changed its parent: the same code under the same name."""
    kept = [unit for unit, after in pairwise(way) if (unit.code, unit.full_name) != (after.code, after.full_name)]
    return (*kept, way[-1])
