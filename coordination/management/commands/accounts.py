"""`manage.py accounts`: who can sign in to the demo, with which code just now; and the first administrator of a new portal."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from coordination import clocks
from coordination.demo import DEMO_PASSWORD, FIRST_TO_TRY
from coordination.door import factors
from coordination.models import SYSTEM, Appointment, Organisation, User
from coordination.models.organisations import OrganisationKind
from coordination.people import invitations
from coordination.scope import reading_as
from coordination.workflow import Refused


class Command(BaseCommand):
    """TSV: user name, role, organisation, password, secret of the codes; or the one code that opens now; or a first administrator's invitation."""

    help = "Print the demo accounts: user name, role, organisation, password, TOTP secret; or the present code of one; or invite the first administrator of a body"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which accounts; all of them, or one of each role to begin with; or whose code."""
        parser.add_argument("which", choices=["demo", "code", "first"])
        parser.add_argument("username", nargs="?", help="whose code (with `code`), or the name of the first administrator (with `first`)")
        parser.add_argument("--email", default="", help="where he is written to (with `first`)")
        parser.add_argument("--body", default="", help="the full name of the Sở or of the province police that he keeps the accounts for (with `first`)")
        parser.add_argument("--first", action="store_true", help="one account of each role, in one ward")

    def handle(self, *args: Any, **options: Any) -> None:
        """Only where the data are invented: secrets of real people are printed nowhere."""
        if options["which"] == "first":
            self.stdout.write(first(options["username"], options["email"], options["body"]))
            return
        if not settings.DEMO:
            raise CommandError("Only the demo has sample accounts.")
        if options["which"] == "code":
            self.stdout.write(code_of(options["username"]))
        else:
            self.list_accounts(options["first"])

    def list_accounts(self, first: bool) -> None:
        """One line per account in force today that has been opened."""
        listed = Appointment.objects.held_on(clocks.today()).exclude(user__password__startswith="!").with_post().order_by("user__username")
        if first:
            listed = sorted(listed.filter(user__username__in=FIRST_TO_TRY), key=lambda held: FIRST_TO_TRY.index(held.user.username))
        for held in listed:
            self.stdout.write("\t".join([held.user.username, held.role, held.organisation.name, DEMO_PASSWORD, secret_of(held.user)]))


def first(username: str | None, email: str, body: str) -> str:
    """The code with which the first administrator opens his account at /loi-moi/; it is printed this once."""
    if not username or not email:
        raise CommandError("Say: accounts first USERNAME --email ADDRESS --body NAME")
    with reading_as(SYSTEM):
        found = Organisation.objects.on(clocks.today()).filter(name=body, kind__in=(OrganisationKind.DOET, OrganisationKind.PROVINCE_POLICE)).first()
        if found is None:
            raise CommandError(f"No department of education and no province police of today is called {body!r}.")
        try:
            return invitations.first_administrator(username, email, found)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal


def secret_of(user: User) -> str:
    """What an app is set up with; empty when somebody has no app."""
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return get_adapter().decrypt(app.data["secret"]) if app else ""


def code_of(username: str | None) -> str:
    """The six digits that open now: the present ones, or the next when those were used."""
    app = Authenticator.objects.filter(user__username=username, type=Authenticator.Type.TOTP).select_related("user").first()
    if app is None:
        raise CommandError(f"{username} has no code: no such account, or no app set up.")
    return factors.code_at(secret_of(app.user), max(factors.step_now(), app.data.get("last_step", 0) + 1))
