"""The trail takes inserts only: no right and no trigger lets a line be changed, removed or truncated."""

from django.db import migrations

GUARD = """
create function portal_refuse_change() returns trigger language plpgsql as
  $$ begin raise exception 'the trail takes inserts only'; end $$;
create trigger trail_line_stays before update or delete or truncate on coordination_trailline
  for each statement execute function portal_refuse_change();
create trigger trail_seal_stays before update or delete or truncate on coordination_trailseal
  for each statement execute function portal_refuse_change();
revoke update, delete, truncate on coordination_trailline, coordination_trailseal from portal_app, portal_police;
"""

UNDO = """
drop trigger trail_line_stays on coordination_trailline;
drop trigger trail_seal_stays on coordination_trailseal;
drop function portal_refuse_change();
grant update, delete on coordination_trailline, coordination_trailseal to portal_app, portal_police;
"""


class Migration(migrations.Migration):
    dependencies = [("coordination", "0001_ground_tables")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
