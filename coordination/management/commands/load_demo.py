"""`manage.py load_demo`: the sample ward, its bodies, accounts and cases, made through the ordinary actions."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from coordination import demo


class Command(BaseCommand):
    """Refused where real people work."""

    help = "Load the demo data once"

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or say that it is there already."""
        if not settings.DEMO:
            raise CommandError("DEMO is not true: sample data never enters a real portal.")
        try:
            self.stderr.write(demo.load())
        except demo.RealData as error:
            raise CommandError(str(error)) from error
