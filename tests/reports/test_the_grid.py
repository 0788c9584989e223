"""The grid: who handed in and who did not, x of 12; reminders once a day; the same number of queries for any number of rows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coordination.models import SYSTEM, Notice
from coordination.scope import reading_as
from reports.models import Return
from tests.reports.quarter import IN_TIME, Q3, expect, hand_in, happened, on_the_day, return_of, schools_of_the_ward
from tests.world import World

GRID = "/theo-doi/?ky=2026-Q3"


@pytest.fixture
def expected(world: World) -> World:
    expect()
    return world


def page(world: World, who: str, address: str = GRID, at: object = IN_TIME) -> str:
    with on_the_day(at):
        answer = world.client(who).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_units_are_counted_for_the_commune_and_for_the_department(expected: World) -> None:
    happened(expected, full={})
    for who in ("principal", "other_principal", "thpt_principal"):
        hand_in(expected, who)
    hand_in(expected, "hieutruong.bk-mn-01", at=IN_TIME + timedelta(days=9))
    for who in ("culture", "leader", "doet", "doet_leader"):
        shown = page(expected, who, at=IN_TIME + timedelta(days=10))
        assert "4/12 đơn vị" in shown
        assert "đúng hạn 3 · muộn 1 · chưa nộp 8" in " ".join(shown.split())


def test_filters_stay_in_the_address(expected: World) -> None:
    hand_in(expected, "thpt_principal")
    schools = {"culture": "THCS Ánh Dương", "doet": "THPT Đồi Hoa Ban"}
    assert schools["doet"] in page(expected, "doet", f"{GRID}&trang_thai=on_time")
    assert schools["culture"] not in page(expected, "doet", f"{GRID}&trang_thai=on_time")
    assert "1/3 đơn vị" in page(expected, "doet", f"{GRID}&tuyen=so")
    assert "0/9 đơn vị" in page(expected, "doet", f"{GRID}&tuyen=xa")


@pytest.mark.parametrize("wrong", ["ky=2026-Q9", "ky=2020-Q1", "trang_thai=x", "tuyen=x", "ky=2026-Q3&ky=2026-Q4", "after=x"])
def test_nonsense_in_the_address_is_400(expected: World, wrong: str) -> None:
    with on_the_day():
        assert expected.client("culture").get(f"/theo-doi/?{wrong}").status_code == 400


def test_the_grid_opens_on_the_quarter_that_closed(expected: World) -> None:
    assert "(Số liệu từ ngày 15/6/2026 đến hết ngày 14/9/2026)" in page(expected, "culture", "/theo-doi/")


def test_what_a_return_says_is_for_its_receiver(expected: World) -> None:
    hand_in(expected, "principal")
    assert "Không phát sinh" in page(expected, "culture", f"{GRID}&trang_thai=on_time")
    assert "Không phát sinh" not in page(expected, "doet", f"{GRID}&trang_thai=on_time")


def test_a_school_is_reminded_once_a_day(expected: World) -> None:
    remind = reverse("reports:remind", args=[return_of(expected).code])
    with on_the_day():
        client = expected.client("culture")
        assert [client.post(remind).status_code for _press in range(2)] == [302, 409]
    with on_the_day(IN_TIME + timedelta(days=1)):
        assert expected.client("culture").post(remind).status_code == 302
    with reading_as(SYSTEM):
        told = Notice.objects.visible_to(SYSTEM).filter(kind="return_reminded")
        assert [notice.post_id for notice in told] == [expected.actor("principal").post_id] * 2


def test_nobody_is_reminded_before_the_window_closes_or_after_handing_in(expected: World) -> None:
    remind = reverse("reports:remind", args=[return_of(expected).code])
    with on_the_day(Q3.ends - timedelta(hours=1)):
        assert expected.client("culture").post(remind).status_code == 409
    hand_in(expected)
    with on_the_day():
        assert expected.client("culture").post(remind).status_code == 409


@pytest.mark.parametrize(("who", "code"), [("doet", 403), ("leader", 403), ("principal", 403), ("officer", 404), ("clerk", 404)])
def test_only_the_receiving_desk_reminds(expected: World, who: str, code: int) -> None:
    with on_the_day():
        assert expected.client(who).post(reverse("reports:remind", args=[return_of(expected).code])).status_code == code


@pytest.mark.parametrize(("who", "code"), [("principal", 403), ("officer", 403), ("clerk", 403), ("culture", 200)])
def test_who_has_the_grid(expected: World, who: str, code: int) -> None:
    with on_the_day():
        assert expected.client(who).get("/theo-doi/").status_code == code


def test_queries_do_not_grow_with_rows(expected: World) -> None:
    def asked() -> int:
        client = expected.client("doet")
        with on_the_day(), CaptureQueriesContext(connection) as queries:
            assert client.get(GRID).status_code == 200
        return len(queries)

    many = asked()
    with reading_as(SYSTEM):
        kept = return_of(expected, "thpt_principal")
        Return.objects.visible_to(SYSTEM).of_period(Q3).exclude(pk=kept.pk).delete()
    assert asked() == many


def test_postgresql_shows_a_row_to_its_parties_alone(expected: World) -> None:
    def seen(who: str) -> int:
        with expected.acting(who), connection.cursor() as cursor:
            cursor.execute("select count(*) from reports_return")
            return cursor.fetchone()[0]

    assert {who: seen(who) for who in ("principal", "culture", "doet", "officer")} == {"principal": 1, "culture": 12, "doet": 12, "officer": 0}
    assert len(schools_of_the_ward()) == 12
