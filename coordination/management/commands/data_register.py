"""`manage.py data_register`: docs/data-register.md, written from the models."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from coordination.sealed import data_register

PAGE = settings.BASE_DIR / "docs" / "data-register.md"


class Command(BaseCommand):
    """Asks no database; tests/test_docs.py and tests/coordination/test_data_register.py say when the page is older than the models."""

    help = "Write docs/data-register.md"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it and say where."""
        PAGE.write_text(data_register.written(), encoding="utf-8")
        self.stdout.write("docs/data-register.md")
