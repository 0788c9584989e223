"""The map: an area's profile with its register, and the search that knows old names."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from coordination import clocks, params
from coordination.access import action
from coordination.folding import fold
from coordination.models import School, Unit
from coordination.registers import schools_of
from coordination.territory import find_units


@action("area.read")
@require_GET
def area(request: HttpRequest) -> HttpResponse:
    """Search units by their names of today and of the past ("du hang" finds phường Lê Chân), and schools."""
    asked = params.read(request, q=params.text(80))
    word = asked["q"] or ""
    here = request.actor.organisation.unit
    found = find_units(word, on=clocks.today(), limit=20) if word else []
    schools = schools_named(word)[:20] if word else []
    return render(request, "coordination/area.html", {"q": word, "found": found, "schools": schools, "here": here})


def schools_named(word: str) -> Any:
    """Schools whose folded name holds the folded word."""
    return School.objects.filter(organisation__folded__contains=fold(word)).select_related("organisation__unit", "managing_body").order_by("organisation__name")


@action("area.read")
@require_GET
def area_profile(request: HttpRequest, unit: int) -> HttpResponse:
    """A unit: its past, its schools and the sums of the register."""
    found = get_object_or_404(Unit.objects.select_related("parent"), pk=unit)
    return render(request, "coordination/area_profile.html", {"unit": found, "profile": profile_of(found)})


def profile_of(unit: Unit) -> dict[str, Any]:
    """Schools of a unit with their latest counts, and the sums they add up to (ORG-3)."""
    rows = schools_of(unit, clocks.today())
    return {"rows": rows, "schools": len(rows), "learners": sum(row.learners or 0 for row in rows), "staff": sum(row.staff or 0 for row in rows)}
