"""Row-level security of the cases: the wall of party on the case, and every child row behind its case."""

from django.db import migrations

CASE = "portal_is_system() or parties @> array[portal_body()]"
CHILD = "portal_is_system() or exists (select 1 from incidents_incident seen where seen.id = incident_id)"
WALLS = {"incidents_incident": CASE} | {
    f"incidents_{name}": CHILD for name in ("addendum", "followup", "fullreport", "opening", "person", "phonecall", "policenote", "question", "referral")
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


NOTES = """
revoke all on incidents_policenote from portal_app;
revoke all on sequence incidents_policenote_id_seq from portal_app;
"""
UNDO = """
grant select, insert, update, delete on incidents_policenote to portal_app;
grant usage, select on sequence incidents_policenote_id_seq to portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_what_happened")]
    operations = [*(migrations.RunSQL(*wall(table, seen)) for table, seen in WALLS.items()), migrations.RunSQL(NOTES, UNDO)]
