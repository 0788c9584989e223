"""A page costs what it shows, not what the tables hold: the same pages over few cases and over many (performance.md D1-D3).

Every record query of a page is explained as portal_app, under the reader's own wall. The ordinary run compares 500 and 5,000 cases;
`python3 manage.py selftest tests/volume -m long` compares 1,000 and 100,000, and says what it measured.
"""

import json
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coordination import clocks
from coordination.models import SYSTEM, Duty, Notice
from coordination.periods import period_at
from coordination.scope import reading_as
from coordination.web import params
from incidents.models import Incident, Referral
from reports import figures
from reports.models import QUARTER, Report
from tests.live import copied_database, speaking_to
from tests.test_budgets import APART, MOST
from tests.volume.crowd import COMMUNES, Crowd
from tests.world import NOW, World

RECORDS = {"incidents_incident", "incidents_referral", "coordination_duty", "coordination_notice", "reports_return", "incidents_fullreport"}
# Pages of PostgreSQL's cache that one page of ours may touch: fifty rows, each behind its wall, and a count that stops at 1,001
# rows found, of a rare severity after some thousands read.
MOST_BUFFERS = 8_000
WHOLE = 2_000  # rows: reading a smaller table from end to end is right
ROUNDS = 5


@dataclass(frozen=True)
class Page:
    """An address, its reader, and, when it has pages, what they are pages of."""

    who: str
    path: str
    of: Any = None
    time: str = ""
    searches: bool = False  # a word is looked for in every case of the reader's scope, and nowhere else

    def __str__(self) -> str:
        return f"{self.who} {self.path}"

    def rows(self, actor: Any) -> Any:
        """What the pages show, newest first (duties: soonest first)."""
        rows = self.of.objects.visible_to(actor)
        if self.of is Duty:
            return rows.filter(body_id=actor.body_id, status="open").order_by("due_at", "pk")
        return rows.order_by(f"-{self.time}", "-pk")

    def deep(self, actor: Any) -> str:
        """The address of the page in the middle."""
        with reading_as(actor):
            rows = self.rows(actor).values_list(self.time, "pk")
            moment, key = rows[rows.count() // 2]
        name = "after" if self.of in (Incident, Referral) else "sau"
        return self.path + ("&" if "?" in self.path else "?") + f"{name}={params.make_cursor([moment.isoformat(), key])}"


PAGES = [
    Page("principal", "/vu-viec/", Incident, "created_at"),
    Page("culture", "/vu-viec/", Incident, "created_at"),
    Page("doet", "/vu-viec/", Incident, "created_at"),
    Page("doet", "/vu-viec/?severity=s4"),
    Page("doet", "/vu-viec/?status=closed&kind=weapon_possession"),
    Page("culture", "/vu-viec/?q=26-00", searches=True),
    Page("doet", "/vu-viec/?q=anh+duong", searches=True),
    Page("officer", "/chuyen-den/?tab=tat-ca", Referral, "sent_at"),
    Page("officer", "/chuyen-den/"),
    Page("officer", "/thong-bao/", Notice, "happened_at"),
    Page("principal", "/"),
    Page("officer", "/"),
    Page("culture", "/"),
    Page("doet", "/"),
    Page("culture", "/theo-doi/"),
    Page("doet", "/theo-doi/"),
]


@dataclass
class Cost:
    """What one request of a page cost."""

    queries: int = 0
    buffers: int = 0
    scans: set[str] = field(default_factory=set)
    milliseconds: float = 0.0
    worst: str = ""


def measure(page: Page, path: str) -> Cost:
    """Ask for the page, then explain each of its record queries as its reader; the time is the median of a few requests."""
    client, actor = World().client(page.who), World().actor(page.who)
    with clocks.set_to(NOW), CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    asked = [each["sql"] for each in captured.captured_queries if not APART.search(each["sql"])]
    cost = Cost(milliseconds=1000 * statistics.median(seconds(client, path) for _round in range(ROUNDS)))
    worst = 0
    with reading_as(actor):
        for query in asked:
            plan = explained(query)
            here = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
            cost.queries, cost.buffers, cost.scans = cost.queries + 1, cost.buffers + here, cost.scans | set(scanned(plan))
            if here > worst:
                worst, cost.worst = here, f"{here} buffers: {query}"
    return cost


def seconds(client: Client, path: str) -> float:
    """One request."""
    begun = time.perf_counter()
    with clocks.set_to(NOW):
        client.get(path)
    return time.perf_counter() - begun


def explained(query: str) -> dict[str, Any]:
    """What PostgreSQL did for it."""
    with connection.cursor() as cursor:
        cursor.execute("explain (analyze, buffers, format json) " + query.replace("%", "%%"))
        answer = cursor.fetchone()[0]
    return (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]


def scanned(plan: dict[str, Any]) -> Iterator[str]:
    """Large tables of records that were read from end to end."""
    read = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    if plan["Node Type"] == "Seq Scan" and plan["Relation Name"] in RECORDS and read > WHOLE:
        yield plan["Relation Name"]
    for part in plan.get("Plans", []):
        yield from scanned(part)


@dataclass
class Measured:
    """The pages over few cases and over many, and the page in the middle of many."""

    few: dict[Page, Cost]
    many: dict[Page, Cost]
    deep: dict[Page, Cost]
    paper: tuple[Cost, Cost]


def snapshot() -> Cost:
    """The figures of a province's paper, counted by the worker."""
    office = World().actor("doet").organisation
    period = period_at(QUARTER, NOW)
    report = Report(issuer=office, area=office.unit, audience="education", scheme=QUARTER, period_key=period.key, first=period.first, last=period.last)
    with clocks.set_to(NOW), reading_as(SYSTEM), CaptureQueriesContext(connection) as captured:
        begun = time.perf_counter()
        assert figures.snapshot(report)["totals"]["cases"]
        return Cost(queries=len(captured), milliseconds=1000 * (time.perf_counter() - begun))


@pytest.fixture(scope="module", params=[pytest.param((500, 5_000), id="5,000"), pytest.param((1_000, 100_000), id="100,000", marks=pytest.mark.long)])
def measured(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[Measured]:
    """A copy of the database, filled twice."""
    few, many = request.param
    with copied_database(f"volume_{os.getpid()}", django_db_blocker) as name, speaking_to(name, django_db_blocker):
        begun = time.monotonic()
        crowd = Crowd()
        crowd.open_returns()
        crowd.grow(few)
        first, paper = {page: measure(page, page.path) for page in PAGES}, snapshot()
        crowd.grow(many)
        filled = time.monotonic() - begun
        second = {page: measure(page, page.path) for page in PAGES}
        deep = {page: measure(page, page.deep(World().actor(page.who))) for page in PAGES if page.of}
        found = Measured(first, second, deep, (paper, snapshot()))
        if many >= 100_000:
            say(request, found, f"{many} cases in {filled:.0f} s, load {os.getloadavg()[0]:.1f}")
        yield found


def say(request: pytest.FixtureRequest, found: Measured, head: str) -> None:
    """The table of what was measured."""
    lines = [f"\n{head}", f"{'page':52} queries  buffers few → many   ms few → many   deep: buffers, ms"]
    for page in PAGES:
        few, many, deep = found.few[page], found.many[page], found.deep.get(page)
        tail = f"{deep.buffers:6} {deep.milliseconds:6.1f}" if deep else ""
        lines.append(f"{page!s:52} {many.queries:7} {few.buffers:12} → {many.buffers:5} {few.milliseconds:8.1f} → {many.milliseconds:5.1f}   {tail}")
    before, after = found.paper
    lines.append(f"figures of a province's paper: {before.queries} → {after.queries} queries, {before.milliseconds:.0f} → {after.milliseconds:.0f} ms")
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("\n".join(lines))


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_reads_as_little_of_many_cases_as_of_few(measured: Measured, page: Page) -> None:
    few, many = measured.few[page], measured.many[page]
    assert 0 < many.queries == few.queries <= MOST
    assert many.scans == set(), many.worst
    assert page.searches or many.buffers <= MOST_BUFFERS, many.worst


@pytest.mark.parametrize("page", [page for page in PAGES if page.of], ids=str)
def test_a_page_in_the_middle_costs_what_the_first_costs(measured: Measured, page: Page) -> None:
    first, deep = measured.many[page], measured.deep[page]
    assert deep.queries == first.queries and deep.scans == set(), deep.worst
    # Where rows lie differs with what was written before; a page that walked there from the top would read every row on the way.
    assert deep.buffers <= 2 * first.buffers + 300, deep.worst


def test_a_paper_asks_as_often_about_many_cases_as_about_few(measured: Measured) -> None:
    few, many = measured.paper
    assert few.queries <= many.queries <= few.queries + 3 * COMMUNES, "a province's paper asks once more for each commune that has cases, never for each case"
