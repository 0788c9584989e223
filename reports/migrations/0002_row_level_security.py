"""Row-level security of returns and reports: only the bodies named on a row see it."""

from django.db import migrations

SEEN = "portal_is_system() or parties @> array[portal_body()]"
TABLES = ("reports_return", "reports_report")


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_what_goes_up_the_line")]
    operations = [migrations.RunSQL(f"call portal_wall('{table}', '{SEEN}')", f"call portal_unwall('{table}')") for table in TABLES]
