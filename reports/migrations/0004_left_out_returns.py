"""Schools left out of a period, with the reason."""

from django.db import migrations


class Migration(migrations.Migration):
    """Schools left out of a period, with the reason."""

    dependencies = [("reports", "0003_issued_reports")]

    operations = []
