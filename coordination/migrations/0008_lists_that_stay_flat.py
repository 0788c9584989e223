"""Walls that the planner can weigh, and indexes for the bell and for the clock beside a row.

PostgreSQL takes "the reader is one of the parties" for rare, though on a list it is true of nearly every row; it then reads all rows of
a school to sort out fifty. What a function says it takes for true of every third row, and walks the list's index (docs/performance.md).
"""

from django.db import migrations, models

FUNCTIONS = """
create function portal_is_party(parties bigint[]) returns boolean language plpgsql stable parallel safe cost 1 as
  $$ begin return parties @> array[portal_body()]; end $$;
create function portal_is_body(body bigint) returns boolean language plpgsql stable parallel safe cost 1 as
  $$ begin return body = portal_body(); end $$;
"""
WALLS = {
    "coordination_duty": ("portal_is_system() or parties @> array[portal_body()]", "portal_is_system() or portal_is_party(parties)"),
    "coordination_notice": ("portal_is_system() or body_id = portal_body()", "portal_is_system() or portal_is_body(body_id)"),
}


def wall(table: str, seen: str) -> str:
    """The wall of a table, built anew."""
    return f"call portal_unwall('{table}'); call portal_wall('{table}', '{seen}')"


class Migration(migrations.Migration):
    """Walls that the planner can weigh, and indexes for the bell and for the clock beside a row."""

    dependencies = [("coordination", "0007_who_works_and_what_is_mailed")]

    operations = [
        migrations.RunSQL(FUNCTIONS, "drop function portal_is_party(bigint[]); drop function portal_is_body(bigint)"),
        *(migrations.RunSQL(wall(table, now), wall(table, before)) for table, (before, now) in WALLS.items()),
        migrations.RemoveIndex("notice", "notice_by_post"),
        migrations.AddIndex("notice", models.Index(fields=["post", "-happened_at", "-id"], name="notice_by_post")),
        migrations.AddIndex("notice", models.Index(condition=models.Q(("read_at", None)), fields=["post"], name="notice_unread")),
        migrations.AddIndex("duty", models.Index(condition=models.Q(("status", "open")), fields=["about_model", "about_id", "due_at"], name="duty_open_about")),
    ]
