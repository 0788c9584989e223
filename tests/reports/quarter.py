"""Short ways to open a quarter, hand in a return, order a report and let the worker print it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from coordination import clocks, periods
from coordination.models import SYSTEM, Appointment, Job, Organisation, Unit
from coordination.scope import reading_as
from incidents import actions as cases
from reports import figures, papers, printing, returning, tasks
from reports.models import QUARTER, Report, Return
from tests.world import NOW, World

Q3 = periods.period_by_key(QUARTER, "2026-Q3")
Q4 = periods.period_by_key(QUARTER, "2026-Q4")
IN_TIME = Q3.ends + timedelta(hours=9)
IN_Q3 = datetime(2026, 8, 20, 9, 0, tzinfo=clocks.ZONE)
FULL = {
    "session": "class", "handling": "at_school", "pupils": 7, "pupils_female": 2, "victims_under_16": 1, "injured": 1, "deaths": 0,
    "family_told_at": IN_Q3, "narrative": "Đã xử lý.", "measures": "Nhắc nhở.",
}  # fmt: skip
ALL_ASKED = dict.fromkeys(returning.TICKS, True)


def expect(period: periods.Period = Q3, at: datetime = IN_Q3) -> int:
    """Open the rows of a period."""
    with clocks.set_to(at), reading_as(SYSTEM):
        return returning.open_period(QUARTER, period.key)


def return_of(world: World, who: str = "principal", period: periods.Period = Q3) -> Return:
    """A school's row."""
    with reading_as(SYSTEM):
        return Return.objects.visible_to(SYSTEM).of_period(period).select_related("school", "managing_body").get(school=world.actor(who).body_id)


def hand_in(world: World, who: str = "principal", *, at: datetime = IN_TIME, period: periods.Period = Q3, **changes: Any) -> Return:
    """Hand in what the school's cases ask for."""
    item = return_of(world, who, period)
    with world.acting(who, at) as actor:
        counted = figures.of_school(item.school, item.period)
        nil = not counted["totals"]["cases"]
        said = {"nil": nil, "ticks": ALL_ASKED if nil else {}, "seen": figures.hash_of(counted)} | changes
        return returning.submit(item, by=actor, **said)


def schools_of_the_ward() -> list[Appointment]:
    """The heads of the twelve schools, in the order of the register."""
    return list(Appointment.objects.with_post().filter(post__role="principal").order_by("post__organisation__pk"))


def happened(world: World, who: str = "principal", *, at: datetime = IN_Q3, full: dict[str, Any] | None = None, **changes: Any) -> Any:
    """A case at an hour, filed half an hour later, with its full report when one is given."""
    filed = at + timedelta(minutes=30)
    incident = world.file(who, at=filed, occurred_at=at, **changes)
    if full is not None:
        with world.acting(who, filed + timedelta(minutes=30)) as actor:
            cases.complete(incident, by=actor, answers=FULL | full)
    return incident


def ordered(world: World, who: str = "doet", *, audience: str = "education", period: periods.Period = Q3, at: datetime = NOW, area: Unit | None = None) -> Report:
    """An order and its waiting job."""
    with world.acting(who, at) as actor:
        return printing.order(by=actor, audience=audience, scheme=QUARTER, period_key=period.key, area=area)


def rendered(report: Report, at: datetime = NOW) -> Report:
    """What the worker makes of it."""
    with clocks.set_to(at):
        tasks.render_report(job_of(report).pk)
    return anew(report)


def anew(report: Report) -> Report:
    """The row as it stands now."""
    with reading_as(SYSTEM):
        return Report.objects.visible_to(SYSTEM).select_related("issuer__parent", "issuer__unit", "area__parent", "supplements").get(pk=report.pk)


def written(world: World, report: Report, who: str = "doet", *, at: datetime = NOW, **said: str) -> Report:
    """A text in every section that people write, and the worker's print of them."""
    sections = {section.key: "Không." for section in papers.sections_of(report)}
    with world.acting(who, at) as actor:
        report = printing.write(report, by=actor, words=sections | said, seen=report.words_version)
    with clocks.set_to(at):
        tasks.print_draft(job_of(report).pk)
    return anew(report)


def issued(world: World, report: Report, who: str = "clerk", *, at: datetime = NOW, **changes: Any) -> Report:
    """A number, and the worker's print of it."""
    said = {"number": 12, "symbol": "BC-SGDĐT", "issued_on": at.date(), "signing": "deputy"} | changes
    with world.acting(who, at) as actor:
        report = printing.issue(report, by=actor, **said)
    with clocks.set_to(at):
        tasks.print_report(job_of(report).pk)
    return anew(report)


def job_of(report: Report) -> Job:
    """Its job."""
    return Job.objects.get(key=report.job_key)


@contextmanager
def on_the_day(at: datetime = IN_TIME) -> Iterator[None]:
    """Requests at an hour."""
    with clocks.set_to(at):
        yield


def body_of(world: World, who: str) -> Organisation:
    """The body of somebody."""
    return Organisation.objects.get(pk=world.actor(who).body_id)
