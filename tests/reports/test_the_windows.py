"""A case falls into the quarter of its local instant: 14/09 23:50 is of the third, 15/09 00:10 of the fourth."""

from datetime import datetime

from coordination import clocks
from coordination.models import SYSTEM
from coordination.scope import reading_as
from incidents import figures as incidents
from reports import figures
from tests.reports.quarter import Q3, Q4, body_of, happened
from tests.world import World

LAST_MINUTES = datetime(2026, 9, 14, 23, 50, tzinfo=clocks.ZONE)
FIRST_MINUTES = datetime(2026, 9, 15, 0, 10, tzinfo=clocks.ZONE)


def test_midnight_between_two_quarters(world: World) -> None:
    happened(world, at=LAST_MINUTES)
    happened(world, at=FIRST_MINUTES, kind="theft", severity="s2")
    school = body_of(world, "principal")
    with reading_as(SYSTEM):
        third, fourth = figures.of_school(school, Q3), figures.of_school(school, Q4)
    assert [line["key"] for line in third["lines"]] == ["weapon_possession"]
    assert [line["key"] for line in fourth["lines"]] == ["theft"]


def test_the_same_quarter_last_year_stands_beside(world: World) -> None:
    happened(world, at=datetime(2025, 9, 14, 23, 50, tzinfo=clocks.ZONE))
    happened(world, at=datetime(2025, 9, 15, 0, 10, tzinfo=clocks.ZONE))
    happened(world, at=LAST_MINUTES)
    with reading_as(SYSTEM):
        (line,) = incidents.lines(incidents.cases_of(body_of(world, "principal")), Q3.begins, Q3.ends)
    assert (line.numbers["cases"], line.numbers["last_year"]) == (1, 1)
    assert incidents.year_before(datetime(2028, 2, 29, tzinfo=clocks.ZONE)) == datetime(2027, 2, 28, tzinfo=clocks.ZONE)
