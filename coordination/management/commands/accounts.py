"""`manage.py accounts demo`: who can sign in to the demo."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from coordination import clocks
from coordination.demo import DEMO_PASSWORD
from coordination.models import Appointment


class Command(BaseCommand):
    """TSV: user name, role, organisation, password."""

    help = "Print the demo accounts: user name, role, organisation, password"

    def add_arguments(self, parser: CommandParser) -> None:
        """One word so far."""
        parser.add_argument("which", choices=["demo"])

    def handle(self, *args: Any, **options: Any) -> None:
        """One line per account in force today."""
        for held in Appointment.objects.held_on(clocks.today()).with_post().order_by("user__username"):
            self.stdout.write("\t".join([held.user.username, held.role, held.organisation.name, DEMO_PASSWORD]))
