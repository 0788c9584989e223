"""A briefing is for those invited; a school's name stands beside a case for itself, its managing body and its police alone."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from briefings.models import AgendaItem, Briefing, Conclusion
from coordination import clocks, openwork
from coordination.models import SYSTEM
from coordination.scope import reading_as
from tests.briefings.meetings import MEETS_AT, agreed, closed, held, planned
from tests.world import World


def url(name: str, thing: object) -> str:
    return reverse(f"briefings:{name}", args=[thing.code])


def section(page: str, name: str) -> str:
    return re.search(rf'id="{name}">(.*?)</section>', page, re.S)[1]


@pytest.mark.parametrize("who", ["culture", "leader", "principal", "deputy", "officer", "chief"])
def test_the_invited_read(world: World, who: str) -> None:
    assert world.client(who).get(url("detail", planned(world))).status_code == 200


@pytest.mark.parametrize("who", ["doet", "province_police", "clerk"])
def test_the_others_find_nothing(world: World, who: str) -> None:
    assert world.client(who).get(url("detail", planned(world))).status_code == 404


@pytest.mark.parametrize(("who", "code"), [("culture", 200), ("officer", 200), ("principal", 200), ("doet", 403), ("clerk", 403), ("sysadmin", 403)])
def test_who_has_the_list(world: World, who: str, code: int) -> None:
    assert world.client(who).get(reverse("briefings:list")).status_code == code


@pytest.mark.parametrize("who", ["principal", "officer", "chief"])
@pytest.mark.parametrize("name", ["amend", "refresh", "hold", "close", "attend", "conclude"])
def test_guests_do_not_lead_the_meeting(world: World, who: str, name: str) -> None:
    assert world.client(who).post(url(name, planned(world)), {"__end": "1"}).status_code == 403


@pytest.mark.parametrize("name", ["detail", "amend", "hold", "close"])
def test_an_outsider_finds_nothing(world: World, name: str) -> None:
    assert world.client("doet").get(url(name, planned(world))).status_code == 404


def test_a_desk_officer_does_not_plan(world: World) -> None:
    assert world.client("officer").get(reverse("briefings:plan")).status_code == 403


def test_a_conclusion_is_carried_out_by_its_owner_and_confirmed_by_the_host(world: World) -> None:
    conclusion = closed(world)
    with clocks.set_to(MEETS_AT):
        for who in ("other_principal", "officer", "culture"):
            assert world.client(who).post(url("carry_out", conclusion), {"note": "x", "__end": "1"}).status_code == 403
        assert world.client("principal").post(url("confirm", conclusion)).status_code == 403
        assert world.client("doet").get(url("conclusion", conclusion)).status_code == 404


def test_postgresql_hides_the_rows_from_other_bodies(world: World) -> None:
    closed(world)
    for who, rows in (("principal", 1), ("doet", 0)):
        with reading_as(world.actor(who)), connection.cursor() as cursor:
            for table in ("briefing", "conclusion"):
                cursor.execute(f"select count(*) from briefings_{table}")
                assert cursor.fetchone()[0] == rows, (who, table)


def test_a_school_sees_no_other_schools_name_in_the_agenda(world: World) -> None:
    world.file("principal")
    world.file("other_principal", kind="extortion_robbery")
    briefing = planned(world)
    mine, other = (world.actor(who).organisation.called for who in ("principal", "other_principal"))
    readers = ("principal", "other_principal", "thpt_principal", "leader", "officer")
    seen = {who: section(world.client(who).get(url("detail", briefing)).content.decode(), "vu-viec") for who in readers}
    assert {who: (mine in words, other in words) for who, words in seen.items()} == {
        "principal": (True, False),
        "other_principal": (False, True),
        "thpt_principal": (False, False),
        "leader": (True, True),
        "officer": (True, True),
    }
    assert all(words.count("ĐX-26-") == 2 for words in seen.values())
    assert "href" not in seen["thpt_principal"] and "href" not in seen["leader"] and "href" in seen["officer"]


def test_beside_a_case_the_owner_too_stays_unnamed_to_other_schools(world: World) -> None:
    incident = world.file("principal")
    briefing = held(world)
    with reading_as(SYSTEM):
        item = AgendaItem.objects.visible_to(SYSTEM).get(briefing=briefing)
    agreed(world, briefing, "principal", item=item)
    name = world.actor("principal").organisation.called
    pages = {who: section(world.client(who).get(url("detail", briefing)).content.decode(), "ket-luan") for who in ("principal", "other_principal", "officer")}
    assert {who: name in page for who, page in pages.items()} == {"principal": True, "other_principal": False, "officer": True}
    assert "Nhà trường có liên quan" in pages["other_principal"] and incident.spoken_code in pages["other_principal"]


def test_a_conclusion_returns_to_its_case(world: World) -> None:
    incident = world.file("principal")
    briefing = held(world)
    with reading_as(SYSTEM):
        item = AgendaItem.objects.visible_to(SYSTEM).get(briefing=briefing)
    conclusion = agreed(world, briefing, "officer", item=item)
    with world.acting("principal") as actor:
        assert openwork.case_lines(incident, actor) == []
    with clocks.set_to(MEETS_AT):
        world.client("culture").post(url("close", briefing))
    with world.acting("principal") as actor:
        lines = openwork.case_lines(incident, actor)
    assert [(line.at, line.link) for line in lines] == [(MEETS_AT, url("conclusion", conclusion))]
    assert lines[0].words == f"{conclusion.duty_words}: Gửi lịch trực cổng trường. – Trực ban Công an · Công an phường Đức Xuân, xong trước 17:00 ngày 04/12/2026 (Đang thực hiện)"
    with world.acting("doet") as actor:
        assert openwork.case_lines(incident, actor) == []


def test_buttons_are_those_of_the_move_table(world: World) -> None:
    briefing = planned(world)
    assert "Mở cuộc họp" in world.client("culture").get(url("detail", briefing)).content.decode()
    assert "Mở cuộc họp" not in world.client("principal").get(url("detail", briefing)).content.decode()


def test_an_empty_list_says_what_to_do(world: World) -> None:
    assert "Lên lịch một cuộc" in world.client("culture").get(reverse("briefings:list")).content.decode()
    assert "Chưa có cuộc giao ban nào mời đơn vị này" in world.client("principal").get(reverse("briefings:list")).content.decode()


def test_the_filter_stays_in_the_address_and_nonsense_is_refused(world: World) -> None:
    planned(world)
    listed = reverse("briefings:list")
    assert "Giao ban số 1" in world.client("culture").get(listed, {"status": "planned"}).content.decode()
    assert "Giao ban số 1" not in world.client("culture").get(listed, {"status": "closed"}).content.decode()
    assert world.client("culture").get(listed, {"status": "x"}).status_code == 400


def counted(world: World, who: str, path: str) -> int:
    client = world.client(who)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_queries_do_not_grow_with_rows(world: World) -> None:
    world.file("principal")
    closed(world)
    first = held(world)
    agreed(world, first)
    few = [counted(world, "culture", path) for path in (reverse("briefings:list"), url("detail", first))]
    for _again in range(3):
        world.file("other_principal")
        closed(world, "officer")
    second = held(world)
    for owed_by in ("principal", "officer", "culture", "other_principal"):
        agreed(world, second, owed_by)
    many = [counted(world, "culture", path) for path in (reverse("briefings:list"), url("detail", second))]
    assert many == few


def test_planning_asks_as_often_for_many_referrals_as_for_one(world: World) -> None:
    world.file("principal")
    numbers = []
    for _again in range(2):
        with world.acting("culture") as actor, CaptureQueriesContext(connection) as queries:
            openwork.agenda_for(actor.organisation.parent, actor)
        numbers.append(len(queries))
        world.file("other_principal")
        world.file("principal")
    assert numbers[0] == numbers[1]


def test_a_page_of_the_list_ends_and_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coordination.web.paging.page_of.__kwdefaults__", {"after": None, "size": 2, "ascending": False})
    for _again in range(3):
        planned(world)
    client = world.client("culture")
    page = client.get(reverse("briefings:list")).content.decode()
    cursor = re.search(r"after=([^\"&]+)", page)[1]
    assert page.count("Giao ban số") // 2 == 2
    assert "Giao ban số 1," in client.get(f"{reverse('briefings:list')}?after={cursor}").content.decode()


def test_models_are_scoped(world: World) -> None:
    with world.acting("doet") as actor:
        assert not any(model.objects.visible_to(actor).exists() for model in (Briefing, AgendaItem, Conclusion))
