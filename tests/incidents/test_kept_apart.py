"""What else lets go of a case that concerns a school's leadership: agendas, conclusions, the duty desk's form, the ruling, the line of a case passed on; and a head who is not told yet."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from briefings import actions as meetings
from briefings.models import AgendaItem, Briefing, Conclusion
from coordination import clocks, duties
from coordination.models import Duty, Notice
from coordination.scope import reading_as, set_reader
from coordination.workflow import Refused, Stale
from incidents import actions, endings, referral_actions
from incidents.models import Incident, Referral
from tests.access.stage import MEETS_AT, meeting
from tests.incidents.test_conflict import CONFLICT, ask, instead
from tests.world import NOW, World

RESTRICTED = {"kind": "child_sexual_abuse", "severity": "s4"}
LATER = NOW + timedelta(hours=2)


def keep_out(world: World, case: Incident, who: str = "culture") -> None:
    with world.acting(who, LATER) as actor:
        endings.keep_out(Incident.objects.visible_to(actor).get(pk=case.pk), by=actor)


# At the table


def lines_about(referral: Referral) -> int:
    return AgendaItem.objects.unscoped("test").filter(about_model="incidents.referral", about_id=referral.pk).count()


def test_a_planned_briefing_loses_its_line_and_its_count_at_once(world: World) -> None:
    apart, other = world.received(), world.received(at=NOW - timedelta(hours=1), occurred_at=NOW - timedelta(hours=2))
    planned = meeting(world, "culture", "leader")
    world.see_all()
    assert lines_about(apart) == lines_about(other) == 1
    before = Briefing.objects.unscoped("test").get(pk=planned.pk).figures
    keep_out(world, apart.incident)
    world.see_all()
    assert (lines_about(apart), lines_about(other)) == (0, 1)
    assert Briefing.objects.unscoped("test").get(pk=planned.pk).figures != before


def test_what_the_school_was_to_do_about_it_is_the_desks_until_the_same_hour(world: World) -> None:
    referral = world.received()
    planned = meeting(world, "culture", "leader")
    with world.acting("culture", MEETS_AT) as culture:
        held = meetings.hold(planned, by=culture)
        item = AgendaItem.objects.visible_to(culture).get(briefing=held, about_id=referral.pk, about_model="incidents.referral")
        due_on = (NOW + timedelta(days=7)).date()
        conclusion = meetings.conclude(held, by=culture, text="Gửi lịch trực.", owner_post=world.actor("principal").post, due_on=due_on, item=item)
        meetings.close(held, by=culture)
    assert "Thực hiện kết luận giao ban" in ask(world, "principal", "/").content.decode()
    keep_out(world, referral.incident)
    world.see_all()
    owed = Duty.objects.unscoped("test").get(kind="conclusion", status="open")
    assert (owed.post, owed.due_at) == (world.actor("culture").post, clocks.at(due_on, clocks.CLOSING))
    assert Conclusion.objects.unscoped("test").get(pk=conclusion.pk).owner_post == world.actor("culture").post
    assert not Duty.objects.unscoped("test").filter(parties__contains=[referral.incident.school_id]).exists()
    assert not Notice.objects.unscoped("test").filter(body_id=referral.incident.school_id).exists()
    assert "Thực hiện kết luận giao ban" not in ask(world, "principal", "/").content.decode()


# At the duty desk


def call_form(world: World, **changes: str) -> dict[str, str]:
    school = world.actor("principal").organisation
    return world.form() | {"school": school.code, "origin": "call", "caller": "teacher", "called_at": "08:30 20/11/2026"} | changes


def test_the_duty_desk_writes_down_that_the_leadership_is_concerned(world: World) -> None:
    sent = call_form(world, conflict="on")
    with clocks.set_to(NOW):
        client = world.client("officer")
        assert "Có liên quan đến lãnh đạo nhà trường" in client.get("/chuyen-den/ghi-tin-bao/").content.decode()
        answer = client.post("/chuyen-den/ghi-tin-bao/", sent)
        assert client.post("/chuyen-den/ghi-tin-bao/", sent).url == answer.url
        assert client.post("/chuyen-den/ghi-tin-bao/", {name: value for name, value in sent.items() if name != "conflict"}).status_code == 409
    code = answer.url.split("/")[2]
    assert {who: ask(world, who, f"/vu-viec/{code}/").status_code for who in ("officer", "principal", "deputy", "culture")} == {"officer": 200, "principal": 404, "deputy": 404, "culture": 200}
    assert "Chuyên viên Phòng Văn hóa - Xã hội" in ask(world, "officer", f"/vu-viec/{code}/").content.decode().split("Đầu mối thay mặt nhà trường")[1][:120]
    world.see_all()
    case = Incident.objects.unscoped("test").get(code=code)
    assert case.kept_out == sorted(world.actor(who).user_id for who in ("principal", "deputy")) and case.school_id not in case.parties
    assert Referral.objects.unscoped("test").get(incident=case).kept_out == case.kept_out
    assert not Notice.objects.unscoped("test").filter(body_id=case.school_id).exists()
    assert duties.of(case).get(kind="full_report").post == world.actor("culture").post


def test_without_the_tick_the_head_is_told(world: World) -> None:
    with clocks.set_to(NOW):
        answer = world.client("officer").post("/chuyen-den/ghi-tin-bao/", call_form(world))
    assert ask(world, "principal", answer.url).status_code == 200


# The ruling


def discussed(world: World, case: Incident, who: str) -> Referral:
    """The officer answers, who stands in disagrees."""
    referral = world.referral(case)
    with world.acting("officer") as officer:
        referral = referral_actions.answer(referral_actions.receive(referral, by=officer), by=officer, outcome="reminded")
    with world.acting(who) as actor:
        return referral_actions.discuss(referral, by=actor, text="Chưa rõ.")


def test_the_body_whose_desk_stands_in_does_not_rule_at_a_school_of_the_so(world: World) -> None:
    referral = discussed(world, instead(world, "doet", "thpt_principal", kind="weapon_possession"), "doet")
    for who in ("doet", "officer"):
        with world.acting(who) as actor, pytest.raises(Refused, match="đang thay mặt nhà trường"):
            referral_actions.ask_ruling(referral, by=actor, text="Chưa thống nhất.")
        where = f"/chuyen-den/{referral.code}/de-nghi-cho-y-kien/"
        said = ask(world, who, where), ask(world, who, where, text="Chưa thống nhất.")
        assert [answer.status_code for answer in said] == [200, 409], who
        assert all("không cho ý kiến về chính việc này" in answer.content.decode() for answer in said)


def test_at_a_school_of_the_commune_the_so_rules_as_before(world: World) -> None:
    referral = discussed(world, instead(world), "culture")
    with world.acting("culture") as culture:
        assert referral_actions.ask_ruling(referral, by=culture, text="Chưa thống nhất.").ruling_body == world.actor("doet").organisation


# The line of a case passed on


def seen_by(world: World, who: str) -> list[tuple[str, int]]:
    """The referrals that PostgreSQL itself shows."""
    with transaction.atomic():
        set_reader(world.actor(who))
        with connection.cursor() as cursor:
            cursor.execute("select status, to_org_id from incidents_referral order by id")
            return cursor.fetchall()


def test_in_the_database_a_unit_sees_the_line_it_passed_on_and_nobody_kept_out_sees_that(world: World) -> None:
    referral = world.received()
    for who, to in (("officer", "pc04.bk"), ("pc04.bk", "province_police")):
        with world.acting(who) as actor:
            referral = referral_actions.forward(referral, by=actor, to=world.actor(to).organisation, reason="Thuộc thẩm quyền.")
    mine = world.actor("pc04.bk").body_id
    assert seen_by(world, "pc04.bk") == [("forwarded", mine)]
    world.see_all()
    Incident.objects.unscoped("test").filter(pk=referral.incident_id).update(stand_in=world.actor("culture"), kept_out=[world.actor("pc04.bk").user_id])
    with reading_as(world.actor("culture")):
        from_here = Incident.objects.unscoped("test").get(pk=referral.incident_id)
    endings.spread(from_here)
    assert seen_by(world, "pc04.bk") == []
    with world.acting("pc04.bk") as actor:
        assert not Referral.objects.visible_to(actor).exists()


def test_in_the_database_what_was_not_passed_on_stands_behind_its_case(world: World) -> None:
    referral = world.received()
    world.see_all()
    Incident.objects.unscoped("test").filter(pk=referral.incident_id).update(parties=[])
    assert seen_by(world, "officer") == []


# A head who is not told yet


def untold(world: World, **changes: Any) -> Incident:
    with world.acting("deputy") as deputy:
        return actions.file(uuid.uuid4(), by=deputy, answers=world.answers(**RESTRICTED | changes), untold=True)


@pytest.mark.parametrize(("kind", "severity", "ticked", "sees"), [("child_sexual_abuse", "s4", False, 404), ("child_sexual_abuse", "s4", True, 200), ("weapon_possession", "s3", False, 200)])
def test_of_a_restricted_kind_the_head_hears_only_when_the_deputy_says_so(world: World, kind: str, severity: str, ticked: bool, sees: int) -> None:
    sent = world.form(kind=kind, severity=severity) | ({"tell_head": "on"} if ticked else {})
    with clocks.set_to(NOW):
        client = world.client("deputy")
        check = client.post("/vu-viec/bao-nhanh/", sent | {"confirmed": ""}).content.decode()
        answer = client.post("/vu-viec/bao-nhanh/", sent)
    assert ("Trưởng Công an báo sau" in check) == (sees == 404)
    code = answer.url.split("/")[2]
    assert (ask(world, "deputy", f"/vu-viec/{code}/").status_code, ask(world, "principal", f"/vu-viec/{code}/").status_code) == (200, sees)
    world.see_all()
    assert Notice.objects.unscoped("test").filter(post=world.actor("principal").post).count() == 0
    assert Incident.objects.unscoped("test").get(code=code).untold == (sees == 404)


def test_the_principal_himself_is_not_asked(world: World) -> None:
    assert "tell_head" not in ask(world, "principal", "/vu-viec/bao-nhanh/").content.decode()
    with world.acting("principal") as principal, pytest.raises(PermissionDenied):
        actions.file(uuid.uuid4(), by=principal, answers=world.answers(**RESTRICTED), untold=True)


@pytest.mark.parametrize("who", ["deputy", "guardian", "chief"])
def test_who_decides_tells_him_later_and_the_case_is_the_schools_again(world: World, who: str) -> None:
    case = untold(world)
    where = f"/vu-viec/{case.code}/bao-hieu-truong/"
    page = ask(world, "deputy", f"/vu-viec/{case.code}/").content.decode()
    assert "Hiệu trưởng chưa được báo vụ việc này." in page and "Có liên quan đến lãnh đạo nhà trường." not in page
    world.see_all()
    owed = duties.of(case).get(kind="full_report", status="open")
    assert owed.post == world.actor("culture").post
    assert ask(world, "principal", where).status_code == 404 and ask(world, "culture", where).status_code == 403
    assert ask(world, who, where).status_code == 200
    assert ask(world, who, where, confirmed="1").status_code == 302
    assert ask(world, "principal", f"/vu-viec/{case.code}/").status_code == 200
    world.see_all()
    now = duties.of(case).get(kind="full_report", status="open")
    assert (now.post, now.due_at) == (world.actor("principal").post, owed.due_at) and case.school_id in now.parties
    assert Notice.objects.unscoped("test").filter(post=world.actor("principal").post, kind="head_told").count() == 1
    assert ask(world, who, where, confirmed="1").status_code == (403 if who == "guardian" else 409), "the office stands in no longer"


def test_a_conflict_is_never_told(world: World) -> None:
    with world.acting("deputy") as deputy:
        case = actions.file(uuid.uuid4(), by=deputy, answers=world.answers(**CONFLICT), conflict=True)
        with pytest.raises(Stale):
            endings.tell_head(case, by=deputy)
    assert ask(world, "deputy", f"/vu-viec/{case.code}/bao-hieu-truong/").status_code == 409
    assert "bao-hieu-truong" not in ask(world, "deputy", f"/vu-viec/{case.code}/").content.decode()
