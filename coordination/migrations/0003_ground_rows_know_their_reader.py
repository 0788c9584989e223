"""Row-level security of the ground's records: without a reader in the transaction PostgreSQL shows nothing."""

from django.db import migrations

WALLS = {
    "coordination_duty": "portal_is_system() or parties @> array[portal_body()]",
    "coordination_notice": "portal_is_system() or body_id = portal_body()",
    "coordination_noticemail": "portal_is_system()",
    "coordination_trailline": "portal_is_system()",
    "coordination_trailseal": "portal_is_system()",
}


class Migration(migrations.Migration):
    dependencies = [("coordination", "0002_trail_is_append_only")]
    operations = [migrations.RunSQL(f"call portal_wall('{table}', '{seen}')", f"call portal_unwall('{table}')") for table, seen in WALLS.items()]
