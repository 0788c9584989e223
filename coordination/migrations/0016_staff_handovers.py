"""Handover when staff change: the list that was given over, behind the wall of its unit."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import coordination.codes


class Migration(migrations.Migration):
    """Handover when staff change."""

    dependencies = [("coordination", "0015_files_kept_apart")]

    operations = [
        migrations.CreateModel(
            name='StaffHandover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('on', models.DateField()),
                ('reason', models.CharField(max_length=300)),
                ('recorded_at', models.DateTimeField()),
                ('passed', models.JSONField(default=list, help_text='Groups of lines in words: what was open, and what went over by name.')),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='The body of the post: the wall in the database.', size=None)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('leaver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
            ],
            options={
                'indexes': [models.Index(fields=['-recorded_at', '-id'], name='staff_handover_by_time'), django.contrib.postgres.indexes.GinIndex(fields=['parties'], name='staff_handover_parties')],
                'constraints': [models.CheckConstraint(condition=models.Q(('leaver', models.F('successor')), _negated=True), name='staff_handover_goes_to_another')],
            },
        ),
        migrations.RunSQL(
            "call portal_wall('coordination_staffhandover', 'portal_is_system() or parties @> array[portal_body()]')",
            "call portal_unwall('coordination_staffhandover')",
        ),
    ]
