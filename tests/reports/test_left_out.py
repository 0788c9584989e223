"""A school is let off a period for a reason: it is not missing, not counted, and can be taken back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from coordination.models import SYSTEM, Duty, Notice
from coordination.scope import reading_as
from coordination.workflow import Stale
from reports import returning
from tests.reports.quarter import IN_TIME, Q3, expect, hand_in, on_the_day, return_of
from tests.world import World

WHY = "Trường tạm dừng hoạt động để sửa chữa cả quý."
GRID = "/theo-doi/?ky=2026-Q3"


@pytest.fixture
def expected(world: World) -> World:
    expect()
    return world


def let_off(world: World, who: str = "principal", by: str = "culture") -> None:
    with world.acting(by, IN_TIME) as actor:
        returning.leave_out(return_of(world, who), by=actor, reason=WHY)


def test_who_is_let_off_is_no_longer_expected(expected: World) -> None:
    let_off(expected)
    with on_the_day():
        for who in ("culture", "doet"):
            shown = " ".join(expected.client(who).get(GRID).content.decode().split())
            assert "0/11 đơn vị" in shown
            assert "chưa nộp 11 · được miễn nộp 1" in shown


def test_the_school_reads_why_and_owes_nothing(expected: World) -> None:
    with on_the_day(Q3.ends - timedelta(days=3)), reading_as(SYSTEM):
        returning.ask_for_returns()
    let_off(expected)
    with on_the_day():
        page = expected.client("principal").get(reverse("reports:return", args=[return_of(expected).code])).content.decode()
        assert WHY in page
        assert "Nộp số liệu kỳ</button>" not in page
    with reading_as(SYSTEM):
        duty = Duty.objects.visible_to(SYSTEM).get(kind="return", about_id=return_of(expected).pk)
        assert duty.status == "waived"
        assert Notice.objects.visible_to(SYSTEM).filter(kind="return_left_out", post_id=expected.actor("principal").post_id).count() == 1


def test_the_reason_is_for_the_two_sides_alone(expected: World) -> None:
    let_off(expected)
    page = reverse("reports:return", args=[return_of(expected).code])
    with on_the_day():
        assert {who: expected.client(who).get(page).status_code for who in ("culture", "doet", "other_principal")} == {"culture": 200, "doet": 403, "other_principal": 404}
        assert WHY not in expected.client("doet").get(GRID).content.decode()


def test_taken_back_it_is_asked_again(expected: World) -> None:
    let_off(expected)
    with on_the_day():
        client = expected.client("culture")
        back = reverse("reports:take_back", args=[return_of(expected).code])
        assert [client.post(back).status_code for _press in range(2)] == [302, 409]
    with on_the_day(), reading_as(SYSTEM):
        returning.ask_for_returns()
        assert Duty.objects.visible_to(SYSTEM).filter(kind="return", about_id=return_of(expected).pk, status="open").count() == 1
    assert return_of(expected).left_out_reason == ""
    assert hand_in(expected).status == "submitted"


def test_without_a_reason_the_form_comes_back(expected: World) -> None:
    address = reverse("reports:leave_out", args=[return_of(expected).code])
    with on_the_day():
        answer = expected.client("culture").post(address, {"reason": "  ", "__end": "1"})
    assert answer.status_code == 422
    assert "Chưa ghi lý do" in answer.content.decode()
    assert return_of(expected).status == "open"


def test_handed_in_or_let_off_before_is_409(expected: World) -> None:
    hand_in(expected)
    address = reverse("reports:leave_out", args=[return_of(expected).code])
    with on_the_day():
        assert expected.client("culture").post(address, {"reason": WHY, "__end": "1"}).status_code == 409
    let_off(expected, "other_principal")
    with expected.acting("culture", IN_TIME) as actor, pytest.raises(Stale):
        returning.leave_out(return_of(expected, "other_principal"), by=actor, reason=WHY)


def test_let_off_it_cannot_hand_in_nor_be_reminded(expected: World) -> None:
    let_off(expected)
    with pytest.raises(Stale):
        hand_in(expected)
    with on_the_day():
        assert expected.client("culture").post(reverse("reports:remind", args=[return_of(expected).code])).status_code == 409


@pytest.mark.parametrize("who", ["doet", "leader"])
def test_only_the_receiver_lets_off(expected: World, who: str) -> None:
    with expected.acting(who, IN_TIME) as actor, pytest.raises(PermissionDenied):
        returning.leave_out(return_of(expected), by=actor, reason=WHY)
