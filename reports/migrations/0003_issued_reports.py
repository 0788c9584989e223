"""Number and date, clusters, the twin in columns."""

from django.db import migrations


class Migration(migrations.Migration):
    """Number and date, clusters, the twin in columns."""

    dependencies = [("reports", "0002_row_level_security")]

    operations = []
