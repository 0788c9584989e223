"""Rotation of keys, what is masked."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("coordination", "0011_accounts_from_first_to_last_day")]
    operations: list = []
