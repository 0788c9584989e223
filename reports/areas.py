"""Areas a report may be about: a province, a commune, or the communes of today where a district was until 30/06/2025.

A case keeps the commune of its day (ground.md 13), so an area is a set of communes, those of today and those that went into them.
A commune of today that took land of several districts belongs whole to one of them: where it is the main successor of most of the
old communes (then: of most of their parts, then the lowest code). So the areas of a province never overlap and together are the
province (docs/decisions/0028-areas-of-former-districts.md).
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from coordination import clocks
from coordination.models import Organisation, Unit, UnitSuccession
from coordination.models.territory import Level
from incidents.figures import absorbed

LAST_DAY_OF_DISTRICTS = date(2025, 6, 30)  # Luật 72/2025/QH15


@dataclass(frozen=True)
class Cluster:
    """The communes of today that stand for a former district, and what is odd about their edges."""

    communes: tuple[Unit, ...]
    partly_inside: tuple[Unit, ...]
    counted_elsewhere: tuple[Unit, ...]


def communes_of(province: Unit) -> list[Unit]:
    """The communes of today, by name."""
    return list(Unit.objects.on(clocks.today()).filter(parent=province, level=Level.COMMUNE).order_by("full_name"))


def districts_of(province: Unit) -> list[Unit]:
    """The districts that its land had on their last day, by name; also those of a province that went into it."""
    there = Unit.objects.on(LAST_DAY_OF_DISTRICTS).filter(level=Level.DISTRICT, parent__in=absorbed({province.pk}))
    return list(there.order_by("full_name", "code"))


def offered_to(body: Organisation) -> list[Unit]:
    """The areas a body may report about, its own first: a province may also take a commune or a former district of its own."""
    if body.unit.level != Level.PROVINCE:
        return [body.unit]
    return [body.unit, *districts_of(body.unit), *communes_of(body.unit)]


def province_of(area: Unit) -> Unit:
    """The province of today in which an area lies."""
    if area.level == Level.COMMUNE:
        return area.parent
    found = area if area.level == Level.PROVINCE else area.parent
    while found.valid_to and found.valid_to <= clocks.today():
        found = UnitSuccession.objects.select_related("new").get(old=found, whole=True).new
    return found


def parts_by_district(communes: list[Unit]) -> dict[int, Counter[int]]:
    """For each commune of today: from which districts it came; 1,000 for an old commune whose main successor it is, 1 for any other part."""
    came_from: dict[int, Counter[int]] = defaultdict(Counter)
    through: dict[int, set[int]] = {commune.pk: {commune.pk} for commune in communes}
    while through:
        links = UnitSuccession.objects.filter(new__in=through).select_related("old__parent")
        further: dict[int, set[int]] = defaultdict(set)
        for link in links:
            for commune in through[link.new_id]:
                if link.old.level == Level.DISTRICT:
                    came_from[commune][link.old_id] += 1  # an island district had no communes
                elif link.old.parent.level == Level.DISTRICT:
                    came_from[commune][link.old.parent_id] += 1000 * link.is_default + 1
                else:
                    further[link.old_id].add(commune)
        through = further
    return came_from


def homes(came_from: dict[int, Counter[int]]) -> dict[int, int]:
    """The one district each commune of today is counted with."""
    codes = dict(Unit.objects.filter(pk__in={each for parts in came_from.values() for each in parts}).values_list("pk", "code"))
    return {commune: min(parts, key=lambda each: (-parts[each], codes[each])) for commune, parts in came_from.items()}


def homes_in(province: Unit) -> dict[int, int]:
    """The same for all communes of a province."""
    return homes(parts_by_district(communes_of(province)))


def cluster_of(district: Unit) -> Cluster:
    """The communes of today that a former district stands for."""
    communes = communes_of(province_of(district))
    came_from = parts_by_district(communes)
    home = homes(came_from)
    touching = [commune for commune in communes if district.pk in came_from[commune.pk]]
    inside = tuple(commune for commune in touching if home[commune.pk] == district.pk)
    return Cluster(inside, tuple(commune for commune in inside if len(came_from[commune.pk]) > 1), tuple(commune for commune in touching if home[commune.pk] != district.pk))


def units_within(area: Unit) -> set[int]:
    """Every unit, of today and of before, whose cases and returns an area counts.

    A former district also keeps its old communes that were divided: their cases lie in no commune of today.
    """
    if area.level != Level.DISTRICT:
        return absorbed({area.pk})
    all_of_today = absorbed({commune.pk for commune in communes_of(province_of(area))})
    divided = set(Unit.objects.filter(parent=area, level=Level.COMMUNE).values_list("pk", flat=True)) - all_of_today
    return absorbed({commune.pk for commune in cluster_of(area).communes}) | divided
