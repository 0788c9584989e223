"""Holds, batches to be destroyed, requests of the people concerned, what they are given, leaks; each behind its wall."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import coordination.codes
import coordination.fields

PARTY = "portal_is_system() or parties @> array[portal_body()]"
WALLS = dict.fromkeys((f"coordination_{name}" for name in ("breach", "datarequest", "disposalbatch", "hold", "subjectexport")), PARTY)
WALLS |= {"coordination_disposalitem": "portal_is_system() or exists (select 1 from coordination_disposalbatch seen where seen.id = batch_id)"}


class Migration(migrations.Migration):
    """The life of data."""

    dependencies = [("coordination", "0013_readings_and_checkpoints")]

    operations = [
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('referral_sent', 'Có vụ việc mới chuyển đến'), ('referral_forwarded', 'Có vụ việc chuyển tiếp đến'), ('referral_seen', 'Trực ban đã xem'), ('referral_received', 'Công an đã nhận tin'), ('referral_progress', 'Công an cập nhật tiến độ'), ('referral_question', 'Công an đề nghị nhà trường bổ sung'), ('referral_reply', 'Nhà trường đã bổ sung'), ('referral_answered', 'Đã có kết quả từ Công an'), ('referral_acknowledged', 'Nhà trường đã nhận kết quả'), ('referral_discussed', 'Nhà trường đề nghị trao đổi thêm'), ('ruling_asked', 'Đề nghị cấp có thẩm quyền cho ý kiến'), ('referral_ruled', 'Cấp có thẩm quyền đã cho ý kiến'), ('incident_filed', 'Trường trên địa bàn báo vụ việc'), ('incident_called_in', 'Trực ban Công an đã ghi tin báo của trường'), ('incident_from_police', 'Công an thông báo vụ việc của trường'), ('incident_completed', 'Đã có báo cáo đầy đủ'), ('incident_amended', 'Vụ việc có bổ sung, đính chính'), ('flag_asked', 'Cấp quản lý đề nghị trường chuyển vụ việc đến Công an'), ('flagged_from_above', 'Đầu mối bảo vệ trẻ em đã chuyển vụ việc đến Công an'), ('incident_withdrawn', 'Vụ việc được rút (báo nhầm)'), ('incident_merged', 'Vụ việc được nhập vào vụ khác'), ('incident_closed', 'Vụ việc đã kết thúc'), ('identity_opened', 'Thông tin người liên quan đã được mở'), ('identity_asked', 'Có đề nghị xem họ tên chờ trả lời'), ('identity_granted', 'Đề nghị xem họ tên được chấp thuận'), ('identity_refused', 'Đề nghị xem họ tên không được chấp thuận'), ('identity_revoked', 'Quyền xem họ tên đã bị thu hồi'), ('glass_broken', 'Hồ sơ đã được mở bằng quyền khẩn cấp'), ('glass_reviewed', 'Lần dùng quyền khẩn cấp đã được soát xét'), ('glass_suspended', 'Quyền khẩn cấp bị tạm dừng'), ('head_told', 'Hiệu trưởng được báo vụ việc hạn chế của trường'), ('conclusion_owed', 'Có việc mới từ kết luận giao ban'), ('conclusion_done', 'Kết luận giao ban đã thực hiện'), ('return_filed', 'Trường đã nộp số liệu kỳ'), ('return_reminded', 'Nhắc nộp số liệu kỳ'), ('return_left_out', 'Nhà trường được miễn nộp số liệu kỳ'), ('return_expected_again', 'Nhà trường cần nộp số liệu kỳ'), ('file_sent', 'Có tệp kèm theo mới trong vụ việc'), ('file_opened', 'Tệp kèm theo của vụ việc đã được mở'), ('file_blocked', 'Tệp đã gửi bị chặn vì có mã độc'), ('report_ready', 'Báo cáo đã tạo xong'), ('report_issued', 'Báo cáo đã ban hành, có bản in'), ('report_failed', 'Báo cáo chưa tạo được'), ('post_handed_over', 'Công việc của vị trí được bàn giao'), ('account_asked', 'Có đề nghị về tài khoản cần xem xét'), ('account_decided', 'Đề nghị về tài khoản đã có kết quả'), ('account_invited', 'Mời mở tài khoản, mã do quản trị báo riêng'), ('account_reset', 'Tài khoản được cấp lại mật khẩu, yếu tố thứ hai'), ('account_idle', 'Tài khoản lâu không dùng, sẽ tạm ngừng sau một tuần'), ('account_suspended', 'Tài khoản của đơn vị đã tạm ngừng'), ('hold_asked', 'Đề nghị tạm giữ hồ sơ'), ('hold_set', 'Hồ sơ được tạm giữ, không hủy'), ('hold_ended', 'Hồ sơ thôi tạm giữ hoặc không tạm giữ'), ('disposal_proposed', 'Có đợt hủy dữ liệu cần soát xét'), ('disposal_reviewed', 'Có đợt hủy dữ liệu cần phê duyệt'), ('disposal_done', 'Đợt hủy dữ liệu đã thực hiện, có biên bản'), ('request_received', 'Có yêu cầu về dữ liệu cá nhân'), ('request_prepared', 'Yêu cầu về dữ liệu cá nhân chờ phê duyệt'), ('request_ended', 'Yêu cầu về dữ liệu cá nhân đã có kết quả'), ('export_prepared', 'Có đề nghị trích xuất dữ liệu chờ phê duyệt'), ('export_ready', 'Bản trích xuất dữ liệu đã xong, chờ giao'), ('handed_over', 'Địa bàn được bàn giao'), ('escalated', 'Việc quá hạn được báo lên'), ('new_device', 'Tài khoản của bạn đăng nhập từ thiết bị mới'), ('factor_changed', 'Cách xác thực hai bước của bạn đã thay đổi'), ('factor_refused', 'Có người nhập đúng mật khẩu của bạn nhưng sai mã xác thực nhiều lần')], max_length=40),
        ),
        migrations.CreateModel(
            name='DataRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='The bodies that may see it: the wall in the database.', size=None)),
                ('status', models.CharField(choices=[('received', 'Đã nhận yêu cầu'), ('acknowledged', 'Đã trả lời tiếp nhận'), ('under_way', 'Đang thực hiện, chờ phê duyệt'), ('done', 'Đã thực hiện yêu cầu'), ('refused', 'Không thực hiện, có căn cứ')], default='received', max_length=12)),
                ('kind', models.CharField(choices=[('see', 'Xem, chỉnh sửa, cung cấp dữ liệu'), ('delete', 'Xóa dữ liệu'), ('withdraw', 'Rút lại đồng ý, hạn chế, phản đối xử lý dữ liệu'), ('protect', 'Áp dụng biện pháp bảo vệ dữ liệu')], max_length=8)),
                ('capacity', models.CharField(choices=[('child', 'Chính học sinh'), ('representative', 'Cha mẹ, người giám hộ, người đại diện theo pháp luật'), ('staff', 'Nhà giáo, nhân viên, cán bộ')], max_length=16)),
                ('through_processor', models.BooleanField(default=False, help_text='A processor or third party must act: longer times (NĐ 356 Art. 5).')),
                ('asker', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('contact', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('wish', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('case_code', models.CharField(blank=True, help_text='The spoken code of the case, when the person has it.', max_length=20)),
                ('received_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('extended_until', models.DateTimeField(blank=True, null=True)),
                ('extension_reason', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('prepared', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('answer', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('ground', models.CharField(blank=True, choices=[('life', 'Bảo vệ tính mạng, sức khỏe, danh dự, nhân phẩm trong trường hợp cấp bách (Điều 19 khoản 1)'), ('crime', 'Phòng, chống tội phạm, vi phạm pháp luật (Điều 19 khoản 1)'), ('state', 'Hoạt động của cơ quan nhà nước theo quy định của pháp luật (Điều 19 khoản 1)'), ('held', 'Hồ sơ đang tạm giữ theo yêu cầu của cơ quan có thẩm quyền'), ('not_entitled', 'Người yêu cầu không phải chủ thể dữ liệu hoặc người đại diện theo pháp luật'), ('not_here', 'Hệ thống không có dữ liệu của người được yêu cầu')], max_length=16)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('asked_from', models.ForeignKey(blank=True, help_text='The school that wrote it down for the person.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('department', models.ForeignKey(help_text='The Sở whose data-protection officer answers for the clocks.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('office', models.ForeignKey(help_text='The body whose child-protection post prepares.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('prepared_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='DisposalBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='The bodies that may see it: the wall in the database.', size=None)),
                ('month', models.DateField(help_text='The first day of the month in which it was proposed.')),
                ('status', models.CharField(choices=[('proposed', 'Chờ soát xét'), ('reviewed', 'Chờ phê duyệt'), ('approved', 'Đang thực hiện hủy'), ('carried_out', 'Đã hủy'), ('refused', 'Không hủy đợt này')], default='proposed', max_length=12)),
                ('proposed_at', models.DateTimeField()),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('refused_at', models.DateTimeField(blank=True, null=True)),
                ('refusal', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('carried_out_at', models.DateTimeField(blank=True, null=True)),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('body', models.ForeignKey(help_text='Whose things they are.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('department', models.ForeignKey(help_text='The Sở whose data-protection officer approves.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('office', models.ForeignKey(help_text='The body whose child-protection post reviews.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
            ],
        ),
        migrations.CreateModel(
            name='DisposalItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about_model', models.CharField(max_length=60)),
                ('about_id', models.BigIntegerField()),
                ('about_code', models.CharField(max_length=20)),
                ('rule', models.CharField(max_length=24)),
                ('due_on', models.DateField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('left_out', models.CharField(blank=True, choices=[('held', 'Đang tạm giữ, không hủy'), ('changed', 'Chưa hết thời hạn lưu giữ')], max_length=8)),
                ('people', models.PositiveSmallIntegerField(default=0, help_text="How many persons' sealed values were destroyed.")),
                ('texts', models.PositiveSmallIntegerField(default=0, help_text='How many texts were replaced.')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.disposalbatch')),
            ],
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='The bodies that may see it: the wall in the database.', size=None)),
                ('kind', models.CharField(choices=[('police', 'Công an yêu cầu giữ'), ('child', 'Giữ để bảo vệ trẻ em')], max_length=8)),
                ('status', models.CharField(choices=[('asked', 'Đề nghị tạm giữ'), ('held', 'Đang tạm giữ'), ('lifted', 'Đã thôi tạm giữ'), ('declined', 'Không tạm giữ')], default='asked', max_length=8)),
                ('about_model', models.CharField(max_length=60)),
                ('about_id', models.BigIntegerField()),
                ('about_code', models.CharField(max_length=20)),
                ('reason', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, help_text='The first day on which it no longer holds; empty: until it is lifted.', null=True)),
                ('asked_at', models.DateTimeField()),
                ('set_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end_reason', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('addressed_to', models.ForeignKey(help_text='The body whose supervisor or child-protection post may set it.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('set_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
            ],
        ),
        migrations.CreateModel(
            name='SubjectExport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='The bodies that may see it: the wall in the database.', size=None)),
                ('status', models.CharField(choices=[('prepared', 'Chờ phê duyệt trích xuất'), ('approved', 'Đang trích xuất'), ('ready', 'Chờ giao cho người yêu cầu'), ('handed', 'Đã giao, đã xóa bản trích xuất'), ('refused', 'Không trích xuất')], default='prepared', max_length=8)),
                ('part', models.CharField(help_text='Which app holds the person.', max_length=20)),
                ('about_id', models.BigIntegerField()),
                ('about_code', models.CharField(max_length=20)),
                ('who', models.CharField(help_text='The pseudonym in the case, or the user name of staff.', max_length=80)),
                ('prepared_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('data', coordination.fields.EncryptedTextField(blank=True, default='', help_text='JSON: sections of labels and values; empty before it is gathered and after it was handed over.')),
                ('data_hash', models.CharField(blank=True, max_length=64)),
                ('handed_at', models.DateTimeField(blank=True, null=True)),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('prepared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.datarequest')),
            ],
        ),
        migrations.CreateModel(
            name='Breach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='The bodies that may see it: the wall in the database.', size=None)),
                ('status', models.CharField(choices=[('recorded', 'Đã ghi nhận sự cố'), ('notified', 'Đã thông báo cơ quan chuyên trách'), ('closed', 'Đã khắc phục, kết thúc')], default='recorded', max_length=12)),
                ('discovered_at', models.DateTimeField()),
                ('began_at', models.DateTimeField(help_text='From when data may have been open to a stranger.')),
                ('ended_at', models.DateTimeField(help_text='Until when.')),
                ('serious', models.BooleanField(default=False, help_text='The first word is owed within 24 hours (NĐ 331/2026 Art. 31).')),
                ('description', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('cases', models.PositiveIntegerField(default=0, help_text='How many cases, as the breach command counts them.')),
                ('people', models.PositiveIntegerField(default=0, help_text='How many persons, likewise.')),
                ('recorded_at', models.DateTimeField()),
                ('told_at', models.DateTimeField(blank=True, help_text='When the first word of a serious one was given.', null=True)),
                ('notified_at', models.DateTimeField(blank=True, null=True)),
                ('measures', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
            ],
            options={
                'indexes': [models.Index(fields=['-discovered_at', '-id'], name='breach_by_time')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ended_at__gte', models.F('began_at'))), name='leak_ends_after_it_began')],
            },
        ),
        migrations.AddIndex(
            model_name='datarequest',
            index=models.Index(fields=['-received_at', '-id'], name='request_by_time'),
        ),
        migrations.AddConstraint(
            model_name='datarequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'refused'), models.Q(('ground', ''), _negated=True)), models.Q(models.Q(('status', 'refused'), _negated=True), ('ground', '')), _connector='OR'), name='refused_request_has_its_ground'),
        ),
        migrations.AddConstraint(
            model_name='datarequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('status__in', ('done', 'refused'))), models.Q(models.Q(('status__in', ('done', 'refused')), _negated=True), ('ended_at', None)), _connector='OR'), name='ended_request_has_its_hour'),
        ),
        migrations.AddIndex(
            model_name='disposalbatch',
            index=models.Index(fields=['-proposed_at', '-id'], name='batch_by_time'),
        ),
        migrations.AddConstraint(
            model_name='disposalbatch',
            constraint=models.UniqueConstraint(fields=('body', 'department', 'month'), name='one_proposal_a_month'),
        ),
        migrations.AddConstraint(
            model_name='disposalbatch',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('reviewed_by__isnull', False), models.Q(('approved_by', models.F('reviewed_by')), _negated=True)), _connector='OR'), name='two_people_destroy'),
        ),
        migrations.AddConstraint(
            model_name='disposalbatch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('approved', 'carried_out')), _negated=True), ('approved_by__isnull', False), _connector='OR'), name='destroyed_after_two_people'),
        ),
        migrations.AddIndex(
            model_name='disposalitem',
            index=models.Index(fields=['about_model', 'about_id'], name='item_about'),
        ),
        migrations.AddIndex(
            model_name='disposalitem',
            index=models.Index(condition=models.Q(('done_at', None)), fields=['batch', 'id'], name='item_to_do'),
        ),
        migrations.AddConstraint(
            model_name='disposalitem',
            constraint=models.UniqueConstraint(fields=('batch', 'about_model', 'about_id'), name='once_in_a_batch'),
        ),
        migrations.AddIndex(
            model_name='hold',
            index=models.Index(condition=models.Q(('status', 'held')), fields=['about_model', 'about_id'], name='hold_in_force'),
        ),
        migrations.AddIndex(
            model_name='hold',
            index=models.Index(fields=['-asked_at', '-id'], name='hold_by_time'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='hold_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ('asked', 'declined')), models.Q(('set_at__isnull', False), ('set_by__isnull', False)), _connector='OR'), name='set_hold_says_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('asked', 'held'))), fields=('about_model', 'about_id', 'kind'), name='one_hold_of_a_kind_on_a_thing'),
        ),
        migrations.AddConstraint(
            model_name='subjectexport',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('prepared_by')), _negated=True), _connector='OR'), name='two_people_export'),
        ),
        migrations.AddConstraint(
            model_name='subjectexport',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ('prepared', 'refused')), ('approved_by__isnull', False), _connector='OR'), name='exported_after_two_people'),
        ),
        migrations.AddConstraint(
            model_name='subjectexport',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('prepared', 'approved', 'ready'))), fields=('request', 'part', 'about_id', 'who'), name='one_running_export_of_a_person'),
        ),
        *(migrations.RunSQL(f"call portal_wall('{table}', '{seen}')", f"call portal_unwall('{table}')") for table, seen in WALLS.items()),
    ]
