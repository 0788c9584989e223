"""What somebody wrote for himself alone does not reach his head by a handover that the head orders for himself."""

import pytest

from coordination import clocks
from coordination.models import Appointment
from incidents.models import Incident
from tests.access.stage import draft
from tests.coordination.test_staff_handover import hand_over
from tests.world import NOW, World


@pytest.fixture
def unsent(world: World) -> Incident:
    """What the deputy began to write about his principal, before he ticked that it concerns him."""
    return draft(world, "deputy")


def seen_by_the_principal(world: World, case: Incident) -> bool:
    with world.acting("principal") as head:
        return Incident.objects.visible_to(head).filter(pk=case.pk).exists()


def test_a_head_does_not_take_the_drafts_of_a_deputy_who_still_holds_his_post(world: World, unsent: Incident) -> None:
    hand_over(world, "principal", world.actor("deputy"), world.actor("principal"))
    assert not seen_by_the_principal(world, unsent)


def test_the_deputy_himself_gives_them_to_his_head(world: World, unsent: Incident) -> None:
    hand_over(world, "deputy", world.actor("deputy"), world.actor("principal"))
    assert seen_by_the_principal(world, unsent)


def test_and_of_one_who_has_left_the_head_takes_them(world: World, unsent: Incident) -> None:
    with clocks.set_to(NOW):
        Appointment.objects.filter(pk=world.actor("deputy").pk).update(ends_on=NOW.date())
    hand_over(world, "principal", world.actor("deputy"), world.actor("principal"))
    assert seen_by_the_principal(world, unsent)
