"""What a list costs: at most seven record queries, as many for fifty rows as for one; and pages that neither skip nor repeat.

Counted apart (ground.md 28): transaction control, setting the reader, lines of the trail, and the door (session, user, appointment).
"""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coordination import clocks, duties, notices, periods
from coordination.models import SYSTEM, Duty, Notice
from coordination.models.notices import NoticeKind
from coordination.scope import reading_as
from coordination.web import paging, params
from incidents.models import Incident, Referral
from reports import returning
from reports.models import QUARTER
from tests.access.stage import LATER, meeting, ordered
from tests.world import NOW, World

MOST = 7
APART = re.compile(r'^(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)|set_config|current_setting|^insert into coordination_trailline|"coordination_session"|FROM "coordination_user"|FROM "coordination_appointment"', re.I)


@dataclass(frozen=True)
class List:
    """A list page, its reader, and how fifty rows come into it."""

    path: str
    who: str
    fill: Callable[[World], None]

    def __str__(self) -> str:
        return f"{self.who}{self.path}"


def file_many(world: World) -> None:
    """Fifty cases of one school, each with its referral, duties and notices."""
    first = world.file()
    with reading_as(SYSTEM):
        referral = Referral.objects.visible_to(SYSTEM).get(incident=first)
        cases = copies(Incident, first, 50, lambda case, number: {"key": uuid.uuid4(), "spoken_code": f"ĐX-26-{number + 100:04d}", "created_at": NOW + timedelta(minutes=number)})
        sent = copies(Referral, referral, 50, lambda copy, number: {"incident_id": cases[number].pk, "sent_at": NOW + timedelta(minutes=number)})
        for about, made in ((first, cases), (referral, sent)):
            for duty in duties.of(about):
                copies(Duty, duty, 50, lambda copy, number, made=made: {"about_id": made[number].pk, "due_at": NOW + timedelta(hours=number + 1)})


def copies(model: Any, row: Any, many: int, changes: Callable[[Any, int], dict[str, Any]]) -> list[Any]:
    """Rows like this one. Sealed text is bound to its row, so a copy has none."""
    found = []
    for number in range(many):
        copy = model.objects.visible_to(SYSTEM).get(pk=row.pk)
        copy.pk = None
        for name, value in {"uid": uuid.uuid4(), "code": None, "summary": "", "place_detail": "", "reason": "", "outcome_note": "", "discussion": ""}.items():
            if name in {field.name for field in model._meta.fields}:
                setattr(copy, name, value if name != "code" else model._meta.get_field("code").get_default())
        for name, value in changes(copy, number).items():
            setattr(copy, name, value)
        copy.save(force_insert=True)
        found.append(copy)
    return found


def tell_many(world: World) -> None:
    """Fifty notices in the principal's bell."""
    case = world.file()
    with reading_as(SYSTEM), clocks.set_to(NOW):
        for _number in range(50):
            notices.tell(world.actor("principal").post, NoticeKind.REFERRAL_SEEN, case)


def meet_many(world: World) -> None:
    """Fifty briefings."""
    for _number in range(50):
        meeting(world, "culture", "leader")


def print_many(world: World) -> None:
    """Fifty reports."""
    first = ordered(world, "culture", "education")
    with reading_as(SYSTEM):
        copies(type(first), first, 50, lambda copy, number: {"ordered_at": NOW + timedelta(minutes=number), "period_key": f"{2010 + number // 4}-Q{number % 4 + 1}"})


LISTS = [
    List("/", "principal", file_many),
    List("/", "officer", file_many),
    List("/", "culture", file_many),
    List("/vu-viec/", "principal", file_many),
    List("/vu-viec/", "culture", file_many),
    List("/vu-viec/", "doet", file_many),
    List("/chuyen-den/?tab=tat-ca", "officer", file_many),
    List("/chuyen-den/", "officer", file_many),
    List("/thong-bao/", "principal", tell_many),
    List("/giao-ban/", "culture", meet_many),
    List("/giao-ban/", "principal", meet_many),
    List("/bao-cao/", "culture", print_many),
]


def cost(client: Client, path: str) -> tuple[int, list[str]]:
    """The record queries of a page."""
    with clocks.set_to(LATER), CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200
    asked = [query["sql"] for query in captured.captured_queries if not APART.search(query["sql"])]
    return len(asked), asked


@pytest.mark.parametrize("page", LISTS, ids=str)
def test_a_list_costs_the_same_for_one_row_and_for_fifty(world: World, page: List) -> None:
    client = world.client(page.who)
    one_of_each(world)
    few, _asked = cost(client, page.path)
    page.fill(world)
    many, asked = cost(client, page.path)
    assert many == few, "\n".join(asked)
    assert many <= MOST, "\n".join(asked)


def one_of_each(world: World) -> None:
    """One case, one notice, one briefing, one report."""
    world.file("other_principal")
    world.file()
    meeting(world, "culture", "leader")
    ordered(world, "culture", "police")


@pytest.mark.parametrize(("path", "who"), [("/so-lieu/", "principal"), ("/theo-doi/", "culture"), ("/theo-doi/", "doet")])
def test_returns_cost_the_same_for_many(world: World, path: str, who: str) -> None:
    client, period = world.client(who), periods.period_at(QUARTER, LATER)
    with reading_as(SYSTEM), clocks.set_to(LATER):
        returning.open_period(QUARTER, period.key)
    few, _asked = cost(client, path)
    with reading_as(SYSTEM), clocks.set_to(LATER):
        for _number in range(6):
            period = periods.previous(period)
            returning.open_period(QUARTER, period.key)
    many, asked = cost(client, path)
    assert many == few <= MOST, "\n".join(asked)


# Pages

PAGED = [
    ("/vu-viec/", "principal", "after", lambda world: file_cases(world, 120)),
    ("/chuyen-den/?tab=tat-ca", "officer", "after", lambda world: file_cases(world, 120)),
    ("/", "officer", "sau", lambda world: file_cases(world, 120)),
    ("/thong-bao/", "principal", "sau", lambda world: tell_at_one_instant(world, 120)),
]


def file_cases(world: World, many: int) -> None:
    """Cases in threes at the same instant: the key must part them."""
    first = world.file()
    with reading_as(SYSTEM):
        referral = Referral.objects.visible_to(SYSTEM).get(incident=first)
        cases = copies(Incident, first, many, lambda case, number: {"key": uuid.uuid4(), "spoken_code": f"ĐX-26-{number + 100:04d}", "created_at": NOW + timedelta(minutes=number // 3)})
        sent = copies(Referral, referral, many, lambda copy, number: {"incident_id": cases[number].pk, "sent_at": NOW + timedelta(minutes=number // 3)})
        duty = duties.of(referral).get()
        copies(Duty, duty, many, lambda copy, number: {"about_id": sent[number].pk, "about_code": cases[number].code, "due_at": NOW + timedelta(minutes=number // 3)})


def tell_at_one_instant(world: World, many: int) -> None:
    """Notices of one instant."""
    case = world.file()
    with reading_as(SYSTEM), clocks.set_to(NOW):
        for _number in range(many):
            notices.tell(world.actor("principal").post, NoticeKind.REFERRAL_SEEN, case)


@pytest.mark.parametrize(("path", "who", "name", "fill"), PAGED, ids=lambda value: str(value) if isinstance(value, str) else "")
def test_pages_follow_without_gap_or_repeat(world: World, path: str, who: str, name: str, fill: Callable[[World], None]) -> None:
    fill(world)
    shown = [row for rows in pages(world.client(who), path, name) for row in rows]
    with reading_as(world.actor(who)):
        expected = everything(world, path, who)
    assert len(shown) == len(set(shown)) == len(expected)
    assert set(shown) == expected


def pages(client: Client, path: str, name: str) -> Iterator[list[str]]:
    """The rows of each page, as the addresses they lead to."""
    after = ""
    for _page in range(10):
        with clocks.set_to(LATER):
            answer = client.get(path + ("&" if "?" in path else "?") + f"{name}={after}" if after else path)
        assert answer.status_code == 200
        context = answer.context
        rows = context.get("rows") or [each["duty"] for each in context.get("duties") or []] or context.get("notices") or []
        yield [row["url"] if isinstance(row, dict) else str(row.pk) for row in rows]
        after = context.get("older") or context.get("after") or ""
        if not after:
            return
    raise AssertionError("pages without end")


def everything(world: World, path: str, who: str) -> set[str]:
    """What the pages must show, asked without pages."""
    actor = world.actor(who)
    if path == "/":
        return {str(pk) for pk in Duty.objects.visible_to(actor).filter(body_id=actor.body_id, status="open").values_list("pk", flat=True)}
    if path == "/thong-bao/":
        return {str(pk) for pk in Notice.objects.visible_to(actor).values_list("pk", flat=True)}
    if path == "/vu-viec/":
        return {f"/vu-viec/{code}/" for code in Incident.objects.visible_to(actor).values_list("code", flat=True)}
    return {f"/chuyen-den/{code}/xem/" for code in Referral.objects.visible_to(actor).values_list("code", flat=True)}


@pytest.mark.parametrize(("path", "who", "name"), [("/vu-viec/", "principal", "after"), ("/chuyen-den/", "officer", "after"), ("/", "officer", "sau"), ("/thong-bao/", "principal", "sau"), ("/giao-ban/", "culture", "after"), ("/bao-cao/", "culture", "after"), ("/ban-giao/", "doet", "after"), ("/so-lieu/", "principal", "after"), ("/theo-doi/", "culture", "after")])
def test_a_forged_cursor_is_refused(world: World, path: str, who: str, name: str) -> None:
    client = world.client(who)
    good = params.make_cursor([NOW.isoformat(), 1])
    assert client.get(path, {name: good}).status_code == 200
    strange = [good[:-1] + ("A" if good[-1] != "A" else "B"), "x" + good, good.replace(":", "", 1), "1", params.make_cursor(["x", "y"]), params.make_cursor([1]), params.make_cursor([NOW.isoformat(), "1; drop"]), "x" * 5000, "é:é:é"]
    assert {cursor[:20]: client.get(path, {name: cursor}).status_code for cursor in strange} == {cursor[:20]: 400 for cursor in strange}


def test_counts_stop_one_past_the_cap(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_COUNTED", 5)
    file_cases(world, 9)
    with reading_as(world.actor("principal")), CaptureQueriesContext(connection) as captured:
        said = paging.capped_count(Incident.objects.visible_to(world.actor("principal")))
    assert said == 6
    assert "LIMIT 6" in captured.captured_queries[-1]["sql"]
