"""What may follow what: a school's return and a printed report."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coordination.workflow import Move


class ReturnStatus(models.TextChoices):
    """On time, late and overdue are derived from the hours."""

    OPEN = "open", _("Chưa nộp")
    SUBMITTED = "submitted", _("Đã nộp")
    LEFT_OUT = "left_out", _("Được miễn nộp")


RETURN_MOVES = {
    "submit": Move({ReturnStatus.OPEN}, ReturnStatus.SUBMITTED, needs=["figures", "submitted_at", "submitted_by"], label=_("Nộp số liệu kỳ")),
    "leave_out": Move({ReturnStatus.OPEN}, ReturnStatus.LEFT_OUT, needs=["left_out_reason", "left_out_at", "left_out_by"], label=_("Miễn nộp kỳ này")),
    "take_back": Move({ReturnStatus.LEFT_OUT}, ReturnStatus.OPEN, label=_("Bỏ miễn nộp")),
}


class ReportStatus(models.TextChoices):
    """What its job is doing, or that it failed, is read from the job. The words of `ready` say that it is no issued paper yet."""

    ORDERED = "ordered", _("Đang tạo")
    READY = "ready", _("Dự thảo")
    NUMBERED = "numbered", _("Đã cấp số, đang in")
    ISSUED = "issued", _("Đã ban hành")


REPORT_MOVES = {
    "finish": Move({ReportStatus.ORDERED}, ReportStatus.READY, needs=["figures", "snapshot_hash", "snapshot_at", "units_reported", "pdf_hash", "sheet_hash"], label=_("Lưu báo cáo đã tạo")),
    "issue": Move({ReportStatus.READY}, ReportStatus.NUMBERED, needs=["number", "symbol", "issued_on", "signing", "issued_at", "issued_by"], label=_("Ban hành")),
    "print": Move({ReportStatus.NUMBERED}, ReportStatus.ISSUED, needs=["issued_hash"], label=_("In bản ban hành")),
}
