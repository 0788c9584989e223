"""What is left of a case when its time is over."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("incidents", "0007_attachments")]
    operations: list = []
