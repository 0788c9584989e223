"""The register of schools as numbers: what a unit holds on a day, added up by type and by ward (ORG-3)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from coordination.folding import vi_sort_key
from coordination.models.organisations import LearnerCount, Location, School, SchoolType
from coordination.models.territory import Unit


@dataclass(frozen=True)
class Line:
    """One row of a sum: a type of establishment or a ward, with what was counted there."""

    label: str
    schools: int
    learners: int
    staff: int
    unit: int | None = None


def whole(lines: list[Line]) -> Line:
    """The last row of a table."""
    return Line("", sum(line.schools for line in lines), sum(line.learners for line in lines), sum(line.staff for line in lines))


def schools_of(unit: Unit, day: date) -> Any:
    """Schools of the day in a unit: a commune, or every commune of a province. Of a unit that has ended: those that stood on its land when it did."""
    if unit.valid_to is None or unit.valid_to > day:
        return counted(School.objects.filter(Q(organisation__unit=unit) | Q(organisation__unit__parent=unit)), day)
    stood = Location.objects.on(unit.valid_to - timedelta(days=1)).filter(Q(unit=unit) | Q(unit__parent=unit) | Q(unit__parent__parent=unit))
    return counted(School.objects.filter(Exists(stood.filter(school=OuterRef("pk")))), day)


def schools_once_here(unit: Unit, day: date) -> Any:
    """Schools of other wards that stood in a unit of which this one took a part; `stood_in` is its name. Which ward a school is in was decided by its address."""
    stood = Location.objects.filter(school=OuterRef("pk"), unit__successions__new=unit, ends_on=F("unit__successions__on"))
    elsewhere = School.objects.filter(Exists(stood)).exclude(organisation__unit=unit)
    return counted(elsewhere, day).annotate(stood_in=Subquery(stood.values("unit__full_name")[:1], output_field=CharField()))


def counted(schools: Any, day: date) -> Any:
    """Schools in force on the day, each with the numbers of its latest count up to that day."""
    latest = LearnerCount.objects.filter(school=OuterRef("pk"), counted_on__lte=day).order_by("-counted_on")
    return (
        schools.filter(Q(organisation__valid_from=None) | Q(organisation__valid_from__lte=day), Q(organisation__valid_to=None) | Q(organisation__valid_to__gt=day))
        .annotate(learners=Subquery(latest.values("learners")[:1]), staff=Subquery(latest.values("staff")[:1]))
        .select_related("organisation__unit", "managing_body")
        .order_by("school_type", "organisation__name")
    )


def by_type(schools: Any) -> list[Line]:
    """Schools of `counted` added up by type, in the order of the types."""
    found = {row["school_type"]: row for row in added(schools, "school_type")}
    return [Line(str(kind.label), *numbers(found[kind])) for kind in SchoolType if kind in found]


def by_unit(schools: Any) -> list[Line]:
    """The same added up by the ward in which each stands today, by name."""
    found = added(schools, "organisation__unit", "organisation__unit__full_name", "organisation__unit__name")
    found = sorted(found, key=lambda row: vi_sort_key(row["organisation__unit__name"]))
    return [Line(row["organisation__unit__full_name"], *numbers(row), unit=row["organisation__unit"]) for row in found]


def added(schools: Any, *names: str) -> Any:
    """Sums made by the database, one row per combination of the names."""
    return schools.order_by().values(*names).annotate(many=Count("pk"), all_learners=Coalesce(Sum("learners"), 0), all_staff=Coalesce(Sum("staff"), 0))


def numbers(row: dict[str, Any]) -> tuple[int, int, int]:
    """The three numbers of a sum."""
    return row["many"], row["all_learners"], row["all_staff"]
