"""The closing guard: what is missing, in words, and whose turn it is. Neither side can close alone (ground.md 10)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from incidents.workflow import ReferralStatus


@dataclass(frozen=True)
class Gap:
    """One thing that still stands in the way, and who must move."""

    missing: str
    turn: str


def referral_gap(status: str, other: str, school: str) -> Gap | None:
    """What a referral in this state still waits for, from the school or from the other body named; None when it is over or was passed on."""
    waiting = {
        ReferralStatus.SENT: Gap(_("Công an chưa xem vụ việc."), other),
        ReferralStatus.SEEN: Gap(_("Công an chưa nhận tin."), other),
        ReferralStatus.RECEIVED: Gap(_("Công an chưa báo kết quả."), other),
        ReferralStatus.ANSWERED: Gap(_("Nhà trường chưa xác nhận đã nhận kết quả."), school),
        ReferralStatus.DISCUSSED: Gap(_("Công an chưa trả lời đề nghị trao đổi thêm."), other),
        ReferralStatus.RULING: Gap(_("Cấp có thẩm quyền chưa cho ý kiến."), other),
    }
    return waiting.get(status)


def closing_gaps(*, report_missing: bool, referrals: Iterable[tuple[str, str]], stand_in: str = "") -> list[Gap]:
    """Everything missing, the school's own part first. `referrals` are pairs of status and the name of the body that owes the next word when the school does not; `stand_in` names who acts in the school's place."""
    school = stand_in or _("Nhà trường")
    gaps = [Gap(_("Chưa có báo cáo đầy đủ."), school)] if report_missing else []
    return gaps + [gap for gap in (referral_gap(status, other, school) for status, other in referrals) if gap]
