"""Notices: a row in the page now, an e-mail later; a code and a link, never content (NOT-1)."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.models.organisations import Organisation
from coordination.models.people import Post, User
from coordination.scope import ScopedManager


class NoticeKind(models.TextChoices):
    """What happened, in words that tell nothing about a child."""

    REFERRAL_SENT = "referral_sent", _("Có vụ việc mới chuyển đến")
    REFERRAL_FORWARDED = "referral_forwarded", _("Có vụ việc chuyển tiếp đến")
    REFERRAL_SEEN = "referral_seen", _("Trực ban đã xem")
    REFERRAL_RECEIVED = "referral_received", _("Công an đã nhận tin")
    REFERRAL_PROGRESS = "referral_progress", _("Công an cập nhật tiến độ")
    REFERRAL_QUESTION = "referral_question", _("Công an đề nghị nhà trường bổ sung")
    REFERRAL_REPLY = "referral_reply", _("Nhà trường đã bổ sung")
    REFERRAL_ANSWERED = "referral_answered", _("Đã có kết quả từ Công an")
    REFERRAL_ACKNOWLEDGED = "referral_acknowledged", _("Nhà trường đã nhận kết quả")
    REFERRAL_DISCUSSED = "referral_discussed", _("Nhà trường đề nghị trao đổi thêm")
    RULING_ASKED = "ruling_asked", _("Đề nghị cấp có thẩm quyền cho ý kiến")
    REFERRAL_RULED = "referral_ruled", _("Cấp có thẩm quyền đã cho ý kiến")
    INCIDENT_FILED = "incident_filed", _("Trường trên địa bàn báo vụ việc")
    INCIDENT_CALLED_IN = "incident_called_in", _("Trực ban Công an đã ghi tin báo của trường")
    INCIDENT_FROM_POLICE = "incident_from_police", _("Công an thông báo vụ việc của trường")
    INCIDENT_COMPLETED = "incident_completed", _("Đã có báo cáo đầy đủ")
    INCIDENT_AMENDED = "incident_amended", _("Vụ việc có bổ sung, đính chính")
    FLAG_ASKED = "flag_asked", _("Cấp quản lý đề nghị trường chuyển vụ việc đến Công an")
    FLAGGED_FROM_ABOVE = "flagged_from_above", _("Đầu mối bảo vệ trẻ em đã chuyển vụ việc đến Công an")
    INCIDENT_WITHDRAWN = "incident_withdrawn", _("Vụ việc được rút (báo nhầm)")
    INCIDENT_MERGED = "incident_merged", _("Vụ việc được nhập vào vụ khác")
    INCIDENT_CLOSED = "incident_closed", _("Vụ việc đã kết thúc")
    IDENTITY_OPENED = "identity_opened", _("Thông tin người liên quan đã được mở")
    IDENTITY_ASKED = "identity_asked", _("Có đề nghị xem họ tên chờ trả lời")
    IDENTITY_GRANTED = "identity_granted", _("Đề nghị xem họ tên được chấp thuận")
    IDENTITY_REFUSED = "identity_refused", _("Đề nghị xem họ tên không được chấp thuận")
    IDENTITY_REVOKED = "identity_revoked", _("Quyền xem họ tên đã bị thu hồi")
    GLASS_BROKEN = "glass_broken", _("Hồ sơ đã được mở bằng quyền khẩn cấp")
    GLASS_REVIEWED = "glass_reviewed", _("Lần dùng quyền khẩn cấp đã được soát xét")
    GLASS_SUSPENDED = "glass_suspended", _("Quyền khẩn cấp bị tạm dừng")
    HEAD_TOLD = "head_told", _("Hiệu trưởng được báo vụ việc hạn chế của trường")
    CONCLUSION_OWED = "conclusion_owed", _("Có việc mới từ kết luận giao ban")
    CONCLUSION_DONE = "conclusion_done", _("Kết luận giao ban đã thực hiện")
    RETURN_FILED = "return_filed", _("Trường đã nộp số liệu kỳ")
    RETURN_REMINDED = "return_reminded", _("Nhắc nộp số liệu kỳ")
    RETURN_LEFT_OUT = "return_left_out", _("Nhà trường được miễn nộp số liệu kỳ")
    RETURN_EXPECTED_AGAIN = "return_expected_again", _("Nhà trường cần nộp số liệu kỳ")
    FILE_SENT = "file_sent", _("Có tệp kèm theo mới trong vụ việc")
    FILE_OPENED = "file_opened", _("Tệp kèm theo của vụ việc đã được mở")
    FILE_BLOCKED = "file_blocked", _("Tệp đã gửi bị chặn vì có mã độc")
    REPORT_READY = "report_ready", _("Báo cáo đã tạo xong")
    REPORT_ISSUED = "report_issued", _("Báo cáo đã ban hành, có bản in")
    REPORT_FAILED = "report_failed", _("Báo cáo chưa tạo được")
    POST_HANDED_OVER = "post_handed_over", _("Công việc của vị trí được bàn giao")
    ACCOUNT_ASKED = "account_asked", _("Có đề nghị về tài khoản cần xem xét")
    ACCOUNT_DECIDED = "account_decided", _("Đề nghị về tài khoản đã có kết quả")
    ACCOUNT_INVITED = "account_invited", _("Mời mở tài khoản, mã do quản trị báo riêng")
    ACCOUNT_RESET = "account_reset", _("Tài khoản được cấp lại mật khẩu, bước xác thực thứ hai")
    ACCOUNT_IDLE = "account_idle", _("Tài khoản lâu không dùng, sẽ tạm ngừng sau một tuần")
    ACCOUNT_SUSPENDED = "account_suspended", _("Tài khoản của đơn vị đã tạm ngừng")
    HOLD_ASKED = "hold_asked", _("Đề nghị tạm giữ hồ sơ")
    HOLD_SET = "hold_set", _("Hồ sơ được tạm giữ, không hủy")
    HOLD_ENDED = "hold_ended", _("Hồ sơ thôi tạm giữ hoặc không tạm giữ")
    DISPOSAL_PROPOSED = "disposal_proposed", _("Có đợt hủy dữ liệu cần soát xét")
    DISPOSAL_REVIEWED = "disposal_reviewed", _("Có đợt hủy dữ liệu cần phê duyệt")
    DISPOSAL_DONE = "disposal_done", _("Đợt hủy dữ liệu đã thực hiện, có biên bản")
    REQUEST_RECEIVED = "request_received", _("Có yêu cầu về dữ liệu cá nhân")
    REQUEST_PREPARED = "request_prepared", _("Yêu cầu về dữ liệu cá nhân chờ phê duyệt")
    REQUEST_ENDED = "request_ended", _("Yêu cầu về dữ liệu cá nhân đã có kết quả")
    EXPORT_PREPARED = "export_prepared", _("Có đề nghị trích xuất dữ liệu chờ phê duyệt")
    EXPORT_READY = "export_ready", _("Bản trích xuất dữ liệu đã xong, chờ giao")
    HANDED_OVER = "handed_over", _("Địa bàn được bàn giao")
    ESCALATED = "escalated", _("Việc quá hạn được báo lên")
    NEW_DEVICE = "new_device", _("Tài khoản của bạn đăng nhập từ thiết bị mới")
    WAY_IN_CHANGED = "way_in_changed", _("Tài khoản của bạn được liên kết, hoặc thôi liên kết, với tài khoản công vụ")
    FACTOR_CHANGED = "factor_changed", _("Cách xác thực hai bước của bạn đã thay đổi")
    FACTOR_REFUSED = "factor_refused", _("Có người nhập đúng mật khẩu của bạn nhưng sai mã xác thực nhiều lần")


class Notice(models.Model):
    """One line in the bell of a post."""

    OPEN_TEXT = {"kind", "about_words", "link"}

    post = models.ForeignKey(Post, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    body = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40, choices=NoticeKind)
    about_words = models.CharField(max_length=160)
    link = models.CharField(max_length=200)
    happened_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    kept_out = ArrayField(models.BigIntegerField(), default=list, blank=True, help_text="Users from whom the case is kept of which the row tells.")

    objects = ScopedManager()

    class Meta:
        indexes = [
            models.Index(name="notice_by_post", fields=["post", "-happened_at", "-id"]),
            models.Index(name="notice_unread", fields=["post"], condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.about_words}"

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """The post's own notices; everyone who holds it shares the bell, except for what concerns one of them alone, or a case that is kept from one of them."""
        return Q(post_id=actor.post_id) & (Q(user=None) | Q(user_id=actor.user_id)) & ~Q(kept_out__contains=[actor.user_id])

    def relations_to(self, actor: Any) -> set[str]:
        """Whose bell it is."""
        return {"own"} if self.post_id == actor.post_id and self.user_id in (None, actor.user_id) and actor.user_id not in self.kept_out else set()


class NoticeMail(models.Model):
    """One mail of a notice to one person; its job says whether it went."""

    OPEN_TEXT: set[str] = set()

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "user"], name="one_mail_per_notice_and_person")]

    def __str__(self) -> str:
        return f"{self.notice_id} to {self.user_id}"


class SampleMail(models.Model):
    """A mail that the demo kept instead of sending: the page "Hộp thư mẫu"."""

    OPEN_TEXT = {"recipient", "subject", "body"}

    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    kept_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.recipient}: {self.subject}"
