"""A new portal has nobody who could invite anybody: whoever has the machine invites the first administrator, once."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from coordination.models import Appointment, Organisation, Role, TrailLine, Unit, User
from coordination.models.organisations import OrganisationKind
from coordination.people import invitations
from tests.access.stage import founded
from tests.world import NOW, World

PASSWORD = "mot-mat-khau-du-dai-2026"


@pytest.fixture
def empty(world: World) -> Organisation:
    """The police of a province in which nobody keeps any account."""
    with world.acting("system"):
        elsewhere = Unit.objects.on(NOW.date()).filter(level="province").exclude(pk=world.actor("province_police").organisation.unit_id).first()
        return founded(OrganisationKind.PROVINCE_POLICE, "Công an tỉnh Thử (mẫu)", elsewhere)


def invite(body: Organisation, name: str = "quantri.thu") -> str:
    return call_command("accounts", "first", name, "--email", f"{name}@example.vn", "--body", body.name)


def test_the_first_one_opens_his_account_with_the_code(world: World, empty: Organisation, capsys: pytest.CaptureFixture[str]) -> None:
    invite(empty)
    code = capsys.readouterr().out.strip()
    with world.acting("system"):
        invitation = invitations.open_with("quantri.thu", code)
        assert invitation is not None
        user = invitations.take_up(invitation, PASSWORD)
        held = Appointment.objects.get(user=user)
        assert (held.role, held.organisation) == (Role.SYSADMIN, empty) and user.check_password(PASSWORD)
        assert TrailLine.objects.filter(act="invite_account", about_id=user.pk, actor_post="SYSTEM").count() == 1
    assert Client().get("/loi-moi/").status_code == 200


def test_there_is_one_first(world: World, empty: Organisation) -> None:
    invite(empty)
    with pytest.raises(CommandError, match="administrator already"):
        invite(empty, "quantri.hai")
    with pytest.raises(CommandError, match="administrator already"):
        invite(world.actor("sysadmin").organisation)
    with world.acting("system"):
        assert not User.objects.filter(username="quantri.hai").exists()


def test_a_name_that_is_taken_and_a_body_that_is_not_there_are_refused(world: World, empty: Organisation) -> None:
    with pytest.raises(CommandError, match="taken"):
        invite(empty, "hieutruong.bk-cs-01")
    with pytest.raises(CommandError, match="is called"):
        call_command("accounts", "first", "ai.do", "--email", "a@example.vn", "--body", "Sở Không Có")
    with pytest.raises(CommandError, match="Say"):
        call_command("accounts", "first")
