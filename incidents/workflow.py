"""What may follow what: the states of a case and of a referral, in tables a lawyer can read (ground.md 8-10)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.workflow import Move


class IncidentStatus(models.TextChoices):
    """The school's own book of the case; what a page shows is derived from this and from the referral."""

    DRAFT = "draft", _("Bản nháp")
    SUBMITTED = "submitted", _("Đã gửi")
    CLOSED = "closed", pgettext_lazy("status", "Kết thúc vụ việc")
    MERGED = "merged", _("Đã nhập vào vụ khác")
    WITHDRAWN = "withdrawn", _("Rút (báo nhầm)")


INCIDENT_MOVES = {
    "submit": Move(
        {IncidentStatus.DRAFT},
        IncidentStatus.SUBMITTED,
        needs=["kind", "severity", "occurred_at", "place_kind", "summary", "filed_at", "spoken_code"],
        label=_("Gửi báo nhanh"),
    ),
    "take_call": Move(
        {IncidentStatus.DRAFT},
        IncidentStatus.SUBMITTED,
        needs=["kind", "severity", "occurred_at", "place_kind", "summary", "filed_at", "spoken_code", "origin"],
        label=_("Trực ban ghi tin báo"),
    ),
    "discard": Move({IncidentStatus.DRAFT}, IncidentStatus.WITHDRAWN, label=_("Xóa bản nháp")),
    "close": Move({IncidentStatus.SUBMITTED}, IncidentStatus.CLOSED, needs=["closed_at", "closed_how"], label=_("Kết thúc vụ việc")),
    "withdraw": Move({IncidentStatus.SUBMITTED}, IncidentStatus.WITHDRAWN, needs=["ended_at", "ended_reason"], label=_("Rút (báo nhầm)")),
    "merge": Move({IncidentStatus.SUBMITTED}, IncidentStatus.MERGED, needs=["ended_at", "merged_into"], label=_("Nhập vào vụ khác")),
}


class ReferralStatus(models.TextChoices):
    """The life of a case between school and police. Flagging a case is creating its referral."""

    SENT = "sent", _("Chưa xem")
    SEEN = "seen", _("Trực ban đã xem")
    RECEIVED = "received", _("Công an đã nhận tin")
    FORWARDED = "forwarded", _("Đã chuyển đơn vị có thẩm quyền")
    RECALLED = "recalled", _("Nhà trường đã rút hoặc nhập vụ")
    DISCUSSED = "discussed", pgettext_lazy("status", "Đề nghị trao đổi thêm")
    ANSWERED = "answered", _("Đã có kết quả")
    RULING = "ruling", _("Chờ cấp có thẩm quyền cho ý kiến")
    RULED = "ruled", _("Đã có ý kiến của cấp có thẩm quyền")
    SETTLED = "settled", _("Nhà trường đã nhận kết quả")


OPEN_REFERRALS = (ReferralStatus.SENT, ReferralStatus.SEEN, ReferralStatus.RECEIVED, ReferralStatus.ANSWERED, ReferralStatus.DISCUSSED, ReferralStatus.RULING)
# The police still owe something; once they have given the result, no question of theirs waits any more.
UNDER_WAY = (ReferralStatus.SENT, ReferralStatus.SEEN, ReferralStatus.RECEIVED, ReferralStatus.DISCUSSED)

REFERRAL_MOVES = {
    "see": Move({ReferralStatus.SENT}, ReferralStatus.SEEN, needs=["seen_at", "seen_by"], label=_("Xem")),
    "receive": Move({ReferralStatus.SENT, ReferralStatus.SEEN}, ReferralStatus.RECEIVED, needs=["received_at", "handler"], label=_("Nhận tin")),
    "forward": Move(
        {ReferralStatus.SENT, ReferralStatus.SEEN, ReferralStatus.RECEIVED},
        ReferralStatus.FORWARDED,
        needs=["reason", "forwarded_at", "forwarded_to"],
        label=_("Chuyển đơn vị có thẩm quyền"),
    ),
    "answer": Move({ReferralStatus.RECEIVED, ReferralStatus.DISCUSSED}, ReferralStatus.ANSWERED, needs=["outcome", "answered_at"], label=_("Báo kết quả")),
    "acknowledge": Move({ReferralStatus.ANSWERED, ReferralStatus.RULING}, ReferralStatus.SETTLED, needs=["settled_at", "settled_how"], label=_("Nhà trường đã nhận kết quả")),
    "discuss": Move({ReferralStatus.ANSWERED}, ReferralStatus.DISCUSSED, needs=["discussion", "discussed_at"], label=_("Đề nghị trao đổi thêm")),
    "ask_ruling": Move(
        {ReferralStatus.ANSWERED, ReferralStatus.DISCUSSED},
        ReferralStatus.RULING,
        needs=["ruling_request", "ruling_asked_at", "ruling_asked_by", "ruling_body"],
        label=_("Đề nghị cấp có thẩm quyền cho ý kiến"),
    ),
    "rule": Move({ReferralStatus.RULING}, ReferralStatus.RULED, needs=["ruling", "ruled_at", "ruled_by"], label=_("Cho ý kiến giải quyết")),
    "recall": Move(set(OPEN_REFERRALS), ReferralStatus.RECALLED, label=_("Rút hoặc nhập vụ việc")),
    "settle_by_silence": Move({ReferralStatus.ANSWERED}, ReferralStatus.SETTLED, needs=["settled_at", "settled_how"], label=_("Tự kết thúc sau 5 ngày làm việc")),
}


class Outcome(models.TextChoices):
    """The fixed list of results (domain/practice.md 2.4)."""

    NO_VIOLATION = "no_violation", _("Không có dấu hiệu vi phạm")
    REMINDED = "reminded", _("Đã nhắc nhở, giao gia đình và nhà trường giáo dục")
    SANCTIONED = "sanctioned", _("Đã xử phạt hành chính")
    TRANSFERRED = "transferred", _("Đã chuyển cơ quan có thẩm quyền")
    PROCEEDINGS = "proceedings", _("Đang giải quyết theo tố tụng, chưa cung cấp thông tin")


class EndedHow(models.TextChoices):
    """Who ended it: the school, or the fifth working day of its silence (ground.md 10)."""

    SCHOOL = "school", _("Nhà trường")
    SILENCE = "silence", _("Tự kết thúc sau 5 ngày làm việc")
