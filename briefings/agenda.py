"""What lies on the table: last conclusions, open work of the ward, the quarter's figures. Running until the briefing opens."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import override

from briefings.models import AgendaItem, Briefing, Conclusion, Heading
from briefings.workflow import BriefingStatus, ConclusionStatus
from coordination import clocks, openwork
from coordination.periods import data_window_words, period_at

MOST_CONCLUSIONS = 100


def count(briefing: Briefing) -> dict[str, Any]:
    """The figures up to now of the quarter in which the bodies meet, as far as the host may count them, in Vietnamese like every paper."""
    period = period_at("nd09_quarter", briefing.meets_at)
    with override(settings.LANGUAGE_CODE):
        tables = openwork.figures_for(briefing.host, period.begins, min(period.ends, clocks.now()))
        return {
            "label": period.label,
            "window": data_window_words(period),
            "tables": {name: [{"label": str(row.label), "numbers": row.numbers} for row in rows] for name, rows in tables.items()},
        }


def lay_out(briefing: Briefing, *, by: Any) -> None:
    """Write the agenda anew from what is open now."""
    AgendaItem.objects.visible_to(by).filter(briefing=briefing).delete()
    with override(settings.LANGUAGE_CODE):
        items = [last_conclusion(conclusion, briefing) for conclusion in to_follow_up(briefing, by)]
        for name, work in openwork.agenda_for(briefing.host, by).items():
            items += [open_item(Heading(name), item) for item in work]
    for place, item in enumerate(items, start=1):
        item.briefing, item.place = briefing, place
    AgendaItem.objects.visible_to(by).bulk_create(items)


def to_follow_up(briefing: Briefing, by: Any) -> list[Conclusion]:
    """Every conclusion of the last closed briefing of this host, and what earlier ones left unconfirmed."""
    last = Briefing.objects.visible_to(by).before(briefing).first()
    asked = Q(briefing=last) | ~Q(status=ConclusionStatus.CONFIRMED)
    closed = Conclusion.objects.visible_to(by).filter(asked, briefing__host_id=briefing.host_id, briefing__status=BriefingStatus.CLOSED)
    return list(closed.exclude(briefing=briefing).select_related("briefing").order_by("-briefing__meets_at", "number")[:MOST_CONCLUSIONS])


def last_conclusion(conclusion: Conclusion, briefing: Briefing) -> AgendaItem:
    """A line that remembers how the conclusion stood."""
    late = conclusion.status == ConclusionStatus.AGREED and conclusion.due_on < clocks.local(briefing.meets_at).date()
    return AgendaItem(
        heading=Heading.LAST_CONCLUSIONS,
        words=conclusion.duty_words[:160],
        about_model=conclusion._meta.label_lower,
        about_id=conclusion.pk,
        late=late,
        state=conclusion.status,
    )


def open_item(heading: Heading, item: openwork.WorkItem) -> AgendaItem:
    """A line of open work as an app offers it."""
    return AgendaItem(
        heading=heading,
        words=item.words[:160],
        about_model=item.about_model,
        about_id=item.about_id,
        late=item.late,
        own_school_id=item.school_id,
        named_to=list(item.named_to),
        link=item.link,
    )
