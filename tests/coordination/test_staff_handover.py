"""Handover at a change of staff: duties stay with the post, what one person had in hand goes over, all of it is written down and printed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from coordination import clocks
from coordination.models import Appointment, StaffHandover, TrailLine
from coordination.paper import handover_papers, papers
from coordination.people import staff_handovers
from coordination.people.staff_handovers import Change
from coordination.scope import reading_as
from coordination.workflow import Refused, Stale
from incidents import endings
from incidents.models import Incident, Referral
from tests.access.stage import account, draft
from tests.world import NOW, World

ON = NOW.date()
FORM = {"on": "20/11/2026", "reason": "Quyết định điều động mẫu", "__end": "1"}


@pytest.fixture
def successor(world: World) -> Appointment:
    """A second officer at the ward's desk."""
    with world.acting("system"):
        return account("truc2.ducxuan", world.actor("officer").organisation, "commune_police_officer", "")


def hand_over(world: World, who: str, leaver: Appointment, successor: Appointment, **changes: Any) -> StaffHandover:
    with world.acting(who) as actor:
        return staff_handovers.record(leaver, successor, **({"on": ON, "reason": "Quyết định mẫu"} | changes), by=actor)


def test_what_an_officer_handled_goes_to_whoever_takes_over(world: World, successor: Appointment) -> None:
    referral = world.received()
    handover = hand_over(world, "chief", world.actor("officer"), successor)
    with world.acting("system"):
        assert Referral.objects.visible_to(world.actor("officer")).get(pk=referral.pk).handler == successor
        lines = TrailLine.objects.filter(act__in=("hand_over", "hand_over_post")).order_by("pk").values_list("about_model", "detail__after")
        assert list(lines) == [("incidents.referral", successor.pk), ("coordination.staffhandover", successor.pk)]
    groups = {group["words"]: group for group in handover.passed}
    assert groups["Vụ việc đang trực tiếp giải quyết"] == {"words": "Vụ việc đang trực tiếp giải quyết", "lines": [referral.incident.duty_words], "moved": True}
    assert [referral.incident.spoken_code in line for line in groups["Việc đang đến hạn về vụ việc"]["lines"]] == [True]


def test_a_draft_goes_over_and_the_leaver_sees_it_no_more(world: World) -> None:
    with world.acting("system"):
        other = account("pho2.bk-cs-01", world.actor("deputy").organisation, "school_officer", "")
    mine = draft(world, "deputy")
    hand_over(world, "principal", world.actor("deputy"), other)
    with reading_as(other):
        assert Incident.objects.visible_to(other).filter(pk=mine.pk).exists()
    with world.acting("deputy") as leaver:
        assert not Incident.objects.visible_to(leaver).filter(pk=mine.pk).exists()


def test_a_case_about_the_leadership_is_on_no_list(world: World) -> None:
    told = world.file()
    apart = world.file()
    with world.acting("deputy") as deputy:
        endings.keep_out(apart, by=deputy)
    with world.acting("deputy") as deputy:
        said = " ".join(line for group in staff_handovers.listed(Change(deputy, None, deputy)) for line in group.lines)
    assert told.spoken_code in said and apart.spoken_code not in said


@pytest.mark.parametrize("who", ["other_principal", "doet_leader", "leader", "deputy", "sysadmin"])
def test_nobody_hands_over_the_work_of_another_unit(world: World, successor: Appointment, who: str) -> None:
    with pytest.raises(Refused):
        hand_over(world, who, world.actor("officer"), successor)


def test_only_the_same_post_or_the_head_takes_over(world: World, successor: Appointment) -> None:
    with pytest.raises(Refused):
        hand_over(world, "chief", world.actor("officer"), world.actor("province_police"))
    assert hand_over(world, "chief", world.actor("officer"), world.actor("chief")).successor == world.actor("chief")


def test_the_same_handover_is_recorded_once(world: World, successor: Appointment) -> None:
    hand_over(world, "chief", world.actor("officer"), successor)
    with pytest.raises(Stale):
        hand_over(world, "chief", world.actor("officer"), successor)


def test_the_pages_lead_from_the_list_to_the_paper(world: World, successor: Appointment) -> None:
    world.received()
    chief = world.client("chief")
    with clocks.set_to(NOW):
        address = f"/ban-giao-cong-viec/moi/?tu={world.actor('officer').pk}"
        assert address in chief.get("/ban-giao-cong-viec/").content.decode()
        assert "Đang mở ở vị trí này" in chief.get(address).content.decode()
        answers = FORM | {"leaver": str(world.actor("officer").pk), "successor": str(successor.pk)}
        bad = chief.post("/ban-giao-cong-viec/moi/", answers | {"reason": ""})
        assert bad.status_code == 422 and "Chưa có căn cứ" in bad.content.decode() and 'value="20/11/2026"' in bad.content.decode()
        far = chief.post("/ban-giao-cong-viec/moi/", answers | {"on": "20/11/2020"})
        assert far.status_code == 422 and "60 ngày" in far.content.decode()
        asked = chief.post("/ban-giao-cong-viec/moi/", answers)
        assert asked.status_code == 200 and "Bước này không hoàn tác được" in asked.content.decode()
        done = chief.post("/ban-giao-cong-viec/moi/", answers | {"confirmed": "1"})
        page = chief.get(done.url).content.decode()
        assert "In biên bản bàn giao" in page
        assert world.client("officer").get(done.url).status_code == 200
        assert world.client("principal").get(done.url).status_code == 404


def test_the_paper_names_codes_and_posts_and_nobody(world: World, successor: Appointment) -> None:
    referral = world.received()
    handover = hand_over(world, "chief", world.actor("officer"), successor)
    with world.acting("chief") as chief:
        paper = handover_papers.of_post(handover, chief)
        assert papers.printable(handover, chief)[0].kind == "bien-ban-giao-viec"
    said = repr(paper)
    assert referral.incident.spoken_code in said and "Trực ban Công an, Công an phường Đức Xuân" in said
    assert successor.user.username not in said and "truc" not in said


def test_who_left_long_ago_is_not_offered(world: World, successor: Appointment) -> None:
    with world.acting("system"):
        Appointment.objects.filter(pk=successor.pk).update(starts_on=date(2025, 7, 1), ends_on=ON - timedelta(days=61))
    with world.acting("chief") as chief:
        assert successor not in staff_handovers.may_leave(chief)
        assert successor not in staff_handovers.may_take_over(world.actor("officer"))


def test_without_a_reader_no_handover_is_shown(world: World, successor: Appointment) -> None:
    handover = hand_over(world, "chief", world.actor("officer"), successor)
    with reading_as(world.actor("principal")), connection.cursor() as cursor:
        cursor.execute("select count(*) from coordination_staffhandover where id = %s", [handover.pk])
        assert cursor.fetchone() == (0,)


def test_the_page_of_its_paper_names_the_post_and_the_day_and_no_bare_code(world: World, successor: Appointment) -> None:
    made = hand_over(world, "chief", world.actor("officer"), successor)
    with world.acting("chief") as chief:
        paper = papers.order(papers.offered("bien-ban-giao-viec"), made, by=chief)
    with clocks.set_to(NOW):
        page = world.client("chief").get(paper.get_absolute_url()).content.decode()
    assert '<p class="lead">Trực ban Công an, 20-11-2026</p>' in page and f'class="lead">{made.code}' not in page
