"""Every page of every role at 360 and 1280 pixels, and every page of every paper, into pictures/ (ignored by git). Not collected by itself: name this file.

It fails when a route that some role may open was seen by nobody, so that no page escapes the eye.
"""

import os
import re
from collections import deque
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import pytest
from django.urls import Resolver404, resolve

from tests.browser.conftest import Somebody
from tests.browser.people import DESK, PHONE, Person
from tests.test_access import EXPECTED

OUT = Path(__file__).parent.parent.parent / "pictures"
SCALE = 1.4
MOST_PAGES = 160
SAME_KIND = 3  # how many pages of one route are taken for one account: cases in different states look different
PEOPLE = (
    "hieutruong.bk-cs-01", "canbo.bk-cs-05", "canbo.ct-mn-01", "hieutruong.dh-th-01", "hieutruong.dh-mn-02", "hieutruong.bk-pt-01", "ca.phuong.lechan", "ca.phuong.ducxuan", "truongca.tanan",
    "pc02.bk", "pa05.ct", "vhxh.ducxuan", "vhxh.lechan", "ubnd.lechan", "ubnd.tanan", "chuyenvien.so.hp", "chuyenvien.so.bk", "lanhdao.so.ct", "vanthu.so.bk", "dpo", "quantri",
)  # fmt: skip
seen_routes: set[str] = set()


@pytest.fixture(scope="session", autouse=True)
def folder() -> Path:
    """An empty folder."""
    OUT.mkdir(exist_ok=True)
    for old in OUT.glob("*.png"):
        old.unlink()
    os.environ["SCREENSHOTS"] = str(OUT)
    return OUT


@pytest.mark.parametrize("username", PEOPLE)
def test_pages_and_papers(somebody: Somebody, username: str) -> None:
    with somebody(username) as person:
        walk(person)


def test_no_route_was_missed() -> None:
    readable = {line.route for line in EXPECTED if line.method == "GET" and 200 in line.answers.values()}
    assert readable - seen_routes == set()


def walk(person: Person) -> None:
    """Follow every link from the first page, a few pages of each route."""
    waiting, times = deque([person.page.url]), {}
    visited: set[str] = set()
    while waiting and len(visited) < MOST_PAGES:
        link = waiting.popleft().partition("#")[0]
        route = route_of(link, person)
        if route is None or link in visited or times.get(route, 0) >= SAME_KIND:
            continue
        visited.add(link)
        times[route] = times.get(route, 0) + 1
        if route.endswith("file"):
            picture_file(person, link, route)
        elif "logout" not in route and "twin" not in route:
            picture_page(person, link, f"{person.username}~{route.replace(':', '.')}~{times[route]}")
            waiting.extend(person.page.evaluate("[...document.links].map(link => link.href)"))


def route_of(link: str, person: Person) -> str | None:
    """The name of the route behind a link of ours."""
    parts = urlsplit(link)
    if parts.netloc != urlsplit(person.start).netloc:
        return None
    try:
        return resolve(parts.path).view_name
    except Resolver404:
        return None


def picture_page(person: Person, link: str, name: str) -> None:
    """Both screens."""
    answer = person.page.goto(link)
    if answer.status == 200:
        seen_routes.add(route_of(link, person) or "")
    for screen in (PHONE, DESK):
        person.page.set_viewport_size(screen["viewport"])
        person.shot(name)


def picture_file(person: Person, link: str, route: str) -> None:
    """Each page of a PDF."""
    answer = person.page.request.get(link)
    if answer.status != 200 or "pdf" not in answer.headers["content-type"]:
        return
    seen_routes.add(route)
    document = pypdfium2.PdfDocument(answer.body())
    word = re.sub(r"\W+", "-", urlsplit(link).path).strip("-")
    for number, page in enumerate(document, start=1):
        page.render(scale=SCALE).to_pil().save(OUT / f"paper~{person.username}~{word}~{number}.png")
