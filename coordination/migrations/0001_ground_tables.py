"""The ground's tables, and before them what PostgreSQL must have: extensions, rights of the serving roles, functions."""

import coordination.codes
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models


RIGHTS = """
grant usage on schema public to portal_app, portal_police;
alter default privileges in schema public grant select, insert, update, delete on tables to portal_app, portal_police;
alter default privileges in schema public grant usage, select on sequences to portal_app, portal_police;
grant select, insert, update, delete on all tables in schema public to portal_app, portal_police;
grant usage, select on all sequences in schema public to portal_app, portal_police;
"""

READER = """
create function portal_is_system() returns boolean language sql stable parallel safe as
  $$ select coalesce(current_setting('portal.reader', true), '') = 'system' $$;
create function portal_has_reader() returns boolean language sql stable parallel safe as
  $$ select coalesce(current_setting('portal.reader', true), '') <> '' $$;
create function portal_body() returns bigint language sql stable parallel safe as
  $$ select nullif(current_setting('portal.body', true), '')::bigint $$;
create function portal_position() returns bigint language sql volatile as
  $$ select pg_current_xact_id()::text::bigint $$;
"""

FOLD = """
create function vi_fold(text) returns text language sql immutable parallel safe strict as
  $$ select btrim(regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, normalize($1, NFC))), '\\s+', ' ', 'g')) $$;
"""

# One way to build the wall of a table: rows are seen, changed and removed behind it; a new row needs only a reader.
WALL = """
create procedure portal_wall(place regclass, seen text) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', place);
  execute format('create policy wall_seen on %s for select using (%s)', place, seen);
  execute format('create policy wall_changed on %s for update using (%s) with check (portal_has_reader())', place, seen);
  execute format('create policy wall_removed on %s for delete using (%s)', place, seen);
  execute format('create policy wall_added on %s for insert with check (portal_has_reader())', place);
end $$;
create procedure portal_unwall(place regclass) language plpgsql as $$
begin
  execute format('drop policy wall_seen on %s', place);
  execute format('drop policy wall_changed on %s', place);
  execute format('drop policy wall_removed on %s', place);
  execute format('drop policy wall_added on %s', place);
  execute format('alter table %s disable row level security', place);
end $$;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(
            READER, "drop function portal_is_system(); drop function portal_has_reader(); drop function portal_body(); drop function portal_position();"
        ),
        migrations.RunSQL(FOLD, "drop function vi_fold(text);"),
        migrations.RunSQL(WALL, "drop procedure portal_wall(regclass, text); drop procedure portal_unwall(regclass);"),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=80, unique=True)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SampleMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recipient', models.CharField(max_length=254)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('kept_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='TrailSeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.BigIntegerField()),
                ('last', models.BigIntegerField(unique=True)),
                ('lines', models.PositiveIntegerField()),
                ('before', models.BinaryField(max_length=32)),
                ('root', models.BinaryField(max_length=32, unique=True)),
                ('sealed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('target', models.BigIntegerField()),
                ('key', models.CharField(max_length=120, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('publish_after', models.DateTimeField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('parked_at', models.DateTimeField(blank=True, null=True)),
                ('fault', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at', None), ('parked_at', None)), fields=['publish_after', 'id'], name='job_waiting')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('kind', models.CharField(choices=[('moet', 'Bộ Giáo dục và Đào tạo'), ('mps', 'Bộ Công an'), ('province_pc', 'UBND cấp tỉnh'), ('doet', 'Sở Giáo dục và Đào tạo'), ('province_police', 'Công an cấp tỉnh'), ('police_department', 'Phòng nghiệp vụ Công an'), ('commune_pc', 'UBND cấp xã'), ('culture_society_office', 'Phòng Văn hóa - Xã hội'), ('commune_police', 'Công an cấp xã'), ('steering_committee', 'Ban Chỉ đạo'), ('school', 'Cơ sở giáo dục'), ('youth_union', 'Đoàn TNCS Hồ Chí Minh'), ('parents_board', 'Ban đại diện cha mẹ học sinh'), ('district_police', 'Công an cấp huyện (đã kết thúc)'), ('district_education_office', 'Phòng GD&ĐT (đã kết thúc)'), ('district_pc', 'UBND cấp huyện (đã kết thúc)')], max_length=40)),
                ('name', models.CharField(db_collation='vi-x-icu', max_length=200)),
                ('short_name', models.CharField(blank=True, db_collation='vi-x-icu', max_length=120)),
                ('folded', models.CharField(editable=False, max_length=200)),
                ('initials', models.CharField(blank=True, help_text='Two or three letters that open the spoken code of a case: ĐX-26-0147.', max_length=8)),
                ('address', models.CharField(blank=True, max_length=200)),
                ('duty_phone', models.CharField(blank=True, max_length=20)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('principal', 'Hiệu trưởng'), ('school_officer', 'Phó Hiệu trưởng phụ trách an ninh, an toàn'), ('school_counsellor', 'Tư vấn học đường'), ('commune_police_officer', 'Trực ban Công an'), ('commune_police_chief', 'Trưởng Công an'), ('province_police_reviewer', 'Cán bộ phòng nghiệp vụ Công an'), ('commune_education_officer', 'Chuyên viên Phòng Văn hóa - Xã hội'), ('commune_leader', 'Lãnh đạo UBND'), ('doet_officer', 'Chuyên viên Sở'), ('doet_leader', 'Lãnh đạo Sở'), ('clerk', 'Văn thư'), ('dpo', 'Bộ phận bảo vệ dữ liệu cá nhân'), ('sysadmin', 'Quản trị hệ thống')], max_length=40)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='coordination.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('referral_sent', 'Có vụ việc mới chuyển đến'), ('referral_forwarded', 'Có vụ việc chuyển tiếp đến'), ('referral_seen', 'Trực ban đã xem'), ('referral_received', 'Công an đã nhận tin'), ('referral_progress', 'Công an cập nhật tiến độ'), ('referral_question', 'Công an đề nghị nhà trường bổ sung'), ('referral_reply', 'Nhà trường đã bổ sung'), ('referral_answered', 'Đã có kết quả từ Công an'), ('referral_acknowledged', 'Nhà trường đã nhận kết quả'), ('referral_discussed', 'Nhà trường đề nghị trao đổi thêm'), ('incident_filed', 'Trường trên địa bàn báo vụ việc'), ('incident_completed', 'Đã có báo cáo đầy đủ'), ('incident_closed', 'Vụ việc đã kết thúc'), ('identity_opened', 'Thông tin người liên quan đã được mở'), ('conclusion_owed', 'Có việc mới từ kết luận giao ban'), ('conclusion_done', 'Kết luận giao ban đã thực hiện'), ('return_filed', 'Trường đã nộp số liệu kỳ'), ('return_reminded', 'Nhắc nộp số liệu kỳ'), ('report_ready', 'Báo cáo đã tạo xong'), ('report_failed', 'Báo cáo chưa tạo được'), ('escalated', 'Việc quá hạn được báo lên')], max_length=40)),
                ('about_words', models.CharField(max_length=160)),
                ('link', models.CharField(max_length=200)),
                ('happened_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='coordination.organisation')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='coordination.post')),
            ],
        ),
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('about_model', models.CharField(max_length=60)),
                ('about_id', models.BigIntegerField()),
                ('about_code', models.CharField(max_length=13)),
                ('about_words', models.CharField(help_text='A code and a kind, never a name: shown in the inbox and in notices.', max_length=160)),
                ('clock', models.CharField(help_text='safety:4h, office:1d, or `day` for a day set by people.', max_length=20)),
                ('opened_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('escalated_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.CharField(choices=[('open', 'Đang chờ'), ('done', 'Đã làm'), ('confirmed', 'Đã xác nhận'), ('waived', 'Được miễn'), ('lapsed', 'Hết hạn, hệ thống đóng')], default='open', max_length=12)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.post')),
            ],
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('official', 'Chính thức'), ('acting', 'Quyền, ủy quyền'), ('duty', 'Trực')], default='official', max_length=20)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='coordination.post')),
            ],
        ),
        migrations.CreateModel(
            name='School',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('school_type', models.CharField(choices=[('preschool', 'Mầm non'), ('independent_class', 'Nhóm, lớp độc lập'), ('primary', 'Tiểu học'), ('lower_secondary', 'THCS'), ('upper_secondary', 'THPT'), ('multi_level_school', 'Phổ thông nhiều cấp học'), ('continuing_education_centre', 'GDTX, GDNN-GDTX'), ('special_education_centre', 'Giáo dục trẻ khuyết tật'), ('college', 'Cao đẳng'), ('university', 'Đại học'), ('dormitory', 'Ký túc xá'), ('attached_unit', 'Đơn vị trực thuộc Sở')], max_length=40)),
                ('has_guard', models.BooleanField(default=True)),
                ('department', models.ForeignKey(help_text='The Sở of its province, which gets the heads-up of s3 and s4.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('managing_body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='school', to='coordination.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='LearnerCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counted_on', models.DateField()),
                ('learners', models.PositiveIntegerField()),
                ('staff', models.PositiveIntegerField(blank=True, null=True)),
                ('source', models.CharField(blank=True, max_length=120)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counts', to='coordination.school')),
            ],
        ),
        migrations.CreateModel(
            name='SpokenCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='coordination.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='TrailLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('position', models.BigIntegerField(db_default=models.Func(function='portal_position', output_field=models.BigIntegerField()), editable=False)),
                ('recorded_at', models.DateTimeField(editable=False)),
                ('happened_at', models.DateTimeField()),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_post', models.CharField(max_length=80)),
                ('act', models.CharField(max_length=60)),
                ('about_model', models.CharField(max_length=60)),
                ('about_id', models.BigIntegerField(null=True)),
                ('request_id', models.CharField(blank=True, max_length=32)),
                ('detail', models.JSONField(default=dict)),
                ('leaf', models.BinaryField(max_length=32)),
            ],
            options={
                'indexes': [models.Index(fields=['position', 'id'], name='trail_position'), models.Index(fields=['about_model', 'about_id', 'id'], name='trail_about')],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=5)),
                ('level', models.CharField(choices=[('province', 'cấp tỉnh'), ('district', 'cấp huyện (đã kết thúc)'), ('commune', 'cấp xã')], max_length=8)),
                ('kind', models.CharField(choices=[('tinh', 'tỉnh'), ('thanh_pho', 'thành phố trực thuộc trung ương'), ('quan', 'quận'), ('huyen', 'huyện'), ('thi_xa', 'thị xã'), ('thanh_pho_thuoc', 'thành phố thuộc cấp tỉnh'), ('phuong', 'phường'), ('xa', 'xã'), ('thi_tran', 'thị trấn'), ('dac_khu', 'đặc khu')], max_length=15)),
                ('name', models.CharField(db_collation='vi-x-icu', max_length=60)),
                ('full_name', models.CharField(db_collation='vi-x-icu', max_length=80)),
                ('folded', models.CharField(editable=False, max_length=80)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('source', models.CharField(max_length=120)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='coordination.unit')),
            ],
            options={
                'verbose_name': 'đơn vị hành chính',
            },
        ),
        migrations.AddField(
            model_name='organisation',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.unit'),
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('kind', models.CharField(choices=[('off', 'Ngày nghỉ'), ('working', 'Ngày làm việc')], max_length=8)),
                ('name', models.CharField(max_length=120)),
                ('source', models.CharField(max_length=200)),
                ('provisional', models.BooleanField(default=False, help_text='Not yet decreed for that year.')),
                ('province', models.ForeignKey(blank=True, help_text='Empty: the whole country.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.unit')),
            ],
            options={
                'ordering': ['day'],
            },
        ),
        migrations.CreateModel(
            name='UnitSuccession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('whole', models.BooleanField(help_text='All of the old unit went to the new one.')),
                ('is_default', models.BooleanField(help_text='The successor to propose when the address does not decide.')),
                ('source', models.CharField(max_length=120)),
                ('new', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='origins', to='coordination.unit')),
                ('old', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successions', to='coordination.unit')),
            ],
            options={
                'verbose_name': 'đơn vị kế thừa',
            },
        ),
        migrations.CreateModel(
            name='NoticeMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_at', models.DateTimeField(auto_now_add=True)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='coordination.notice')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('notice', 'user'), name='one_mail_per_notice_and_person')],
            },
        ),
        migrations.CreateModel(
            name='OrganisationSymbol',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('symbol', models.CharField(max_length=30)),
                ('is_current', models.BooleanField(default=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='symbols', to='coordination.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'symbol'), name='symbol_once_per_organisation')],
            },
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(fields=('organisation', 'role'), name='one_post_per_organisation_and_role'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['post', '-id'], name='notice_by_post'),
        ),
        migrations.AddIndex(
            model_name='duty',
            index=models.Index(condition=models.Q(('status', 'open')), fields=['body', 'due_at', 'id'], name='duty_open_by_body'),
        ),
        migrations.AddIndex(
            model_name='duty',
            index=models.Index(fields=['about_model', 'about_id'], name='duty_about'),
        ),
        migrations.AddConstraint(
            model_name='duty',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('status', 'open')), models.Q(models.Q(('status', 'open'), _negated=True), ('done_at__isnull', False)), _connector='OR'), name='duty_is_over_when_it_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='duty',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('kind', 'about_model', 'about_id', 'post'), name='one_open_duty_per_kind_and_thing_and_post'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='appointment_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(fields=('user', 'post', 'starts_on'), name='one_appointment_per_user_post_and_start'),
        ),
        migrations.AddConstraint(
            model_name='learnercount',
            constraint=models.UniqueConstraint(fields=('school', 'counted_on'), name='one_count_per_school_and_day'),
        ),
        migrations.AddConstraint(
            model_name='spokencounter',
            constraint=models.UniqueConstraint(fields=('organisation', 'year'), name='one_counter_per_organisation_and_year'),
        ),
        migrations.AddIndex(
            model_name='unit',
            index=django.contrib.postgres.indexes.GinIndex(fields=['folded'], name='unit_folded_search', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.UniqueConstraint(fields=('code', 'level', 'valid_from'), name='unit_code_from_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_from', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='unit_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], expressions=[('code', '='), ('level', '='), (models.Func('valid_from', 'valid_to', function='daterange'), '&&')], name='unit_code_never_twice_a_day'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_from', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='organisation_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='calendarday',
            constraint=models.UniqueConstraint(fields=('day', 'province'), name='one_calendar_row_per_day_and_province', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='calendarday',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['off', 'working'])), name='calendar_day_is_off_or_working'),
        ),
        migrations.AddConstraint(
            model_name='unitsuccession',
            constraint=models.UniqueConstraint(fields=('old', 'new'), name='succession_once'),
        ),
        migrations.AddConstraint(
            model_name='unitsuccession',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('old',), name='succession_one_default'),
        ),
    ]
