"""Who is put on a case: the chief names the handler, the office above asks the school for the police, its child-protection focal post goes past it (security.md 3.2, table B)."""

import uuid

import pytest

from coordination import policy
from coordination.models import Appointment, Notice, Post, TrailLine, User
from coordination.models.notices import NoticeKind
from coordination.scope import reading_as
from coordination.workflow import Stale
from incidents import actions, referral_actions
from incidents.models import Incident, Referral
from incidents.models.referrals import Ground
from tests.world import NOW, World

LIGHT = {"kind": "tobacco", "severity": "s2"}
END = {"__end": "1"}


@pytest.fixture
def second(world: World) -> Appointment:
    """Another officer of the ward's desk."""
    world.see_all()
    post = Post.objects.get(organisation=world.actor("officer").organisation, role=world.actor("officer").role)
    user = User.objects.create_user("truc2.ducxuan")
    return Appointment.objects.create(user=user, post=post, starts_on=world.actor("officer").starts_on)


def assign(world: World, referral: Referral, to: Appointment, who: str = "chief") -> Referral:
    """The chief's act."""
    with world.acting(who, NOW) as chief:
        return referral_actions.assign(referral, by=chief, to=to)


def opens(officer: Appointment, incident: Incident) -> bool:
    """Whether an officer may open the names of a case."""
    with reading_as(officer):
        return policy.can(officer, "person.open", incident)


def test_the_names_open_for_the_officer_who_was_named_and_no_longer_for_the_one_before(world: World, second: Appointment) -> None:
    referral = world.received()
    first = world.actor("officer")
    assert (opens(first, referral.incident), opens(second, referral.incident)) == (True, False)
    assert assign(world, referral, second).handler_id == second.pk
    assert (opens(first, referral.incident), opens(second, referral.incident)) == (False, True)


def test_it_is_kept_in_the_trail(world: World, second: Appointment) -> None:
    referral = assign(world, world.received(), second)
    world.see_all()
    line = TrailLine.objects.get(act="assign", about_id=referral.pk)
    assert line.actor_id == world.actor("chief").pk
    assert line.detail["handler"] == second.pk


def test_the_chief_does_it_on_a_page(world: World, second: Appointment) -> None:
    referral = world.received()
    address = f"/chuyen-den/{referral.code}/giao-can-bo/"
    client = world.client("chief")
    page = client.get(address).content.decode()
    assert "truc2.ducxuan" in page and "ca.phuong.ducxuan" not in page
    assert client.post(address, END | {"to": second.pk}).status_code == 302
    referral.refresh_from_db()
    assert referral.handler_id == second.pk


@pytest.mark.parametrize("chosen", ["", "0", "none", "pa03"])
def test_who_holds_no_post_of_the_unit_is_not_named(world: World, second: Appointment, chosen: str) -> None:
    referral = world.received()
    to = world.actor("province_police").pk if chosen == "pa03" else chosen
    answer = world.client("chief").post(f"/chuyen-den/{referral.code}/giao-can-bo/", END | {"to": to})
    assert answer.status_code == 422
    with pytest.raises(Stale):
        assign(world, referral, world.actor("province_police"))


def test_nobody_is_named_who_is_kept_out_of_the_case(world: World, second: Appointment) -> None:
    referral = world.received()
    incident = referral.incident
    incident.kept_out = [second.user_id]
    referral.incident = incident
    with world.acting("chief", NOW):
        assert second.pk not in set(referral_actions.officers_of(referral).values_list("pk", flat=True))


@pytest.mark.parametrize(("who", "answer"), [("officer", 403), ("principal", 403), ("province_police_head", 404), ("culture", 403)])
def test_who_names_nobody(world: World, second: Appointment, who: str, answer: int) -> None:
    referral = world.received()
    assert world.client(who).post(f"/chuyen-den/{referral.code}/giao-can-bo/", END | {"to": second.pk}).status_code == answer


def test_before_it_was_received_and_to_the_same_officer_it_comes_too_late_or_too_early(world: World, second: Appointment) -> None:
    waiting = world.referral(world.file())
    with pytest.raises(Stale):
        assign(world, waiting, second)
    with pytest.raises(Stale):
        assign(world, world.received(), world.actor("officer"))


# The office above


def bell(world: World, who: str, kind: str) -> int:
    """How many notices of a kind lie in somebody's bell."""
    world.see_all()
    return Notice.objects.unscoped("the test looks into every bell").filter(post=world.actor(who).post, kind=kind).count()


def test_the_office_asks_the_school_once_a_day(world: World) -> None:
    incident = world.file(**LIGHT)
    address = f"/vu-viec/{incident.code}/de-nghi-chuyen-cong-an/"
    client = world.client("culture")
    assert "de-nghi-chuyen-cong-an" in client.get(incident.get_absolute_url()).content.decode()
    assert [client.post(address, END).status_code for _press in range(2)] == [302, 409]
    assert bell(world, "principal", NoticeKind.FLAG_ASKED) == 1
    assert TrailLine.objects.filter(act="ask_to_flag", about_id=incident.pk).count() == 1


def test_what_is_with_the_police_is_not_asked_for(world: World) -> None:
    incident = world.file()
    assert world.client("culture").post(f"/vu-viec/{incident.code}/de-nghi-chuyen-cong-an/", END).status_code == 409
    assert "de-nghi-chuyen-cong-an" not in world.client("culture").get(incident.get_absolute_url()).content.decode()
    assert bell(world, "principal", NoticeKind.FLAG_ASKED) == 0


def test_in_a_conflict_the_office_acts_itself(world: World) -> None:
    with world.acting("deputy", NOW) as deputy:
        incident = actions.file(uuid.uuid4(), by=deputy, answers=world.answers(**LIGHT), conflict=True)
    with world.acting("culture", NOW) as officer, pytest.raises(Stale):
        referral_actions.ask_to_flag(incident, by=officer)


def test_the_focal_post_goes_past_the_school_and_the_school_is_told(world: World) -> None:
    incident = world.file(**LIGHT)
    answer = world.client("guardian").post(f"/vu-viec/{incident.code}/chuyen-cong-an/", END | {"text": "Nghi có người lớn lôi kéo."})
    assert answer.status_code == 302
    referral = world.referral(incident)
    assert referral.ground == Ground.BYPASS
    assert bell(world, "principal", NoticeKind.FLAGGED_FROM_ABOVE) == 1
    page = world.client("principal").get(incident.get_absolute_url()).content.decode()
    assert str(Ground.BYPASS.label) in page


def test_what_the_school_sends_is_said_to_come_from_the_school(world: World) -> None:
    incident = world.file(**LIGHT)
    with world.acting("principal", NOW) as principal:
        assert actions.flag(incident, by=principal, reason="Cần phối hợp.").ground == Ground.PERSON
    assert bell(world, "principal", NoticeKind.FLAGGED_FROM_ABOVE) == 0
