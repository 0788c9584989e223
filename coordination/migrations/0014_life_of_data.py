"""Retention, holds, disposal, requests of the data subject."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("coordination", "0013_readings_and_checkpoints")]
    operations: list = []
