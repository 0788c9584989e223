"""The tables of the briefings: the meeting, its agenda, who came, the conclusions."""

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
        ('incidents', '0002_cases_know_their_reader'),
    ]

    operations = [
        migrations.CreateModel(
            name='Briefing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('kind', models.CharField(choices=[('working', 'Giao ban công tác, Công an chủ trì'), ('committee', 'Giao ban của UBND, Ban Chỉ đạo')], max_length=12)),
                ('school_year', models.PositiveSmallIntegerField(help_text='The year in which it began.')),
                ('number', models.PositiveSmallIntegerField()),
                ('meets_at', models.DateTimeField()),
                ('place', models.CharField(max_length=160)),
                ('status', models.CharField(choices=[('planned', 'Đã lên lịch'), ('held', 'Đang họp'), ('closed', 'Đã kết thúc')], default='planned', max_length=12)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('figures', models.JSONField(default=dict)),
                ('figured_at', models.DateTimeField()),
                ('root', models.CharField(blank=True, help_text="The trail's newest root when the figures were frozen.", max_length=64)),
                ('held_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('chair_post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.post')),
                ('commune', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.unit')),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('secretary_post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.post')),
            ],
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('present', models.BooleanField()),
                ('reason', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('briefing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='briefings.briefing')),
            ],
        ),
        migrations.CreateModel(
            name='AgendaItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField()),
                ('heading', models.CharField(choices=[('last_conclusions', 'Kết luận lần trước'), ('referrals', 'Vụ việc đã chuyển Công an, chưa xong')], max_length=20)),
                ('words', models.CharField(max_length=160)),
                ('about_model', models.CharField(max_length=60)),
                ('about_id', models.BigIntegerField()),
                ('late', models.BooleanField(default=False)),
                ('state', models.CharField(blank=True, choices=[('agreed', 'Đang thực hiện'), ('carried_out', 'Đã thực hiện, chờ xác nhận'), ('confirmed', 'Đã xác nhận')], help_text='How a last conclusion stood when the agenda was made.', max_length=12)),
                ('named_to', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('link', models.CharField(blank=True, max_length=200)),
                ('own_school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('briefing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='briefings.briefing')),
            ],
        ),
        migrations.CreateModel(
            name='Conclusion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('number', models.PositiveSmallIntegerField()),
                ('text', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('due_on', models.DateField()),
                ('named_to', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text="With a referral: the bodies to which the owner's school is named.", size=None)),
                ('status', models.CharField(choices=[('agreed', 'Đang thực hiện'), ('carried_out', 'Đã thực hiện, chờ xác nhận'), ('confirmed', 'Đã xác nhận')], default='agreed', max_length=12)),
                ('agreed_at', models.DateTimeField()),
                ('carried_out_at', models.DateTimeField(blank=True, null=True)),
                ('carried_out_note', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('briefing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='briefings.briefing')),
                ('owner_post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.post')),
                ('referral', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.referral')),
            ],
        ),
        migrations.AddIndex(
            model_name='briefing',
            index=models.Index(fields=['-meets_at', '-id'], name='briefing_by_time'),
        ),
        migrations.AddIndex(
            model_name='briefing',
            index=models.Index(fields=['host', '-meets_at', '-id'], name='briefing_by_host'),
        ),
        migrations.AddIndex(
            model_name='briefing',
            index=django.contrib.postgres.indexes.GinIndex(fields=['parties'], name='briefing_parties'),
        ),
        migrations.AddConstraint(
            model_name='briefing',
            constraint=models.UniqueConstraint(fields=('host', 'school_year', 'number'), name='one_briefing_per_host_year_and_number'),
        ),
        migrations.AddConstraint(
            model_name='briefing',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='briefing_number_counts_from_one'),
        ),
        migrations.AddConstraint(
            model_name='briefing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('held_at', None), ('status', 'planned')), models.Q(models.Q(('status', 'planned'), _negated=True), ('held_at__isnull', False)), _connector='OR'), name='briefing_past_its_plan_has_its_hour'),
        ),
        migrations.AddConstraint(
            model_name='briefing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('status', 'closed')), models.Q(models.Q(('status', 'closed'), _negated=True), ('closed_at', None)), _connector='OR'), name='closed_briefing_has_its_hour'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(fields=('briefing', 'body'), name='one_attendance_per_briefing_and_body'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.UniqueConstraint(fields=('briefing', 'place'), name='one_agenda_item_per_place'),
        ),
        migrations.AddIndex(
            model_name='conclusion',
            index=models.Index(condition=models.Q(('referral__isnull', False)), fields=['referral'], name='conclusion_of_referral'),
        ),
        migrations.AddConstraint(
            model_name='conclusion',
            constraint=models.UniqueConstraint(fields=('briefing', 'number'), name='one_conclusion_per_briefing_and_number'),
        ),
        migrations.AddConstraint(
            model_name='conclusion',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='conclusion_number_counts_from_one'),
        ),
        migrations.AddConstraint(
            model_name='conclusion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('carried_out_at', None), ('status', 'agreed')), models.Q(models.Q(('status', 'agreed'), _negated=True), ('carried_out_at__isnull', False)), _connector='OR'), name='conclusion_carried_out_has_its_hour'),
        ),
        migrations.AddConstraint(
            model_name='conclusion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', False), ('status', 'confirmed')), models.Q(models.Q(('status', 'confirmed'), _negated=True), ('confirmed_at', None)), _connector='OR'), name='conclusion_confirmed_has_its_hour'),
        ),
    ]
