"""Readings and signed checkpoints of the trail."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("coordination", "0012_keys_and_masks")]
    operations: list = []
