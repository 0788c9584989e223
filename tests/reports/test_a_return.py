"""A school hands in its quarter once: the counts of its own cases, or a nil return after asking three places."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from coordination import clocks
from coordination.models import SYSTEM, Duty, Notice
from coordination.scope import reading_as
from reports import figures, returning
from reports.models import Return
from tests.reports.quarter import ALL_ASKED, IN_TIME, Q3, expect, hand_in, happened, on_the_day, return_of
from tests.world import World

ASKED = dict.fromkeys(returning.TICKS, "on")


def url(item: Return) -> str:
    return reverse("reports:return", args=[item.code])


def form(world: World, item: Return, **said: str) -> dict[str, str]:
    """What a browser sends after looking at the page."""
    with reading_as(SYSTEM):
        seen = figures.hash_of(figures.of_school(item.school, item.period))
    return {"answer": "nil", "words": "", "seen": seen, "__end": "1"} | said


@pytest.fixture
def item(world: World) -> Return:
    expect()
    return return_of(world)


def test_a_nil_return_is_handed_in_after_asking_three_places(world: World, item: Return) -> None:
    with on_the_day():
        answer = world.client("principal").post(url(item), form(world, item, **ASKED))
    assert answer.status_code == 302
    item = return_of(world)
    assert (item.status, item.nil, item.state) == ("submitted", True, "on_time")
    assert item.submitted_by_id == world.actor("principal").pk


@pytest.mark.parametrize("forgotten", returning.TICKS)
def test_a_nil_return_without_one_of_its_questions_comes_back_filled(world: World, item: Return, forgotten: str) -> None:
    said = {name: value for name, value in ASKED.items() if name != forgotten}
    with on_the_day():
        answer = world.client("principal").post(url(item), form(world, item, words="Thiếu bảo vệ ca tối.", **said))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Thiếu bảo vệ ca tối." in page
    assert f'href="#id_{forgotten}"' in page
    assert return_of(world).status == "open"


def test_a_nil_return_is_refused_when_the_school_has_cases(world: World, item: Return) -> None:
    happened(world)
    with on_the_day():
        answer = world.client("principal").post(url(item), form(world, item, **ASKED))
    assert answer.status_code == 422
    assert "đã báo 1 vụ việc" in answer.content.decode()
    assert return_of(world).status == "open"


def test_counts_are_refused_when_there_are_none(world: World, item: Return) -> None:
    with on_the_day():
        answer = world.client("principal").post(url(item), form(world, item, answer="counts"))
    assert answer.status_code == 422


def test_confirmed_counts_stay_as_they_were(world: World, item: Return) -> None:
    happened(world, full={})
    with on_the_day():
        client = world.client("principal")
        assert client.post(url(item), form(world, item, answer="counts", words="Cần thêm đèn ở cổng sau.")).status_code == 302
    happened(world)
    with on_the_day():
        page = client.get(url(item)).content.decode()
    handed = return_of(world)
    assert handed.figures["totals"]["cases"] == 1
    assert handed.figures["totals"]["pupils"] == 7
    assert "Cần thêm đèn ở cổng sau." in page
    assert "[Tự tổng hợp]" in page


def test_counts_that_changed_under_the_page_are_shown_again(world: World, item: Return) -> None:
    happened(world)
    said = form(world, item, answer="counts")
    happened(world)
    with on_the_day():
        answer = world.client("principal").post(url(item), said)
    assert answer.status_code == 422
    assert "vừa thay đổi" in answer.content.decode()


def test_a_second_press_meets_409(world: World, item: Return) -> None:
    said = form(world, item, **ASKED)
    with on_the_day():
        client = world.client("principal")
        assert [client.post(url(item), said).status_code for _press in range(2)] == [302, 409]


def test_nothing_is_handed_in_before_the_window_closes(world: World, item: Return) -> None:
    with on_the_day(Q3.ends - timedelta(minutes=1)):
        client = world.client("principal")
        assert "<form method=\"post\" novalidate" not in client.get(url(item)).content.decode()
        assert client.post(url(item), form(world, item, **ASKED)).status_code == 422


def test_a_late_return_is_taken_and_says_so(world: World, item: Return) -> None:
    late = hand_in(world, at=IN_TIME + timedelta(days=5))
    assert late.state == "late"


@pytest.mark.parametrize(
    ("who", "reading", "writing"),
    [("principal", 200, 302), ("deputy", 200, 403), ("other_principal", 404, 404), ("culture", 200, 403), ("leader", 200, 403), ("doet", 403, 403), ("officer", 404, 404), ("clerk", 404, 404)],
)
def test_who_may_read_and_who_hands_in(world: World, item: Return, who: str, reading: int, writing: int) -> None:
    with on_the_day():
        client = world.client(who)
        assert client.get(url(item)).status_code == reading
        assert client.post(url(item), form(world, item, **ASKED)).status_code == writing


def test_the_department_reads_the_return_of_its_own_school(world: World, item: Return) -> None:
    with on_the_day():
        assert world.client("doet").get(url(return_of(world, "thpt_principal"))).status_code == 200
        assert world.client("culture").get(url(return_of(world, "thpt_principal"))).status_code == 403


def test_the_duty_begins_in_the_last_month_and_ends_with_the_return(world: World, item: Return) -> None:
    def owed() -> list[Duty]:
        with reading_as(SYSTEM):
            return list(Duty.objects.visible_to(SYSTEM).filter(kind="return", about_id=item.pk))

    for day, count in ((31, 0), (1, 1), (2, 1)):
        with clocks.set_to(datetime(2026, 8 if day == 31 else 9, day, 8, 0, tzinfo=clocks.ZONE)), reading_as(SYSTEM):
            returning.ask_for_returns()
        assert len(owed()) == count
    assert owed()[0].due_at == item.due_at == datetime(2026, 9, 16, 17, 0, tzinfo=clocks.ZONE)
    hand_in(world)
    assert [duty.status for duty in owed()] == ["done"]


def test_the_receiving_desk_is_told(world: World, item: Return) -> None:
    hand_in(world)
    with reading_as(SYSTEM):
        told = Notice.objects.visible_to(SYSTEM).filter(kind="return_filed")
        assert [notice.post_id for notice in told] == [world.actor("culture").post_id]


def test_another_month_has_its_own_row_and_the_same_one_is_opened_once(world: World, item: Return) -> None:
    assert expect() == 0
    with reading_as(SYSTEM):
        assert Return.objects.visible_to(SYSTEM).of_period(Q3).count() == 12


def test_a_return_goes_where_its_school_answers(world: World, item: Return) -> None:
    thpt = return_of(world, "thpt_principal")
    committee, department = world.actor("culture").body_id, world.actor("doet").body_id
    assert (item.managing_body_id, thpt.managing_body_id) == (committee, department)
    assert set(thpt.parties) == {thpt.school_id, department, committee}
    assert ALL_ASKED.keys() == {"asked_class_teachers", "asked_gate", "asked_hotline"}


def test_the_list_shows_the_school_its_own_periods(world: World, item: Return) -> None:
    with on_the_day():
        page = world.client("principal").get(reverse("reports:returns")).content.decode()
        assert "Quý III năm 2026" in page
        assert page.count(url(item)) == 1
        assert world.client("culture").get(reverse("reports:returns")).status_code == 403
