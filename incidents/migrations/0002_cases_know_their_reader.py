"""Row-level security of the cases: the wall of party on the case, and every child row behind its case."""

from django.db import migrations

CASE = "portal_is_system() or parties @> array[portal_body()]"
CHILD = "portal_is_system() or exists (select 1 from incidents_incident seen where seen.id = incident_id)"
WALLS = {"incidents_incident": CASE} | {
    f"incidents_{name}": CHILD for name in ("addendum", "followup", "fullreport", "opening", "person", "phonecall", "policenote", "question", "referral")
}

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
    operations = [*(migrations.RunSQL(f"call portal_wall('{table}', '{seen}')", f"call portal_unwall('{table}')") for table, seen in WALLS.items()), migrations.RunSQL(NOTES, UNDO)]
