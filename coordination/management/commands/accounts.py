"""`manage.py accounts demo`: who can sign in to the demo."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from coordination import clocks
from coordination.demo import DEMO_PASSWORD, FIRST_TO_TRY
from coordination.models import Appointment


class Command(BaseCommand):
    """TSV: user name, role, organisation, password."""

    help = "Print the demo accounts: user name, role, organisation, password"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which accounts; all of them, or one of each role to begin with."""
        parser.add_argument("which", choices=["demo"])
        parser.add_argument("--first", action="store_true", help="one account of each role, in one ward")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line per account in force today."""
        listed = Appointment.objects.held_on(clocks.today()).with_post().order_by("user__username")
        if options["first"]:
            listed = sorted(listed.filter(user__username__in=FIRST_TO_TRY), key=lambda held: FIRST_TO_TRY.index(held.user.username))
        for held in listed:
            self.stdout.write("\t".join([held.user.username, held.role, held.organisation.name, DEMO_PASSWORD]))
