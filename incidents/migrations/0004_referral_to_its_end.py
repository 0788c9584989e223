"""Rulings, and cases that the duty desk opened."""

from django.db import migrations


class Migration(migrations.Migration):
    """Rulings, and cases that the duty desk opened."""

    dependencies = [("incidents", "0003_side_states")]

    operations = []
