"""Handovers of territory, and lists that are brought in; each behind its wall."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import coordination.codes
import coordination.fields

# A list is its author's alone until it is confirmed, so its wall asks for the appointment, not for the body.
WALLS = {
    "coordination_handover": "portal_is_system() or parties @> array[portal_body()]",
    "coordination_listimport": "portal_is_system() or by_id::text = current_setting(''portal.reader'', true)",
}


class Migration(migrations.Migration):
    """Handovers of territory, and lists that are brought in."""

    dependencies = [("coordination", "0005_places")]

    operations = [
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('referral_sent', 'Có vụ việc mới chuyển đến'), ('referral_forwarded', 'Có vụ việc chuyển tiếp đến'), ('referral_seen', 'Trực ban đã xem'), ('referral_received', 'Công an đã nhận tin'), ('referral_progress', 'Công an cập nhật tiến độ'), ('referral_question', 'Công an đề nghị nhà trường bổ sung'), ('referral_reply', 'Nhà trường đã bổ sung'), ('referral_answered', 'Đã có kết quả từ Công an'), ('referral_acknowledged', 'Nhà trường đã nhận kết quả'), ('referral_discussed', 'Nhà trường đề nghị trao đổi thêm'), ('ruling_asked', 'Đề nghị cấp có thẩm quyền cho ý kiến'), ('referral_ruled', 'Cấp có thẩm quyền đã cho ý kiến'), ('incident_filed', 'Trường trên địa bàn báo vụ việc'), ('incident_called_in', 'Trực ban Công an đã ghi tin báo của trường'), ('incident_from_police', 'Công an thông báo vụ việc của trường'), ('incident_completed', 'Đã có báo cáo đầy đủ'), ('incident_amended', 'Vụ việc có bổ sung, đính chính'), ('incident_withdrawn', 'Vụ việc được rút (báo nhầm)'), ('incident_merged', 'Vụ việc được nhập vào vụ khác'), ('incident_closed', 'Vụ việc đã kết thúc'), ('identity_opened', 'Thông tin người liên quan đã được mở'), ('conclusion_owed', 'Có việc mới từ kết luận giao ban'), ('conclusion_done', 'Kết luận giao ban đã thực hiện'), ('return_filed', 'Trường đã nộp số liệu kỳ'), ('return_reminded', 'Nhắc nộp số liệu kỳ'), ('return_left_out', 'Nhà trường được miễn nộp số liệu kỳ'), ('return_expected_again', 'Nhà trường cần nộp số liệu kỳ'), ('report_ready', 'Báo cáo đã tạo xong'), ('report_issued', 'Báo cáo đã ban hành, có bản in'), ('report_failed', 'Báo cáo chưa tạo được'), ('handed_over', 'Địa bàn được bàn giao'), ('escalated', 'Việc quá hạn được báo lên')], max_length=40),
        ),
        migrations.CreateModel(
            name='RegisterCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=30, unique=True)),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='register', to='coordination.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('on', models.DateField()),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('recorded_at', models.DateTimeField()),
                ('schools', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('moved', models.JSONField(default=dict, help_text='How many of each thing went over.')),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='The bodies on both sides: the wall in the database.', size=None)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('from_body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('from_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.unit')),
                ('to_body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('to_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['-recorded_at', '-id'], name='handover_by_time'), django.contrib.postgres.indexes.GinIndex(fields=['parties'], name='handover_parties')],
                'constraints': [models.CheckConstraint(condition=models.Q(('from_unit', models.F('to_unit')), _negated=True), name='handover_goes_somewhere')],
            },
        ),
        migrations.CreateModel(
            name='ListImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('kind', models.CharField(choices=[('schools', 'Cơ sở giáo dục'), ('bodies', 'Cơ quan, đơn vị'), ('accounts', 'Tài khoản, vị trí công tác')], max_length=12)),
                ('uploaded_at', models.DateTimeField()),
                ('keep_until', models.DateTimeField()),
                ('file_hash', models.CharField(max_length=64)),
                ('table', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('rows', models.PositiveIntegerField()),
                ('added', models.PositiveIntegerField(default=0)),
                ('already', models.PositiveIntegerField(default=0, help_text='Rows that were there before and were left as they are.')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
            ],
            options={
                'indexes': [models.Index(fields=['by', '-uploaded_at', '-id'], name='list_import_by_author')],
            },
        ),
        *(migrations.RunSQL(f"call portal_wall('{table}', '{seen}')", f"call portal_unwall('{table}')") for table, seen in WALLS.items()),
    ]
