"""What the cases bring to a briefing: open referrals of the ward by code and kind, nothing else (ground.md 20, 33)."""

from typing import Any

from django.db.models import Min

from coordination import clocks
from coordination.models import Duty, Organisation
from coordination.models.duties import DutyStatus
from coordination.openwork import WorkItem
from incidents.models import Referral

MOST = 200


def open_referrals(body: Organisation, actor: Any) -> list[WorkItem]:
    """Open referrals of cases in the body's commune that the actor may see, the oldest first; three queries for any number.

    A case that concerns a school's leadership is never laid on a table at which schools sit (practice.md 2.3).
    """
    now = clocks.now()
    police = Organisation.objects.police_of(body.unit_id, now.date())
    found = list(
        Referral.objects.visible_to(actor)
        .still_open()
        .filter(incident__commune_id=body.unit_id, incident__stand_in=None, sent_at__lte=now)
        .select_related("incident__kind")
        .defer("reason", "outcome_note", "discussion", "incident__summary", "incident__place_detail")
        .order_by("sent_at", "pk")[:MOST]
    )
    due = first_due(found, actor)
    return [work_item(referral, police.pk if police else None, due.get(referral.pk), now) for referral in found]


def first_due(referrals: list[Referral], actor: Any) -> dict[int, Any]:
    """The soonest open clock of each referral."""
    open_ones = Duty.objects.visible_to(actor).filter(about_model=Referral._meta.label_lower, about_id__in=[referral.pk for referral in referrals], status=DutyStatus.OPEN)
    return dict(open_ones.values_list("about_id").annotate(Min("due_at")))


def work_item(referral: Referral, police_id: int | None, due_at: Any, now: Any) -> WorkItem:
    """A code and a kind; the school's name is for itself, its managing body and its commune police."""
    case = referral.incident
    return WorkItem(
        kind="referral",
        code=case.code,
        words=case.duty_words,
        about_model=referral._meta.label_lower,
        about_id=referral.pk,
        due_at=due_at,
        late=due_at is not None and due_at < now,
        school_id=case.school_id,
        named_to=tuple(sorted({case.school_id, case.jurisdiction_id, police_id} - {None})),
        link=case.get_absolute_url(),
    )
