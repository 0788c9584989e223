"""The walls of returns and reports in words that the planner can weigh (coordination/migrations/0008_lists_that_stay_flat.py)."""

from django.db import migrations

BEFORE = "portal_is_system() or parties @> array[portal_body()]"
NOW = "portal_is_system() or portal_is_party(parties)"
TABLES = ("reports_return", "reports_report")


def wall(table: str, seen: str) -> str:
    """The wall of a table, built anew."""
    return f"call portal_unwall('{table}'); call portal_wall('{table}', '{seen}')"


class Migration(migrations.Migration):
    """The walls of returns and reports in words that the planner can weigh."""

    dependencies = [("reports", "0004_left_out_returns"), ("coordination", "0008_lists_that_stay_flat")]

    operations = [migrations.RunSQL(wall(table, NOW), wall(table, BEFORE)) for table in TABLES]
