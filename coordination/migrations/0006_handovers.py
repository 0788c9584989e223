"""Handovers of territory."""

from django.db import migrations


class Migration(migrations.Migration):
    """Handovers of territory."""

    dependencies = [("coordination", "0005_places")]

    operations = []
