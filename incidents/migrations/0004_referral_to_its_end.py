"""Passing on keeps a plain line, a ruling ends a disagreement, and the duty desk opens cases."""

import django.db.models.deletion
from django.db import migrations, models

import coordination.fields

# What was passed on before this day says when and to whom by the referral that it was chained to.
PASSED_BEFORE = """
update incidents_referral passed
  set forwarded_at = chained.sent_at, forwarded_to_id = chained.to_org_id, passed_words = opened.spoken_code,
      keeps_copy = police.kind = 'commune_police' and police.unit_id = school.unit_id
  from incidents_referral chained, incidents_incident opened, coordination_organisation police, coordination_organisation school
  where passed.status = 'forwarded' and chained.previous_id = passed.id and opened.id = passed.incident_id
    and police.id = passed.to_org_id and school.id = opened.school_id;
set constraints all immediate;
"""

# The unit that passed a case on keeps its own line of it, no longer the case.
CASE = "portal_is_system() or exists (select 1 from incidents_incident seen where seen.id = incident_id)"
LINE = CASE + " or to_org_id = portal_body()"


def wall(seen: str) -> str:
    """The wall of the referrals, built anew."""
    return f"call portal_unwall('incidents_referral'); call portal_wall('incidents_referral', '{seen}')"


class Migration(migrations.Migration):
    """Passing on keeps a plain line, a ruling ends a disagreement, and the duty desk opens cases."""

    dependencies = [("incidents", "0003_side_states")]

    operations = [
        migrations.RemoveConstraint(
            model_name='referral',
            name='one_open_referral_per_case_and_body',
        ),
        migrations.RemoveIndex(
            model_name='referral',
            name='referral_open_queue',
        ),
        migrations.AddField(
            model_name='referral',
            name='caller',
            field=models.CharField(blank=True, choices=[('leader', 'Lãnh đạo trường'), ('teacher', 'Giáo viên'), ('guard', 'Bảo vệ'), ('staff', 'Nhân viên, người khác của trường')], max_length=12),
        ),
        migrations.AddField(
            model_name='referral',
            name='earlier_note',
            field=coordination.fields.EncryptedTextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='referral',
            name='escalated_at',
            field=models.DateTimeField(blank=True, help_text='When the province police was told that nobody answers.', null=True),
        ),
        migrations.AddField(
            model_name='referral',
            name='forwarded_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='referral',
            name='forwarded_to',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation'),
        ),
        migrations.AddField(
            model_name='referral',
            name='keeps_copy',
            field=models.BooleanField(default=False, help_text='The commune police of the school reads on after passing the case on (domain/practice.md 2.6).'),
        ),
        migrations.AddField(
            model_name='referral',
            name='passed_words',
            field=models.CharField(blank=True, help_text='Code and kind as they were: the plain line of the unit that passed the case on.', max_length=160),
        ),
        migrations.AddField(
            model_name='referral',
            name='ruled_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='referral',
            name='ruled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment'),
        ),
        migrations.AddField(
            model_name='referral',
            name='ruling',
            field=coordination.fields.EncryptedTextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='referral',
            name='ruling_asked_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='referral',
            name='ruling_asked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment'),
        ),
        migrations.AddField(
            model_name='referral',
            name='ruling_body',
            field=models.ForeignKey(blank=True, help_text='Who was asked to rule: one body, named on the page.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation'),
        ),
        migrations.AddField(
            model_name='referral',
            name='ruling_request',
            field=coordination.fields.EncryptedTextField(blank=True, default=''),
        ),
        migrations.AlterField(
            model_name='clockrule',
            name='step',
            field=models.CharField(choices=[('first_word', 'Báo tin đầu tiên'), ('quick_report', 'Báo nhanh'), ('police_acknowledge', 'Công an nhận tin'), ('first_result', 'Thông tin ban đầu của Công an'), ('progress_note', 'Cập nhật tiến độ'), ('full_report', 'Báo cáo đầy đủ'), ('family_told', 'Thông báo cho cha mẹ/người giám hộ'), ('child_protection_told', 'Báo 111, Công an hoặc UBND cấp xã'), ('data_authority_told', 'Thông báo vi phạm dữ liệu cá nhân'), ('managing_look', 'Cấp quản lý xem'), ('school_reply', 'Nhà trường bổ sung'), ('school_acknowledge', 'Nhà trường nhận kết quả'), ('ruling', 'Cấp có thẩm quyền cho ý kiến'), ('escalate', 'Báo lên cấp trên khi quá hạn'), ('close_target', 'Kết thúc vụ việc')], max_length=24),
        ),
        migrations.AlterField(
            model_name='referral',
            name='ground',
            field=models.CharField(choices=[('rule', 'Theo quy định đối với loại và mức độ vụ việc'), ('person', 'Nhà trường chuyển'), ('forwarded', 'Đơn vị Công an khác chuyển đến'), ('call', 'Nhà trường gọi điện, trực ban ghi'), ('police', 'Công an thông báo')], max_length=12),
        ),
        migrations.AlterField(
            model_name='referral',
            name='status',
            field=models.CharField(choices=[('sent', 'Chưa xem'), ('seen', 'Trực ban đã xem'), ('received', 'Công an đã nhận tin'), ('forwarded', 'Đã chuyển đơn vị có thẩm quyền'), ('recalled', 'Nhà trường đã rút hoặc nhập vụ'), ('discussed', 'Đề nghị trao đổi thêm'), ('answered', 'Đã có kết quả'), ('ruling', 'Chờ cấp có thẩm quyền cho ý kiến'), ('ruled', 'Đã có ý kiến của cấp có thẩm quyền'), ('settled', 'Nhà trường đã nhận kết quả')], default='sent', max_length=12),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('status__in', ('sent', 'seen', 'received', 'answered', 'discussed', 'ruling'))), fields=['to_org', 'status'], name='referral_open_queue'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('ruling_body__isnull', False)), fields=['ruling_body'], name='referral_put_before'),
        ),
        migrations.RunSQL(PASSED_BEFORE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('forwarded_at__isnull', False), ('forwarded_to__isnull', False), ('status', 'forwarded')), models.Q(models.Q(('status', 'forwarded'), _negated=True), ('forwarded_at', None), ('forwarded_to', None), ('keeps_copy', False)), _connector='OR'), name='passed_on_says_when_and_to_whom'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ruled_at__isnull', False), ('ruled_by__isnull', False), ('ruling_body__isnull', False), ('status', 'ruled')), models.Q(models.Q(('status', 'ruled'), _negated=True), ('ruled_at', None), ('ruled_by', None)), _connector='OR'), name='ruled_says_when_and_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('sent', 'seen', 'received', 'answered', 'discussed', 'ruling'))), fields=('incident', 'to_org'), name='one_open_referral_per_case_and_body'),
        ),
        migrations.RunSQL(wall(LINE), wall(CASE)),
    ]
