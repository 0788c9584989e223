"""The register of schools as numbers: what a unit holds on a day (ORG-3)."""

from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from coordination.models.organisations import LearnerCount, School
from coordination.models.territory import Unit


def schools_of(unit: Unit, day: date) -> list[School]:
    """Schools standing in a unit (a commune, or every commune of a province) on a day, with `learners` and `staff` of the latest count."""
    return list(counted(School.objects.filter(Q(organisation__unit=unit) | Q(organisation__unit__parent=unit)), day))


def counted(schools: Any, day: date) -> Any:
    """Schools in force on the day, each with the numbers of its latest count up to that day."""
    latest = LearnerCount.objects.filter(school=OuterRef("pk"), counted_on__lte=day).order_by("-counted_on")
    return (
        schools.filter(Q(organisation__valid_from=None) | Q(organisation__valid_from__lte=day), Q(organisation__valid_to=None) | Q(organisation__valid_to__gt=day))
        .annotate(learners=Subquery(latest.values("learners")[:1]), staff=Subquery(latest.values("staff")[:1]))
        .select_related("organisation__unit", "managing_body")
        .order_by("school_type", "organisation__name")
    )
