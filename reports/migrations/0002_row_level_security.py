"""Row-level security of returns and reports: only the bodies named on a row see it."""

from django.db import migrations

SEEN = "portal_is_system() or parties @> array[portal_body()]"
TABLES = ("reports_return", "reports_report")


def wall(table: str, seen: str) -> tuple[str, str]:
    """Rows are seen, changed and removed behind the wall; new rows need only a reader."""
    return (
        f"alter table {table} enable row level security;"
        f"create policy {table}_seen on {table} for select using ({seen});"
        f"create policy {table}_changed on {table} for update using ({seen}) with check (portal_has_reader());"
        f"create policy {table}_removed on {table} for delete using ({seen});"
        f"create policy {table}_added on {table} for insert with check (portal_has_reader());",
        "".join(f"drop policy {table}_{act} on {table};" for act in ("seen", "changed", "removed", "added")) + f"alter table {table} disable row level security;",
    )


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_what_goes_up_the_line")]
    operations = [migrations.RunSQL(*wall(table, SEEN)) for table in TABLES]
