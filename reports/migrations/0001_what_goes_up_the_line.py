"""The tables of what goes up the line: returns of schools, printed reports."""

import coordination.codes
import coordination.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('coordination', '0003_ground_rows_know_their_reader'),
    ]

    operations = [
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.CharField(choices=[('nd09_month', 'nd09_month'), ('nd09_quarter', 'nd09_quarter'), ('nd09_half', 'nd09_half'), ('nd09_year', 'nd09_year'), ('nine_month', 'nine_month'), ('calendar_quarter', 'calendar_quarter'), ('school_year', 'school_year')], max_length=20)),
                ('period_key', models.CharField(max_length=12)),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('audience', models.CharField(choices=[('education', 'Bản gửi ngành Giáo dục'), ('police', 'Bản gửi Công an (để phối hợp)')], max_length=12)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='The issuing body: the wall in the database.', size=None)),
                ('status', models.CharField(choices=[('ordered', 'Đang tạo'), ('ready', 'Đã tạo xong')], default='ordered', max_length=12)),
                ('ordered_at', models.DateTimeField()),
                ('failure_told_at', models.DateTimeField(blank=True, null=True)),
                ('figures', models.JSONField(default=dict)),
                ('snapshot_hash', models.CharField(blank=True, max_length=64)),
                ('snapshot_at', models.DateTimeField(blank=True, null=True)),
                ('units_reported', models.CharField(blank=True, help_text='27/29.', max_length=20)),
                ('pdf_hash', models.CharField(blank=True, max_length=64)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.unit')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('ordered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
            ],
            options={
                'indexes': [models.Index(fields=['issuer', '-ordered_at', '-id'], name='report_by_issuer'), models.Index(condition=models.Q(('status', 'ready')), fields=['snapshot_hash'], name='report_by_snapshot'), django.contrib.postgres.indexes.GinIndex(fields=['parties'], name='report_parties')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'ordered')), fields=('issuer', 'area', 'audience', 'scheme', 'period_key'), name='one_order_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('pdf_hash', ''), ('snapshot_at', None), ('snapshot_hash', ''), ('status', 'ordered')), models.Q(('snapshot_at__isnull', False), ('status', 'ready'), models.Q(('pdf_hash', ''), _negated=True), models.Q(('snapshot_hash', ''), _negated=True)), _connector='OR'), name='ready_report_has_its_file')],
            },
        ),
        migrations.CreateModel(
            name='Return',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.CharField(choices=[('nd09_month', 'nd09_month'), ('nd09_quarter', 'nd09_quarter'), ('nd09_half', 'nd09_half'), ('nd09_year', 'nd09_year'), ('nine_month', 'nine_month'), ('calendar_quarter', 'calendar_quarter'), ('school_year', 'school_year')], max_length=20)),
                ('period_key', models.CharField(max_length=12)),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text="School, managing body, Sở, and the People's Committee of the place: the wall in the database.", size=None)),
                ('status', models.CharField(choices=[('open', 'Chưa nộp'), ('submitted', 'Đã nộp')], default='open', max_length=12)),
                ('created_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField(blank=True, help_text="When the duty of the school's head was opened.", null=True)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('nil', models.BooleanField(default=False)),
                ('asked_class_teachers', models.BooleanField(default=False)),
                ('asked_gate', models.BooleanField(default=False)),
                ('asked_hotline', models.BooleanField(default=False)),
                ('figures', models.JSONField(default=dict, help_text='Counts as they were confirmed.')),
                ('words', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('commune', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.unit')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('managing_body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('province', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.unit')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('submitted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
            ],
            options={
                'indexes': [models.Index(fields=['scheme', 'period_key', 'province', 'created_at', 'id'], name='return_by_province'), models.Index(fields=['commune', 'scheme', 'period_key'], name='return_by_commune'), models.Index(fields=['school', '-created_at', '-id'], name='return_by_school'), models.Index(condition=models.Q(('asked_at', None), ('status', 'open')), fields=['last'], name='return_to_be_asked'), django.contrib.postgres.indexes.GinIndex(fields=['parties'], name='return_parties')],
                'constraints': [models.UniqueConstraint(fields=('school', 'scheme', 'period_key'), name='one_return_per_school_and_period'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'open'), ('submitted_at', None), ('submitted_by', None)), models.Q(('status', 'submitted'), ('submitted_at__isnull', False), ('submitted_by__isnull', False)), _connector='OR'), name='submitted_return_has_its_hour_and_its_hand'), models.CheckConstraint(condition=models.Q(('nil', False), models.Q(('asked_class_teachers', True), ('asked_gate', True), ('asked_hotline', True)), _connector='OR'), name='nil_return_asked_three_times')],
            },
        ),
    ]
