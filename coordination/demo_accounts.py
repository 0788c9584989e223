"""Sample accounts in every state: one invited and not yet opened, one shut, one proposal that waits for the administrator; told through the ordinary actions."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from coordination import clocks
from coordination.demo import holder
from coordination.models import Appointment, Role
from coordination.models.people import Suspension
from coordination.people import account_requests, invitations, postings
from coordination.scope import reading_as

KEEPER = "quantri"
PROPOSERS = {"hieutruong.bk-th-01": ("tuvan.bk-th-01", Role.COUNSELLOR), "hieutruong.bk-cs-01": ("canbo2.bk-cs-01", Role.SCHOOL_OFFICER)}
INVITED, WAITING = PROPOSERS
SHUT = "canbo.bk-mn-06"


def load() -> None:
    """The last three days of an administrator's work."""
    asked = proposed(INVITED, days=3)
    proposed(WAITING, days=1)
    with acting(KEEPER, days=2) as keeper:
        invitations.invite(account_requests.approve(asked, by=keeper).user, by=keeper)
        postings.suspend(holder(SHUT).user, by=keeper, why=Suspension.ABSENT)


def proposed(head: str, *, days: int) -> account_requests.AccountRequest:
    """A head asks for one more person."""
    username, role = PROPOSERS[head]
    with acting(head, days=days) as actor:
        wanted = account_requests.Wanted(username, f"{username}@example.vn", actor.organisation, role, clocks.today(), None, "Quyết định phân công của nhà trường (mẫu)")
        return account_requests.propose(wanted, by=actor)


@contextmanager
def acting(username: str, *, days: int) -> Iterator[Appointment]:
    """Act as somebody some days ago, in the morning."""
    actor = holder(username)
    with clocks.set_to(clocks.now().replace(hour=9, minute=15) - timedelta(days=days)), reading_as(actor):
        yield actor
