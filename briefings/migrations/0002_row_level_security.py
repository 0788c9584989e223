"""Row-level security of the briefings: the wall of party on the briefing, and every child row behind its briefing."""

from django.db import migrations

MEETING = "portal_is_system() or parties @> array[portal_body()]"
CHILD = "portal_is_system() or exists (select 1 from briefings_briefing seen where seen.id = briefing_id)"
WALLS = {"briefings_briefing": MEETING} | {f"briefings_{name}": CHILD for name in ("agendaitem", "attendance", "conclusion")}


class Migration(migrations.Migration):
    dependencies = [("briefings", "0001_where_they_meet")]
    operations = [migrations.RunSQL(f"call portal_wall('{table}', '{seen}')", f"call portal_unwall('{table}')") for table, seen in WALLS.items()]
