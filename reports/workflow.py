"""What may follow what: a school's return and a printed report."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coordination.workflow import Move


class ReturnStatus(models.TextChoices):
    """On time, late and overdue are derived from the hours."""

    OPEN = "open", _("Chưa nộp")
    SUBMITTED = "submitted", _("Đã nộp")


RETURN_MOVES = {
    "submit": Move({ReturnStatus.OPEN}, ReturnStatus.SUBMITTED, needs=["figures", "submitted_at", "submitted_by"], label=_("Nộp số liệu kỳ")),
}


class ReportStatus(models.TextChoices):
    """What its job is doing, or that it failed, is read from the job."""

    ORDERED = "ordered", _("Đang tạo")
    READY = "ready", _("Đã tạo xong")


REPORT_MOVES = {
    "finish": Move({ReportStatus.ORDERED}, ReportStatus.READY, needs=["figures", "snapshot_hash", "snapshot_at", "units_reported", "pdf_hash"], label=_("Lưu báo cáo đã tạo")),
}
