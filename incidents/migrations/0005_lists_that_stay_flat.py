"""The walls of a case and of its parts in words that the planner can weigh (coordination/migrations/0008_lists_that_stay_flat.py)."""

from django.db import migrations, models

SEES = """
create function portal_sees_case(incident bigint) returns boolean language plpgsql stable parallel safe cost 10 as
  $$ begin return exists (select 1 from incidents_incident where id = incident); end $$;
"""
CASE = "portal_is_system() or (parties @> array[portal_body()] and (select portal_person()) <> all (kept_out))"
CHILD = "portal_is_system() or exists (select 1 from incidents_incident seen where seen.id = incident_id)"
NEW_CASE = "portal_is_system() or (portal_is_party(parties) and (select portal_person()) <> all (kept_out))"
NEW_CHILD = "portal_is_system() or portal_sees_case(incident_id)"
OPEN = models.Q(("status__in", ("sent", "seen", "received", "answered", "discussed", "ruling")), ("outcome", "proceedings"), _connector="OR")
PASSED_ON = " or to_org_id = portal_body()"
WALLS = {"incidents_incident": (CASE, NEW_CASE), "incidents_referral": (CHILD + PASSED_ON, NEW_CHILD + PASSED_ON)} | {
    f"incidents_{name}": (CHILD, NEW_CHILD) for name in ("addendum", "followup", "fullreport", "opening", "person", "phonecall", "policenote", "question")
}


def wall(table: str, seen: str) -> str:
    """The wall of a table, built anew."""
    return f"call portal_unwall('{table}'); call portal_wall('{table}', '{seen}')"


class Migration(migrations.Migration):
    """The walls of a case and of its parts in words that the planner can weigh."""

    dependencies = [("incidents", "0004_referral_to_its_end"), ("coordination", "0008_lists_that_stay_flat")]

    operations = [
        migrations.RunSQL(SEES, "drop function portal_sees_case(bigint)"),
        *(migrations.RunSQL(wall(table, now), wall(table, before)) for table, (before, now) in WALLS.items()),
        migrations.RemoveIndex("referral", "referral_open_queue"),
        migrations.AddIndex("referral", models.Index(condition=OPEN, fields=["to_org", "status", "-sent_at", "-id"], name="referral_open_queue")),
    ]
