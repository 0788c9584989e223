"""Assembles the figures of a return and of a report: plain data with a hash, counted by the apps that own the rows (ground.md 20)."""

import hashlib
import json
from typing import Any

from django.db.models import Case, Count, F, Q, Sum, Value, When
from django.db.models.fields import IntegerField
from django.utils.translation import override

from coordination import clocks
from coordination.models import Organisation, School, Unit
from coordination.models.organisations import SchoolType
from coordination.models.territory import Level
from coordination.paper.documents import long_date
from coordination.periods import Period
from coordination.territory import registers
from incidents import figures as incidents
from incidents.models import Incident
from reports import areas, families
from reports.models import EXPECTED, IN_STATE, Report, Return, ReturnState

FORM = 2  # another layout of the paper: another hash, another file


def hash_of(figures: dict[str, Any]) -> str:
    """SHA-256 over the canonical text of the figures."""
    return hashlib.sha256(json.dumps(figures, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def of_school(school: Organisation, period: Period) -> dict[str, Any]:
    """What the school itself had reported of the window until now: the counts a return confirms. In Vietnamese: they are frozen as said."""
    with override("vi"):
        rows = incidents.lines(incidents.cases_of(school).filter(filed_at__lte=clocks.now()), period.begins, period.ends)
    return {"lines": [row.as_json() for row in rows if row.numbers["cases"]], "totals": incidents.totals(rows)}


def snapshot(report: Report) -> dict[str, Any]:
    """Everything a report prints. Counted under SYSTEM by the worker, so that it is the whole unit (ground.md 6)."""
    period, area = report.period, report.area
    inside = areas.units_within(area)
    cases = cases_in(area, inside)
    in_window = cases.filter(incidents.within(period.begins, period.ends))
    with override("vi"):
        rows = incidents.lines(cases, period.begins, period.ends)
        register = schools_by_type(inside, period)
    totals = incidents.totals(rows)
    returns = returns_in(area, inside, period)
    return {
        "form": FORM,
        "audience": report.audience,
        "area": area.pk,
        "period": period.key,
        "closed": report.is_over,
        "lines": [row.as_json() for row in rows],
        "totals": totals,
        "told_below": told_below(area, cases, period),
        "compared": totals["last_year"] > 0 or incidents.knows(incidents.year_before(period.ends)),
        "handling": incidents.handling(in_window),
        "outcomes": incidents.outcomes(in_window),
        "responses": incidents.responses(in_window, min(clocks.now(), period.ends)),
        "units": returns.tally(),
        "returns": returns_by_line(returns, incidents.responses_by_line(in_window)),
        "register": register,
        "cluster": cluster_words(area),
        "supplements": supplement_words(report),
    }


def cases_in(area: Unit, inside: set[int]) -> Any:
    """Cases by the place where they happened, as it was that day: each once, however its commune was merged later."""
    place = "province_id__in" if area.level == Level.PROVINCE else "commune_id__in"
    return Incident.objects.unscoped("counted for an area by the worker").reported().filter(**{place: inside})


def told_below(area: Unit, cases: Any, period: Period) -> dict[str, dict[str, int]]:
    """What the papers of the communes inside, and of the former districts of a province, show of each row (decision 0015)."""
    if area.level == Level.COMMUNE:
        return {}
    happened = cases.filter(incidents.within(period.begins, period.ends) | incidents.within(incidents.year_before(period.begins), incidents.year_before(period.ends)))
    by_commune = {
        commune: [line.as_json() for line in incidents.lines(cases.filter(commune_id=commune), period.begins, period.ends)]
        for commune in happened.order_by("commune_id").values_list("commune_id", flat=True).distinct()
    }
    homes = areas.homes_in(area) if area.level == Level.PROVINCE else {}
    clusters = [[line for commune, lines in by_commune.items() if homes.get(commune) == district for line in lines] for district in sorted(set(homes.values()))]
    return families.told_by([*by_commune.values(), *map(added_up, clusters)])


def added_up(lines: families.Lines) -> families.Lines:
    """The lines of several communes as those of one area."""
    found: dict[str, dict[str, int]] = {}
    for line in lines:
        numbers = found.setdefault(line["key"], dict.fromkeys(line["numbers"], 0))
        for name, value in line["numbers"].items():
            numbers[name] += value
    return [{"key": key, "numbers": numbers} for key, numbers in found.items()]


def cluster_words(area: Unit) -> dict[str, list[str]]:
    """The communes of today behind a former district, as the paper names them; nothing for a province or a commune."""
    if area.level != Level.DISTRICT:
        return {}
    cluster = areas.cluster_of(area)
    return {
        "communes": [unit.in_sentence for unit in cluster.communes],
        "partly_inside": [unit.in_sentence for unit in cluster.partly_inside],
        "counted_elsewhere": [unit.in_sentence for unit in cluster.counted_elsewhere],
    }


def supplement_words(report: Report) -> str:
    """The issued paper that a supplementary report corrects: 12/BC-SGDĐT ngày 25 tháng 9 năm 2026."""
    return f"{report.supplements.number_words} {long_date(report.supplements.issued_on)}" if report.supplements else ""


def returns_in(area: Unit, inside: set[int], period: Period) -> Any:
    """Every return expected from a unit."""
    place = "province_id__in" if area.level == Level.PROVINCE else "commune_id__in"
    return Return.objects.unscoped("counted for a unit by the worker").of_period(period).filter(**{place: inside})


def returns_by_line(returns: Any, responses: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """Communes by name, then the schools of the Sở: who handed in when, and how fast their cases were told and received."""
    line = Case(When(managing_body=F("department"), then=Value(incidents.DIRECT)), default=F("commune_id"), output_field=IntegerField())
    states = {state.value: Count("pk", filter=condition) for state, condition in IN_STATE.items()}
    counted = returns.order_by().values(line=line).annotate(expected=Count("pk", filter=EXPECTED), nil=Count("pk", filter=Q(nil=True, status="submitted")), **states)
    names = dict(Unit.objects.filter(pk__in=[row["line"] for row in counted]).values_list("pk", "full_name"))
    nothing = {"cases": 0, "found_by_other": 0, "first_word": None, "received": 0, "to_receive": None}
    rows = [row | {"name": names.get(row["line"], "")} | responses.get(row["line"], nothing) for row in counted]
    return sorted(rows, key=lambda row: (row["line"] == incidents.DIRECT, row["name"]))


def schools_by_type(inside: set[int], period: Period) -> list[dict[str, Any]]:
    """Establishments, learners and staff by type on the last day of the window, or today while it runs."""
    place = Q(organisation__unit__in=inside) | Q(organisation__unit__parent__in=inside)
    schools = registers.counted(School.objects.filter(place), min(clocks.today(), period.last)).order_by()
    found = schools.values("school_type").annotate(schools=Count("pk"), pupils=Sum("learners"), adults=Sum("staff"))
    counted = {row["school_type"]: row for row in found}
    return [
        {"type": str(kind.label), "schools": counted[kind]["schools"], "learners": counted[kind]["pupils"] or 0, "staff": counted[kind]["adults"] or 0}
        for kind in SchoolType
        if kind in counted
    ]


def units_reported(figures: dict[str, Any]) -> str:
    """27/29."""
    units = figures["units"]
    return f"{units[ReturnState.ON_TIME] + units[ReturnState.LATE]}/{units['expected']}"
