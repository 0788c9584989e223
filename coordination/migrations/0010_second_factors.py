"""Second factors, devices, what a session proved."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("coordination", "0009_every_role_of_the_tables")]
    operations: list = []
