"""A silent school must not hold a case open: five working days after the result, or the ruling, the clocks end it (ground.md 10)."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from coordination import clocks, duties
from coordination.models.duties import DutyStatus
from coordination.workflow import Stale
from incidents.models import Incident, Referral
from incidents.referral_actions import close_by_silence, settle_by_silence
from incidents.workflow import ReferralStatus


def settle_all() -> int:
    """Settle every referral whose school has let its duty to acknowledge run out, close what was ruled on and left lying; run by the loop under SYSTEM."""
    answered = Referral.objects.unscoped("the clocks watch every referral").filter(pk__in=run_out("acknowledge_result"), status=ReferralStatus.ANSWERED)
    ruled = Incident.objects.unscoped("the clocks watch every case").filter(pk__in=run_out("close"))
    return sum(ended(settle_by_silence, referral) for referral in answered) + sum(ended(close_by_silence, incident) for incident in ruled)


def run_out(kind: str) -> list[int]:
    """What the overdue duties of a kind are about, a hundred at a time."""
    return list(duties.every().filter(kind=kind, status=DutyStatus.OPEN, due_at__lt=clocks.now()).values_list("about_id", flat=True)[:100])


def ended(act: Callable[[Any], Any], thing: Any) -> bool:
    """One thing by itself: whoever was first there holds up none of the others."""
    try:
        with transaction.atomic():
            act(thing)
    except Stale:
        return False
    return True
