"""`manage.py draw_workflow`: the pictures of docs/workflow.md, drawn from the move tables."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from coordination.management import drawing

FOLDER = settings.BASE_DIR / "docs" / "workflow"


class Command(BaseCommand):
    """Asks no database; tests/test_docs.py says when the pictures are older than the tables."""

    help = "Draw the move tables into docs/workflow"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Write every picture and take away those of tables that are no more."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        drawn = drawing.pictures()
        for old in FOLDER.glob("*.svg"):
            if old.name not in drawn:
                old.unlink()
        for name, svg in drawn.items():
            (FOLDER / name).write_text(svg, encoding="utf-8")
            self.stdout.write(f"docs/workflow/{name}")
