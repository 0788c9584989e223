"""Handover when staff change."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("coordination", "0015_files_kept_apart")]
    operations: list = []
