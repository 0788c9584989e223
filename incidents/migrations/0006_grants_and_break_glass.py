"""Grants, break-glass, informants."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("incidents", "0005_lists_that_stay_flat")]
    operations: list = []
