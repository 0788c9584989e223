"""What people write in a report, sealed."""

from django.db import migrations, models

import coordination.fields


class Migration(migrations.Migration):
    """What people write in a report, sealed."""

    dependencies = [("reports", "0005_lists_that_stay_flat")]

    operations = [
        migrations.AddField(
            "report",
            "words",
            coordination.fields.EncryptedTextField(blank=True, default="", help_text="What people wrote: the key of a section of the paper to its text, as JSON. Empty until somebody writes."),
        ),
        migrations.AddField("report", "words_version", models.PositiveIntegerField(default=0, help_text="Counts the savings of the words; each prints the draft again.")),
    ]
