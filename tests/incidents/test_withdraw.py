"""Rút (báo nhầm): the school's until the police have it; told, marked, not counted, still readable."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from coordination import audit, clocks, duties
from coordination.models import Duty, Notice
from coordination.models.notices import NoticeKind
from coordination.workflow import Stale
from incidents import actions, endings, figures, referral_actions
from incidents.models import Incident
from tests.world import NOW, SUMMARY, World

END = {"__end": "1"}
LATER = NOW + timedelta(hours=1)
WHY = "Nhầm ngày, việc xảy ra ở trường khác."


def press(world: World, who: str, case: Incident, act: str = "rut", at: Any = LATER, **fields: str) -> Any:
    with clocks.set_to(at):
        return world.client(who).post(f"/vu-viec/{case.code}/{act}/", END | fields)


def page(world: World, who: str, case: Incident) -> Any:
    with clocks.set_to(LATER):
        return world.client(who).get(f"/vu-viec/{case.code}/")


def fresh(world: World, row: Any) -> Any:
    world.see_all()
    return type(row).objects.unscoped("test").get(pk=row.pk)


def test_a_withdrawn_case_stops_every_clock_and_tells_the_other_side(world: World) -> None:
    case = world.file()
    assert world.client("principal").get(f"/vu-viec/{case.code}/rut/").status_code == 200
    assert press(world, "principal", case, text=WHY).status_code == 302
    done = fresh(world, case)
    assert (done.status, done.ended_at, done.ended_reason) == ("withdrawn", LATER, WHY)
    assert fresh(world, world.referral(case)).status == "recalled"
    assert not Duty.objects.unscoped("test").filter(status="open", about_code=case.code).exists()
    assert {duty.status for duty in duties.of(case)} == {"waived"}
    for who in ("culture", "officer"):
        assert Notice.objects.unscoped("test").filter(post=world.actor(who).post, kind=NoticeKind.INCIDENT_WITHDRAWN).count() == 1, who


def test_the_reason_is_sealed_and_opens_only_for_whom_the_story_opens(world: World) -> None:
    case = world.file()
    press(world, "principal", case, text=WHY)
    with connection.cursor() as cursor:
        world.see_all()
        cursor.execute("select ended_reason from incidents_incident")
        assert WHY not in cursor.fetchone()[0]
    assert {who: WHY in page(world, who, case).content.decode() for who in ("principal", "officer", "culture", "doet")} == {"principal": True, "officer": True, "culture": False, "doet": False}


def test_it_stays_listed_marked_and_readable_and_nothing_more_is_done_to_it(world: World) -> None:
    case = world.file()
    press(world, "principal", case, text=WHY)
    for who in ("principal", "deputy", "culture"):
        with clocks.set_to(LATER):
            rows = world.client(who).get("/vu-viec/?status=ended").content.decode()
        assert case.spoken_code in rows and "Rút (báo nhầm)" in rows
    shown = page(world, "principal", case).content.decode()
    assert SUMMARY in shown and "Không tính vào số liệu" in shown
    assert "btn" not in shown.split('<div class="acts">')[1].split("</div>")[0]
    for act, fields in (("rut", {"text": WHY}), ("bo-sung", {"text": "x"}), ("ket-thuc", {"confirmed": "1"}), ("chuyen-cong-an", {"text": "x"}), ("nhap-vao", {"into": case.code})):
        assert press(world, "principal", case, act, **fields).status_code == 409, act
    referral = world.referral(case)
    with clocks.set_to(LATER):
        assert world.client("officer").post(f"/chuyen-den/{referral.code}/nhan-tin/", END).status_code == 409


def test_it_is_not_counted(world: World) -> None:
    kept, gone = world.file(), world.file()
    press(world, "principal", gone, text=WHY)
    with world.acting("system", LATER):
        for cases in (figures.cases_in(kept.commune), figures.cases_of(kept.school)):
            assert figures.totals(figures.lines(cases, NOW - timedelta(days=1), LATER))["cases"] == 1
            assert figures.outcomes(cases) == {"": 1}


def test_without_a_referral_it_is_withdrawn_as_well(world: World) -> None:
    case = world.file(kind="tobacco", severity="s1")
    assert press(world, "principal", case, text=WHY).status_code == 302
    assert fresh(world, case).status == "withdrawn"


def test_seen_is_not_yet_received(world: World) -> None:
    case = world.file()
    with world.acting("officer") as officer:
        referral_actions.see(world.referral(case), by=officer)
    assert press(world, "principal", case, text=WHY).status_code == 302


@pytest.mark.parametrize("step", ["received", "answered"])
def test_once_the_police_have_it_the_page_says_that_the_result_is_theirs(world: World, step: str) -> None:
    case = getattr(world, step)().incident
    shown = world.client("principal").get(f"/vu-viec/{case.code}/rut/")
    assert shown.status_code == 200 and "Không có dấu hiệu vi phạm" in shown.content.decode() and "<textarea" not in shown.content.decode()
    assert press(world, "principal", case, text=WHY).status_code == 409
    with world.acting("principal") as principal, pytest.raises(Stale):
        endings.withdraw(case, by=principal, reason=WHY)
    assert fresh(world, case).status == "submitted"
    assert f"/vu-viec/{case.code}/rut/" not in page(world, "principal", case).content.decode()


def test_a_case_passed_on_is_with_the_police(world: World) -> None:
    case = world.file()
    with world.acting("officer") as officer:
        referral_actions.forward(world.referral(case), by=officer, to=world.actor("pc04.bk").organisation, reason="Thuộc thẩm quyền.")
    assert press(world, "principal", case, text=WHY).status_code == 409


@pytest.mark.parametrize("text", ["", "   ", "x" * 5000])
def test_a_reason_is_asked(world: World, text: str) -> None:
    case = world.file()
    assert press(world, "principal", case, text=text).status_code == 422
    assert fresh(world, case).status == "submitted"


def test_who_may_not(world: World) -> None:
    case = world.file()
    given = {who: press(world, who, case, text=WHY).status_code for who in ("deputy", "culture", "officer", "doet", "other_principal")}
    assert given == {"deputy": 403, "culture": 403, "officer": 403, "doet": 403, "other_principal": 404}
    for who in ("deputy", "culture"):
        with world.acting(who) as actor, pytest.raises(PermissionDenied):
            endings.withdraw(case, by=actor, reason=WHY)
    assert press(world, "deputy", world.file("deputy"), text=WHY).status_code == 302, "his own"


def test_it_leaves_one_line_in_the_trail_without_the_reason(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[str, dict[str, Any]]] = []
    kept = audit.record
    monkeypatch.setattr(audit, "record", lambda act, about, *, by, **detail: (written.append((act, detail)), kept(act, about, by=by, **detail))[1])
    press(world, "principal", world.file(), text=WHY)
    assert [act for act, _detail in written if act in {"withdraw", "recall"}] == ["withdraw", "recall"]
    assert WHY not in str(written)


def test_an_addendum_is_told_to_the_other_side_and_not_to_the_one_who_wrote_it(world: World) -> None:
    case = world.received().incident
    with world.acting("principal", LATER) as principal:
        actions.amend(case, by=principal, text="Thêm một em bị xây xát.")
        actions.amend(case, by=principal, text="Thêm một em bị xây xát.")
    world.see_all()
    told = Notice.objects.unscoped("test").filter(kind=NoticeKind.INCIDENT_AMENDED).order_by("pk")
    assert [notice.post for notice in told] == [world.actor("culture").post, world.actor("officer").post]


def test_the_recalled_referral_is_told_as_such_to_the_police(world: World) -> None:
    case = world.file()
    press(world, "principal", case, text=WHY)
    with clocks.set_to(LATER):
        queue = world.client("officer").get("/chuyen-den/?tab=tat-ca")
        assert case.spoken_code in queue.content.decode()
        assert case.spoken_code not in world.client("officer").get("/chuyen-den/").content.decode()
