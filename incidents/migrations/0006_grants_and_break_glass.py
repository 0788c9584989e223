"""Grants, break-glass, informants; and the line of a case passed on, which is walled off from people kept out too."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import coordination.codes
import coordination.fields

# What reaches people who do not see its case names them itself, and names whom it is kept from.
OWN = "portal_is_system() or (parties @> array[portal_body()] and (select portal_person()) <> all (kept_out))"
# What stands behind its case.
CHILD = "portal_is_system() or portal_sees_case(incident_id)"
WALLS = {"incidents_breakglass": OWN, "incidents_identityrequest": OWN, "incidents_informant": CHILD}
# Beside its case a unit sees the line of what it passed on, nothing else that was ever addressed to it; and nobody kept out sees the line.
LINE = CHILD + " or (to_org_id = portal_body() and status = ''forwarded'' and (select portal_person()) <> all (kept_out))"
LINE_BEFORE = CHILD + " or to_org_id = portal_body()"
KEPT_OUT_BEFORE = """
select set_config('portal.reader', 'system', true);
update incidents_referral passed set kept_out = apart.kept_out from incidents_incident apart where apart.id = passed.incident_id and apart.kept_out <> '{}';
select set_config('portal.reader', '', true);
"""


def wall(seen: str) -> str:
    """The wall of the referrals, built anew."""
    return f"call portal_unwall('incidents_referral'); call portal_wall('incidents_referral', '{seen}')"


class Migration(migrations.Migration):
    """Grants, break-glass, informants."""

    dependencies = [("incidents", "0005_lists_that_stay_flat")]

    operations = [
        migrations.CreateModel(
            name='BreakGlass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField()),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('case_words', models.CharField(help_text='Code and kind as they were: all that an approver or a reviewer learns of the case.', max_length=160)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('kept_out', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                ('cause', models.CharField(choices=[('life', 'Nguy hiểm tính mạng, sức khỏe của trẻ'), ('missing', 'Trẻ mất tích, nghi bị bắt cóc'), ('absent', 'Người có quyền mở vắng mặt, việc không chờ được'), ('order', 'Mệnh lệnh khẩn của cấp trên, cơ quan tố tụng')], max_length=12)),
                ('reason', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('paper', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('again', coordination.fields.EncryptedTextField(blank=True, default='', help_text='Why once more: asked of whoever used it often lately.')),
                ('until', models.DateTimeField()),
                ('status', models.CharField(choices=[('waiting', 'Chờ soát xét'), ('reviewed', 'Đã soát xét')], default='waiting', max_length=12)),
                ('verdict', models.CharField(blank=True, choices=[('right', 'Đúng trường hợp khẩn cấp'), ('wrong', 'Không đúng trường hợp khẩn cấp')], max_length=8)),
                ('note', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('suspended_at', models.DateTimeField(blank=True, help_text='Since when its user may break no other glass because of it.', null=True)),
                ('restored_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='IdentityRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField()),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('case_words', models.CharField(help_text='Code and kind as they were: all that an approver or a reviewer learns of the case.', max_length=160)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('kept_out', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                ('purpose', models.CharField(choices=[('case', 'Giải quyết vụ việc'), ('child', 'Bảo vệ trẻ em'), ('family', 'Liên hệ gia đình'), ('court', 'Yêu cầu của cơ quan tố tụng'), ('emergency', 'Khẩn cấp'), ('inspection', 'Kiểm tra, thanh tra'), ('subject', 'Yêu cầu của người có dữ liệu, cha mẹ, người giám hộ'), ('audit', 'Soát xét việc truy cập')], max_length=12)),
                ('reason', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('days', models.PositiveSmallIntegerField()),
                ('status', models.CharField(choices=[('waiting', 'Chờ trả lời'), ('granted', 'Được chấp thuận'), ('refused', 'Không chấp thuận'), ('revoked', 'Đã thu hồi')], default='waiting', max_length=12)),
                ('answer', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Informant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField()),
                ('full_name', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('contact', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('how', coordination.fields.EncryptedTextField(blank=True, default='')),
            ],
        ),
        migrations.AddField(
            model_name='incident',
            name='untold',
            field=models.BooleanField(default=False, help_text='Kept apart because the deputy chose not to tell the head of a restricted case; he may be told later.'),
        ),
        migrations.AddField(
            model_name='opening',
            name='reason',
            field=coordination.fields.EncryptedTextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='referral',
            name='kept_out',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, help_text='Those of its case, for the wall of the line that is left of a case passed on.', size=None),
        ),
        migrations.AlterField(
            model_name='opening',
            name='purpose',
            field=models.CharField(choices=[('case', 'Giải quyết vụ việc'), ('child', 'Bảo vệ trẻ em'), ('family', 'Liên hệ gia đình'), ('court', 'Yêu cầu của cơ quan tố tụng'), ('emergency', 'Khẩn cấp'), ('inspection', 'Kiểm tra, thanh tra'), ('subject', 'Yêu cầu của người có dữ liệu, cha mẹ, người giám hộ'), ('audit', 'Soát xét việc truy cập')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('untold', False), ('stand_in__isnull', False), _connector='OR'), name='untold_is_kept_apart'),
        ),
        migrations.AddField(
            model_name='breakglass',
            name='body',
            field=models.ForeignKey(help_text='The body of whoever asked or broke the glass.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation'),
        ),
        migrations.AddField(
            model_name='breakglass',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment'),
        ),
        migrations.AddField(
            model_name='breakglass',
            name='incident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.incident'),
        ),
        migrations.AddField(
            model_name='breakglass',
            name='overseer',
            field=models.ForeignKey(help_text='Data protection: sees every use, reviews when nobody else may.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.post'),
        ),
        migrations.AddField(
            model_name='breakglass',
            name='reviewed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment'),
        ),
        migrations.AddField(
            model_name='breakglass',
            name='reviewer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.post'),
        ),
        migrations.AddField(
            model_name='identityrequest',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment'),
        ),
        migrations.AddField(
            model_name='identityrequest',
            name='approver',
            field=models.ForeignKey(help_text='The focal point for child protection that answers.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.post'),
        ),
        migrations.AddField(
            model_name='identityrequest',
            name='body',
            field=models.ForeignKey(help_text='The body of whoever asked or broke the glass.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation'),
        ),
        migrations.AddField(
            model_name='identityrequest',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment'),
        ),
        migrations.AddField(
            model_name='identityrequest',
            name='incident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.incident'),
        ),
        migrations.AddField(
            model_name='identityrequest',
            name='revoked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment'),
        ),
        migrations.AddField(
            model_name='informant',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment'),
        ),
        migrations.AddField(
            model_name='informant',
            name='incident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.incident'),
        ),
        migrations.AddField(
            model_name='opening',
            name='informant',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.informant'),
        ),
        migrations.AddIndex(
            model_name='opening',
            index=models.Index(fields=['by', '-at', '-id'], name='opening_history'),
        ),
        migrations.AddConstraint(
            model_name='opening',
            constraint=models.CheckConstraint(condition=models.Q(('person', None), ('informant', None), _connector='OR'), name='one_opening_opens_one_thing'),
        ),
        migrations.AddIndex(
            model_name='breakglass',
            index=models.Index(fields=['incident', 'by'], name='glass_of_case'),
        ),
        migrations.AddIndex(
            model_name='breakglass',
            index=models.Index(fields=['by', '-at', '-id'], name='glass_by_user'),
        ),
        migrations.AddIndex(
            model_name='breakglass',
            index=models.Index(condition=models.Q(('status', 'waiting')), fields=['at'], name='glass_waiting'),
        ),
        migrations.AddIndex(
            model_name='breakglass',
            index=django.contrib.postgres.indexes.GinIndex(fields=['parties'], name='glass_parties'),
        ),
        migrations.AddConstraint(
            model_name='breakglass',
            constraint=models.CheckConstraint(condition=models.Q(('reviewed_by', None), models.Q(('reviewed_by', models.F('by')), _negated=True), _connector='OR'), name='nobody_reviews_himself'),
        ),
        migrations.AddConstraint(
            model_name='breakglass',
            constraint=models.CheckConstraint(condition=models.Q(('restored_at', None), ('suspended_at__isnull', False), _connector='OR'), name='what_is_restored_was_suspended'),
        ),
        migrations.AddIndex(
            model_name='identityrequest',
            index=models.Index(fields=['incident', 'by'], name='request_of_case'),
        ),
        migrations.AddIndex(
            model_name='identityrequest',
            index=models.Index(fields=['approver', '-at', '-id'], name='request_queue'),
        ),
        migrations.AddIndex(
            model_name='identityrequest',
            index=django.contrib.postgres.indexes.GinIndex(fields=['parties'], name='request_parties'),
        ),
        migrations.AddConstraint(
            model_name='identityrequest',
            constraint=models.CheckConstraint(condition=models.Q(('days__gte', 1), ('days__lte', 7)), name='a_grant_lasts_a_week_at_most'),
        ),
        migrations.AddConstraint(
            model_name='identityrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'granted'), _negated=True), ('until__isnull', False), _connector='OR'), name='a_grant_has_its_end'),
        ),
        migrations.AddConstraint(
            model_name='identityrequest',
            constraint=models.CheckConstraint(condition=models.Q(('answered_by', None), models.Q(('answered_by', models.F('by')), _negated=True), _connector='OR'), name='nobody_answers_his_own_request'),
        ),
        migrations.AddConstraint(
            model_name='identityrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'waiting')), fields=('incident', 'by'), name='one_waiting_request_per_case_and_asker'),
        ),
        migrations.RunSQL(KEPT_OUT_BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(wall(LINE), wall(LINE_BEFORE)),
        *(migrations.RunSQL(f"call portal_wall('{table}', '{seen}')", f"call portal_unwall('{table}')") for table, seen in WALLS.items()),
    ]
