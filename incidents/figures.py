"""Counts of cases: by kind, by handling, by response time. A few aggregate queries, never one per row (ground.md 20, 32)."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Case, Count, DurationField, F, Q, Sum, Value, When
from django.db.models.fields import CharField, IntegerField
from django.utils.translation import gettext_lazy as _

from coordination import clocks, duties
from coordination.models import Organisation, Unit, UnitSuccession
from coordination.models.duties import DutyStatus
from coordination.models.organisations import OrganisationKind
from coordination.models.territory import Level
from coordination.openwork import FigureRow
from incidents.models import FullReport, Incident, Kind, Origin, PlaceKind, Referral
from incidents.workflow import ReferralStatus

RESTRICTED = "restricted"
RESTRICTED_LABEL = _("Vụ việc thuộc diện hạn chế")
PLACES = {
    "in_school": [PlaceKind.IN_SCHOOL],
    "gate": [PlaceKind.GATE],
    "elsewhere": [PlaceKind.ROUTE, PlaceKind.ELSEWHERE],
    "online": [PlaceKind.ONLINE],
}
PERSONS = ("pupils", "pupils_female", "victims_under_16", "injured", "deaths")
WORDS = {
    "cases": _("Số vụ"),
    "in_school": _("Trong trường"),
    "gate": _("Cổng trường"),
    "elsewhere": _("Đường đi học, nơi khác"),
    "online": _("Trên mạng"),
    "last_year": _("Cùng kỳ năm trước"),
    "pupils": _("Học sinh liên quan"),
    "pupils_female": _("Trong đó nữ"),
    "victims_under_16": _("Học sinh dưới 16 tuổi bị ảnh hưởng"),
    "injured": _("Bị thương"),
    "deaths": _("Tử vong"),
    "missing": _("Chưa có báo cáo đầy đủ"),
}
DIRECT = 0  # the line of schools that answer to the Sở itself


class Median(Aggregate):
    """PostgreSQL's continuous median of a length of time."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True)
class Line:
    """One kind of incident (or all restricted ones together) and its numbers, under the keys of WORDS."""

    key: str
    group: str
    group_label: str
    label: str
    police_label: str
    numbers: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """Plain data for a frozen row."""
        return asdict(self)


def absorbed(units: set[int]) -> set[int]:
    """The keys of these units and of every unit that went into them whole: a case keeps the unit of its day (ground.md 13)."""
    found = newest = set(units)
    while newest:
        newest = set(UnitSuccession.objects.filter(new__in=newest, whole=True).values_list("old_id", flat=True)) - found
        found = found | newest
    return found


def cases_in(unit: Unit) -> Any:
    """Cases by the place where they happened. Whoever reads meets the wall of the database; the worker reads as SYSTEM."""
    place = "province_id__in" if unit.level == Level.PROVINCE else "commune_id__in"
    return Incident.objects.unscoped("counted for a unit behind the reader's wall").reported().filter(**{place: absorbed({unit.pk})})


def cases_of(body: Organisation) -> Any:
    """A school's own cases, without those kept from its leadership; otherwise those of the unit in which the body stands."""
    if body.kind == OrganisationKind.SCHOOL:
        return in_the_open(Incident.objects.unscoped("counted for a school behind the reader's wall").reported().filter(school=body))
    return cases_in(body.unit)


def in_the_open(cases: Any) -> Any:
    """Without the cases in conflict: what a school confirms, and what is shown in a room where schools sit (practice.md 2.3)."""
    return cases.filter(stand_in=None)


def kept_apart(cases: Any) -> int:
    """How many of the cases are in conflict: counted for the unit, in no return of a school."""
    return cases.order_by().filter(stand_in__isnull=False).count()


def knows(instant: datetime) -> bool:
    """Whether the portal already held cases then: a window that ended before has no figures, which is not the same as nought."""
    first = Incident.objects.unscoped("the first day of the portal").filter(filed_at__isnull=False).order_by("filed_at").values_list("filed_at", flat=True).first()
    return first is not None and first < instant


def year_before(instant: datetime) -> datetime:
    """The same day a year earlier (29 February becomes the 28th)."""
    there = clocks.local(instant)
    day = there - timedelta(days=1) if (there.month, there.day) == (2, 29) else there
    return day.replace(year=day.year - 1)


def within(start: datetime, end: datetime, path: str = "occurred_at") -> Q:
    """Half-open, by the instant of the event: 14/09 23:50 is of quarter III, 15/09 00:10 of quarter IV."""
    return Q(**{f"{path}__gte": start, f"{path}__lt": end})


def row_of_case(path: str = "") -> Case:
    """The row a case is counted in: its kind, or the one row of all restricted cases (ground.md 32)."""
    return Case(When(**{f"{path}restricted": True, "then": Value(RESTRICTED)}), default=F(f"{path}kind__code"), output_field=CharField())


def lines(cases: Any, start: datetime, end: datetime) -> list[Line]:
    """Every kind that happened in the window or a year before, in the order of the taxonomy, restricted ones last."""
    counted = {row.pop("row"): row for row in count_cases(cases, start, end)}
    people = {row.pop("row"): row for row in count_people(cases.filter(within(start, end)))}
    nobody = dict.fromkeys((*PERSONS, "reports"), 0)
    numbers = {key: found | people.get(key, nobody) for key, found in counted.items()}
    for found in numbers.values():
        found["missing"] = found["cases"] - found.pop("reports")
    return list(named(numbers))


def count_cases(cases: Any, start: datetime, end: datetime) -> Any:
    """Cases, their places, and the same window a year before, per row: one query."""
    now, before = within(start, end), within(year_before(start), year_before(end))
    places = {name: Count("pk", filter=now & Q(place_kind__in=kinds)) for name, kinds in PLACES.items()}
    counted = cases.filter(now | before).order_by().values(row=row_of_case())
    return counted.annotate(cases=Count("pk", filter=now), last_year=Count("pk", filter=before), **places)


def count_people(cases: Any) -> Any:
    """What the full reports say, per row: one query."""
    return reports_of(cases).values(row=row_of_case("incident__")).annotate(reports=Count("pk"), **{name: Sum(name) for name in PERSONS})


def reports_of(cases: Any) -> Any:
    """The full reports of cases that were counted."""
    return FullReport.objects.unscoped("counted for cases behind the reader's wall").filter(incident__in=cases.order_by()).order_by()


def referrals_of(cases: Any) -> Any:
    """Referrals of counted cases, without those that were passed on: each sending counts once, where it ended."""
    known = Referral.objects.unscoped("counted for cases behind the reader's wall").filter(incident__in=cases.order_by())
    return known.exclude(status=ReferralStatus.FORWARDED).order_by()


def named(numbers: dict[str, dict[str, int]]) -> Iterator[Line]:
    """Rows with the words of the newest row of their kind."""
    newest = {kind.code: kind for kind in Kind.objects.filter(code__in=numbers).order_by("valid_from")}
    for kind in sorted(newest.values(), key=lambda kind: (kind.group, kind.place)):
        yield Line(kind.code, kind.group, str(kind.get_group_display()), kind.label, kind.police_label, numbers[kind.code])
    if RESTRICTED in numbers:
        yield Line(RESTRICTED, "", "", str(RESTRICTED_LABEL), str(RESTRICTED_LABEL), numbers[RESTRICTED])


def totals(rows: list[Line]) -> dict[str, int]:
    """The sums of every column."""
    return {name: sum(row.numbers[name] for row in rows) for name in WORDS}


def handling(cases: Any) -> dict[str, int]:
    """How schools handled them, by full report."""
    return dict(reports_of(cases).values_list("handling").annotate(Count("pk")))


def outcomes(cases: Any) -> dict[str, int]:
    """What police answered, by the fixed list of practice.md 2.4; the empty key counts those without a result yet."""
    return dict(referrals_of(cases).values_list("outcome").annotate(Count("pk")))


def kept(kind: str, about: Any, now: datetime) -> dict[str, int]:
    """How many clocks of a kind were met, and how many missed (ended late, or still open after their time)."""
    met = Q(status__in=(DutyStatus.DONE, DutyStatus.CONFIRMED), done_at__lte=F("due_at"))
    missed = Q(status__in=(DutyStatus.DONE, DutyStatus.CONFIRMED), done_at__gt=F("due_at")) | Q(status=DutyStatus.OPEN, due_at__lt=now)
    clocks_of = duties.every().filter(kind=kind, about_model=about.model._meta.label_lower, about_id__in=about.values("pk"))
    return clocks_of.aggregate(on_time=Count("pk", filter=met), late=Count("pk", filter=missed))


def minutes(length: timedelta | None) -> int | None:
    """Whole minutes, or None where nothing was measured."""
    return None if length is None else round(length.total_seconds() / 60)


def responses(cases: Any, now: datetime) -> dict[str, Any]:
    """The times of both sides: the school from event to báo nhanh, police from sending to receiving and to the result."""
    sent = referrals_of(cases)
    school = cases.order_by().aggregate(cases=Count("pk"), first_word=Median(F("filed_at") - F("occurred_at")))
    police = sent.aggregate(
        sent=Count("pk"), received=Count("received_at"), answered=Count("answered_at"), to_receive=Median(F("received_at") - F("sent_at")), to_answer=Median(F("answered_at") - F("received_at"))
    )
    measured = {name: minutes(value) if isinstance(value, timedelta) else value for name, value in (school | police).items()}
    return measured | {"school": kept("full_report", cases.order_by(), now), "police": kept("acknowledge", sent, now)}


def line_of(path: str = "") -> Case:
    """The line a case belongs to: its commune, or DIRECT when the school answers to the Sở."""
    return Case(When(**{f"{path}jurisdiction": F(f"{path}department"), "then": Value(DIRECT)}), default=F(f"{path}commune_id"), output_field=IntegerField())


def responses_by_line(cases: Any) -> dict[int, dict[str, Any]]:
    """Cases, those that others found, and both medians per commune and for the schools of the Sở: two queries. The school's median is of what it told itself."""
    found: dict[int, dict[str, Any]] = {}
    by_others = Q(origin=Origin.POLICE)
    for row in cases.order_by().values(line=line_of()).annotate(cases=Count("pk"), found_by_other=Count("pk", filter=by_others), first_word=Median(F("filed_at") - F("occurred_at"), filter=~by_others)):
        found[row["line"]] = {"cases": row["cases"], "found_by_other": row["found_by_other"], "first_word": minutes(row["first_word"]), "received": 0, "to_receive": None}
    for row in referrals_of(cases).values(line=line_of("incident__")).annotate(received=Count("received_at"), to_receive=Median(F("received_at") - F("sent_at"))):
        found[row["line"]] |= {"received": row["received"], "to_receive": minutes(row["to_receive"])}
    return found


def by_kind(body: Organisation, start: datetime, end: datetime) -> list[FigureRow]:
    """For a briefing: cases of the body's unit by kind, with the same window a year before where the portal knows it. Counts of persons stay out of the room."""
    names = ("cases", "last_year") if knows(year_before(end)) else ("cases",)
    return [FigureRow(line.label, {name: line.numbers[name] for name in names}) for line in lines(in_the_open(cases_of(body)), start, end) if any(line.numbers[name] for name in names)]
