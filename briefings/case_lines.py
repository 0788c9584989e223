"""What a briefing agreed about a case, for the page of the case (BRF-4: each conclusion returns to its case)."""

from typing import Any

from django.utils.translation import gettext as _

from briefings.models import Conclusion
from briefings.workflow import BriefingStatus
from coordination.openwork import CaseLine
from incidents.models import Incident, Referral


def conclusions_about(incident: Incident, actor: Any) -> list[CaseLine]:
    """The conclusions of closed briefings that name a referral of the case; none for a reader who was not invited."""
    referrals = Referral.objects.visible_to(actor).filter(incident=incident).values("pk")
    found = Conclusion.objects.visible_to(actor).filter(referral__in=referrals, briefing__status=BriefingStatus.CLOSED)
    return [case_line(row, actor) for row in found.select_related("briefing", "owner_post__organisation").order_by("due_on", "pk")]


def case_line(conclusion: Conclusion, actor: Any) -> CaseLine:
    """One conclusion in the words of a case's page: what, who, by when, how it stands."""
    words = _("%(source)s: %(text)s – %(owner)s, xong trước 17:00 ngày %(day)s (%(state)s)") % {
        "source": conclusion.duty_words,
        "text": conclusion.text,
        "owner": conclusion.owner_words(actor),
        "day": f"{conclusion.due_on:%d/%m/%Y}",
        "state": conclusion.get_status_display(),
    }
    return CaseLine(at=conclusion.briefing.closed_at, words=words, link=conclusion.get_absolute_url())
