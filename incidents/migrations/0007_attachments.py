"""Attachments of a case."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("incidents", "0006_grants_and_break_glass")]
    operations: list = []
