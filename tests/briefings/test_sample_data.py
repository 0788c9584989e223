"""The sample ward has one past briefing, told by the ordinary actions."""

from briefings import demo
from briefings.models import Attendance, Briefing, Conclusion
from briefings.workflow import BriefingStatus
from coordination.models import SYSTEM, Duty
from coordination.scope import reading_as
from tests.world import World


def test_one_briefing_of_the_third_quarter_with_one_conclusion_still_owed(world: World) -> None:
    with reading_as(SYSTEM):
        demo.load()
        briefing = Briefing.objects.visible_to(SYSTEM).get()
        assert (briefing.status, briefing.number, briefing.figures["label"]) == (BriefingStatus.CLOSED, 1, "Quý III năm 2026")
        assert sorted(Conclusion.objects.visible_to(SYSTEM).values_list("status", flat=True)) == ["agreed", "carried_out", "confirmed"]
        assert Attendance.objects.visible_to(SYSTEM).filter(present=False).count() == 1
        assert Duty.objects.visible_to(SYSTEM).filter(kind="conclusion", status="open").count() == 1
