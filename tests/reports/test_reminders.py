"""The portal reminds by the clock, the desk reminds all at once; nobody is told twice on a day or after handing in."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from coordination.models import SYSTEM, Notice
from coordination.scope import reading_as
from reports import returning
from tests.reports.quarter import IN_TIME, Q3, Q4, expect, hand_in, on_the_day, return_of
from tests.world import World

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def expected(world: World) -> World:
    expect()
    return world


def due(world: World) -> datetime:
    return return_of(world).due_at


def told(world: World, who: str = "principal") -> int:
    with reading_as(SYSTEM):
        return Notice.objects.visible_to(SYSTEM).filter(kind="return_reminded", post_id=world.actor(who).post_id).count()


def chore(at: datetime) -> int:
    with on_the_day(at), reading_as(SYSTEM):
        return returning.remind_by_the_clock()


def test_each_reminder_comes_once(expected: World) -> None:
    end = due(expected)
    hours = [end - DAY - HOUR, end - DAY, end - HOUR, end + DAY, end + DAY + HOUR, end + 3 * DAY, end + 3 * DAY + HOUR, end + 9 * DAY]
    assert [chore(at) for at in hours] == [0, 12, 0, 12, 0, 12, 0, 0]
    assert told(expected) == 3


def test_a_loop_that_slept_sends_the_last_one_alone(expected: World) -> None:
    assert chore(due(expected) + 3 * DAY + HOUR) == 12
    assert told(expected) == 1


def test_a_long_forgotten_period_is_left_in_peace(expected: World) -> None:
    assert chore(due(expected) + 60 * DAY) == 0


def test_who_has_handed_in_or_is_let_off_is_not_reminded(expected: World) -> None:
    hand_in(expected)
    with expected.acting("culture", IN_TIME) as actor:
        returning.leave_out(return_of(expected, "other_principal"), by=actor, reason="Trường tạm dừng hoạt động.")
    assert chore(due(expected) + DAY) == 10
    assert (told(expected), told(expected, "other_principal")) == (0, 0)


def test_a_persons_reminder_stands_for_the_clocks(expected: World) -> None:
    with expected.acting("culture", due(expected) + DAY + HOUR) as actor:
        returning.remind(return_of(expected), by=actor)
    assert chore(due(expected) + DAY + 2 * HOUR) == 11


def press(world: World, who: str, **fields: str) -> int:
    with on_the_day():
        return world.client(who).post(reverse("reports:remind_all"), {"ky": Q3.key, "__end": "1"} | fields).status_code


def test_the_desk_reminds_its_own_line_at_once(expected: World) -> None:
    assert press(expected, "doet") == 302
    assert (told(expected, "thpt_principal"), told(expected)) == (1, 0)
    assert press(expected, "culture") == 302
    assert press(expected, "culture") == 302
    assert told(expected) == 1


def test_before_the_window_closes_nobody_is_reminded(expected: World) -> None:
    expect(Q4)
    assert press(expected, "culture", ky=Q4.key) == 302
    assert told(expected) == 0


@pytest.mark.parametrize(("who", "fields", "code"), [("principal", {}, 403), ("leader", {}, 403), ("culture", {"ky": "x"}, 400), ("culture", {"mo": "1"}, 400)])
def test_others_and_nonsense_are_refused(expected: World, who: str, fields: dict[str, str], code: int) -> None:
    assert press(expected, who, **fields) == code


def test_the_department_sees_each_commune_and_opens_one(expected: World) -> None:
    commune = return_of(expected).commune
    with on_the_day():
        answer = expected.client("doet").get(f"/theo-doi/?ky=2026-Q3&xa={commune.pk}")
        assert "Đang xem:" in answer.content.decode()
        assert expected.client("doet").get("/theo-doi/?ky=2026-Q3&xa=x").status_code == 400
        assert "0/0 đơn vị" in expected.client("doet").get("/theo-doi/?ky=2026-Q3&xa=999999999").content.decode()
