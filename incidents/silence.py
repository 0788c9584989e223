"""A silent school must not hold a case open: five working days after the result the clocks settle it (ground.md 10)."""

from django.db import transaction

from coordination import clocks, duties
from coordination.models.duties import DutyStatus
from coordination.workflow import Stale
from incidents.models import Referral
from incidents.referral_actions import settle_by_silence
from incidents.workflow import ReferralStatus


def settle_all() -> int:
    """Settle every referral whose school has let its duty to acknowledge run out; run by the loop under SYSTEM."""
    late = duties.every().filter(kind="acknowledge_result", status=DutyStatus.OPEN, due_at__lt=clocks.now()).values_list("about_id", flat=True)[:100]
    rows = Referral.objects.unscoped("the clocks watch every referral").filter(pk__in=list(late), status=ReferralStatus.ANSWERED)
    return sum(settled(referral) for referral in rows.select_related("incident"))


def settled(referral: Referral) -> bool:
    """One referral by itself: whoever was first there holds up none of the others."""
    try:
        with transaction.atomic():
            settle_by_silence(referral)
    except Stale:
        return False
    return True
