"""The tables of what happened: cases, people, referrals, the taxonomy."""

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
            name='ClockRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('first_word', 'Báo tin đầu tiên'), ('quick_report', 'Báo nhanh'), ('police_acknowledge', 'Công an nhận tin'), ('first_result', 'Thông tin ban đầu của Công an'), ('progress_note', 'Cập nhật tiến độ'), ('full_report', 'Báo cáo đầy đủ'), ('family_told', 'Thông báo cho cha mẹ/người giám hộ'), ('child_protection_told', 'Báo 111, Công an hoặc UBND cấp xã'), ('data_authority_told', 'Thông báo vi phạm dữ liệu cá nhân'), ('managing_look', 'Cấp quản lý xem'), ('school_reply', 'Nhà trường bổ sung'), ('school_acknowledge', 'Nhà trường nhận kết quả'), ('escalate', 'Báo lên cấp trên khi quá hạn'), ('close_target', 'Kết thúc vụ việc')], max_length=24)),
                ('severity', models.CharField(choices=[('s1', 'Nhà trường tự xử lý'), ('s2', 'Cần phối hợp'), ('s3', 'Phức tạp'), ('s4', 'Khẩn cấp')], max_length=2)),
                ('clock', models.CharField(help_text='office:1d, office:4h, safety:30m.', max_length=20)),
                ('source_kind', models.CharField(choices=[('statutory', 'Theo văn bản pháp luật'), ('agreement', 'Theo quy chế, chương trình phối hợp'), ('portal_default', 'Mặc định của hệ thống')], max_length=16)),
                ('source', models.CharField(max_length=240)),
            ],
            options={
                'ordering': ['step', 'severity'],
                'constraints': [models.UniqueConstraint(fields=('step', 'severity'), name='one_clock_per_step_and_severity'), models.CheckConstraint(condition=models.Q(('clock__regex', '^(office:[1-9][0-9]{0,3}[dh]|safety:[1-9][0-9]{0,3}[dhm])$')), name='clock_rule_names_a_clock')],
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('spoken_code', models.CharField(blank=True, max_length=20)),
                ('status', models.CharField(choices=[('draft', 'Bản nháp'), ('submitted', 'Đã gửi'), ('closed', 'Kết thúc vụ việc'), ('withdrawn', 'Rút (báo nhầm)')], default='draft', max_length=12)),
                ('key', models.UUIDField(help_text='Made with the form: a doubled press files once.')),
                ('content_hash', models.CharField(blank=True, max_length=64)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='Every body that may see the case: the wall in the database.', size=None)),
                ('severity', models.CharField(blank=True, choices=[('s1', 'Nhà trường tự xử lý'), ('s2', 'Cần phối hợp'), ('s3', 'Phức tạp'), ('s4', 'Khẩn cấp')], max_length=2)),
                ('restricted', models.BooleanField(default=False)),
                ('occurred_at', models.DateTimeField(blank=True, null=True)),
                ('place_kind', models.CharField(blank=True, choices=[('in_school', 'Trong trường'), ('gate', 'Cổng trường'), ('route', 'Đường đi học, xe đưa đón'), ('elsewhere', 'Nơi khác'), ('online', 'Trên mạng')], max_length=12)),
                ('place_detail', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('summary', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('created_at', models.DateTimeField()),
                ('filed_at', models.DateTimeField(blank=True, null=True)),
                ('looked_at', models.DateTimeField(blank=True, help_text='When the managing body said that it has read the case.', null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_how', models.CharField(blank=True, choices=[('school', 'Nhà trường'), ('silence', 'Tự kết thúc sau 5 ngày làm việc')], max_length=12)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('commune', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.unit')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('jurisdiction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('province', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.unit')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Addendum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField()),
                ('text', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.incident')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Kind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('group', models.CharField(choices=[('A', 'Bạo lực, đe dọa'), ('B', 'Xâm hại, tai nạn, mất tích'), ('C', 'Ma túy, thuốc lá, rượu bia'), ('D', 'Pháo, cháy nổ, thiên tai'), ('E', 'Tài sản, tiền bạc'), ('F', 'Giao thông'), ('G', 'Trật tự, y tế, việc khác')], max_length=1)),
                ('label', models.CharField(max_length=120)),
                ('min_severity', models.CharField(choices=[('s1', 'Nhà trường tự xử lý'), ('s2', 'Cần phối hợp'), ('s3', 'Phức tạp'), ('s4', 'Khẩn cấp')], max_length=2)),
                ('report', models.CharField(choices=[('R0', 'Báo ngay theo luật'), ('R1', 'Báo nhanh'), ('R2', 'Báo cáo thường'), ('R3', 'Chỉ tổng hợp số liệu')], max_length=2)),
                ('at_once_to', models.CharField(blank=True, choices=[('police', 'Công an'), ('health', 'Cơ sở y tế gần nhất'), ('fire', 'Cảnh sát PCCC và CNCH'), ('data_authority', 'Cơ quan bảo vệ dữ liệu cá nhân')], max_length=16)),
                ('child_protection', models.BooleanField(default=False, help_text='The checklist of NĐ 56/2017 opens when the victim may be under 16.')),
                ('restricted', models.BooleanField(default=False, help_text='Others in scope see only that a restricted case exists (ground.md 7).')),
                ('police_offence', models.CharField(blank=True, help_text='The name of the act in the police version of Appendix I; empty when it is no offence.', max_length=160)),
                ('source', models.CharField(max_length=240)),
                ('source_kind', models.CharField(choices=[('statutory', 'Theo văn bản pháp luật'), ('agreement', 'Theo quy chế, chương trình phối hợp'), ('portal_default', 'Mặc định của hệ thống')], max_length=16)),
                ('most_used', models.PositiveSmallIntegerField(blank=True, help_text='Place among the kinds shown first; empty for the others.', null=True)),
                ('place', models.PositiveSmallIntegerField(help_text='Place inside its group.')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ['group', 'place'],
                'constraints': [models.UniqueConstraint(fields=('code', 'valid_from'), name='one_kind_per_code_and_first_day'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='kind_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('report', 'R0'), models.Q(('at_once_to', ''), _negated=True)), models.Q(models.Q(('report', 'R0'), _negated=True), ('at_once_to', '')), _connector='OR'), name='kind_told_at_once_says_to_whom')],
            },
        ),
        migrations.AddField(
            model_name='incident',
            name='kind',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.kind'),
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField()),
                ('pseudonym', models.CharField(max_length=12)),
                ('role', models.CharField(choices=[('affected', 'Học sinh bị ảnh hưởng'), ('involved', 'Học sinh có liên quan'), ('witness', 'Người chứng kiến'), ('staff', 'Nhà giáo, nhân viên'), ('outsider', 'Người ngoài trường')], max_length=12)),
                ('age_band', models.CharField(choices=[('u6', 'Dưới 6 tuổi'), ('6_10', '6–10 tuổi'), ('11_13', '11–13 tuổi'), ('14_15', '14–15 tuổi'), ('16_17', '16–17 tuổi'), ('18_plus', 'Từ 18 tuổi'), ('unknown', 'Chưa rõ')], max_length=8)),
                ('full_name', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('class_name', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('contact', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.incident')),
            ],
        ),
        migrations.CreateModel(
            name='Opening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField()),
                ('purpose', models.CharField(choices=[('case', 'Giải quyết vụ việc'), ('child', 'Bảo vệ trẻ em'), ('family', 'Liên hệ gia đình'), ('court', 'Yêu cầu của cơ quan tố tụng'), ('emergency', 'Khẩn cấp')], max_length=12)),
                ('until', models.DateTimeField()),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.incident')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.person')),
            ],
        ),
        migrations.CreateModel(
            name='PhoneCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField()),
                ('called', models.CharField(choices=[('113', '113 Công an'), ('114', '114 Cháy, cứu nạn'), ('115', '115 Cấp cứu'), ('111', '111 Bảo vệ trẻ em'), ('duty_desk', 'Trực ban Công an'), ('family', 'Cha mẹ, người giám hộ'), ('managing', 'Cấp quản lý')], max_length=12)),
                ('called_at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.incident')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('ground', models.CharField(choices=[('rule', 'Theo quy định đối với loại và mức độ vụ việc'), ('person', 'Nhà trường chuyển'), ('forwarded', 'Đơn vị Công an khác chuyển đến')], max_length=12)),
                ('status', models.CharField(choices=[('sent', 'Chưa xem'), ('seen', 'Trực ban đã xem'), ('received', 'Công an đã nhận tin'), ('forwarded', 'Đã chuyển đơn vị có thẩm quyền'), ('answered', 'Đã có kết quả'), ('discussed', 'Đề nghị trao đổi thêm'), ('settled', 'Nhà trường đã nhận kết quả')], default='sent', max_length=12)),
                ('sent_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('received_at', models.DateTimeField(blank=True, null=True)),
                ('reason', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('outcome', models.CharField(blank=True, choices=[('no_violation', 'Không có dấu hiệu vi phạm'), ('reminded', 'Đã nhắc nhở, giao gia đình và nhà trường giáo dục'), ('sanctioned', 'Đã xử phạt hành chính'), ('transferred', 'Đã chuyển cơ quan có thẩm quyền'), ('proceedings', 'Đang giải quyết theo tố tụng, chưa cung cấp thông tin')], max_length=16)),
                ('outcome_note', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('earlier_outcome', models.CharField(blank=True, choices=[('no_violation', 'Không có dấu hiệu vi phạm'), ('reminded', 'Đã nhắc nhở, giao gia đình và nhà trường giáo dục'), ('sanctioned', 'Đã xử phạt hành chính'), ('transferred', 'Đã chuyển cơ quan có thẩm quyền'), ('proceedings', 'Đang giải quyết theo tố tụng, chưa cung cấp thông tin')], help_text='The result that the school asked to discuss.', max_length=16)),
                ('earlier_answered_at', models.DateTimeField(blank=True, null=True)),
                ('discussion', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('discussed_at', models.DateTimeField(blank=True, null=True)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('settled_how', models.CharField(blank=True, choices=[('school', 'Nhà trường'), ('silence', 'Tự kết thúc sau 5 ngày làm việc')], max_length=12)),
                ('handler', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.incident')),
                ('previous', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.referral')),
                ('seen_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('to_org', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField()),
                ('text', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('answer', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.incident')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.referral')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PoliceNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField()),
                ('text', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.incident')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.referral')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField()),
                ('step', models.CharField(choices=[('progress', 'Đang giải quyết'), ('at_school', 'Đã đến trường'), ('with_family', 'Đã làm việc với gia đình'), ('verified', 'Đã xác minh ban đầu')], max_length=12)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.incident')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.referral')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FullReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField()),
                ('session', models.CharField(choices=[('class', 'Giờ học'), ('break', 'Giờ ra chơi'), ('after', 'Giờ đến trường, tan học'), ('boarding', 'Giờ bán trú, nội trú'), ('outside', 'Ngoài giờ')], max_length=12)),
                ('handling', models.CharField(choices=[('at_school', 'Nhà trường đã giải quyết'), ('counselling', 'Tư vấn, hỗ trợ học sinh'), ('with_police', 'Phối hợp Công an giải quyết'), ('ongoing', 'Đang giải quyết')], max_length=16)),
                ('pupils', models.PositiveSmallIntegerField()),
                ('pupils_female', models.PositiveSmallIntegerField()),
                ('victims_under_16', models.PositiveSmallIntegerField()),
                ('injured', models.PositiveSmallIntegerField()),
                ('deaths', models.PositiveSmallIntegerField()),
                ('family_told_at', models.DateTimeField(blank=True, null=True)),
                ('family_not_told_reason', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('in_press', models.BooleanField(default=False)),
                ('narrative', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('measures', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.incident')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('incident',), name='one_full_report_per_case'), models.CheckConstraint(condition=models.Q(('pupils_female__lte', models.F('pupils'))), name='female_pupils_are_among_the_pupils')],
            },
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['school', '-created_at', '-id'], name='incident_by_school'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['jurisdiction', '-created_at', '-id'], name='incident_by_jurisdiction'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['department', '-created_at', '-id'], name='incident_by_department'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['commune', 'occurred_at', 'kind'], name='incident_by_commune_and_day'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['province', 'occurred_at', 'kind'], name='incident_by_province_and_day'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=django.contrib.postgres.indexes.GinIndex(fields=['parties'], name='incident_parties'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.UniqueConstraint(fields=('author', 'key'), name='one_case_per_form'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.UniqueConstraint(condition=models.Q(('spoken_code', ''), _negated=True), fields=('commune', 'spoken_code'), name='spoken_code_once'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ('draft', 'withdrawn')), models.Q(('filed_at__isnull', False), ('kind__isnull', False), ('occurred_at__isnull', False), models.Q(('severity', ''), _negated=True), models.Q(('place_kind', ''), _negated=True), models.Q(('spoken_code', ''), _negated=True)), _connector='OR'), name='submitted_case_has_the_five_answers'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('status', 'closed')), models.Q(models.Q(('status', 'closed'), _negated=True), ('closed_at', None)), _connector='OR'), name='closed_case_has_its_hour'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.UniqueConstraint(fields=('incident', 'pseudonym'), name='pseudonym_once_per_case'),
        ),
        migrations.AddIndex(
            model_name='opening',
            index=models.Index(fields=['incident', 'by', 'until'], name='opening_by_reader'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(fields=['to_org', '-sent_at', '-id'], name='referral_queue'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('status__in', ('sent', 'seen', 'received', 'answered', 'discussed'))), fields=['to_org', 'status'], name='referral_open_queue'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(fields=['incident'], name='referral_of_case'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='referral_outcome_and_time_together'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('sent', 'seen', 'received', 'answered', 'discussed'))), fields=('incident', 'to_org'), name='one_open_referral_per_case_and_body'),
        ),
    ]
