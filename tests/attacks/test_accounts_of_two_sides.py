"""Who keeps the accounts of one side gets no hold on those of the other by a post that its holder also has, or once had."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from coordination import clocks
from coordination.models import Appointment, Invitation, Organisation
from coordination.models.organisations import OrganisationKind
from coordination.people import account_requests, invitations, postings
from coordination.scope import reading_as
from tests.coordination.test_accounts_decided_by_two import second_administrator
from tests.world import NOW, World

END = {"__end": "1"}


@pytest.fixture
def chief(world: World) -> Appointment:
    """The ward's chief of police, who years ago taught at the school; the police keep their accounts themselves."""
    second_administrator(world, Organisation.objects.get(kind=OrganisationKind.PROVINCE_POLICE), "quantri.ca")
    held = world.actor("chief")
    Appointment.objects.create(user=held.user, post=world.actor("deputy").post, starts_on=NOW.date() - timedelta(days=900), ends_on=NOW.date() - timedelta(days=400))
    return held


def test_the_administrator_of_the_schools_makes_no_code_for_an_account_of_the_police(world: World, chief: Appointment) -> None:
    chief.user.set_unusable_password()
    chief.user.save()
    with world.acting("sysadmin") as admin, pytest.raises(PermissionDenied):
        invitations.invite(chief.user, by=admin)
    with clocks.set_to(NOW):
        assert world.client("sysadmin").post(f"/tai-khoan-don-vi/{chief.user.code}/ma-moi/", END | {"apart": "on"}).status_code == 403


def test_nor_is_it_among_the_codes_that_are_made_two_hundred_at_a_time(world: World, chief: Appointment) -> None:
    chief.user.set_unusable_password()
    chief.user.save()
    with clocks.set_to(NOW):
        answer = world.client("sysadmin").post("/tai-khoan-don-vi/ma-moi/", END | {"apart": "on"})
    assert answer.status_code == 200, "the others get theirs"
    with world.acting("system"):
        assert not Invitation.objects.filter(user=chief.user).exists()


def test_nor_does_he_end_a_post_of_the_police(world: World, chief: Appointment) -> None:
    with world.acting("sysadmin") as admin, pytest.raises(PermissionDenied):
        postings.end(chief, by=admin, at=NOW)


def test_nor_open_again_what_the_police_have_shut(world: World, chief: Appointment) -> None:
    police = Appointment.objects.with_post().get(user__username="quantri.ca")
    with clocks.set_to(NOW), reading_as(police):
        postings.suspend(chief.user, by=police, why="danger")
    with world.acting("sysadmin") as admin, pytest.raises(PermissionDenied):
        account_requests.ask_reopen(chief.user, by=admin, reason="Đã về.")


def test_whoever_leaves_the_school_for_the_police_is_still_shut_by_either_side_at_once(world: World, chief: Appointment) -> None:
    with world.acting("sysadmin") as admin:
        assert not postings.suspend(chief.user, by=admin, why="danger").is_active
