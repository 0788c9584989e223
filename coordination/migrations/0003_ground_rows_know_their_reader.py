"""Row-level security of the ground's records: without a reader in the transaction PostgreSQL shows nothing."""

from django.db import migrations

WALLS = {
    "coordination_duty": "portal_is_system() or parties @> array[portal_body()]",
    "coordination_notice": "portal_is_system() or body_id = portal_body()",
    "coordination_noticemail": "portal_is_system()",
    "coordination_trailline": "portal_is_system()",
    "coordination_trailseal": "portal_is_system()",
}


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
    dependencies = [("coordination", "0002_trail_is_append_only")]
    operations = [migrations.RunSQL(*wall(table, seen)) for table, seen in WALLS.items()]
