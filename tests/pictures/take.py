"""Every page of every role at 360 and 1280 pixels, and every page of every paper, into pictures/ (ignored by git). Not collected by itself: name this file.

It fails when a route that some role may open was seen by nobody, so that no page escapes the eye.
"""

import os
from collections import Counter, deque
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pypdfium2
import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page

from briefings.models import Briefing
from coordination import clocks, periods
from coordination.models import SYSTEM, Appointment, Job, Unit
from coordination.paper import papers
from coordination.scope import reading_as
from incidents.models import Incident, Referral
from reports import printing
from reports.models import QUARTER, Audience, Report
from reports.models.reports import Signing
from reports.papers import letterhead, sections_of
from tests.access.stage import address, set_up
from tests.browser.conftest import Somebody
from tests.browser.people import DESK, PHONE, Person
from tests.live import Live
from tests.test_access import EXPECTED, Line

OUT = Path(__file__).parent.parent.parent / "pictures"
SCALE = 1.4
MOST_PAGES = 160
SAME_KIND = 3  # how many pages of one route are taken for one account: cases in different states look different
PEOPLE = (
    "hieutruong.bk-cs-01", "canbo.bk-cs-05", "canbo.ct-mn-01", "hieutruong.dh-th-01", "hieutruong.dh-mn-02", "hieutruong.bk-pt-01", "ca.phuong.lechan", "ca.phuong.ducxuan", "truongca.tanan",
    "pc02.bk", "pa05.ct", "vhxh.ducxuan", "vhxh.lechan", "ubnd.lechan", "ubnd.tanan", "chuyenvien.so.hp", "chuyenvien.so.bk", "lanhdao.so.ct", "vanthu.so.bk", "dpo", "quantri",
    "hieutruong.bk-cs-02", "hieutruong.bk-th-02", "hieutruong.hp-pt-01", "treem.ducxuan", "treem.so.bk", "truongpa03.bk",
)  # fmt: skip
# Parts of a page and files, which the pages and papers around them show.
NO_PAGES = {"coordination:healthy", "coordination:paper_progress", "reports:progress", "reports:signed", "reports:sheets", "coordination:register_file", "coordination:register_template", "coordination:export_file", "incidents:file"}
NOT_LINKED = ["/vi-tri/"]  # shown after signing in, to who holds several posts
seen_routes: set[str] = set()


@pytest.fixture(scope="session", autouse=True)
def folder() -> Path:
    """An empty folder."""
    OUT.mkdir(exist_ok=True)
    for old in OUT.glob("*.png"):
        old.unlink()
    os.environ["SCREENSHOTS"] = str(OUT)
    return OUT


@pytest.fixture(scope="package", autouse=True)
def ordered(portal: Live) -> dict[str, list[str]]:
    """Every kind of paper, ordered by those who may and printed by the real worker: account to addresses."""
    found: dict[str, list[str]] = {}
    with portal.inside():
        period = periods.previous(periods.period_at(QUARTER, clocks.now())).key
        former_city = Unit.objects.get(level="district", full_name="Thành phố Bắc Kạn")
        for username, audience, area in (
            ("chuyenvien.so.bk", Audience.EDUCATION, None), ("chuyenvien.so.bk", Audience.POLICE, former_city), ("chuyenvien.so.hp", Audience.EDUCATION, None),
            ("vhxh.lechan", Audience.EDUCATION, None), ("truongca.tanan", Audience.POLICE, None), ("pc02.bk", Audience.POLICE, None),
        ):  # fmt: skip
            with reading_as(by := holder(username)):
                report = printing.order(by=by, audience=audience, scheme=QUARTER, period_key=period, area=area)
            found.setdefault(username, []).append(report.get_absolute_url())
        for username in PEOPLE:
            found.setdefault(username, []).extend(papers_of(holder(username)))
    portal.until(lambda: all_done(portal), 240)
    with portal.inside():
        with reading_as(SYSTEM):
            first = Report.objects.visible_to(SYSTEM).select_related("issuer").order_by("pk").first()
        with reading_as(by := holder("chuyenvien.so.bk")):
            first = printing.write(first, by=by, words={section.key: "Không." for section in sections_of(first)}, seen=0)
        with reading_as(by := holder("vanthu.so.bk")):
            printing.issue(first, by=by, number=123, symbol=letterhead.symbols_of(first.issuer)[0], issued_on=clocks.today(), signing=Signing.DEPUTY)
        found["vanthu.so.bk"] = [first.get_absolute_url()]
    portal.until(lambda: all_done(portal), 120)
    return found


@pytest.fixture(scope="package", autouse=True)
def staged(django_db_setup: None, django_db_blocker: Any) -> dict[str, str]:
    """Every page once, made by the stage of the access table, for those that the samples do not hold."""
    found = {}
    with django_db_blocker.unblock(), set_up() as stage:
        for line in readable():
            role = next(role for role, status in line.answers.items() if status == 200)
            answer = stage.ask(role, "GET", address(line.route, stage.of(role)))
            if "html" in answer.headers["content-type"] and line.route not in NO_PAGES:
                found[line.route] = answer.content.decode()
    return found


def holder(username: str) -> Appointment:
    """The appointment behind an account."""
    return Appointment.objects.with_post().get(user__username=username)


def papers_of(by: Appointment) -> list[str]:
    """One of each kind of paper that this person may print."""
    found: dict[str, str] = {}
    with reading_as(by):
        for model in (Incident, Referral, Briefing):
            for thing in model.objects.visible_to(by).order_by("-pk")[:30]:
                for offer in papers.printable(thing, by):
                    if offer.kind not in found and offer.ready(thing):
                        found[offer.kind] = papers.order(offer, thing, by=by).get_absolute_url()
    return list(found.values())


def all_done(portal: Live) -> bool:
    """The worker has nothing left to print."""
    with portal.inside():
        return not Job.objects.exclude(kind__contains="mail").filter(done_at=None, parked_at=None).exists()


@pytest.mark.parametrize("username", PEOPLE)
def test_pages_and_papers(somebody: Somebody, ordered: dict[str, list[str]], username: str) -> None:
    with somebody(username) as person:
        walk(person, ordered.get(username, []))


def test_pages_that_the_samples_do_not_hold(staged: dict[str, str], browser: Browser, portal: Live) -> None:
    """A meeting in progress, an uploaded list, a broken glass, a handover, with the portal's styles."""
    pages = [browser.new_page(viewport=screen["viewport"]) for screen in (PHONE, DESK)]
    for route in staged.keys() - seen_routes:
        for page in pages:
            show(page, f"{portal.base_url}/staged", staged[route])
            page.screenshot(path=OUT / f"stage~{route.replace(':', '.')}~{page.viewport_size['width']}.png", full_page=True)
        seen_routes.add(route)


def show(page: Page, where: str, content: str) -> None:
    """A page made elsewhere, at an address of the portal, so that its styles are found."""
    page.unroute_all()
    page.route(where, lambda asked: asked.fulfill(body=content, content_type="text/html; charset=utf-8"))
    page.goto(where)


def test_no_route_was_missed() -> None:
    assert {line.route for line in readable()} <= seen_routes | NO_PAGES


def readable() -> list[Line]:
    """Every page that somebody may open."""
    return [line for line in EXPECTED if line.method == "GET" and 200 in line.answers.values()]


def walk(person: Person, first: list[str]) -> None:
    """Follow every link from the first page and from what was printed, a few pages of each route; no link leads to a shut door."""
    waiting, times, shut = deque([(person.page.url, ""), *((person.start + path, "") for path in (*first, *NOT_LINKED))]), Counter(), []
    visited: set[str] = set()
    while waiting and len(visited) < MOST_PAGES:
        link, origin = waiting.popleft()
        link = link.partition("#")[0]
        route = route_of(link, person)
        if route is None or link in visited or times[route] >= SAME_KIND or "logout" in route:
            continue
        visited.add(link)
        times[route] += 1
        if picture(person, link, f"{person.username}~{route.replace(':', '.')}~{times[route]}") >= 400:
            shut.append((origin, link))
        waiting.extend((further, link) for further in person.page.evaluate("[...document.links].map(link => link.href)"))
    assert shut == []


def picture(person: Person, link: str, name: str) -> int:
    """A page on both screens, or each page of a PDF; the answer's status."""
    answer = person.page.request.get(link)
    if answer.status == 200:
        seen_routes.add(route_of(link, person) or "")
    if "html" in answer.headers["content-type"]:
        person.page.goto(link)
        for screen in (PHONE, DESK):
            person.page.set_viewport_size(screen["viewport"])
            person.shot(name)
    elif "pdf" in answer.headers["content-type"]:
        for number, page in enumerate(pypdfium2.PdfDocument(answer.body()), start=1):
            page.render(scale=SCALE).to_pil().save(OUT / f"paper~{name}~{number}.png")
    return answer.status


def route_of(link: str, person: Person) -> str | None:
    """The name of the route behind a link of ours."""
    parts = urlsplit(link)
    if parts.netloc != urlsplit(person.start).netloc:
        return None
    try:
        return resolve(parts.path).view_name
    except Resolver404:
        return None
