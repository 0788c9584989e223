"""Where a school stood, and since when."""

from django.db import migrations


class Migration(migrations.Migration):
    """Where a school stood, and since when."""

    dependencies = [("coordination", "0004_papers")]

    operations = []
