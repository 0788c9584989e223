"""A clock of the police that runs out is told upwards: inside the unit at once, outside the commune at s4 alone."""

from datetime import timedelta

import pytest

from coordination.models import Appointment, Notice, Organisation, Post, Role
from coordination.models.notices import NoticeKind
from coordination.models.organisations import OrganisationKind
from incidents import escalation, referral_actions
from incidents.models import Referral
from tests.world import NOW, World

MINUTE = timedelta(minutes=1)
# At s4 the police have 30 minutes to receive, and 15 more before the province hears of it.
GRAVE = {"kind": "missing_student", "severity": "s4"}


def escalate(world: World, minutes: int) -> None:
    with world.acting("system", NOW + minutes * MINUTE):
        escalation.escalate_all()


def told(world: World, who: str) -> list[str]:
    """What rang about clocks that ran out."""
    world.see_all()
    return list(Notice.objects.unscoped("test").filter(post=world.actor(who).post, kind=NoticeKind.ESCALATED).values_list("about_words", flat=True))


def test_an_overdue_first_word_is_told_to_the_chief_once(world: World) -> None:
    world.file()
    for minutes in (29, 31, 60):
        escalate(world, minutes)
        assert len(told(world, "chief")) == (minutes > 30)
    assert told(world, "chief")[0].endswith(" – " + world.actor("officer").organisation.called)
    assert told(world, "officer") == []


def test_what_is_owed_after_receiving_is_watched_too(world: World) -> None:
    world.received()
    escalate(world, 24 * 60)
    assert told(world, "chief") == []
    escalate(world, 24 * 60 + 11)
    assert len(told(world, "chief")) == 1


def test_where_nobody_is_chief_the_desk_itself_is_told(world: World) -> None:
    Appointment.objects.filter(post=world.actor("chief").post).update(ends_on=NOW.date())
    world.file()
    escalate(world, 31)
    assert len(told(world, "officer")) == 1 and told(world, "chief") == []


def test_the_province_hears_of_s4_a_quarter_of_an_hour_later_and_once(world: World) -> None:
    case = world.file(**GRAVE)
    for minutes, province in ((31, 0), (44, 0), (45, 1), (46, 1), (120, 1)):
        escalate(world, minutes)
        assert len(told(world, "province_police")) == province, minutes
    assert len(told(world, "chief")) == 1
    assert world.client("province_police").get(f"/vu-viec/{case.code}/").status_code == 404, "being told opens nothing"
    world.see_all()
    assert Notice.objects.unscoped("test").get(post=world.actor("province_police").post).link == "/"


@pytest.mark.parametrize("minutes", [45, 24 * 60, 9 * 24 * 60])
def test_below_s4_nothing_leaves_the_commune(world: World, minutes: int) -> None:
    world.file()
    escalate(world, minutes)
    assert told(world, "province_police") == []


def test_a_word_given_in_time_rings_for_nobody(world: World) -> None:
    referral = world.referral(world.file(**GRAVE))
    with world.acting("officer", NOW + 10 * MINUTE) as officer:
        referral_actions.receive(referral, by=officer)
    escalate(world, 60)
    assert told(world, "chief") == told(world, "province_police") == []


def test_the_province_police_themselves_come_before_their_department(world: World) -> None:
    department = world.actor("province_police")
    above = Organisation.objects.get(kind=OrganisationKind.PROVINCE_POLICE, unit=department.organisation.unit)
    post = Post.objects.get_or_create(organisation=above, role=Role.PROVINCE_POLICE)[0]
    assert escalation.province_post(world.actor("officer").organisation) == department.post, "a post that nobody holds hears nothing"
    Appointment.objects.create(user=world.actor("chief").user, post=post, starts_on=NOW.date())
    assert escalation.province_post(world.actor("officer").organisation) == post
    assert escalation.province_post(above) == department.post


def test_each_unit_of_a_chain_is_watched_by_itself(world: World) -> None:
    referral = world.referral(world.file(**GRAVE))
    escalate(world, 50)
    with world.acting("officer", NOW + 60 * MINUTE) as officer:
        referral_actions.forward(referral, by=officer, to=world.actor("pc04.bk").organisation, reason="Thuộc thẩm quyền.")
    escalate(world, 80)
    escalate(world, 106)
    assert len(told(world, "pc04.bk")) == 1, "a department without a chief is told itself"
    assert len(told(world, "province_police")) == 2, "once for each unit that had the case"
    world.see_all()
    assert Referral.objects.unscoped("test").filter(escalated_at__isnull=False).count() == 2
