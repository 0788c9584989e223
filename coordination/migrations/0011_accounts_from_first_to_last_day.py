"""Invitations, resets by two people, inactivity."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("coordination", "0010_second_factors")]
    operations: list = []
