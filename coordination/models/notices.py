"""Notices: a row in the page now, an e-mail later; a code and a link, never content (NOT-1)."""

from typing import Any

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
    INCIDENT_WITHDRAWN = "incident_withdrawn", _("Vụ việc được rút (báo nhầm)")
    INCIDENT_MERGED = "incident_merged", _("Vụ việc được nhập vào vụ khác")
    INCIDENT_CLOSED = "incident_closed", _("Vụ việc đã kết thúc")
    IDENTITY_OPENED = "identity_opened", _("Thông tin người liên quan đã được mở")
    CONCLUSION_OWED = "conclusion_owed", _("Có việc mới từ kết luận giao ban")
    CONCLUSION_DONE = "conclusion_done", _("Kết luận giao ban đã thực hiện")
    RETURN_FILED = "return_filed", _("Trường đã nộp số liệu kỳ")
    RETURN_REMINDED = "return_reminded", _("Nhắc nộp số liệu kỳ")
    RETURN_LEFT_OUT = "return_left_out", _("Nhà trường được miễn nộp số liệu kỳ")
    RETURN_EXPECTED_AGAIN = "return_expected_again", _("Nhà trường cần nộp số liệu kỳ")
    REPORT_READY = "report_ready", _("Báo cáo đã tạo xong")
    REPORT_ISSUED = "report_issued", _("Báo cáo đã ban hành, có bản in")
    REPORT_FAILED = "report_failed", _("Báo cáo chưa tạo được")
    HANDED_OVER = "handed_over", _("Địa bàn được bàn giao")
    ESCALATED = "escalated", _("Việc quá hạn được báo lên")


class Notice(models.Model):
    """One line in the bell of a post."""

    OPEN_TEXT = {"kind", "about_words", "link"}

    post = models.ForeignKey(Post, models.CASCADE, related_name="+")
    body = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40, choices=NoticeKind)
    about_words = models.CharField(max_length=160)
    link = models.CharField(max_length=200)
    happened_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

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
        """The post's own notices; everyone who holds it shares the bell."""
        return Q(post_id=actor.post_id)

    def relations_to(self, actor: Any) -> set[str]:
        """Whose bell it is."""
        return {"own"} if self.post_id == actor.post_id else set()


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
