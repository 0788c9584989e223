"""Whose names neither the conclusions of a meeting nor its minutes may hold: the people of the cases its bodies have in mind."""

from briefings.models import AgendaItem, Briefing, Conclusion
from coordination.sealed.masking import Secrets
from incidents import masks
from incidents.models import Referral


def of_briefing(briefing: Briefing) -> Secrets:
    """Those of the ward's cases of the last year, and of the cases on the agenda."""
    items = AgendaItem.objects.unscoped("the agenda of a meeting already in scope").filter(briefing=briefing, about_model=Referral._meta.label_lower)
    return masks.of_commune(briefing.commune_id, items.values_list("about_id", flat=True))


def of_conclusion(conclusion: Conclusion) -> Secrets:
    """Those of its meeting."""
    return of_briefing(conclusion.briefing)
