"""Ninety days before a term ends the body that keeps the paper owes a decision: sign anew, replace or let go (AGR-7)."""

from agreements.models import Agreement
from agreements.rules import Standing
from agreements.workflow import AgreementStatus
from coordination import clocks, duties
from coordination.models import Duty, Post
from coordination.models.people import HEAD_ROLES


def remind() -> int:
    """Open the duty of every issuer that has not been reminded; run by the loop under SYSTEM."""
    rows = Agreement.objects.unscoped("the clocks watch every agreement").filter(status=AgreementStatus.SIGNED, issuer__kind__in=HEAD_ROLES, issuer__valid_to=None)
    told = Duty.objects.unscoped("the clocks watch every duty").filter(kind="renew_agreement", about_model=Agreement._meta.label_lower).values("about_id")
    late = rows.standing(Standing.EXPIRING, day=clocks.today()).exclude(pk__in=told).select_related("issuer__unit")[:100]
    for agreement in late:
        duties.open("renew_agreement", agreement, owed_by=Post.head_of(agreement.issuer), due_at=clocks.at(agreement.ends_on, clocks.CLOSING))
    return len(late)
