"""The agreements' part of a handover at a change of staff: the papers in force to which the unit is a party (ORG-5)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from agreements.models import Agreement
from agreements.rules import Standing
from coordination import clocks
from coordination.people.staff_handovers import MOST_LINES, Change, Group


def change_hands(change: Change) -> Iterator[Group]:
    """They stay with the unit; the successor is told that they stand."""
    rows = Agreement.objects.visible_to(change.by).standing(Standing.IN_FORCE, Standing.EXPIRING, day=clocks.today()).filter(parties__contains=[change.leaver.body_id])
    yield Group(_("Quy chế, kế hoạch phối hợp đang có hiệu lực"), tuple(agreement.words for agreement in rows[:MOST_LINES]))
