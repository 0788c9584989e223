"""Every running clock is a duty: opened and ended with the act that causes it, owed by a post, seen by both sides."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from coordination import clocks, duties
from coordination.models import SYSTEM, Duty, Role, TrailLine
from coordination.models.duties import DutyStatus
from coordination.workflow import MissingValue, Stale, move
from incidents import referral_actions
from incidents.models import Incident
from tests.world import NOW, World


@pytest.fixture
def incident(world: World) -> Incident:
    return world.file()


def of(world: World, about: object, kind: str) -> Duty:
    """The one duty of a kind about a thing."""
    world.see_all()
    return duties.of(about).get(kind=kind)


def test_a_duty_says_whose_it_is_about_what_since_when_until_when(world: World, incident: Incident) -> None:
    owed = of(world, world.referral(incident), "acknowledge")
    assert owed.post == world.actor("officer").post and owed.status == DutyStatus.OPEN
    assert (owed.opened_at, owed.due_at, owed.clock) == (NOW, NOW + timedelta(minutes=30), "safety:30m")
    assert owed.about_code == incident.code and owed.about_words == incident.duty_words
    assert set(owed.parties) >= {world.actor(who).body_id for who in ("officer", "principal", "culture", "doet")}
    assert duties.address_of(owed) == f"/vu-viec/{incident.code}/" and str(duties.words_of(owed)) == "Nhận tin vụ việc được chuyển"


def test_a_duty_of_an_office_clock_waits_for_working_hours(world: World) -> None:
    friday_evening = NOW.replace(hour=18)
    incident = world.file(at=friday_evening, kind="tobacco", severity="s1")
    assert clocks.local(of(world, incident, "look").due_at) == friday_evening.replace(day=24, hour=17), "Monday is the start, Tuesday 17:00 the end"


def test_opening_the_same_duty_twice_keeps_the_first_clock(world: World, incident: Incident) -> None:
    referral = world.referral(incident)
    with world.acting("officer", NOW + timedelta(hours=1)):
        again = duties.open("acknowledge", referral, owed_by=world.actor("officer").post, clock="safety:4h")
    assert again.due_at == NOW + timedelta(minutes=30)
    world.see_all()
    assert duties.of(referral).filter(kind="acknowledge").count() == 1


def test_the_database_itself_refuses_a_second_open_clock(world: World, incident: Incident) -> None:
    owed = of(world, incident, "look")
    owed.pk = None
    with pytest.raises(IntegrityError, match="one_open_duty_per_kind_and_thing_and_post"), transaction.atomic():
        owed.save(force_insert=True)


def test_an_ended_duty_has_its_end_and_an_open_one_has_none(world: World, incident: Incident) -> None:
    owed = of(world, incident, "look")
    for values in ({"status": "done"}, {"done_at": NOW}):
        with pytest.raises(IntegrityError, match="duty_is_over_when_it_has_an_end"), transaction.atomic():
            duties.every().filter(pk=owed.pk).update(**values)


def test_discharging_ends_every_open_clock_of_the_kind_and_leaves_a_line(world: World, incident: Incident) -> None:
    with world.acting("culture", NOW + timedelta(hours=1)):
        assert duties.discharge("look", incident) == 1
        assert duties.discharge("look", incident) == 0
    owed = of(world, incident, "look")
    assert (owed.status, owed.done_at) == (DutyStatus.DONE, NOW + timedelta(hours=1))
    line = TrailLine.objects.get(act="discharge", about_id=owed.pk)
    assert (line.about_model, line.actor_post, line.detail) == ("coordination.duty", "SYSTEM", {"before": "open", "after": "done"})


def test_a_duty_ends_in_the_way_the_act_says(world: World, incident: Incident) -> None:
    for act, status in (("waive", DutyStatus.WAIVED), ("lapse", DutyStatus.LAPSED)):
        with world.acting("system"), transaction.atomic():
            duties.discharge("look", incident, act=act)
            assert duties.of(incident).get(kind="look").status == status
            transaction.set_rollback(True)


def test_a_new_clock_can_start_when_the_old_one_has_ended(world: World, incident: Incident) -> None:
    post = world.actor("culture").post
    with world.acting("culture"):
        duties.discharge("look", incident)
        duties.open("look", incident, owed_by=post, clock="safety:4h")
    world.see_all()
    assert sorted(duties.of(incident).filter(kind="look").values_list("status", flat=True)) == ["done", "open"]


def test_only_the_clockwork_moves_a_duty(world: World, incident: Incident) -> None:
    owed = of(world, incident, "look")
    with world.acting("culture") as officer, pytest.raises(PermissionDenied):
        move(owed, "discharge", by=officer, done_at=NOW)
    with world.acting("system"):
        with pytest.raises(MissingValue):
            move(owed, "discharge", by=SYSTEM)
        with pytest.raises(Stale):
            move(owed, "confirm", by=SYSTEM)


def test_both_sides_see_the_clock_and_strangers_do_not(world: World, incident: Incident) -> None:
    referral = world.referral(incident)
    seen = {}
    for who in ("officer", "chief", "principal", "culture", "doet", "other_principal", "province_police", "dpo"):
        with world.acting(who) as actor:
            by_scope = Duty.objects.visible_to(actor).filter(about_id=referral.pk, kind="acknowledge").exists()
            by_wall = duties.of(referral).filter(kind="acknowledge").exists()
            assert by_scope == by_wall, f"{who}: the scope and the wall in the database agree"
            seen[who] = by_scope
    assert seen == {"officer": True, "chief": True, "principal": True, "culture": True, "doet": True, "other_principal": False, "province_police": False, "dpo": True}


def test_the_inbox_holds_what_ones_own_body_owes_the_most_urgent_first(world: World) -> None:
    late, soon = world.file(at=NOW), world.file(at=NOW + timedelta(minutes=20))
    with clocks.set_to(NOW + timedelta(minutes=40)):
        page = world.client("officer").get("/").content.decode()
        assert page.index(late.code) < page.index(soon.code)
        assert "quá hạn 10 phút" in page and "còn 10 phút" in page
        assert late.code in world.client("chief").get("/").content.decode(), "the body's work, whoever holds the post"
        assert "Nhận tin vụ việc được chuyển" not in world.client("principal").get("/").content.decode()
        assert "Gửi báo cáo đầy đủ" in world.client("principal").get("/").content.decode()


def test_a_discharged_duty_leaves_the_inbox(world: World, incident: Incident) -> None:
    with clocks.set_to(NOW + timedelta(minutes=1)):
        client = world.client("officer")
        assert "Nhận tin vụ việc được chuyển" in client.get("/").content.decode()
        with world.acting("officer") as officer:
            referral_actions.receive(world.referral(incident), by=officer)
        page = client.get("/").content.decode()
    assert "Nhận tin vụ việc được chuyển" not in page and "Cho nhà trường biết thông tin, kết quả" in page


def test_a_duty_belongs_to_the_head_post_and_not_to_whoever_sent_the_form(world: World) -> None:
    incident = world.file("deputy")
    assert of(world, incident, "full_report").post.role == Role.PRINCIPAL
