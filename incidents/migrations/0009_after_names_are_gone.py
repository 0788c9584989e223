"""What lies beside the cases is kept from whom they are kept: holds, batches, exports, requests, clocks and bells, also those written before they knew."""

from django.db import migrations

# As the case itself (0003, 0005); SYSTEM sees all of it.
APART = " and (select portal_person()) <> all (kept_out)"
PARTY = "parties @> array[portal_body()]"
SEEN = {
    "coordination_duty": "portal_is_party(parties)",
    "coordination_notice": "portal_is_body(body_id)",
    "coordination_hold": PARTY,
    "coordination_datarequest": PARTY,
    "coordination_subjectexport": PARTY,
    "coordination_disposalitem": "exists (select 1 from coordination_disposalbatch seen where seen.id = batch_id)",
}


def wall(table: str, seen: str) -> str:
    """The wall of a table, built anew."""
    return f"call portal_unwall('{table}'); call portal_wall('{table}', 'portal_is_system() or ({seen})')"


# Every address under which something tells of a case that is kept from somebody.
FILL = """
update coordination_hold row set kept_out = i.kept_out from incidents_incident i where row.about_model = 'incidents.incident' and i.id = row.about_id and i.kept_out <> '{}';
update coordination_subjectexport row set kept_out = i.kept_out from incidents_incident i where row.part = 'vu-viec' and i.id = row.about_id and i.kept_out <> '{}';
update coordination_disposalitem row set kept_out = i.kept_out from incidents_incident i where row.about_model = 'incidents.incident' and i.id = row.about_id and i.kept_out <> '{}';
update coordination_disposalitem row set kept_out = i.kept_out from incidents_incident i join incidents_attachment f on f.incident_id = i.id
  where row.about_model = 'incidents.attachment' and f.id = row.about_id and i.kept_out <> '{}';
update coordination_datarequest row set kept_out = array_remove(i.kept_out, a.user_id) from incidents_incident i, coordination_appointment a
  where a.id = row.recorded_by_id and i.spoken_code <> '' and i.spoken_code = row.case_code and (row.school_id is null or row.school_id = i.school_id) and i.kept_out <> '{}';
create temporary table apart on commit drop as
  select code, kept_out from incidents_incident where kept_out <> '{}' union select code, kept_out from incidents_identityrequest where kept_out <> '{}'
  union select code, kept_out from incidents_breakglass where kept_out <> '{}' union select code, kept_out from coordination_hold where kept_out <> '{}'
  union select code, kept_out from coordination_subjectexport where kept_out <> '{}' union select code, kept_out from coordination_datarequest where kept_out <> '{}';
update coordination_duty row set kept_out = apart.kept_out from apart where row.about_code = apart.code;
update coordination_notice row set kept_out = apart.kept_out from apart where row.link like '%/' || apart.code || '/%';
drop table apart;
"""


class Migration(migrations.Migration):
    """What lies beside the cases is kept from whom they are kept."""

    dependencies = [("incidents", "0008_life_of_cases"), ("coordination", "0018_the_trail_shows_ones_own")]
    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        *(migrations.RunSQL(wall(table, seen + APART), wall(table, seen)) for table, seen in SEEN.items()),
    ]
