"""Merged, withdrawn, and cases in conflict."""

from django.db import migrations


class Migration(migrations.Migration):
    """Merged, withdrawn, and cases in conflict."""

    dependencies = [("incidents", "0002_cases_know_their_reader")]

    operations = []
