"""The map: an area's profile with its register, of today or of the past, and the search that knows old names."""

from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from coordination import clocks
from coordination.access import action
from coordination.folding import fold, vi_sort_key
from coordination.models import Organisation, School, Unit, UnitSuccession
from coordination.models.organisations import OrganisationKind, SchoolType
from coordination.models.territory import Level
from coordination.territory import find_units
from coordination.territory.registers import by_type, by_unit, schools_of, schools_once_here, whole
from coordination.territory.search import named_like, ways_to_the_day
from coordination.web import params

SHOWN = 20
TYPES = list(SchoolType)
KINDS = list(OrganisationKind)


@action("area.read")
@require_GET
def area(request: HttpRequest) -> HttpResponse:
    """Search units by their names of today and of the past ("du hang" finds phường Lê Chân), those of the past themselves, and schools."""
    word = params.read(request, q=params.text(80))["q"] or ""
    today = clocks.today()
    found = {"found": find_units(word, on=today, limit=SHOWN), "ended": ended_units(word, today), "schools": schools_named(word)[:SHOWN]} if word else {}
    return render(request, "coordination/area.html", {"q": word, "here": request.actor.organisation.unit} | found)


def schools_named(word: str) -> Any:
    """Schools whose folded name holds the folded word."""
    return School.objects.filter(organisation__folded__contains=fold(word)).select_related("organisation__unit", "managing_body").order_by("organisation__name")


def ended_units(word: str, today: date) -> list[dict[str, Any]]:
    """Units of the past by their own name; one that lives on under the same code and name, of nothing but its own land, is found as it is today."""
    near = {key: place for place, key in enumerate(named_like(fold(word), today))} if fold(word) else {}
    others = UnitSuccession.objects.filter(new=OuterRef("new"), old__level=OuterRef("old__level")).exclude(old=OuterRef("old"))
    lives_on = UnitSuccession.objects.filter(~Exists(others), old=OuterRef("pk"), new__code=OuterRef("code"), new__full_name=OuterRef("full_name"))
    ended = Unit.objects.filter(~Exists(lives_on), pk__in=near, valid_to__lte=today).select_related("parent")
    return [{"unit": unit, "last_day": last_day(unit)} for unit in sorted(ended, key=lambda unit: near[unit.pk])[:SHOWN]]


def last_day(ended: Unit | Organisation) -> date:
    """The last day on which it was there (validity is half-open)."""
    return ended.valid_to - timedelta(days=1)


@action("area.read")
@require_GET
def area_profile(request: HttpRequest, unit: int) -> HttpResponse:
    """A unit: its schools and the sums of the register, its bodies, what it came from, or what became of it."""
    found, today = get_object_or_404(Unit.objects.select_related("parent"), pk=unit), clocks.today()
    ended = found.valid_to is not None and found.valid_to <= today
    more = past_of(found, today) if ended else present_of(found, today)
    return render(request, "coordination/area_profile.html", {"unit": found, "ended": ended, "profile": profile_of(found, today)} | more)


def profile_of(unit: Unit, today: date) -> dict[str, Any]:
    """The register of a unit: sums by type and by ward, each made by itself, and the schools one by one (of a province only its sums)."""
    schools = schools_of(unit, today)
    types, units = by_type(schools), by_unit(schools)
    rows = [] if unit.level == Level.PROVINCE else sorted(schools, key=lambda school: TYPES.index(school.school_type))
    return {"types": types, "units": units, "rows": rows, "whole": whole(types), "whole_units": whole(units)}


def present_of(unit: Unit, today: date) -> dict[str, Any]:
    """What only a unit in force has: its bodies of today, what it came from, and schools that a split gave to a neighbour."""
    elsewhere = schools_once_here(unit, today) if unit.level == Level.COMMUNE else []
    bodies = Organisation.objects.on(today).filter(unit=unit).exclude(kind=OrganisationKind.SCHOOL)
    links = sorted(unit.origins.select_related("old"), key=lambda link: (not link.whole, vi_sort_key(link.old.name)))
    return {
        "bodies": in_order(bodies),
        "elsewhere": elsewhere,
        "origins": [link for link in links if link.old.level == unit.level],
        "districts": [link.old for link in links if link.old.level != unit.level],
    }


def past_of(unit: Unit, today: date) -> dict[str, Any]:
    """What only an ended unit has: its last day, the units that hold its land today, its bodies and who took over from each."""
    heirs = Unit.objects.select_related("parent").filter(pk__in={keys[-1] for keys, _sure in ways_to_the_day([unit.pk], today)})
    called = Coalesce(NullIf("successions__after__short_name", Value("")), "successions__after__name")
    bodies = Organisation.objects.filter(unit=unit, valid_to__isnull=False).annotate(heirs=StringAgg(called, delimiter=", ", order_by=called))
    for body in (listed := in_order(bodies)):
        body.last_day = last_day(body)
    return {"last_day": last_day(unit), "heirs": sorted(heirs, key=lambda heir: vi_sort_key(heir.name)), "bodies": listed}


def in_order(bodies: Any) -> list[Organisation]:
    """Bodies in the order of their kinds."""
    return sorted(bodies, key=lambda body: (KINDS.index(body.kind), body.name))
