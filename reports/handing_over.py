"""The returns' part of a handover: what a school has not yet handed in goes to its new managing body (ground.md 34)."""

from coordination.territory import handovers
from coordination.territory.handovers import Order
from reports.models import Return
from reports.workflow import ReturnStatus


def hand_over(order: Order) -> dict[str, int]:
    """Expected returns of the schools; what was handed in stays with whom it was handed to, and the place stays as it was."""
    expected = Return.objects.unscoped("a handover moves the expected returns of its schools").filter(school__in=order.schools, status=ReturnStatus.OPEN)
    rows = list(expected.select_for_update(of=("self",)).order_by("pk").defer("words"))
    for item in rows:
        item.managing_body_id, item.department_id = order.now(item.managing_body_id), order.now(item.department_id)
        item.parties = order.follow(item.parties)
    expected.bulk_update(rows, ["managing_body", "department", "parties"])
    return {"returns": len(rows), "duties": handovers.move_duties(order, "reports.return", [item.pk for item in rows])}
