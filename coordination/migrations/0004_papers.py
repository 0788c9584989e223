"""Papers printed from one entry."""

from django.db import migrations


class Migration(migrations.Migration):
    """Papers printed from one entry."""

    dependencies = [("coordination", "0003_ground_rows_know_their_reader")]

    operations = []
