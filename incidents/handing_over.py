"""The cases' part of a handover: who answers for a school's cases, and to whom its open referrals are addressed (ground.md 13)."""

from typing import Any

from coordination import audit
from coordination.models import Post
from coordination.people.postings import dpo_of
from coordination.territory import handovers
from coordination.territory.handovers import Order
from incidents import passing_on
from incidents.models import Incident, Referral
from incidents.workflow import OPEN_REFERRALS, IncidentStatus, ReferralStatus

OPEN = (IncidentStatus.DRAFT, IncidentStatus.SUBMITTED)


def hand_over(order: Order) -> dict[str, int]:
    """Every case of the schools, open or closed, is answered for by the new bodies; clocks and open referrals go along with the open ones.

    The place (`commune`, `province`) is not touched: figures of any period stay as they were.
    """
    every = Incident.objects.unscoped("a handover moves every case of the schools").filter(school__in=order.schools)
    cases = list(every.select_for_update(of=("self",), no_key=True).order_by("pk").defer("summary", "place_detail", "ended_reason"))
    referrals = move_referrals(order, [case.pk for case in cases])
    changed = [case for case in cases if answer_anew(case, order, referrals)]
    every.bulk_update(changed, ["jurisdiction", "department", "parties"])
    duties = handovers.move_duties(order, "incidents.incident", [case.pk for case in changed])
    duties += handovers.move_duties(order, "incidents.referral", open_referrals([case.pk for case in changed]).values_list("pk", flat=True))
    duties += pass_on_answers(order, changed)
    for case in changed:
        audit.record("hand_over", case, by=order.by, handover=order.handover.pk, to=case.jurisdiction_id)
    opened = sum(1 for case in changed if case.status in OPEN)
    return {"cases": opened, "closed_cases": len(changed) - opened, "referrals": len(referrals), "duties": duties}


def pass_on_answers(order: Order, cases: list[Incident]) -> int:
    """What waits about these cases for a post of a replaced body is answered by the same post of its successor; where nobody holds that, by the Sở or data protection."""
    asked, used = (rows.filter(incident__in=[case.pk for case in cases]) for rows in passing_on.waiting())
    requests = [request for request in asked if request.approver.organisation.body_id in order.bodies]
    uses = [glass for glass in used if {glass.reviewer.organisation.body_id, glass.overseer.organisation.body_id} & order.bodies.keys()]
    for request in requests:
        passing_on.to_approver(request, passing_on.first_of([heir_of(request.approver, order)], request, passing_on.focal_of(request.incident.department)), by=order.by)
    for glass in uses:
        overseer = dpo_of(glass.incident.department)
        passing_on.to_reviewer(glass, passing_on.first_of([heir_of(glass.reviewer, order)], glass, overseer), overseer, by=order.by)
    return len(requests) + len(uses)


def heir_of(post: Post, order: Order) -> Post | None:
    """The post itself, or that of the same role at the successor of its body; None where there is no such post."""
    body = post.organisation.body_id
    heir = handovers.counterpart(post, order.bodies[body]) if body in order.bodies else post
    return heir if heir.role == post.role else None


def answer_anew(case: Incident, order: Order, referrals: list[Referral]) -> bool:
    """Give a case its new bodies; a police body that answered one of its referrals goes on seeing what it answered. Whether anything changed."""
    before = (case.jurisdiction_id, case.department_id, list(case.parties))
    lines = {case.jurisdiction_id, case.department_id}
    case.jurisdiction_id, case.department_id = order.now(case.jurisdiction_id), order.now(case.department_id)
    police = {referral.left for referral in referrals if referral.incident_id == case.pk}
    kept = set(referrals_of(case).filter(to_org__in=police).values_list("to_org_id", flat=True)) if police else set()
    leaving = {body for body in lines | police if body in order.bodies} - kept
    case.parties = sorted((set(case.parties) - leaving) | {order.now(body) for body in (leaving | police) & set(case.parties)})
    return (case.jurisdiction_id, case.department_id, case.parties) != before


def referrals_of(case: Incident) -> Any:
    """The referrals of a case that passes over."""
    return Referral.objects.unscoped("a handover moves the open referrals of its cases").filter(incident=case)


def open_referrals(cases: list[int]) -> Any:
    """Those to which somebody still owes something."""
    return Referral.objects.unscoped("a handover moves the open referrals of its cases").filter(incident__in=cases, status__in=OPEN_REFERRALS)


def move_referrals(order: Order, cases: list[int]) -> list[Referral]:
    """Open referrals of a replaced body are addressed to its successor, with their hours and their clocks; nobody handles them until somebody there does.

    One whose case the successor has in hand by another referral (merged cases) stays where it is: a body has one open referral of a case.
    """
    rows = list(open_referrals(cases).select_for_update(of=("self",), no_key=True).order_by("pk").only("incident", "to_org", "handler", "ruling_body", "status"))
    found = [referral for referral in rows if referral.to_org_id in order.bodies or referral.ruling_body_id in order.bodies]
    there = {(referral.incident_id, referral.to_org_id) for referral in rows}
    moved = [referral for referral in found if referral.to_org_id not in order.bodies or (referral.incident_id, order.bodies[referral.to_org_id]) not in there]
    for referral in moved:
        readdress(referral, order)
    return moved


def readdress(referral: Referral, order: Order) -> None:
    """The successor answers; whoever was asked to rule and is replaced rules through its successor."""
    referral.left = referral.to_org_id
    if referral.left in order.bodies:
        referral.to_org_id, referral.handler = order.bodies[referral.left], None
    if referral.status == ReferralStatus.RULING:
        referral.ruling_body_id = order.now(referral.ruling_body_id)
    referral.save(update_fields=["to_org", "handler", "ruling_body"])
    audit.record("hand_over", referral, by=order.by, handover=order.handover.pk, before=referral.left, after=referral.to_org_id)
