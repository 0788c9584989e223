"""A meeting freezes its figures, takes conclusions with owner and day only, and ends in duties."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from briefings import actions
from briefings.models import AgendaItem, Attendance, Conclusion
from briefings.workflow import BriefingStatus
from coordination import audit, clocks
from coordination.models import SYSTEM, Duty, Notice, Organisation, TrailLine
from coordination.workflow import Stale
from tests.briefings.meetings import DUE, MEETS_AT, agreed, closed, fresh, held, planned, said
from tests.world import NOW, World


def url(name: str, thing: object, *more: object) -> str:
    return reverse(f"briefings:{name}", args=[thing.code, *more])


def test_opening_asks_first_and_a_get_changes_nothing(world: World) -> None:
    briefing = planned(world)
    page = world.client("culture").get(url("hold", briefing))
    assert page.status_code == 200 and "Bước này không hoàn tác được" in page.content.decode()
    assert fresh(briefing).status == BriefingStatus.PLANNED


def test_frozen_figures_and_agenda_do_not_change_after_another_case(world: World) -> None:
    world.file()
    briefing = held(world)
    before = briefing.figures, world.client("culture").get(url("detail", briefing)).content.decode().count("ĐX-26-")
    world.file(at=MEETS_AT)
    after = fresh(briefing).figures, world.client("culture").get(url("detail", briefing)).content.decode().count("ĐX-26-")
    assert before == after
    assert before[0]["tables"]["incidents"][0]["numbers"]["cases"] == 1
    assert "15/9/2026" in before[0]["window"]


def test_the_trails_newest_root_is_kept_with_the_figures(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "latest_root", lambda: "ab" * 32)
    assert held(world).root == "ab" * 32


def test_the_second_press_and_the_second_chair_are_told_that_somebody_was_first(world: World) -> None:
    briefing = held(world)
    with clocks.set_to(MEETS_AT):
        assert world.client("leader").post(url("hold", briefing)).status_code == 409
        assert world.client("leader").get(url("hold", briefing)).status_code == 409
        assert world.client("culture").post(url("refresh", briefing)).status_code == 409
        assert world.client("culture").post(url("close", briefing)).status_code == 302
        assert world.client("leader").post(url("close", briefing)).status_code == 409
        assert world.client("culture").post(url("conclude", briefing), said(world)).status_code == 409


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"owner_post": ""}, "Chưa chọn người chịu trách nhiệm"),
        ({"due_on": ""}, "Chưa có ngày hoàn thành"),
        ({"due_on": "01/11/2026"}, "Ngày này đã qua"),
        ({"text": "  "}, "Chưa có nội dung"),
    ],
)
def test_a_conclusion_without_owner_or_day_is_refused_and_the_form_stays_filled(world: World, changes: dict, words: str) -> None:
    briefing = held(world)
    with clocks.set_to(MEETS_AT):
        answer = world.client("culture").post(url("conclude", briefing), said(world, **changes))
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page
    assert ("Gửi lịch trực cổng trường." in page) == ("text" not in changes)
    world.see_all()
    assert not Conclusion.objects.visible_to(SYSTEM).exists()


def test_a_conclusion_is_numbered_and_the_owner_can_be_any_invited_body(world: World) -> None:
    briefing = held(world)
    with clocks.set_to(MEETS_AT):
        answer = world.client("leader").post(url("conclude", briefing), said(world))
        assert answer["Location"] == url("detail", briefing) + "#ket-luan"
    agreed(world, briefing, "officer")
    world.see_all()
    assert [row.number for row in Conclusion.objects.visible_to(SYSTEM).order_by("number")] == [1, 2]


def test_an_owner_from_outside_the_room_is_not_offered(world: World) -> None:
    briefing = held(world)
    outsider = world.actor("doet").post
    with clocks.set_to(MEETS_AT):
        answer = world.client("culture").post(url("conclude", briefing), said(world, owner_post=f"{outsider.organisation.code}.{outsider.role}"))
    assert answer.status_code == 422


def test_a_conclusion_taken_back_leaves_no_gap(world: World) -> None:
    briefing = held(world)
    for owed_by in ("principal", "officer", "culture"):
        agreed(world, briefing, owed_by)
    with clocks.set_to(MEETS_AT):
        assert world.client("culture").post(url("withdraw", briefing, 1)).status_code == 302
        assert world.client("culture").post(url("withdraw", briefing, 3)).status_code == 409
    world.see_all()
    left = Conclusion.objects.visible_to(SYSTEM).order_by("number")
    assert [(row.number, row.owner_post_id) for row in left] == [(1, world.actor("officer").post_id), (2, world.actor("culture").post_id)]


def test_attendance_asks_the_absent_for_a_reason(world: World) -> None:
    briefing = held(world)
    bodies = Organisation.objects.filter(pk__in=briefing.parties)
    everybody = {f"here_{body.code}": "on" for body in bodies} | {f"why_{body.code}": "" for body in bodies} | {"__end": "1"}
    absent = bodies.get(pk=world.actor("other_principal").body_id)
    del everybody[f"here_{absent.code}"]
    with clocks.set_to(MEETS_AT):
        refused = world.client("culture").post(url("attend", briefing), everybody)
        taken = world.client("culture").post(url("attend", briefing), everybody | {f"why_{absent.code}": "Đi tập huấn"})
    assert refused.status_code == 422 and "Đơn vị vắng: ghi lý do" in refused.content.decode()
    assert taken.status_code == 302
    world.see_all()
    rows = Attendance.objects.visible_to(SYSTEM).filter(briefing=briefing)
    assert (rows.count(), rows.get(present=False).reason) == (14, "Đi tập huấn")


def test_ending_turns_a_conclusion_into_a_duty_of_its_owner_until_five_of_the_day(world: World) -> None:
    conclusion = closed(world)
    owner = world.actor("principal")
    with world.acting("principal", MEETS_AT + timedelta(days=1)):
        duty = Duty.objects.visible_to(owner).get(kind="conclusion")
        assert (duty.post_id, duty.due_at, duty.about_code) == (owner.post_id, clocks.at(DUE, clocks.CLOSING), conclusion.code)
        assert Notice.objects.visible_to(owner).filter(kind="conclusion_owed", link=conclusion.get_absolute_url()).exists()
    with clocks.set_to(MEETS_AT + timedelta(days=1)):
        inbox = world.client("principal").get("/").content.decode()
    assert conclusion.duty_words in inbox and conclusion.get_absolute_url() in inbox
    world.see_all()
    assert sorted(duty.parties) == sorted({owner.body_id, world.actor("culture").body_id})


def test_the_page_before_ending_names_who_owes_what_by_when(world: World) -> None:
    briefing = held(world)
    agreed(world, briefing)
    page = world.client("culture").get(url("close", briefing)).content.decode()
    assert "xong trước 17:00 ngày 04/12/2026" in page and "Hiệu trưởng" in page


def test_the_owner_carries_out_and_the_host_confirms(world: World) -> None:
    conclusion = closed(world)
    later = MEETS_AT + timedelta(days=2)
    with clocks.set_to(later):
        assert world.client("principal").post(url("carry_out", conclusion), {"note": "", "__end": "1"}).status_code == 422
        assert world.client("deputy").post(url("carry_out", conclusion), {"note": "Đã gửi lịch.", "__end": "1"}).status_code == 302
        assert world.client("principal").post(url("carry_out", conclusion), {"note": "Đã gửi.", "__end": "1"}).status_code == 409
        assert world.client("culture").post(url("confirm", conclusion)).status_code == 302
        assert world.client("leader").post(url("confirm", conclusion)).status_code == 409
        assert "Đã gửi lịch." in world.client("officer").get(url("conclusion", conclusion)).content.decode()
    world.see_all()
    assert (fresh(conclusion).status, Duty.objects.visible_to(SYSTEM).get(kind="conclusion").status) == ("confirmed", "confirmed")
    assert Notice.objects.visible_to(SYSTEM).filter(post=world.actor("culture").post, kind="conclusion_done").exists()


def test_nothing_is_carried_out_before_the_meeting_has_ended(world: World) -> None:
    conclusion = agreed(world, held(world))
    with world.acting("principal", MEETS_AT) as principal, pytest.raises(Stale):
        actions.carry_out(conclusion, by=principal, note="Đã gửi.")
    page = world.client("principal").get(url("conclusion", conclusion)).content.decode()
    assert "Giao khi kết thúc cuộc họp" in page and "<textarea" not in page


def test_the_trail_keeps_ids_and_no_words_of_the_room(world: World) -> None:
    conclusion = closed(world)
    world.see_all()
    lines = TrailLine.objects.filter(about_model__startswith="briefings.")
    assert {line.act for line in lines} == {"plan", "open", "conclude", "close"}
    assert conclusion.text not in str([line.detail for line in lines])


def test_what_was_agreed_lies_sealed(world: World) -> None:
    conclusion = closed(world)
    world.see_all()
    with connection.cursor() as cursor:
        cursor.execute("select text from briefings_conclusion where id = %s", [conclusion.pk])
        assert "cổng".encode() not in bytes(cursor.fetchone()[0])


def test_an_agenda_is_written_anew_and_not_twice(world: World) -> None:
    world.file()
    briefing = held(world)
    world.see_all()
    assert AgendaItem.objects.visible_to(SYSTEM).filter(briefing=briefing).count() == 1
    assert briefing.held_at == MEETS_AT > NOW


def test_the_police_lead_their_own_meeting_to_its_end(world: World) -> None:
    conclusion = closed(world, "principal", "chief")
    with clocks.set_to(MEETS_AT):
        assert world.client("principal").post(url("carry_out", conclusion), {"note": "Đã gửi lịch.", "__end": "1"}).status_code == 302
        assert world.client("culture").post(url("confirm", conclusion)).status_code == 403
        assert world.client("chief").post(url("confirm", conclusion)).status_code == 302
