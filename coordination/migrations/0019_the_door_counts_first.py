"""Words of the second step in two lists of kinds; recovery codes that were computed from a seed go: from here on they are kept as hashes, and made anew by their owner."""

from typing import Any

from django.db import migrations, models


def forget_computed_codes(apps: Any, schema_editor: Any) -> None:
    """Codes that could be read again, and the sealed seeds behind them."""
    there = schema_editor.connection.alias
    computed = apps.get_model("mfa", "Authenticator").objects.using(there).filter(type="recovery_codes", data__has_key="seed")
    apps.get_model("coordination", "FactorSecret").objects.using(there).filter(uid__in=[row.data["seed"] for row in computed]).delete()
    computed.delete()


class Migration(migrations.Migration):
    dependencies = [("coordination", "0018_the_trail_shows_ones_own"), ("mfa", "0003_authenticator_type_uniq")]
    operations: list[object] = [
        migrations.RunPython(forget_computed_codes, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='accountrequest',
            name='kind',
            field=models.CharField(choices=[('appoint', 'Giao vị trí công tác'), ('reset', 'Cấp lại mật khẩu, bước xác thực thứ hai'), ('reopen', 'Mở lại tài khoản')], max_length=8),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('referral_sent', 'Có vụ việc mới chuyển đến'), ('referral_forwarded', 'Có vụ việc chuyển tiếp đến'), ('referral_seen', 'Trực ban đã xem'), ('referral_received', 'Công an đã nhận tin'), ('referral_progress', 'Công an cập nhật tiến độ'), ('referral_question', 'Công an đề nghị nhà trường bổ sung'), ('referral_reply', 'Nhà trường đã bổ sung'), ('referral_answered', 'Đã có kết quả từ Công an'), ('referral_acknowledged', 'Nhà trường đã nhận kết quả'), ('referral_discussed', 'Nhà trường đề nghị trao đổi thêm'), ('ruling_asked', 'Đề nghị cấp có thẩm quyền cho ý kiến'), ('referral_ruled', 'Cấp có thẩm quyền đã cho ý kiến'), ('incident_filed', 'Trường trên địa bàn báo vụ việc'), ('incident_called_in', 'Trực ban Công an đã ghi tin báo của trường'), ('incident_from_police', 'Công an thông báo vụ việc của trường'), ('incident_completed', 'Đã có báo cáo đầy đủ'), ('incident_amended', 'Vụ việc có bổ sung, đính chính'), ('flag_asked', 'Cấp quản lý đề nghị trường chuyển vụ việc đến Công an'), ('flagged_from_above', 'Đầu mối bảo vệ trẻ em đã chuyển vụ việc đến Công an'), ('incident_withdrawn', 'Vụ việc được rút (báo nhầm)'), ('incident_merged', 'Vụ việc được nhập vào vụ khác'), ('incident_closed', 'Vụ việc đã kết thúc'), ('identity_opened', 'Thông tin người liên quan đã được mở'), ('identity_asked', 'Có đề nghị xem họ tên chờ trả lời'), ('identity_granted', 'Đề nghị xem họ tên được chấp thuận'), ('identity_refused', 'Đề nghị xem họ tên không được chấp thuận'), ('identity_revoked', 'Quyền xem họ tên đã bị thu hồi'), ('glass_broken', 'Hồ sơ đã được mở bằng quyền khẩn cấp'), ('glass_reviewed', 'Lần dùng quyền khẩn cấp đã được soát xét'), ('glass_suspended', 'Quyền khẩn cấp bị tạm dừng'), ('head_told', 'Hiệu trưởng được báo vụ việc hạn chế của trường'), ('conclusion_owed', 'Có việc mới từ kết luận giao ban'), ('conclusion_done', 'Kết luận giao ban đã thực hiện'), ('return_filed', 'Trường đã nộp số liệu kỳ'), ('return_reminded', 'Nhắc nộp số liệu kỳ'), ('return_left_out', 'Nhà trường được miễn nộp số liệu kỳ'), ('return_expected_again', 'Nhà trường cần nộp số liệu kỳ'), ('file_sent', 'Có tệp kèm theo mới trong vụ việc'), ('file_opened', 'Tệp kèm theo của vụ việc đã được mở'), ('file_blocked', 'Tệp đã gửi bị chặn vì có mã độc'), ('report_ready', 'Báo cáo đã tạo xong'), ('report_issued', 'Báo cáo đã ban hành, có bản in'), ('report_failed', 'Báo cáo chưa tạo được'), ('post_handed_over', 'Công việc của vị trí được bàn giao'), ('account_asked', 'Có đề nghị về tài khoản cần xem xét'), ('account_decided', 'Đề nghị về tài khoản đã có kết quả'), ('account_invited', 'Mời mở tài khoản, mã do quản trị báo riêng'), ('account_reset', 'Tài khoản được cấp lại mật khẩu, bước xác thực thứ hai'), ('account_idle', 'Tài khoản lâu không dùng, sẽ tạm ngừng sau một tuần'), ('account_suspended', 'Tài khoản của đơn vị đã tạm ngừng'), ('hold_asked', 'Đề nghị tạm giữ hồ sơ'), ('hold_set', 'Hồ sơ được tạm giữ, không hủy'), ('hold_ended', 'Hồ sơ thôi tạm giữ hoặc không tạm giữ'), ('disposal_proposed', 'Có đợt hủy dữ liệu cần soát xét'), ('disposal_reviewed', 'Có đợt hủy dữ liệu cần phê duyệt'), ('disposal_done', 'Đợt hủy dữ liệu đã thực hiện, có biên bản'), ('request_received', 'Có yêu cầu về dữ liệu cá nhân'), ('request_prepared', 'Yêu cầu về dữ liệu cá nhân chờ phê duyệt'), ('request_ended', 'Yêu cầu về dữ liệu cá nhân đã có kết quả'), ('export_prepared', 'Có đề nghị trích xuất dữ liệu chờ phê duyệt'), ('export_ready', 'Bản trích xuất dữ liệu đã xong, chờ giao'), ('handed_over', 'Địa bàn được bàn giao'), ('escalated', 'Việc quá hạn được báo lên'), ('new_device', 'Tài khoản của bạn đăng nhập từ thiết bị mới'), ('way_in_changed', 'Tài khoản của bạn được liên kết, hoặc thôi liên kết, với tài khoản công vụ'), ('factor_changed', 'Cách xác thực hai bước của bạn đã thay đổi'), ('factor_refused', 'Có người nhập đúng mật khẩu của bạn nhưng sai mã xác thực nhiều lần')], max_length=40),
        ),
    ]
