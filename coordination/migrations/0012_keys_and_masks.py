"""Rotation of keys, what is masked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("coordination", "0011_accounts_from_first_to_last_day")]
    operations = [
        migrations.CreateModel(
            name="FieldKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=20, unique=True)),
                ("made_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, help_text="When a whole pass found no value under another key.", null=True)),
                ("retired_at", models.DateTimeField(blank=True, help_text="When the key was taken out of the file.", null=True)),
            ],
        ),
    ]
