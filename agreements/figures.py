"""The figures of agreements: how many there are, in force, and soon to end."""

from datetime import date
from typing import Any

from django.db.models import Count

from agreements.models import stands
from agreements.rules import Standing


def counted(rows: Any, day: date) -> dict[str, int]:
    """Of these agreements: all, those in force on a day (the soon ending among them), and those that end within ninety days."""
    expiring = stands(Standing.EXPIRING, day)
    return rows.order_by().aggregate(all=Count("pk"), in_force=Count("pk", filter=stands(Standing.IN_FORCE, day) | expiring), expiring=Count("pk", filter=expiring))
