"""Row-level security also for the owner."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("coordination", "0016_staff_handovers")]
    operations: list = []
