"""`manage.py loop`: relay, sweeper, sealer and clocks until SIGTERM."""

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from coordination import loop
from coordination.startup import refusals


class Command(BaseCommand):
    """The one loop process."""

    help = "Relay, sweeper, sealer and clocks in one process"

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop; a production not from a checkout."""
        if settings.PRODUCTION:
            refusals.refuse_history(settings.BASE_DIR)
        stopped: list[int] = []
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda number, frame: stopped.append(number))
        loop.run(lambda: bool(stopped))
