"""`manage.py load_reference`: the map, the calendar, the taxonomy; harmless when repeated."""

from typing import Any

from django.core.management.base import BaseCommand

from coordination import reference


class Command(BaseCommand):
    """Loads through the owner's connection: reference data is not the server's to change."""

    help = "Load reference data (territory, calendar, taxonomy)"

    def handle(self, *args: Any, **options: Any) -> None:
        """Say on standard error what was loaded; standard output stays free for the command that follows."""
        for name, counts in reference.load_all("owner").items():
            self.stderr.write(f"{name}: {counts}")
