"""What may follow what: the states of a briefing and of a conclusion (domain/reporting.md 5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coordination.workflow import Move


class BriefingStatus(models.TextChoices):
    """Planned with running figures; held with frozen ones; closed with conclusions that are duties."""

    PLANNED = "planned", _("Đã lên lịch")
    HELD = "held", _("Đang họp")
    CLOSED = "closed", _("Đã kết thúc")


BRIEFING_MOVES = {
    "open": Move({BriefingStatus.PLANNED}, BriefingStatus.HELD, needs=["held_at", "figures", "figured_at"], label=_("Mở cuộc họp, chốt số liệu")),
    "close": Move({BriefingStatus.HELD}, BriefingStatus.CLOSED, needs=["closed_at"], label=_("Kết thúc cuộc họp")),
}


class ConclusionStatus(models.TextChoices):
    """A conclusion is agreed in the room, carried out by its owner, confirmed by the host."""

    AGREED = "agreed", _("Đang thực hiện")
    CARRIED_OUT = "carried_out", _("Đã thực hiện, chờ xác nhận")
    CONFIRMED = "confirmed", _("Đã xác nhận")


CONCLUSION_MOVES = {
    "carry_out": Move({ConclusionStatus.AGREED}, ConclusionStatus.CARRIED_OUT, needs=["carried_out_at", "carried_out_note"], label=_("Báo đã thực hiện")),
    "confirm": Move({ConclusionStatus.CARRIED_OUT}, ConclusionStatus.CONFIRMED, needs=["confirmed_at"], label=_("Xác nhận đã thực hiện")),
}
