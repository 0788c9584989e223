"""Files: what was sent, what is kept, what the scanner said."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("coordination", "0014_life_of_data")]
    operations: list = []
