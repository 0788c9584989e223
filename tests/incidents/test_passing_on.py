"""What waits for a post's answer is answered by whoever follows it: at another unit, or one level up when nobody holds it any more."""

from typing import Any

import pytest

from coordination import clocks
from coordination.models import SYSTEM, Duty, Notice, Post, Role, TrailLine
from coordination.people import staff_handovers
from coordination.scope import reading_as
from incidents import break_glass, grants
from incidents.models import BreakGlass, IdentityRequest, Incident
from tests.access.stage import account
from tests.coordination.test_handover import LATER, Ward
from tests.incidents.test_break_glass import UNSENT, broken, reviewed
from tests.incidents.test_grants import ask
from tests.world import NOW, World


@pytest.fixture
def case(world: World) -> Incident:
    """A case of the ward's school that no police has."""
    return world.file(**UNSENT)


def owed(about: Any) -> list[tuple[str, Post, Any]]:
    """The open clocks of a thing."""
    with reading_as(SYSTEM):
        rows = Duty.objects.visible_to(SYSTEM).filter(about_id=about.pk, about_model=about._meta.label_lower, status="open").select_related("post__organisation")
        return [(duty.kind, duty.post, duty.due_at) for duty in rows]


def now(row: Any) -> Any:
    """As it stands."""
    with reading_as(SYSTEM):
        return type(row).objects.visible_to(SYSTEM).get(pk=row.pk)


def test_a_waiting_request_is_answered_by_the_focal_point_of_the_unit_that_takes_over(world: World, case: Incident) -> None:
    request = ask(world, case)
    ((_kind, _post, due),) = owed(request)
    ward = Ward(world, whole=True)
    with reading_as(SYSTEM):
        focal = account("treem.09901", ward.office, Role.CHILD_PROTECTION, "")
    ward.succeed()
    assert now(request).approver == focal.post and owed(request) == [("answer_request", focal.post, due)]
    with clocks.set_to(LATER), reading_as(focal):
        mine = IdentityRequest.objects.visible_to(focal).get(pk=request.pk)
        assert Notice.objects.visible_to(focal).filter(kind="identity_asked").count() == 1
        grants.refuse(mine, by=focal, note="Địa bàn đã bàn giao.")
    with world.acting("guardian", LATER) as former:
        assert not IdentityRequest.objects.visible_to(former).filter(pk=request.pk).exists()
    assert owed(request) == []


def test_without_a_focal_point_there_the_department_answers(world: World, case: Incident) -> None:
    request = ask(world, case)
    Ward(world, whole=True).succeed()
    post = now(request).approver
    assert (post.organisation, post.role) == (world.actor("dpo").organisation, Role.CHILD_PROTECTION)
    with world.acting("treem.so.bk", LATER) as focal:
        assert IdentityRequest.objects.visible_to(focal).filter(pk=request.pk).exists()


def test_a_use_of_the_emergency_right_is_looked_over_by_the_chief_who_takes_over(world: World, case: Incident) -> None:
    glass = broken(world, "officer", case)
    ((_kind, _post, due),) = owed(glass)
    ward = Ward(world, whole=True)
    with reading_as(SYSTEM):
        chief = account("truongca.09901", ward.police, Role.COMMUNE_CHIEF, "")
    ward.succeed()
    assert now(glass).reviewer == chief.post and owed(glass) == [("review_glass", chief.post, due)]
    with clocks.set_to(LATER), reading_as(chief):
        done = break_glass.review(BreakGlass.objects.visible_to(chief).get(pk=glass.pk), by=chief, verdict="right", note="Đã đối chiếu sổ trực.")
    assert done.status == "reviewed" and owed(glass) == []


def test_where_nobody_there_is_a_chief_data_protection_looks_over_it(world: World, case: Incident) -> None:
    glass = broken(world, "officer", case)
    Ward(world, whole=True).succeed()
    assert now(glass).reviewer == world.actor("dpo").post and [kind for kind, _post, _due in owed(glass)] == ["oversee_glass"]
    assert reviewed(world, now(glass), "dpo", at=LATER).status == "reviewed"


def test_what_was_answered_before_stays_with_whoever_answered(world: World, case: Incident) -> None:
    glass = broken(world, "officer", case)
    reviewed(world, glass, "chief")
    Ward(world, whole=True).succeed()
    assert now(glass).reviewer == world.actor("chief").post


def test_a_post_that_is_handed_over_to_its_next_holder_answers_on(world: World, case: Incident) -> None:
    request = ask(world, case)
    with reading_as(SYSTEM):
        successor = account("treem2.ducxuan", world.actor("guardian").organisation, Role.CHILD_PROTECTION, "")
    with world.acting("guardian") as leaver:
        staff_handovers.record(leaver, successor, on=NOW.date(), reason="Quyết định mẫu", by=leaver)
    assert now(request).approver == successor.post
    with clocks.set_to(NOW), reading_as(successor):
        grants.grant(IdentityRequest.objects.visible_to(successor).get(pk=request.pk), by=successor, days=1)


def test_what_waits_for_a_post_that_is_left_empty_goes_one_level_up(world: World) -> None:
    """The Sở's focal point gives his work to its head, and nobody follows in the post: of a use data protection looks over it; a request has nobody else, and waits."""
    case = world.file("thpt_principal", **UNSENT)
    glass, request = broken(world, "doet", case), ask(world, case, "doet")
    with world.acting("treem.so.bk") as focal:
        assert now(glass).reviewer == now(request).approver == focal.post
        staff_handovers.record(focal, world.actor("doet_leader"), on=NOW.date(), reason="Quyết định mẫu", by=focal)
    assert now(glass).reviewer == world.actor("dpo").post and [kind for kind, _post, _due in owed(glass)] == ["oversee_glass"]
    assert now(request).approver == focal.post and [post for _kind, post, _due in owed(request)] == [focal.post]
    with reading_as(SYSTEM):
        assert TrailLine.objects.filter(act="hand_over", about_model="incidents.breakglass").count() == 1
