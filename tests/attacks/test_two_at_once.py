"""Two presses in the same second, over real connections: what is counted is counted once, what is held is held."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from coordination import clocks
from coordination.keeping import holds, retention
from coordination.models import SYSTEM
from coordination.scope import reading_as
from coordination.workflow import Refused
from incidents import break_glass
from incidents.models import BreakGlass, Incident
from tests.live import copied_database, speaking_to
from tests.world import NOW, World

WHY = {"cause": "missing", "reason": "Gia đình báo em chưa về nhà từ tối qua, cần tìm ngay.", "paper": "Sổ trực số 12"}
UNSENT = {"kind": "tobacco", "severity": "s3"}


@pytest.fixture(scope="module")
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """A copy of the test database in which everything is committed at once, as in the served portal."""
    with copied_database("attacks_copy", django_db_blocker) as name, speaking_to(name, django_db_blocker):
        yield World()


def at_once(*presses: Callable[[], Any]) -> list[Any]:
    """Press together, each on a connection of its own; what was raised stands for the answer."""
    answers: list[Any] = [None] * len(presses)
    start = threading.Barrier(len(presses))

    def press(place: int) -> None:
        start.wait(20)
        try:
            with clocks.set_to(NOW):
                answers[place] = presses[place]()
        except Refused as refused:
            answers[place] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(place,)) for place in range(len(presses))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def breaking(world: World, who: str, case: Incident) -> Callable[[], Any]:
    """A glass about to be broken by somebody."""
    actor = world.actor(who)

    def press() -> BreakGlass:
        with reading_as(actor):
            return break_glass.break_glass(break_glass.find(actor, code=case.spoken_code, school=case.school.name), by=actor, **WHY)

    return press


def uses_of(case: Incident) -> int:
    with reading_as(SYSTEM):
        return BreakGlass.objects.visible_to(SYSTEM).filter(incident=case).count()


def test_the_same_glass_pressed_four_times_at_once_breaks_once(committed: World) -> None:
    case = committed.file(**UNSENT)
    at_once(*[breaking(committed, "officer", case)] * 4)
    assert uses_of(case) == 1


def test_the_question_after_three_uses_is_not_passed_by_pressing_together(committed: World) -> None:
    cases = [committed.file(**UNSENT) for _each in range(6)]
    at_once(*[breaking(committed, "chief", case) for case in cases])
    assert sum(uses_of(case) for case in cases) == break_glass.MANY


def test_a_hold_that_was_asked_for_is_not_set_while_its_case_is_being_destroyed(committed: World) -> None:
    """Whoever sets it waits until the other is done: no held case loses its words afterwards."""
    case = committed.received().incident
    with committed.acting("chief") as chief:
        keeper = retention.keeper_of("incidents.incident")
        asked = holds.place(keeper, case, by=chief, reason="Đang xác minh.", ends_on=None, to=committed.actor("province_police_head").organisation)
    destroying, done = threading.Event(), []

    def destroy() -> None:
        with reading_as(SYSTEM):
            keeper.lock(case.pk)
            destroying.set()
            time.sleep(1)
            done.append("destroyed")

    def hold() -> None:
        destroying.wait(20)
        with committed.acting("province_police_head") as head:
            holds.set_hold(asked, by=head)
        done.append("held")

    at_once(destroy, hold)
    assert done == ["destroyed", "held"]
