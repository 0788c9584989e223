"""A briefing is planned by its host, invites the ward's bodies, and brings the open work of the ward."""

from datetime import timedelta

import pytest
from django.urls import reverse

from briefings import actions
from briefings.forms import value_of
from briefings.models import AgendaItem, Briefing, BriefingKind, Heading
from briefings.workflow import BriefingStatus
from coordination import clocks, openwork
from coordination.models import SYSTEM, Organisation
from coordination.scope import ScopeMissing
from tests.briefings.meetings import MEETS_AT, PLAN, closed, fresh, owner, planned
from tests.world import NOW, World


def agenda(briefing: Briefing, heading: str) -> list[str]:
    return list(AgendaItem.objects.visible_to(SYSTEM).filter(briefing=briefing, heading=heading).order_by("place").values_list("words", flat=True))


def plan_form(world: World, **changes: str) -> dict[str, str]:
    posts = {"chair_post": value_of(owner(world, "leader")), "secretary_post": value_of(owner(world, "culture"))}
    return PLAN | posts | changes


def test_the_office_plans_for_its_committee_and_every_school_of_the_ward_is_invited(world: World) -> None:
    with clocks.set_to(NOW):
        answer = world.client("culture").post(reverse("briefings:plan"), plan_form(world))
    world.see_all()
    briefing = Briefing.objects.visible_to(SYSTEM).get()
    assert (answer.status_code, answer["Location"]) == (302, briefing.get_absolute_url())
    assert (briefing.kind, briefing.status, briefing.meets_at) == (BriefingKind.COMMITTEE, BriefingStatus.PLANNED, MEETS_AT)
    schools = set(Organisation.objects.filter(kind="school", unit=briefing.commune).values_list("pk", flat=True))
    assert set(briefing.parties) == schools | {world.actor("leader").body_id, world.actor("officer").body_id}
    assert len(schools) == 12


def test_the_police_host_a_working_briefing_of_their_own(world: World) -> None:
    briefing = planned(world, "chief")
    assert (briefing.kind, briefing.host_id) == (BriefingKind.WORKING, world.actor("chief").body_id)


def test_numbers_run_within_the_school_year_of_each_host(world: World) -> None:
    summer = NOW.replace(year=2027, month=8, day=31, hour=9)
    made = [planned(world), planned(world), planned(world, "chief"), planned(world, meets_at=summer), planned(world, meets_at=summer + timedelta(days=1))]
    assert [(one.school_year, one.number) for one in made] == [(2026, 1), (2026, 2), (2026, 1), (2026, 3), (2027, 1)]


def test_a_new_day_in_another_school_year_takes_its_next_number(world: World) -> None:
    planned(world, meets_at=NOW.replace(year=2027, month=9, day=1))
    briefing = planned(world)
    with world.acting("culture") as actor:
        posts = {"chair_post": briefing.chair_post, "secretary_post": briefing.secretary_post}
        briefing = actions.amend(briefing, by=actor, answers=posts | {"meets_at": NOW.replace(year=2027, month=9, day=2), "place": "Trường đăng cai"})
    assert (briefing.school_year, briefing.number, briefing.place) == (2027, 2, "Trường đăng cai")


def test_open_referrals_come_by_code_and_kind_with_lateness(world: World) -> None:
    incident = world.file(at=NOW - timedelta(days=2))
    briefing = planned(world)
    world.see_all()
    assert agenda(briefing, Heading.REFERRALS) == [f"{incident.spoken_code} · {incident.kind.label}"]
    assert AgendaItem.objects.visible_to(SYSTEM).get(briefing=briefing).late


def test_what_was_sent_later_stays_away(world: World) -> None:
    world.file()
    with world.acting("culture", NOW - timedelta(days=1)) as actor:
        assert openwork.agenda_for(actor.organisation.parent, actor)["referrals"] == []


def test_a_restricted_case_comes_without_its_kind(world: World) -> None:
    world.file(kind="sextortion", severity="s4")
    briefing = planned(world)
    world.see_all()
    assert [words.split(" · ")[1] for words in agenda(briefing, Heading.REFERRALS)] == ["Hồ sơ hạn chế"]


def test_the_committee_does_not_learn_of_a_case_that_is_not_its_own(world: World) -> None:
    world.file("thpt_principal")
    committee, police = planned(world), planned(world, "chief")
    world.see_all()
    assert (len(agenda(committee, Heading.REFERRALS)), len(agenda(police, Heading.REFERRALS))) == (0, 1)


def test_the_last_conclusions_come_back(world: World) -> None:
    conclusion = closed(world)
    briefing = planned(world, at=MEETS_AT + timedelta(days=20), meets_at=MEETS_AT + timedelta(days=21))
    world.see_all()
    item = AgendaItem.objects.visible_to(SYSTEM).get(briefing=briefing, heading=Heading.LAST_CONCLUSIONS)
    assert (item.about_id, item.state, item.late) == (conclusion.pk, "agreed", True)
    assert "Gửi lịch trực cổng trường." in world.client("culture").get(briefing.get_absolute_url()).content.decode()


def test_every_provider_of_an_agenda_has_a_heading() -> None:
    assert set(openwork._agenda) <= set(Heading.values)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": "01/11/2026"}, "Ngày này đã qua"),
        ({"day": "31/02/2027"}, "Ngày không đúng"),
        ({"place": ""}, "Chưa có nơi họp"),
        ({"chair_post": ""}, "Chưa chọn người chủ trì"),
        ({"hour": "25:00"}, "Giờ không đúng"),
    ],
)
def test_a_plan_that_lacks_something_says_so_beside_the_field(world: World, changes: dict, words: str) -> None:
    with clocks.set_to(NOW):
        answer = world.client("culture").post(reverse("briefings:plan"), plan_form(world, **changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_page_of_a_plan_opens_filled_for_mending(world: World) -> None:
    briefing = planned(world)
    page = world.client("leader").get(reverse("briefings:amend", args=[briefing.code])).content.decode()
    assert "24/11/2026" in page and "Phòng họp tầng 2" in page


def test_refreshing_brings_what_was_reported_since(world: World) -> None:
    briefing = planned(world)
    world.file()
    with clocks.set_to(NOW):
        assert world.client("culture").post(reverse("briefings:refresh", args=[briefing.code])).status_code == 302
    world.see_all()
    assert len(agenda(briefing, Heading.REFERRALS)) == 1
    assert fresh(briefing).figures["tables"]["incidents"][0]["numbers"]["cases"] == 1


def test_a_scoped_query_without_a_reader_does_not_run(world: World) -> None:
    with pytest.raises(ScopeMissing):
        list(Briefing.objects.all())
