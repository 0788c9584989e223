"""Row-level security of the agreements: the wall of party, open for what is signed and public; every party behind its agreement."""

from django.db import migrations

AGREEMENT = "portal_is_system() or (public and status <> ''draft'' and portal_has_reader()) or parties @> array[portal_body()]"
CHILD = "portal_is_system() or exists (select 1 from agreements_agreement seen where seen.id = agreement_id)"
WALLS = {"agreements_agreement": AGREEMENT, "agreements_agreementparty": CHILD}


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_what_was_promised")]
    operations = [migrations.RunSQL(f"call portal_wall('{table}', '{seen}')", f"call portal_unwall('{table}')") for table, seen in WALLS.items()]
