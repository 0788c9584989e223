"""Row-level security of the briefings: the wall of party on the briefing, and every child row behind its briefing."""

from django.db import migrations

MEETING = "portal_is_system() or parties @> array[portal_body()]"
CHILD = "portal_is_system() or exists (select 1 from briefings_briefing seen where seen.id = briefing_id)"
WALLS = {"briefings_briefing": MEETING} | {f"briefings_{name}": CHILD for name in ("agendaitem", "attendance", "conclusion")}


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
    dependencies = [("briefings", "0001_where_they_meet")]
    operations = [migrations.RunSQL(*wall(table, seen)) for table, seen in WALLS.items()]
